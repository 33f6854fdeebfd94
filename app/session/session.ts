/** What the commands that talk to a run share: the store, the client, the queues, a worker. */
import type { Client } from '@temporalio/client';
import type { TaskQueues } from '../../core/plan/run-types.js';
import { OminusError } from '../../core/errors.js';
import type { SearchAttributeName } from '../../core/search-attributes.js';
import { buildId } from '../../io/temporal/build-id.js';
import { openClient, openNativeConnection, type Server } from '../../io/temporal/connection.js';
import { installRuntime } from '../../io/temporal/worker-runtime.js';
import { taskQueues } from '../../io/temporal/task-queues.js';
import type { Device } from '../../io/model/types.js';
import { openArtifactStore } from '../../io/store/open.js';
import type { ArtifactStore } from '../../io/store/types.js';
import { createLocalContext, type LocalContextOptions } from '../../activities/local-context.js';
import { startWorker, type RunningWorker, type WorkerRole } from '../../worker.js';

/** A connection to everything. */
export interface Session {
  readonly store: ArtifactStore;
  readonly client: Client;
  readonly namespace: string;
  readonly server: Server;
  readonly searchAttributes: readonly SearchAttributeName[];
  readonly buildId: string;
  readonly queues: TaskQueues;
  /** Closes the client's connection. */
  close(): Promise<void>;
}

/** Devices that may be asked for. */
export const DEVICES: readonly Device[] = ['cpu', 'cuda', 'webgpu'];

/**
 * The device to evaluate on: the option, else `OMINUS_DEVICE`, else cpu.
 *
 * @throws OminusError `USAGE` for an unknown one
 */
export function chosenDevice(option: string | undefined): Device {
  const asked = option ?? process.env['OMINUS_DEVICE'] ?? 'cpu';
  const device = DEVICES.find((known) => known === asked);
  if (device === undefined) {
    throw new OminusError('USAGE', {
      message: `unknown device [device=${asked}]: expected ${DEVICES.join(', ')}`,
      hint: 'Set one of these with --device or OMINUS_DEVICE.',
    });
  }
  return device;
}

/** Opens the store and connects to the server; starts the embedded one if none is configured. */
export async function openSession(device: Device, log: (line: string) => void): Promise<Session> {
  const store = await openArtifactStore();
  const opened = await openClient({ onProgress: log });
  const build = await buildId();
  return {
    store,
    client: opened.client,
    namespace: opened.namespace,
    server: opened.server,
    searchAttributes: opened.searchAttributes,
    buildId: build,
    queues: taskQueues(store.id, build, device),
    close: () => opened.close(),
  };
}

/** Whether a worker of these roles computes on its device: evaluations do, and on CUDA Gram matrices. */
function needsDevice(device: Device, roles: readonly WorkerRole[]): boolean {
  return device !== 'cpu' && (roles.includes('evaluate') || (device === 'cuda' && roles.includes('merge')));
}

/**
 * Starts a worker in this process, with an inference child of its own. It takes up no work on a device that does not
 * compute: each node that it took would fail for good, though another machine could have done it.
 *
 * @throws OminusError `DEVICE_UNAVAILABLE`
 */
export async function startSessionWorker(
  session: Session,
  { roles, ...options }: Omit<LocalContextOptions, 'store'> & { readonly roles: readonly WorkerRole[] },
): Promise<RunningWorker> {
  const local = createLocalContext({ ...options, store: session.store });
  const closing: (() => Promise<void>)[] = [() => local.close()];
  const release = async (): Promise<void> => {
    for (const close of closing) {
      await close();
    }
  };
  try {
    if (needsDevice(options.device, roles)) {
      await local.context.engine().probe();
    }
    installRuntime();
    const native = await openNativeConnection({ server: session.server });
    closing.push(() => native.close());
    const worker = await startWorker({
      connection: native.connection,
      namespace: session.namespace,
      queues: session.queues,
      roles,
      context: local.context,
    });
    return whileItRuns(worker, release);
  } catch (error) {
    await release();
    throw error;
  }
}

/** A worker that lets go of what it was made over when it stops. */
function whileItRuns(worker: RunningWorker, release: () => Promise<void>): RunningWorker {
  return {
    stopped: worker.stopped.finally(release),
    shutdown: async () => {
      await worker.shutdown();
      await worker.stopped.catch(() => undefined); // reported by `stopped`
    },
  };
}
