import { describe, expect, it } from 'vitest';
import type { RunReport } from '../../../report/types.js';
import { blownUpWarnings } from '../../../report/words/blown-up.js';
import { collectWarnings } from '../../../report/words/warnings.js';
import { sampleReport } from '../../support/sample-report.js';
import { sampleSweep } from '../../support/sample-sweep.js';

function withVocabulary<R extends RunReport>(report: R, vocabulary?: number): R {
  const { base } = report.provenance;
  return {
    ...report,
    provenance: {
      ...report.provenance,
      base: base === null ? null : { ...base, ...(vocabulary === undefined ? {} : { vocabulary }) },
    },
  };
}

/** The sample in which one candidate has another perplexity. */
function withPerplexity(step: string, value: number | null): RunReport {
  const report = withVocabulary(sampleReport(), 1436);
  return {
    ...report,
    steps: report.steps.map((one) => ({
      ...one,
      evaluations: one.evaluations.map((evaluation) =>
        one.name === step && evaluation.label === 'perplexity'
          ? { ...evaluation, metrics: { ...evaluation.metrics, perplexity: { value, stderr: null, n: 42 } } }
          : evaluation,
      ),
    })),
  };
}

describe('an adapter that blew up', () => {
  it('is noticed by a perplexity near the vocabulary, or beyond all numbers', () => {
    const text =
      'perplexity.perplexity of direct (1,402.5) is near that of guessing among the 1436 tokens of the vocabulary: λ has blown this adapter up; use a smaller one';
    const found = blownUpWarnings(withPerplexity('direct', 1402.5));
    expect(found).toEqual([text.replace('1,402.5', '1402.5')]);
    expect(collectWarnings(withPerplexity('direct', 1402.5))).toEqual(expect.arrayContaining([...found]));
    expect(blownUpWarnings(withPerplexity('direct', null))[0]).toContain('direct (beyond all numbers)');
    expect(blownUpWarnings(withPerplexity('direct', 1e9))).toHaveLength(1);
  });

  it.each(['base', 'expert'])('is not blamed on λ where %s guesses without any', (name) => {
    expect(blownUpWarnings(withPerplexity(name, 1402.5))).toEqual([
      `perplexity.perplexity of ${name} (1402.5) is near that of guessing among the 1436 tokens of the vocabulary, without any λ: check the model, its tokenizer and the data`,
    ]);
    const sweep = blownUpWarnings(withVocabulary(sampleSweep(), 2));
    expect(sweep.filter((text) => text.includes('blown'))).toEqual([]);
  });

  it('is not seen in a high perplexity, or where the vocabulary is not known', () => {
    expect(blownUpWarnings(withPerplexity('direct', 600))).toEqual([]);
    expect(blownUpWarnings(withVocabulary(withPerplexity('direct', 1e9)))).toHaveLength(1);
    expect(blownUpWarnings(sampleReport())).toEqual([]);
  });

  it('is counted among the points of a sweep', () => {
    const { sweep } = sampleSweep();
    const values = sweep.points.metrics['perplexity.perplexity']?.all.value ?? [];
    const count = values.filter((value) => (value ?? 0) >= 2).length;
    expect(count).toBeGreaterThan(0);
    const [warning] = blownUpWarnings(withVocabulary(sampleSweep(), 4));
    expect(warning).toMatch(new RegExp(`^${String(count)} points? of 50 \\(`));
  });
});
