/** TruthfulQA's multiple choice file: mc_task.json (maps of answer to label), or JSON lines with `choices` and `labels`. */
import { harnessTruthfulPrompt, extSubPrompt } from '../prompts.js';
import type { ChoicesRequest, TaskBase } from '../tasks.js';
import type { TaskReader } from './reader.js';
import { invalidData, isObject, kindOf, readRecords, textField, type DataRecord, type ReadOptions } from './records.js';

/** One answer and whether it is true. */
export interface LabelledAnswer {
  readonly text: string;
  readonly isTrue: boolean;
}

/** One question; the true answers come first, otherwise in the file's order (the harness takes the first as gold). */
export interface TruthfulQuestion {
  readonly id: string;
  /** Where it is in the file, for messages. */
  readonly where: string;
  readonly question: string;
  readonly mc1: readonly LabelledAnswer[];
  readonly mc2: readonly LabelledAnswer[];
  /** As in TruthfulQA.csv; undefined where the file does not say. */
  readonly category: string | undefined;
}

/** Files of TruthfulQA; `id` is the 0-based place in the file. One request per question: all its distinct answers. */
export const truthfulqa: TaskReader<TruthfulQuestion, 'choices'> = {
  name: 'truthfulqa',
  version: 1,
  kind: 'choices',
  read: readTruthfulQuestions,
  requests: (questions, { style }) => questions.map((question) => truthfulRequest(question, style)),
};

function readTruthfulQuestions(data: string, options: ReadOptions): readonly TruthfulQuestion[] {
  return readRecords(data, options).map((record, index) => ({
    id: String(index),
    where: record.where,
    question: textField(record, 'question', options.source),
    mc1: readTargets(record, 'mc1_targets', options.source),
    mc2: readTargets(record, 'mc2_targets', options.source),
    category: categoryOf(record),
  }));
}

function categoryOf({ fields: { category } }: DataRecord): string | undefined {
  return typeof category === 'string' ? category : undefined;
}

/** Every distinct answer of a question, in the order in which they are scored. */
export function distinctAnswers(question: TruthfulQuestion): readonly string[] {
  return [...new Set([...question.mc1, ...question.mc2].map((answer) => answer.text))];
}

function truthfulRequest(question: TruthfulQuestion, style: TaskBase['style']): ChoicesRequest {
  const { id, question: words } = question;
  const answers = distinctAnswers(question);
  switch (style) {
    case 'harness':
      return {
        kind: 'choices',
        id,
        context: harnessTruthfulPrompt(words),
        // the harness's target delimiter is one blank
        continuations: answers.map((answer) => ` ${answer}`),
        encoding: 'harness',
      };
    case 'ext-sub':
    case 'none':
      return { kind: 'choices', id, context: extSubPrompt(words), continuations: answers, encoding: 'separate' };
    case 'chat-template':
      return { kind: 'choices', id, context: words, continuations: answers, encoding: 'separate' };
  }
}

function readTargets(record: DataRecord, key: string, source: string): readonly LabelledAnswer[] {
  const value = record.fields[key];
  const expected = 'a map of answers to 0 or 1, or lists "choices" and "labels" of one length';
  if (!isObject(value)) {
    throw invalidData(source, record.where, `"${key}" is ${kindOf(value)}`, expected);
  }
  const { choices, labels } = value;
  let pairs: readonly (readonly [unknown, unknown])[];
  if (Array.isArray(choices) && Array.isArray(labels)) {
    if (choices.length !== labels.length) {
      throw invalidData(
        source,
        record.where,
        `"${key}" has ${choices.length} choices and ${labels.length} labels`,
        expected,
      );
    }
    pairs = choices.map((choice: unknown, index): readonly [unknown, unknown] => [choice, labels[index]]);
  } else {
    pairs = Object.entries(value);
  }
  const answers = pairs.map(([text, label]): LabelledAnswer => {
    if (typeof text !== 'string' || text.trim() === '') {
      throw invalidData(source, record.where, `"${key}" has an answer that is not text`, 'answers of non-blank text');
    }
    if (label !== 0 && label !== 1) {
      throw invalidData(source, record.where, `"${key}" labels "${text}" ${JSON.stringify(label)}`, 'labels 0 and 1');
    }
    return { text, isTrue: label === 1 };
  });
  const right = answers.filter((answer) => answer.isTrue);
  const wrong = answers.filter((answer) => !answer.isTrue);
  if (right.length === 0 || wrong.length === 0) {
    throw invalidData(
      source,
      record.where,
      `"${key}" has ${right.length} true and ${wrong.length} false answers`,
      'at least one of each',
    );
  }
  return [...right, ...wrong];
}
