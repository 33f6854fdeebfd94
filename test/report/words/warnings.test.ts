import { describe, expect, it } from 'vitest';
import { renderResults } from '../../../report/terminal/results.js';
import { renderMarkdown } from '../../../report/markdown/markdown.js';
import { renderReport } from '../../../report/html/page.js';
import { resultsObject } from '../../../report/json/results-object.js';
import { hostileReport } from '../../support/hostile-report.js';
import { sampleReport } from '../../support/sample-report.js';

const CUT = '150 of 200 answers are longer than the 128 tokens that the classifier reads';
const UNSCORED = '5 of 5 examples are longer and were not scored';

const whole = sampleReport();
const report = sampleReport({
  warnings: ['the plan says so'],
  steps: whole.steps.map((step) => ({
    ...step,
    evaluations: step.evaluations.map((evaluation) => ({
      ...evaluation,
      warnings: [
        ...(evaluation.label === 'toxicity' && step.name === 'both' ? [CUT] : []),
        ...(evaluation.label === 'gsm' ? [UNSCORED] : []),
      ],
    })),
  })),
});
const LINES = ['the plan says so', `toxicity of both: ${CUT}`, `gsm: ${UNSCORED}`];

describe('warnings', () => {
  it('are plain strings in the object for programs, the same as on the terminal', () => {
    const { warnings } = resultsObject(report);
    expect([...warnings].sort()).toEqual([...LINES].sort());
    const shown = renderResults(report, { color: false, width: 1000 })
      .split('\n')
      .filter((line) => line.startsWith('warning: '));
    expect(shown).toEqual(warnings.map((text) => `warning: ${text}`));
    expect(resultsObject(sampleReport({ warnings: [], steps: [] })).warnings).toEqual([]);
  });

  it('stand in the page and in Markdown', () => {
    const [page, markdown] = [renderReport(report), renderMarkdown(report)];
    for (const line of LINES) {
      expect(page).toContain(`<li>${line}</li>`);
      expect(markdown).toContain(`- ${line}`);
    }
    expect(renderMarkdown(sampleReport({ warnings: [], steps: [] }))).not.toContain('Warnings');
  });

  it('mean nothing to Markdown, whatever they hold', () => {
    const text = renderMarkdown(hostileReport(' | <script>`*\n# h'));
    expect(text).not.toMatch(/^# h|<script>/m);
  });
});
