/** `respond`: a model's answers or log-probabilities; every finished batch is a shard, so that nothing is done twice. */
import { digestOfJson } from '../../core/digest.js';
import { OminusError } from '../../core/errors.js';
import { prepare, type PreparedTask } from '../../core/evaluation/prepare.js';
import { readRequests } from '../../core/evaluation/requests.js';
import { respondSummary } from '../../core/evaluation/respond-facts.js';
import { respond } from '../../core/evaluation/respond.js';
import { taskJson } from '../../core/evaluation/tasks.js';
import { digestsOf } from '../../core/source-ref.js';
import type { RespondNode } from '../../core/plan/nodes/respond.js';
import type { ModelInfo } from '../../io/model/types.js';
import { openTokenizer, type TextTokenizer } from '../../io/model/tokenizer.js';
import { jsonArtifact } from '../../io/store/json-artifact.js';
import { candidateOf } from '../candidates.js';
import { shardsKey } from '../leaves.js';
import type { NodeExecutor, NodeRun } from '../node-result.js';
import { createPause } from '../pause.js';
import { sourceTexts } from '../source-texts.js';
import { remember } from '../remember.js';

/** Runs the model over all requests of a task. */
export const respondExecutor: NodeExecutor<RespondNode> = {
  async compute(node, run) {
    const { store, sources, engine: engineOf, caches } = run.context;
    const { base } = run.plan;
    if (base === undefined) {
      throw new OminusError('INTERNAL', { message: 'the plan evaluates but has no base model' });
    }
    const folder = await sources.folder('model', base);
    const engine = engineOf();
    const model = await engine.openModel({ folder, digest: base.digest });
    const tokenizer = await remember(caches.tokenizers, base.digest, () => openTokenizer(folder));
    const shards = await shardsKey(run, node);
    const result = await respond({
      prepared: await preparedTask(node, run, model, tokenizer),
      tokenizer,
      engine,
      candidate: await candidateOf(run, node.candidate),
      shards: {
        load: (shard) => store.getShard(shards, shard),
        save: (shard, bytes) => store.putShard(shards, shard, bytes),
      },
      onProgress: ({ done, total }) => {
        run.onProgress(done, total);
      },
      signal: run.signal,
    });
    const decode = (tokens: readonly number[]): string => tokenizer.decode(tokens, { keepSpecialTokens: true });
    return {
      artifacts: { responses: await jsonArtifact(store, result.responses) },
      summary: respondSummary(result, decode, environmentOf(model)),
    };
  },
  afterwards: async (node, run) => run.context.store.removeShards(await shardsKey(run, node)),
};

/** What computes, for people: whatever of it changes more than the last digits is in the node's key. */
function environmentOf({ device, runtimeVersion, threads, processor }: ModelInfo): Readonly<Record<string, string>> {
  return { device, onnxruntime: runtimeVersion, threads: String(threads), processor };
}

/** Token ids and batches of a task on a model: the same for every candidate, so computed once per worker. */
async function preparedTask(
  node: RespondNode,
  run: NodeRun,
  model: ModelInfo,
  tokenizer: TextTokenizer,
): Promise<PreparedTask> {
  const { contextLength } = model;
  const multiplications = model.device === 'cpu' ? model.multiplications : 0;
  const key = digestOfJson({
    task: taskJson(node.task),
    data: node.data.digest,
    others: digestsOf(node.others ?? {}),
    model: run.plan.base?.digest ?? null,
    contextLength,
    multiplications,
    promptDay: node.promptDay ?? null,
  });
  return remember(run.context.caches.tasks, key, async () => {
    const requests = readRequests(node.task, await sourceTexts(node, run));
    const day = node.promptDay === undefined ? {} : { day: node.promptDay };
    return prepare({
      task: node.task,
      requests,
      tokenizer,
      contextLength,
      multiplications,
      ...day,
      pause: createPause(),
    });
  });
}
