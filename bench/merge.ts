/**
 * Merge figures: `ominus merge` as a whole process against Node's bare start, against `cat` of the same bytes, and the
 * published method (dense, one module) in the same process, scaled to all modules. Run: npm run build && npx tsx bench/merge.ts
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { llama7b, makeRandomAdapter } from './make-random-adapter.js';

const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const REPEATS = 5;

interface Measured {
  readonly seconds: number;
  readonly megabytes: number;
}

/** Best wall time of some runs, and the largest memory that GNU time saw. */
function measure(command: string, args: readonly string[], before: () => void = () => undefined): Measured {
  let seconds = Infinity;
  let megabytes = 0;
  for (let i = 0; i < REPEATS; i++) {
    before();
    const start = performance.now();
    const { stderr, status } = spawnSync('/usr/bin/time', ['-f', '%M', command, ...args], { encoding: 'utf8' });
    if (status !== 0) {
      throw new Error(`${command} failed: ${stderr}`);
    }
    seconds = Math.min(seconds, (performance.now() - start) / 1000);
    megabytes = Math.max(megabytes, Number(stderr.trim().split('\n').at(-1)) / 1024);
  }
  return { seconds, megabytes };
}

/** Seconds of one dense Ext-Sub step on one module: two products, three norms per row, as the published code does it. */
function denseSeconds(rows: number, width: number, rank: number): number {
  const random = (length: number): Float32Array => new Float32Array(length).map(() => Math.random() - 0.5);
  const [a1, b1, a2, b2] = [random(rank * width), random(rows * rank), random(rank * width), random(rows * rank)];
  const start = performance.now();
  const [plus, minus] = [new Float32Array(rows * width), new Float32Array(rows * width)];
  for (const [out, a, b] of [[plus, a1, b1] as const, [minus, a2, b2] as const]) {
    for (let i = 0; i < rows; i++) {
      for (let p = 0; p < rank; p++) {
        const weight = b[i * rank + p] ?? 0;
        for (let k = 0; k < width; k++) {
          out[i * width + k] = (out[i * width + k] ?? 0) + weight * (a[p * width + k] ?? 0);
        }
      }
    }
  }
  for (let i = 0; i < rows; i++) {
    const at = i * width;
    let [pp, mm] = [0, 0];
    for (let k = 0; k < width; k++) {
      pp += (plus[at + k] ?? 0) ** 2;
      mm += (minus[at + k] ?? 0) ** 2;
    }
    const [np, nm] = [Math.sqrt(pp), Math.sqrt(mm)];
    let [oo, mo] = [0, 0];
    for (let k = 0; k < width; k++) {
      const shared = (plus[at + k] ?? 0) / np + (minus[at + k] ?? 0) / nm;
      oo += shared * shared;
      mo += shared * (minus[at + k] ?? 0);
    }
    for (let k = 0; k < width; k++) {
      const shared = (plus[at + k] ?? 0) / np + (minus[at + k] ?? 0) / nm;
      plus[at + k] = (plus[at + k] ?? 0) - ((minus[at + k] ?? 0) - (mo / oo) * shared);
    }
  }
  return (performance.now() - start) / 1000;
}

async function benchShape(title: string, targets: readonly string[]): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'ominus-bench-'));
  try {
    const modules = llama7b(targets);
    const [e, t, out] = ['e', 't', 'out'].map((name) => join(root, name)) as [string, string, string];
    await makeRandomAdapter(e, modules, { rank: 16, seed: 1 });
    await makeRandomAdapter(t, modules, { rank: 16, seed: 2 });
    const files = [e, t].map((folder) => join(folder, 'adapter_model.safetensors'));
    const node = measure(process.execPath, ['-e', '0']);
    const cat = measure('/bin/sh', ['-c', `cat ${files.join(' ')} > ${join(root, 'cat')}`]);
    const args = [
      CLI,
      'merge',
      'e - Ext(t)',
      '--adapter',
      `e=${e}`,
      '--adapter',
      `t=${t}`,
      '--out',
      out,
      '--dtype',
      'float16',
    ];
    const merge = measure(process.execPath, args, () => {
      spawnSync('rm', ['-rf', out]);
    });
    const { size } = await stat(join(out, 'adapter_model.safetensors'));
    const dense = modules
      .filter(({ path }) => path.startsWith('model.layers.0.'))
      .reduce((sum, module) => sum + denseSeconds(module.out, module.in, 16), 0);
    const work = merge.seconds - node.seconds;
    const lines = [
      `${title}: ${String(modules.length)} modules, ${(size / 1e6).toFixed(1)} MB written`,
      `  node -e 0            ${node.seconds.toFixed(3)} s   ${node.megabytes.toFixed(0)} MB`,
      `  cat of the inputs    ${cat.seconds.toFixed(3)} s`,
      `  ominus merge         ${merge.seconds.toFixed(3)} s   ${merge.megabytes.toFixed(0)} MB   work ${work.toFixed(3)} s = ${(work / cat.seconds).toFixed(1)} × cat`,
      `  dense, TypeScript    ${(dense * 32).toFixed(1)} s (32 × one layer) = ${((dense * 32) / work).toFixed(0)} × our work`,
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

await benchShape('LLaMA-7B, q and v, rank 16 + 16, float16', ['q_proj', 'v_proj']);
await benchShape('LLaMA-7B, all seven, rank 16 + 16, float16', [
  'q_proj',
  'k_proj',
  'v_proj',
  'o_proj',
  'gate_proj',
  'up_proj',
  'down_proj',
]);
