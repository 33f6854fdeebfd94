/** Steps give a session what its graph asks for: a family without some input is never fed it, and nothing is missing. */
import { expect, it } from 'vitest';
import { CandidateInputs } from '../../../io/model/candidate-inputs.js';
import { CausalModel } from '../../../io/model/causal-model.js';
import { generateGreedy } from '../../../io/model/generation.js';
import { Runtime, type Session } from '../../../io/model/runtime.js';
import { BASE, golden, readGoldenModels } from './support.js';

const models = await readGoldenModels();

/** Remembers what every run was given. */
class WatchedRuntime extends Runtime {
  readonly runs: { readonly given: readonly string[]; readonly wanted: readonly string[] }[] = [];

  override async open(...args: Parameters<Runtime['open']>): Promise<Session> {
    const session = await super.open(...args);
    return {
      ...session,
      run: (feeds, fetches) => {
        const given: string[] = [];
        for (const name in feeds) {
          given.push(name); // those that a step inherits from the adapter, too
        }
        this.runs.push({ given: given.toSorted(), wanted: session.inputNames.toSorted() });
        return session.run(feeds, fetches);
      },
    };
  }
}

it.each(Object.keys(models))('a step of %s is fed the inputs that its graph declares, and no others', async (name) => {
  const runtime = new WatchedRuntime({ device: 'cpu', threads: 1 });
  const model = await CausalModel.load(golden(name), runtime);
  const adapter = await new CandidateInputs(model.modules).add(BASE);
  await generateGreedy(model, adapter, [[5, 6, 7], [8]], { maxNewTokens: 3, endTokens: [] });
  await model.release();
  expect(runtime.runs.length).toBeGreaterThan(2);
  for (const { given, wanted } of runtime.runs) {
    expect(given).toEqual(wanted);
  }
});
