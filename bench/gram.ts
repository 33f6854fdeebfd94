/**
 * The whole computation of a `gram` node: core/numeric in this process against onnxruntime in an inference child.
 *
 *     npm run build && npx tsx bench/gram.ts [--device cpu|cuda] [--json]
 *
 * 64 modules of 4096 × 4096 (q and v of LLaMA-7B), rank 16, float16, with 2 and 3 leaves. Both sides open the adapters, read
 * and hash the factors, and end with the matrices in this process; the child's side includes the messages. Starting the
 * child is timed by itself, because a run that evaluates needs one anyway. The sides alternate; times are medians.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Gram } from '../core/algebra/types.js';
import type { Digest } from '../core/digest.js';
import { openAdapter } from '../io/adapter/adapter-folder.js';
import { computeGram } from '../io/adapter/compute-gram.js';
import type * as Engine from '../io/model/engine.js';
import { machine, machineLine } from './machine.js';
import { llama7b, makeRandomAdapter } from './make-random-adapter.js';

const built = new URL('../dist/io/model/engine.js', import.meta.url).href;
const { createInferenceEngine } = (await import(built)) as typeof Engine; // the same file, compiled
const REPEATS = 5;
const device = process.argv.includes('cuda') ? 'cuda' : 'cpu';

interface Leaf {
  readonly folder: string;
  readonly digest: Digest;
}

/** What the node does without a child. */
async function plainGram(leaves: readonly Leaf[]): Promise<Gram> {
  const adapters = await Promise.all(leaves.map(({ folder }) => openAdapter(folder)));
  const gram = await computeGram(adapters);
  await Promise.all(adapters.map((adapter) => adapter.close()));
  return gram;
}

async function timed<T>(work: () => Promise<T>): Promise<readonly [number, T]> {
  const start = performance.now();
  const result = await work();
  return [performance.now() - start, result];
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

/** Largest difference of an entry, relative to the largest entry of its module. */
function worst(a: Gram, b: Gram): number {
  return Math.max(
    ...[...a.modules].map(([path, values]) => {
      const others = b.modules.get(path) ?? new Float64Array();
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      return values.reduce((most, value, i) => Math.max(most, Math.abs(value - (others[i] ?? NaN))), 0) / largest;
    }),
  );
}

interface Result {
  readonly leaves: number;
  readonly startMs: number;
  readonly plainFirstMs: number;
  readonly childFirstMs: number;
  readonly plainMs: number;
  readonly childMs: number;
  /** In the last round. */
  readonly sessionMs: number;
  readonly ratio: number;
  /** With the start of the child. */
  readonly ratioFirst: number;
  readonly difference: number;
}

async function measure(leaves: readonly Leaf[]): Promise<Result> {
  const engine = createInferenceEngine({ device });
  try {
    const [startMs] = await timed(() => engine.times());
    const plain: number[] = [];
    const child: number[] = [];
    let sessionMs = 0;
    let difference = 0;
    for (let repeat = 0; repeat <= REPEATS; repeat++) {
      const inside = (await engine.times()).sessionRunMs;
      const [plainMs, ours] = await timed(() => plainGram(leaves));
      const [childMs, theirs] = await timed(() => engine.gram(leaves, 'scaled'));
      difference = Math.max(difference, worst(ours, theirs));
      plain.push(plainMs);
      child.push(childMs);
      sessionMs = (await engine.times()).sessionRunMs - inside;
    }
    // The first round, where both sides compile, read the disk and build their sessions, is shown but not counted.
    const [plainFirstMs = NaN, ...plainMs] = plain;
    const [childFirstMs = NaN, ...childMs] = child;
    return {
      leaves: leaves.length,
      startMs,
      plainFirstMs,
      childFirstMs,
      plainMs: median(plainMs),
      childMs: median(childMs),
      sessionMs,
      ratio: median(plainMs) / median(childMs),
      ratioFirst: plainFirstMs / (startMs + childFirstMs),
      difference,
    };
  } finally {
    await engine.close();
  }
}

const folder = await mkdtemp(join(tmpdir(), 'ominus-bench-'));
try {
  const all: Leaf[] = [];
  for (const seed of [1, 2, 3]) {
    const path = join(folder, String(seed));
    await makeRandomAdapter(path, llama7b(['q_proj', 'v_proj']), { rank: 16, seed });
    const adapter = await openAdapter(path);
    all.push({ folder: path, digest: await adapter.digest() });
    await adapter.close();
  }
  const results = [await measure(all.slice(0, 2)), await measure(all)];
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify({ device, ...machine(), results }));
  } else {
    for (const result of results) {
      const ms = (value: number): string => `${value.toFixed(0)} ms`;
      console.log(
        `${String(result.leaves)} leaves: kernel ${ms(result.plainMs)}, onnxruntime on ${device} ${ms(result.childMs)} ` +
          `(${ms(result.sessionMs)} in session.run): ${result.ratio.toFixed(2)} times as fast; largest difference ${result.difference.toExponential(1)}`,
      );
      console.log(
        `  first time: kernel ${ms(result.plainFirstMs)}, onnxruntime ${ms(result.childFirstMs)} and ${ms(result.startMs)} to start ` +
          `the child: ${result.ratioFirst.toFixed(2)} times as fast`,
      );
    }
    console.log(machineLine());
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
