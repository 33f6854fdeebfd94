/** What is wrong with what a spec names, told while it is planned: all at once, each under its place. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { planLocally } from '../../../app/plan-locally.js';
import { OminusError } from '../../../core/errors.js';
import type { Plan } from '../../../core/plan/types.js';
import { packageRoot } from '../../../io/files/package-root.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const DEMO = join(packageRoot().folder, 'demo');
const EXPERT = join(DEMO, 'adapters/expert');
const TRUTH = join(DEMO, 'adapters/truth-');

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  vi.stubEnv('OMINUS_CACHE_DIR', join(folder, 'cache'));
  return () => {
    vi.unstubAllEnvs();
  };
});

function recipe({ base = join(DEMO, 'base'), expert = EXPERT, truth = TRUTH, benchmarks = '', rest = '' }): string {
  const evaluate = benchmarks === '' ? '' : `evaluate:\n  with:\n${benchmarks}`;
  return `version: 1
kind: recipe
name: case
base: ${base}
adapters:
  expert: ${expert}
  truth⁻: ${truth}
chain: "expert ⊖ Ext(truth⁻)"
${evaluate}${rest}`;
}

async function plan(text: string): Promise<Plan> {
  const file = join(folder, 'case.yaml');
  await writeFile(file, text);
  return planLocally(file, { device: 'cpu', log: () => undefined, outputRoot: folder });
}

/** The error of planning; its message with short paths. */
async function refusal(text: string): Promise<{ readonly code: string; readonly lines: readonly string[] }> {
  const error: unknown = await plan(text).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(OminusError);
  const { code, message, hint } = error as OminusError;
  expect(hint).toMatch(/^Correct the marked places; ominus plan /);
  return { code, lines: message.replaceAll(folder, '.').replaceAll(DEMO, 'demo').split('\n') };
}

describe('sources of a spec', () => {
  test('that are missing are all told, each with line, column, caret and hint, under the code that they share', async () => {
    const text = recipe({
      base: 'no/base',
      truth: '{ path: no/adapter }',
      benchmarks: '    - gsm: { data: no/data.jsonl }\n    - repetition: { limit: 2, data: no/more.json }\n',
    });
    const hint = '  | = Correct the path; in a spec it is relative to the spec file.'.replace('| ', '');
    expect(await refusal(text)).toEqual({
      code: 'FILE_NOT_FOUND',
      lines: [
        './case.yaml has 4 problems',
        './case.yaml:4:7 error FILE_NOT_FOUND no such file or folder [path=./no/base]',
        '4 | base: no/base',
        '  |       ^~~~~~~',
        `${hint} For the hub write hf://no/base.`,
        './case.yaml:7:19 error FILE_NOT_FOUND no such file or folder [path=./no/adapter]',
        '7 |   truth⁻: { path: no/adapter }',
        '  |                   ^~~~~~~~~~',
        `${hint} For the hub write hf://no/adapter.`,
        './case.yaml:11:20 error FILE_NOT_FOUND no such file or folder [path=./no/data.jsonl]',
        '11 |     - gsm: { data: no/data.jsonl }',
        '   |                    ^~~~~~~~~~~~~',
        ` ${hint}`,
        './case.yaml:12:37 error FILE_NOT_FOUND no such file or folder [path=./no/more.json]',
        '12 |     - repetition: { limit: 2, data: no/more.json }',
        '   |                                     ^~~~~~~~~~~~',
        ` ${hint}`,
      ],
    });
  });

  test('that fail for several reasons make the spec invalid, and each problem keeps its code', async () => {
    const pinned = `{ path: ${EXPERT}, digest: "sha256:${'0'.repeat(64)}" }`;
    const { code, lines } = await refusal(recipe({ expert: pinned, truth: 'no/adapter' }));
    expect(code).toBe('SPEC_INVALID');
    expect(lines.filter((line) => / error /.test(line))).toEqual([
      expect.stringMatching(/^\.\/case\.yaml:6:19 error DIGEST_MISMATCH /),
      expect.stringMatching(/^\.\/case\.yaml:7:11 error FILE_NOT_FOUND /),
    ]);
  });

  test('that plan are planned, with data and a classifier', async () => {
    const data = join(DEMO, 'data/toxic_test.json');
    const toxicity = `    - toxicity: { data: ${data}, classifier: ${DEMO}/toxicity, label: toxicity, limit: 2 }\n`;
    const perplexity = `    - perplexity: { data: ${DEMO}/data/heldout.txt, block: 64 }\n`;
    const { nodes } = await plan(recipe({ benchmarks: toxicity + perplexity }));
    expect(nodes.length).toBeGreaterThan(4);
  });
});

describe('parameters of benchmarks', () => {
  test('that the model or the classifier cannot serve are told before anything runs, at their place', async () => {
    const data = `data: ${DEMO}/data/heldout.txt`;
    const labels = join(folder, 'many-labels');
    await mkdir(labels);
    const files = {
      'config.json': '{"id2label": {"0": "rude", "1": "kind"}}',
      'tokenizer.json': '{}',
      'model.onnx': '',
    };
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(labels, name), content);
    }
    const { code, lines } = await refusal(
      recipe({
        benchmarks: `    - perplexity: { block: 4096, ${data} }
    - toxicity: { label: insult, ${data}, classifier: ${DEMO}/toxicity }
    - toxicity: { classifier: many-labels, ${data} }
    - perplexity: { block: 2, ${data} }
`,
      }),
    );
    expect(code).toBe('SPEC_INVALID');
    expect(lines.filter((line) => / error |^ +[|=]/.test(line))).toEqual([
      expect.stringMatching(
        /^\.\/case\.yaml:11:28 error SPEC_INVALID blocks of 4096 tokens do not fit the model's context of \d+$/,
      ),
      '   |                            ^~~~',
      expect.stringMatching(/^ {3}= Set block to at most \d+\.$/),
      './case.yaml:12:26 error CLASSIFIER_INVALID the classifier has no label "insult"; it has toxicity [folder=demo/toxicity]',
      '   |                          ^~~~~~',
      '   = Name one of its labels.',
      './case.yaml:13:31 error CLASSIFIER_INVALID the classifier has no label called toxic or toxicity; it has rude, kind [folder=./many-labels]',
      '   |                               ^~~~~~~~~~~',
      '   = Set label: to one of its labels.',
    ]);
  });

  test('are not looked at where the model or the classifier is missing', async () => {
    const data = `data: ${DEMO}/data/heldout.txt`;
    const benchmarks = `    - perplexity: { block: 4096, ${data} }\n    - toxicity: { label: insult, ${data}, classifier: no/c }\n`;
    const { lines } = await refusal(recipe({ base: 'no/base', benchmarks }));
    expect(lines.filter((line) => / error /.test(line))).toHaveLength(2);
  });
});

test('a model that cannot be run is told at its place while the spec is planned, if it is to be evaluated', async () => {
  const base = join(folder, 'strange');
  await mkdir(base);
  for (const [name, content] of Object.entries({
    'config.json': '{"architectures": ["StrangeForCausalLM"]}',
    'tokenizer.json': '{}',
    'model.safetensors': Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('{}')]),
  })) {
    await writeFile(join(base, name), content);
  }
  const benchmarks = `    - gsm: { data: ${DEMO}/data/gsm8k/test.jsonl }\n`;
  const { code, lines } = await refusal(recipe({ base: 'strange', benchmarks }));
  expect(code).toBe('MODEL_UNSUPPORTED');
  expect(lines[1]).toMatch(/^\.\/case\.yaml:4:7 error MODEL_UNSUPPORTED .*StrangeForCausalLM/);
});

test('outputs outside the root are told together, each at its place', async () => {
  const text =
    recipe({}).replace(/chain: (.*)/, 'steps: { one: $1, two: expert }') + 'output: { one: ../a, two: ../b }\n';
  const { code, lines } = await refusal(text);
  expect(code).toBe('OUTPUT_FORBIDDEN');
  expect(lines[0]).toBe('./case.yaml has 2 problems');
  expect(lines.filter((line) => /^ +\| +\^/.test(line))).toHaveLength(2);
});
