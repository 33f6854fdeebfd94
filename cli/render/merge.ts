/** A merge's outcome for people. */
import { rankWords } from '../../core/adapter/output-ranks.js';
import type { ModuleDiagnostics } from '../../core/algebra/types.js';
import { printFormula } from '../../core/expression/print.js';
import type { MergedAdapter } from '../../io/adapter/merge-adapters.js';
import type { MergeStep } from '../../io/adapter/merge-part.js';
import { humanBytes } from './human-bytes.js';

/** All of one cell per character but the last column, where expressions stand: nothing has to be aligned after them. */
const TITLES = ['modules', 'rank', 'cosine', 'n⁻/n⁺', '‖left‖', '‖edit‖', '‖result‖', 'degenerate rows', 'step'];

/** Lines without a final line break. */
export function renderMerge({ written, steps, made }: MergedAdapter, out: string): string {
  const { status, modules, sizeBytes, roundingError, roundingErrorOfEdit, digest } = written;
  const what = status === 'identical' ? 'already there, byte for byte' : 'written, read back and checked';
  const lines = [
    `${out}: ${what}`,
    `  ${String(modules)} modules, ${rankWords(written)}, ${humanBytes(sizeBytes)}, ${digest}`,
    `  rounding: ${share(roundingError)} of the result, ${share(roundingErrorOfEdit)} of the edit`,
    ...made.map(madeLine),
  ];
  return steps.length === 0 ? lines.join('\n') : [...lines, '', ...columns([TITLES, ...steps.map(stepRow)])].join('\n');
}

function madeLine({ expression, rank, fullRank, relativeError }: MergedAdapter['made'][number]): string {
  const error = relativeError === null ? '' : `, relative error ${relativeError.toExponential(1)}`;
  return `  made: ${expression}: rank up to ${String(rank)} of ${String(fullRank)}${error}`;
}

function stepRow({ application, modules }: MergeStep): readonly string[] {
  const norm = (key: 'leftNorm' | 'editNorm' | 'resultNorm'): string =>
    Math.sqrt(modules.reduce((sum, module) => sum + module[key] ** 2, 0)).toPrecision(4);
  return [
    String(modules.length),
    String(Math.max(...modules.map(({ rank }) => rank))),
    meanOf(modules, 'cosineMean'),
    meanOf(modules, 'normRatioMean'),
    norm('leftNorm'),
    norm('editNorm'),
    norm('resultNorm'),
    degenerate(modules),
    printFormula({ kind: 'apply', application }),
  ];
}

function meanOf(modules: readonly ModuleDiagnostics[], key: 'cosineMean' | 'normRatioMean'): string {
  const values = modules.map((module) => module[key]).filter((value) => value !== null);
  return values.length === 0 ? '–' : (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(3);
}

function degenerate(modules: readonly ModuleDiagnostics[]): string {
  const count = (key: 'zeroLeftRows' | 'zeroRightRows' | 'oppositeRows'): number =>
    modules.reduce((sum, module) => sum + module[key], 0);
  const cases = [
    ['zero left', count('zeroLeftRows')],
    ['zero right', count('zeroRightRows')],
    ['opposite', count('oppositeRows')],
  ] as const;
  const found = cases.filter(([, rows]) => rows > 0).map(([name, rows]) => `${name} ${String(rows)}`);
  return found.length === 0 ? 'none' : found.join(', ');
}

function share(value: number | null): string {
  return value === null ? 'nothing' : value.toExponential(1);
}

/** Lines with aligned columns. Not by table.ts: what measures any text takes longer to load than a small merge to compute. */
function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = TITLES.map((_, place) => Math.max(...rows.map((row) => row[place]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, place) => cell.padEnd(widths[place] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
