/** Instructions that a model answers greedily: a JSON list or JSON lines with `instruction`. */
import { answerRequest } from '../prompts.js';
import type { TaskReader } from './reader.js';
import { readRecords, textField, type ReadOptions } from './records.js';

/** One instruction. */
export interface Instruction {
  readonly id: string;
  readonly instruction: string;
  /** Whether the record has an `input` that is not blank; it is not used, as in the script of Ext-Sub's authors. */
  readonly hasInput: boolean;
}

/** Files of instructions; `id` is the 0-based place in the file. */
export const instructions: TaskReader<Instruction, 'answers'> = {
  name: 'instructions',
  version: 1,
  kind: 'answers',
  read: readInstructions,
  requests: (items, task) => items.map(({ id, instruction }) => answerRequest(id, instruction, task)),
};

function readInstructions(data: string, options: ReadOptions): readonly Instruction[] {
  return readRecords(data, options).map((record, index) => {
    const { input } = record.fields;
    return {
      id: String(index),
      instruction: textField(record, 'instruction', options.source),
      hasInput: typeof input === 'string' && input.trim() !== '',
    };
  });
}
