/** Nodes of evaluations. */
import { BATCH_POLICY, batchPolicy } from '../evaluation/batches.js';
import { sourceNames } from '../evaluation/sources.js';
import { taskJson } from '../evaluation/tasks.js';
import { digestsOf } from '../source-ref.js';
import type { BenchmarkTask } from './benchmark-tasks.js';
import { keyOf } from './key.js';
import { asNodeId } from './node-table.js';
import { evaluateFacts } from './nodes/evaluate.js';
import { respondFacts } from './nodes/respond.js';
import type { Evaluation, NamedCandidate, PlanDraft, WrittenCandidate } from './plan-draft.js';
import { need } from './plan-sources.js';
import { promptFacts } from './prompt-rules.js';

/** Adds the responses and scores of one benchmark on one candidate. */
export function addEvaluation(
  { sources: { base, environment, prompt }, table, combines }: Pick<PlanDraft, 'sources' | 'table' | 'combines'>,
  { name, operand }: Pick<NamedCandidate | WrittenCandidate, 'name' | 'operand'>,
  { label, definition, task, parameters, data, others, classifier }: BenchmarkTask,
): Evaluation {
  const facts = promptFacts(task, prompt);
  const { promptDay } = facts;
  const respond = table.add(asNodeId(`respond:${name}:${label}`), {
    kind: 'respond',
    key: keyOf(
      respondFacts({
        model: need(base, 'base model').digest,
        candidate: combines.keyOf(operand),
        task: taskJson(task),
        batches: { version: BATCH_POLICY.version, ...batchPolicy(task.kind) },
        data: data.digest,
        ...(others === undefined ? {} : { others: digestsOf(others) }),
        environment,
        prompt: facts,
      }),
    ),
    dependsOn: combines.dependencies(operand),
    candidate: operand,
    task,
    data,
    ...(others === undefined ? {} : { others }),
    ...(typeof promptDay === 'string' ? { promptDay } : {}),
  });
  const paths = new Set(['classifier', ...sourceNames(definition)]);
  const withoutPaths = Object.entries(parameters).filter(([key]) => !paths.has(key));
  const key = keyOf(
    evaluateFacts({
      respond: respond.key,
      benchmark: definition.name,
      benchmarkVersion: definition.resultVersion,
      parameters: Object.fromEntries(withoutPaths),
      data: data.digest,
      classifier: classifier?.digest,
    }),
  );
  const { id } = table.add(asNodeId(`evaluate:${name}:${label}`), {
    kind: 'evaluate',
    key,
    dependsOn: [respond.id],
    respond: respond.id,
    candidateName: name,
    benchmark: definition.name,
    parameters,
    data,
    ...(others === undefined ? {} : { others }),
    ...(classifier === undefined ? {} : { classifier }),
  });
  return { id, key };
}
