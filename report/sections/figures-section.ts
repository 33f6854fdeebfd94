/** Figures side by side, each with its title and how to read it. */
import { inlineSvg, type Figure } from '../figures/figure.js';
import { html, type Html } from '../html/html.js';

/** Figures that are open at once; the others are one click away, and open in print. */
const OPEN_FIGURES = 6;

/** The figures of one kind; what holds for several of them is said once, below all. */
export function figureGrid(figures: readonly Figure[], open = OPEN_FIGURES): Html | false {
  if (figures.length === 0) {
    return false;
  }
  const rest = figures.slice(open);
  const notes = [...new Set(figures.map(({ note }) => note))].filter((note) => note !== '');
  return html`${gridOf(figures.slice(0, open))}
  ${
    rest.length > 0 &&
    html`<details>
      <summary>${rest.length} more: ${rest.map(({ title }) => title).join('; ')}</summary>
      ${gridOf(rest)}
    </details>`
  }
  ${notes.map((note) => html`<p class="note">${note}</p>`)}`;
}

function gridOf(figures: readonly Figure[]): Html {
  return html`<div class="charts">
    ${figures.map(
      ({ id, title, caption, drawing }) =>
        html`<figure id="${id}">
          <figcaption><b>${title}</b></figcaption>
          ${inlineSvg(drawing)} ${caption !== '' && html`<p class="note">${caption}</p>`}
        </figure>`,
    )}
  </div>`;
}
