/** The one place where an error becomes what a user sees: one message, one hint, an exit code. No stack traces. */
import { ERROR_CODES, errorCode, errorMessage, EXIT, OminusError } from '../core/errors.js';
import { refused } from '../io/files/refused.js';

/** Prints an error to stderr and sets the exit code. With OMINUS_DEBUG set, unexpected errors keep their stack. */
export function reportError(thrown: unknown, options: { readonly json?: boolean } = {}): void {
  const error = refused(thrown, 'the operating system refused');
  const code = errorCode(error);
  const known = error instanceof OminusError ? error : undefined;
  process.exitCode = code === undefined ? EXIT.failed : ERROR_CODES[code].exit;
  if (options.json === true) {
    const diagnostics =
      error instanceof OminusError && 'diagnostics' in error ? { diagnostics: error.diagnostics } : {};
    const said = { code: code ?? 'INTERNAL', message: errorMessage(error), hint: known?.hint ?? '' };
    const body = { error: { ...said, ...diagnostics } };
    process.stdout.write(`${JSON.stringify(body)}\n`);
    return;
  }
  process.stderr.write(`error ${code ?? 'INTERNAL'}: ${errorMessage(error)}\n`);
  if (known?.hint !== undefined && known.hint !== '') {
    process.stderr.write(`  → ${known.hint}\n`);
  }
  if (code === undefined) {
    process.stderr.write(
      '  → This is a defect of ominus. Run it again with OMINUS_DEBUG=1 and report what it prints.\n',
    );
  }
  if (process.env['OMINUS_DEBUG'] !== undefined && error instanceof Error) {
    process.stderr.write(`${error.stack ?? ''}\n`);
  }
}
