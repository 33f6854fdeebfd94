/** Threads that take part in a merge. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { errorMessage, fromWire, OminusError } from '../../core/errors.js';
import { systemErrorCode } from '../files/system-error.js';
import type { SafetensorsWriter } from '../safetensors/writer.js';
import type { MergedPart, MergeMeans, MergeTask } from './merge-part.js';
import type { ThreadAnswer, ThreadTask } from './merge-thread.js';

/** Bytes to read from which on another thread gains more than the 30 to 50 ms of its start. */
const BYTES_PER_THREAD = 8 * 2 ** 20;

/** Each takes about 30 MB. More than two were not measured on more than two cores. */
const MOST_THREADS = 4;

/** How many threads a merge of so many bytes is worth, this one included. */
export function threadsFor(bytes: number): number {
  return Math.max(1, Math.min(availableParallelism(), MOST_THREADS, Math.floor(bytes / BYTES_PER_THREAD)));
}

/** What the threads of a merge share. */
interface HelpedMerge extends MergeMeans {
  readonly writer: SafetensorsWriter;
}

/** A thread that has been started, so that it is ready when there is something to do. `end` it. */
export class MergeHelper {
  readonly #worker: Worker;
  readonly #lost: Promise<never>;

  constructor() {
    this.#worker = startThread();
    this.#lost = new Promise((_, reject) => {
      let reason: Error = new OminusError('INTERNAL', {
        message: 'a thread of the merge ended before it had answered',
      });
      this.#worker.once('error', (error) => {
        reason = error instanceof Error ? error : new OminusError('INTERNAL', { message: errorMessage(error) });
      });
      // Not at the error, which comes earlier: until its end the thread may still be using the files.
      this.#worker.once('exit', () => {
        reject(reason);
      });
    });
    this.#lost.catch(() => undefined); // thrown when an answer is awaited
  }

  /** As the function of that name, in the thread; adapters and writer learn what was read and written there. */
  async mergePart(task: MergeTask, { adapters, writer, queue }: HelpedMerge): Promise<MergedPart> {
    const answered = new Promise<ThreadAnswer>((resolve) => this.#worker.once('message', resolve));
    const message: ThreadTask = {
      task,
      adapters: adapters.map(({ shared }) => shared),
      writer: writer.shared,
      queue: queue.shared,
    };
    this.#worker.postMessage(message);
    const { part, failure, contents } = await Promise.race([answered, this.#lost]).catch((error: unknown) => {
      queue.stop();
      throw error;
    });
    contents.forEach((found, place) => adapters[place]?.learn(found));
    part.modules.forEach((module) => {
      writer.wroteElsewhere([...module.contents.keys()]);
    });
    return { ...part, ...(failure === undefined ? {} : { failure: { ...failure, error: fromWire(failure.error) } }) };
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** Starts so many threads, or as many as the system has room for: the result is the same. */
export function startHelpers(count: number): readonly MergeHelper[] {
  const helpers: MergeHelper[] = [];
  try {
    while (helpers.length < count) {
      helpers.push(new MergeHelper());
    }
  } catch (error) {
    if (systemErrorCode(error) !== 'ERR_WORKER_INIT_FAILED') {
      throw error;
    }
  }
  return helpers;
}

/** From sources, as in tests, the thread has to learn TypeScript first. */
function startThread(): Worker {
  const here = import.meta.url;
  const built = new URL('merge-thread.js', here);
  if (existsSync(fileURLToPath(built))) {
    return new Worker(built);
  }
  const source = new URL('merge-thread.ts', here).href;
  const code = `import('tsx/esm/api').then(({ register }) => { register(); return import('${source}'); })`;
  return new Worker(code, { eval: true });
}
