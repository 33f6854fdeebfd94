/** Spec file → validated spec. */
import stringWidth from 'string-width';
import { formatDiagnostic } from '../../core/diagnostic.js';
import { OminusError } from '../../core/errors.js';
import { type ReadOptions, readSpec } from '../../core/spec/read-spec.js';
import { type LoadedSpec, problemList, SpecError } from './plan-problems.js';
import { readSpecText, shownSpecFile } from './spec-text.js';

/**
 * Reads a spec file, or standard input.
 *
 * @throws OminusError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, or `SPEC_INVALID` with all diagnostics in its message
 */
export async function loadSpec(
  asked: string,
  log: (line: string) => void,
  options: ReadOptions = {},
): Promise<LoadedSpec> {
  const file = shownSpecFile(asked);
  const { spec, diagnostics, text } = readSpec(file, await readText(asked), options);
  if (spec === undefined) {
    throw new SpecError('SPEC_INVALID', {
      diagnostics,
      message: problemList(file, diagnostics),
      hint: 'docs/spec.md describes every key; ominus validate checks a spec without running it.',
    });
  }
  if (diagnostics.length > 0) {
    log(diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, stringWidth)).join('\n'));
  }
  return { file, spec, text };
}

async function readText(file: string): Promise<string> {
  try {
    return await readSpecText(file);
  } catch (error) {
    if (error instanceof OminusError) {
      throw new OminusError(error.code, {
        message: `cannot read the spec [file=${file}]: ${error.message}`,
        ...(error.hint === undefined ? {} : { hint: error.hint }),
        cause: error,
      });
    }
    throw error;
  }
}
