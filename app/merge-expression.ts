/** One expression over adapter folders, as text: parsed, merged and written. Imports only what a merge needs. */
import type { OutputRanks } from '../core/adapter/output-ranks.js';
import { adapterNames } from '../core/algebra/evaluate.js';
import type { Semantics } from '../core/algebra/types.js';
import { formatDiagnostic } from '../core/diagnostic.js';
import { OminusError } from '../core/errors.js';
import { decimalToNumber, parseDecimal } from '../core/expression/decimal.js';
import { normaliseName } from '../core/expression/names.js';
import { NO_CALLS_WITH_REFERENCE } from '../core/expression/no-calls.js';
import { expressionDiagnostics } from '../core/expression/problem.js';
import { readFormula } from '../core/expression/resolve.js';
import type { Formula } from '../core/expression/types.js';
import type { OutputDtype } from '../core/numeric/output-dtype.js';
import { type AdapterFolder, openAdapter } from '../io/adapter/adapter-folder.js';
import { type MergedAdapter, mergeAdapters } from '../io/adapter/merge-adapters.js';

/** What to merge, and how to write it. */
export interface MergeExpressionOptions {
  /** Folders by the names in the expression. */
  readonly adapters: ReadonlyMap<string, string>;
  /** Folder of the result. */
  readonly out: string;
  /** `float32` by default. */
  readonly dtype?: OutputDtype;
  /** `uniform` by default. */
  readonly ranks?: OutputRanks;
  /** Coefficient of every ⊖ term that has none, as a decimal; 1 by default. */
  readonly lambda?: string;
  /** Target modules that only a right operand has; `pass` by default. */
  readonly missing?: 'pass' | 'error';
  /** `scaled` by default. */
  readonly semantics?: Semantics;
  /** Threads that share the modules; by default as many as make it quicker. */
  readonly threads?: number;
  /** Whether a result that ominus wrote may be replaced. */
  readonly replace?: boolean;
  /** Nothing is left behind when it aborts. */
  readonly signal?: AbortSignal;
}

/** What was written, and of which formula. */
export interface MergedExpression extends MergedAdapter {
  readonly formula: Formula;
}

/**
 * Merges.
 *
 * @throws OminusError `EXPRESSION_INVALID` with all problems, and whatever is wrong with an adapter or the output
 */
export async function mergeExpression(expression: string, options: MergeExpressionOptions): Promise<MergedExpression> {
  const folders = new Map([...options.adapters].map(([name, folder]) => [normaliseName(name), folder]));
  const formula = parse(expression, new Set(folders.keys()), options);
  const { dtype = 'float32', ranks = 'uniform', missing = 'pass', semantics = 'scaled', replace = false } = options;
  const { threads, signal } = options;
  const adapters = new Map<string, AdapterFolder>();
  try {
    for (const name of adapterNames(formula)) {
      adapters.set(name, await openAdapter(folders.get(name) ?? ''));
    }
    const merged = await mergeAdapters({
      ...{ formula, adapters, folder: options.out, dtype, ranks, missing, semantics, replace },
      ...(threads === undefined ? {} : { threads }),
      ...(signal === undefined ? {} : { signal }),
    });
    const unused = [...folders.keys()].filter((name) => !adapters.has(name));
    const warnings = [...merged.warnings, ...unused.map((name) => `the expression does not use adapter ${name}`)];
    return { ...merged, formula, warnings };
  } finally {
    await Promise.all([...adapters.values()].map((adapter) => adapter.close()));
  }
}

function parse(
  expression: string,
  adapters: ReadonlySet<string>,
  { lambda, semantics }: MergeExpressionOptions,
): Formula {
  const all = lambda === undefined ? undefined : parseDecimal(lambda);
  if (lambda !== undefined && (all === undefined || decimalToNumber(all) < 0)) {
    throw new OminusError('USAGE', {
      message: `--lambda is "${lambda}", expected a number from 0`,
      hint: all === undefined ? 'Write a number such as 0.8.' : 'λ is never negative; to add, use ⊕.',
    });
  }
  const { formula, problems } = readFormula(expression, {
    adapters,
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
