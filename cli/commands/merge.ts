/** `ominus merge EXPRESSION`: one merge, directly; no server, no store. Imports only what a merge needs. */
import { Command, Option } from 'commander';
import { formatDiagnostic } from '../../core/diagnostic.js';
import { OminusError } from '../../core/errors.js';
import type { OutputRanks } from '../../core/adapter/output-ranks.js';
import { adapterNames } from '../../core/algebra/evaluate.js';
import { decimalToNumber, parseDecimal } from '../../core/expression/decimal.js';
import { NO_CALLS_WITH_REFERENCE } from '../../core/expression/no-calls.js';
import { printFormula } from '../../core/expression/print.js';
import { expressionDiagnostics } from '../../core/expression/problem.js';
import { readFormula } from '../../core/expression/resolve.js';
import type { Formula } from '../../core/expression/types.js';
import type { OutputDtype } from '../../core/numeric/output-dtype.js';
import type { Semantics } from '../../core/algebra/types.js';
import { type AdapterFolder, openAdapter } from '../../io/adapter/adapter-folder.js';
import { type MergedAdapter, mergeAdapters } from '../../io/adapter/merge-adapters.js';
import { addAdapter } from '../adapter-option.js';
import { renderMerge } from '../render/merge.js';
import { threadCount } from '../thread-count.js';

interface MergeCommandOptions {
  readonly adapter: ReadonlyMap<string, string>;
  readonly out: string;
  readonly dtype: OutputDtype;
  readonly ranks: OutputRanks;
  readonly lambda?: string;
  readonly missing: 'pass' | 'error';
  readonly semantics: Semantics;
  readonly threads?: number;
  readonly replace?: true;
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
      const merged = await merge(expression, options, untilInterrupted());
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

async function merge(
  expression: string,
  options: MergeCommandOptions,
  signal: AbortSignal,
): Promise<MergedAdapter & { readonly formula: Formula }> {
  const formula = parse(expression, options);
  const adapters = new Map<string, AdapterFolder>();
  const { dtype, ranks, missing, semantics, replace = false, threads, out } = options;
  try {
    for (const name of adapterNames(formula)) {
      adapters.set(name, await openAdapter(options.adapter.get(name) ?? ''));
    }
    const merged = await mergeAdapters({
      ...{ formula, adapters, folder: out, dtype, ranks, missing, semantics, replace, signal },
      ...(threads === undefined ? {} : { threads }),
    });
    const unused = [...options.adapter.keys()].filter((name) => !adapters.has(name));
    const warnings = [...merged.warnings, ...unused.map((name) => `the expression does not use adapter ${name}`)];
    return { ...merged, formula, warnings };
  } finally {
    await Promise.all([...adapters.values()].map((adapter) => adapter.close()));
  }
}

function parse(expression: string, { adapter, lambda, semantics }: MergeCommandOptions): Formula {
  const all = lambda === undefined ? undefined : parseDecimal(lambda);
  if (lambda !== undefined && (all === undefined || decimalToNumber(all) < 0)) {
    throw usage(
      `--lambda is "${lambda}", expected a number from 0`,
      all === undefined ? 'Write a number such as 0.8.' : 'λ is never negative; to add, use ⊕.',
    );
  }
  const { formula, problems } = readFormula(expression, {
    adapters: new Set(adapter.keys()),
    ...(all === undefined ? {} : { lambda: { all } }),
    ...(semantics === 'reference' ? { noCalls: NO_CALLS_WITH_REFERENCE } : {}),
  });
  if (formula === undefined) {
    const shown = expressionDiagnostics('expression', expression, problems).map((problem) => formatDiagnostic(problem));
    throw new OminusError('EXPRESSION_INVALID', {
      message: `the expression has ${String(problems.length)} problem${problems.length === 1 ? '' : 's'}\n${shown.join('\n')}`,
      hint: 'Every name needs an --adapter NAME=DIR; docs/spec.md describes the language.',
    });
  }
  return formula;
}

/** More cores than any machine has for a merge. */
const MOST_THREADS = 64;

function usage(message: string, hint: string): OminusError {
  return new OminusError('USAGE', { message, hint });
}

function toJson(merged: MergedAdapter & { readonly formula: Formula }, { out, dtype }: MergeCommandOptions): object {
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
