/** Two runs side by side on a terminal. */
import type { ReportDifference } from '../../report/reading/compare-reports.js';
import { formatDifference, formatValue } from '../../report/words/format.js';
import { clip } from '../../report/words/text-width.js';
import { visibleLine } from '../../report/words/visible-text.js';
import { colorsOf, type Style } from '../../report/terminal/style.js';
import { renderFoldedTable, wrapText } from '../../report/terminal/table.js';

const NAME_CELLS = 30;

/** What {@link renderComparison} shows. */
export interface Comparison {
  readonly first: string;
  readonly second: string;
  /** Lines of what differs in the plans; empty when they have the same digest. */
  readonly changes: readonly string[];
  readonly difference: ReportDifference;
}

/** The comparison as text; no line break at the end. */
export function renderComparison({ first, second, changes, difference }: Comparison, style: Style): string {
  const colors = colorsOf(style);
  const wrap = (text: string): readonly string[] => wrapText(visibleLine(text), style.width);
  const rows = difference.steps.flatMap(({ step, sameWeights, metrics }) =>
    metrics.map((change) => {
      const { unit } = change.definition;
      return [
        clip(visibleLine(step), NAME_CELLS),
        clip(visibleLine(change.metric), NAME_CELLS),
        formatValue(change.first?.value, unit),
        formatValue(change.second?.value, unit),
        change.difference === 0 ? '=' : formatDifference(change.difference, unit),
        sameWeights ? '' : 'other weights',
      ];
    }),
  );
  const left = { align: 'left' } as const;
  const right = { align: 'right' } as const;
  const columns = [
    { title: 'step', ...left },
    { title: 'metric', ...left },
    { title: 'first', ...right },
    { title: 'second', ...right },
    { title: 'second − first', ...right },
    { title: '', ...left },
  ];
  const sections: readonly (readonly string[])[] = [
    [...wrap(`first:  ${first}`), ...wrap(`second: ${second}`)],
    changes.length === 0
      ? ['The plans are the same.']
      : [colors.bold('What differs in the plans'), ...changes.flatMap((change) => wrap(`• ${change}`))],
    difference.otherEnvironments
      ? [
          ...wrap('They were evaluated in different environments, which alone may move the last digits of values:'),
          ...wrap(`• first: ${difference.environments.first.join('; ')}`),
          ...wrap(`• second: ${difference.environments.second.join('; ')}`),
        ]
      : [],
    rows.length === 0 ? ['No step of one name was evaluated in both.'] : renderFoldedTable(columns, rows, style.width),
    [
      ...(difference.onlyFirst.length > 0 ? wrap(`only in the first: ${difference.onlyFirst.join(', ')}`) : []),
      ...(difference.onlySecond.length > 0 ? wrap(`only in the second: ${difference.onlySecond.join(', ')}`) : []),
      ...(rows.length > 0 && !difference.isSame
        ? wrap('Shares in %. Nothing is tested here: paired tests need both candidates in one spec.').map((line) =>
            colors.dim(line),
          )
        : []),
      ...(difference.isSame ? ['All values are the same.'] : []),
    ],
  ];
  return sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n');
}
