/** Plans a spec for a command: what planning has to measure is computed in this process. */
import { createLocalContext } from '../activities/local-context.js';
import { measureOrders } from '../activities/measure-orders.js';
import type { Plan } from '../core/plan/types.js';
import type { Device } from '../io/model/types.js';
import { openArtifactStore } from '../io/store/open.js';
import type { ArtifactStore } from '../io/store/types.js';
import type { MeasureOrders } from './plan-a-spec/measure-orders.js';
import { keptDay } from './runs/kept-day.js';
import { preparePlan, type PrepareOptions } from './plan-a-spec/prepare-plan.js';

/** What {@link planLocally} may be told. */
export interface PlanLocallyOptions extends Pick<PrepareOptions, 'outputRoot' | 'set'> {
  /** Where the run would compute; part of the keys. `cpu` by default. */
  readonly device?: Device;
  /** Takes notes and warnings, which are also in the plan; nobody by default. */
  readonly log?: (line: string) => void;
  /** Where an order study keeps what it measures while it is planned, and where unfinished runs are found; opened only then. The user's store by default. */
  readonly store?: () => Promise<ArtifactStore>;
}

/**
 * Plans a spec file.
 *
 * @throws OminusError whatever is wrong with the spec, an adapter, the model or the data; each names its place in the spec
 */
export async function planLocally(file: string, options: PlanLocallyOptions = {}): Promise<Plan> {
  const { store: open = openArtifactStore, device = 'cpu', log = () => undefined } = options;
  return preparePlan(file, {
    ...options,
    device,
    log,
    measureOrders: localMeasurement({ store: open, device, log }),
    keptDay: async (name) => keptDay(await open(), name),
  });
}

/** Runs nodes through the same executors as a worker: what they leave in the store, the run finds there. */
function localMeasurement({
  store: open,
  device,
  log,
}: Required<Pick<PlanLocallyOptions, 'store' | 'device' | 'log'>>): MeasureOrders {
  return async (plan, node) => {
    const store = await open();
    if ((await store.getNode(node.key)) === undefined) {
      log(`measuring how far apart ${String(node.orders.length)} orders are in weight space`);
    }
    const local = createLocalContext({ store, device });
    const { context } = local;
    try {
      return await measureOrders(
        { context, signal: new AbortController().signal, onProgress: () => undefined },
        plan,
        node,
      );
    } finally {
      await local.close();
    }
  };
}
