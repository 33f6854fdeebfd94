/** Nodes of evaluations and comparisons. */
import type { Digest } from '../digest.js';
import { BATCH_POLICY, batchPolicy } from '../evaluation/batches.js';
import { taskJson } from '../evaluation/tasks.js';
import type { SpecBenchmark } from '../spec/types.js';
import type { CombineNodes } from './combine-nodes.js';
import { keyOf } from './key.js';
import { gramBackend } from './key-facts.js';
import { asNodeId, type NodeTable } from './node-table.js';
import {
  need,
  type EvaluationTable,
  type NamedCandidate,
  type PlanInput,
  type PlanSources,
  type WrittenCandidate,
} from './plan-input.js';
import type { NodeId } from './node.js';
import { compareFacts, type ComparePair } from './nodes/compare.js';
import { evaluateFacts } from './nodes/evaluate.js';
import { respondFacts, type RespondNode } from './nodes/respond.js';

/** The responses and scores of one benchmark on one candidate. */
export function addEvaluation(
  input: PlanSources,
  table: NodeTable,
  combines: CombineNodes,
  candidate: Pick<NamedCandidate | WrittenCandidate, 'name' | 'operand'>,
  spec: Omit<SpecBenchmark, 'span' | 'places'>,
): { readonly id: NodeId; readonly key: Digest } {
  const benchmark = input.benchmark(spec.benchmark);
  const base = need(input.base, 'base model');
  const data = need(input.data.get(pathParameter(spec, 'data')), `data of ${spec.label}`);
  const task = benchmark.task(spec.parameters);
  const candidateKey = combines.keyOf(candidate.operand);
  const respond: Omit<RespondNode, 'id'> = {
    kind: 'respond',
    key: keyOf(
      respondFacts({
        model: base.digest,
        candidate: candidateKey,
        task: taskJson(task),
        batches: { version: BATCH_POLICY.version, ...batchPolicy(task.kind) },
        data: data.digest,
        environment: input.environment,
      }),
    ),
    dependsOn: combines.dependencies(candidate.operand),
    candidate: candidate.operand,
    task,
    data,
  };
  const respondId = table.add(asNodeId(`respond:${candidate.name}:${spec.label}`), respond).id;
  const classifier = benchmark.classifier
    ? need(input.classifiers.get(pathParameter(spec, 'classifier')), `classifier of ${spec.label}`)
    : undefined;
  const parameters = Object.entries(spec.parameters).filter(([name]) => name !== 'data' && name !== 'classifier');
  const key = keyOf(
    evaluateFacts({
      respond: respond.key,
      benchmark: benchmark.name,
      benchmarkVersion: benchmark.resultVersion,
      parameters: Object.fromEntries(parameters),
      data: data.digest,
      classifier: classifier?.digest,
    }),
  );
  const node = table.add(asNodeId(`evaluate:${candidate.name}:${spec.label}`), {
    kind: 'evaluate',
    key,
    dependsOn: [respondId],
    respond: respondId,
    candidateName: candidate.name,
    benchmark: benchmark.name,
    parameters: spec.parameters,
    data,
    ...(classifier === undefined ? {} : { classifier }),
  });
  return { id: node.id, key };
}

/** The one node of all paired comparisons, if there are any: those of the spec, then every written step against the step. */
export function addCompare(
  { spec, environment, extras }: PlanInput,
  table: NodeTable,
  gram: NodeId,
  combines: CombineNodes,
  candidates: ReadonlyMap<string, NamedCandidate>,
  written: readonly WrittenCandidate[],
  evaluations: EvaluationTable,
): void {
  const candidateOf = (name: string): NamedCandidate => need(candidates.get(name), `candidate ${name}`);
  const asked = spec.compare.pairs.map(([first, second]) => ({ a: candidateOf(first), b: candidateOf(second) }));
  const rounded = written.map((candidate) => ({ a: candidateOf(candidate.of), b: candidate }));
  const pairs = [...asked, ...rounded].map(({ a, b }) => {
    const [first, second] = [a.name, b.name];
    const entries = spec.evaluate.benchmarks.flatMap(({ benchmark, label }) => {
      const left = evaluations.get(first)?.get(label);
      const right = evaluations.get(second)?.get(label);
      return left === undefined || right === undefined ? [] : [{ benchmark, label, left, right }];
    });
    return { first, second, a, b, entries };
  });
  if (pairs.length === 0) {
    return;
  }
  const half = extras?.half === undefined ? {} : { half: extras.half };
  const key = keyOf(
    compareFacts({
      pairs: pairs.map(({ first, second, a, b, entries }) => ({
        first,
        second,
        firstCandidate: combines.keyOf(a.operand),
        secondCandidate: combines.keyOf(b.operand),
        evaluations: entries.map(({ label, left, right }) => ({ label, first: left.key, second: right.key })),
      })),
      seed: spec.compare.seed,
      draws: spec.compare.draws,
      backend: gramBackend(environment),
      ...half,
    }),
  );
  const planned: ComparePair[] = pairs.map(({ first, second, a, b, entries }) => ({
    first,
    second,
    firstCandidate: a.operand,
    secondCandidate: b.operand,
    evaluations: entries.map(({ benchmark, label, left, right }) => ({
      benchmark,
      label,
      first: left.id,
      second: right.id,
    })),
  }));
  const dependsOn = new Set([
    gram,
    ...pairs.flatMap(({ a, b }) => [...combines.dependencies(a.operand), ...combines.dependencies(b.operand)]),
    ...planned.flatMap((pair) => pair.evaluations.flatMap((entry) => [entry.first, entry.second])),
  ]);
  table.add(asNodeId('compare'), {
    kind: 'compare',
    key,
    dependsOn: [...dependsOn],
    gram,
    pairs: planned,
    seed: spec.compare.seed,
    draws: spec.compare.draws,
    ...half,
  });
}

/** A path of a benchmark, as the spec writes it. */
function pathParameter({ parameters }: Pick<SpecBenchmark, 'parameters'>, name: string): string {
  const path = parameters[name];
  return typeof path === 'string' ? path : '';
}
