/** `ominus validate FILE…`: checks specs and opens nothing else. */
import { Command } from 'commander';
import stringWidth from 'string-width';
import { type Diagnostic, formatDiagnostic } from '../../core/diagnostic.js';
import { EXIT, OminusError } from '../../core/errors.js';
import { readSpec } from '../../core/spec/read-spec.js';
import { formulasOf, summarizeSpec } from '../../core/spec/summary.js';
import type { Spec } from '../../core/spec/types.js';
import { readSpecText, shownSpecFile } from '../../app/plan-a-spec/spec-text.js';
import { setOption } from '../options.js';

interface ValidateOptions {
  readonly json?: true;
  readonly formulas?: true;
  readonly set?: readonly string[];
}

/** What became of one file. */
interface Validated {
  readonly file: string;
  readonly spec: Spec | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Why there is no text to check. */
  readonly unreadable?: OminusError;
}

/** The command. */
export function validateCommand(): Command {
  return new Command('validate')
    .description('Check specs: all problems at once, with file, line and column. Opens nothing but the named files.')
    .argument('<file...>', 'specs (YAML); - is standard input')
    .option('--json', 'one JSON object')
    .option('--formulas', 'print every step in full, with all coefficients, and the chain of a sweep')
    .addOption(setOption())
    .action(async (files: readonly string[], options: ValidateOptions) => {
      const results: Validated[] = [];
      for (const file of files) {
        results.push(await validateFile(file, options.set));
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

async function validateFile(asked: string, set: readonly string[] | undefined): Promise<Validated> {
  const file = shownSpecFile(asked);
  try {
    return { file, ...readSpec(file, await readSpecText(asked), { set, environment: process.env }) };
  } catch (error) {
    if (error instanceof OminusError) {
      return { file, spec: undefined, diagnostics: [], unreadable: error };
    }
    throw error;
  }
}

function writeResult({ file, spec, diagnostics, unreadable }: Validated, withFormulas: boolean): void {
  if (unreadable !== undefined) {
    process.stderr.write(`${file}: error ${unreadable.code} ${unreadable.message}\n  → ${unreadable.hint ?? ''}\n`);
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
    ...(unreadable === undefined
      ? {}
      : { unreadable: unreadable.message, code: unreadable.code, hint: unreadable.hint }),
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
