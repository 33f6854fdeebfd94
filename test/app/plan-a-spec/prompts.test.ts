/** What prompts depend on is fixed while planning: the day, the chat template, and whether it is used at all. */
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { putRunRecord } from '../../../activities/run-record.js';
import { planLocally } from '../../../app/plan-locally.js';
import type { Plan } from '../../../core/plan/types.js';
import { packageRoot } from '../../../io/files/package-root.js';
import { createArtifactStore } from '../../../io/store/artifact-store.js';
import { jsonArtifact } from '../../../io/store/json-artifact.js';
import type { ArtifactStore } from '../../../io/store/types.js';
import { MemoryBlobStore } from '../../support/memory-blob-store.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const DEMO = join(packageRoot().folder, 'demo');
const DATED = "{{ strftime_now('%d %b %Y') }}{{ messages[0].content }}";

let folder: string;
let store: ArtifactStore;

beforeEach(async () => {
  folder = await temporaryFolder();
  store = await createArtifactStore(new MemoryBlobStore());
  vi.stubEnv('OMINUS_CACHE_DIR', join(folder, 'cache'));
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-12-01T23:30:00Z') });
  return () => {
    vi.useRealTimers();
    vi.unstubAllEnvs();
  };
});

/** The demo's base model with another chat template. */
async function baseWith(template: string): Promise<string> {
  const base = join(folder, 'base');
  await mkdir(base);
  const names = await readdir(join(DEMO, 'base'));
  for (const name of names.filter((file) => file !== 'chat_template.jinja')) {
    await symlink(join(DEMO, 'base', name), join(base, name));
  }
  await writeFile(join(base, 'chat_template.jinja'), template);
  return base;
}

interface Wanted {
  readonly base?: string;
  readonly kind?: 'recipe' | 'sweep';
  readonly head?: string;
  readonly evaluate?: string;
  readonly gsm?: string;
}

function spec({ base = join(folder, 'base'), kind = 'recipe', head = '', evaluate = '', gsm = '' }: Wanted): string {
  const chain = kind === 'recipe' ? 'expert ⊖ Ext(truth⁻)' : 'expert ⊖ a·Ext(truth⁻)';
  return `version: 1
kind: ${kind}
name: case
${head}
base: ${base}
adapters: { expert: ${join(DEMO, 'adapters/expert')}, truth⁻: ${join(DEMO, 'adapters/truth-')} }
chain: "${chain}"
${kind === 'sweep' ? 'over: { a: [0.5, 1] }' : ''}
evaluate:
${evaluate}
  with:
    - gsm: { data: ${join(DEMO, 'data/gsm8k/test.jsonl')}, limit: 2${gsm} }
    - perplexity: { data: ${join(DEMO, 'data/heldout.txt')}, limit: 2 }
`;
}

async function plan(wanted: Wanted): Promise<Plan> {
  const file = join(folder, 'case.yaml');
  await writeFile(file, spec(wanted));
  return planLocally(file, {
    device: 'cpu',
    log: () => undefined,
    outputRoot: folder,
    store: () => Promise.resolve(store),
  });
}

const CHAT = ', chat_template: true';
const keysOf = ({ nodes }: Plan, label: string): readonly string[] =>
  nodes.filter(({ id, kind }) => kind === 'respond' && id.endsWith(`:${label}`)).map(({ key }) => key);

describe('the date of a prompt', () => {
  test('is this day in UTC, in the keys of the prompts that have it and in no others', async () => {
    await baseWith(DATED);
    const [today, plain] = [await plan({ gsm: CHAT }), await plan({})];
    vi.setSystemTime(new Date('2026-12-02T00:30:00Z'));
    const [tomorrow, plainTomorrow] = [await plan({ gsm: CHAT }), await plan({})];
    expect([today.prompt, tomorrow.prompt]).toEqual([{ day: '2026-12-01' }, { day: '2026-12-02' }]);
    expect(keysOf(today, 'gsm')).not.toEqual(keysOf(tomorrow, 'gsm'));
    expect(keysOf(today, 'perplexity')).toEqual(keysOf(tomorrow, 'perplexity'));
    expect([plain.prompt, plain.digest]).toEqual([undefined, plainTomorrow.digest]);
    expect(today.nodes.filter(({ kind }) => kind === 'respond').map((node) => 'promptDay' in node)).toContain(true);
  });

  test('is not asked for by a template that writes none', async () => {
    await baseWith('{{ messages[0].content }}!');
    const today = await plan({ gsm: CHAT });
    vi.setSystemTime(new Date('2026-12-02T00:30:00Z'));
    expect((await plan({ gsm: CHAT })).digest).toBe(today.digest);
    expect(today.prompt).toBeUndefined();
  });

  test('may be written in the spec, and must be a day of the calendar', async () => {
    await baseWith(DATED);
    expect((await plan({ gsm: CHAT, head: 'prompt_date: 2024-02-29' })).prompt).toEqual({ day: '2024-02-29' });
    await expect(plan({ gsm: CHAT, head: 'prompt_date: 2023-02-29' })).rejects.toThrow(/2023-02-29 is not a day/);
    await expect(plan({ gsm: CHAT, head: 'prompt_date: yesterday' })).rejects.toMatchObject({ code: 'SPEC_INVALID' });
  });

  test.each(['recipe', 'sweep'] as const)('of a %s is kept as long as its run is not finished', async (kind) => {
    await baseWith(DATED);
    const first = await plan({ gsm: CHAT, kind });
    const run = {
      name: 'case',
      runId: 'one',
      plan: first,
      planRef: await jsonArtifact(store, first),
      report: undefined,
    };
    await putRunRecord({ store }, { ...run, state: 'running' });
    vi.setSystemTime(new Date('2026-12-05T12:00:00Z'));
    expect((await plan({ gsm: CHAT, kind })).digest).toBe(first.digest);
    await putRunRecord({ store }, { ...run, state: 'finished' });
    const later = await plan({ gsm: CHAT, kind });
    expect([later.prompt, later.digest === first.digest]).toEqual([{ day: '2026-12-05' }, false]);
  });
});

describe('a chat template', () => {
  test('that fails, or does too much, is refused where the spec asks for it', async () => {
    await baseWith('{% for i in range(10**8) %}x{% endfor %}');
    await expect(plan({ gsm: CHAT })).rejects.toMatchObject({
      code: 'TOKENIZER_INVALID',
      message: expect.stringMatching(
        /case\.yaml:\d+:\d+ error TOKENIZER_INVALID the model's chat template fails .*Range too big/,
      ) as string,
    });
    await expect(plan({})).resolves.toMatchObject({ name: 'case' });
  });

  test('that benchmarks ask without, though nobody said so, gives a warning', async () => {
    await baseWith('[INST] {{ messages[0].content }} [/INST]');
    const warning =
      'the base model has a chat template, but gsm asks without it; set evaluate.chat_template to true, or to false if that is meant';
    expect((await plan({})).warnings).toContain(warning);
    for (const said of [{ gsm: CHAT }, { gsm: ', chat_template: false' }, { evaluate: '  chat_template: false' }]) {
      expect((await plan(said)).warnings).not.toContain(warning);
    }
  });

  test('that writes what benchmarks write anyway gives none', async () => {
    expect((await plan({ base: join(DEMO, 'base') })).warnings).toEqual([]);
  });

  test('may be set for all benchmarks at once; what a benchmark says of itself counts', async () => {
    await baseWith('[INST] {{ messages[0].content }} [/INST]');
    const own = await plan({ gsm: CHAT });
    expect(keysOf(await plan({ evaluate: '  chat_template: true' }), 'gsm')).toEqual(keysOf(own, 'gsm'));
    const off = await plan({ evaluate: '  chat_template: true', gsm: ', chat_template: false' });
    expect(keysOf(off, 'gsm')).toEqual(keysOf(await plan({}), 'gsm'));
  });
});
