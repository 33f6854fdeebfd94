/** Figures side by side, each with its title and how to read it. */
import { inlineSvg, type Figure } from '../figures/figure.js';
import { html, type Html } from '../html.js';

/** Figures that are open at once; the others are one click away, and open in print. */
const OPEN_FIGURES = 6;

/** The figures of one kind; one caption under all of them where they share it. */
export function figureGrid(figures: readonly Figure[]): Html | false {
  if (figures.length === 0) {
    return false;
  }
  const shared = new Set(figures.map(({ caption }) => caption)).size === 1;
  const rest = figures.slice(OPEN_FIGURES);
  const note = figures[0]?.caption;
  return html`${gridOf(figures.slice(0, OPEN_FIGURES), shared)}
  ${
    rest.length > 0 &&
    html`<details>
      <summary>${rest.length} more</summary>
      ${gridOf(rest, shared)}
    </details>`
  }
  ${shared && html`<p class="note">${note}</p>`}`;
}

function gridOf(figures: readonly Figure[], isShared: boolean): Html {
  return html`<div class="charts">
    ${figures.map(
      (figure) =>
        html`<figure id="${figure.id}">
          <figcaption><b>${figure.title}</b></figcaption>
          ${inlineSvg(figure.drawing)} ${!isShared && html`<p class="note">${figure.caption}</p>`}
        </figure>`,
    )}
  </div>`;
}
