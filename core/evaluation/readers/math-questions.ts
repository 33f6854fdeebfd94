/** Word problems with worked solutions (GSM8K's format): a JSON list or JSON lines with `question` and `answer`. */
import { extractNumber } from '../extract-number.js';
import { answerRequest } from '../prompts.js';
import type { TaskReader } from './reader.js';
import { invalidData, readRecords, textField, type ReadOptions } from './records.js';

/** One problem and the number that solves it, normalised. */
export interface MathQuestion {
  readonly id: string;
  readonly question: string;
  readonly solution: string;
}

/** Files of word problems; `id` is the 0-based place in the file. */
export const mathQuestions: TaskReader<MathQuestion, 'answers'> = {
  name: 'math-questions',
  version: 1,
  kind: 'answers',
  read: readMathQuestions,
  requests: (items, task) => items.map(({ id, question }) => answerRequest(id, question, task)),
};

function readMathQuestions(data: string, options: ReadOptions): readonly MathQuestion[] {
  return readRecords(data, options).map((record, index) => {
    const solution = extractNumber(textField(record, 'answer', options.source));
    if (solution === undefined) {
      throw invalidData(options.source, record.where, '"answer" has no number', 'a number, after "####" as in GSM8K');
    }
    return { id: String(index), question: textField(record, 'question', options.source), solution };
  });
}
