/** Entry of a thread that takes part in a merge: each task that comes gets one answer. merge-helpers.ts starts and ends it. */
import { parentPort } from 'node:worker_threads';
import { toWire, type WireError } from '../../core/errors.js';
import { joinWriter, type SharedWriter } from '../safetensors/writer.js';
import { joinAdapter, type SharedAdapter } from './adapter-folder.js';
import { type MergedPart, mergePart, type MergeTask } from './merge-part.js';
import { ModuleQueue, type SharedQueue } from './module-queue.js';

/** What the thread is told. Its files stay open until it has answered. */
export interface ThreadTask {
  readonly task: MergeTask;
  /** By leaf. */
  readonly adapters: readonly SharedAdapter[];
  readonly writer: SharedWriter;
  readonly queue: SharedQueue;
}

/** What it answers. */
export interface ThreadAnswer {
  readonly part: Omit<MergedPart, 'failure'>;
  readonly failure: { readonly place: number; readonly error: WireError } | undefined;
  /** sha256 of the tensors that it read, by adapter. */
  readonly contents: readonly ReadonlyMap<string, string>[];
}

parentPort?.on('message', (message: ThreadTask) => {
  void answer(message).then((result) => parentPort?.postMessage(result));
});

async function answer({ task, writer, ...shared }: ThreadTask): Promise<ThreadAnswer> {
  const adapters = shared.adapters.map(joinAdapter);
  const queue = new ModuleQueue(shared.queue);
  const { failure, ...part } = await mergePart(task, { adapters, writer: joinWriter(writer), queue });
  return {
    part,
    failure: failure === undefined ? undefined : { place: failure.place, error: toWire(failure.error) },
    contents: adapters.map(({ contents }) => contents),
  };
}
