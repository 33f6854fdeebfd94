/** The digest of a plan: over results, not places. */
import { digestOfJson, type Digest, type Json } from '../digest.js';
import type { Presentation } from '../evaluation/presentation.js';
import type { OperandKey } from './key-facts.js';
import type { Evaluable } from './node.js';
import { studyJson } from './study-digest.js';
import { sweepJson } from './sweep-digest.js';
import type { KindFacts, PlanBase } from './types.js';

/** Names, expressions and node keys, without paths of sources and the spec's comments; of outputs also their places. */
export function planDigest(
  plan: Omit<PlanBase, 'digest'>,
  facts: KindFacts,
  keyOf: (value: Evaluable) => OperandKey,
): Digest {
  return digestOfJson({
    planVersion: plan.planVersion,
    name: plan.name,
    specKind: facts.specKind,
    baseline: plan.baseline,
    steps: plan.steps.map((step) => ({
      name: step.name,
      kind: step.kind,
      expression: step.expression,
      candidate: keyOf(step.candidate),
    })),
    nodes: plan.nodes.map((node) => ({
      id: node.id,
      key: node.key,
      ...(node.kind === 'write' ? { path: node.path } : {}),
    })),
    ...(plan.presentation === undefined ? {} : { presentation: presentationJson(plan.presentation) }),
    ...ownJson(plan, facts),
  });
}

function presentationJson({ roles, margins }: Presentation): Json {
  return { roles: { ...roles }, margins: { ...margins } };
}

/** What only one kind of spec has. */
function ownJson(plan: Omit<PlanBase, 'digest'>, facts: KindFacts): { readonly [fact: string]: Json } {
  switch (facts.specKind) {
    case 'recipe':
      return {};
    case 'order-study':
      return { study: studyJson(facts.study) };
    case 'sweep':
      return { sweep: sweepJson(plan, facts.sweep) };
  }
}
