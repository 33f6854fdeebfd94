/** What is wrong with what a spec names: collected and located, so that all problems come at once, each under its place. */
import stringWidth from 'string-width';
import { type Diagnostic, formatDiagnostic, type Span } from '../../core/diagnostic.js';
import {
  ERROR_CODES,
  type ErrorCode,
  errorCode,
  EXIT,
  OminusError,
  type OminusErrorOptions,
} from '../../core/errors.js';
import type { EditedText } from '../../core/spec/edited-text.js';
import type { Spec } from '../../core/spec/types.js';

/** A spec and the file it was read from. */
export interface LoadedSpec<S extends Spec = Spec> {
  readonly file: string;
  readonly spec: S;
  /** The text of the spec, which knows where each piece of it was written. */
  readonly text: EditedText;
}

/** Everything that is wrong with a spec, as text and as data. */
export class SpecError extends OminusError {
  readonly diagnostics: readonly Diagnostic[];

  constructor(code: ErrorCode, options: OminusErrorOptions & { readonly diagnostics: readonly Diagnostic[] }) {
    super(code, options);
    this.diagnostics = options.diagnostics;
  }
}

/** Collects what fails. */
export class PlanProblems {
  readonly #loaded: LoadedSpec;
  readonly #diagnostics: Diagnostic[] = [];
  readonly #errors: OminusError[] = [];

  constructor(loaded: LoadedSpec) {
    this.#loaded = loaded;
  }

  /**
   * Runs work on something that the spec names.
   *
   * @param span - where the spec names it
   * @returns undefined when it failed, which {@link refuse} will tell
   * @throws OminusError at once, and alone, what is no fault of the input: there is nothing to correct in the spec, and after a host
   *   that does not answer the next would only wait
   */
  async attempt<T>(span: Span, work: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      const code = errorCode(error);
      if (!(error instanceof OminusError) || code === undefined || code === 'INTERNAL') {
        throw error;
      }
      const { file, text } = this.#loaded;
      const location = text.locate(file, span);
      if (ERROR_CODES[code].exit !== EXIT.invalid) {
        throw atPlace(error, location);
      }
      this.#errors.push(error);
      this.#diagnostics.push({
        code,
        severity: 'error',
        message: error.message,
        ...(error.hint === undefined ? {} : { hint: error.hint }),
        location,
      });
      return undefined;
    }
  }

  /** @throws OminusError with everything that failed, in the order of its place; under the one code that all share, if they do */
  refuse(): void {
    const [first] = this.#errors;
    if (first === undefined) {
      return;
    }
    const sorted = this.#diagnostics.toSorted(
      ({ location: a }, { location: b }) => a.line - b.line || a.column - b.column,
    );
    throw new SpecError(this.#errors.every(({ code }) => code === first.code) ? first.code : 'SPEC_INVALID', {
      diagnostics: sorted,
      message: problemList(this.#loaded.file, sorted),
      hint: 'Correct the marked places; ominus plan checks again and runs nothing.',
      details: this.#errors.length === 1 ? first.details : {},
      cause: first,
    });
  }
}

function atPlace(error: OminusError, { file, line, column }: Diagnostic['location']): OminusError {
  return new OminusError(error.code, {
    message: `${file}:${String(line)}:${String(column)} ${error.message}`,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    details: error.details,
    cause: error,
  });
}

/** Runs work on something that a spec names; its errors then say where in the spec. */
export async function located<T>(loaded: LoadedSpec, span: Span, work: () => T | Promise<T>): Promise<T> {
  const problems = new PlanProblems(loaded);
  const done = await problems.attempt(span, async () => ({ value: await work() }));
  problems.refuse();
  if (done === undefined) {
    throw new OminusError('INTERNAL', { message: 'work on a source neither failed nor gave anything' });
  }
  return done.value;
}

/** All problems of a file below one line that counts them. */
export function problemList(file: string, diagnostics: readonly Diagnostic[]): string {
  const count = diagnostics.filter(({ severity }) => severity === 'error').length;
  const formatted = diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, stringWidth));
  return [`${file} has ${String(count)} problem${count === 1 ? '' : 's'}`, ...formatted].join('\n');
}
