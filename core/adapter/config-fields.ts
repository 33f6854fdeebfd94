/** Typed access to the fields of an adapter_config.json, which is untrusted. */
import { OminusError } from '../errors.js';
import { escaped } from '../foreign-text.js';
import type { JsonObject, JsonValue } from '../json/parse-json.js';
import { isJsonObject, JsonSyntaxError, jsonKind, parseJson } from '../json/parse-json.js';

/** Largest config that is read, in characters; real ones with a pattern per module stay under 1 MB. */
export const MAX_CONFIG_CHARACTERS = 16_000_000;

/** A defect of an adapter's config or tensors. */
export function adapterInvalid(file: string, problem: string, hint?: string): OminusError {
  return new OminusError('ADAPTER_INVALID', {
    message: `not a valid adapter [file=${file}]: ${oneLine(problem)}`,
    hint: hint ?? 'Save the adapter again with peft.',
  });
}

/** The config's top-level object. */
export function parseConfigObject(file: string, text: string): JsonObject {
  if (text.length > MAX_CONFIG_CHARACTERS) {
    throw adapterInvalid(
      file,
      `config of ${String(text.length)} characters, expected at most ${String(MAX_CONFIG_CHARACTERS)}`,
    );
  }
  let root: JsonValue;
  try {
    root = parseJson(text.replace(/^\ufeff/, ''));
  } catch (error) {
    if (error instanceof JsonSyntaxError) {
      throw adapterInvalid(
        file,
        `not valid JSON: ${error.message}`,
        'Correct the file, or save the adapter again with peft.',
      );
    }
    throw error;
  }
  if (!isJsonObject(root)) {
    throw adapterInvalid(file, `the config is ${jsonKind(root)}, expected an object`);
  }
  return root;
}

/** Reads fields of one config; `null` counts as absent, as it does in peft. */
export class ConfigFields {
  readonly #file: string;
  readonly #root: JsonObject;

  constructor(file: string, root: JsonObject) {
    this.#file = file;
    this.#root = root;
  }

  boolean(key: string): boolean {
    const value = this.#root.get(key) ?? false;
    return typeof value === 'boolean' ? value : this.#fail(key, value, 'true or false');
  }

  string(key: string): string | undefined {
    const value = this.#root.get(key) ?? undefined;
    return value === undefined || typeof value === 'string' ? value : this.#fail(key, value, 'a string');
  }

  /** A list of strings, or a single string. */
  strings(key: string): readonly string[] | string | undefined {
    const value = this.#root.get(key) ?? undefined;
    return value === undefined || typeof value === 'string' ? value : this.stringList(key, value);
  }

  stringList(key: string, value: JsonValue = this.#root.get(key) ?? []): readonly string[] {
    const list: readonly JsonValue[] = Array.isArray(value) ? value : [];
    const strings = list.filter((item) => typeof item === 'string');
    return Array.isArray(value) && strings.length === list.length
      ? strings
      : this.#fail(key, value, 'a list of strings');
  }

  /** A positive integer of at most `limit`. */
  positiveInteger(key: string, absent: number, limit: number): number {
    return this.#checkInteger(key, this.#root.get(key) ?? absent, limit);
  }

  /** A list of integers from 0, or a single one; undefined where it is absent or empty. */
  wholeNumbers(key: string): readonly number[] | undefined {
    const value = this.#root.get(key) ?? [];
    const list: readonly JsonValue[] = Array.isArray(value) ? value : [value];
    const numbers = list.filter((item) => typeof item === 'number' && Number.isInteger(item) && item >= 0);
    return numbers.length < list.length
      ? this.#fail(key, value, 'integers from 0')
      : numbers.length === 0
        ? undefined
        : numbers.map(Number);
  }

  finite(key: string, absent: number): number {
    return this.#checkFinite(key, this.#root.get(key) ?? absent);
  }

  /** An object of positive integers of at most `limit`, in the order of the file. */
  integers(key: string, limit: number): ReadonlyMap<string, number> {
    return this.#mapObject(key, (name, value) => this.#checkInteger(name, value, limit));
  }

  /** An object of finite numbers, in the order of the file. */
  finites(key: string): ReadonlyMap<string, number> {
    return this.#mapObject(key, (name, value) => this.#checkFinite(name, value));
  }

  #mapObject(key: string, check: (name: string, value: JsonValue) => number): ReadonlyMap<string, number> {
    const value = this.#root.get(key) ?? new Map<string, JsonValue>();
    if (!isJsonObject(value)) {
      return this.#fail(key, value, 'an object of numbers');
    }
    return new Map([...value].map(([name, item]) => [name, check(`${key}["${name}"]`, item)]));
  }

  #checkInteger(name: string, value: JsonValue, limit: number): number {
    return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= limit
      ? value
      : this.#fail(name, value, `an integer from 1 to ${String(limit)}`);
  }

  #checkFinite(name: string, value: JsonValue): number {
    return typeof value === 'number' && Number.isFinite(value) ? value : this.#fail(name, value, 'a finite number');
  }

  #fail(name: string, value: JsonValue, expected: string): never {
    const got =
      typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean'
        ? JSON.stringify(value)
        : jsonKind(value);
    throw adapterInvalid(
      this.#file,
      `${name} is ${got.slice(0, 80)}, expected ${expected}`,
      `Correct ${oneLine(name)} in the file, or save the adapter again with peft.`,
    );
  }
}

/** Text of a file inside a message: one line, without control characters, bounded. */
export function oneLine(text: string): string {
  const clean = escaped(text);
  return clean.length > 400 ? `${clean.slice(0, 397)}...` : clean;
}
