/** Low-rank factors of an adapter folder. */
import { join } from 'node:path';
import type { LoraFactors } from '../../core/algebra/gram.js';
import { openSafetensors } from '../safetensors/reader.js';
import { readJsonObject } from './json-file.js';

export async function readLeafFactors(folder: string): Promise<ReadonlyMap<string, LoraFactors>> {
  const config = await readJsonObject(join(folder, 'adapter_config.json'), 'ADAPTER_INVALID');
  const file = await openSafetensors(join(folder, 'adapter_model.safetensors'));
  const factors = new Map<string, LoraFactors>();
  const scaling = Number(config['lora_alpha']) / Number(config['r']);
  for (const [name, info] of file.tensors) {
    const module = /^base_model\.model\.(.+)\.lora_A\.weight$/.exec(name)?.[1];
    const other = file.tensors.get(name.replace('lora_A', 'lora_B'));
    if (module !== undefined && other !== undefined) {
      const a = await file.read(info);
      const b = await file.read(other);
      const floats = (x: Uint8Array): Float32Array => new Float32Array(x.slice().buffer);
      factors.set(module, { rank: info.shape[0] ?? 0, a: floats(a), b: floats(b), scaling });
    }
  }
  await file.close();
  return factors;
}
