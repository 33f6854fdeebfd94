/** `evaluate`: scores of one benchmark over stored responses. */
import { requireBenchmark } from '../../core/evaluation/registry.js';
import type { ModelResponse, ScoreInput } from '../../core/evaluation/types.js';
import { OminusError } from '../../core/errors.js';
import type { EvaluateNode } from '../../core/plan/nodes/evaluate.js';
import { jsonArtifact } from '../../io/store/json-artifact.js';
import { inputJson, type NodeExecutor, type NodeRun } from '../node-result.js';

/** Scores responses; only benchmarks that ask for it see the classifier. */
export const evaluateExecutor: NodeExecutor<EvaluateNode> = {
  async compute(node, run) {
    const benchmark = requireBenchmark(node.benchmark);
    const responses = await inputJson<readonly ModelResponse[]>(run, node.respond, 'responses');
    const result = await benchmark.score({
      parameters: node.parameters,
      sources: { data: { text: await run.context.sources.text(node.data), name: node.data.uri } },
      responses,
      classify: await classifierOf(node, run),
    });
    return {
      artifacts: { result: await jsonArtifact(run.context.store, result) },
      summary: {
        metrics: Object.fromEntries(Object.entries(result.metrics).map(([name, { value }]) => [name, value])),
      },
    };
  },
};

async function classifierOf(node: EvaluateNode, run: NodeRun): Promise<ScoreInput['classify']> {
  const { classifier } = node;
  if (classifier === undefined) {
    return () =>
      Promise.reject(new OminusError('INTERNAL', { message: `${node.benchmark} was planned without a classifier` }));
  }
  const folder = await run.context.sources.folder('classifier', classifier);
  const label = node.parameters['label'];
  return (texts) =>
    run.context
      .engine()
      .classify(
        { folder, digest: classifier.digest, label: typeof label === 'string' ? label : undefined },
        texts,
        run.signal,
      );
}
