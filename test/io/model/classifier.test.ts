/** Text classifiers: labels, links, truncation, and folders that are none. The network is a sum of token weights. */
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Classification } from '../../../core/evaluation/types.js';
import { encodeModel, type NodeProto, type ValueProto } from '../../../core/onnx/model-proto.js';
import { TextClassifier } from '../../../io/model/classifier.js';
import { Runtime } from '../../../io/model/runtime.js';
import { openTokenizer } from '../../../io/model/tokenizer.js';
import { demo, withFolder } from './support.js';

const VOCABULARY = 1059;
const runtime = new Runtime({ device: 'cpu', threads: 1 });
const weight = (token: number, label: number): number => Math.fround(((token % 13) - 6) * 0.1 * (label + 1));

/** logits = Σ over real tokens of the weights of each label. */
function network(
  labels: number,
  inputs: readonly string[] = ['input_ids', 'attention_mask', 'token_type_ids'],
): Uint8Array {
  const table = Float32Array.from({ length: VOCABULARY * labels }, (_, at) =>
    weight(Math.floor(at / labels), at % labels),
  );
  const node = (op: string, from: string[], to: string, attributes: NodeProto['attributes'] = {}): NodeProto => ({
    op,
    name: to,
    inputs: from,
    outputs: [to],
    attributes,
  });
  const input = (name: string): ValueProto => ({ name, type: 'int64', shape: ['batch', 'seq'] });
  return encodeModel({
    opsets: { '': 21 },
    graphName: 'token weights',
    nodes: [
      node('Gather', ['table', 'input_ids'], 'weights'),
      node('Cast', ['attention_mask'], 'real', { to: { int: 1 } }),
      node('Unsqueeze', ['real', 'last'], 'column'),
      node('Mul', ['weights', 'column'], 'visible'),
      node('ReduceSum', ['visible', 'middle'], 'logits', { keepdims: { int: 0 } }),
    ],
    inputs: inputs.map(input),
    outputs: [{ name: 'logits', type: 'float32', shape: ['batch', labels] }],
    initializers: [
      { name: 'table', type: 'float32', dims: [VOCABULARY, labels], data: { raw: new Uint8Array(table.buffer) } },
      { name: 'last', type: 'int64', dims: [1], data: { raw: new Uint8Array(BigInt64Array.of(2n).buffer) } },
      { name: 'middle', type: 'int64', dims: [1], data: { raw: new Uint8Array(BigInt64Array.of(1n).buffer) } },
    ],
  });
}

interface Made {
  readonly labels?: readonly string[];
  readonly config?: Record<string, unknown>;
  readonly model?: Uint8Array;
  readonly modelFile?: string;
}

/** A classifier folder with the demo's WordPiece tokenizer ([CLS] … [SEP], at most 128 tokens). */
async function withClassifier<T>(made: Made, work: (folder: string) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    const labels = made.labels ?? ['toxicity'];
    const file = join(folder, made.modelFile ?? 'model.onnx');
    await mkdir(join(file, '..'), { recursive: true });
    await cp(demo('toxicity', 'tokenizer.json'), join(folder, 'tokenizer.json'));
    await cp(demo('toxicity', 'tokenizer_config.json'), join(folder, 'tokenizer_config.json'));
    const config = { id2label: Object.fromEntries(labels.entries()), ...made.config };
    await writeFile(join(folder, 'config.json'), JSON.stringify(config));
    await writeFile(file, made.model ?? network(labels.length));
    return work(folder);
  });
}

async function classify(made: Made, texts: readonly string[], label?: string): Promise<readonly number[]> {
  return (await classification(made, texts, label)).probabilities;
}

async function classification(made: Made, texts: readonly string[], label?: string): Promise<Classification> {
  return withClassifier(made, async (folder) => {
    const classifier = await TextClassifier.load(folder, runtime);
    try {
      return await classifier.classify(texts, label);
    } finally {
      await classifier.release();
    }
  });
}

const tokenizer = await openTokenizer(demo('toxicity'));
const tokensOf = (text: string): readonly number[] => tokenizer.encode(text, { specialTokens: true });
const logit = (tokens: readonly number[], label: number): number =>
  tokens.reduce((sum, token) => sum + weight(token, label), 0);
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const TEXTS = ['You are kind.', 'a', '', 'The lilemp sounds like a broom, you oaf!'];

async function refused(made: Made, label?: string): Promise<unknown> {
  return classify(made, ['a'], label).catch((error: unknown) => error);
}

describe('TextClassifier', () => {
  it('takes the sigmoid of the only label, for texts of any length in one batch', async () => {
    const got = await classify({}, TEXTS);
    TEXTS.forEach((text, place) => {
      expect(got[place]).toBeCloseTo(sigmoid(logit(tokensOf(text), 0)), 5);
    });
  });

  it('takes the softmax over several labels, and the one called toxic by itself', async () => {
    const labels = ['neutral', 'Toxic', 'other'];
    const got = await classify({ labels }, TEXTS);
    TEXTS.forEach((text, place) => {
      const scores = labels.map((_, label) => Math.exp(logit(tokensOf(text), label)));
      expect(got[place]).toBeCloseTo((scores[1] ?? 0) / scores.reduce((a, b) => a + b), 5);
    });
  });

  it('takes sigmoids of a multi-label classifier, and the label that is asked for', async () => {
    const made = { labels: ['toxicity', 'insult'], config: { problem_type: 'multi_label_classification' } };
    const got = await classify(made, TEXTS, 'insult');
    TEXTS.forEach((text, place) => {
      expect(got[place]).toBeCloseTo(sigmoid(logit(tokensOf(text), 1)), 5);
    });
  });

  it('cuts a long text at its end and keeps the closing token', async () => {
    const text = Array.from({ length: 300 }, (_, place) => (place % 2 === 0 ? 'broom' : 'you')).join(' ');
    const all = tokensOf(text);
    expect(all.length).toBeGreaterThan(128);
    const kept = [...all.slice(0, 127), ...all.slice(-1)];
    expect((await classify({}, [text]))[0]).toBeCloseTo(sigmoid(logit(kept, 0)), 5);
  });

  it('counts the texts that it cuts, over all of its runs', async () => {
    const [word = ''] = TEXTS;
    const longest = Array.from({ length: 126 }, () => 'you').join(' '); // and [CLS] and [SEP]
    expect(tokensOf(longest)).toHaveLength(128);
    const texts = Array.from({ length: 70 }, (_, place) => (place % 35 === 0 ? `${longest} you` : word));
    expect(await classification({}, [...texts, longest])).toMatchObject({ cutTexts: 2, maxTokens: 128 });
    expect(await classification({}, [])).toEqual({ probabilities: [], cutTexts: 0, maxTokens: 128 });
  });

  it('finds the graph in onnx/ too, and does without token_type_ids', async () => {
    const model = network(1, ['input_ids', 'attention_mask']);
    expect(await classify({ model, modelFile: join('onnx', 'model.onnx') }, TEXTS)).toEqual(await classify({}, TEXTS));
  });

  it('gives a text the same probability in a long list as alone', async () => {
    const many = Array.from({ length: 70 }, (_, place) => TEXTS[place % TEXTS.length] ?? '');
    const got = await classify({}, many);
    const alone = await classify({}, TEXTS);
    expect(got).toHaveLength(70);
    got.forEach((value, place) => {
      expect(value).toBeCloseTo(alone[place % TEXTS.length] ?? NaN, 6);
    });
  });

  it.each<[name: string, made: Made, label: string | undefined, message: RegExp]>([
    ['a label that it lacks', { labels: ['a', 'b'] }, 'c', /no label "c"; it has a, b/],
    ['no obvious label', { labels: ['a', 'b'] }, undefined, /no label called toxic or toxicity; it has a, b/],
    ['no labels in config.json', { config: { id2label: undefined } }, undefined, /no "id2label"/],
    ['labels with a gap', { config: { id2label: { 0: 'a', 2: 'b' } } }, undefined, /no "id2label" with names for 0, 1/],
    ['labels that are numbers', { config: { id2label: { 0: 7 } } }, undefined, /no "id2label"/],
    [
      'more scores than labels',
      { model: network(3) },
      undefined,
      /gives 3 scores per text, but config\.json has 1 labels/,
    ],
    [
      'an input of another kind',
      { model: network(1, ['input_ids', 'attention_mask', 'pixel_values']) },
      undefined,
      /has inputs input_ids, attention_mask, pixel_values/,
    ],
    ['a graph that is none', { model: new Uint8Array([1, 2, 3]) }, undefined, /onnxruntime cannot load the model/],
  ])('refuses %s', async (_, made, label, message) => {
    expect(await refused(made, label)).toMatchObject({
      code: 'CLASSIFIER_INVALID',
      message: expect.stringMatching(message) as string,
    });
  });

  it('says which file is missing', async () => {
    await withClassifier({}, async (folder) => {
      await rm(join(folder, 'model.onnx'));
      await expect(TextClassifier.load(folder, runtime)).rejects.toMatchObject({
        code: 'FILE_NOT_FOUND',
        message: expect.stringContaining('neither model.onnx nor') as string,
      });
      await rm(join(folder, 'config.json'));
      await expect(TextClassifier.load(folder, runtime)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    });
  });
});
