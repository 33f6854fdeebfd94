/** `respond`: the model's answers or log-probabilities. */
import type { Digest, Json } from '../../digest.js';
import type { ResponseTask } from '../../evaluation/tasks.js';
import type { SourceRef } from '../../source-ref.js';
import type { InferenceEnvironment, KeyFacts, OperandKey } from '../key-facts.js';
import { nameOf, type Evaluable, type NodeBase, type NodeKind } from '../node.js';

/** The model's answers or log-probabilities for every example of one response task. */
export interface RespondNode extends NodeBase {
  readonly kind: 'respond';
  readonly candidate: Evaluable;
  readonly task: ResponseTask;
  /** Data file that the requests come from. */
  readonly data: SourceRef;
}

const VERBS: { readonly [K in ResponseTask['kind']]: string } = {
  choices: 'choice scores',
  answers: 'answers',
  blocks: 'token losses',
};

/** The kind. */
export const respondKind: NodeKind<RespondNode> = {
  resultVersion: 1,
  queue: 'evaluate',
  limits: 'evaluate',
  title: (node) => `${VERBS[node.task.kind]} of ${nameOf(node).replace(/:([^:]*)$/, ' ($1)')}`,
  reads: ({ candidate, data }, { base, leavesOf }) => [
    data,
    ...(base === undefined ? [] : [base]),
    ...leavesOf(candidate),
  ],
};

/** Facts of the key. */
export function respondFacts(input: {
  readonly model: Digest;
  readonly candidate: OperandKey;
  /** The task as a part of keys. */
  readonly task: Json;
  /** How requests are put into batches: other batches may change the last bits of a score. */
  readonly batches: Json;
  readonly data: Digest;
  readonly environment: InferenceEnvironment;
}): KeyFacts {
  return {
    kind: 'respond',
    resultVersion: respondKind.resultVersion,
    model: input.model,
    candidate: input.candidate,
    task: input.task,
    batches: input.batches,
    data: input.data,
    environment: { ...input.environment },
  };
}
