/** What each operator did, layer by layer, and the rows where its definition is silent. */
import { placeOf } from '../../core/adapter/module-place.js';
import type { ModuleDiagnostics } from '../../core/algebra/types.js';
import type { ReportedMadeLeaf, RunReport } from '../types.js';
import { ABSENT, count, formatNumber, formatValue } from '../words/format.js';
import { note, type Block, type Blocks } from './blocks.js';
import { heatTables } from './heat.js';
import { column, numberColumn, table } from './table.js';
import { marked } from './words.js';

type Application = RunReport['steps'][number]['applications'][number];

/** Steps whose diagnostics the page has: those of a study of all orders would be most of it. */
const MOST_STEPS = 12;

/** Diagnostics of steps; the first step's are open, the others one click away (and open in print). */
export function diagnosticsBlocks(report: RunReport): Blocks {
  const all = report.steps.filter(({ applications, made = [] }) => applications.length > 0 || made.length > 0);
  const steps = all.slice(0, MOST_STEPS);
  const left = steps.length < all.length ? ` The first ${steps.length} of ${all.length} steps.` : '';
  return all.length === 0
    ? []
    : [
        note(
          'Row by row, n⁻ and n⁺ are the norms of the right and the left operand, cos their cosine; means are over rows where both norms count as non-zero. ' +
            `The edit is what was removed or added. Cells are shaded by value, within their table; where there are both signs, negative ones have a colour of their own.${left}`,
        ),
        ...steps.map(({ name, expression, applications, made = [] }, place): Block => ({
          kind: 'fold',
          isOpen: place === 0,
          summary: [marked('strong', name), ' ', marked('code', expression)],
          blocks: [...applications.map(applicationBlock), ...made.map(madeBlock)],
        })),
      ];
}

function applicationBlock({ label, diagnostics: { modules } }: Application): Block {
  const edit = Math.hypot(...modules.map((module) => module.editNorm));
  const left = Math.hypot(...modules.map((module) => module.leftNorm));
  const share = left > 0 ? `, ${formatValue(edit / left, 'share')} % of the left operand’s ${formatNumber(left)}` : '';
  const loose = modules.filter((module) => placeOf(module.module) === undefined);
  const silent = silentRows(modules.filter(isSilent));
  return {
    kind: 'group',
    look: 'application',
    blocks: [
      { kind: 'heading', level: 4, words: marked('code', label) },
      { kind: 'text', words: `${count(modules.length, 'module')}; ‖edit‖ = ${formatNumber(edit)}${share}.` },
      { kind: 'group', look: 'heats', blocks: heats(modules) },
      looseModules(loose),
      silent === false ? { kind: 'text', look: 'muted', words: 'No degenerate rows.' } : silent,
    ],
  };
}

function madeBlock({ expression, rank, fullRank, relativeError, keptEnergy }: ReportedMadeLeaf): Block {
  const quality =
    relativeError === null
      ? ''
      : `; relative error ${formatNumber(relativeError)} (Frobenius norm over all modules), kept energy ${formatValue(keptEnergy, 'share')} %`;
  return {
    kind: 'group',
    look: 'application',
    blocks: [
      { kind: 'heading', level: 4, words: marked('code', expression) },
      { kind: 'text', words: `Rank ${String(rank ?? ABSENT)} at most, of ${String(fullRank ?? ABSENT)}${quality}.` },
    ],
  };
}

function heats(modules: readonly ModuleDiagnostics[]): Blocks {
  return [
    ...heatTables(
      modules.map(({ module, normRatioMean }) => ({ module, value: normRatioMean })),
      { title: 'Norm ratio n⁻ / n⁺, mean over rows', format: (value) => value.toFixed(2) },
    ),
    ...heatTables(
      modules.map(({ module, cosineMean, cosineMin, cosineMax }) => ({
        module,
        value: cosineMean,
        note: `from ${formatNumber(cosineMin)} to ${formatNumber(cosineMax)}`,
      })),
      { title: 'Cosine of the rows, mean', format: (value) => value.toFixed(2).replace('-', '−') },
    ),
    ...heatTables(
      modules.map(({ module, editNorm, leftNorm, rank }) => ({
        module,
        value: leftNorm > 0 ? editNorm / leftNorm : null,
        note: `edit ${formatNumber(editNorm)}, left ${formatNumber(leftNorm)}, rank of the result ${rank}`,
      })),
      { title: 'Edit, % of the left operand', format: (value) => formatValue(value, 'share') },
    ),
  ];
}

function looseModules(modules: readonly ModuleDiagnostics[]): Block | false {
  return table(
    modules,
    [
      column('module', ({ module }) => marked('code', module)),
      numberColumn('rows', ({ rows }) => String(rows)),
      numberColumn('rank', ({ rank }) => String(rank)),
      numberColumn('n⁻ / n⁺', ({ normRatioMean }) => formatNumber(normRatioMean)),
      numberColumn('cosine', ({ cosineMean }) => formatNumber(cosineMean)),
      numberColumn('‖left‖', ({ leftNorm }) => formatNumber(leftNorm)),
      numberColumn('‖right‖', ({ rightNorm }) => formatNumber(rightNorm)),
      numberColumn('‖edit‖', ({ editNorm }) => formatNumber(editNorm)),
      numberColumn('‖result‖', ({ resultNorm }) => formatNumber(resultNorm)),
    ],
    { caption: 'Modules outside of numbered layers' },
  );
}

function silentRows(modules: readonly ModuleDiagnostics[]): Block | false {
  return table(
    modules,
    [
      column('module', ({ module }) => marked('code', module)),
      numberColumn('rows', ({ rows }) => String(rows)),
      numberColumn('left is zero', ({ zeroLeftRows }) => String(zeroLeftRows)),
      numberColumn('right is zero', ({ zeroRightRows }) => String(zeroRightRows)),
      numberColumn('opposite', ({ oppositeRows }) => String(oppositeRows)),
      column('missing in', ({ missingIn }) => (missingIn === 'none' ? ABSENT : `the ${missingIn} operand`)),
    ],
    { caption: 'Rows where the definition is silent' },
  );
}

function isSilent(module: ModuleDiagnostics): boolean {
  return module.zeroLeftRows + module.zeroRightRows + module.oppositeRows > 0 || module.missingIn !== 'none';
}
