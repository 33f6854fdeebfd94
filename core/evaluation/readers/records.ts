/** Data files of examples: a JSON list, or one JSON object per line. Every problem names the line or the entry. */
import { errorMessage, OminusError } from '../../errors.js';

/** One example of a data file and where it is. */
export interface DataRecord {
  readonly fields: Readonly<Record<string, unknown>>;
  /** `line 3` of a JSON-lines file, `entry 3` of a JSON list; 1-based. */
  readonly where: string;
}

/** What a reader needs beside the text. */
export interface ReadOptions {
  /** How the file is called in messages. */
  readonly source: string;
  /** Number of examples to use, from the first. */
  readonly limit?: number | undefined;
}

/** A `DATA_INVALID` error: `source`, where in it, what is wrong, what is expected. */
export function invalidData(source: string, where: string, problem: string, expected: string): OminusError {
  return new OminusError('DATA_INVALID', {
    message: `${source}, ${where}: ${problem}, expected ${expected}`,
    hint: 'Correct the data file, or name another one; docs/evaluations.md shows the formats.',
  });
}

/**
 * The examples of a data file. The whole file is checked, also where only its beginning is used.
 *
 * @throws OminusError `DATA_INVALID` when it is neither a JSON list of objects nor JSON lines, or has no examples
 */
export function readRecords(data: string, options: ReadOptions): readonly DataRecord[] {
  const text = data.replace(/^\uFEFF/, '');
  const records = /^\s*\[/.test(text) ? readList(text, options.source) : readLines(text, options.source);
  if (records.length === 0) {
    throw invalidData(options.source, 'line 1', 'no examples', 'a JSON list, or one JSON object per line');
  }
  return records.slice(0, options.limit);
}

function readList(text: string, source: string): DataRecord[] {
  const list = parseJson(text, source, 1);
  if (!Array.isArray(list)) {
    throw invalidData(source, 'line 1', `got ${kindOf(list)}`, 'a JSON list of objects');
  }
  return list.map((value: unknown, index) => toRecord(value, source, `entry ${index + 1}`));
}

function readLines(text: string, source: string): DataRecord[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === '') {
      return [];
    }
    return [toRecord(parseJson(line, source, index + 1), source, `line ${index + 1}`)];
  });
}

function parseJson(text: string, source: string, firstLine: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = errorMessage(cause).replaceAll(/\s+/g, ' ').slice(0, 100);
    const line = firstLine + badLine(text);
    throw invalidData(source, `line ${line}`, `not JSON (${reason})`, 'a JSON list, or one JSON object per line');
  }
}

/**
 * The 0-based line that makes a text no JSON. V8 does not always tell the place, so it is searched for: a beginning of the
 * text is merely incomplete as long as it stops before that line.
 */
function badLine(text: string): number {
  const ends = [...text.matchAll(/\n|$/g)].map((match) => match.index);
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isIncomplete(text.slice(0, ends[middle]))) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

function isIncomplete(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch (error) {
    const reason = errorMessage(error);
    const place = /position (\d+)/.exec(reason)?.[1];
    return /end of JSON|Unterminated string/.test(reason) || Number(place) >= text.trimEnd().length;
  }
}

function toRecord(value: unknown, source: string, where: string): DataRecord {
  if (!isObject(value)) {
    throw invalidData(source, where, `got ${kindOf(value)}`, 'an object');
  }
  return { fields: value, where };
}

/** Whether a JSON value is an object (no list, not null). */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a JSON value is, for messages. */
export function kindOf(value: unknown): string {
  if (value === undefined) {
    return 'nothing';
  }
  return value === null
    ? 'null'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'object'
        ? 'an object'
        : `a ${typeof value}`;
}

/**
 * A text field that is not blank.
 *
 * @throws OminusError `DATA_INVALID` when it is missing, of another kind, or blank
 */
export function textField(record: DataRecord, key: string, source: string): string {
  const value = record.fields[key];
  if (typeof value === 'string' && value.trim() !== '') {
    return value;
  }
  const got = typeof value === 'string' ? 'blank' : kindOf(value);
  throw invalidData(source, record.where, `"${key}" is ${got}`, 'non-blank text');
}
