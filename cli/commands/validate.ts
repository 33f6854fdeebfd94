/** `ominus validate FILE…`: checks specs and opens nothing else. */
import { Command } from 'commander';
import stringWidth from 'string-width';
import { formatDiagnostic } from '../../core/diagnostic.js';
import { EXIT } from '../../core/errors.js';
import { formulasOf, summarizeSpec } from '../../core/spec/summary.js';
import { validate, type Validated } from '../../app/validate.js';
import { setOption } from '../options.js';

interface ValidateOptions {
  readonly json?: true;
  readonly formulas?: true;
  readonly set?: readonly string[];
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
        results.push(await validate(file, { set: options.set }));
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
