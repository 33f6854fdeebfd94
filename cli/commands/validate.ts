/** `ominus validate FILE…`: checks specs and opens nothing else. */
import { createReadStream } from 'node:fs';
import { Command } from 'commander';
import stringWidth from 'string-width';
import { type Diagnostic, formatDiagnostic } from '../../core/diagnostic.js';
import { type ErrorCode, EXIT } from '../../core/errors.js';
import { MAX_SPEC_LENGTH, readSpec } from '../../core/spec/read-spec.js';
import { formulasOf, summarizeSpec } from '../../core/spec/summary.js';
import type { Spec } from '../../core/spec/types.js';

/** Bytes that are read of a file; a character takes at most 4, and the reader refuses what is too long. */
const MAX_BYTES = 4 * MAX_SPEC_LENGTH + 4;

interface ValidateOptions {
  readonly json?: true;
  readonly formulas?: true;
}

/** What became of one file. */
interface Validated {
  readonly file: string;
  readonly spec: Spec | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Why there is no text to check, and under which code. */
  readonly unreadable?: { readonly code: ErrorCode; readonly why: string };
}

/** The command. */
export function validateCommand(): Command {
  return new Command('validate')
    .description('Check specs: all problems at once, with file, line and column. Opens nothing but the named files.')
    .argument('<file...>', 'specs (YAML)')
    .option('--json', 'one JSON object')
    .option('--formulas', 'print every step in full, with all coefficients, and the chain of a sweep')
    .action(async (files: readonly string[], options: ValidateOptions) => {
      const results: Validated[] = [];
      for (const file of files) {
        results.push(await validateFile(file));
      }
      if (options.json === true) {
        process.stdout.write(`${JSON.stringify({ files: results.map(toJson) })}\n`);
      } else {
        results.forEach((result) => {
          writeResult(result, options.formulas === true);
        });
      }
      if (results.some(({ spec }) => spec === undefined)) {
        process.exitCode = EXIT.invalid;
      }
    });
}

async function validateFile(file: string): Promise<Validated> {
  try {
    const text = await readText(file);
    return text === undefined
      ? {
          file,
          spec: undefined,
          diagnostics: [],
          unreadable: { code: 'SPEC_INVALID', why: 'the file is not UTF-8 text' },
        }
      : { file, ...readSpec(file, text) };
  } catch (error) {
    return { file, spec: undefined, diagnostics: [], unreadable: describeReadError(error) };
  }
}

/** The text, or undefined when it is not UTF-8. Reads no more than is needed to see that a file is too large. */
async function readText(file: string): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(file, { end: MAX_BYTES - 1 })) {
    chunks.push(chunk as Buffer);
  }
  const bytes = Buffer.concat(chunks);
  // What is cut off may end within a character.
  const isCut = bytes.length >= MAX_BYTES;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: isCut });
  } catch {
    return undefined;
  }
}

function describeReadError(error: unknown): { readonly code: ErrorCode; readonly why: string } {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { code: 'FILE_NOT_FOUND', why: 'no such file' };
    case 'EISDIR':
      return { code: 'FILE_UNREADABLE', why: 'this is a folder, not a file' };
    case 'EACCES':
    case 'EPERM':
      return { code: 'FILE_UNREADABLE', why: 'no permission to read the file' };
    default:
      return {
        code: 'FILE_UNREADABLE',
        why: `the file cannot be read (${typeof code === 'string' ? code : 'unknown reason'})`,
      };
  }
}

function writeResult({ file, spec, diagnostics, unreadable }: Validated, withFormulas: boolean): void {
  if (unreadable !== undefined) {
    process.stderr.write(`${file}: error ${unreadable.code} ${unreadable.why}\n`);
  }
  for (const diagnostic of diagnostics) {
    process.stderr.write(`${formatDiagnostic(diagnostic, stringWidth)}\n`);
  }
  if (spec !== undefined) {
    const formulas = withFormulas ? formulasOf(spec).map(([name, formula]) => `  ${name} = ${formula}\n`) : [];
    process.stdout.write(`ok ${file}: ${summarizeSpec(spec)}\n${formulas.join('')}`);
  }
}

function toJson({ file, spec, diagnostics, unreadable }: Validated): object {
  return {
    file,
    ok: spec !== undefined,
    ...(unreadable === undefined ? {} : { unreadable: unreadable.why, code: unreadable.code }),
    ...(spec === undefined
      ? {}
      : {
          kind: spec.kind,
          name: spec.name,
          summary: summarizeSpec(spec),
          formulas: Object.fromEntries(formulasOf(spec)),
        }),
    diagnostics,
  };
}
