/** Tables of a page. */
import { tableFor, type Table } from '../document/table.js';
import { element, html, type Html } from './html.js';
import { wordsHtml } from './words.js';

/** A table that scrolls where it is too wide; those of shaded cells are small and stand side by side. */
export function tableHtml(table: Table): Html {
  const { columns, rows, left } = tableFor('page', table);
  const captions = [wordsHtml(table.caption ?? ''), html`${left}`].filter(({ markup }) => markup !== '');
  const named = Math.max(
    0,
    columns.findIndex(({ isHead }) => isHead === true),
  );
  const head = columns.map(({ title, hint, look, isNumber }) =>
    element('th', { scope: 'col', class: classes(isNumber === true && 'number', look), title: hint }, wordsHtml(title)),
  );
  const body = rows.map(({ look: rowLook, cells }) =>
    element(
      'tr',
      { 'data-row': table.isFiltered === true, class: classes(rowLook) },
      cells.map(({ words, look, title, share }, place) =>
        place === named
          ? element('th', { scope: 'row' }, wordsHtml(words))
          : element(
              'td',
              {
                class: classes(columns[place]?.isNumber === true && 'number', look),
                style: share === undefined ? undefined : `--share:${share}%`,
                title,
              },
              wordsHtml(words),
            ),
      ),
    ),
  );
  const inner = element(
    'table',
    { class: table.look },
    captions.length > 0 && element('caption', {}, captions[0], captions.length > 1 && ', ', captions[1]),
    element('thead', {}, element('tr', {}, head)),
    element('tbody', {}, body),
  );
  return table.look === 'heat' ? inner : html`<div class="wide" tabindex="0">${inner}</div>`;
}

function classes(...names: readonly (string | undefined | false)[]): string | undefined {
  return names.filter((name) => name !== undefined && name !== false && name !== '').join(' ') || undefined;
}
