/** Tokenizers against transformers (test/golden/model/make_tokenizers.py) and on the demo. */
import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTokenizer } from '../../../io/model/tokenizer.js';
import { demo, golden, readGolden, withFolder } from './support.js';

interface Case {
  readonly text: string;
  readonly plain: readonly number[];
  readonly special: readonly number[];
  readonly decoded: string;
  readonly kept: string;
}
interface GoldenTokenizers {
  readonly tokenizers: Readonly<
    Record<
      string,
      { readonly bos: number; readonly eos: number; readonly cases: readonly Case[]; readonly chat?: string }
    >
  >;
}
const { tokenizers } = await readGolden<GoldenTokenizers>(golden('tokenizers.json'));

describe.each(Object.entries(tokenizers))('tokenizer %s', (name, { bos, eos, cases, chat }) => {
  const folder = golden(`tokenizer-${name}`);

  it('encodes and decodes as transformers, Unicode and special tokens included', async () => {
    const tokenizer = await openTokenizer(folder);
    expect(cases.length).toBeGreaterThan(15);
    for (const { text, plain, special, decoded, kept } of cases) {
      expect([text, tokenizer.encode(text, { specialTokens: false })]).toEqual([text, plain]);
      if (!text.startsWith('<|begin|>')) {
        expect([text, tokenizer.encode(text, { specialTokens: true })]).toEqual([text, special]);
      }
      // The library's byte-fallback decoder drops U+FEFF, which nothing here depends on.
      const lossy = (whole: string): string => (name === 'byte-fallback' ? whole.replace('\ufeff', '') : whole);
      expect([text, tokenizer.decode(plain)]).toEqual([text, lossy(decoded)]);
      expect([text, tokenizer.decode(special, { keepSpecialTokens: true })]).toEqual([text, lossy(kept)]);
    }
  });

  it('names BOS and EOS, and says that it adds BOS by itself', async () => {
    const tokenizer = await openTokenizer(folder);
    expect([tokenizer.bosToken, tokenizer.endTokens, tokenizer.addsBos]).toEqual([bos, [eos], true]);
  });

  it('renders the chat template as transformers, or says that the model has none', async () => {
    const tokenizer = await openTokenizer(folder);
    if (chat === undefined) {
      expect(() => tokenizer.chatPrompt('x')).toThrow(/no chat template/);
    } else {
      expect(tokenizer.chatPrompt('  Who are you? ')).toBe(chat);
    }
  });
});

describe('openTokenizer', () => {
  it('adds no second BOS in front of a text that begins with one', async () => {
    const tokenizer = await openTokenizer(golden('tokenizer-byte-level'));
    const ids = tokenizer.encode('<|begin|>already', { specialTokens: true });
    expect(ids).toEqual(tokenizer.encode('<|begin|>already', { specialTokens: false }));
    expect(ids.filter((id) => id === tokenizer.bosToken)).toHaveLength(1);
  });

  it('gives the token ids of the demo prompts', async () => {
    const tokenizer = await openTokenizer(demo('base'));
    const { prompts } = await readGolden<{ prompts: { text: string; ids: number[] }[] }>(demo('golden', 'golden.json'));
    expect(prompts).toHaveLength(5);
    for (const { text, ids } of prompts) {
      expect(tokenizer.encode(text, { specialTokens: true })).toEqual(ids);
    }
    expect([tokenizer.padToken, tokenizer.endTokens, tokenizer.addsBos]).toEqual([0, [1], false]);
    expect(tokenizer.chatPrompt('Hi')).toBe('<|user|>\nHi\n<|assistant|>\n');
  });

  it('takes further end tokens from generation_config.json, after the own one', async () => {
    await withFolder(async (folder) => {
      await cp(demo('base', 'tokenizer.json'), join(folder, 'tokenizer.json'));
      await cp(demo('base', 'tokenizer_config.json'), join(folder, 'tokenizer_config.json'));
      await writeFile(join(folder, 'generation_config.json'), JSON.stringify({ eos_token_id: [3, 1, 2] }));
      expect((await openTokenizer(folder)).endTokens).toEqual([1, 3, 2]);
      await rm(join(folder, 'tokenizer_config.json'));
      expect((await openTokenizer(folder)).endTokens).toEqual([3, 1, 2]);
    });
  });

  it.each([
    ['no tokenizer.json', undefined, 'TOKENIZER_INVALID'],
    ['text that is not JSON', '{', 'TOKENIZER_INVALID'],
    ['a list', '[]', 'TOKENIZER_INVALID'],
    ['an object without a model', '{}', 'TOKENIZER_INVALID'],
    [
      'an unknown kind of model',
      '{"model":{"type":"Magic"},"added_tokens":[],"decoder":null,"post_processor":null,"pre_tokenizer":null,"normalizer":null}',
      'TOKENIZER_INVALID',
    ],
  ])('refuses %s', async (_, text, code) => {
    await withFolder(async (folder) => {
      if (text !== undefined) {
        await writeFile(join(folder, 'tokenizer.json'), text);
      }
      await expect(openTokenizer(folder)).rejects.toMatchObject({ code });
    });
  });

  it('says so when a text has no tokens in a vocabulary without an unknown token', async () => {
    await withFolder(async (folder) => {
      const model = { type: 'WordPiece', vocab: { a: 0 }, unk_token: '[UNK]', max_input_chars_per_word: 9 };
      const rest = { added_tokens: [], decoder: null, post_processor: null, pre_tokenizer: null, normalizer: null };
      await writeFile(join(folder, 'tokenizer.json'), JSON.stringify({ model, ...rest }));
      const tokenizer = await openTokenizer(folder);
      expect(tokenizer.encode('a', { specialTokens: false })).toEqual([0]);
      expect(() => tokenizer.encode('b', { specialTokens: false })).toThrow(/has no unknown token/);
    });
  });
});
