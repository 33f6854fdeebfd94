/** `ominus results RUN`: results of a finished run, from the store alone. */
import { Command, Option } from 'commander';
import { openStoreAsItIs } from '../../io/store/open.js';
import { metricsCsv } from '../../report/csv/metrics-csv.js';
import { pairsCsv } from '../../report/csv/pairs-csv.js';
import { resultsObject } from '../../report/json/results-object.js';
import { renderAllRuns } from '../../report/terminal/all-runs.js';
import { OminusError } from '../../core/errors.js';
import { streamStyle } from '../render/style.js';
import { renderMarkdown } from '../../report/markdown/markdown.js';
import { findResults } from '../../app/runs/partial-results.js';
import { showReport, warnOfPartial } from '../render/finish.js';
import { finishedRuns, RUN_ARGUMENT } from '../../app/runs/stored-run.js';

interface ResultsOptions {
  readonly json?: true;
  readonly all?: true;
  readonly partial?: true;
  readonly report?: string;
  readonly format: (typeof FORMATS)[number];
}

const FORMATS = ['text', 'md', 'csv', 'pairs.csv'] as const;

/** The command. */
export function resultsCommand(): Command {
  return new Command('results')
    .description(
      'Print the results of the latest finished run of a spec, or what its run has reached if none has finished. Needs no server.',
    )
    .argument('[run]', RUN_ARGUMENT)
    .option('--all', 'all finished runs of the store: one table of the latest run of every name, or one CSV')
    .option('--partial', 'of the latest run, also while an earlier one has finished; marked as partial')
    .option('--json', 'one JSON object, as ominus run --json prints')
    .addOption(
      new Option('--format <format>', 'what to print; csv: all metrics, pairs.csv: all comparisons (docs/data.md)')
        .choices(FORMATS)
        .default('text'),
    )
    .option('--report <file>', 'where to write the HTML report (default: out/NAME/report.html)')
    .action(async (name: string | undefined, options: ResultsOptions) => {
      if (name === undefined || options.all === true) {
        await showAll(name, options);
        return;
      }
      const report = await findResults(await openStoreAsItIs(), name, { partial: options.partial === true });
      warnOfPartial(report);
      switch (options.format) {
        case 'text':
          await showReport(report, { json: options.json === true, report: options.report });
          return;
        case 'md':
          process.stdout.write(`${renderMarkdown(report)}\n`);
          return;
        case 'csv':
          process.stdout.write(metricsCsv([report]));
          return;
        case 'pairs.csv':
          process.stdout.write(pairsCsv([report]));
          return;
      }
    });
}

async function showAll(name: string | undefined, { all, json, format }: ResultsOptions): Promise<void> {
  if (all !== true || name !== undefined || format === 'md') {
    throw new OminusError('USAGE', {
      message: all !== true ? "missing required argument 'run'" : '--all is for all runs, as text, CSV or JSON',
      hint: 'Name a run, or write --all alone; ominus results --help says more.',
    });
  }
  const reports = (await finishedRuns(await openStoreAsItIs())).map(({ report }) => report);
  if (json === true) {
    process.stdout.write(`${JSON.stringify({ runs: reports.map(resultsObject) })}\n`);
  } else if (format === 'csv') {
    process.stdout.write(metricsCsv(reports));
  } else if (format === 'pairs.csv') {
    process.stdout.write(pairsCsv(reports));
  } else if (reports.length === 0) {
    process.stdout.write('no finished runs in this store\n');
  } else {
    process.stdout.write(`${renderAllRuns(reports, streamStyle(process.stdout))}\n`);
  }
}
