/** Errors about something that a spec names say where in the spec. */
import { locate, type Span } from '../../core/diagnostic.js';
import { errorCode, OminusError } from '../../core/errors.js';
import type { Spec } from '../../core/spec/types.js';

/** A spec and the file it was read from. */
export interface LoadedSpec<S extends Spec = Spec> {
  readonly file: string;
  readonly spec: S;
}

/** Runs work on something that a spec names; its errors then say where in the spec. */
export async function located<T>(loaded: LoadedSpec, span: Span, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof OminusError && errorCode(error) !== 'INTERNAL') {
      throw new OminusError(error.code, {
        message: place(loaded, span, error.message),
        ...(error.hint === undefined ? {} : { hint: error.hint }),
        details: error.details,
        cause: error,
      });
    }
    throw error;
  }
}

/** A message with `file:line:column` before it. */
export function place({ file, spec }: LoadedSpec, span: Span, message: string): string {
  const { line, column } = locate(file, spec.text, span);
  return `${file}:${String(line)}:${String(column)} ${message}`;
}
