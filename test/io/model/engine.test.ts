/** The engine and its child: crashes, cancellation, orphans. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { digestOf } from '../../../core/digest.js';
import { createInferenceEngine } from '../../../io/model/engine.js';
import type { InferenceEngine } from '../../../io/model/types.js';
import { BASE, adapterCandidate, demo, golden, repository } from './support.js';

const ROW = { context: [5, 6, 7], continuation: [8, 9] };
const DEMO = { folder: demo('base'), digest: digestOf('base') };
const SMALL = { folder: golden('llama-untied-f32'), digest: digestOf('small') };
const engines: InferenceEngine[] = [];

function create(): InferenceEngine {
  const engine = createInferenceEngine({ threads: 1 });
  engines.push(engine);
  return engine;
}
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
});

/** Whether a process lives (as anything but a zombie of ours, which the engine reaps). */
function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function expectGone(pid: number): Promise<void> {
  for (let attempt = 0; attempt < 200 && lives(pid); attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(lives(pid)).toBe(false);
}

describe('createInferenceEngine', () => {
  it('starts its child with the first call and ends it when closed, twice if need be', async () => {
    const engine = create();
    expect(engine.pid).toBeUndefined();
    await engine.openModel(SMALL);
    const pid = engine.pid ?? 0;
    expect(lives(pid)).toBe(true);
    await Promise.all([engine.close(), engine.close()]);
    await engine.close();
    expect([engine.pid, lives(pid)]).toEqual([undefined, false]);
    await expect(engine.openModel(SMALL)).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('rejects waiting calls when the child is killed, and serves the next one with the same model and candidate', async () => {
    const engine = create();
    await engine.openModel(DEMO);
    const expert = await adapterCandidate(demo('adapters', 'expert'));
    const before = await engine.score(expert, [ROW]);
    const killed = engine.pid ?? 0;
    const waiting = engine.generate(expert, [[5, 6, 7]], { maxNewTokens: 200, endTokens: [] });
    const behind = engine.score(expert, [ROW]);
    setTimeout(() => process.kill(killed, 'SIGKILL'), 30);
    await expect(waiting).rejects.toMatchObject({
      code: 'INFERENCE_CRASHED',
      retryable: true,
      message: 'the inference process ended [signal SIGKILL]',
    });
    expect(await behind).toEqual(before);
    expect(engine.pid).not.toBe(killed);
  });

  it('drops a cancelled call at once, frees the child soon, and never starts one that was cancelled while it waited', async () => {
    const engine = create();
    await engine.openModel(DEMO);
    const controller = new AbortController();
    const options = { maxNewTokens: 240, endTokens: [] };
    const prompts = Array.from({ length: 16 }, (_, place) => [5, 6, place]);
    const long = engine.generate(BASE, prompts, options, controller.signal);
    const behind = engine.generate(BASE, prompts, options, controller.signal);
    setTimeout(() => {
      controller.abort();
    }, 100);
    await expect(long).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(behind).rejects.toMatchObject({ code: 'CANCELLED' });
    await engine.score(BASE, [ROW]);
    const { sessionRunMs } = await engine.times();
    await engine.generate(BASE, prompts, options);
    const whole = (await engine.times()).sessionRunMs - sessionRunMs;
    expect(sessionRunMs).toBeLessThan(whole); // what was dropped had not run to its end
    await expect(engine.score(BASE, [ROW], controller.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('gives errors of the child their code, hint and one-line message', async () => {
    const engine = create();
    await expect(engine.score(BASE, [ROW])).rejects.toMatchObject({ code: 'INTERNAL' });
    const nowhere = { folder: golden('nowhere'), digest: digestOf('nowhere') };
    await expect(engine.openModel(nowhere)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND', hint: 'Check the path.' });
    await engine.openModel(SMALL);
    const error: unknown = await engine
      .score(BASE, [{ context: [999], continuation: [1] }])
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'DATA_INVALID' });
    expect((error as Error).message).not.toMatch(/\n| at /);
  });

  it('refuses an adapter of another model by module and shapes, and goes on', async () => {
    const engine = create();
    await engine.openModel(SMALL);
    const stranger = await adapterCandidate(demo('adapters', 'expert'));
    await expect(engine.score(stranger, [ROW])).rejects.toMatchObject({
      code: 'ADAPTER_MISMATCH',
      message: expect.stringMatching(
        /\[module=model\.layers\.0\.mlp\.down_proj\]: it is 192×500, but the model's is 32×40/,
      ) as string,
    });
    expect(await engine.score(BASE, [ROW])).toHaveLength(1);
  });

  it('replaces the model when another is opened', async () => {
    const engine = create();
    expect((await engine.openModel(SMALL)).vocabSize).toBe(101);
    const small = await engine.score(BASE, [ROW]);
    expect((await engine.openModel(DEMO)).vocabSize).toBe(1436);
    expect(await engine.score(BASE, [ROW])).not.toEqual(small);
    await engine.openModel(SMALL);
    expect(await engine.score(BASE, [ROW])).toEqual(small);
  });

  it('says that a device is not there', async () => {
    const engine = createInferenceEngine({ device: 'cuda', threads: 1 });
    engines.push(engine);
    await expect(engine.openModel(SMALL)).rejects.toMatchObject({
      code: 'DEVICE_UNAVAILABLE',
      message: expect.stringContaining('[device=cuda]') as string,
    });
  });

  it('leaves no orphan when its own process is killed', async () => {
    const script = `
      import { createInferenceEngine } from ${JSON.stringify(pathToFileURL(repository('io', 'model', 'engine.ts')).href)};
      const engine = createInferenceEngine({ threads: 1 });
      await engine.openModel(${JSON.stringify(SMALL)});
      process.stdout.write(String(engine.pid) + '\\n');`;
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
    const parent = spawn(process.execPath, ['--import', tsx, '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const child = Number(line.toString());
    expect(lives(child)).toBe(true);
    parent.kill('SIGKILL');
    await expectGone(child);
  });
});
