/** Adapters as peft saves them where it saves more than LoRA factors (test/golden/peft-kinds/make_adapters.py). */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openAdapter } from '../../../io/adapter/adapter-folder.js';
import golden from '../../golden/peft-kinds/golden.json' with { type: 'json' };

const folder = (name: keyof (typeof golden)['tensors']): string =>
  join(fileURLToPath(new URL('../../golden/peft-kinds/', import.meta.url)), name);

describe('an adapter saved by peft', () => {
  it('with modules_to_save [norm] has every module whose name ends like that', async () => {
    const adapter = await openAdapter(folder('saved-norms'));
    const saved = adapter.description.savedTensors.map(({ name }) => name);
    await adapter.close();
    expect(saved).toEqual(golden.tensors['saved-norms'].filter((name) => !name.includes('.lora_')));
    expect(saved).toHaveLength(3);
    expect(adapter.description.modulesToSave).toEqual(['norm']);
  });

  it('with LoRA on the head alone is an adapter like any other', async () => {
    const adapter = await openAdapter(folder('lora-on-head-alone'));
    await adapter.close();
    expect([...adapter.description.modules.keys()]).toEqual(['lm_head', 'model.layers.0.self_attn.q_proj']);
  });

  it.each([
    [
      'lora-on-head',
      /tensor "base_model.model.lm_head.base_layer.weight": a copy of the base model's weights/,
      /save_embedding_layers=False/,
    ],
    ['lora-on-embedding', /embed_tokens.lora_embedding_A": LoRA on an embedding/, /plain LoRA/],
    [
      'whole-embeddings',
      /tensor "base_model.model.lm_head.weight": a whole embedding or head/,
      /save_embedding_layers=False\) of peft, unless/,
    ],
  ] as const)('that is %s is refused by name, with what to do', async (name, message, hint) => {
    const opening = openAdapter(folder(name));
    await expect(opening).rejects.toMatchObject({ code: 'ADAPTER_UNSUPPORTED' });
    await expect(opening).rejects.toThrow(message);
    await expect(opening).rejects.toHaveProperty('hint', expect.stringMatching(hint));
  });
});
