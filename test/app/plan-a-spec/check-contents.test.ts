/** What is wrong in the files that a spec names, told while it is planned, each at its place. */
import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { planLocally } from '../../../app/plan-locally.js';
import { OminusError } from '../../../core/errors.js';
import { packageRoot } from '../../../io/files/package-root.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const DEMO = join(packageRoot().folder, 'demo');

let folder: string;
let base: string;
let classifier: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  vi.stubEnv('OMINUS_CACHE_DIR', join(folder, 'cache'));
  base = join(folder, 'base');
  classifier = join(folder, 'toxicity');
  await cp(join(DEMO, 'base'), base, { recursive: true });
  await cp(join(DEMO, 'toxicity'), classifier, { recursive: true });
  await writeFile(join(folder, 'data.json'), '[{"instruction": "Say something."}]');
  return () => {
    vi.unstubAllEnvs();
  };
});

/** Lines of the refusal that name a problem, and the hints. */
async function problems(benchmark: string): Promise<readonly string[]> {
  const file = join(folder, 'case.yaml');
  const lines = ['version: 1', 'kind: recipe', 'name: case', 'base: base'];
  const expert = join(DEMO, 'adapters/expert');
  lines.push(`adapters: { expert: ${expert} }`, 'chain: expert', `evaluate: { with: [${benchmark}] }`);
  await writeFile(file, `${lines.join('\n')}\n`);
  const options = { device: 'cpu', log: () => undefined, outputRoot: folder } as const;
  const error: unknown = await planLocally(file, options).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error === undefined) {
    return [];
  }
  expect(error).toBeInstanceOf(OminusError);
  return (error as OminusError).message
    .replaceAll(folder, '.')
    .split('\n')
    .filter((line) => / error | = /.test(line));
}

const GSM = 'gsm: { data: data.json }';
const TOXICITY = 'toxicity: { data: data.json, classifier: toxicity }';

it('sound contents plan', async () => {
  expect(await problems(TOXICITY)).toEqual([]);
});

it('data in another format are told at the data', async () => {
  expect(await problems(GSM)).toEqual([
    expect.stringMatching(/^\.\/case\.yaml:7:\d+ error DATA_INVALID .*data\.json/),
    expect.stringMatching(/ = [A-Z]/),
  ]);
});

it('a base without tokenizer.json is told at the base, with how to save one', async () => {
  await rm(join(base, 'tokenizer.json'));
  expect(await problems(TOXICITY)).toEqual([
    './case.yaml:4:7 error TOKENIZER_INVALID there is no tokenizer.json [folder=./base]',
    '  = Save it as a fast tokenizer: AutoTokenizer.from_pretrained("./base").save_pretrained("./base").',
  ]);
});

it('a classifier without a graph, or without a tokenizer, is told at the classifier, with what to do', async () => {
  await rm(join(classifier, 'tokenizer.json'));
  expect(await problems(TOXICITY)).toEqual([
    expect.stringMatching(
      /^\.\/case\.yaml:7:\d+ error TOKENIZER_INVALID there is no tokenizer\.json \[folder=\.\/toxicity\]/,
    ),
    expect.stringMatching(/AutoTokenizer/),
  ]);
  await rm(join(classifier, 'model.onnx'));
  expect(await problems(TOXICITY)).toEqual([
    expect.stringMatching(/error CLASSIFIER_INVALID the classifier has no ONNX graph: neither model\.onnx nor/),
    expect.stringMatching(/Export it: optimum-cli export onnx --task text-classification --model \.\/toxicity/),
  ]);
});

it('a chat template that is asked for and fails, or is not there, is told before anything runs', async () => {
  expect(await problems('toxicity: { data: data.json, classifier: toxicity, chat_template: true }')).toEqual([]);
  const settings = join(base, 'tokenizer_config.json');
  await writeFile(settings, '{"eos_token": "<|end|>", "chat_template": "{{ nothing.at.all() }}"}');
  await rm(join(base, 'chat_template.jinja'), { force: true });
  expect(await problems('repetition: { data: data.json, chat_template: true }')).toEqual([
    expect.stringMatching(/^\.\/case\.yaml:7:\d+ error TOKENIZER_INVALID /),
    expect.stringMatching(/ = /),
  ]);
});
