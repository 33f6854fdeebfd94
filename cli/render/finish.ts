/** How a followed run is brought to an end on the terminal: results and report, an error, or how to come back. */
import { resolve } from 'node:path';
import { EXIT, OminusError } from '../../core/errors.js';
import type { Plan } from '../../core/plan/types.js';
import { resultsObject } from '../../report/json/results-object.js';
import { renderReport } from '../../report/html/page.js';
import type { RunReport } from '../../report/types.js';
import { readJsonArtifact } from '../../io/store/json-artifact.js';
import type { FollowEnd } from '../../app/follow/follow-run.js';
import { renderResults } from '../../report/terminal/results.js';
import { partialNote } from '../../report/words/partial.js';
import { streamStyle } from './style.js';
import { reportError } from '../report-error.js';
import { shownPath, standardReportFile, writeReportFile } from '../../app/runs/report-file.js';
import type { Session } from '../../app/session/session.js';

interface FinishOptions {
  readonly session: Session;
  readonly plan: Plan;
  readonly json: boolean;
  /** File of the HTML report. */
  readonly report: string | undefined;
}

/** Prints what there is to say, and sets the exit code. */
export async function finishWith(end: FollowEnd, options: FinishOptions): Promise<void> {
  const { name } = options.plan;
  switch (end.how) {
    case 'finished': {
      const report = await readJsonArtifact<RunReport>(options.session.store, end.outcome.report);
      await showReport(report, options);
      return;
    }
    case 'failed':
      reportError(end.error, { json: options.json });
      process.stderr.write(`  → Finished results are kept: ominus run resumes from there.\n`);
      return;
    case 'cancelled':
      reportError(new OminusError('CANCELLED', { message: `the run was cancelled [run=${name}]` }), {
        json: options.json,
      });
      return;
    case 'left':
      process.stderr.write(
        `\nThe run ${name} waits on the server; nothing is lost.\n` +
          `  resume:  run the same command again, or ominus worker\n` +
          `  inspect: ominus status ${name}\n` +
          `  cancel:  ominus cancel ${name}\n`,
      );
      process.exitCode = EXIT.interrupted;
  }
}

/** Says on stderr that results are not final, whatever goes to stdout. */
export function warnOfPartial(report: RunReport): void {
  const note = partialNote(report);
  if (note !== undefined) {
    process.stderr.write(`warning: ${note}\n`);
  }
}

/** Prints results as text or as one JSON object, and writes the HTML report. */
export async function showReport(
  report: RunReport,
  options: { readonly json: boolean; readonly report: string | undefined },
): Promise<void> {
  const file = options.report === undefined ? standardReportFile(report, 'html') : resolve(options.report);
  await writeReportFile(file, renderReport(report));
  if (options.json) {
    process.stdout.write(`${JSON.stringify(resultsObject(report))}\n`);
    return;
  }
  process.stdout.write(`${renderResults(report, streamStyle(process.stdout))}\n`);
  process.stdout.write(`report: ${shownPath(file)}\n`);
}
