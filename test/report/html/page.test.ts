import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDifference, formatInterval, formatP, formatValue } from '../../../report/words/format.js';
import { figuresOf } from '../../../report/figures/figures.js';
import { renderReport } from '../../../report/html/page.js';
import { renderMarkdown } from '../../../report/markdown/markdown.js';
import { baselinePairs, metricKey, requestedPairs } from '../../../report/reading/scoreboard.js';
import { visibleText } from '../../../report/words/visible-text.js';
import { hostileReport } from '../../support/hostile-report.js';
import { sampleReport } from '../../support/sample-report.js';
import { sampleStudy } from '../../support/sample-study.js';
import { sampleSweep } from '../../support/sample-sweep.js';
import { readMarkup, type Markup } from '../../support/well-formed.js';

const HOSTILE = [
  '</script><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onload='alert(1)",
  'javascript:alert(1)',
  '<!-- ',
  ']]>',
  '</style></template></svg>',
  '&lt;b&gt; &amp; &#x202e;',
  '\u202egnp.exe\u2066',
  '\u0000\u001b[31m\u009b',
  '\ud800',
  '`${1+1}`',
  'W'.repeat(3000),
  '漢字👩‍👩‍👧 é مرحبا',
];
const hostileText = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(fc.constantFrom('<', '>', '"', "'", '&', '/', '=', 'a', ' ', '\u202e', ';'), { maxLength: 30 })
    .map((parts) => parts.join('')),
);

const skeleton = ({ tags }: Markup): readonly string[] =>
  tags.map(({ name, attributes }) => [name, ...attributes.keys()].join(' '));
const textOf = (source: string): string =>
  readMarkup(source)
    .texts.filter(({ parent }) => parent !== 'template' && parent !== 'script')
    .map(({ text }) => text)
    .join(' ')
    .replace(/\s+/g, ' ');
const page = renderReport(sampleReport());
const markup = readMarkup(page);

describe('renderReport', () => {
  const kinds = { recipe: sampleReport(), study: sampleStudy(), sweep: sampleSweep() };

  it.each(Object.entries(kinds))(
    'is well formed and has the same elements and attributes whatever the texts of a %s say',
    (_, report) => {
      const expected = skeleton(readMarkup(renderReport(report)));
      fc.assert(
        fc.property(hostileText, (text) => {
          expect(skeleton(readMarkup(renderReport(hostileReport(text, report))))).toEqual(expected);
        }),
        { numRuns: 6, examples: HOSTILE.map((text) => [text]) },
      );
    },
  );

  it('loads nothing, and runs its own script only, which its policy names by hash', () => {
    for (const report of [...Object.values(kinds), hostileReport('javascript:alert(1) http://example.com/x.png')]) {
      const source = renderReport(report);
      const { tags, texts } = readMarkup(source);
      expect(
        tags.filter(({ name }) =>
          ['link', 'img', 'iframe', 'object', 'embed', 'base', 'form', 'image', 'use'].includes(name),
        ),
      ).toEqual([]);
      const scripts = texts.filter(({ parent }) => parent === 'script');
      expect(tags.filter(({ name }) => name === 'script').map(({ attributes }) => attributes.size)).toEqual([0]);
      const policy = tags.find(({ attributes }) => attributes.get('http-equiv') === 'Content-Security-Policy');
      const hash = createHash('sha256')
        .update(scripts[0]?.text ?? '')
        .digest('base64');
      expect(policy?.attributes.get('content')).toBe(
        `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
      );
      for (const { attributes } of tags) {
        for (const [name, value] of attributes) {
          expect(name).not.toMatch(/^(on|src|srcset|action|formaction|ping|poster|xlink)/);
          if (name === 'href') {
            expect(value).toMatch(/^#[a-z-]+$/);
          }
          if (name === 'style') {
            expect(value).toMatch(/^--share:\d{1,3}%$/);
          }
        }
      }
      const ids = tags.flatMap(({ attributes }) => attributes.get('id') ?? []);
      expect(new Set(ids).size).toBe(ids.length);
      const style = /<style>([^]*?)<\/style>/.exec(source)?.[1] ?? '';
      expect(style.length).toBeGreaterThan(1000);
      expect(style).not.toMatch(/url\(|@import|https?:|<\//);
      expect(source.match(/url\([^)]*\)/g)?.every((reference) => /^url\(#[a-z-]+\)$/.test(reference)) ?? true).toBe(
        true,
      );
    }
  });

  it('opens a study with its answers, and has every table and figure of it', () => {
    const text = textOf(renderReport(kinds.study));
    expect(text).toContain(
      'In weights yes, by up to 14.9 % of ‖Δ‖. In what is measured as well: orders differ by more than noise on Toxicity score (ext); on Toxicity score (extrapolate).',
    );
    expect(text).toContain('Direct subtraction is the same in every order: folded unmerged in 6 orders');
    expect(text).toContain('Does any order differ from the others?');
    expect(text).toContain('not told apart');
    expect(text).toContain('The lilemp sounds like a broom. (true)');
    expect(text).toContain('as bias⁻ › truth⁻ › tox⁻'); // stood for by another order
    expect(text).toContain('26 steps against expert, one by one');
  });

  it('counts which way all examples changed, not those that it shows, and nothing where that is not known', () => {
    expect(textOf(renderReport(kinds.study))).toMatch(/9 examples\s+5 ↑ 4 ↓ \(the first 8 shown\)/);
    const older =
      kinds.study.flips?.map(({ label, metric, first, second, total, examples }) => ({
        ...{ label, metric, first, second, total, examples },
      })) ?? [];
    expect(textOf(renderReport({ ...kinds.study, flips: older }))).toMatch(/9 examples\s+\(the first 8 shown\)/);
  });

  it('says of a study without evaluations that nothing was measured', () => {
    const text = textOf(renderReport(sampleStudy({ evaluated: false })));
    expect(text).toContain('Whether that changes what the model does was not measured');
    expect(text).toContain('There was nothing to test.');
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('opens a sweep with the recommended point on the half that it was not chosen by', () => {
    const { sweep } = kinds.sweep;
    const place = sweep.choice.recommended ?? -1;
    const value = sweep.points.metrics['truthfulqa-mc.mc2']?.report.value[place] ?? null;
    const text = textOf(renderReport(kinds.sweep));
    expect(text).toContain(`(point ${place}): TruthfulQA mc2 ${formatValue(value, 'share')} %`);
    expect(text).toContain('on the half of the examples that it was not chosen by');
    expect(text).toContain('In 43.0 % of the resamples');
    expect(text).toContain('✔ met');
    expect(text).toContain('OVERFLOW');
    expect(text).toContain('split in two halves by seed 11');
    // what the last plan found in the store was put there by the sweep's own points
    expect(text).toMatch(/Finished [^;]+; \d+ points, \d+ nodes\./);
    expect(text).toContain('over the half of the examples that points are reported on');
  });

  it('recommends nothing where no point is feasible, or there is no objective', () => {
    expect(textOf(renderReport(sampleSweep({ feasible: false })))).toContain('no point meets all constraints');
    expect(textOf(renderReport(sampleSweep({ objective: false })))).toContain('the spec names no objective');
  });

  it('stays a file of a few megabytes with ten thousand points, whose columns it leaves to other formats', () => {
    const source = renderReport(sampleSweep({ search: 'sobol', points: 10_000 }));
    expect(source.length).toBeLessThan(4_000_000);
    const json = readMarkup(source).texts.findLast(({ parent }) => parent === 'template')?.text ?? '';
    expect(JSON.parse(json)).toMatchObject({ sweep: { points: { index: [] }, counts: { points: 10_000 } } });
  });

  it('writes values of λ as specs do, in every table', () => {
    const markup = renderReport(kinds.sweep);
    const rows = [...markup.matchAll(/<tr data-row=""[^>]*>(.*?)<\/tr>/gs)].map(([, row = '']) => row);
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.some((row) => /<td class="number">1\.6<\/td>/.test(row))).toBe(true);
    expect(rows.some((row) => /<td class="number">1\.600<\/td>/.test(row))).toBe(false);
  });

  it('gives the same bytes for the same report', () => {
    expect(renderReport(structuredClone(sampleReport()))).toBe(page);
  });

  it('shows every metric with its standard error, and every comparison', () => {
    const report = sampleReport();
    const text = markup.texts
      .map((entry) => entry.text)
      .join(' ')
      .replace(/\s+/g, ' ');
    for (const metric of report.metrics) {
      for (const step of report.steps) {
        const value = step.evaluations.find(({ label }) => label === metric.label)?.metrics[metric.name];
        expect(value).toBeDefined();
        expect(text).toContain(formatValue(value?.value, metric.unit));
        expect(text).toContain(`± ${formatValue(value?.stderr, metric.unit)}`);
      }
    }
    for (const comparison of report.comparisons.pairs.flatMap(({ metrics }) => metrics)) {
      const unit = report.metrics.find((metric) => metricKey(metric) === comparison.metric)?.unit ?? 'number';
      expect(text).toContain(formatDifference(comparison.difference, unit));
      expect(text).toContain(formatInterval(comparison.low, comparison.high, unit));
      expect(text).toContain(formatP(comparison.pAdjusted));
    }
    for (const digest of [report.planDigest, ...report.provenance.adapters.map((adapter) => adapter.digest)]) {
      expect(text).toContain(digest);
    }
    expect(text).toContain('pea-brain');
    expect(text).toContain('Intervals cover examples, not training seeds');
  });

  it('carries the whole report as JSON, exactly, hidden characters included', () => {
    const report = hostileReport('</template>\u202e\u0000é');
    const json = readMarkup(renderReport(report)).texts.findLast(({ parent }) => parent === 'template')?.text ?? '';
    expect(JSON.parse(json)).toEqual(report);
  });

  it('carries the numbers of every figure in full, for its button to save', () => {
    for (const report of Object.values(kinds)) {
      const templates = readMarkup(renderReport(report)).texts.filter(({ parent }) => parent === 'template');
      const carried = templates.map(({ text }) => text);
      for (const { csv } of figuresOf(report)) {
        expect(carried).toContain(visibleText(csv));
      }
    }
    const large = renderReport(sampleSweep({ search: 'sobol', points: 3000 }));
    expect(large.length).toBeLessThan(3_500_000);
  });

  it('shows six pairs at once, and the others behind a click', () => {
    const source = renderReport(kinds.study);
    expect(requestedPairs(kinds.study).length + baselinePairs(kinds.study).length).toBeGreaterThan(12);
    expect(source).toContain(`<summary>${baselinePairs(kinds.study).length - 6} more pairs</summary>`);
    expect(renderMarkdown(kinds.study)).not.toContain('more pairs');
  });

  it('makes hidden characters visible', () => {
    const source = renderReport(hostileReport('\u202eabc\u2066\u200b\u001b'));
    expect(source).toContain('⟨U+202E⟩abc⟨U+2066⟩⟨U+200B⟩⟨U+001B⟩');
    expect(source.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('leaves out the sections that a run has nothing for', () => {
    const report = sampleReport({
      metrics: [],
      steps: sampleReport().steps.map((step) => ({ ...step, evaluations: [], applications: [] })),
      graph: [],
      comparisons: { seed: 1, draws: 10, pairs: [] },
      samples: [],
      outputs: [],
      warnings: [],
    });
    const { tags, texts } = readMarkup(renderReport(report));
    const ids = tags.flatMap(({ name, attributes }) => (name === 'section' ? [attributes.get('id')] : []));
    expect(ids).toEqual(['summary', 'metrics', 'provenance']);
    expect(texts.map(({ text }) => text).join(' ')).toContain('makes no claim about what changed');
  });
});
