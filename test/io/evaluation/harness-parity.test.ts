/** `style: harness` through the inference child, request by request, against lm-evaluation-harness (test/golden/evaluation_harness.py). */
import { copyFile, cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { prepare } from '../../../core/evaluation/prepare.js';
import type { ResponseTask } from '../../../core/evaluation/tasks.js';
import { createInferenceEngine } from '../../../io/model/engine.js';
import { openTokenizer } from '../../../io/model/tokenizer.js';
import { BASE, demo, readGolden, repository, withFolder } from '../model/support.js';
import { evaluate, valueOf } from './evaluate.js';

interface Choice {
  readonly text: string;
  readonly tokens: number;
  readonly logProb: number;
  readonly isGreedy: boolean;
}
interface Task {
  readonly value: number;
  readonly stderr: number;
  readonly questions: readonly { score: number; contextTokens: number; choices: readonly Choice[] }[];
}
interface Pair {
  readonly context: string;
  readonly continuation: string;
  readonly tokens: readonly [readonly number[], readonly number[]];
}
interface HarnessGolden {
  readonly data: string;
  readonly limit: number;
  readonly mc1: Task;
  readonly mc2: Task;
  readonly firstPrompt: readonly number[];
  readonly pairs: readonly Pair[];
  readonly pairsWithBos: readonly Pair[];
  readonly bosPostProcessor: Readonly<Record<string, unknown>>;
}

const golden = await readGolden<HarnessGolden>(repository('test', 'golden', 'evaluation-harness.json'));
const engine = createInferenceEngine({ threads: 2 });
afterAll(() => engine.close());

/** The golden model with the demo's tokenizer beside it. */
async function placeModel(folder: string): Promise<void> {
  await cp(repository('test', 'golden', 'harness-llama'), folder, { recursive: true });
  for (const file of ['tokenizer.json', 'tokenizer_config.json']) {
    await copyFile(demo('base', file), join(folder, file));
  }
}

describe('truthfulqa-mc in style harness', () => {
  it("equals the harness's own tasks: every log-probability, token count, score, mean and standard error", async () => {
    await withFolder(async (folder) => {
      await placeModel(folder);
      const { result, responses } = await evaluate(engine, folder, BASE, 'truthfulqa-mc', {
        data: repository(golden.data),
        style: 'harness',
        limit: golden.limit,
      });
      for (const metric of ['mc1', 'mc2'] as const) {
        const task = golden[metric];
        expect(result.metrics[metric]?.value).toBeCloseTo(task.value, 5);
        expect(result.metrics[metric]?.stderr).toBeCloseTo(task.stderr, 5);
        task.questions.forEach((question, index) => {
          const response = responses[index];
          if (response?.kind !== 'choices') {
            throw new Error('no choices');
          }
          expect(response.contextTokens).toBe(question.contextTokens);
          expect(result.examples[index]?.scores[metric]).toBeCloseTo(question.score, 5);
          const listed = result.examples[index]?.detail['choices'] as readonly { readonly text: string }[];
          for (const choice of question.choices) {
            const scored = response.choices[listed.findIndex(({ text }) => ` ${text}` === choice.text)];
            expect(scored?.tokens).toHaveLength(choice.tokens);
            expect(scored?.isGreedy).toBe(choice.isGreedy);
            // the harness adds in float32: half a unit of the last place of numbers near 90, per token, is 1e-4 in all
            expect(Math.abs((scored?.logProb ?? Number.NaN) - choice.logProb)).toBeLessThan(1e-4);
          }
        });
      }
      expect(valueOf({ result, responses }, 'mc1')).toBeCloseTo(golden.mc1.value, 12);
    });
  });
});

describe('the split of context and continuation', () => {
  const task: ResponseTask = { kind: 'choices', reader: 'truthfulqa', resultVersion: 1, style: 'harness' };

  async function split(folder: string, pair: Pair): Promise<Pair['tokens'] | undefined> {
    const { context, continuation } = pair;
    const { requests } = await prepare({
      task,
      requests: [{ kind: 'choices', id: '0', context, continuations: [continuation], encoding: 'harness' }],
      tokenizer: await openTokenizer(folder),
      contextLength: 1024,
    });
    const [request] = requests;
    return request?.kind === 'choices' ? [request.prompt, request.continuations[0] ?? []] : undefined;
  }

  it('is by count, as in the harness, with blanks at the boundary and tokens that merge across it', async () => {
    for (const pair of golden.pairs) {
      expect(await split(demo('base'), pair)).toEqual(pair.tokens);
    }
  });

  it('keeps the BOS that a tokenizer adds by default', async () => {
    await withFolder(async (folder) => {
      const tokenizer = JSON.parse(await readFile(demo('base', 'tokenizer.json'), 'utf8')) as Record<string, unknown>;
      const changed = { ...tokenizer, post_processor: golden.bosPostProcessor };
      await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(changed));
      await copyFile(demo('base', 'tokenizer_config.json'), join(folder, 'tokenizer_config.json'));
      for (const pair of golden.pairsWithBos) {
        expect(await split(folder, pair)).toEqual(pair.tokens);
      }
    });
  });
});
