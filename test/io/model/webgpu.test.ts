/**
 * Inference through WebGPU. A machine without a GPU runs it too where Chromium is: SwiftShader, which comes with it, is a Vulkan
 * driver in software.
 */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { digestOf } from '../../../core/digest.js';
import { createInferenceEngine } from '../../../io/model/engine.js';
import type { Device, InferenceEngine } from '../../../io/model/types.js';
import { CHROMIUM } from '../../support/chromium.js';
import { adapterCandidate, BASE, demo } from './support.js';

/** The folder of a Vulkan loader and a software driver. */
const SWIFTSHADER = [...(CHROMIUM === undefined ? [] : [dirname(realpathSync(CHROMIUM))]), '/usr/lib/chromium'].find(
  (folder) => ['libvulkan.so.1', 'vk_swiftshader_icd.json'].every((name) => existsSync(join(folder, name))),
);

const ROWS = [
  { context: [5, 6, 7], continuation: [8, 9] },
  { context: [31, 12, 90, 17, 5], continuation: [44] },
  { context: [11], continuation: [3, 4, 5, 6] },
];

const engines: InferenceEngine[] = [];
function create(device: Device): InferenceEngine {
  const engine = createInferenceEngine({ device, threads: 1 });
  engines.push(engine);
  return engine;
}
afterAll(async () => {
  await Promise.all(engines.map((engine) => engine.close()));
  vi.unstubAllEnvs();
});

describe('a device that is not there', () => {
  it('is named with the reason when it is probed', async () => {
    vi.stubEnv('VK_ICD_FILENAMES', '/nowhere.json'); // no driver, also on a machine that has one
    await expect(create('webgpu').probe()).rejects.toMatchObject({
      code: 'DEVICE_UNAVAILABLE',
      message: expect.stringMatching(/^onnxruntime cannot use \[device=webgpu\]: [^/]*adapter/) as string,
    });
    await create('cpu').probe();
  });
});

describe.skipIf(SWIFTSHADER === undefined)('an engine on WebGPU', () => {
  it('gives the log-probabilities and answers of the CPU, base and adapters through one loaded model', async () => {
    // The child of the engine finds the loader and the driver through its environment.
    vi.stubEnv('LD_LIBRARY_PATH', SWIFTSHADER);
    vi.stubEnv('VK_ICD_FILENAMES', join(SWIFTSHADER ?? '', 'vk_swiftshader_icd.json'));
    const [cpu, gpu] = [create('cpu'), create('webgpu')];
    await gpu.probe();
    for (const engine of [cpu, gpu]) {
      await engine.openModel({ folder: demo('base'), digest: digestOf('base') });
    }
    const expert = await adapterCandidate(demo('adapters', 'expert'));
    const half = await adapterCandidate(demo('adapters', 'expert'), 0.5);
    for (const candidate of [BASE, expert, half]) {
      const [expected, got] = [await cpu.score(candidate, ROWS), await gpu.score(candidate, ROWS)];
      expect(got).toHaveLength(ROWS.length);
      const logProbs = (scores: typeof got): readonly number[] => scores.flatMap((score) => score.logProbs);
      const [a, b] = [logProbs(expected), logProbs(got)];
      expect(b).toHaveLength(7);
      b.forEach((value, at) => {
        expect(Math.abs(value - (a[at] ?? NaN))).toBeLessThan(1e-4);
      });
    }
    const options = { maxNewTokens: 12, endTokens: [] };
    const prompts = [
      [5, 6, 7],
      [31, 12, 90, 17],
    ];
    expect(await gpu.generate(expert, prompts, options)).toEqual(await cpu.generate(expert, prompts, options));
  }, 240_000);
});
