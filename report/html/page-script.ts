/**
 * The page's one script: text filters over long lists, and notes beside the pointer or finger. Nothing depends on it: without
 * it every row is shown, and figures have their titles. It loads nothing and sends nothing, and the page's policy allows no
 * other script.
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
