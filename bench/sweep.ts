/**
 * What running a sweep costs beside evaluating its points: grids over the demo's adapters, without benchmarks, through Temporal with one
 * worker, against one activity that loops over the same points.
 *
 *     npx tsx bench/sweep.ts [--rounds 7] [--points 400] [--memory 10000] [--json]
 *
 * Both sides compute coefficients, norm and distance of every point, and store a record per point, each in a store of its own on one disk.
 * They take turns, in rounds of points that neither has seen; who begins changes from round to round, and a first round is not counted. With
 * `--memory` instead: one long sweep through Temporal, and the memory of worker and server on the way.
 *
 * The worker is this process; the server is the embedded one, in a state folder of its own.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createCaches, type ActivityContext } from '../activities/context.js';
import { nodeOf } from '../activities/node-result.js';
import { runNode } from '../activities/run-node.js';
import { createSourceAccess } from '../activities/source-access.js';
import { openBatch } from '../activities/sweep/open-batch.js';
import { runPoints } from '../activities/sweep/run-points.js';
import type { SweepRun } from '../activities/sweep/sweep-facts.js';
import { planLocally } from '../app/plan-locally.js';
import { openSession, startSessionWorker, type Session } from '../app/session/session.js';
import { submitPlan } from '../app/submit/submit-plan.js';
import type { Plan } from '../core/plan/types.js';
import { createArtifactStore } from '../io/store/artifact-store.js';
import { jsonArtifact } from '../io/store/json-artifact.js';
import { LocalBlobStore } from '../io/store/local-blob-store.js';
import { serverPlace } from '../io/temporal/server-place.js';
import { stopServer } from '../io/temporal/server.js';
import { sweepProgressQuery } from '../workflows/messages.js';
import { machine } from './machine.js';

const POLL_MS = 100;
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    points: { type: 'string', default: '400' },
    memory: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const demo = fileURLToPath(new URL('../demo/', import.meta.url));

/** A sweep over a square grid; those of different rounds have no point in common. */
async function planOf(folder: string, round: number, side: number): Promise<Plan> {
  const range = (from: number): string =>
    `{ from: ${(from + 0.01).toFixed(2)}, step: 0.01, to: ${(from + side / 100).toFixed(2)} }`;
  const file = join(folder, 'sweep.yaml');
  await writeFile(
    file,
    `version: 1
kind: sweep
name: bench-sweep-${String(round)}
adapters: { expert: "${demo}adapters/expert", truth⁻: "${demo}adapters/truth-", tox⁻: "${demo}adapters/tox-" }
chain: "[expert ⊖ a·Ext(truth⁻)] ⊖ b·Ext(tox⁻)"
over: { a: ${range(round)}, b: ${range(0)} }
`,
  );
  return planLocally(file, { device: 'cpu', log: () => undefined, outputRoot: folder });
}

/** What the loop's activity works with: as a worker has it, but for Temporal. */
async function loopRun(folder: string): Promise<SweepRun> {
  const noEngine = (): never => {
    throw new Error('nothing is evaluated here');
  };
  const context: ActivityContext = {
    store: await createArtifactStore(new LocalBlobStore(folder)),
    device: 'cpu',
    engine: noEngine,
    sources: createSourceAccess(),
    caches: createCaches(),
  };
  return { context, signal: new AbortController().signal, onProgress: () => undefined, crashes: new Map() };
}

/** One loop over all points, with nothing around it but the opening of the batch. */
async function loopSeconds(run: SweepRun, plan: Plan, points: number): Promise<number> {
  const ref = await jsonArtifact(run.context.store, plan);
  const started = performance.now();
  for (const { id } of plan.nodes) {
    await runNode(nodeOf(plan, id), { ...run, plan });
  }
  await openBatch(run, { name: plan.name, runId: 'loop', plan: ref, batch: 0 });
  const { done } = await runPoints(run, { plan: ref, batch: 0, from: 0, to: points, budgetMs: Infinity });
  const seconds = (performance.now() - started) / 1000;
  if (done !== points) {
    throw new Error(`the loop did ${String(done)} of ${String(points)} points`);
  }
  return seconds;
}

interface SearchTimes {
  /** Until all points are done: batch, slices, continue-as-new. */
  readonly search: number;
  /** With choice and report. */
  readonly all: number;
}

/** The whole run through Temporal. `onTenth` is told when another tenth of the points is done. */
async function temporalSeconds(
  session: Session,
  plan: Plan,
  onTenth: (tenth: number) => Promise<void> = () => Promise.resolve(),
): Promise<SearchTimes> {
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  const { workflowId } = await submitPlan({ ...session, plan });
  const handle = session.client.workflow.getHandle(workflowId);
  let search = 0;
  for (let tenth = 1; tenth <= 10;) {
    const { counts } = await handle.query(sweepProgressQuery);
    if (counts.total > 0 && counts.done >= (tenth * counts.total) / 10) {
      search = seconds();
      await onTenth(tenth);
      tenth++;
    } else {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
  await handle.result();
  return { search, all: seconds() };
}

/** Resident memory of the server's process; 0 where the system does not tell. */
async function serverMegabytes(): Promise<number> {
  try {
    const pid = (await readFile(serverPlace().pidFile, 'utf8')).trim();
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1000;
  } catch {
    return 0;
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

/** Prints a line for people, or an object for programs. */
function say(line: string, result: object): void {
  console.log(options.json ? JSON.stringify(result) : line);
}

/** Rounds in which the sides take turns. */
async function compare(folder: string, session: Session, rounds: number, side: number): Promise<void> {
  const run = await loopRun(join(folder, 'loop'));
  const points = side * side;
  const perPoint = (seconds: number): string => `${((1000 * seconds) / points).toFixed(1)} ms`;
  const counted: { readonly loop: number; readonly search: number }[] = [];
  for (let round = 0; round <= rounds; round++) {
    const plan = await planOf(folder, round, side);
    const temporalFirst = round % 2 === 1 ? await temporalSeconds(session, plan) : undefined;
    const loop = await loopSeconds(run, plan, points);
    const { search, all } = temporalFirst ?? (await temporalSeconds(session, plan));
    // In the first round both sides compile, and open what they need.
    const isCounted = round > 0;
    if (isCounted) {
      counted.push({ loop, search });
    }
    say(
      `${isCounted ? `round ${String(round)}` : 'to begin'}: loop ${perPoint(loop)}, through Temporal ${perPoint(search)} per point, ratio ` +
        `${(search / loop).toFixed(2)}; with choice and report ${all.toFixed(1)} s; load ${machine().load.toFixed(1)}`,
      { round, isCounted, points, loop, search, all, load: machine().load },
    );
  }
  await run.context.sources.close();
  const ratios = counted.map(({ loop, search }) => search / loop);
  const result = {
    points,
    rounds,
    loop: median(counted.map(({ loop }) => loop)),
    search: median(counted.map(({ search }) => search)),
    ratio: median(ratios),
    ratios: [Math.min(...ratios), Math.max(...ratios)],
  };
  say(
    `medians of ${String(rounds)} rounds of ${String(points)} points: loop ${perPoint(result.loop)}, through Temporal ${perPoint(result.search)} ` +
      `per point; ratio ${result.ratio.toFixed(2)} (${result.ratios.map((ratio) => ratio.toFixed(2)).join(' to ')})`,
    result,
  );
}

/** One long sweep, and the memory on the way. */
async function watchMemory(folder: string, session: Session, side: number): Promise<void> {
  const { search, all } = await temporalSeconds(session, await planOf(folder, 0, side), async (tenth) => {
    const sample = {
      tenth,
      workerMb: process.memoryUsage().rss / 1e6,
      serverMb: await serverMegabytes(),
      load: machine().load,
    };
    say(
      `${String(10 * tenth).padStart(4)} %: worker ${sample.workerMb.toFixed(0)} MB, server ${sample.serverMb.toFixed(0)} MB, load ${machine().load.toFixed(1)}`,
      sample,
    );
  });
  const points = side * side;
  say(
    `${String(points)} points through Temporal: ${search.toFixed(1)} s, ${((1000 * search) / points).toFixed(1)} ms per point; with choice and report ${all.toFixed(1)} s`,
    { points, search, all },
  );
}

const folder = await mkdtemp(join(tmpdir(), 'ominus-bench-sweep-'));
for (const [name, place] of Object.entries({ STATE_DIR: 'state', STORE: 'store', CACHE_DIR: 'cache' })) {
  process.env[`OMINUS_${name}`] = join(folder, place);
}
try {
  const session = await openSession('cpu', () => undefined);
  const worker = await startSessionWorker(session, { device: 'cpu', roles: ['control', 'merge', 'evaluate'] });
  const sideOf = (points: string): number => Math.round(Math.sqrt(Number(points)));
  try {
    await (options.memory === undefined
      ? compare(folder, session, Number(options.rounds), sideOf(options.points))
      : watchMemory(folder, session, sideOf(options.memory)));
  } finally {
    await worker.shutdown();
    await session.close();
  }
} finally {
  await stopServer();
  await rm(folder, { recursive: true, force: true });
}
