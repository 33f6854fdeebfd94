import { describe, expect, it } from 'vitest';
import { recommendation, search } from '../../../report/words/sweep.js';
import { sampleSweep } from '../../support/sample-sweep.js';

const ROLES = { 'truthfulqa-mc': 'forget', toxicity: 'forget', perplexity: 'keep' } as const;

describe('a sweep without an objective', () => {
  const report = sampleSweep({ objective: false });

  it('says so, and nothing of forgetting where no benchmark has a role', () => {
    const text = recommendation(report, report.sweep);
    expect(text).toContain('the spec names no objective');
    expect(text).not.toMatch(/forget|keep/);
  });

  it('is given one that follows from the roles of its benchmarks', () => {
    const metrics = report.metrics.map((metric) => {
      const role = Object.entries(ROLES).find(([label]) => label === metric.label)?.[1];
      return role === undefined ? metric : { ...metric, role };
    });
    expect(recommendation({ ...report, metrics }, report.sweep)).toContain(
      'objective: { maximize: truthfulqa-mc.mc1, subject-to: ["toxicity.mean <= expert", "perplexity.perplexity <= 1.1 * expert"] }.',
    );
  });
});

describe('the search', () => {
  it('says how many examples are on either side', () => {
    const { sweep } = sampleSweep();
    const [label] = Object.keys(sweep.points.metrics).map((key) => key.split('.')[0] ?? '');
    const data = { uri: 'd', digest: sampleSweep().planDigest, sizeBytes: 1 };
    const benchmarks = [{ benchmark: 'truthfulqa-mc', label: label ?? '', parameters: {}, data }];
    const halves = Object.values(sweep.points.metrics).slice(0, 2);
    const [choose, reported] = (['choose', 'report'] as const).map((half) =>
      Math.max(...halves.map((one) => one[half].n[0] ?? 0)),
    );
    expect(search({ ...sweep, plan: { ...sweep.plan, benchmarks } })).toContain(
      `seed 11 (${label ?? ''} ${String(choose)} and ${String(reported)}): λ is chosen on one`,
    );
  });
});
