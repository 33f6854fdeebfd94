/**
 * What running a sweep costs beside evaluating its points: a grid over the demo's adapters, without benchmarks, through Temporal with one
 * worker, against one activity that loops over the same points; and the memory of worker and server on the way.
 *
 *     npx tsx bench/sweep.ts [points] [--json]
 *
 * Both sides compute coefficients, norm and distance of every point, and store a record per point, each in a store of its own on one disk.
 * The worker is this process; the server is the embedded one, in a state folder of its own.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCaches, type ActivityContext } from '../activities/context.js';
import { nodeOf } from '../activities/node-result.js';
import { runNode } from '../activities/run-node.js';
import { createSourceAccess } from '../activities/source-access.js';
import { openBatch } from '../activities/sweep/open-batch.js';
import { runPoints } from '../activities/sweep/run-points.js';
import type { SweepRun } from '../activities/sweep/sweep-facts.js';
import { preparePlan } from '../cli/prepare-plan.js';
import { openSession, startSessionWorker } from '../cli/session.js';
import { submitPlan } from '../cli/submit-plan.js';
import type { Plan } from '../core/plan/types.js';
import { createArtifactStore } from '../io/store/artifact-store.js';
import { jsonArtifact } from '../io/store/json-artifact.js';
import { LocalBlobStore } from '../io/store/local-blob-store.js';
import { serverPlace } from '../io/temporal/server-place.js';
import { stopServer } from '../io/temporal/server.js';
import { sweepProgressQuery } from '../workflows/messages.js';

const POLL_MS = 200;
const points = Number(process.argv.slice(2).find((argument) => !argument.startsWith('--')) ?? 10_000);
const side = Math.round(Math.sqrt(points));
const demo = fileURLToPath(new URL('../demo/', import.meta.url));
const spec = `version: 1
kind: sweep
name: bench-sweep
adapters: { expert: "${demo}adapters/expert", truth⁻: "${demo}adapters/truth-", tox⁻: "${demo}adapters/tox-" }
chain: "[expert ⊖ a·Ext(truth⁻)] ⊖ b·Ext(tox⁻)"
over: { a: { from: 0.01, step: 0.01, to: ${String(side / 100)} }, b: { from: 0.01, step: 0.01, to: ${String(side / 100)} } }
`;

interface MemorySample {
  /** Share of the points that are done. */
  readonly done: number;
  readonly workerMb: number;
  readonly serverMb: number;
}

/** One loop over all points, with nothing around it but the opening of the batch. */
async function loopSeconds(plan: Plan, folder: string): Promise<number> {
  const store = await createArtifactStore(new LocalBlobStore(folder));
  const noEngine = (): never => {
    throw new Error('nothing is evaluated here');
  };
  const sources = createSourceAccess();
  const context: ActivityContext = { store, device: 'cpu', engine: noEngine, sources, caches: createCaches() };
  const run: SweepRun = {
    context,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    crashes: new Map(),
  };
  const ref = await jsonArtifact(store, plan);
  const started = performance.now();
  for (const { id } of plan.nodes) {
    await runNode(nodeOf(plan, id), { ...run, plan });
  }
  await openBatch(run, { name: plan.name, runId: 'loop', plan: ref, batch: 0 });
  const outcome = await runPoints(run, { plan: ref, batch: 0, from: 0, to: side * side, budgetMs: Infinity });
  const seconds = (performance.now() - started) / 1000;
  await sources.close();
  if (outcome.done !== side * side) {
    throw new Error(`the loop did ${String(outcome.done)} points`);
  }
  return seconds;
}

/** The whole run through Temporal: batch, slices, continue-as-new, choice and report. */
async function runSeconds(plan: Plan): Promise<{ seconds: number; searchSeconds: number; memory: MemorySample[] }> {
  const session = await openSession('cpu', () => undefined);
  const worker = await startSessionWorker(session, { device: 'cpu', roles: ['control', 'merge', 'evaluate'] });
  try {
    const started = performance.now();
    const { workflowId } = await submitPlan({ ...session, plan });
    const handle = session.client.workflow.getHandle(workflowId);
    const memory: MemorySample[] = [];
    let [searchSeconds, isOver] = [0, false];
    const ended = handle.result().finally(() => {
      isOver = true;
    });
    for (let tenth = 1; tenth <= 10 && !isOver;) {
      const { counts } = await handle.query(sweepProgressQuery);
      if (counts.total > 0 && counts.done >= (tenth * counts.total) / 10) {
        memory.push({ done: tenth / 10, workerMb: process.memoryUsage().rss / 1e6, serverMb: await serverMegabytes() });
        searchSeconds = (performance.now() - started) / 1000;
        tenth++;
      } else {
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    }
    await ended;
    return { seconds: (performance.now() - started) / 1000, searchSeconds, memory };
  } finally {
    await worker.shutdown();
    await session.close();
  }
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

const folder = await mkdtemp(join(tmpdir(), 'ominus-bench-sweep-'));
for (const [name, place] of Object.entries({ STATE_DIR: 'state', STORE: 'store', CACHE_DIR: 'cache' })) {
  process.env[`OMINUS_${name}`] = join(folder, place);
}
try {
  const file = join(folder, 'sweep.yaml');
  await writeFile(file, spec);
  const plan = await preparePlan(file, { device: 'cpu', log: () => undefined, outputRoot: folder });
  const loop = await loopSeconds(plan, join(folder, 'loop'));
  const { seconds, searchSeconds, memory } = await runSeconds(plan);
  const result = { points: side * side, loop, searchSeconds, seconds, ratio: searchSeconds / loop, memory };
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify(result));
  } else {
    const perPoint = (total: number): string => `${((1000 * total) / result.points).toFixed(2)} ms per point`;
    console.log(`one loop over ${String(result.points)} points: ${loop.toFixed(1)} s, ${perPoint(loop)}`);
    console.log(`the search through Temporal: ${searchSeconds.toFixed(1)} s, ${perPoint(searchSeconds)}`);
    console.log(`ratio: ${result.ratio.toFixed(2)}; with choice and report ${seconds.toFixed(1)} s`);
    for (const { done, workerMb, serverMb } of memory) {
      console.log(
        `${(100 * done).toFixed(0).padStart(4)} %: worker ${workerMb.toFixed(0)} MB, server ${serverMb.toFixed(0)} MB`,
      );
    }
  }
} finally {
  await stopServer();
  await rm(folder, { recursive: true, force: true });
}
