/**
 * One more candidate on a loaded base: how much of its wall time is not spent inside onnxruntime's `session.run`.
 *
 *     npm run build && npx tsx bench/candidate.ts [model folder] [adapter folder…] [--json]
 *
 * Scores and continues batches as benchmarks make them, through the inference child as the activities do, for several
 * coefficients of the same leaves. The ratio counts everything else: reading and scaling factors, messages, batching. The child is
 * that of the build, as users have it: from the sources it would carry the compiler that loads them.
 */
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { leafCoefficients } from '../core/algebra/leaf.js';
import { digestOf } from '../core/digest.js';
import { openAdapter } from '../io/adapter/adapter-folder.js';
import type * as Engine from '../io/model/engine.js';
import type { Candidate, ScoreRow } from '../io/model/types.js';

const demo = fileURLToPath(new URL('../demo/', import.meta.url));
const paths = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const folder = paths[0] ?? join(demo, 'base');
const adapters =
  paths.length > 1 ? paths.slice(1) : ['expert', 'truth-', 'tox-'].map((name) => join(demo, 'adapters', name));

interface Result {
  readonly lambda: number;
  readonly wallMs: number;
  readonly sessionMs: number;
  readonly outside: number;
  readonly tokensPerSecond: number;
}

/** Every leaf with its own weight, everywhere. */
async function candidate(weights: readonly number[]): Promise<Candidate> {
  const modules = new Map<string, Float64Array>();
  const leaves = [];
  for (const [place, path] of adapters.entries()) {
    const adapter = await openAdapter(path);
    await adapter.close();
    const digest = digestOf(path);
    leaves.push({ folder: path, digest });
    for (const [module, ones] of leafCoefficients(digest, adapter.description).modules) {
      const all = modules.get(module) ?? new Float64Array(ones.length * adapters.length);
      all.fill(weights[place] ?? 0, place * ones.length, (place + 1) * ones.length);
      modules.set(module, all);
    }
  }
  const coefficients = { leaves: leaves.map(({ digest }) => digest), modules };
  return { id: `weights ${weights.join(' ')}`, adapters: leaves, coefficients };
}

/** Six choices for each of eight questions: prompts of 24 tokens, answers of 4 to 9. */
function choices(batch: number, vocabulary: number): readonly ScoreRow[] {
  const token = (seed: number): number => 4 + ((seed * 7919) % (vocabulary - 4));
  return Array.from({ length: 48 }, (_, row) => ({
    context: Array.from({ length: 24 }, (__, place) => token(batch * 31 + Math.floor(row / 6) * 17 + place)),
    continuation: Array.from({ length: 4 + (row % 6) }, (__, place) => token(row * 13 + place)),
  }));
}

const built = new URL('../dist/io/model/engine.js', import.meta.url).href;
const { createInferenceEngine } = (await import(built)) as typeof Engine; // the same file, compiled
const engine = createInferenceEngine();
try {
  const start = performance.now();
  const { vocabSize } = await engine.openModel({ folder, digest: digestOf(folder) });
  const loadMs = performance.now() - start;
  const work = async (one: Candidate): Promise<number> => {
    let tokens = 0;
    for (let batch = 0; batch < 10; batch++) {
      const rows = choices(batch, vocabSize);
      await engine.score(one, rows);
      tokens += rows.reduce((sum, row) => sum + row.context.length + row.continuation.length, 0);
      if (batch % 5 === 0) {
        const prompts = rows.slice(0, 32).map(({ context }) => context);
        const answers = await engine.generate(one, prompts, { maxNewTokens: 48, endTokens: [] });
        tokens += answers.reduce((sum, answer) => sum + answer.tokens.length, 0);
      }
    }
    return tokens;
  };
  await work(await candidate([1, 0, 0])); // reads the leaves, and lets the runtime allocate what it keeps
  const results: Result[] = [];
  for (const lambda of [0.25, 0.5, 0.75, 1]) {
    const one = await candidate([1 + lambda / 2, -lambda / 2, -lambda / 4]);
    const inside = (await engine.times()).sessionRunMs;
    const begin = performance.now();
    const tokens = await work(one);
    const wallMs = performance.now() - begin;
    const sessionMs = (await engine.times()).sessionRunMs - inside;
    results.push({
      lambda,
      wallMs,
      sessionMs,
      outside: 1 - sessionMs / wallMs,
      tokensPerSecond: (1000 * tokens) / wallMs,
    });
  }
  const sum = (pick: (result: Result) => number): number => results.reduce((total, result) => total + pick(result), 0);
  const outside = 1 - sum(({ sessionMs }) => sessionMs) / sum(({ wallMs }) => wallMs);
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify({ model: folder, loadMs, outside, results }));
  } else {
    console.log(`${basename(folder)} with ${String(adapters.length)} leaves, loaded once in ${loadMs.toFixed(0)} ms`);
    for (const { lambda, wallMs, outside: share, tokensPerSecond } of results) {
      const percent = (100 * share).toFixed(1);
      console.log(
        `λ ${lambda.toFixed(2)}: ${wallMs.toFixed(0)} ms, ${percent} % outside session.run, ${tokensPerSecond.toFixed(0)} tokens/s`,
      );
    }
    console.log(`one more candidate: ${(100 * outside).toFixed(1)} % outside session.run (goal: under 5 %)`);
  }
} finally {
  await engine.close();
}
