/** Special tokens, chat prompts and decoded texts against transformers (test/golden/model/make_prompts.py). */
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPromptTraits } from '../../../io/model/prompt-traits.js';
import { renderInProcess } from '../../../io/model/template-process.js';
import { openTokenizer } from '../../../io/model/tokenizer.js';
import { demo, golden, readGolden, withFolder } from './support.js';

interface Case {
  readonly kind: 'bpe' | 'wordPiece';
  readonly config: Readonly<Record<string, unknown>>;
  readonly map?: Readonly<Record<string, unknown>>;
  readonly template?: string;
  readonly bos: number | null;
  readonly eos: number | null;
  readonly pad: number | null;
  readonly decoded: string;
  readonly prompt: string | null;
}
const { text, tokenizers, cases } = await readGolden<{
  readonly text: string;
  readonly tokenizers: Readonly<Record<Case['kind'], unknown>>;
  readonly cases: Readonly<Record<string, Case>>;
}>(golden('prompts.json'));

async function inFolder<T>({ kind, config, map, template }: Case, work: (folder: string) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(tokenizers[kind]));
    await writeFile(join(folder, 'tokenizer_config.json'), JSON.stringify(config));
    if (map !== undefined) {
      await writeFile(join(folder, 'special_tokens_map.json'), JSON.stringify(map));
    }
    if (template !== undefined) {
      await writeFile(join(folder, 'chat_template.jinja'), template);
    }
    return work(folder);
  });
}

describe.each(Object.entries(cases))('a tokenizer folder: %s', (_, entry) => {
  it('has the tokens, the prompt and the texts of transformers', async () => {
    await inFolder(entry, async (folder) => {
      const tokenizer = await openTokenizer(folder);
      expect([tokenizer.bosToken ?? null, tokenizer.endTokens[0] ?? null, tokenizer.padToken ?? null]).toEqual([
        ...[entry.bos, entry.eos, entry.pad],
      ]);
      expect(tokenizer.decode(tokenizer.encode(text, { specialTokens: false }))).toBe(entry.decoded);
      if (entry.prompt !== null) {
        expect(tokenizer.chatPrompt('hi')).toBe(entry.prompt);
      }
    });
  });
});

describe('what planning knows of prompts', () => {
  const rulesOf = async (name: string): Promise<unknown> => {
    const entry = cases[name];
    return (
      entry &&
      inFolder(entry, async (folder) => {
        const traits = await readPromptTraits(folder);
        return { ...traits.rules, ...(traits.chat.exists ? await traits.templateRules('2026-12-01') : {}) };
      })
    );
  };

  it('raises a version exactly where a folder gives other bytes than before', async () => {
    expect(await rulesOf('BPE')).toEqual({});
    expect(await rulesOf('BPE cleaned up')).toEqual({ decoding: 2 });
    expect(await rulesOf('WordPiece cleaned up')).toEqual({});
    expect(await rulesOf('a template in both places')).toEqual({});
    expect(await rulesOf('a template with CRLF')).toEqual({ template: 2 });
    expect(await rulesOf('the map says otherwise')).toEqual({ specialTokens: 2, template: 2 });
    expect(await rulesOf('the map beside added_tokens_decoder')).toEqual({ template: 2 }); // `pad_token is defined`
  });

  it('names the day only of a template that asks for it', async () => {
    await withFolder(async (folder) => {
      await cp(demo('base'), folder, { recursive: true });
      const plain = await readPromptTraits(folder);
      expect([plain.asksDay, await plain.templateRules('2026-12-01')]).toEqual([false, {}]);
      await writeFile(join(folder, 'chat_template.jinja'), "{{ strftime_now('%d %b %Y') }} {{ messages[0].content }}");
      const dated = await readPromptTraits(folder);
      expect([dated.asksDay, await dated.templateRules('2026-12-01')]).toEqual([true, { day: '2026-12-01' }]);
      const tokenizer = await openTokenizer(folder);
      expect(await tokenizer.chatPrompts(['hi', 'you'], '2026-12-01')).toEqual(['01 Dec 2026 hi', '01 Dec 2026 you']);
    });
  });

  it('refuses a template that does too much, and survives a process that dies of one', async () => {
    const hostile = {
      tokens: {},
      messages: ['hi'],
      day: '2026-12-01',
      source: '{% for i in range(10**8) %}x{% endfor %}',
    };
    expect(await renderInProcess(hostile)).toMatchObject({
      prompts: [],
      problem: expect.stringMatching(/Range too big/) as string,
    });
    const before = await renderInProcess({ ...hostile, asBefore: true });
    expect(before).toMatchObject({ prompts: [], problem: expect.stringMatching(/process ended|more than/) as string });
  });
});
