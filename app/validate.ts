/** Checks one spec, and opens nothing but its file. */
import type { Diagnostic } from '../core/diagnostic.js';
import { OminusError } from '../core/errors.js';
import { type ReadOptions, readSpec } from '../core/spec/read-spec.js';
import type { Spec } from '../core/spec/types.js';
import { readSpecText, shownSpecFile } from './plan-a-spec/spec-text.js';

/** What became of one file. */
export interface Validated {
  /** As messages call it. */
  readonly file: string;
  /** Undefined where there is an error. */
  readonly spec: Spec | undefined;
  /** Errors and warnings, in the order of the text. */
  readonly diagnostics: readonly Diagnostic[];
  /** Why there is no text to check. */
  readonly unreadable?: OminusError;
}

/**
 * Validates a spec; never throws for what is wrong with it.
 *
 * @param asked - a file; `-` is standard input
 * @param options - values to set, and the environment, which is that of the process by default
 */
export async function validate(asked: string, options: ReadOptions = {}): Promise<Validated> {
  const file = shownSpecFile(asked);
  try {
    const text = await readSpecText(asked);
    const { spec, diagnostics } = readSpec(file, text, { environment: process.env, ...options });
    return { file, spec, diagnostics };
  } catch (error) {
    if (error instanceof OminusError) {
      return { file, spec: undefined, diagnostics: [], unreadable: error };
    }
    throw error;
  }
}
