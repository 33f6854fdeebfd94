/**
 * Merge figures: `ominus merge` as a whole process against Node's bare start, against `cat` of the same bytes, and the
 * published method (dense, one layer) in this process, scaled to all layers.
 *
 *     npm run build && npx tsx bench/merge.ts
 *
 * The three commands take turns, so that whatever else the machine does meets them alike; times are medians, and the best run
 * in brackets. "Work" is what goes beyond Node's start: processor time (user and system, all threads) says more than wall time
 * on a busy machine.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { machineLine } from './machine.js';
import { llama7b, makeRandomAdapter } from './make-random-adapter.js';

const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const REPEATS = 7;

interface Run {
  readonly wall: number;
  readonly cpu: number;
  readonly megabytes: number;
}

/** Median times, the best ones, and the largest memory of several runs. */
interface Measured extends Run {
  readonly bestWall: number;
  readonly bestCpu: number;
}

/** One run under GNU time. */
function measureOnce([command = '', ...args]: readonly string[]): Run {
  const start = performance.now();
  const { stderr, status } = spawnSync('/usr/bin/time', ['-f', '%U %S %M', command, ...args], { encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`${command} failed: ${stderr}`);
  }
  const wall = (performance.now() - start) / 1000;
  const [user = NaN, system = NaN, kilobytes = NaN] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { wall, cpu: user + system, megabytes: kilobytes / 1024 };
}

/** Several commands that take turns. */
function measure<Name extends string>(
  commands: Readonly<Record<Name, readonly string[]>>,
  before: () => void,
): Readonly<Record<Name, Measured>> {
  const names = Object.keys(commands) as Name[];
  const runs = names.map(() => [] as Run[]);
  for (let i = 0; i < REPEATS; i++) {
    before();
    names.forEach((name, place) => runs[place]?.push(measureOnce(commands[name])));
  }
  const middle = (values: readonly number[]): number => values.toSorted((x, y) => x - y)[values.length >> 1] ?? NaN;
  const measured = runs.map((all) => ({
    wall: middle(all.map(({ wall }) => wall)),
    cpu: middle(all.map(({ cpu }) => cpu)),
    bestWall: Math.min(...all.map(({ wall }) => wall)),
    bestCpu: Math.min(...all.map(({ cpu }) => cpu)),
    megabytes: Math.max(...all.map(({ megabytes }) => megabytes)),
  }));
  return Object.fromEntries(names.map((name, place) => [name, measured[place]])) as Record<Name, Measured>;
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

function seconds(value: number): string {
  return `${value.toFixed(3)} s`;
}

async function benchShape(title: string, targets: readonly string[]): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'ominus-bench-'));
  try {
    const modules = llama7b(targets);
    const [e, t, out] = ['e', 't', 'out'].map((name) => join(root, name)) as [string, string, string];
    await makeRandomAdapter(e, modules, { rank: 16, seed: 1 });
    await makeRandomAdapter(t, modules, { rank: 16, seed: 2 });
    const files = [e, t].map((folder) => join(folder, 'adapter_model.safetensors'));
    const adapters = ['--adapter', `e=${e}`, '--adapter', `t=${t}`];
    const command = [process.execPath, CLI, 'merge', 'e - Ext(t)', ...adapters, '--dtype', 'float16'];
    const commands = {
      node: [process.execPath, '-e', '0'],
      cat: ['/bin/sh', '-c', `cat ${files.join(' ')} > ${join(root, 'cat')}`],
      merge: [...command, '--out', out],
      alone: [...command, '--out', join(root, 'alone'), '--threads', '1'],
    };
    const { node, cat, merge, alone } = measure(commands, () => {
      spawnSync('rm', ['-rf', out, join(root, 'alone'), join(root, 'cat')]);
    });
    const { size } = await stat(join(out, 'adapter_model.safetensors'));
    const dense = modules
      .filter(({ path }) => path.startsWith('model.layers.0.'))
      .reduce((sum, module) => sum + denseSeconds(module.out, module.in, 16), 0);
    const [wall, cpu] = [merge.wall - node.wall, merge.cpu - node.cpu];
    const row = (title: string, measured: Measured): string =>
      `  ${title.padEnd(20)} ${seconds(measured.wall)} [${seconds(measured.bestWall)}] wall  ${seconds(measured.cpu)} [${seconds(measured.bestCpu)}] CPU  ${measured.megabytes.toFixed(0)} MB`;
    const lines = [
      `${title}: ${String(modules.length)} modules, ${(size / 1e6).toFixed(1)} MB written`,
      row('node -e 0', node),
      row('cat of the inputs', cat),
      row('ominus merge', merge),
      row('with one thread', alone),
      `  work: ${seconds(wall)} wall = ${(wall / cat.wall).toFixed(1)} × cat, ${seconds(cpu)} CPU`,
      `  best: ${seconds(merge.bestWall - node.bestWall)} wall, ${seconds(merge.bestCpu - node.bestCpu)} CPU`,
      `  dense, TypeScript: ${seconds(dense * 32)} (32 × one layer) = ${((dense * 32) / wall).toFixed(0)} × our work`,
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
process.stdout.write(`${machineLine()}\n`);
