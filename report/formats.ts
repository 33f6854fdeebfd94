/** The forms of a whole report, by the suffix of their files: what `ominus report` writes and `ominus serve` shows. */
import { metricsCsv } from './csv/metrics-csv.js';
import { pairsCsv } from './csv/pairs-csv.js';
import { renderMarkdown } from './markdown/markdown.js';
import { renderReport } from './html/page.js';
import type { RunReport } from './types.js';

interface FormatEntry {
  /** Media type. */
  readonly type: string;
  readonly render: (report: RunReport) => string;
}

/** All formats. */
export const REPORT_FORMATS = {
  html: { type: 'text/html', render: renderReport },
  md: { type: 'text/markdown', render: renderMarkdown },
  csv: { type: 'text/csv', render: (report) => metricsCsv([report]) },
  'pairs.csv': { type: 'text/csv', render: (report) => pairsCsv([report]) },
  json: { type: 'application/json', render: (report) => `${JSON.stringify(report)}\n` },
} as const satisfies Record<string, FormatEntry>;

/** A suffix of the table. */
export type ReportFormat = keyof typeof REPORT_FORMATS;

/** Whether a text is one. */
export function isReportFormat(text: string): text is ReportFormat {
  return Object.hasOwn(REPORT_FORMATS, text);
}
