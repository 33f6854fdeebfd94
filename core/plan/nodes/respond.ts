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
  /** Further files that prompts depend on, by the benchmark's parameter; absent where there are none. */
  readonly others?: Readonly<Record<string, SourceRef>>;
  /** What its chat template takes for today, where it asks for it. */
  readonly promptDay?: string;
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
  reads: ({ candidate, data, others = {} }, { base, leavesOf }) => [
    data,
    ...Object.values(others),
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
  /** Digests of further files; absent where there are none. */
  readonly others?: Readonly<Record<string, Digest>>;
  readonly environment: InferenceEnvironment;
  /** What prompts and answers depend on beside; nothing for most models. */
  readonly prompt?: Readonly<Record<string, Json>>;
}): KeyFacts {
  return {
    kind: 'respond',
    resultVersion: respondKind.resultVersion,
    model: input.model,
    candidate: input.candidate,
    task: input.task,
    batches: input.batches,
    data: input.data,
    ...(input.others === undefined ? {} : { others: { ...input.others } }),
    environment: { ...input.environment },
    ...input.prompt,
  };
}
