/** Experiment → plan: pure. Sources were resolved and digested by the caller; equal sub-expressions become one node. */
import { aboutRun } from './about.js';
import type { Digest } from '../digest.js';
import { lambdasOf } from '../expression/lambdas.js';
import { printFormula } from '../expression/print.js';
import { leftmostAdapter } from '../expression/resolve.js';
import { CombineNodes, type Ground, type MadeLeaf } from './combine-nodes.js';
import { addCompare } from './compare-nodes.js';
import { benchmarkTasks } from './benchmark-tasks.js';
import { addEvaluation } from './evaluation-nodes.js';
import type { Experiment } from './experiment.js';
import { keyOf } from './key.js';
import { gramBackend, type GramRule } from './key-facts.js';
import type { NodeId } from './node.js';
import { asNodeId, NodeTable } from './node-table.js';
import { gramFacts } from './nodes/gram.js';
import { writeFacts, type WriteNode } from './nodes/write.js';
import { planDigest } from './plan-digest.js';
import type { Evaluation, EvaluationTable, NamedCandidate, PlanDraft, WrittenCandidate } from './plan-draft.js';
import { need, type PlanSources } from './plan-sources.js';
import { addStudyNodes } from './study-nodes.js';
import type { KindFacts, PlanBase, PlanStep } from './types.js';
import { addWrittenCandidates } from './written-candidates.js';

/**
 * Builds the plan of an experiment.
 *
 * @throws OminusError `INTERNAL` when a source that it names was not resolved
 */
export function buildPlan<F extends KindFacts>(experiment: Experiment<F>, sources: PlanSources): PlanBase & F {
  const draft = beginPlan(experiment, sources);
  const written = addWrittenCandidates(draft);
  const candidates = evaluatedCandidates(draft, written);
  const evaluations = addEvaluations(draft, candidates);
  addCompare(draft, written, evaluations);
  addOwnNodes(draft, experiment.facts, evaluations);
  addOutputs(draft);
  const common: Omit<PlanBase, 'digest'> = {
    planVersion: 1,
    name: experiment.name,
    ...aboutRun(sources),
    ...(sources.base === undefined ? {} : { base: sources.base }),
    ...(sources.vocabulary === undefined ? {} : { vocabulary: sources.vocabulary }),
    adapters: experiment.leaves.map((name) => need(sources.adapters.get(name), `adapter ${name}`)),
    steps: planSteps(draft, candidates, evaluations),
    nodes: draft.table.inOrder(),
    baseline: experiment.compare.baseline,
    environment: sources.environment,
    ...(sources.prompt === undefined ? {} : { prompt: sources.prompt }),
    warnings: sources.warnings,
    specText: sources.specText,
    ...(experiment.presentation === undefined ? {} : { presentation: experiment.presentation }),
  };
  const digest = planDigest(common, experiment.facts, (value) => draft.combines.keyOf(value));
  const plan: PlanBase = { ...common, digest };
  return { ...plan, ...experiment.facts };
}

/** Adds the Gram matrices and all combinations. */
function beginPlan(experiment: Experiment, sources: PlanSources): PlanDraft {
  const table = new NodeTable();
  const digestOf = (name: string): Digest => need(sources.adapters.get(name), `adapter ${name}`).digest;
  const groundOf = (leftmost: string | undefined, made: readonly MadeLeaf[] = []): Ground => {
    const rule: GramRule = {
      semantics: experiment.semantics,
      leftmost: leftmost === undefined ? undefined : digestOf(leftmost),
      backend: gramBackend(sources.environment),
    };
    return { rule, gram: addGram(table, { adapters: experiment.leaves.map(digestOf), made }, rule) };
  };
  groundOf(experiment.leaves[0]); // first of all, and also where no step needs it
  const combines = new CombineNodes({ table, groundOf, digestOf, missing: experiment.missing });
  const steps = new Map(
    experiment.steps.map(({ name, formula }): [string, NamedCandidate] => [
      name,
      { name, kind: 'step', formula, operand: combines.operandOf(formula) },
    ]),
  );
  // Pairs and distances are of any two candidates, so these Gram matrices cover all leaves.
  const made = combines.madeLeavesOf([
    ...experiment.steps.map(({ formula }) => formula),
    ...(experiment.madeFor ?? []),
  ]);
  const ground = groundOf(experiment.leaves[0], made);
  const candidateOf = (name: string): NamedCandidate => steps.get(name) ?? leafCandidate(name, digestOf);
  return { experiment, sources, table, combines, ground, groundOf, digestOf, candidateOf };
}

/** One node per rule: one in all with `scaled`, one per leftmost adapter with `reference`. */
function addGram(
  table: NodeTable,
  { adapters, made }: { readonly adapters: readonly Digest[]; readonly made: readonly MadeLeaf[] },
  rule: GramRule,
): NodeId {
  // Sorted, so that a pair of leaves has the same order, and the same bits, in every set of leaves.
  const sorted = [...new Set([...adapters, ...made.map(({ key }) => key)])].sort();
  const { semantics, leftmost, backend } = rule;
  const ordered =
    semantics === 'scaled' || leftmost === undefined
      ? sorted
      : [leftmost, ...sorted.filter((digest) => digest !== leftmost)];
  const key = keyOf(gramFacts(ordered, rule));
  return table.add(asNodeId('gram'), {
    kind: 'gram',
    key,
    dependsOn: [...new Set(made.map(({ id }) => id))],
    adapters: ordered,
    semantics,
    backend,
  }).id;
}

function leafCandidate(name: string, digestOf: PlanDraft['digestOf']): NamedCandidate {
  return name === 'base'
    ? { name, kind: 'base', formula: { kind: 'zero' }, operand: { kind: 'zero' } }
    : {
        name,
        kind: 'adapter',
        formula: { kind: 'adapter', name },
        operand: { kind: 'adapter', digest: digestOf(name) },
      };
}

/** What is evaluated, in the order of the experiment: a written step right after the step itself. */
function evaluatedCandidates(
  { experiment, candidateOf }: PlanDraft,
  written: readonly WrittenCandidate[],
): readonly (NamedCandidate | WrittenCandidate)[] {
  return experiment.candidates.flatMap((name) => [candidateOf(name), ...written.filter(({ of }) => of === name)]);
}

function addEvaluations(draft: PlanDraft, candidates: readonly (NamedCandidate | WrittenCandidate)[]): EvaluationTable {
  const tasks = benchmarkTasks(draft.experiment.benchmarks);
  return new Map(
    candidates.map((candidate): [string, ReadonlyMap<string, Evaluation>] => [
      candidate.name,
      new Map(tasks.map((benchmark) => [benchmark.label, addEvaluation(draft, candidate, benchmark)])),
    ]),
  );
}

/** Nodes that only one kind of spec has. */
function addOwnNodes(draft: PlanDraft, facts: KindFacts, evaluations: EvaluationTable): void {
  switch (facts.specKind) {
    case 'order-study':
      addStudyNodes(draft, facts.study, evaluations);
      break;
    case 'recipe':
    case 'sweep':
      break;
  }
}

function addOutputs({ experiment, table, combines, groundOf, candidateOf }: PlanDraft): void {
  const { outputs, semantics } = experiment;
  for (const { step, path, dtype, ranks } of outputs) {
    const { formula, operand } = candidateOf(step);
    const expression = printFormula(formula);
    const { rule: scaling } = groundOf(leftmostAdapter(formula));
    const node: Omit<WriteNode, 'id'> = {
      kind: 'write',
      key: keyOf(writeFacts({ candidate: combines.keyOf(operand), expression, dtype, ranks, scaling })),
      dependsOn: combines.dependencies(operand),
      step,
      candidate: operand,
      expression,
      lambdas: lambdasOf(formula),
      semantics,
      dtype,
      ranks,
      path,
    };
    table.addAlways(asNodeId(`write:${step}`), node);
  }
}

/** What is evaluated, then the steps that are listed all the same. */
function planSteps(
  { experiment, candidateOf }: PlanDraft,
  evaluated: readonly (NamedCandidate | WrittenCandidate)[],
  evaluations: EvaluationTable,
): PlanStep[] {
  const names = new Set(experiment.candidates);
  const others = experiment.steps.filter(({ name, listed }) => listed && !names.has(name));
  return [...evaluated, ...others.map(({ name }) => candidateOf(name))].map(({ name, kind, formula, operand }) => ({
    name,
    kind,
    expression: printFormula(formula),
    candidate: operand,
    evaluations: Object.fromEntries([...(evaluations.get(name) ?? [])].map(([label, { id }]) => [label, id])),
    lambdas: lambdasOf(formula),
  }));
}
