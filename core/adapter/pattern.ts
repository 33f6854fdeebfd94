/**
 * Keys of `rank_pattern` and `alpha_pattern`: the first key with a Python match of `(.*\.)?(key)$` at the module's path
 * wins (peft 0.21.2, utils/other.py, get_pattern_key).
 */
import { adapterUnsupported } from './unsupported.js';

/** A key that is only names and dots; a dot in it stands for any character, as in the regular expression that it is. */
const PLAIN = /^[\w.\\]+$/;

/**
 * Longest key that is run as a regular expression, and most unbounded repeats in it. Together with the refusal of
 * repeated groups they bound backtracking: configs are untrusted, and a hostile key must not hang the process.
 */
const MAX_KEY_CHARACTERS = 4096;
const MAX_REPEATS = 2;

/** Compiles the keys of a pattern once; the matcher returns the value of the first key that matches a path. */
export class PatternTable {
  readonly #entries: readonly { readonly key: string; readonly regex: RegExp; readonly value: number }[];
  readonly #used = new Set<string>();

  /** @throws OminusError `ADAPTER_UNSUPPORTED` for a key that cannot be matched as peft does, or not safely */
  constructor(file: string, name: string, pattern: ReadonlyMap<string, number>) {
    this.#entries = [...pattern].map(([key, value]) => ({ key, regex: compile(file, name, key), value }));
  }

  /** Value of the first matching key, or `absent`. */
  get(path: string, absent: number): number {
    const entry = this.#entries.find(({ regex }) => regex.test(path));
    if (entry === undefined) {
      return absent;
    }
    this.#used.add(entry.key);
    return entry.value;
  }

  /** Keys that decided nothing so far. */
  unused(): readonly string[] {
    return this.#entries.map(({ key }) => key).filter((key) => !this.#used.has(key));
  }
}

function compile(file: string, name: string, key: string): RegExp {
  const refuse = (why: string): Error =>
    adapterUnsupported(
      file,
      `${name} key "${key.slice(0, 120)}" ${why}`,
      'Write the full paths of the modules as keys, with \\. for every dot.',
    );
  if (key.length > MAX_KEY_CHARACTERS) {
    throw refuse(`has ${String(key.length)} characters, expected at most ${String(MAX_KEY_CHARACTERS)}`);
  }
  if (!PLAIN.test(key)) {
    // Escapes and character classes cannot repeat anything; without them only operators are left.
    const bare = key.replace(/\\./gs, 'e').replace(/\[\^?\]?[^\]]*\]/g, 'c');
    if (/\\[1-9]/.test(key) || /\(\?P/.test(bare)) {
      throw refuse('uses a back-reference or a named group');
    }
    if (/\)[*+{]/.test(bare)) {
      throw refuse('repeats a group');
    }
    if ((bare.match(/[*+]|\{\d+,\d*\}/g) ?? []).length > MAX_REPEATS) {
      throw refuse(`has more than ${String(MAX_REPEATS)} repeats`);
    }
  }
  try {
    return new RegExp(`^(.*\\.)?(${key})$`);
  } catch {
    throw refuse('is not a regular expression');
  }
}
