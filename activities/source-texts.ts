/** The data files of a respond or evaluate node, as text. */
import type { SourceTexts } from '../core/evaluation/readers/reader.js';
import type { EvaluateNode } from '../core/plan/nodes/evaluate.js';
import type { NodeRun } from './node-result.js';

/**
 * Reads them all.
 *
 * @throws OminusError `SOURCE_CHANGED` when a file is not the one that was planned with
 */
export async function sourceTexts(
  { data, others = {} }: Pick<EvaluateNode, 'data' | 'others'>,
  { context: { sources } }: Pick<NodeRun, 'context'>,
): Promise<SourceTexts> {
  const entries = Object.entries(others).map(
    async ([name, ref]) => [name, { text: await sources.text(ref), name: ref.uri }] as const,
  );
  const texts = Object.fromEntries(await Promise.all(entries));
  return { ...texts, data: { text: await sources.text(data), name: data.uri } };
}
