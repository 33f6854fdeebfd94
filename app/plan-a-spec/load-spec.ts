/** Spec file → validated spec. */
import { readFile } from 'node:fs/promises';
import stringWidth from 'string-width';
import { formatDiagnostic } from '../../core/diagnostic.js';
import { OminusError } from '../../core/errors.js';
import { readSpec } from '../../core/spec/read-spec.js';
import type { Spec } from '../../core/spec/types.js';
import { problemList } from './plan-problems.js';

/**
 * Reads a spec file.
 *
 * @throws OminusError `FILE_NOT_FOUND`, or `SPEC_INVALID` with all diagnostics in its message
 */
export async function loadSpec(file: string, log: (line: string) => void): Promise<Spec> {
  const text = await readText(file);
  const { spec, diagnostics } = readSpec(file, text);
  if (spec === undefined) {
    throw new OminusError('SPEC_INVALID', {
      message: problemList(file, diagnostics),
      hint: 'docs/spec.md describes every key; ominus validate checks a spec without running it.',
    });
  }
  if (diagnostics.length > 0) {
    log(diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, stringWidth)).join('\n'));
  }
  return spec;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new OminusError(missing ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE', {
      message: `cannot read the spec [file=${file}]: ${missing ? 'no such file' : error instanceof Error ? error.message : String(error)}`,
      hint: 'Name a YAML file; specs/ has examples.',
      cause: error,
    });
  }
}
