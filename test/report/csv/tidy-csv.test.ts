import { describe, expect, it } from 'vitest';
import { metricsCsv } from '../../../report/csv/metrics-csv.js';
import { pairsCsv } from '../../../report/csv/pairs-csv.js';
import { judge, metricKey } from '../../../report/reading/scoreboard.js';
import { sampleReport } from '../../support/sample-report.js';
import { sampleStudy } from '../../support/sample-study.js';
import { sampleSweep } from '../../support/sample-sweep.js';

const [recipe, study, sweep] = [sampleReport(), sampleStudy(), sampleSweep()];

type CsvRow = Readonly<Record<string, string>>;

/** Rows by column; a quoted cell may hold commas and line ends. */
function read(csv: string): { readonly header: readonly string[]; readonly rows: readonly CsvRow[] } {
  const lines: string[][] = [[]];
  for (const [, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    lines.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end !== ',') {
      lines.push([]);
    }
  }
  const [header = [], ...rows] = lines.filter((line) => line.length > 0);
  expect(new Set(header).size).toBe(header.length);
  return {
    header,
    rows: rows.map((row) => {
      expect(row).toHaveLength(header.length);
      return Object.fromEntries(header.map((name, place) => [name, row[place] ?? '']));
    }),
  };
}

const numberOf = (text: string | undefined): number => (text === undefined || text === '' ? Number.NaN : Number(text));

describe('metricsCsv', () => {
  it('has one shape for recipes, studies and sweeps, in one table or apart', () => {
    const { header, rows } = read(metricsCsv([recipe, study, sweep]));
    const withoutVariables = header.filter((name) => !name.startsWith('var.'));
    expect(read(metricsCsv([recipe])).header).toEqual(withoutVariables);
    expect(read(metricsCsv([study])).header).toEqual(withoutVariables);
    expect(header.filter((name) => name.startsWith('var.'))).toEqual(['var.a', 'var.b', 'var.c']);
    expect(new Set(rows.map(({ spec }) => spec))).toEqual(new Set(['recipe', 'order-study', 'sweep']));
    expect(withoutVariables.slice(0, 6)).toEqual(['run', 'run_id', 'spec', 'candidate', 'type', 'point']);
  });

  it('has every metric of every candidate, in full precision', () => {
    const { rows } = read(metricsCsv([recipe]));
    expect(rows).toHaveLength(recipe.steps.length * recipe.metrics.length);
    for (const step of recipe.steps) {
      for (const { label, metrics } of step.evaluations) {
        for (const [name, { value, stderr, n }] of Object.entries(metrics)) {
          const row = rows.find(
            (one) => one['candidate'] === step.name && one['benchmark'] === label && one['metric'] === name,
          );
          expect([numberOf(row?.['value']), numberOf(row?.['n'])]).toEqual([value ?? Number.NaN, n]);
          expect(numberOf(row?.['stderr'])).toEqual(stderr ?? Number.NaN);
          expect([row?.['half'], row?.['point']]).toEqual(['all', '']);
        }
      }
    }
    expect(rows.filter((row) => row['is_baseline'] === 'true')).toHaveLength(recipe.metrics.length);
  });

  it('has every point of a sweep over all examples and both halves, and its candidates in other rows', () => {
    const { rows } = read(metricsCsv([sweep]));
    const points = rows.filter(({ type }) => type === 'point');
    const { index, metrics, values } = sweep.sweep.points;
    expect(points).toHaveLength(index.length * Object.keys(metrics).length * 3);
    const column = metrics['toxicity.mean']?.report;
    for (const row of points.filter((one) => one['metric'] === 'mean' && one['half'] === 'report')) {
      const place = index.indexOf(Number(row['point']));
      expect(numberOf(row['value'])).toBe(column?.value[place]);
      expect(numberOf(row['var.a'])).toBe(values['a']?.[place]);
    }
    const recommended = points.filter((row) => row['recommended'] === 'true').map((row) => Number(row['point']));
    expect([...new Set(recommended)]).toEqual([sweep.sweep.choice.recommended]);
    expect(rows.filter(({ type, point }) => type !== 'point' && point !== '')).toEqual([]);
    const expert = rows.filter((row) => row['candidate'] === 'expert' && row['half'] === 'choose');
    expect(expert.find((row) => row['metric'] === 'mean')?.['value']).toBe('0.853');
  });

  it('says of an arm what it is', () => {
    const { rows } = read(metricsCsv([study]));
    const [arm] = study.study.plan.arms.filter(({ order }) => order !== null);
    const row = rows.find(({ candidate }) => candidate === arm?.name);
    expect(row).toMatchObject({
      operator: arm?.operator,
      setting: study.study.plan.settings[arm?.setting ?? 0]?.label,
    });
    expect(row?.['order']).toContain(' › ');
  });

  it('never has a value outside its interval, so that error bars are never negative', () => {
    const certain = {
      ...recipe,
      steps: recipe.steps.map((step) => ({
        ...step,
        evaluations: step.evaluations.map((evaluation) => ({
          ...evaluation,
          metrics: Object.fromEntries(
            Object.entries(evaluation.metrics).map(([name]) => [name, { value: 1, stderr: 0, n: 49 }]),
          ),
        })),
      })),
    };
    for (const row of [...read(metricsCsv([certain])).rows, ...read(metricsCsv([recipe, study, sweep])).rows]) {
      if (row['low'] !== '' && row['value'] !== '') {
        expect(numberOf(row['low'])).toBeLessThanOrEqual(numberOf(row['value']));
        expect(numberOf(row['high'])).toBeGreaterThanOrEqual(numberOf(row['value']));
      }
    }
  });

  it('quotes what needs quotes and disarms formulas', () => {
    const [step] = recipe.steps;
    const hostile = sampleReport({
      steps: step === undefined ? [] : [{ ...step, name: '=HYPERLINK("x")', expression: 'a,"b"\nc' }],
    });
    expect(metricsCsv([hostile])).toContain('"\'=HYPERLINK(""x"")",base,');
    expect(metricsCsv([hostile])).toContain('"a,""b""\nc"');
  });
});

describe('pairsCsv', () => {
  it('has every comparison with its interval, p-values, correction and verdict', () => {
    const { rows } = read(pairsCsv([recipe]));
    const expected = recipe.comparisons.pairs.flatMap((pair) =>
      pair.metrics.map((comparison) => ({ pair, comparison })),
    );
    expect(rows).toHaveLength(expected.length);
    expected.forEach(({ pair, comparison }, place) => {
      const row = rows[place];
      const metric = recipe.metrics.find((one) => metricKey(one) === comparison.metric);
      expect(row).toMatchObject({ first: pair.first, second: pair.second, family: 'candidates', half: 'all' });
      expect(numberOf(row?.['difference'])).toBe(comparison.difference ?? Number.NaN);
      expect(numberOf(row?.['p_adjusted'])).toBe(comparison.pAdjusted ?? Number.NaN);
      expect(row?.['verdict']).toBe(metric === undefined ? '' : judge(comparison, metric));
    });
  });

  it('has the pairs of orders of a study as a family of their own, and those of a sweep on the reporting half', () => {
    const { rows } = read(pairsCsv([study]));
    const orders = rows.filter(({ family }) => family === 'orders');
    expect(orders).toHaveLength(study.study.effects.pairs.reduce((sum, { metrics }) => sum + metrics.length, 0));
    expect(orders.every((row) => row['operator'] !== '' && row['gap'] !== '')).toBe(true);
    const halves = read(pairsCsv([sweep])).rows.map(({ half }) => half);
    expect(new Set(halves)).toEqual(new Set(['report']));
    expect(read(pairsCsv([recipe])).header).toEqual(read(pairsCsv([study, sweep])).header);
  });
});
