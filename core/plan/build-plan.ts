/** Spec → plan: pure. Sources were resolved and digested by the caller; equal sub-expressions become one node. */
import { adapterNames } from '../algebra/evaluate.js';
import type { Digest } from '../digest.js';
import { digestOfJson } from '../digest.js';
import type { Benchmark } from '../evaluation/types.js';
import { OminusError } from '../errors.js';
import { lambdasOf } from '../expression/lambdas.js';
import { printFormula } from '../expression/print.js';
import { leftmostAdapter } from '../expression/resolve.js';
import type { Formula } from '../expression/types.js';
import type { RecipeSpec, SpecBenchmark } from '../spec/types.js';
import { CombineNodes, type Ground } from './combine-nodes.js';
import {
  compareKey,
  evaluateKey,
  gramBackend,
  gramKey,
  respondKey,
  writeKey,
  type InferenceEnvironment,
  type GramRule,
} from './keys.js';
import { asNodeId, NodeTable } from './node-table.js';
import type {
  AdapterRef,
  ComparePair,
  ModelRef,
  NodeId,
  Operand,
  Plan,
  PlanStep,
  RespondNode,
  SourceRef,
  WriteNode,
} from './types.js';

/** What the planner is given beside the spec. Maps are keyed by the path as the spec writes it. */
export interface PlanInput {
  readonly spec: RecipeSpec;
  readonly base: ModelRef | undefined;
  /** By name. */
  readonly adapters: ReadonlyMap<string, AdapterRef>;
  readonly data: ReadonlyMap<string, SourceRef>;
  readonly classifiers: ReadonlyMap<string, SourceRef>;
  /** Absolute output folder, by step. */
  readonly outputs: ReadonlyMap<string, string>;
  /** Whatever changes the bits of inference: device, runtime version. */
  readonly environment: InferenceEnvironment;
  readonly benchmark: (name: string) => Benchmark;
  readonly warnings?: readonly string[];
}

/** A named value that can be evaluated: a step, an adapter, or `base`. */
interface NamedCandidate {
  readonly name: string;
  readonly kind: PlanStep['kind'];
  readonly formula: Formula;
  readonly operand: Operand;
}

/**
 * Builds the plan of a recipe.
 *
 * @throws OminusError `INTERNAL` when a source that the spec names was not resolved
 */
export function buildPlan(input: PlanInput): Plan {
  const { spec } = input;
  const table = new NodeTable();
  const used = usedAdapters(spec);
  const digestOf = (name: string): Digest => need(input.adapters.get(name), `adapter ${name}`).digest;
  const groundOf = (leftmost: string | undefined): Ground => {
    const rule: GramRule = {
      semantics: spec.semantics,
      leftmost: leftmost === undefined ? undefined : digestOf(leftmost),
      backend: gramBackend(input.environment),
    };
    return { rule, gram: addGram(table, used.map(digestOf), rule) };
  };
  const { gram } = groundOf(used[0]);
  const combines = new CombineNodes({ table, groundOf, digestOf, missing: spec.missing });
  const candidates = namedCandidates(spec, combines, digestOf);
  const evaluations = new Map<string, Map<string, { id: string; key: Digest }>>();
  for (const name of spec.evaluate.candidates) {
    const candidate = need(candidates.get(name), `candidate ${name}`);
    const byLabel = new Map<string, { id: string; key: Digest }>();
    for (const benchmark of spec.evaluate.benchmarks) {
      byLabel.set(benchmark.label, addEvaluation(input, table, combines, candidate, benchmark));
    }
    evaluations.set(name, byLabel);
  }
  addCompare(input, table, gram, combines, candidates, evaluations);
  for (const output of spec.outputs) {
    const candidate = need(candidates.get(output.step), `step ${output.step}`);
    const expression = printFormula(candidate.formula);
    const { rule: scaling } = groundOf(leftmostAdapter(candidate.formula));
    const node: Omit<WriteNode, 'id'> = {
      kind: 'write',
      key: writeKey({ candidate: combines.keyOf(candidate.operand), expression, dtype: output.dtype, scaling }),
      dependsOn: combines.dependencies(candidate.operand),
      step: output.step,
      candidate: candidate.operand,
      expression,
      lambdas: lambdasOf(candidate.formula),
      semantics: spec.semantics,
      dtype: output.dtype,
      path: need(input.outputs.get(output.step), `output ${output.step}`),
    };
    table.addAlways(asNodeId(`write:${output.step}`), node);
  }
  const steps = planSteps(spec, candidates, evaluations);
  const withoutDigest = {
    planVersion: 1 as const,
    name: spec.name,
    specKind: 'recipe' as const,
    ...(input.base === undefined ? {} : { base: input.base }),
    adapters: used.map((name) => need(input.adapters.get(name), `adapter ${name}`)),
    steps,
    nodes: table.inOrder(),
    baseline: spec.compare.baseline,
    environment: input.environment,
    warnings: input.warnings ?? [],
    specText: spec.text,
  };
  return { ...withoutDigest, digest: planDigest(withoutDigest, combines) };
}

/** Digest over results, not places: names, expressions and node keys, without paths and the spec's comments. */
function planDigest(plan: Omit<Plan, 'digest'>, combines: CombineNodes): Digest {
  return digestOfJson({
    planVersion: plan.planVersion,
    name: plan.name,
    specKind: plan.specKind,
    baseline: plan.baseline,
    steps: plan.steps.map((step) => ({
      name: step.name,
      kind: step.kind,
      expression: step.expression,
      candidate: combines.keyOf(step.candidate),
    })),
    nodes: plan.nodes.map((node) => ({
      id: node.id,
      key: node.key,
      ...(node.kind === 'write' ? { path: node.path } : {}),
    })),
  });
}

/** Adapters that occur in steps or are evaluated, in order of first occurrence. */
function usedAdapters(spec: RecipeSpec): string[] {
  const names = new Set<string>();
  for (const step of spec.steps) {
    adapterNames(step.formula).forEach((name) => names.add(name));
  }
  for (const name of spec.evaluate.candidates) {
    if (spec.adapters.has(name)) {
      names.add(name);
    }
  }
  return [...names];
}

/** One node per rule: one in all with `scaled`, one per leftmost adapter with `reference`. */
function addGram(table: NodeTable, adapters: readonly Digest[], rule: GramRule): NodeId {
  // Sorted, so that a pair of leaves has the same order, and the same bits, in every set of adapters.
  const sorted = [...new Set(adapters)].sort();
  const { semantics, leftmost, backend } = rule;
  const ordered =
    semantics === 'scaled' || leftmost === undefined
      ? sorted
      : [leftmost, ...sorted.filter((digest) => digest !== leftmost)];
  const key = gramKey(ordered, rule);
  return table.add(asNodeId('gram'), { kind: 'gram', key, dependsOn: [], adapters: ordered, semantics, backend }).id;
}

function namedCandidates(
  spec: RecipeSpec,
  combines: CombineNodes,
  digestOf: (name: string) => Digest,
): Map<string, NamedCandidate> {
  const candidates = new Map<string, NamedCandidate>();
  candidates.set('base', { name: 'base', kind: 'base', formula: { kind: 'zero' }, operand: { kind: 'zero' } });
  for (const name of spec.adapters.keys()) {
    if (spec.evaluate.candidates.includes(name) || spec.compare.baseline === name) {
      const operand: Operand = { kind: 'adapter', digest: digestOf(name) };
      candidates.set(name, { name, kind: 'adapter', formula: { kind: 'adapter', name }, operand });
    }
  }
  for (const step of spec.steps) {
    candidates.set(step.name, {
      name: step.name,
      kind: 'step',
      formula: step.formula,
      operand: combines.operandOf(step.formula),
    });
  }
  return candidates;
}

function addEvaluation(
  input: PlanInput,
  table: NodeTable,
  combines: CombineNodes,
  candidate: NamedCandidate,
  spec: SpecBenchmark,
): { id: string; key: Digest } {
  const benchmark = input.benchmark(spec.benchmark);
  const base = need(input.base, 'base model');
  const data = need(input.data.get(pathParameter(spec, 'data')), `data of ${spec.label}`);
  const task = benchmark.task(spec.parameters);
  const candidateKey = combines.keyOf(candidate.operand);
  const respond: Omit<RespondNode, 'id'> = {
    kind: 'respond',
    key: respondKey({
      model: base.digest,
      candidate: candidateKey,
      task,
      data: data.digest,
      environment: input.environment,
    }),
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
  const key = evaluateKey({
    respond: respond.key,
    benchmark: benchmark.name,
    benchmarkVersion: benchmark.resultVersion,
    parameters: Object.fromEntries(parameters),
    data: data.digest,
    classifier: classifier?.digest,
  });
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

function addCompare(
  { spec, environment }: PlanInput,
  table: NodeTable,
  gram: NodeId,
  combines: CombineNodes,
  candidates: ReadonlyMap<string, NamedCandidate>,
  evaluations: ReadonlyMap<string, ReadonlyMap<string, { id: string; key: Digest }>>,
): void {
  const pairs = spec.compare.pairs.map(([first, second]) => {
    const a = need(candidates.get(first), `candidate ${first}`);
    const b = need(candidates.get(second), `candidate ${second}`);
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
  const key = compareKey({
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
  });
  const planned: ComparePair[] = pairs.map(({ first, second, a, b, entries }) => ({
    first,
    second,
    firstCandidate: a.operand,
    secondCandidate: b.operand,
    evaluations: entries.map(({ benchmark, label, left, right }) => ({
      benchmark,
      label,
      first: asNodeId(left.id),
      second: asNodeId(right.id),
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
  });
}

function planSteps(
  spec: RecipeSpec,
  candidates: ReadonlyMap<string, NamedCandidate>,
  evaluations: ReadonlyMap<string, ReadonlyMap<string, { id: string }>>,
): PlanStep[] {
  const names = new Set([...spec.evaluate.candidates, ...spec.steps.map((step) => step.name)]);
  return [...names].map((name) => {
    const candidate = need(candidates.get(name), `candidate ${name}`);
    return {
      name,
      kind: candidate.kind,
      expression: printFormula(candidate.formula),
      candidate: candidate.operand,
      evaluations: Object.fromEntries(
        [...(evaluations.get(name) ?? [])].map(([label, { id }]) => [label, asNodeId(id)]),
      ),
      lambdas: lambdasOf(candidate.formula),
    };
  });
}

/** A path of a benchmark, as the spec writes it. */
function pathParameter({ parameters }: SpecBenchmark, name: string): string {
  const path = parameters[name];
  return typeof path === 'string' ? path : '';
}

function need<T>(value: T | undefined, what: string): T {
  if (value === undefined) {
    throw new OminusError('INTERNAL', { message: `the planner was not given: ${what}` });
  }
  return value;
}
