/** `ominus results RUN`: results of a finished run, from the store alone. */
import { Command, Option } from 'commander';
import { openStoreAsItIs } from '../../io/store/open.js';
import { renderCsv } from '../../report/csv/report-csv.js';
import { renderMarkdown } from '../../report/markdown/markdown.js';
import { showReport } from '../render/finish.js';
import { findStoredRun, RUN_ARGUMENT } from '../../app/runs/stored-run.js';

interface ResultsOptions {
  readonly json?: true;
  readonly report?: string;
  readonly format: (typeof FORMATS)[number];
}

const FORMATS = ['text', 'md', 'csv'] as const;

/** The command. */
export function resultsCommand(): Command {
  return new Command('results')
    .description('Print the results of the latest finished run of a spec. Needs no server.')
    .argument('<run>', RUN_ARGUMENT)
    .option('--json', 'one JSON object, as ominus run --json prints')
    .addOption(new Option('--format <format>', 'what to print').choices(FORMATS).default('text'))
    .option('--report <file>', 'where to write the HTML report (default: out/NAME/report.html)')
    .action(async (name: string, options: ResultsOptions) => {
      const { report } = await findStoredRun(await openStoreAsItIs(), name);
      switch (options.format) {
        case 'text':
          await showReport(report, { json: options.json === true, report: options.report });
          return;
        case 'md':
          process.stdout.write(`${renderMarkdown(report)}\n`);
          return;
        case 'csv':
          process.stdout.write(renderCsv(report));
          return;
      }
    });
}
