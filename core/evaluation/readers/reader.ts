/** What a reader is: the one place that knows the format of a data file, and what a model is asked about its examples. */
import { OminusError } from '../../errors.js';
import type { ModelRequest, RequestOf, ResponseTask, SourceReader, TaskKind, TaskOf } from '../tasks.js';
import type { ReadOptions } from './records.js';

/** The text of a data file, and how the file is called in messages. */
export interface SourceText {
  readonly text: string;
  readonly name: string;
}

/** The data files of a benchmark by the names of its sources; `data` is always there. */
export type SourceTexts = Readonly<Record<string, SourceText>> & { readonly data: SourceText };

/** Reads the examples of a data file. */
export interface ExampleReader<Item> {
  readonly name: string;
  /** Raise it when the same file would give other items or other requests. It is in keys from 2 on. */
  readonly version: number;
  /**
   * The examples of a file, in its order. The whole file is checked, also where only its beginning is used.
   *
   * @throws OminusError `DATA_INVALID` with the line or entry and what is expected there
   */
  read(text: string, options: ReadOptions): readonly Item[];
}

/** Also says what a model is asked about the examples. `id`s are unique within a file and stable across runs. */
export interface TaskReader<Item, K extends TaskKind> extends ExampleReader<Item> {
  /** Which kind of task its requests are for. */
  readonly kind: K;
  /**
   * What a model is asked, in the order of the examples. Under `style: chat-template` contexts and prompts are the user's
   * words alone: the model's template is put around them when they are tokenised.
   *
   * @param others - the task's further sources
   */
  requests(items: readonly Item[], task: TaskOf<K>, others: OtherSources): readonly RequestOf<K>[];
}

/** A reader of whatever items, for whatever kind of task. */
export interface AnyTaskReader extends ExampleReader<{ readonly id: string }> {
  readonly kind: TaskKind;
  requests(items: readonly unknown[], task: ResponseTask, others: OtherSources): readonly ModelRequest[];
}

/** The sources of a task beside its data file. */
export class OtherSources {
  readonly #readers: Readonly<Record<string, SourceReader>>;
  readonly #texts: Readonly<Record<string, SourceText | undefined>>;

  /** @param readers - by which the task says that they are read; their versions are in its key */
  constructor(
    readers: Readonly<Record<string, SourceReader>>,
    texts: Readonly<Record<string, SourceText | undefined>>,
  ) {
    this.#readers = readers;
    this.#texts = texts;
  }

  /**
   * The examples of a source; undefined when the spec does not name it.
   *
   * @throws OminusError `DATA_INVALID` for a malformed file, `INTERNAL` when the benchmark declares another reader for it
   */
  read<Item>(source: string, reader: ExampleReader<Item>): readonly Item[] | undefined {
    const declared = this.#readers[source];
    const given = this.#texts[source];
    if (declared === undefined) {
      return undefined;
    }
    const { reader: name, resultVersion = 1 } = declared;
    if (given === undefined || name !== reader.name || resultVersion !== reader.version) {
      throw new OminusError('INTERNAL', {
        message:
          `${source} is read by ${reader.name} version ${reader.version}, but was planned ` +
          `for ${name} version ${resultVersion}${given === undefined ? ', and is missing' : ''}`,
      });
    }
    return reader.read(given.text, { source: given.name });
  }
}
