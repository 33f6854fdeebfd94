/** The context of activities that run in this process: one inference child, started when it is first asked for. */
import { createInferenceEngine } from '../io/model/engine.js';
import type { Device, InferenceEngine } from '../io/model/types.js';
import type { ArtifactStore } from '../io/store/types.js';
import { createCaches, type ActivityContext } from './context.js';
import { createSourceAccess } from './source-access.js';

/** What a context is made over. */
export interface LocalContextOptions {
  readonly store: ArtifactStore;
  readonly device: Device;
  /** Threads for inference. */
  readonly threads?: number | undefined;
  /** Whether other workers may have the sources that this machine lacks. */
  readonly isOneOfMany?: boolean | undefined;
  /** Tells whoever started the worker what is wrong with this machine. */
  readonly warn?: ((line: string) => void) | undefined;
}

/** A context, and how to let go of what it has opened. */
export interface LocalContext {
  readonly context: ActivityContext;
  close(): Promise<void>;
}

/** Makes a context; starts and opens nothing yet. */
export function createLocalContext(options: LocalContextOptions): LocalContext {
  const { store, device, threads, isOneOfMany = false, warn } = options;
  const sources = createSourceAccess({ isOneOfMany });
  let engine: InferenceEngine | undefined;
  return {
    context: {
      store,
      device,
      engine: () => (engine ??= createInferenceEngine({ device, ...(threads === undefined ? {} : { threads }) })),
      sources,
      caches: createCaches(),
      ...(warn === undefined ? {} : { warn }),
    },
    close: async () => {
      await engine?.close();
      await sources.close();
    },
  };
}
