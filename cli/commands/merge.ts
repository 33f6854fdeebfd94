/** `ominus merge EXPRESSION`: one merge, directly; no server, no store. Imports only what a merge needs. */
import { Command, Option } from 'commander';
import { OminusError } from '../../core/errors.js';
import { printFormula } from '../../core/expression/print.js';
import type { OutputDtype } from '../../core/numeric/output-dtype.js';
import { mergeExpression, type MergedExpression, type MergeExpressionOptions } from '../../app/merge-expression.js';
import { addAdapter } from '../adapter-option.js';
import { renderMerge } from '../render/merge.js';
import { threadCount } from '../thread-count.js';

interface MergeCommandOptions extends Omit<MergeExpressionOptions, 'adapters' | 'signal'> {
  readonly adapter: ReadonlyMap<string, string>;
  readonly dtype: OutputDtype;
  readonly json?: true;
  readonly quiet?: true;
}

/** The command. */
export function mergeCommand(): Command {
  return new Command('merge')
    .description('Compute one expression over adapters and write the result as an adapter that peft loads.')
    .argument('<expression>', 'for example "[expert ⊖ Ext(truth)] ⊖ 0.8·Ext(tox)"; - and + work between blanks')
    .addOption(
      new Option('--adapter <name=dir>', 'an adapter folder and its name in the expression (repeat)')
        .argParser(addAdapter)
        .default(new Map<string, string>(), 'none'),
    )
    .requiredOption('--out <dir>', 'folder of the result')
    .addOption(
      new Option('--dtype <dtype>', 'element type of the result')
        .choices(['float32', 'float16', 'bfloat16'])
        .default('float32'),
    )
    .addOption(
      new Option('--ranks <how>', 'uniform: one rank, padded with zeros; exact: each module its own, with patterns')
        .choices(['uniform', 'exact'])
        .default('uniform'),
    )
    .option('--lambda <number>', 'coefficient of every ⊖ term that has none (default: 1)')
    .addOption(
      new Option('--missing <how>', 'target modules that only a right operand has')
        .choices(['pass', 'error'])
        .default('pass'),
    )
    .addOption(
      new Option('--semantics <how>', "scaled: each adapter's own scaling; reference: the leftmost adapter's for all")
        .choices(['scaled', 'reference'])
        .default('scaled'),
    )
    .addOption(
      new Option(
        '--threads <n>',
        'threads that share the modules (default: chosen automatically); the result is the same',
      ).argParser(threadCount(MOST_THREADS)),
    )
    .option('--replace', 'replace an existing result (only files that ominus wrote)')
    .option('--json', 'one JSON object, with diagnostics per module')
    .option('--quiet', 'no warnings')
    .action(async (expression: string, options: MergeCommandOptions) => {
      const merged = await mergeExpression(expression, {
        ...options,
        adapters: options.adapter,
        signal: untilInterrupted(),
      });
      if (options.quiet !== true) {
        merged.warnings.forEach((warning) => process.stderr.write(`warning: ${warning}\n`));
      }
      const text = options.json === true ? JSON.stringify(toJson(merged, options)) : renderMerge(merged, options.out);
      process.stdout.write(`${text}\n`);
    });
}

/** Aborted by the first Ctrl-C, so that nothing is left behind; the second one ends the process. */
function untilInterrupted(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      controller.abort(new OminusError('INTERRUPTED', { message: 'the merge was interrupted; nothing was written' }));
    });
  }
  return controller.signal;
}

/** More cores than any machine has for a merge. */
const MOST_THREADS = 64;

function toJson(merged: MergedExpression, { out, dtype }: MergeCommandOptions): object {
  return {
    out,
    expression: printFormula(merged.formula),
    dtype,
    ...merged.written,
    warnings: merged.warnings,
    steps: merged.steps.map(({ application, modules }) => ({
      expression: printFormula({ kind: 'apply', application }),
      modules,
    })),
    ...(merged.made.length === 0 ? {} : { made: merged.made }),
  };
}
