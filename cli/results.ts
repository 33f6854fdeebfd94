/** `ominus results RUN`: results of a finished run, from the store alone. */
import { Command } from 'commander';
import { OminusError } from '../core/errors.js';
import type { RunReport } from '../core/report/types.js';
import { readJsonArtifact } from '../io/store/json-artifact.js';
import { openArtifactStore } from '../io/store/open.js';
import { toRunRecord } from '../io/store/run-record.js';
import { renderCsv } from '../core/report/csv.js';
import { renderMarkdown } from '../core/report/markdown.js';
import { showReport } from './finish.js';

interface ResultsOptions {
  readonly json?: true;
  readonly report?: string;
  readonly format?: 'text' | 'markdown' | 'csv';
}

/** The command. */
export function resultsCommand(): Command {
  return new Command('results')
    .description('Print the results of the latest finished run of a spec; needs no server.')
    .argument('<run>', 'the name of a spec')
    .option('--json', 'one JSON object, as ominus run --json prints')
    .option('--format <format>', 'text, markdown or csv', 'text')
    .option('--report <file>', 'where to write the HTML report (default: out/NAME/report.html)')
    .action(async (name: string, options: ResultsOptions) => {
      const report = await latestReport(name);
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

async function latestReport(name: string): Promise<RunReport> {
  const store = await openArtifactStore();
  const runs = (await store.listRuns()).filter((run) => run.name === name);
  for (const { runId } of [...runs].sort((a, b) => b.modifiedMs - a.modifiedMs)) {
    const record = toRunRecord(await store.getRun(name, runId));
    if (record?.report !== undefined) {
      return readJsonArtifact<RunReport>(store, record.report);
    }
  }
  throw new OminusError('RUN_NOT_FOUND', {
    message: `the store has no finished run of this name [run=${name}, store=${store.blobs.uri}]`,
    hint: runs.length > 0 ? `It has begun: ominus watch ${name}` : 'ominus status lists the runs.',
  });
}
