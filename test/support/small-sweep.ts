/** A sweep that a test can run as a user does, and what is looked at afterwards. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { ROOT, type Desk, type Finished } from './command.js';

/** A sweep over the demo whose points take moments; its halves are as small as they may be. */
export function smallSweep(
  over: string,
  options: { readonly name?: string; readonly limit?: number; readonly truth?: string } = {},
): string {
  const demo = join(ROOT, 'demo');
  const { name = 'small', limit = 22, truth = 'truth⁻' } = options;
  return `version: 1
kind: sweep
name: ${name}
base: ${demo}/base
adapters: { expert: ${demo}/adapters/expert, truth⁻: ${demo}/adapters/truth-, tox⁻: ${demo}/adapters/tox- }
chain: "[expert ⊖ a·Ext(${truth})] ⊖ b·Ext(tox⁻)"
over: ${over}
search: grid
objective: { maximize: truthfulqa-mc.mc2, subject-to: ["gsm.accuracy >= 0 * expert"] }
evaluate:
  with:
    - truthfulqa-mc: { data: ${demo}/data/truthfulqa/mc_task.json, limit: ${String(limit)} }
    - gsm: { data: ${demo}/data/gsm8k/test.jsonl, max_new_tokens: 4, limit: 22 }
output: { keep: best, path: out/${name} }
`;
}

/** Results without what names a run or a place, and the adapter that was written. */
export async function fingerprint(desk: Desk, run: Finished, name = 'small'): Promise<unknown> {
  expect(run.code, run.stderr.slice(-1500)).toBe(0);
  const { steps, comparisons, sweep } = JSON.parse(run.stdout) as Readonly<Record<string, unknown>>;
  const weights = await readFile(join(desk.folder, 'out', name, 'best', 'adapter_model.safetensors'));
  return { steps, comparisons, sweep, weights: createHash('sha256').update(weights).digest('hex') };
}

/** Every record of a node in a store, as text: one that is written again has another time in it. */
export async function nodeRecords(store: string): Promise<ReadonlyMap<string, string>> {
  const folder = join(store, 'nodes');
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.json'));
  const texts = names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const);
  return new Map(await Promise.all(texts));
}

/** As JSON lines tell: at least so many of all points are done. */
export function pointsDone(count: number, points: number): RegExp {
  const numbers = Array.from({ length: points + 1 - count }, (_, i) => String(count + i)).join('|');
  return new RegExp(`"event":"sweep"[^\\n]*"done":(${numbers}),`);
}
