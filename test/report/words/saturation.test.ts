import { describe, expect, it } from 'vitest';
import { saturationWarnings } from '../../../report/words/saturation.js';
import { collectWarnings } from '../../../report/words/warnings.js';
import type { RunReport } from '../../../report/types.js';
import { sampleReport } from '../../support/sample-report.js';

const UNFINISHED: RunReport['metrics'][number] = {
  ...{ label: 'gsm', name: 'unfinished', title: 'unfinished answers', kind: 'accuracy', unit: 'share' },
  ...{ higherIsBetter: false, auxiliary: true },
};

/** The sample, which has no such metric, with one metric of a benchmark at a value for some steps. */
function withValue(key: string, value: number, only: (step: string) => boolean = () => true): RunReport {
  const report = sampleReport();
  const [label, name = ''] = key.split('.');
  return {
    ...report,
    metrics: [...report.metrics, UNFINISHED],
    steps: report.steps.map((step) => ({
      ...step,
      evaluations: step.evaluations.map((evaluation) =>
        evaluation.label !== label || !only(step.name)
          ? evaluation
          : { ...evaluation, metrics: { ...evaluation.metrics, [name]: { value, stderr: 0, n: 20 } } },
      ),
    })),
  };
}

describe('saturationWarnings', () => {
  const { steps, metrics, baseline } = sampleReport();
  const key = 'gsm.unfinished';
  const names = steps.flatMap(({ name, evaluations }) =>
    evaluations.some(({ label }) => label === 'gsm') ? [name] : [],
  );

  it('say that all answers of baseline and candidates are unfinished, whatever the difference', () => {
    const report = withValue(key, 1);
    const [warning] = saturationWarnings(report);
    expect(warning).toMatch(/^[\w-]+: all answers of .* are unfinished; raise max_new_tokens/);
    names.forEach((name) => {
      expect(warning).toContain(name);
    });
    expect(collectWarnings(report)).toContain(warning);
  });

  it('say it of the baseline and one candidate, and of neither alone', () => {
    const [other = ''] = names.filter((name) => name !== baseline);
    expect(saturationWarnings(withValue(key, 1, (name) => name === baseline || name === other))).toHaveLength(1);
    expect(saturationWarnings(withValue(key, 1, (name) => name === baseline))).toEqual([]);
    expect(saturationWarnings(withValue(key, 1, (name) => name !== baseline))).toEqual([]);
    expect(saturationWarnings(withValue(key, 0.99))).toEqual([]);
  });

  it('say that a score is at its floor or ceiling for everyone', () => {
    const accuracy = metrics.find(({ kind, auxiliary }) => kind === 'accuracy' && auxiliary !== true);
    const main = `${accuracy?.label ?? ''}.${accuracy?.name ?? ''}`;
    for (const [value, words] of [
      [0, '0 %'],
      [1, '100 %'],
    ] as const) {
      expect(saturationWarnings(withValue(main, value)).join()).toContain(`is ${words} for all`);
    }
    expect(saturationWarnings(withValue(main, 0, (name) => name === baseline))).toEqual([]);
    expect(saturationWarnings(sampleReport())).toEqual([]);
  });
});
