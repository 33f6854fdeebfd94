/** Real plans over the demo's adapters and a store of the test's own, run node by node with a fake engine. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vi, onTestFinished } from 'vitest';
import { createCaches, type ActivityContext } from '../../activities/context.js';
import { finishRun } from '../../activities/finish-run.js';
import { nodeOf, type NodeRun } from '../../activities/node-result.js';
import { runNode } from '../../activities/run-node.js';
import { createSourceAccess } from '../../activities/source-access.js';
import { preparePlan } from '../../app/plan-a-spec/prepare-plan.js';
import type { NodeOutcome } from '../../core/plan/run-types.js';
import type { PlanNode } from '../../core/plan/node-kinds.js';
import type { NodeId } from '../../core/plan/node.js';
import type { Plan } from '../../core/plan/types.js';
import type { RunReport } from '../../report/types.js';
import { packageRoot } from '../../io/files/package-root.js';
import { createArtifactStore } from '../../io/store/artifact-store.js';
import { jsonArtifact, readJsonArtifact } from '../../io/store/json-artifact.js';
import { objectName } from '../../io/store/layout.js';
import { LocalBlobStore } from '../../io/store/local-blob-store.js';
import type { ArtifactStore } from '../../io/store/types.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { FakeEngine } from './fake-engine.js';

/** A folder of the demo. */
export function demo(path: string): string {
  return join(packageRoot().folder, 'demo', path);
}

/** A spec over the demo's expert and anti-experts; `rest` has its steps and what follows. */
export function specText(rest: string, expert = demo('adapters/expert')): string {
  return `version: 1
kind: recipe
name: test
base: ${demo('base')}
adapters: { expert: "${expert}", truth⁻: "${demo('adapters/truth-')}", tox⁻: "${demo('adapters/tox-')}" }
${rest}
`;
}

/** Two steps, three batches of short answers for each of three candidates, and an adapter to write. */
export const STUDY = `steps: { one: "expert ⊖ Ext(truth⁻)", two: "[expert ⊖ Ext(truth⁻)] ⊖ 0.5·Ext(tox⁻)" }
evaluate:
  steps: [expert, one, two]
  with: [gsm: { data: "${demo('data/gsm8k/test.jsonl')}", max_new_tokens: 4, limit: 80 }]
compare: { draws: 100 }
output: { two: out/two }`;

/** A store, an engine and sources, as a worker has them. */
export class Bench {
  readonly folder: string;
  readonly engine = new FakeEngine();
  readonly store: ArtifactStore;
  context: ActivityContext;

  private constructor(folder: string, store: ArtifactStore) {
    this.folder = folder;
    this.store = store;
    this.context = this.#newContext();
    onTestFinished(() => this.context.sources.close());
  }

  /** Everything in a fresh folder, the cache of digests too. */
  static async create(): Promise<Bench> {
    const folder = await temporaryFolder();
    vi.stubEnv('OMINUS_CACHE_DIR', join(folder, 'cache'));
    return new Bench(folder, await createArtifactStore(new LocalBlobStore(join(folder, 'store'))));
  }

  /** What a worker forgets when it is started again. */
  async restart(): Promise<void> {
    await this.context.sources.close();
    this.context = this.#newContext();
  }

  /** Plans a spec. */
  async plan(text: string): Promise<Plan> {
    const file = join(this.folder, 'spec.yaml');
    await writeFile(file, text);
    const store = (): Promise<ArtifactStore> => Promise.resolve(this.store);
    return preparePlan(file, { device: 'cpu', log: () => undefined, outputRoot: this.folder, store });
  }

  /** Runs one node. */
  async runNode(plan: Plan, id: string, options: Partial<NodeRun> = {}): Promise<NodeOutcome> {
    return runNode(nodeOf(plan, id as NodeId), {
      context: this.context,
      plan,
      signal: new AbortController().signal,
      onProgress: () => undefined,
      ...options,
    });
  }

  /** Runs all nodes in the plan's order; returns the ids of those that were computed. */
  async runAll(plan: Plan): Promise<string[]> {
    const computed: string[] = [];
    for (const { id } of plan.nodes) {
      if (!(await this.runNode(plan, id)).reused) {
        computed.push(id);
      }
    }
    return computed;
  }

  /** Makes the report of a plan whose nodes were run. */
  async report(plan: Plan): Promise<RunReport> {
    const ref = await jsonArtifact(this.store, plan);
    const input = { name: plan.name, plan: ref, reused: [], startedAt: new Date(0).toISOString() };
    const { report } = await finishRun(this.context, input, 'run');
    return readJsonArtifact<RunReport>(this.store, report);
  }

  /** Digests of a node's artifacts, by role. */
  async artifacts(node: PlanNode): Promise<Record<string, string>> {
    const record = await this.store.getNode(node.key);
    return Object.fromEntries(Object.entries(record?.artifacts ?? {}).map(([role, { digest }]) => [role, digest]));
  }

  /** Where a node's artifact lies. */
  async objectFile(plan: Plan, id: string, role: string): Promise<string> {
    const record = await this.store.getNode(nodeOf(plan, id as NodeId).key);
    const ref = record?.artifacts[role];
    if (ref === undefined) {
      throw new Error(`no ${role} of ${id}`);
    }
    return join(this.folder, 'store', objectName(ref.digest));
  }

  #newContext(): ActivityContext {
    return {
      store: this.store,
      device: 'cpu',
      engine: () => this.engine,
      sources: createSourceAccess(),
      caches: createCaches(),
    };
  }
}

/** Changes the byte in the middle of a file. */
export async function damage(file: string): Promise<void> {
  const bytes = await readFile(file);
  const middle = bytes.length >> 1;
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
  await writeFile(file, bytes);
}
