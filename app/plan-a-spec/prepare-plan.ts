/** Spec file → plan: reads the spec, brings its sources here, digests them, and plans as its kind asks. */
import type { Plan } from '../../core/plan/types.js';
import type { Device } from '../../io/model/types.js';
import { openArtifactStore } from '../../io/store/open.js';
import type { ArtifactStore } from '../../io/store/types.js';
import { loadSpec } from './load-spec.js';
import { prepareOrderStudy } from './order-study.js';
import { prepareRecipe } from './recipe.js';
import { resolveSources } from './resolve-sources.js';
import { prepareSweep } from './sweep.js';

/** What {@link preparePlan} may be told. */
export interface PrepareOptions {
  readonly device: Device;
  readonly log: (line: string) => void;
  /** Adapters are written below this folder only; the current one by default. */
  readonly outputRoot: string | undefined;
  /** Where an order study keeps what it measures while it is planned; opened only then. The user's store by default. */
  readonly store?: () => Promise<ArtifactStore>;
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
  const spec = await loadSpec(file, options.log);
  const resolved = await resolveSources({ file, spec }, options);
  switch (spec.kind) {
    case 'recipe':
      return prepareRecipe({ file, spec }, resolved, options.outputRoot);
    case 'sweep':
      return prepareSweep({ file, spec }, resolved, options.outputRoot);
    case 'order-study':
      return prepareOrderStudy({ file, spec }, resolved, { ...options, store: options.store ?? openArtifactStore });
  }
}
