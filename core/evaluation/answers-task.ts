/** The task of benchmarks that read greedy answers; equal tasks over one data file share their answers. */
import type { ResponseTask } from './types.js';

/** Longest answer in the scripts of Ext-Sub's authors. */
export const AUTHORS_MAX_NEW_TOKENS = 500;

/** Greedy answers to the examples of a data file, in the authors' template or the model's own. */
export function answersTask(
  reader: string,
  maxNewTokens: number,
  chatTemplate: boolean | undefined,
  limit: number | undefined,
): ResponseTask {
  return {
    kind: 'answers',
    reader,
    resultVersion: 1,
    style: chatTemplate === true ? 'chat-template' : 'ext-sub',
    maxNewTokens,
    ...(limit === undefined ? {} : { limit }),
  };
}
