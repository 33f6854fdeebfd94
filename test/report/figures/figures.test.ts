import { describe, expect, it } from 'vitest';
import { standaloneSvg } from '../../../report/figures/kit/figure.js';
import { figuresOf, type PlacedFigure } from '../../../report/figures/figures.js';
import { interval95 } from '../../../report/reading/scoreboard.js';
import type { RunReport } from '../../../report/types.js';
import { sampleReport } from '../../support/sample-report.js';
import { sampleStudy } from '../../support/sample-study.js';
import { sampleSweep } from '../../support/sample-sweep.js';
import { readMarkup } from '../../support/well-formed.js';

const study = sampleStudy();
const grid = sampleSweep();
const sobol = sampleSweep({ search: 'sobol', points: 1500 });

const figure = (report: RunReport, id: string): PlacedFigure => {
  const found = figuresOf(report).find((candidate) => candidate.id === id);
  if (found === undefined) {
    throw new Error(
      `no figure ${id} among ${figuresOf(report)
        .map((one) => one.id)
        .join(', ')}`,
    );
  }
  return found;
};

/** Rows of a CSV by column; texts of the samples hold commas only inside quotes. */
const rowsOf = (csv: string): readonly Readonly<Record<string, string>>[] => {
  const [header = [], ...rows] = csv
    .trimEnd()
    .split('\r\n')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted ?? plain ?? ''),
    );
  return rows.map((row) => Object.fromEntries(header.map((name, place) => [name, row[place] ?? ''])));
};

describe('figuresOf', () => {
  it('has the kinds of figures that each kind of run calls for', () => {
    const groups = (report: RunReport): readonly string[] => [...new Set(figuresOf(report).map(({ group }) => group))];
    const ofStudies = ['order-effects', 'gap-by-layer', 'order-matrices', 'gap-effects'];
    const ofSweeps = ['pareto', 'curves', 'grids'];
    const known = (report: RunReport): readonly string[] =>
      groups(report).filter((group) => [...ofStudies, ...ofSweeps, 'metrics'].includes(group));
    expect(known(sampleReport())).toEqual(['metrics']);
    expect(known(study)).toEqual([...ofStudies, 'metrics']);
    expect(known(grid)).toEqual([...ofSweeps, 'metrics']);
    expect(known(sobol)).toEqual(['pareto', 'curves', 'metrics']);
    expect(known(sampleStudy({ evaluated: false }))).toEqual(['gap-by-layer', 'order-matrices']);
  });
});

describe('curves', () => {
  it('draw a line with intervals per setting of the other variable where there are few', () => {
    const rows = rowsOf(figure(grid, 'curve-truthfulqa-mc-mc2-by-a').csv);
    expect(rows).toHaveLength(50);
    const column = grid.sweep.points.metrics['truthfulqa-mc.mc2']?.all;
    const metric = grid.metrics.find(({ name }) => name === 'mc2');
    for (const row of rows) {
      const place = Number(row['point']);
      expect(Number(row['value'])).toBe(column?.value[place]);
      expect(Number(row['a'])).toBe(grid.sweep.points.values['a']?.[place]);
      expect(row['others']).toBe(`b = ${grid.sweep.points.values['b']?.[place] ?? ''}`);
      const interval =
        metric === undefined
          ? undefined
          : interval95({ value: column?.value[place] ?? null, stderr: column?.stderr[place] ?? null, n: 150 }, metric);
      expect(Number(row['low_95'])).toBe(interval?.low);
      expect(Number(row['high_95'])).toBe(interval?.high);
    }
  });

  it('draw median and range where there are many, and the line through the recommended point', () => {
    const { csv, caption } = figure(grid, 'curve-toxicity-mean-by-b');
    expect(caption).toContain('no interval over examples');
    const rows = rowsOf(csv);
    expect(rows.map((row) => Number(row['b']))).toEqual([0.25, 0.5, 1, 1.5, 2]);
    const points = grid.sweep.points;
    const at = (b: number): readonly number[] =>
      (points.metrics['toxicity.mean']?.all.value ?? [])
        .flatMap((value, place) => (points.values['b']?.[place] === b && value !== null ? [value] : []))
        .sort((x, y) => x - y);
    for (const row of rows) {
      const values = at(Number(row['b']));
      expect(Number(row['points'])).toBe(10);
      expect(Number(row['smallest'])).toBe(values[0]);
      expect(Number(row['largest'])).toBe(values[9]);
      expect(Number(row['median'])).toBe(((values[4] ?? 0) + (values[5] ?? 0)) / 2);
      expect(values).toContain(Number(row['others_as_recommended']));
    }
  });

  it('draw a cloud where values hardly repeat, on a log axis where the variable has one', () => {
    const { csv, caption, drawing } = figure(sobol, 'curve-toxicity-mean-by-b');
    expect(rowsOf(csv)).toHaveLength(1500);
    expect(caption).toContain('Log scale of λ');
    expect(drawing.body.markup).toContain('b, log scale');
    expect(figure(sobol, 'curve-toxicity-mean-by-a').drawing.body.markup).not.toContain('log scale');
  });

  it('write the names of reference lines over the points, not under them', () => {
    const { markup } = figure(grid, 'curve-truthfulqa-mc-mc2-by-a').drawing.body;
    expect(markup.lastIndexOf('class="dot"')).toBeGreaterThan(0);
    expect(markup.indexOf('>base<title>')).toBeGreaterThan(markup.lastIndexOf('whisker'));
  });

  it('leave linked variables to the one they follow', () => {
    expect(figuresOf(grid).filter(({ id }) => id.endsWith('-by-c'))).toEqual([]);
    expect(figure(grid, 'curve-toxicity-mean-by-a').caption).toContain('c = 2·a');
  });
});

describe('the Pareto scatter', () => {
  it('has every point on the choosing half, the recommended one on the other, and the reference candidates', () => {
    const rows = rowsOf(figure(grid, 'pareto').csv);
    const sweep = grid.sweep;
    const points = rows.filter((row) => row['what'] === 'point, choosing half');
    expect(points.map((row) => Number(row['truthfulqa-mc.mc2']))).toEqual(
      sweep.points.metrics['truthfulqa-mc.mc2']?.choose.value,
    );
    expect(points.flatMap((row) => (row['pareto'] === 'true' ? [Number(row['name'])] : []))).toEqual(
      sweep.choice.pareto,
    );
    const chosen = rows.find((row) => row['what'] === 'recommended, reporting half');
    const place = sweep.choice.recommended ?? -1;
    expect(Number(chosen?.['toxicity.mean'])).toBe(sweep.points.metrics['toxicity.mean']?.report.value[place]);
    expect(Number(chosen?.['y_low_95'])).toBeLessThan(Number(chosen?.['truthfulqa-mc.mc2']));
    expect(rows.flatMap((row) => (row['what'] === 'candidate, choosing half' ? [row['name']] : []))).toEqual([
      'base',
      'expert',
    ]);
  });

  it('stays small with ten thousand points: one path for each kind of point, titles for the front only', () => {
    const { drawing } = figure(sampleSweep({ search: 'sobol', points: 10_000 }), 'pareto');
    expect(drawing.body.markup.length).toBeLessThan(400_000);
    const { tags } = readMarkup(`<g>${drawing.body.markup}</g>`);
    expect(tags.filter(({ attributes }) => attributes.get('class')?.startsWith('cloud'))).toHaveLength(2);
    expect(tags.length).toBeLessThan(600);
  });

  it('falls back to a constraint’s metric, then to the distance', () => {
    const only = (constraints: boolean): RunReport => {
      const { sweep } = grid;
      const objective = sweep.plan.objective;
      if (objective === null) {
        throw new Error('the sample has an objective');
      }
      const changed = {
        ...objective,
        goals: objective.goals.slice(0, 1),
        constraints: constraints ? objective.constraints.slice(1) : [],
      };
      return { ...grid, sweep: { ...sweep, plan: { ...sweep.plan, objective: changed } } };
    };
    expect(figure(only(true), 'pareto').title).toBe('TruthfulQA mc2 against Perplexity');
    expect(figure(only(false), 'pareto').title).toContain('TruthfulQA mc2 against distance from expert');
  });
});

describe('figures of orders', () => {
  it('list all pairs of orders in the CSV and draw the forty largest', () => {
    const { csv, caption, drawing } = figure(study, 'orders-toxicity-mean');
    const rows = rowsOf(csv);
    expect(rows).toHaveLength(60);
    const sizes = rows.map((row) => Math.abs(Number(row['difference'])));
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(rows.filter((row) => row['drawn'] === 'true')).toHaveLength(40);
    expect(caption).toContain('40 largest of 60 pairs');
    const { tags } = readMarkup(`<g>${drawing.body.markup}</g>`);
    expect(tags.filter(({ attributes }) => attributes.get('class')?.startsWith('row '))).toHaveLength(40);
    const reported = study.study.effects.pairs.flatMap(({ metrics }) =>
      metrics.filter(({ metric }) => metric === 'toxicity.mean'),
    );
    expect(rows.map((row) => Number(row['difference'])).sort()).toEqual(
      reported.map(({ difference }) => difference).sort(),
    );
  });

  it('put metrics in which orders differ first', () => {
    expect(figuresOf(study)[0]?.id).toBe('orders-toxicity-mean');
  });

  it('show mean and largest gap of every part, and every order against every other', () => {
    const { gaps } = study.study.gap;
    const rows = rowsOf(figure(study, 'order-gap-mean').csv);
    expect(rows.map((row) => Number(row['mean_relative']))).toEqual(
      gaps.flatMap(({ parts }) => parts.map((part) => part.meanRelative)),
    );
    const matrix = rowsOf(figure(study, 'order-matrix-ext-1').csv);
    const gap = gaps.find(({ operator, setting }) => operator === 'ext' && setting === 1);
    expect(matrix).toHaveLength(36);
    expect(Number(matrix[1]?.['relative'])).toBeCloseTo((gap?.total[0]?.[1] ?? 0) / (gap?.parts[0]?.norms[0] ?? 1), 12);
    expect(matrix[0]?.['relative']).toBe('');
  });

  it('set gap against difference, with ρ and p in words', () => {
    const { csv, drawing } = figure(study, 'gap-effect-toxicity-mean');
    expect(rowsOf(csv)).toHaveLength(60);
    expect(drawing.label).toMatch(/ext, λ = 0\.4: ρ = 0\.\d+, p = 0\.\d+ \(15 pairs\)/);
  });

  it('mark differences of shares in points, as the axis says, and gaps in per cent', () => {
    const svg = standaloneSvg(figure(study, 'gap-effect-toxicity-mean'));
    const ticks = (anchor: string): readonly string[] =>
      [...svg.matchAll(new RegExp(`text-anchor="${anchor}"[^>]*>(\\d+%?)<`, 'g'))].map(([, text = '']) => text);
    expect(svg).toContain('|difference| in points');
    expect(ticks('end').length).toBeGreaterThan(2);
    expect(ticks('end').join('')).not.toContain('%');
    expect(ticks('middle').every((text) => text.endsWith('%'))).toBe(true);
  });
});
