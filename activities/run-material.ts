/** What the nodes of a run left in the store, as its report wants it. */
import { decodeDiagnostics } from '../core/algebra/artifacts.js';
import type { CombineDiagnostics } from '../core/algebra/types.js';
import type { Json } from '../core/digest.js';
import type { ComparisonResult } from '../core/evaluation/comparison.js';
import { readRespondSummary, type RespondFacts } from '../core/evaluation/respond-facts.js';
import type { BenchmarkResult } from '../core/evaluation/types.js';
import type { PlanNode } from '../core/plan/node-kinds.js';
import type { NodeId } from '../core/plan/node.js';
import type { OrderEffectResult, OrderGapResult } from '../core/study/types.js';
import type { RunMaterial } from '../report/assemble/assemble-report.js';
import { inputArtifact, inputJson, type NodeRun } from './node-result.js';
import { errorCode } from '../core/errors.js';
import { checkInPlace } from './nodes/write.js';

/** The part of a report's material that nodes made. */
export type NodeMaterial = Pick<
  RunMaterial,
  'evaluations' | 'responses' | 'diagnostics' | 'made' | 'written' | 'comparisons' | 'gap' | 'effects'
>;

/**
 * Reads what the nodes of the plan left.
 *
 * @param extent - `what there is` leaves out results that are not in the store, and looks at no folder
 * @throws OminusError `INPUT_LOST` when a result is gone, or an adapter that this worker wrote is no longer in its place
 */
export async function readNodeMaterial(run: NodeRun, extent: 'all' | 'what there is' = 'all'): Promise<NodeMaterial> {
  const collector = new Collector(run, extent === 'all');
  for (const node of run.plan.nodes) {
    try {
      await collector.read(node);
    } catch (error) {
      if (extent === 'all' || errorCode(error) !== 'INPUT_LOST') {
        throw error;
      }
    }
  }
  return collector.material();
}

type MapValue<M> = M extends ReadonlyMap<unknown, infer V> ? V : never;

class Collector {
  readonly #run: NodeRun;
  /** Whether written adapters must be in their places. */
  readonly #isChecked: boolean;
  readonly #evaluations = new Map<NodeId, BenchmarkResult>();
  readonly #responses = new Map<NodeId, RespondFacts>();
  readonly #diagnostics = new Map<NodeId, CombineDiagnostics>();
  readonly #made = new Map<NodeId, Readonly<Record<string, Json>>>();
  readonly #written = new Map<NodeId, MapValue<NodeMaterial['written']>>();
  #comparisons: ComparisonResult = { seed: 0, draws: 0, pairs: [] };
  #study: Pick<RunMaterial, 'gap' | 'effects'> = {};

  constructor(run: NodeRun, isChecked: boolean) {
    this.#run = run;
    this.#isChecked = isChecked;
  }

  material(): NodeMaterial {
    return {
      evaluations: this.#evaluations,
      responses: this.#responses,
      diagnostics: this.#diagnostics,
      made: this.#made,
      written: this.#written,
      comparisons: this.#comparisons,
      ...this.#study,
    };
  }

  async read(node: PlanNode): Promise<void> {
    const run = this.#run;
    switch (node.kind) {
      case 'evaluate':
        this.#evaluations.set(node.id, await inputJson<BenchmarkResult>(run, node.id, 'result'));
        return;
      case 'combine':
        this.#diagnostics.set(node.id, decodeDiagnostics(await inputArtifact(run, node.id, 'diagnostics')));
        return;
      case 'compare':
        this.#comparisons = await inputJson<ComparisonResult>(run, node.id, 'comparison');
        return;
      case 'write':
        if (this.#isChecked) {
          await checkInPlace(node, run);
        }
        this.#written.set(node.id, await inputJson(run, node.id, 'written'));
        return;
      case 'order-gap':
        this.#study = { ...this.#study, gap: await inputJson<OrderGapResult>(run, node.id, 'summary') };
        return;
      case 'order-effect':
        this.#study = { ...this.#study, effects: await inputJson<OrderEffectResult>(run, node.id, 'effects') };
        return;
      case 'respond': {
        const facts = readRespondSummary(await this.#summary(node));
        if (facts !== undefined) {
          this.#responses.set(node.id, facts);
        }
        return;
      }
      case 'make':
        this.#made.set(node.id, await this.#summary(node));
        return;
      case 'gram':
      case 'round':
        return;
    }
  }

  async #summary({ key }: PlanNode): Promise<Readonly<Record<string, Json>>> {
    return (await this.#run.context.store.getNode(key))?.summary ?? {};
  }
}
