/** A tokenizer of words, an engine of rules and a store of shards, all with counters. */
import { OminusError } from '../../../core/errors.js';
import type { PromptTokenizer, ResponseEngine, ShardStore } from '../../../core/evaluation/model-interfaces.js';

/** Splits at blanks and line ends; every new word gets the next id. Ids 1 (end) and 2 (BOS, added when asked for). */
export class WordTokenizer implements PromptTokenizer {
  readonly endTokens: readonly number[];
  encoded = 0;
  readonly #words = new Map<string, number>();
  readonly #addsBos: boolean;

  constructor(options: { readonly addsBos?: boolean; readonly endTokens?: readonly number[] } = {}) {
    this.#addsBos = options.addsBos ?? false;
    this.endTokens = options.endTokens ?? [1];
  }

  encode(text: string, options: { readonly specialTokens: boolean }): readonly number[] {
    this.encoded++;
    const ids = text
      .split(/\s+/)
      .filter((word) => word !== '')
      .map((word) => this.#idOf(word));
    return options.specialTokens && this.#addsBos ? [2, ...ids] : ids;
  }

  decode(tokens: readonly number[]): string {
    const words = [...this.#words];
    return tokens.map((token) => words.find(([, id]) => id === token)?.[0] ?? `t${token}`).join(' ');
  }

  chatPrompts(messages: readonly string[]): Promise<readonly string[]> {
    return Promise.resolve(messages.map((message) => `[CHAT] ${message} [/CHAT]`));
  }

  #idOf(word: string): number {
    const id = this.#words.get(word) ?? this.#words.size + 10;
    this.#words.set(word, id);
    return id;
  }
}

/** Log-probability −token/100 for every token; answers repeat the last prompt token three times. Fails above `maxRows`. */
export class RuleEngine implements ResponseEngine<string> {
  readonly batches: number[] = [];
  readonly candidates = new Set<string>();
  maxRows = Infinity;

  score: ResponseEngine<string>['score'] = (candidate, rows) => {
    this.#enter(candidate, rows.length);
    return Promise.resolve(
      rows.map(({ continuation }) => ({
        logProbs: Float32Array.from(continuation, (token) => -token / 100),
        isArgmax: continuation.map((token) => token % 2 === 0),
      })),
    );
  };

  generate: ResponseEngine<string>['generate'] = (candidate, prompts, { maxNewTokens }) => {
    this.#enter(candidate, prompts.length);
    return Promise.resolve(
      prompts.map((prompt) => ({
        tokens: new Array<number>(Math.min(3, maxNewTokens)).fill(prompt.at(-1) ?? 0),
        finished: maxNewTokens > 3,
      })),
    );
  };

  #enter(candidate: string, rows: number): void {
    if (rows > this.maxRows) {
      throw new OminusError('OUT_OF_MEMORY', { message: `${rows} rows` });
    }
    this.candidates.add(candidate);
    this.batches.push(rows);
  }
}

/** Shards in a map. */
export class MapShards implements ShardStore {
  readonly stored = new Map<number, Uint8Array>();
  saves = 0;

  load(shard: number): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.stored.get(shard));
  }

  save(shard: number, bytes: Uint8Array): Promise<void> {
    this.saves++;
    this.stored.set(shard, bytes);
    return Promise.resolve();
  }
}
