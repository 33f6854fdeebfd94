/** Where a report lies as a file, and how it gets there. */
import { writeFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import type { RunReport } from '../core/report/types.js';
import { makeFolder } from '../io/files/atomic-write.js';
import type { ReportFormat } from './report-formats.js';

/** The file that is written when nothing else is asked for. */
export function standardReportFile(report: RunReport, format: ReportFormat): string {
  return resolve('out', report.run.name, `report.${format}`);
}

/** Writes a report's text, with the folders that it needs. */
export async function writeReportFile(file: string, text: string): Promise<void> {
  await makeFolder(dirname(file));
  await writeFile(file, text);
}

/** A path as people at this folder would write it. */
export function shownPath(path: string): string {
  return relative(process.cwd(), path) || path;
}
