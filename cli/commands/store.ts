/** `ominus store`: what is stored, whether it is sound, and what may go. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { EXIT, OminusError } from '../../core/errors.js';
import { collect, DEFAULT_GRACE_MS, planCollection, type Collectable } from '../../io/store/collection.js';
import { openStoreAsItIs } from '../../io/store/open.js';
import { forgetRuns, summariseStore, type RunSummary, type StoreSummary } from '../../io/store/summary.js';
import type { ArtifactStore } from '../../io/store/types.js';
import { RunDirectory, type ListedState } from '../../app/runs/run-directory.js';
import { TemporalLink } from '../../app/session/temporal-link.js';
import { verifyStore } from '../../io/store/verify.js';
import { humanBytes } from '../render/human-bytes.js';
import { textTable } from '../../report/terminal/table.js';

interface JsonOption {
  readonly json?: true;
}

/** A run with the state that the server knows. */
type ListedSummary = Omit<RunSummary, 'state'> & { readonly state: RunSummary['state'] | ListedState };

/** The command with its subcommands. */
export function storeCommand(): Command {
  return new Command('store')
    .description('List, verify and garbage-collect stored results (in OMINUS_STORE; default: the user’s state folder).')
    .addCommand(listCommand())
    .addCommand(gcCommand())
    .addCommand(verifyCommand())
    .addCommand(forgetCommand());
}

function listCommand(): Command {
  return new Command('list')
    .description('list the runs in the store, and its size')
    .option('--json', 'one JSON object')
    .action(async ({ json }: JsonOption) => {
      const summary = await summaryWithStates(await openStoreAsItIs());
      if (json === true) {
        print(JSON.stringify(summary));
        return;
      }
      const runs = [...summary.runs].sort((a, b) => b.modifiedMs - a.modifiedMs);
      print(summary.uri);
      if (summary.kinds.every(({ blobs }) => blobs === 0)) {
        print('nothing is stored here');
        return;
      }
      if (runs.length > 0) {
        const rows = runs.map(({ name, runId, state, nodes, storedNodes, modifiedMs }) => [
          name,
          runId,
          state,
          `${String(storedNodes)} of ${String(nodes)}`,
          new Date(modifiedMs).toISOString().slice(0, 16).replace('T', ' '),
        ]);
        print(`\n${textTable(['name', 'run', 'state', 'nodes stored', 'changed (UTC)'], rows)}`);
      }
      const kinds = summary.kinds.map(({ kind, blobs, sizeBytes }) => [kind, String(blobs), humanBytes(sizeBytes)]);
      print(`\n${textTable(['kind', 'number', 'size'], kinds)}`);
    });
}

/** The records of a store say what has finished; what became of other runs only the server knows. */
async function summaryWithStates(
  store: ArtifactStore,
): Promise<Omit<StoreSummary, 'runs'> & { readonly runs: readonly ListedSummary[] }> {
  const summary = await summariseStore(store);
  if (summary.runs.every(({ state }) => state !== 'running')) {
    return summary;
  }
  const link = new TemporalLink();
  try {
    const stateOf = await new RunDirectory(store, link).states();
    const runs = summary.runs.map((run): ListedSummary => ({
      ...run,
      state: run.state === 'running' ? (stateOf?.(run.name, run.runId) ?? 'unknown') : run.state,
    }));
    return { ...summary, runs };
  } finally {
    await link.drop();
  }
}

function gcCommand(): Command {
  return new Command('gc')
    .description('remove data that no run refers to')
    .option('--dry-run', 'only show what would be removed')
    .addOption(
      new Option('--older-than <age>', 'keep younger data, e.g. 12h, 1d, 2w')
        .argParser(parseAge)
        .default(DEFAULT_GRACE_MS, '1d'),
    )
    .option('--json', 'one JSON object')
    .action(async (options: JsonOption & { readonly dryRun?: true; readonly olderThan: number }) => {
      const store = await openStoreAsItIs();
      const plan = await planCollection(store, { olderThanMs: options.olderThan });
      const items = options.dryRun === true ? plan.remove : await collect(store, plan);
      if (options.json === true) {
        print(JSON.stringify({ dryRun: options.dryRun === true, removed: items, kept: plan.kept }));
        return;
      }
      const rows = [...new Set(items.map(({ reason }) => reason))].map((reason) => {
        const those = items.filter((item) => item.reason === reason);
        return [reason, String(those.length), humanBytes(totalBytes(those))];
      });
      if (rows.length > 0) {
        print(`${textTable(['kind', 'number', 'size'], rows)}\n`);
      }
      print(
        `${options.dryRun === true ? 'would remove' : 'removed'} ${String(items.length)} (${humanBytes(totalBytes(items))}), ` +
          `kept ${String(plan.kept.blobs)} (${humanBytes(plan.kept.sizeBytes)})`,
      );
    });
}

function verifyCommand(): Command {
  return new Command('verify')
    .description('check every digest; set damaged data aside, so that it is computed again')
    .option('--json', 'one JSON object')
    .action(async ({ json }: JsonOption) => {
      const result = await verifyStore(await openStoreAsItIs());
      if (json === true) {
        print(JSON.stringify(result));
      } else {
        result.damaged.forEach((name) => {
          print(`damaged, set aside: ${name}`);
        });
        result.forgotten.forEach((key) => {
          print(`artifacts lost, will be computed again: node ${key}`);
        });
        print(
          `${String(result.blobs)} read (${humanBytes(result.sizeBytes)}), ${String(result.damaged.length)} damaged`,
        );
      }
      if (result.damaged.length + result.forgotten.length > 0) {
        process.exitCode = EXIT.failed;
      }
    });
}

function forgetCommand(): Command {
  return new Command('forget')
    .description('forget the runs of a spec, so that gc can remove data that only they refer to')
    .argument('<name>', 'the spec’s name')
    .option('--run <id>', 'only this run')
    .action(async (name: string, { run }: { readonly run?: string }) => {
      const store = await openStoreAsItIs();
      const count = await forgetRuns(store, name, run);
      if (count === 0) {
        throw new OminusError('RUN_NOT_FOUND', {
          message: `the store has no such run [name=${name}${run === undefined ? '' : `, run=${run}`}, store=${store.blobs.uri}]`,
          hint: '`ominus store list` lists the runs.',
        });
      }
      print(
        `forgot ${String(count)} ${count === 1 ? 'run' : 'runs'} of ${name}; \`ominus store gc\` removes data that only they needed, once it is a day old`,
      );
    });
}

const AGE_UNITS_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

/** `90m`, `12h`, `1d`, `2w` in milliseconds; commander prefixes its own words to the error. */
function parseAge(text: string): number {
  const match = /^(\d{1,6})([smhdw])$/.exec(text);
  const unit = AGE_UNITS_MS[match?.[2] ?? ''];
  if (match === null || unit === undefined) {
    throw new InvalidArgumentError('Write a number followed by s, m, h, d or w, such as 12h or 1d.');
  }
  return Number(match[1]) * unit;
}

function totalBytes(items: readonly Collectable[]): number {
  return items.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
