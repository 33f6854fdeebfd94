/** `evaluate`: scores of one benchmark over responses. */
import type { Digest, Json } from '../../digest.js';
import type { SourceRef } from '../../source-ref.js';
import type { KeyFacts } from '../key-facts.js';
import type { NodeBase, NodeId, NodeKind } from '../node.js';

/** Scores of one benchmark over responses. */
export interface EvaluateNode extends NodeBase {
  readonly kind: 'evaluate';
  readonly respond: NodeId;
  /** Step, adapter, `base`, or a written step: the first name in the spec under which this result is asked for. */
  readonly candidateName: string;
  readonly benchmark: string;
  readonly parameters: Readonly<Record<string, Json>>;
  readonly data: SourceRef;
  readonly classifier?: SourceRef;
}

/** The kind. */
export const evaluateKind: NodeKind<EvaluateNode> = {
  resultVersion: 1,
  queue: 'evaluate',
  limits: 'evaluate',
  title: ({ benchmark, candidateName }) => `${benchmark} of ${candidateName}`,
  reads: ({ data, classifier }) => [data, ...(classifier === undefined ? [] : [classifier])],
};

/** Facts of the key; `parameters` without paths. */
export function evaluateFacts(input: {
  readonly respond: Digest;
  readonly benchmark: string;
  readonly benchmarkVersion: number;
  readonly parameters: Readonly<Record<string, Json>>;
  readonly data: Digest;
  readonly classifier: Digest | undefined;
}): KeyFacts {
  return {
    kind: 'evaluate',
    resultVersion: evaluateKind.resultVersion,
    respond: input.respond,
    benchmark: input.benchmark,
    benchmarkVersion: input.benchmarkVersion,
    parameters: { ...input.parameters },
    data: input.data,
    classifier: input.classifier ?? null,
  };
}
