/**
 * Spec file → plan: reads the spec, brings its sources here, digests them, and plans as its kind asks. Commands plan through
 * app/plan-locally.ts; an activity gives its own `measureOrders`.
 */
import type { Plan } from '../../core/plan/types.js';
import type { Device } from '../../io/model/types.js';
import { loadSpec } from './load-spec.js';
import type { MeasureOrders } from './measure-orders.js';
import { prepareOrderStudy } from './order-study.js';
import type { KeptDay } from './prompts.js';
import { prepareRecipe } from './recipe.js';
import { resolveSources } from './resolve-sources.js';
import { prepareSweep } from './sweep.js';

/** What {@link preparePlan} may be told. */
export interface PrepareOptions {
  readonly device: Device;
  readonly log: (line: string) => void;
  /** Adapters are written below this folder only; below the current one and the spec's own by default. */
  readonly outputRoot?: string | undefined;
  /** Values that replace those of the spec, as `key.path=value`. */
  readonly set?: readonly string[] | undefined;
  /** How the gaps between the orders of an order study are measured, which its plan depends on. */
  readonly measureOrders: MeasureOrders;
  /** The day that prompts of an unfinished run of the spec's name have. */
  readonly keptDay: KeptDay;
}

/**
 * Plans a spec file.
 *
 * @throws OminusError whatever is wrong with the spec, an adapter, the model or the data; each names its place in the spec
 */
export async function preparePlan(file: string, options: PrepareOptions): Promise<Plan> {
  const plan = await planByKind(file, options);
  plan.warnings.forEach((warning) => {
    options.log(`warning: ${warning}`);
  });
  return plan;
}

async function planByKind(file: string, options: PrepareOptions): Promise<Plan> {
  const loaded = await loadSpec(file, options.log, { set: options.set, environment: process.env });
  const { spec } = loaded;
  const resolved = await resolveSources(loaded, options);
  switch (spec.kind) {
    case 'recipe':
      return prepareRecipe({ ...loaded, spec }, resolved, options.outputRoot);
    case 'sweep':
      return prepareSweep({ ...loaded, spec }, resolved, options.outputRoot);
    case 'order-study':
      return prepareOrderStudy({ ...loaded, spec }, resolved, options.measureOrders);
  }
}
