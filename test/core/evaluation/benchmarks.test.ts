import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../core/digest.js';
import { truthfulqa, distinctAnswers } from '../../../core/evaluation/readers/truthfulqa.js';
import { readRequests } from '../../../core/evaluation/requests.js';
import { BENCHMARKS, benchmarkNamed, requireBenchmark } from '../../../core/evaluation/registry.js';
import type { BenchmarkResult, Classification, ModelResponse, ScoreInput } from '../../../core/evaluation/types.js';
import { repetitionRate } from '../../../core/evaluation/repetition-rate.js';
import { extractNumber } from '../../../core/evaluation/extract-number.js';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const PROMPT = digestOf('prompt');

function choices(id: string, logProbs: readonly number[]): ModelResponse {
  const scores = logProbs.map((logProb) => ({ tokens: [7], logProb, isGreedy: false }));
  return { kind: 'choices', id, promptDigest: PROMPT, contextTokens: 3, choices: scores, tooLong: false };
}

function answer(
  id: string,
  text: string,
  fields: Partial<Extract<ModelResponse, { kind: 'answer' }>> = {},
): ModelResponse {
  const tokens = Array.from(text, (letter) => letter.codePointAt(0) ?? 0);
  const common = { kind: 'answer', id, promptDigest: PROMPT, promptTokens: 3 } as const;
  return { ...common, tokens, text, finished: true, tooLong: false, ...fields };
}

function score(
  name: string,
  data: string,
  responses: readonly ModelResponse[],
  parameters: Record<string, string | number> = {},
  classify: ScoreInput['classify'] = () => Promise.reject(new Error('no classifier')),
): Promise<BenchmarkResult> {
  return requireBenchmark(name).score({
    parameters: { data: 'file', ...parameters },
    sources: { data: { text: data, name: 'file' } },
    responses,
    classify,
  });
}

/** By a classifier that reads 128 tokens. */
function classified(probabilities: readonly number[], cutTexts = 0): Classification {
  return { probabilities, cutTexts, maxTokens: 128 };
}

const QUESTION = JSON.stringify([
  { question: 'Q?', mc1_targets: { t: 1, f: 0 }, mc2_targets: { t: 1, u: 1, f: 0, g: 0 } },
]);

describe('the registry', () => {
  it('finds every benchmark by its name, and nothing else', () => {
    expect(BENCHMARKS.length).toBeGreaterThan(4);
    for (const benchmark of BENCHMARKS) {
      expect(benchmarkNamed(benchmark.name)).toBe(benchmark);
    }
    expect(benchmarkNamed('gsm8k')).toBeUndefined();
    expect(() => requireBenchmark('gsm8k')).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
  });

  it('holds benchmarks whose parameters refuse unknown keys, wrong kinds and a missing file', () => {
    for (const benchmark of BENCHMARKS) {
      const given = { data: 'x', ...(benchmark.classifier ? { classifier: 'y' } : {}) };
      expect(benchmark.task({ ...given, limit: 3 }).limit).toBe(3);
      for (const wrong of [{ ...given, dta: 1 }, { ...given, limit: 0 }, { ...given, data: 1 }, {}]) {
        expect(() => benchmark.task(wrong)).toThrow(expect.objectContaining({ code: 'SPEC_INVALID' }));
      }
    }
  });

  it('gives toxicity and repetition one task where their answers are the same', () => {
    const repetition = requireBenchmark('repetition').task({ data: 'x', max_new_tokens: 48 });
    const toxicity = requireBenchmark('toxicity').task({
      data: 'x',
      classifier: 'y',
      max_new_tokens: 48,
      threshold: 0.5,
    });
    expect(toxicity).toEqual(repetition);
    expect(requireBenchmark('repetition').task({ data: 'x' })).toMatchObject({ maxNewTokens: 500 });
  });
});

describe('truthfulqa-mc', () => {
  it("gives the reference script's mc1 and mc2 on the reference's log-probabilities", async () => {
    // demo/golden/mc_expert.json: demo/evaluate_ref.py with transformers on the expert adapter
    const golden = JSON.parse(read('demo/golden/mc_expert.json')) as {
      mc1: number;
      mc2: number;
      questions: { mc1: number; mc2: number; logprob: Record<string, number> }[];
    };
    const data = read('demo/data/truthfulqa/mc_task.json');
    const responses = truthfulqa.read(data, { source: 'mc' }).map((question, i) =>
      choices(
        question.id,
        distinctAnswers(question).map((text) => golden.questions[i]?.logprob[text] ?? Number.NaN),
      ),
    );
    const result = await score('truthfulqa-mc', data, responses);
    expect(result.metrics['mc1']?.value).toBeCloseTo(golden.mc1 / 100, 12);
    expect(result.metrics['mc2']?.value).toBeCloseTo(golden.mc2 / 100, 12);
    expect(result.metrics['mc1']?.n).toBe(150);
    result.examples.forEach((example, i) => {
      expect(example.scores['mc1']).toBe(golden.questions[i]?.mc1);
      expect(example.scores['mc2']).toBeCloseTo(golden.questions[i]?.mc2 ?? Number.NaN, 12);
    });
    expect(result.warnings).toEqual([]);
  });

  it('loses a tie in style ext-sub and wins it in style harness, whose first answer is the gold one', async () => {
    const responses = [choices('0', [-1, -1, -1, -1])];
    expect((await score('truthfulqa-mc', QUESTION, responses)).metrics['mc1']?.value).toBe(0);
    expect((await score('truthfulqa-mc', QUESTION, responses, { style: 'harness' })).metrics['mc1']?.value).toBe(1);
  });

  it('computes mc2 stably where everything underflows, and reproduces the NaN of the harness as null, counted', async () => {
    // distinct answers come in the order t, f, u, g; e^-2000 is 0 in float64
    const responses = [choices('0', [-2000, -2000 + Math.log(3), -3000, -3000])];
    const ours = await score('truthfulqa-mc', QUESTION, responses);
    expect(ours.metrics['mc2']?.value).toBeCloseTo(0.25, 12);
    const harness = await score('truthfulqa-mc', QUESTION, responses, { style: 'harness' });
    expect(harness.metrics['mc2']).toEqual({ value: null, stderr: null, n: 0 });
    expect(harness.warnings.join()).toMatch(/1 of 1 examples.*NaN/);
  });

  it('counts a question that is longer than the context, and scores the others', async () => {
    const data = JSON.stringify([...(JSON.parse(QUESTION) as unknown[]), ...(JSON.parse(QUESTION) as unknown[])]);
    const long = { ...choices('1', []), tooLong: true };
    const result = await score('truthfulqa-mc', data, [choices('0', [-1, -2, -3, -4]), long]);
    expect(result.metrics['mc1']).toEqual({ value: 1, stderr: null, n: 1 });
    expect(result.examples[1]?.scores).toEqual({ mc1: null, mc2: null });
    expect(result.warnings).toEqual(["1 of 2 examples are longer than the model's context and were not scored"]);
  });

  it('reads choices and labels as lists too, true answers first', () => {
    const targets = { choices: ['f', 't'], labels: [0, 1] };
    const line = JSON.stringify({ question: 'Q?', mc1_targets: targets, mc2_targets: targets });
    const [question] = truthfulqa.read(`${line}\n${line}\n`, { source: 'file' });
    expect(question?.mc1).toEqual([
      { text: 't', isTrue: true },
      { text: 'f', isTrue: false },
    ]);
  });

  it('refuses the chat template in style harness', () => {
    expect(() => requireBenchmark('truthfulqa-mc').task({ data: 'x', style: 'harness', chat_template: true })).toThrow(
      expect.objectContaining({ code: 'SPEC_INVALID' }),
    );
  });

  it('asks in the template of the authors, the preset of the harness, or the bare words for a chat template', () => {
    const benchmark = requireBenchmark('truthfulqa-mc');
    const request = (parameters: Record<string, string | boolean>) =>
      readRequests(benchmark.task({ data: 'x', ...parameters }), { data: { text: QUESTION, name: 'x' } })[0];
    expect(request({})).toEqual({
      kind: 'choices',
      id: '0',
      context: '<|user|>\nQ?\n<|assistant|>\n',
      continuations: ['t', 'f', 'u', 'g'],
      encoding: 'separate',
    });
    const harness = request({ style: 'harness' });
    expect(harness).toMatchObject({ continuations: [' t', ' f', ' u', ' g'], encoding: 'harness' });
    expect(harness?.kind === 'choices' && harness.context.endsWith('Barcelona, Spain.\n\nQ: Q?\nA:')).toBe(true);
    expect(request({ chat_template: true })).toMatchObject({ context: 'Q?', encoding: 'separate' });
  });
});

describe('toxicity', () => {
  const DATA = JSON.stringify(['a', 'b', 'c', 'd'].map((instruction) => ({ instruction })));

  it('reports mean and share strictly above the threshold, beside empty, unfinished and repeated answers', async () => {
    const responses = [
      answer('0', ' rude '),
      answer('1', ' '),
      answer('2', 'aaaaaaaa', { finished: false, tokens: [1, 1, 1, 1, 1, 1] }),
      answer('3', '', { tooLong: true, finished: false }),
    ];
    const seen: string[][] = [];
    const classify = (texts: readonly string[]) => {
      seen.push([...texts]);
      return Promise.resolve(classified([0.9, 0.8, 0.1]));
    };
    const result = await score('toxicity', DATA, responses, { classifier: 'c', max_new_tokens: 6 }, classify);
    expect(seen).toEqual([['rude', '', 'aaaaaaaa']]);
    const values = Object.fromEntries(Object.entries(result.metrics).map(([name, { value }]) => [name, value]));
    expect(values['mean']).toBeCloseTo(0.6, 12);
    expect(values['share']).toBeCloseTo(1 / 3, 12);
    expect(values['empty']).toBeCloseTo(1 / 3, 12);
    expect(values['unfinished']).toBeCloseTo(1 / 3, 12);
    expect(values['rep-4']).toBeCloseTo(2 / 3 / 3, 12);
    expect(result.examples[3]?.scores).toEqual({
      mean: null,
      share: null,
      empty: null,
      unfinished: null,
      'rep-4': null,
    });
    expect(result.warnings).toHaveLength(1);
  });

  it('says when answers ended because the context was full', async () => {
    const responses = ['0', '1', '2', '3'].map((id) => answer(id, 'abc', { finished: id === '0' }));
    const result = await score('toxicity', DATA, responses, { classifier: 'c', max_new_tokens: 9 }, (texts) =>
      Promise.resolve(classified(texts.map(() => 0))),
    );
    expect(result.warnings).toEqual(["3 of 4 answers ended before 9 tokens because the model's context was full"]);
  });

  it('says how many answers the classifier did not read to their end', async () => {
    const responses = ['0', '1', '2', '3'].map((id) => answer(id, 'abc', { tooLong: id === '3' }));
    const result = await score('toxicity', DATA, responses, { classifier: 'c' }, (texts) =>
      Promise.resolve(
        classified(
          texts.map(() => 0),
          2,
        ),
      ),
    );
    expect(result.warnings).toContain(
      '2 of 3 answers are longer than the 128 tokens that the classifier reads: only their beginning was classified',
    );
  });

  it('refuses a classifier that gives fewer probabilities than texts', async () => {
    const responses = ['0', '1', '2', '3'].map((id) => answer(id, 'x'));
    await expect(
      score('toxicity', DATA, responses, { classifier: 'c' }, () => Promise.resolve(classified([1]))),
    ).rejects.toMatchObject({ code: 'INTERNAL' });
  });
});

describe('repetition', () => {
  it('is the share of n-grams that occurred before, 0 for answers shorter than n', () => {
    expect(repetitionRate([1, 2, 1, 2, 1], 1)).toBeCloseTo(3 / 5, 12);
    expect(repetitionRate([1, 2, 1, 2, 1], 2)).toBeCloseTo(2 / 4, 12);
    expect(repetitionRate([1, 2, 3], 4)).toBe(0);
    expect(repetitionRate([], 1)).toBe(0);
    // 1,23 and 12,3 must not be taken for one another
    expect(repetitionRate([1, 23, 12, 3], 2)).toBe(0);
  });

  it('averages over answers', async () => {
    const data = '{"instruction":"a"}\n{"instruction":"b"}';
    const result = await score('repetition', data, [answer('0', 'abab'), answer('1', 'abcd')]);
    expect(result.metrics['rep-1']?.value).toBeCloseTo(0.25, 12);
    expect(result.metrics['rep-2']?.value).toBeCloseTo(1 / 6, 12);
    expect(result.metrics['rep-4']?.value).toBe(0);
  });
});

describe('gsm', () => {
  it.each([
    ['So 8.\n#### 2', '2'],
    ['#### 3 and then #### 1,234', '1234'],
    ['it costs 3 or 4 coins', '4'],
    ['#### $1,018.00.', '1018'],
    ['#### about 5, no: 6', '6'],
    ['10-4', '-4'],
    ['007.50', '7.5'],
    ['-0', '0'],
    ['1,23', '23'],
    ['12345678901234567891', '12345678901234567891'],
  ])('reads %j as %s', (text, number) => {
    expect(extractNumber(text)).toBe(number);
  });

  it('finds no number in texts without one', () => {
    expect(extractNumber('#### none')).toBeUndefined();
  });

  it('counts exact matches, answers without a number and unfinished ones', async () => {
    const data = ['{"question":"q","answer":"x #### 18"}', '{"question":"q","answer":"7"}'].join('\n');
    const result = await score('gsm', data, [answer('0', '#### 18.00'), answer('1', 'no idea', { finished: false })], {
      max_new_tokens: 7,
    });
    const values = Object.fromEntries(Object.entries(result.metrics).map(([name, { value }]) => [name, value]));
    expect(values).toEqual({ accuracy: 0.5, 'no-number': 0.5, unfinished: 0.5 });
  });
});

describe('perplexity', () => {
  it('weighs blocks by their tokens and says what was not scored', async () => {
    const block = { kind: 'block', promptDigest: PROMPT } as const;
    const result = await score('perplexity', 'text', [
      { ...block, id: 'block-0', tokens: 3, lossNats: 3 * Math.log(2), correct: 3 },
      { ...block, id: 'block-1', tokens: 1, lossNats: Math.log(8), correct: 0, remainderTokens: 2 },
    ]);
    expect(result.metrics['perplexity']?.value).toBeCloseTo(2 ** (6 / 4), 12);
    expect(result.metrics['accuracy']?.value).toBeCloseTo(0.75, 12);
    expect(result.warnings).toEqual(['the last 2 tokens fill no whole block and were not scored']);
  });
});

describe('malformed data files', () => {
  const targets = { t: 1, f: 0 };
  const ok = { question: 'Q?', mc1_targets: targets, mc2_targets: targets };
  it.each([
    ['truthfulqa-mc', '', /line 1: no examples/],
    ['truthfulqa-mc', '[]', /no examples/],
    ['truthfulqa-mc', '[\n{"question": }]', /line 2: not JSON/],
    ['truthfulqa-mc', '[\n{"question": "Q"},\n{"question": "Q" "x"},\n{}\n]', /line 3: not JSON/],
    ['truthfulqa-mc', '[\n{"question":\n"Q"', /line 3: not JSON/],
    ['truthfulqa-mc', '{"question":"Q?"', /line 1: not JSON/],
    ['truthfulqa-mc', '[1]', /entry 1: got a number, expected an object/],
    ['truthfulqa-mc', '"text"', /line 1: got a string/],
    [
      'truthfulqa-mc',
      JSON.stringify([ok, { ...ok, question: '  ' }]),
      /entry 2: "question" is blank, expected non-blank text/,
    ],
    ['truthfulqa-mc', JSON.stringify([{ ...ok, mc2_targets: null }]), /entry 1: "mc2_targets" is null/],
    [
      'truthfulqa-mc',
      JSON.stringify([{ ...ok, mc1_targets: { t: 2, f: 0 } }]),
      /labels "t" 2, expected labels 0 and 1/,
    ],
    ['truthfulqa-mc', JSON.stringify([{ ...ok, mc1_targets: { t: 1 } }]), /1 true and 0 false answers/],
    [
      'truthfulqa-mc',
      JSON.stringify([{ ...ok, mc1_targets: { choices: ['a'], labels: [] } }]),
      /1 choices and 0 labels/,
    ],
    [
      'repetition',
      '{"instruction":"a"}\n\n{"instruction":7}',
      /line 3: "instruction" is a number, expected non-blank text/,
    ],
    ['gsm', '{"question":"q","answer":"none"}', /line 1: "answer" has no number/],
    ['gsm', '{"question":"q"}', /"answer" is nothing/],
    ['perplexity', ' \n\n ', /no text/],
    ['perplexity', 'a\nb\0', /line 2: a zero byte/],
  ])('%s refuses %j and says where', (name, data, message) => {
    const benchmark = requireBenchmark(name);
    expect(() => readRequests(benchmark.task({ data: 'file' }), { data: { text: data, name: 'file.json' } })).toThrow(
      expect.objectContaining({ code: 'DATA_INVALID', message: expect.stringMatching(message) as string }),
    );
  });
});
