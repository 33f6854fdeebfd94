/** The halves of a sweep's examples are made while it is planned, and must be large enough to choose by. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planOfKind } from '../../support/plan-of-kind.js';
import { Bench, demo } from '../../activities/bench.js';

const GSM = demo('data/gsm8k/test.jsonl');

function sweep(benchmarks: string, objective = 'objective: { maximize: gsm.accuracy }'): string {
  return `version: 1
kind: sweep
name: test
base: ${demo('base')}
adapters: { expert: "${demo('adapters/expert')}", truth⁻: "${demo('adapters/truth-')}" }
chain: "expert ⊖ a·Ext(truth⁻)"
over: { a: [0.5, 1] }
${objective}
evaluate: { with: [${benchmarks}] }
`;
}

async function chosenOf(benchmarks: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const bench = await Bench.create();
  const plan = planOfKind('sweep', await bench.plan(sweep(benchmarks, '')));
  return plan.sweep.split?.choose ?? {};
}

describe('the halves of a sweep', () => {
  it('are exact over the whole file, and the same ids whatever limit takes of it', async () => {
    const whole = (await chosenOf(`gsm: { data: "${GSM}" }`))['gsm'] ?? [];
    expect(whole).toHaveLength(50);
    for (const limit of [10, 45]) {
      const some = (await chosenOf(`gsm: { data: "${GSM}", limit: ${limit} }`))['gsm'];
      expect(some).toEqual(whole.filter((id) => Number(id) < limit));
    }
  });

  it('are shared by benchmarks over one data file, and not by others', async () => {
    const toxic = demo('data/toxic_test.json');
    const chosen = await chosenOf(
      `{ toxicity: { data: "${toxic}", classifier: "${demo('toxicity')}" } }, { repetition: { data: "${toxic}" } }, { gsm: { data: "${GSM}" } }`,
    );
    expect(chosen['toxicity']).toEqual(chosen['repetition']);
    expect(chosen['toxicity']).toHaveLength(100);
    expect(chosen['gsm']).not.toEqual(chosen['toxicity']?.filter((id) => Number(id) < 100));
  });

  it('are refused below ten a side where the objective needs them, at the place of limit', async () => {
    const bench = await Bench.create();
    const planning = bench.plan(sweep(`gsm: { data: "${GSM}", max_new_tokens: 4, limit: 12 }`));
    await expect(planning).rejects.toMatchObject({ code: 'SPEC_INVALID' });
    await expect(planning).rejects.toThrow(
      /spec\.yaml:9:\d+ error SPEC_INVALID the objective needs gsm, whose halves have \d examples to choose by and \d to report on/,
    );
    const plan = await bench.plan(sweep(`gsm: { data: "${GSM}", max_new_tokens: 4, limit: 12 }`, ''));
    expect(plan.warnings).toEqual([]);
  });

  it('are warned of below fifty a side', async () => {
    const bench = await Bench.create();
    const { warnings } = await bench.plan(sweep(`gsm: { data: "${GSM}", max_new_tokens: 4, limit: 40 }`));
    expect(warnings).toEqual([
      'λ is chosen on one half of the examples and reported on the other: gsm 18 and 22; with fewer than 50 on a side both are rough',
    ]);
    expect((await bench.plan(sweep(`gsm: { data: "${GSM}", max_new_tokens: 4 }`))).warnings).toEqual([]);
  });

  it('tell of malformed data before anything runs', async () => {
    const bench = await Bench.create();
    const file = join(bench.folder, 'bad.jsonl');
    await writeFile(file, '{"question": 1}\n');
    await expect(bench.plan(sweep(`gsm: { data: "${file}" }`))).rejects.toThrow(/spec\.yaml:9:\d+ error DATA_INVALID/);
  });
});
