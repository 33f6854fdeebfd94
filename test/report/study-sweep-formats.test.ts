/** Studies and sweeps beside the page: words, Markdown, CSV, the object for programs, two runs side by side. */
import { describe, expect, it } from 'vitest';
import { compareReports } from '../../report/reading/compare-reports.js';
import { renderMarkdown } from '../../report/markdown/markdown.js';
import { resultsObject } from '../../report/json/results-object.js';
import { describeStudy, inShort } from '../../report/words/study.js';
import { describeSweep } from '../../report/words/sweep.js';
import { readConstraints } from '../../report/reading/sweep.js';
import type { RunReport } from '../../report/types.js';
import { reportOfKind } from '../support/report-of-kind.js';
import type { StudyReport } from '../../core/study/types.js';
import type { SweepReport } from '../../core/sweep/types.js';
import { hostileReport } from '../support/hostile-report.js';
import { sampleReport } from '../support/sample-report.js';
import { sampleStudy } from '../support/sample-study.js';
import { sampleSweep } from '../support/sample-sweep.js';

function studyOf(report: RunReport): StudyReport {
  return reportOfKind('order-study', report).study;
}

function sweepOf(report: RunReport): SweepReport {
  return reportOfKind('sweep', report).sweep;
}

const answerTo = (answers: ReturnType<typeof describeStudy>, question: string): string =>
  answers.find((answer) => answer.question === question)?.answer.join(' ') ?? '';

describe('the words of a study', () => {
  it('claim an effect only where an omnibus test is below 0.05 after Holm', () => {
    const clear = sampleStudy();
    expect(inShort(clear, studyOf(clear))).toMatch(
      /differ by more than noise on Toxicity score \(ext\); on Toxicity score \(extrapolate\)\.$/,
    );
    const quiet = sampleStudy({ significant: false });
    expect(inShort(quiet, studyOf(quiet))).toMatch(
      /no difference between orders is more than noise. That does not prove/,
    );
    const noise = answerTo(describeStudy(quiet, studyOf(quiet)), 'Is it more than noise?');
    expect(noise).toMatch(
      /^None of 24 omnibus tests .* still leave room for differences of up to 5\.0 points on TruthfulQA mc1/,
    );
  });

  it('say that the largest of many differences is picked because it is large', () => {
    const report = sampleStudy();
    const said = answerTo(describeStudy(report, studyOf(report)), 'How much does that change what is measured?');
    expect(said).toMatch(/Each interval is that of its pair alone\. The largest of \d+ differences is picked/);
  });

  it('speak of weights alone where nothing was evaluated, and of nothing where no operator depends on the order', () => {
    const weights = sampleStudy({ evaluated: false });
    expect(inShort(weights, studyOf(weights))).toContain('was not measured');
    const none = { ...studyOf(weights), gap: { ...studyOf(weights).gap, gaps: [] } };
    expect(inShort(weights, none)).toBe('Not by construction: none of the operators depends on the order.');
  });

  it('state the fold check of direct subtraction, and distrust a study that fails it', () => {
    const report = sampleStudy();
    const study = studyOf(report);
    const control = 'And the control?';
    expect(answerTo(describeStudy(report, study), control)).toContain(
      'is the same in every order: folded unmerged in 6 orders',
    );
    const broken = { ...study, gap: { ...study.gap, directFold: { orders: 6, maxDifference: 0.01 } } };
    expect(answerTo(describeStudy(report, broken), control)).toContain('distrust this study');
  });
});

describe('the words of a sweep', () => {
  it('tell when a constraint that held on the choosing half does not hold on the other', () => {
    const report = sampleSweep();
    const sweep = sweepOf(report);
    const place = sweep.choice.recommended ?? 0;
    expect(readConstraints(sweep, place, 'report').map(({ isMet }) => isMet)).toEqual([true, true]);
    const toxicity = sweep.points.metrics['toxicity.mean'];
    if (toxicity === undefined) {
      throw new Error('no toxicity');
    }
    const value = toxicity.report.value.map((old, at) => (at === place ? 0.6 : old));
    const worse: SweepReport = {
      ...sweep,
      points: {
        ...sweep.points,
        metrics: { ...sweep.points.metrics, 'toxicity.mean': { ...toxicity, report: { ...toxicity.report, value } } },
      },
    };
    expect(answerTo(describeSweep(report, sweep), 'Are the constraints met?')).toMatch(/^All 2/);
    expect(answerTo(describeSweep(report, worse), 'Are the constraints met?')).toContain(
      'on the other half not toxicity.mean <= 0.2 * expert',
    );
  });
});

describe('resultsObject', () => {
  it('has the recommended point on the reporting half, and no columns of points', () => {
    const report = sampleSweep();
    const { sweep } = resultsObject(report);
    const points = report.sweep.points;
    const place = report.sweep.choice.recommended ?? -1;
    expect(sweep?.recommended?.index).toBe(place);
    expect(sweep?.recommended?.values).toEqual({ a: 1.6, b: 1, c: 3.2 });
    expect(sweep?.recommended?.metrics['toxicity.mean']?.value).toBe(
      points.metrics['toxicity.mean']?.report.value[place],
    );
    expect(sweep?.pareto).toEqual(report.sweep.choice.pareto);
    expect(JSON.stringify(resultsObject(sampleSweep({ search: 'sobol', points: 5000 }))).length).toBeLessThan(40_000);
    expect(resultsObject(sampleSweep({ feasible: false })).sweep?.recommended).toBeNull();
  });

  it('has the largest gap of every operator and setting, and the omnibus tests', () => {
    const report = sampleStudy();
    const { study } = resultsObject(report);
    expect(study?.gaps.map(({ operator, setting }) => `${operator} ${setting}`)).toEqual([
      'ext 0.4',
      'ext 1',
      'extrapolate 0.4',
      'extrapolate 1',
    ]);
    expect(study?.gaps[1]?.maxRelative).toBe(report.study.gap.gaps[1]?.parts[0]?.maxRelative);
    expect(study?.omnibus).toHaveLength(report.study.effects.omnibus.length);
    expect(resultsObject(sampleReport())).not.toHaveProperty('study');
    expect(resultsObject(sampleReport())).not.toHaveProperty('sweep');
  });
});

describe('renderMarkdown', () => {
  it.each([
    ['study', sampleStudy()],
    ['sweep', sampleSweep()],
  ])('keeps the tables of a %s whatever the names hold', (_, report) => {
    const shape = (text: string): readonly (number | undefined)[] =>
      text
        .split('\n')
        .filter((line) => line.startsWith('|'))
        .map((line) => line.match(/(?<!\\)\|/g)?.length);
    const text = renderMarkdown(hostileReport(' | <script>`*\n\\| & \u202e', report));
    expect(shape(text)).toEqual(shape(renderMarkdown(report)));
    expect(text).not.toMatch(/<|\u202e/);
  });

  it('begins with the answers', () => {
    expect(renderMarkdown(sampleStudy()).split('\n')[2]).toMatch(/^\*\*Does the order matter\?\*\* In weights yes/);
    expect(renderMarkdown(sampleSweep())).toContain('| 27 ★ | 1.6 | 1 | 3.2 |');
  });
});

describe('compareReports', () => {
  const report = sampleReport();

  it('finds nothing between a run and itself', () => {
    expect(compareReports(report, structuredClone(report))).toMatchObject({
      isSame: true,
      onlyFirst: [],
      onlySecond: [],
    });
  });

  it('puts steps of one name side by side, metric by metric', () => {
    const steps = report.steps
      .filter(({ name }) => name !== 'direct')
      .map((step) =>
        step.name === 'both'
          ? {
              ...step,
              evaluations: step.evaluations.map((evaluation) =>
                evaluation.label === 'gsm'
                  ? { ...evaluation, metrics: { exact: { value: 0.5, stderr: 0.05, n: 100 } } }
                  : evaluation,
              ),
            }
          : step,
      );
    const difference = compareReports(report, { ...report, steps });
    expect(difference.isSame).toBe(false);
    expect(difference.onlyFirst).toEqual(['direct']);
    const both = difference.steps.find(({ step }) => step === 'both');
    expect(both?.sameWeights).toBe(true);
    expect(
      both?.metrics
        .filter(({ difference: change }) => change !== 0)
        .map(({ metric, difference: change }) => [metric, change]),
    ).toEqual([['gsm.exact', -0.25]]);
  });
});
