/** Entry of the inference child process: calls in, answers out, and an end as soon as the parent is gone. */
import { toWire, type WireError } from '../../core/errors.js';
import { InferenceServer } from './inference-server.js';
import { SETTINGS_VARIABLE, type CallKind, type Calls, type Reply, type Request } from './protocol.js';
import { Runtime, type RuntimeOptions } from './runtime.js';

const settings = JSON.parse(process.env[SETTINGS_VARIABLE] ?? '{}') as RuntimeOptions; // written by engine.ts
const server = new InferenceServer(new Runtime(settings));
const waiting = new Map<number, AbortController>();
/** Calls are answered in the order in which they came. */
let queue: Promise<void> = Promise.resolve();

// Ctrl-C in a terminal reaches every process of its group; the parent decides what it means.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => {
  process.exit(0);
});
process.on('message', (request: Request) => {
  if (request.kind === 'cancel') {
    waiting.get(request.id)?.abort();
    return;
  }
  const controller = new AbortController();
  waiting.set(request.id, controller);
  queue = queue.then(async () => {
    const reply = await answer(request.id, request.kind, request.ask, controller.signal);
    waiting.delete(request.id);
    process.send?.(reply);
  });
});

async function answer<K extends CallKind>(
  id: number,
  kind: K,
  ask: Calls[K]['ask'],
  signal: AbortSignal,
): Promise<Reply> {
  try {
    signal.throwIfAborted();
    const onProgress = (done: number, total: number): void => {
      process.send?.({ id, progress: { done, total } } satisfies Reply);
    };
    return { id, ok: true, answer: await server.answer(kind, ask, signal, onProgress) };
  } catch (error) {
    return { id, ok: false, error: signal.aborted ? CANCELLED : toWire(error) };
  }
}

const CANCELLED: WireError = { code: 'CANCELLED', message: 'the call was cancelled', hint: undefined, details: {} };
