/** JSON objects from a model folder: bounded in size, errors that name the file. */
import { stat, readFile } from 'node:fs/promises';
import { OminusError, type ErrorCode } from '../../core/errors.js';
import { isMissing } from '../files/system-error.js';
import { fileError } from '../safetensors/reader.js';

/** A parsed object whose keys are not checked yet. */
export type UncheckedObject = Readonly<Record<string, unknown>>;

/** Largest file that is parsed, in bytes: tokenizers of 256k entries with their merges take about 35 MB. */
const LARGEST_FILE = 256 * 2 ** 20;
/** Deepest nesting of objects and lists; real files have fewer than 20 levels, and what walks them must not exhaust the stack. */
const DEEPEST_NESTING = 200;

/**
 * Reads a JSON object.
 *
 * @param invalid - code for a file that is not a JSON object
 * @throws OminusError `FILE_NOT_FOUND`, `FILE_UNREADABLE` or `invalid`
 */
export async function readJsonObject(path: string, invalid: ErrorCode): Promise<UncheckedObject> {
  let text: string;
  try {
    const { size } = await stat(path);
    if (size > LARGEST_FILE) {
      throw new OminusError(invalid, {
        message: `[file=${path}] has ${String(size)} bytes, too many for this JSON file`,
      });
    }
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw error instanceof OminusError ? error : fileError(path, error);
  }
  const value = parse(path, text, invalid);
  if (isDeeper(value, DEEPEST_NESTING)) {
    throw new OminusError(invalid, {
      message: `[file=${path}] is nested deeper than ${String(DEEPEST_NESTING)} levels`,
      hint: 'Use the file that was saved with the model.',
    });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new OminusError(invalid, { message: `[file=${path}] does not hold a JSON object` });
  }
  return value as UncheckedObject; // an object, by the test above
}

/** The same for a file that may be missing. */
export async function readOptionalJsonObject(path: string, invalid: ErrorCode): Promise<UncheckedObject | undefined> {
  try {
    await stat(path);
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    throw fileError(path, error);
  }
  return readJsonObject(path, invalid);
}

function parse(path: string, text: string, invalid: ErrorCode): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new OminusError(invalid, {
      message: `[file=${path}] is not valid JSON`,
      hint: 'Copy or download the file again.',
      cause: error,
    });
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    (levels === 0 || Object.values(value).some((part) => isDeeper(part, levels - 1)))
  );
}
