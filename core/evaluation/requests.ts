/** From data files and a task to the requests that a model must answer. */
import { nearest } from '../diagnostic.js';
import { OminusError } from '../errors.js';
import { OtherSources, type SourceTexts, type AnyTaskReader } from './readers/reader.js';
import { BENCHMARKS } from './registry.js';
import type { ModelRequest, ResponseTask } from './tasks.js';

/**
 * The requests of a task over its data files, in the order of `data`.
 *
 * @throws OminusError `DATA_INVALID` for a malformed data file, `INTERNAL` when this program has no such reader, or another version
 */
export function readRequests(task: ResponseTask, sources: SourceTexts): readonly ModelRequest[] {
  const reader = requireReader(task);
  const { data } = sources;
  const items = reader.read(data.text, { source: data.name, limit: task.limit });
  return reader.requests(items, task, new OtherSources(task.others ?? {}, sources));
}

function requireReader(task: ResponseTask): AnyTaskReader {
  const readers = BENCHMARKS.map(({ reader }) => reader);
  const reader = readers.find(({ name }) => name === task.reader);
  if (reader === undefined) {
    const guess = nearest(
      task.reader,
      readers.map(({ name }) => name),
    );
    throw new OminusError('INTERNAL', {
      message: `no reader [reader=${task.reader}]${guess === undefined ? '' : `, the nearest is ${guess}`}`,
    });
  }
  if (reader.kind !== task.kind || reader.version !== task.resultVersion) {
    throw new OminusError('INTERNAL', {
      message:
        `the plan asks for ${task.kind} by version ${task.resultVersion} of the reader ${reader.name}, ` +
        `this program has version ${reader.version} for ${reader.kind}`,
      hint: 'Run the spec again: a new plan uses the readers of this program.',
    });
  }
  return reader;
}
