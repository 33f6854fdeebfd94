/** What the engine makes of its child, with a stand-in for the process. */
import { EventEmitter } from 'node:events';
import { afterEach, expect, it, vi } from 'vitest';
import type { WireError } from '../../../core/errors.js';
import { createInferenceEngine } from '../../../io/model/engine.js';
import type { Reply, Request } from '../../../io/model/protocol.js';

interface StartOptions {
  readonly env: NodeJS.ProcessEnv;
}
const { started } = vi.hoisted(() => ({ started: [] as { child: FakeChild; options: StartOptions }[] }));

/** Answers every call with one error, or with nothing. */
class FakeChild extends EventEmitter {
  static error: WireError | undefined;
  readonly killed: string[] = [];
  readonly connected = true;

  send(request: Request): void {
    const { id } = request;
    const reply: Reply =
      FakeChild.error === undefined ? { id, ok: true, answer: null } : { id, ok: false, error: FakeChild.error };
    queueMicrotask(() => this.emit('message', reply));
  }
  kill(signal: string): void {
    this.killed.push(signal);
  }
  disconnect(): void {
    this.emit('exit', 0, null);
  }
}

vi.mock('node:child_process', () => ({
  fork: (_path: string, _args: readonly string[], options: StartOptions): FakeChild => {
    const child = new FakeChild();
    started.push({ child, options });
    return child;
  },
}));

afterEach(() => {
  started.length = 0;
  FakeChild.error = undefined;
  vi.unstubAllEnvs();
});

it('keeps TensorFloat-32 off in its child, whatever its own environment says, and passes the rest of it on', async () => {
  vi.stubEnv('NVIDIA_TF32_OVERRIDE', '1');
  vi.stubEnv('LD_LIBRARY_PATH', '/cuda/lib64');
  const engine = createInferenceEngine({ device: 'cuda', threads: 1 });
  await engine.probe();
  await engine.close();
  expect(started).toHaveLength(1);
  expect(started[0]?.options.env).toMatchObject({ NVIDIA_TF32_OVERRIDE: '0', LD_LIBRARY_PATH: '/cuda/lib64' });
});

it('ends a child whose device failed, and starts another with the next call', async () => {
  const engine = createInferenceEngine({ device: 'cuda', threads: 1 });
  FakeChild.error = {
    code: 'INFERENCE_CRASHED',
    message: '[device=cuda] failed: CUDA failure 700',
    hint: 'Wait.',
    details: {},
  };
  await expect(engine.probe()).rejects.toMatchObject({ code: 'INFERENCE_CRASHED', hint: 'Wait.' });
  expect(started[0]?.child.killed).toEqual(['SIGKILL']);
  FakeChild.error = { code: 'OUT_OF_MEMORY', message: 'too much', hint: undefined, details: {} };
  await expect(engine.probe()).rejects.toMatchObject({ code: 'OUT_OF_MEMORY' });
  FakeChild.error = undefined;
  await engine.probe();
  expect(started).toHaveLength(2);
  expect(started[1]?.child.killed).toEqual([]);
  await engine.close();
});
