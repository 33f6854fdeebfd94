/** What respond nodes say of themselves → the provenance of a report: prompts, halved batches, environments. */
import type { RespondFacts } from '../../core/evaluation/respond-facts.js';
import type { NodeId } from '../../core/plan/node.js';
import type { Plan } from '../../core/plan/types.js';
import type { ReportedEnvironment, ReportedHalving, ReportedPrompt, RunReport } from '../types.js';

/** The parts of a report's provenance that respond nodes give; each is left out where nothing is known. */
export function responseProvenance(
  plan: Plan,
  facts: ReadonlyMap<NodeId, RespondFacts>,
): Pick<RunReport['provenance'], 'prompts' | 'halvedBatches' | 'evaluatedOn'> {
  const nodes = new Map(plan.nodes.map((node) => [node.id, node]));
  const known = plan.steps.flatMap((step) =>
    Object.entries(step.evaluations).flatMap(([label, id]) => {
      const node = nodes.get(id);
      const own = node?.kind === 'evaluate' ? facts.get(node.respond) : undefined;
      return node?.kind !== 'evaluate' || own === undefined
        ? []
        : [{ step: step.name, label, respond: node.respond, ...own }];
    }),
  );
  const prompts = promptsOf(known);
  const halved = grouped(
    known.filter(({ halvedBatches }) => halvedBatches > 0),
    ({ respond }) => respond,
    ([first, ...others]): ReportedHalving => ({
      batches: first.halvedBatches,
      evaluations: [first, ...others].map(({ step, label }) => ({ step, label })),
    }),
  );
  const environments = environmentsOf(known);
  return {
    ...(prompts.length === 0 ? {} : { prompts }),
    ...(halved.length === 0 ? {} : { halvedBatches: halved }),
    ...(environments.length === 0 ? {} : { evaluatedOn: environments }),
  };
}

type Known = RespondFacts & { readonly step: string; readonly label: string; readonly respond: NodeId };

/** One per label, since prompts do not depend on the candidate, whichever record has the text; equal ones together. */
function promptsOf(known: readonly Known[]): readonly ReportedPrompt[] {
  const byLabel = new Map<string, Known>();
  for (const entry of known) {
    const before = byLabel.get(entry.label);
    if (before === undefined || before.prompt.firstPrompt.text === null) {
      byLabel.set(entry.label, entry);
    }
  }
  return grouped(
    [...byLabel.values()],
    ({ prompt }) => JSON.stringify(prompt),
    ([first, ...others]) => ({ labels: [first, ...others].map(({ label }) => label), ...first.prompt }),
  );
}

function environmentsOf(known: readonly Known[]): readonly ReportedEnvironment[] {
  const entries = known.flatMap(({ step, label, environment }) =>
    environment === null ? [] : [{ step, label, environment }],
  );
  return grouped(
    entries,
    ({ environment }) => JSON.stringify(Object.entries(environment).sort()),
    ([first, ...others]) => ({
      environment: first.environment,
      evaluations: [first, ...others].map(({ step, label }) => ({ step, label })),
    }),
  );
}

/** Entries of equal keys together, in the order of their first ones. */
function grouped<T, R>(
  entries: readonly T[],
  keyOf: (entry: T) => string,
  make: (group: readonly [T, ...T[]]) => R,
): readonly R[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const entry of entries) {
    const group = groups.get(keyOf(entry));
    if (group === undefined) {
      groups.set(keyOf(entry), [entry]);
    } else {
      group.push(entry);
    }
  }
  return [...groups.values()].map(make);
}
