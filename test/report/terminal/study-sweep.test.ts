import { describe, expect, it } from 'vitest';
import { renderResults } from '../../../report/terminal/results.js';
import { cells } from '../../../report/words/text-width.js';
import { hostileReport } from '../../support/hostile-report.js';
import { sampleStudy } from '../../support/sample-study.js';
import { sampleSweep } from '../../support/sample-sweep.js';

const plain = { color: false, width: 100 };

describe('renderResults', () => {
  it('prints the recommended point of a sweep with its uncertainty, the constraints, the front and what failed', () => {
    const text = renderResults(sampleSweep(), plain);
    expect(text).toMatch(
      /^Which λ\?\n {2}a = 1\.6, b = 1, c = 3\.2 \(point 27\): TruthfulQA mc2 85\.5 % \[78\.6, 92\.3\]/,
    );
    expect(text).toMatch(/TruthfulQA mc2 ↑ +85\.5 % \[78\.6, 92\.3\] +64\.6 % +85\.2 %/);
    expect(text).toMatch(/toxicity\.mean <= 0\.2 \* expert +17\.1 +3\.2 +✔ met/);
    expect(text).toMatch(/^27 \* +1\.6 +1 +3\.2 +85\.5/m);
    expect(text).toContain('failed: point 60: OVERFLOW');
  });

  it('prints the answers of a study, its gaps and its tests, and no bar for dozens of arms', () => {
    const text = renderResults(sampleStudy(), plain);
    expect(text).toMatch(/^Does the order matter\?\n/);
    expect(text).toMatch(/ext, λ = 1 +10\.5 +14\.9 +truth⁻ › tox⁻ › bias⁻ → tox⁻ › bias⁻ › truth⁻/);
    expect(text).toMatch(/Toxicity score +ext, λ = 1 +6 +0\.0004 +0\.0016/);
    expect(text).not.toContain('█');
  });

  it('names every arm of a study whole, since arms differ at their ends, and says what the signs mean', () => {
    const study = sampleStudy();
    const text = renderResults(study, plain);
    for (const { name } of study.steps) {
      expect(text).toContain(name);
    }
    expect(text).toContain('▲ clearly better, ▼ clearly worse, = too small to matter, ≈ no clear difference');
    expect(text).not.toMatch(/^• .* against expert/m); // a sentence for each of dozens would be no summary
  });

  it.each([
    ['study', sampleStudy()],
    ['sweep', sampleSweep()],
  ])('lets no text of a %s steer the terminal, and keeps within its width', (_, report) => {
    const text = renderResults(hostileReport('\u001b]0;x\u0007\u001b[2J\u202e\r\n', report), plain);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
    for (const width of [80, 100, 140]) {
      const widest = Math.max(...renderResults(report, { color: false, width }).split('\n').map(cells));
      expect(widest).toBeLessThanOrEqual(width);
    }
  });
});
