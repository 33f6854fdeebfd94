/** Typed reading of a config.json, which is unchecked: every problem names the key and what was expected. */
import { OminusError } from '../../errors.js';

/** Most that any single size of a model may be; larger ones are typing errors or attacks. */
const LARGEST_SIZE = 2 ** 24;

/** Reads one JSON object; `where` names it in messages. */
export class ConfigReader {
  readonly #json: Readonly<Record<string, unknown>>;
  readonly #where: string;

  constructor(json: Readonly<Record<string, unknown>>, where = 'config.json') {
    this.#json = json;
    this.#where = where;
  }

  /** A whole number between 1 and 2^24. */
  size(key: string, fallback?: number): number {
    const value = this.#json[key] ?? fallback;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > LARGEST_SIZE) {
      throw this.wrong(key, `a whole number from 1 to ${String(LARGEST_SIZE)}`);
    }
    return value;
  }

  /** A positive finite number. */
  positive(key: string, fallback?: number): number {
    const value = this.#json[key] ?? fallback;
    if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) {
      throw this.wrong(key, 'a positive number');
    }
    return value;
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.#json[key] ?? fallback;
    if (typeof value !== 'boolean') {
      throw this.wrong(key, 'true or false');
    }
    return value;
  }

  text(key: string, fallback: string): string {
    const value = this.#json[key] ?? fallback;
    if (typeof value !== 'string') {
      throw this.wrong(key, 'a string');
    }
    return value;
  }

  /** Texts of a list, or an empty list when the key is absent. */
  texts(key: string): readonly string[] {
    const value = this.#json[key] ?? [];
    if (!Array.isArray(value) || !value.every((item): item is string => typeof item === 'string')) {
      throw this.wrong(key, 'a list of strings');
    }
    return value;
  }

  /** A nested object, or undefined when the key is absent or null. */
  object(key: string): Readonly<Record<string, unknown>> | undefined {
    const value = this.#json[key] ?? undefined;
    if (value === undefined) {
      return undefined;
    }
    if (typeof value !== 'object' || Array.isArray(value)) {
      throw this.wrong(key, 'an object');
    }
    return value as Readonly<Record<string, unknown>>; // a JSON object: neither null nor an array
  }

  /** Whether the key is there, even as null. */
  has(key: string): boolean {
    return key in this.#json;
  }

  isNull(key: string): boolean {
    return this.#json[key] === null;
  }

  /** The error for a key whose value cannot be. */
  wrong(key: string, expected: string): OminusError {
    const value = this.#json[key];
    const shown = value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 60);
    return new OminusError('MODEL_INVALID', {
      message: `${this.#where} [${key}=${shown}]: expected ${expected}`,
      hint: 'Use the config.json that was saved with the checkpoint.',
    });
  }
}

/** The error for a model that is sound but beyond what the graphs can do; `what` names the feature. */
export function unsupported(what: string, hint: string): OminusError {
  return new OminusError('MODEL_UNSUPPORTED', { message: `the model cannot be run: ${what}`, hint });
}
