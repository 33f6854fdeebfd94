/** The engine: starts the inference child, speaks to it, and starts it again after a crash. */
import { fork, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { OminusError, errorMessage, fromWire } from '../../core/errors.js';
import { SETTINGS_VARIABLE, type CallKind, type Calls, type FolderRef, type Reply, type Request } from './protocol.js';
import type { Candidate, Device, InferenceEngine } from './types.js';

/** How an engine is made. */
export interface EngineOptions {
  /** Default: cpu. */
  readonly device?: Device;
  /** Threads of one operator; default: as many as the process may use. */
  readonly threads?: number;
}

/** Last characters of the child's standard error that are kept, to say why it ended. */
const KEPT_ERROR_OUTPUT = 4000;
/** Time the child gets to end by itself when it is closed, in milliseconds; a running batch may take seconds. */
const CLOSE_GRACE_MS = 2000;

/** An engine; its child starts with the first call. */
export function createInferenceEngine(options: EngineOptions = {}): InferenceEngine {
  return new ChildEngine(options.device ?? 'cpu', options.threads ?? availableParallelism());
}

interface PendingCall {
  readonly resolve: (answer: Calls[CallKind]['answer']) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: ((done: number, total: number) => void) | undefined;
}

class ChildEngine implements InferenceEngine {
  readonly #settings: { readonly device: Device; readonly threads: number };
  #child: ChildProcess | undefined;
  readonly #pending = new Map<number, PendingCall>();
  #nextId = 1;
  #model: FolderRef | undefined;
  /** The candidate that the present child was told last. */
  #toldCandidate: string | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(device: Device, threads: number) {
    this.#settings = { device, threads };
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  openModel(model: FolderRef): ReturnType<InferenceEngine['openModel']> {
    return this.#inTurn(undefined, async () => {
      const info = await this.#call('open', { model: { folder: model.folder, digest: model.digest } });
      if (this.#model?.folder !== model.folder || this.#model.digest !== model.digest) {
        this.#toldCandidate = undefined;
      }
      this.#model = { folder: model.folder, digest: model.digest };
      return info;
    });
  }

  score(...[candidate, rows, signal]: Parameters<InferenceEngine['score']>): ReturnType<InferenceEngine['score']> {
    return this.#inTurn(signal, async () => {
      const model = await this.#tell(candidate, signal);
      return this.#call('score', { model, candidateId: candidate.id, rows }, signal);
    });
  }

  generate(
    ...[candidate, prompts, options, signal]: Parameters<InferenceEngine['generate']>
  ): ReturnType<InferenceEngine['generate']> {
    return this.#inTurn(signal, async () => {
      const model = await this.#tell(candidate, signal);
      return this.#call('generate', { model, candidateId: candidate.id, prompts, options }, signal);
    });
  }

  classify(
    ...[classifier, texts, signal]: Parameters<InferenceEngine['classify']>
  ): ReturnType<InferenceEngine['classify']> {
    const { folder, digest, label } = classifier;
    return this.#inTurn(signal, () => this.#call('classify', { classifier: { folder, digest }, label, texts }, signal));
  }

  gram(
    ...[adapters, semantics, signal, onProgress]: Parameters<InferenceEngine['gram']>
  ): ReturnType<InferenceEngine['gram']> {
    const refs = adapters.map(({ folder, digest }) => ({ folder, digest }));
    return this.#inTurn(signal, () => this.#call('gram', { adapters: refs, semantics }, signal, onProgress));
  }

  async probe(): Promise<void> {
    await this.#inTurn(undefined, () => this.#call('probe', null));
  }

  times(): ReturnType<InferenceEngine['times']> {
    return this.#inTurn(undefined, () => this.#call('times', null));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const child = this.#child;
    if (child === undefined) {
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_GRACE_MS);
      child.once('exit', () => {
        clearTimeout(timer);
        resolve();
      });
      if (child.connected) {
        child.disconnect();
      }
    });
  }

  /** Runs work after everything asked for before; work that is cancelled while it waits never starts. */
  #inTurn<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(() => {
      throwIfCancelled(signal);
      return work();
    });
    this.#turn = result.catch(() => undefined);
    return signal === undefined ? result : Promise.race([result, whenCancelled(signal, result)]);
  }

  /** Makes sure that the child knows the candidate. */
  async #tell(candidate: Candidate, signal: AbortSignal | undefined): Promise<FolderRef> {
    const model = this.#model;
    if (model === undefined) {
      throw new OminusError('INTERNAL', { message: 'a candidate cannot be evaluated before a model is opened' });
    }
    if (this.#toldCandidate !== candidate.id || this.#child === undefined) {
      await this.#call('candidate', { model, candidate }, signal);
      this.#toldCandidate = candidate.id;
    }
    return model;
  }

  #call<K extends CallKind>(
    kind: K,
    ask: Calls[K]['ask'],
    signal?: AbortSignal,
    onProgress?: (done: number, total: number) => void,
  ): Promise<Calls[K]['answer']> {
    if (this.#isClosed) {
      throw new OminusError('INTERNAL', { message: 'the inference engine was closed' });
    }
    const child = (this.#child ??= this.#start());
    const id = this.#nextId++;
    const request = { id, kind, ask } as Request; // K ties kind and ask together, which the union cannot express
    return new Promise((resolve, reject) => {
      const cancel = (): void => {
        child.send({ id, kind: 'cancel' } satisfies Request, () => undefined);
      };
      signal?.addEventListener('abort', cancel, { once: true });
      const done = (): void => signal?.removeEventListener('abort', cancel);
      this.#pending.set(id, {
        resolve: (answer) => {
          done();
          resolve(answer); // the child answers what was asked
        },
        reject: (error) => {
          done();
          reject(error);
        },
        onProgress,
      });
      // A failure to send means that the child is going; its exit rejects the call.
      child.send(request, () => undefined);
    });
  }

  #start(): ChildProcess {
    const here = import.meta.url;
    const isSource = here.endsWith('.ts');
    const path = fileURLToPath(new URL(isSource ? './inference-child.ts' : './inference-child.js', here));
    const loader = isSource ? ['--import', pathToFileURL(createRequire(here).resolve('tsx')).href] : [];
    const child = fork(path, [], {
      execArgv: loader,
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: {
        ...process.env,
        [SETTINGS_VARIABLE]: JSON.stringify(this.#settings),
        // onnxruntime asks cuBLAS for TensorFloat-32, and onnxruntime-node passes no option for it. TensorFloat-32 keeps 10 of the
        // 23 bits behind a float32's point: scores would change with the device.
        NVIDIA_TF32_OVERRIDE: '0',
      },
    });
    let errorOutput = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      errorOutput = (errorOutput + text).slice(-KEPT_ERROR_OUTPUT);
    });
    child.on('message', (reply: Reply) => {
      const call = this.#pending.get(reply.id);
      if ('progress' in reply) {
        call?.onProgress?.(reply.progress.done, reply.progress.total);
        return;
      }
      this.#pending.delete(reply.id);
      if (reply.ok) {
        call?.resolve(reply.answer);
      } else {
        const error = fromWire(reply.error);
        call?.reject(error);
        if (error.code === 'INFERENCE_CRASHED') {
          // Its device failed, and would fail at every further call of the same process.
          child.kill('SIGKILL');
          this.#lost(child, error);
        }
      }
    });
    child.on('error', (error) => {
      const message = `the inference process cannot be reached: ${errorMessage(error)}`;
      this.#lost(child, new OminusError('INFERENCE_CRASHED', { message, cause: error }));
    });
    child.on('exit', (exitCode, exitSignal) => {
      this.#lost(child, this.#isClosed ? cancelled() : crash(exitCode, exitSignal, errorOutput));
    });
    return child;
  }

  /** The child is gone: everything that waits for it fails, and the next call starts another. */
  #lost(child: ChildProcess, error: OminusError): void {
    if (this.#child !== child) {
      return;
    }
    this.#child = undefined;
    this.#toldCandidate = undefined;
    const calls = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of calls) {
      reject(error);
    }
  }
}

function crash(exitCode: number | null, exitSignal: NodeJS.Signals | null, errorOutput: string): OminusError {
  const lastWords = errorOutput
    .split('\n')
    .findLast((line) => /error|fail|abort|terminate/i.test(line))
    ?.trim()
    .slice(0, 200);
  const how = exitSignal === null ? `exit code ${String(exitCode)}` : `signal ${exitSignal}`;
  return new OminusError('INFERENCE_CRASHED', {
    message: `the inference process ended [${how}]${lastWords === undefined ? '' : `: ${lastWords}`}`,
    hint:
      exitSignal === 'SIGKILL'
        ? 'Check whether the machine ran out of memory; the process restarts on the next call.'
        : 'The process restarts on the next call; report it if it happens twice.',
  });
}

function cancelled(): OminusError {
  return new OminusError('CANCELLED', { message: 'the call was cancelled' });
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw cancelled();
  }
}

/** Rejects as soon as the signal fires; never settles otherwise (its listener goes with `until`). */
function whenCancelled(signal: AbortSignal, until: Promise<unknown>): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => {
      reject(cancelled());
    };
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    const remove = (): void => {
      signal.removeEventListener('abort', abort);
    };
    until.then(remove, remove);
  });
}
