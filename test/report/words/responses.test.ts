import { describe, expect, it } from 'vitest';
import { renderComparison } from '../../../cli/render/compare.js';
import { renderResults } from '../../../report/terminal/results.js';
import { compareReports } from '../../../report/reading/compare-reports.js';
import { renderMarkdown } from '../../../report/markdown/markdown.js';
import { renderReport } from '../../../report/html/page.js';
import { promptLine } from '../../../report/words/responses.js';
import type { RunReport } from '../../../report/types.js';
import { collectWarnings } from '../../../report/words/warnings.js';
import { sampleReport } from '../../support/sample-report.js';

type Provenance = RunReport['provenance'];

const plain = { color: false, width: 100 };
const on = (threads: string): Record<string, string> => ({
  ...{ device: 'cpu', onnxruntime: '1.30.0', threads, processor: 'Abacus 3' },
});
const PROMPTS: NonNullable<Provenance['prompts']> = [
  {
    labels: ['truthfulqa-mc', 'gsm'],
    prefixTokens: [1],
    prefixText: '<s>',
    firstPrompt: { tokens: 3, ids: [1, 7, 8], text: '<s><|user|>\nHow?\u202e' },
  },
  {
    labels: ['perplexity'],
    prefixTokens: [],
    prefixText: '',
    firstPrompt: { tokens: 2, ids: [7, 8], text: null },
  },
];

function reportWith(more: Partial<Provenance>): RunReport {
  const report = sampleReport();
  return { ...report, provenance: { ...report.provenance, ...more } };
}

describe('what the tokenizer prepends', () => {
  it('is one line of the results, by benchmark where it differs, with the number of halved batches', () => {
    const more = { prompts: PROMPTS, halvedBatches: [{ batches: 2, evaluations: [{ step: 'both', label: 'gsm' }] }] };
    const line =
      'tokens the tokenizer prepends: "<s>" (1) in truthfulqa-mc and gsm; none in perplexity; memory ran out: 2 batches halved';
    expect(promptLine(reportWith(more))).toBe(line);
    expect(renderResults(reportWith(more), { color: false, width: 200 }).split('\n')).toContain(line);
    expect(promptLine(reportWith({ prompts: PROMPTS.slice(0, 1) }))).toBe('tokens the tokenizer prepends: "<s>" (1)');
    expect(promptLine(reportWith({ prompts: PROMPTS.map((prompt) => ({ ...prompt, prefixText: null })) }))).toContain(
      'token 1 in truthfulqa-mc',
    );
    expect(promptLine(sampleReport())).toBeUndefined();
  });

  it('is in the page and in Markdown with the first prompt, escaped', () => {
    const report = reportWith({ prompts: PROMPTS, evaluatedOn: [{ environment: on('1'), evaluations: [] }] });
    const page = renderReport(report);
    expect(page).toContain('&quot;&lt;s&gt;&lt;|user|&gt;\\nHow?⟨U+202E⟩&quot;');
    expect(page).toContain('token ids 7 8');
    expect(page).toContain('cpu, onnxruntime 1.30.0, 1 thread, Abacus 3');
    const markdown = renderMarkdown(report);
    expect(markdown).toContain(
      '| truthfulqa-mc, gsm | "&lt;s\\>" (1) | "&lt;s\\>&lt;\\|user\\|\\>\\\\nHow?⟨U+202E⟩" | 3 |',
    );
    expect(markdown).toContain('- evaluated on: cpu, onnxruntime 1.30.0, 1 thread, Abacus 3');
  });
});

describe('different environments', () => {
  const evaluations = (...steps: readonly string[]) => steps.map((step) => ({ step, label: 'gsm' }));
  const alike = reportWith({ evaluatedOn: [{ environment: on('2'), evaluations: evaluations('expert', 'both') }] });
  const mixed = reportWith({
    evaluatedOn: [
      { environment: on('2'), evaluations: evaluations('expert') },
      { environment: on('4'), evaluations: evaluations('both', 'direct') },
    ],
  });

  it('of the candidates of one benchmark are warned about, and nothing else is', () => {
    expect(collectWarnings(mixed).at(-1)).toBe(
      'candidates were evaluated in different environments, which alone may move the last digits of values: ' +
        'expert on cpu, onnxruntime 1.30.0, 2 threads, Abacus 3; both and direct on cpu, onnxruntime 1.30.0, 4 threads, Abacus 3',
    );
    const apart = reportWith({
      evaluatedOn: [
        { environment: on('2'), evaluations: [{ step: 'both', label: 'gsm' }] },
        { environment: on('4'), evaluations: [{ step: 'both', label: 'toxicity' }] },
      ],
    });
    for (const report of [alike, apart, sampleReport()]) {
      expect(collectWarnings(report)).toEqual(collectWarnings(sampleReport()));
    }
  });

  it('of two runs are said when these are compared, where both are known', () => {
    const compared = (second: RunReport): string =>
      renderComparison({ first: 'a', second: 'b', changes: [], difference: compareReports(alike, second) }, plain);
    expect(compared(mixed)).toContain('They were evaluated in different environments');
    expect(compared(mixed)).toContain('• first: cpu, onnxruntime 1.30.0, 2 threads, Abacus 3\n');
    expect(compareReports(alike, mixed)).toMatchObject({ otherEnvironments: true, isSame: true });
    for (const second of [alike, sampleReport()]) {
      expect(compared(second)).not.toContain('environments');
    }
  });
});
