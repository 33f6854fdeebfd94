import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDifference, formatInterval, formatP, formatValue } from '../../../core/report/format.js';
import { renderReport } from '../../../core/report/report-page.js';
import { metricKey } from '../../../core/report/scoreboard.js';
import { hostileReport } from '../../support/hostile-report.js';
import { sampleReport } from '../../support/sample-report.js';
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
const page = renderReport(sampleReport());
const markup = readMarkup(page);

describe('renderReport', () => {
  it('is well formed and has the same elements and attributes whatever the texts say', () => {
    const expected = skeleton(markup);
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(skeleton(readMarkup(renderReport(hostileReport(text))))).toEqual(expected);
      }),
      { numRuns: 25, examples: HOSTILE.map((text) => [text]) },
    );
  });

  it('runs nothing and loads nothing', () => {
    for (const source of [page, renderReport(hostileReport('javascript:alert(1) http://example.com/x.png'))]) {
      const { tags } = readMarkup(source);
      expect(
        tags.filter(({ name }) =>
          ['script', 'link', 'img', 'iframe', 'object', 'embed', 'base', 'form', 'image', 'use'].includes(name),
        ),
      ).toEqual([]);
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
      const style = /<style>([^]*?)<\/style>/.exec(source)?.[1] ?? '';
      expect(style.length).toBeGreaterThan(1000);
      expect(style).not.toMatch(/url\(|@import|https?:|<\//);
      expect(source.match(/url\([^)]*\)/g)?.every((reference) => /^url\(#[a-z-]+\)$/.test(reference))).toBe(true);
    }
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
    const json = readMarkup(renderReport(report)).texts.find(({ parent }) => parent === 'template')?.text ?? '';
    expect(JSON.parse(json)).toEqual(report);
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
    expect(texts.map(({ text }) => text).join(' ')).toContain('makes no claim about what was forgotten or kept');
  });
});
