/** ONNX text classifiers in the Hugging Face layout: config.json, tokenizer.json, model.onnx or onnx/model.onnx. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { OminusError } from '../../core/errors.js';
import type { Classification } from '../../core/evaluation/types.js';
import { findLabel, readLabels } from './classifier-labels.js';
import { readJsonObject, readOptionalJsonObject, type UncheckedObject } from './json-file.js';
import { float32Data, int64Tensor } from './runtime.js';
import type { Feeds, Runtime, RuntimeTensor, Session } from './runtime.js';
import { openTokenizer, type TextTokenizer } from './tokenizer.js';
import { WholeNumbers } from './whole-numbers.js';

/** Where exporters put the graph. */
const MODEL_FILES = ['model.onnx', join('onnx', 'model.onnx')];
/** Texts of one run; longer lists are cut into runs, in the given order: the result does not depend on the neighbours. */
const TEXTS_PER_RUN = 32;

/** How scores become probabilities. */
type Link = 'sigmoid' | 'softmax';

/** A loaded classifier. */
export class TextClassifier {
  readonly #session: Session;
  readonly #tokenizer: TextTokenizer;
  readonly #labels: readonly string[];
  readonly #link: Link;
  readonly #maxTokens: number;
  readonly #folder: string;

  private constructor(
    folder: string,
    session: Session,
    tokenizer: TextTokenizer,
    config: UncheckedObject,
    maxTokens: number,
  ) {
    this.#folder = folder;
    this.#session = session;
    this.#tokenizer = tokenizer;
    this.#labels = readLabels(folder, config);
    this.#link =
      this.#labels.length === 1 || config['problem_type'] === 'multi_label_classification' ? 'sigmoid' : 'softmax';
    this.#maxTokens = maxTokens;
  }

  /**
   * Loads a folder.
   *
   * @throws OminusError `FILE_NOT_FOUND`, `TOKENIZER_INVALID`, `CLASSIFIER_INVALID`, `DEVICE_UNAVAILABLE`, `OUT_OF_MEMORY`
   */
  static async load(folder: string, runtime: Runtime): Promise<TextClassifier> {
    const config = await readJsonObject(join(folder, 'config.json'), 'CLASSIFIER_INVALID');
    const settings = (await readOptionalJsonObject(join(folder, 'tokenizer_config.json'), 'TOKENIZER_INVALID')) ?? {};
    const tokenizer = await openTokenizer(folder);
    readLabels(folder, config);
    const session = await runtime.open(await findModelFile(folder), 'CLASSIFIER_INVALID');
    const known = ['input_ids', 'attention_mask', 'token_type_ids'];
    const strange = session.inputNames.find((name) => !known.includes(name));
    if (strange !== undefined || !session.outputNames.includes('logits')) {
      throw new OminusError('CLASSIFIER_INVALID', {
        message: `the classifier's graph has inputs ${session.inputNames.join(', ')} and outputs ${session.outputNames.join(', ')}; expected ${known.join(', ')} and logits [folder=${folder}]`,
        hint: 'Export it as a text classification model.',
      });
    }
    return new TextClassifier(folder, session, tokenizer, config, longestText(config, settings));
  }

  release(): Promise<void> {
    return this.#session.release();
  }

  /**
   * Probability of one label for every text; texts beyond the classifier's length are cut at their end, and counted.
   *
   * @param label - name of the label; undefined: the only one, or the one called toxic or toxicity
   * @throws OminusError `CLASSIFIER_INVALID` when there is no such label (the message lists them)
   */
  async classify(texts: readonly string[], label: string | undefined, signal?: AbortSignal): Promise<Classification> {
    const column = findLabel({ folder: this.#folder, labels: this.#labels }, label);
    const probabilities: number[] = [];
    let cutTexts = 0;
    for (let start = 0; start < texts.length; start += TEXTS_PER_RUN) {
      signal?.throwIfAborted();
      const all = texts.slice(start, start + TEXTS_PER_RUN).map((text) => this.#tokens(text));
      const rows = all.map(({ kept }) => kept);
      cutTexts += all.filter(({ isCut }) => isCut).length;
      const out = await this.#session.run(this.#feeds(rows), ['logits']);
      const logits = float32Data(out, 'logits');
      const width = this.#labels.length;
      if (logits.length !== rows.length * width) {
        throw new OminusError('CLASSIFIER_INVALID', {
          message: `the classifier gives ${String(logits.length / rows.length)} scores per text, but config.json has ${String(width)} labels [folder=${this.#folder}]`,
        });
      }
      rows.forEach((_, row) => {
        probabilities.push(probability(logits.subarray(row * width, (row + 1) * width), column, this.#link));
      });
    }
    return { probabilities, cutTexts, maxTokens: this.#maxTokens };
  }

  /** Token ids with the tokenizer's own special tokens; of a long text the last content tokens are dropped. */
  #tokens(text: string): { readonly kept: readonly number[]; readonly isCut: boolean } {
    const ids = this.#tokenizer.encode(text, { specialTokens: true });
    if (ids.length <= this.#maxTokens) {
      return { kept: ids, isCut: false };
    }
    const bare = this.#tokenizer.encode(text, { specialTokens: false });
    const place = ids.findIndex((_, i) => bare.length > 0 && bare.every((id, j) => ids[i + j] === id));
    const before = ids.slice(0, Math.max(0, place));
    const after = place === -1 ? [] : ids.slice(place + bare.length);
    const room = this.#maxTokens - before.length - after.length;
    return { kept: [...before, ...bare.slice(0, room), ...after], isCut: true };
  }

  #feeds(rows: readonly (readonly number[])[]): Feeds {
    const width = Math.max(1, ...rows.map((row) => row.length));
    const padded = (at: (row: readonly number[], place: number) => number): RuntimeTensor => {
      const values = rows.flatMap((row) => Array.from({ length: width }, (_, place) => at(row, place)));
      return int64Tensor(WholeNumbers.of(values), [rows.length, width]);
    };
    const pad = this.#tokenizer.padToken ?? 0;
    const all: Record<string, RuntimeTensor> = {
      input_ids: padded((row, place) => row[place] ?? pad),
      attention_mask: padded((row, place) => (place < row.length ? 1 : 0)),
      token_type_ids: padded(() => 0),
    };
    return Object.fromEntries(Object.entries(all).filter(([name]) => this.#session.inputNames.includes(name)));
  }
}

async function findModelFile(folder: string): Promise<string> {
  for (const name of MODEL_FILES) {
    const path = join(folder, name);
    if (
      await stat(path).then(
        (entry) => entry.isFile(),
        () => false,
      )
    ) {
      return path;
    }
  }
  throw new OminusError('FILE_NOT_FOUND', {
    message: `the classifier has neither ${MODEL_FILES.join(' nor ')} [folder=${folder}]`,
    hint: 'Export it with: optimum-cli export onnx --task text-classification --model MODEL FOLDER.',
  });
}

/** The smaller of what the tokenizer and the network were made for; 512 where neither says. */
function longestText(config: UncheckedObject, settings: UncheckedObject): number {
  const limits = [config['max_position_embeddings'], settings['model_max_length']];
  // transformers writes 1e30 for "no limit"
  const known = limits.filter((limit): limit is number => typeof limit === 'number' && limit >= 8 && limit < 1e6);
  return known.length === 0 ? 512 : Math.min(...known);
}

function probability(logits: Float32Array, column: number, link: Link): number {
  const own = logits[column] ?? 0;
  if (link === 'sigmoid') {
    return 1 / (1 + Math.exp(-own));
  }
  return 1 / logits.reduce((sum, logit) => sum + Math.exp(logit - own), 0);
}
