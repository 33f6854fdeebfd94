/** Spec → plan: pure. Sources were resolved and digested by the caller; equal sub-expressions become one node. */
import { adapterNames } from '../algebra/evaluate.js';
import type { Digest } from '../digest.js';
import { digestOfJson } from '../digest.js';
import { lambdasOf } from '../expression/lambdas.js';
import { printFormula } from '../expression/print.js';
import { leftmostAdapter } from '../expression/resolve.js';
import type { RecipeSpec } from '../spec/types.js';
import { CombineNodes, type Ground } from './combine-nodes.js';
import { addCompare, addEvaluation } from './evaluation-nodes.js';
import { keyOf } from './key.js';
import { gramBackend, type GramRule } from './key-facts.js';
import { asNodeId, NodeTable } from './node-table.js';
import { gramFacts } from './nodes/gram.js';
import { writeFacts, type WriteNode } from './nodes/write.js';
import {
  need,
  type EvaluationTable,
  type NamedCandidate,
  type PlanInput,
  type WrittenCandidate,
} from './plan-input.js';
import { studyJson } from './study-digest.js';
import { sweepJson } from './sweep-digest.js';
import type { NodeId, Operand } from './node.js';
import type { Plan, PlanStep } from './types.js';
import { addWrittenCandidates } from './written-candidates.js';

/**
 * Builds the plan of a recipe.
 *
 * @throws OminusError `INTERNAL` when a source that the spec names was not resolved
 */
export function buildPlan(input: PlanInput): Plan {
  const { spec } = input;
  const table = new NodeTable();
  const used = usedAdapters(input);
  const digestOf = (name: string): Digest => need(input.adapters.get(name), `adapter ${name}`).digest;
  const groundOf = (leftmost: string | undefined): Ground => {
    const rule: GramRule = {
      semantics: spec.semantics,
      leftmost: leftmost === undefined ? undefined : digestOf(leftmost),
      backend: gramBackend(input.environment),
    };
    return { rule, gram: addGram(table, used.map(digestOf), rule) };
  };
  const ground = groundOf(used[0]);
  const combines = new CombineNodes({ table, groundOf, digestOf, missing: spec.missing });
  const candidates = namedCandidates(spec, combines, digestOf);
  const written = addWrittenCandidates(spec, table, combines, candidates);
  const evaluations = new Map<string, Map<string, { id: NodeId; key: Digest }>>();
  for (const candidate of evaluatedCandidates(spec, candidates, written)) {
    const byLabel = new Map<string, { id: NodeId; key: Digest }>();
    for (const benchmark of spec.evaluate.benchmarks) {
      byLabel.set(benchmark.label, addEvaluation(input, table, combines, candidate, benchmark));
    }
    evaluations.set(candidate.name, byLabel);
  }
  addCompare(input, table, ground.gram, combines, candidates, written, evaluations);
  input.extras?.addNodes?.({ table, ground, digestOf, evaluations });
  for (const output of spec.outputs) {
    const candidate = need(candidates.get(output.step), `step ${output.step}`);
    const expression = printFormula(candidate.formula);
    const { rule: scaling } = groundOf(leftmostAdapter(candidate.formula));
    const node: Omit<WriteNode, 'id'> = {
      kind: 'write',
      key: keyOf(
        writeFacts({ candidate: combines.keyOf(candidate.operand), expression, dtype: output.dtype, scaling }),
      ),
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
  const steps = planSteps(input, candidates, written, evaluations);
  const withoutDigest = {
    planVersion: 1 as const,
    name: spec.name,
    ...(input.extras?.facts ?? { specKind: 'recipe' as const }),
    ...(input.base === undefined ? {} : { base: input.base }),
    adapters: used.map((name) => need(input.adapters.get(name), `adapter ${name}`)),
    steps,
    nodes: table.inOrder(),
    baseline: spec.compare.baseline,
    environment: input.environment,
    warnings: input.warnings,
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
    ...(plan.study === undefined ? {} : { study: studyJson(plan.study) }),
    ...(plan.sweep === undefined ? {} : { sweep: sweepJson(plan, plan.sweep) }),
  });
}

/** Adapters that occur in steps or are evaluated, in order of first occurrence. */
function usedAdapters({ spec, extras }: PlanInput): string[] {
  const names = new Set(extras?.adapters);
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
  const key = keyOf(gramFacts(ordered, rule));
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

/** What is evaluated, in the order of the spec: a written step right after the step itself. */
function evaluatedCandidates(
  { evaluate }: RecipeSpec,
  candidates: ReadonlyMap<string, NamedCandidate>,
  written: readonly WrittenCandidate[],
): (NamedCandidate | WrittenCandidate)[] {
  return evaluate.candidates.flatMap((name) => [
    need(candidates.get(name), `candidate ${name}`),
    ...written.filter(({ of }) => of === name),
  ]);
}

function planSteps(
  { spec, extras }: PlanInput,
  candidates: ReadonlyMap<string, NamedCandidate>,
  written: readonly WrittenCandidate[],
  evaluations: EvaluationTable,
): PlanStep[] {
  const listed = spec.steps.filter((step) => extras?.unlisted?.has(step.name) !== true);
  const others = listed.filter((step) => !spec.evaluate.candidates.includes(step.name));
  const all = [
    ...evaluatedCandidates(spec, candidates, written),
    ...others.map(({ name }) => need(candidates.get(name), `candidate ${name}`)),
  ];
  return all.map(({ name, kind, formula, operand }) => ({
    name,
    kind,
    expression: printFormula(formula),
    candidate: operand,
    evaluations: Object.fromEntries([...(evaluations.get(name) ?? [])].map(([label, { id }]) => [label, id])),
    lambdas: lambdasOf(formula),
  }));
}
