/**
 * The page's one script: text filters over long lists, tables that sort, files of tables and figures, and notes beside the
 * pointer or finger. Nothing depends on it: without it every row is shown, and figures have their titles. It loads nothing and
 * sends nothing, and the page's policy allows no other script.
 */
import { createHash } from 'node:crypto';

/** Free of `<` and `&`, so that it means the same to readers of HTML and of XML. */
export const SCRIPT = `(() => {
  const make = (name, kind) => Object.assign(document.createElement(name), { className: kind });
  for (const box of document.querySelectorAll('[data-filter]')) {
    const rows = [...box.querySelectorAll('[data-row]')];
    if (rows.length > 5) {
      const label = make('label', 'filter');
      const input = Object.assign(make('input', ''), { type: 'search', autocomplete: 'off' });
      const count = make('output', 'muted');
      label.append('Filter ' + box.dataset.filter + ' ', input, ' ', count);
      box.prepend(label);
      const texts = rows.map((row) => row.textContent.toLowerCase());
      input.addEventListener('input', () => {
        const words = input.value.toLowerCase().split(' ').filter(Boolean);
        let shown = 0;
        rows.forEach((row, place) => {
          row.hidden = !words.every((word) => texts[place].includes(word));
          shown += row.hidden ? 0 : 1;
        });
        for (const group of box.querySelectorAll('details')) {
          group.hidden = [...group.querySelectorAll('[data-row]')].every((row) => row.hidden);
          group.open = words.length > 0 ? true : group.open;
        }
        count.value = words.length === 0 ? '' : shown + ' of ' + rows.length;
      });
    }
  }
  const textOf = (cell) => cell.innerText.replace(/\\s+/g, ' ').trim().replace(/^\u2212(?=\\d)/, '-');
  const numberOf = (text) => {
    const found = text.replaceAll('\u2212', '-').match(/[-+]?\\d+(?:\\.\\d+)?(?:e[-+]?\\d+)?/i);
    return found === null ? null : Number(found[0]);
  };
  const compare = (isNumber) => (a, b) => {
    if (!isNumber) {
      return a.text.localeCompare(b.text, 'en', { numeric: true });
    }
    // rows without a number are last, whatever the direction
    return a.number === null || b.number === null ? 0 : a.number - b.number;
  };
  const sortable = (table) => {
    const body = table.tBodies[0];
    const original = [...body.rows];
    const heads = [...table.tHead.rows[0].cells];
    const sort = (head, place) => {
      const next = { none: 'ascending', ascending: 'descending', descending: 'none' }[head.ariaSort];
      heads.forEach((other) => { other.ariaSort = 'none'; });
      head.ariaSort = next;
      const isNumber = head.classList.contains('number');
      const keyed = original.map((row) => {
        const text = textOf(row.cells[place]);
        return { row, text, number: numberOf(text) };
      });
      const order = compare(isNumber);
      const isLast = ({ number }) => isNumber ? Number(number === null) : 0;
      if (next !== 'none') {
        keyed.sort((a, b) => isLast(a) - isLast(b) || (next === 'ascending' ? order(a, b) : order(b, a)));
      }
      body.append(...keyed.map(({ row }) => row));
    };
    heads.forEach((head, place) => {
      Object.assign(head, { ariaSort: 'none', tabIndex: 0 });
      head.addEventListener('click', () => { sort(head, place); });
      head.addEventListener('keydown', (event) => {
        if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault();
          sort(head, place);
        }
      });
    });
  };
  const save = (name, type, text) => {
    const link = Object.assign(make('a', ''), { href: URL.createObjectURL(new Blob([text], { type })), download: name });
    link.click();
    setTimeout(() => { URL.revokeObjectURL(link.href); }, 1000);
  };
  const saves = (...choices) => {
    const line = make('div', 'saves');
    for (const [words, action] of choices) {
      const button = Object.assign(make('button', ''), { type: 'button', textContent: words });
      button.addEventListener('click', action);
      line.append(button);
    }
    return line;
  };
  // a text that a spreadsheet would run as a formula begins with an apostrophe
  const field = (text) => {
    const inert = /^[=+@-]/.test(text) ? (Number.isFinite(Number(text)) ? text : "'" + text) : text;
    return '"' + inert.replaceAll('"', '""') + '"';
  };
  [...document.querySelectorAll('table')].forEach((table, number) => {
    if (table.tBodies[0].rows.length > 2) {
      sortable(table);
    }
    const line = saves(['table as CSV', () => {
      const rows = [...table.rows].map((row) => [...row.cells].map((cell) => field(textOf(cell))).join(','));
      save('table-' + (number + 1) + '.csv', 'text/csv', rows.join('\\r\\n') + '\\r\\n');
    }]);
    if (table.classList.contains('heat')) {
      table.caption.append(line);
    } else {
      table.closest('.wide').after(line);
    }
  });
  const standalone = (figure) => {
    const drawing = figure.querySelector('svg').cloneNode(true);
    const [, , width, height] = drawing.getAttribute('viewBox').split(' ').map(Number);
    const part = (name, attributes, text) => {
      const made = document.createElementNS('http://www.w3.org/2000/svg', name);
      Object.entries(attributes).forEach(([key, value]) => { made.setAttribute(key, value); });
      made.textContent = text;
      return made;
    };
    const box = { x: -12, y: -34, width: width + 24, height: height + 46 };
    drawing.setAttribute('viewBox', Object.values(box).join(' '));
    drawing.setAttribute('width', box.width);
    drawing.setAttribute('height', box.height);
    drawing.prepend(
      part('style', {}, document.querySelector('#figure-style').content.textContent),
      part('rect', { class: 'paper', ...box }, ''),
      part('text', { class: 'name', x: 0, y: -12 }, figure.querySelector('figcaption b').textContent),
    );
    return new XMLSerializer().serializeToString(drawing);
  };
  for (const figure of document.querySelectorAll('figure')) {
    const csv = figure.querySelector('template').content.textContent;
    const choices = [['SVG', () => { save(figure.id + '.svg', 'image/svg+xml', standalone(figure)); }]];
    if (csv.length > 0) {
      choices.push(['CSV', () => { save(figure.id + '.csv', 'text/csv', csv); }]);
    }
    figure.append(saves(...choices));
  }
  const tip = make('div', 'tip');
  tip.hidden = true;
  document.body.append(tip);
  for (const title of document.querySelectorAll('svg title')) {
    title.parentElement.dataset.tip = title.textContent;
    title.remove();
  }
  for (const cell of document.querySelectorAll('.heat td[title]')) {
    cell.dataset.tip = cell.title;
    cell.removeAttribute('title');
  }
  const show = (event) => {
    const owner = event.target.closest('[data-tip]');
    tip.hidden = owner === null;
    if (owner !== null) {
      tip.textContent = owner.dataset.tip;
      const width = document.documentElement.clientWidth;
      tip.style.left = Math.max(8, Math.min(event.clientX + 12, width - tip.offsetWidth - 8)) + 'px';
      tip.style.top = Math.max(8, event.clientY - tip.offsetHeight - 10) + 'px';
    }
  };
  document.addEventListener('pointerover', show);
  document.addEventListener('pointerdown', show);
  document.addEventListener('scroll', () => { tip.hidden = true; }, { passive: true });
})();`;

/** What the page may do: carry its own styles, and run exactly this script. */
export const CONTENT_POLICY = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'; base-uri 'none'; form-action 'none'`;
