/** `ominus compare RUN RUN`: what differs between two finished runs, in plan and results; from the store alone. */
import { Command } from 'commander';
import { EXIT } from '../../core/errors.js';
import { describeChanges } from '../../core/plan/diff-plans.js';
import { compareReports } from '../../report/reading/compare-reports.js';
import { openStoreAsItIs } from '../../io/store/open.js';
import { renderComparison } from '../render/compare.js';
import { streamStyle } from '../render/style.js';
import { findStoredRun, RUN_ARGUMENT, storedPlan, type StoredRun } from '../../app/runs/stored-run.js';

interface CompareOptions {
  readonly json?: true;
  readonly exitCode?: true;
}

/** The command. */
export function compareCommand(): Command {
  return new Command('compare')
    .description('Compare two finished runs: differences in plan and results. Needs no server.')
    .argument('<first>', RUN_ARGUMENT)
    .argument('<second>', 'the second run, in the same form')
    .option('--json', 'one JSON object')
    .option('--exit-code', 'exit with 1 if any value differs')
    .action(async (firstName: string, secondName: string, options: CompareOptions) => {
      const store = await openStoreAsItIs();
      const [first, second] = [await findStoredRun(store, firstName), await findStoredRun(store, secondName)];
      const changes = describeChanges(await storedPlan(store, first), await storedPlan(store, second));
      const difference = compareReports(first.report, second.report);
      if (options.json === true) {
        const steps = difference.steps.map(({ step, sameWeights, metrics }) => ({
          step,
          sameWeights,
          metrics: metrics.map(({ metric, first: before, second: after, difference: change }) => ({
            metric,
            first: before,
            second: after,
            difference: change,
          })),
        }));
        const runs = { first: identity(first), second: identity(second) };
        process.stdout.write(`${JSON.stringify({ ...runs, changes, ...difference, steps })}\n`);
      } else {
        const text = renderComparison(
          { first: title(first), second: title(second), changes, difference },
          streamStyle(process.stdout),
        );
        process.stdout.write(`${text}\n`);
      }
      if (options.exitCode === true && !difference.isSame) {
        process.exitCode = EXIT.failed;
      }
    });
}

function identity({ name, runId, record }: StoredRun): { name: string; runId: string; planDigest: string } {
  return { name, runId, planDigest: record.planDigest };
}

function title({ name, runId, report }: StoredRun): string {
  return `${name}, run ${runId}, finished ${report.run.finishedAt}`;
}
