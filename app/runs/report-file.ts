/** Where a report's file is written, and how. */
import { lstat, writeFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import type { RunReport } from '../../report/types.js';
import { writeFileAtomically } from '../../io/files/atomic-write.js';
import { refused } from '../../io/files/refused.js';
import type { ReportFormat } from '../../report/formats.js';

/** The file that is written when nothing else is asked for. */
export function standardReportFile(report: RunReport, format: ReportFormat): string {
  return resolve('out', report.run.name, `${report.partial === undefined ? 'report' : 'partial'}.${format}`);
}

/**
 * Writes a report's text or a figure's bytes, with the folders that it needs: as a whole, or through a link or a device where that has the name.
 *
 * @throws OminusError `SYSTEM_REFUSED`, `OUTPUT_FORBIDDEN`
 */
export async function writeReportFile(file: string, content: string | Uint8Array): Promise<void> {
  try {
    const place = await lstat(file).catch(() => undefined);
    await (place === undefined || place.isFile() ? writeFileAtomically(file, content) : writeFile(file, content));
  } catch (error) {
    throw refused(error, `cannot write [file=${file}]`);
  }
}

/** A path as people at this folder would write it. */
export function shownPath(path: string): string {
  return relative(process.cwd(), path) || path;
}
