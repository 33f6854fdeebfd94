/** From a data file and a task to the requests that a model must answer. */
import { nearest } from '../../diagnostic.js';
import { OminusError } from '../../errors.js';
import { extSubPrompt } from '../prompts.js';
import type { ModelRequest, ResponseTask } from '../types.js';
import { readDocuments } from './documents.js';
import { readInstructions } from './instructions.js';
import { readMathQuestions } from './math-questions.js';
import type { ReadOptions } from './records.js';
import { readTruthfulQuestions, truthfulRequests } from './truthfulqa.js';

/** Turns a data file into requests. */
type Reader = (data: string, task: ResponseTask, options: ReadOptions) => readonly ModelRequest[];

const READERS: Readonly<Record<string, Reader>> = {
  truthfulqa: (data, task, options) => {
    const style = task.style === 'none' ? 'ext-sub' : task.style;
    return truthfulRequests(readTruthfulQuestions(data, options), style);
  },
  instructions: (data, task, options) =>
    readInstructions(data, options).map(({ id, instruction }) => answerRequest(id, instruction, task)),
  'math-questions': (data, task, options) =>
    readMathQuestions(data, options).map(({ id, question }) => answerRequest(id, question, task)),
  documents: (data, _task, options) =>
    readDocuments(data, options).map(({ id, text }) => ({ kind: 'document', id, text })),
};

/**
 * The requests of a task over a data file, in the file's order. Under `style: chat-template` contexts and prompts are the
 * user's words alone: the model's template is put around them when they are tokenised.
 *
 * @param source - how the data file is called in messages
 * @throws OminusError `DATA_INVALID` for a malformed data file, `INTERNAL` for a reader that does not exist
 */
export function readRequests(task: ResponseTask, data: string, source: string): readonly ModelRequest[] {
  const reader = READERS[task.reader];
  if (reader === undefined) {
    const guess = nearest(task.reader, Object.keys(READERS));
    throw new OminusError('INTERNAL', {
      message: `no reader [reader=${task.reader}]${guess === undefined ? '' : `, the nearest is ${guess}`}`,
    });
  }
  return reader(data, task, { source, limit: task.limit });
}

function answerRequest(id: string, words: string, task: ResponseTask): ModelRequest {
  if (task.maxNewTokens === undefined) {
    throw new OminusError('INTERNAL', { message: `a task of answers needs maxNewTokens [reader=${task.reader}]` });
  }
  const prompt = task.style === 'ext-sub' ? extSubPrompt(words) : words;
  return { kind: 'answer', id, prompt, maxNewTokens: task.maxNewTokens };
}
