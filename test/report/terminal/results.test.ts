import { describe, expect, it } from 'vitest';
import { renderResults } from '../../../report/terminal/results.js';
import { formatValue } from '../../../report/words/format.js';
import { mainMetrics } from '../../../report/reading/scoreboard.js';
import { cells } from '../../../report/words/text-width.js';
import { hostileReport } from '../../support/hostile-report.js';
import { sampleReport } from '../../support/sample-report.js';

const report = sampleReport();
const plain = renderResults(report, { color: false, width: 100 });
const ESCAPES = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');

describe('renderResults', () => {
  it('prints every main metric of every step, the verdict signs, and one sentence per step', () => {
    for (const step of report.steps) {
      for (const metric of mainMetrics(report)) {
        const value = step.evaluations.find(({ label }) => label === metric.label)?.metrics[metric.name]?.value;
        expect(plain).toContain(formatValue(value, metric.unit));
      }
    }
    expect(plain).toMatch(/direct +[█▏▎▍▌▋▊▉ ]+│ +1\.0 % {2}▼ −82\.0 \[/);
    expect(plain).toMatch(/expert +█+[▏▎▍▌▋▊▉]? +83\.0 % {3}baseline/);
    expect(plain.match(/^• /gm)).toHaveLength(3);
    expect(plain).toContain('both and swapped are 7.4 % of ‖Δ‖ apart');
    expect(plain).toContain('warning: gsm of direct: 94 of 100 answers hold no number');
  });

  it.each([1, 30])('shows what tells a broken model beside its toxicity, for %i steps and more', (copies) => {
    const auxiliary = ['empty', 'unfinished', 'rep-4'].map((name) => ({
      ...{ label: 'toxicity', name, title: name, higherIsBetter: false, auxiliary: true },
      ...({ kind: 'mean', unit: 'share' } as const),
    }));
    const values = { empty: 0.125, unfinished: 0.755, 'rep-4': 0.672 };
    const steps = report.steps.map((step) => ({
      ...step,
      evaluations: step.evaluations.map((evaluation) =>
        evaluation.label === 'toxicity'
          ? {
              ...evaluation,
              metrics: {
                ...evaluation.metrics,
                ...Object.fromEntries(
                  Object.entries(values).map(([name, value]) => [name, { value, stderr: 0.01, n: 200 }]),
                ),
              },
            }
          : evaluation,
      ),
    }));
    const broken = {
      ...report,
      metrics: [...report.metrics.filter(({ label }) => label === 'toxicity'), ...auxiliary],
      steps: Array.from({ length: copies }, (_, copy) =>
        steps.map((step) => ({ ...step, name: copy === 0 ? step.name : `${step.name}-${String(copy)}` })),
      ).flat(),
    };
    // one table: the numbers of one benchmark stand in one line
    expect(renderResults(broken, { color: false, width: 120 })).toMatch(/^swapped .*0\.2 .* 12\.5 +75\.5 +67\.2 *$/m);
    for (const width of [80, 100]) {
      const text = renderResults(broken, { color: false, width });
      expect(text).toMatch(/toxicity\.unfinished ↓/);
      expect(Math.max(...text.split('\n').map(cells))).toBeLessThanOrEqual(width);
    }
  });

  it('has how large every result is, in multiples of the baseline', () => {
    const report = sampleReport();
    const text = renderResults(report, { color: false, width: 200 });
    expect(text).toContain('‖Δ‖ / expert');
    const expert = report.steps.find(({ name }) => name === 'expert')?.norm ?? 0;
    const both = report.steps.find(({ name }) => name === 'both')?.norm ?? 0;
    const line = text.split('\n').find((one) => /^both /.test(one)) ?? '';
    expect(line).toContain((both / expert).toFixed(2));
  });

  it('stars the best step only where there is exactly one', () => {
    const lines = plain.split('\n');
    const table = lines.slice(
      0,
      lines.findIndex((line) => line.startsWith('What changed')),
    );
    expect(table.join('\n').match(/\*/g)).toHaveLength(6);
    expect(table.find((line) => line.startsWith('swapped'))).toContain('*99.3');
    expect(plain).not.toContain('*0.0');
  });

  it('says the same without colour as with it', () => {
    const colored = renderResults(report, { color: true, width: 100 });
    expect(colored).not.toBe(plain);
    expect(colored.replace(ESCAPES, '')).toBe(plain);
  });

  it('keeps within the width of the terminal', () => {
    for (const width of [80, 100, 140]) {
      const widest = Math.max(...renderResults(report, { color: false, width }).split('\n').map(cells));
      expect(widest).toBeLessThanOrEqual(width);
    }
  });

  it('lets no text steer the terminal', () => {
    const text = renderResults(hostileReport('\u001b]0;x\u0007\u001b[2J\u202e\r\n'), { color: false, width: 100 });
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
  });

  it('prints a run that evaluated nothing', () => {
    const empty = sampleReport({ metrics: [], comparisons: { seed: 1, draws: 1, pairs: [] }, steps: [], warnings: [] });
    expect(renderResults(empty, { color: false, width: 80 })).toMatch(
      /^wrote both to \/home\/user\/study\/out\/both \(/,
    );
  });
});
