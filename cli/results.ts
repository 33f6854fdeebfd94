/** `ominus results RUN`: results of a finished run, from the store alone. */
import { Command } from 'commander';
import { OminusError } from '../core/errors.js';
import { openArtifactStore } from '../io/store/open.js';
import { renderCsv } from '../core/report/csv.js';
import { renderMarkdown } from '../core/report/markdown.js';
import { showReport } from './finish.js';
import { findStoredRun, RUN_ARGUMENT } from './stored-run.js';

interface ResultsOptions {
  readonly json?: true;
  readonly report?: string;
  readonly format?: 'text' | 'markdown' | 'csv';
}

/** The command. */
export function resultsCommand(): Command {
  return new Command('results')
    .description('Print the results of the latest finished run of a spec; needs no server.')
    .argument('<run>', RUN_ARGUMENT)
    .option('--json', 'one JSON object, as ominus run --json prints')
    .option('--format <format>', 'text, markdown or csv', 'text')
    .option('--report <file>', 'where to write the HTML report (default: out/NAME/report.html)')
    .action(async (name: string, options: ResultsOptions) => {
      const { report } = await findStoredRun(await openArtifactStore(), name);
      switch (options.format ?? 'text') {
        case 'text':
          await showReport(report, { json: options.json === true, report: options.report });
          return;
        case 'markdown':
          process.stdout.write(`${renderMarkdown(report)}\n`);
          return;
        case 'csv':
          process.stdout.write(renderCsv(report));
          return;
        default:
          throw new OminusError('USAGE', {
            message: `unknown format [format=${String(options.format)}]: expected text, markdown or csv`,
            hint: 'Name one of them.',
          });
      }
    });
}
