/** A part of the document that no form asks for would compile and never be seen. */
import { expect, it, vi } from 'vitest';
import * as document from '../../../report/document/document.js';
import { renderReport } from '../../../report/html/page.js';
import { renderMarkdown } from '../../../report/markdown/markdown.js';
import { renderResults } from '../../../report/terminal/results.js';
import { sampleReport } from '../../support/sample-report.js';

const asked = vi.hoisted(() => new Set<string>());

vi.mock('../../../report/document/document.js', async (original) => {
  const real = await original<typeof document>();
  return {
    ...real,
    documentOf: (report: Parameters<typeof real.documentOf>[0]): document.ReportDocument => {
      const made = real.documentOf(report);
      return {
        ...made,
        parts: (...names) => {
          names.forEach((name) => asked.add(name));
          return made.parts(...names);
        },
      };
    },
  };
});

it('every part is in the outline of a form', () => {
  const report = sampleReport();
  renderReport(report);
  renderMarkdown(report);
  renderResults(report, { color: false, width: 80 });
  const left = document.documentOf(report).partNames.filter((name) => !asked.has(name));
  expect(left, 'name it in html/page.ts, markdown/markdown.ts or terminal/results.ts').toEqual([]);
});
