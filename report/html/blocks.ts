/** Blocks of a document as HTML. */
import { blocksFor, type Block, type Blocks } from '../document/blocks.js';
import { inlineSvg, type Figure } from '../figures/kit/figure.js';
import { drawGraph } from '../figures/chain/graph-svg.js';
import { element, html, type Html } from './html.js';
import { tableHtml } from './table.js';
import { wordsHtml } from './words.js';

/** Figures that are open at once; the others are one click away. */
const OPEN_FIGURES = 6;
/** Characters of a figure's numbers that the page carries; longer ones are left to `ominus report --figures`. */
const MOST_CSV = 20_000;

type BlockOf<K extends Block['kind']> = Extract<Block, { readonly kind: K }>;

/** Everything that the page has of these blocks. */
export function blocksHtml(blocks: Blocks): readonly Html[] {
  return blocksFor('page', blocks).map(blockHtml);
}

function blockHtml(block: Block): Html {
  switch (block.kind) {
    case 'table':
      return tableHtml(block);
    case 'heading':
      return element(`h${block.level}`, {}, wordsHtml(block.words));
    case 'text':
      return element('p', { class: block.look }, wordsHtml(block.words));
    case 'list':
      return listHtml(block.items.map(wordsHtml));
    case 'answers':
      return answersHtml(block);
    case 'warnings':
      return html`<aside class="warnings">
        <h3>⚠ ${block.title ?? 'Warnings'}</h3>
        ${listHtml(block.warnings.map((text) => html`${text}`))}
      </aside>`;
    case 'figures':
      return figuresHtml(block);
    case 'chain':
      return html`<div class="wide" tabindex="0">${drawGraph(block.nodes)}</div>`;
    case 'fold':
      return element(
        'details',
        { open: block.isOpen === true, 'data-filter': block.filter },
        html`<summary>${wordsHtml(block.summary)}</summary>`,
        blocksHtml(block.blocks),
      );
    case 'group':
      return element('div', { class: block.look, 'data-filter': block.filter }, blocksHtml(block.blocks));
    case 'card':
      return cardHtml(block);
    case 'quotes':
      return quotesHtml(block);
    case 'facts':
      return html`<dl>
        ${block.entries.map(
          ([name, words]) =>
            html`<dt>${name}</dt>
              <dd>${wordsHtml(words)}</dd>`,
        )}
      </dl>`;
    case 'source':
      return html`<pre class="spec"><code>${block.text}</code></pre>`;
    case 'bars':
    case 'failures':
      return html``;
  }
}

function listHtml(items: readonly Html[]): Html {
  return html`<ul>
    ${items.map((item) => html`<li>${item}</li>`)}
  </ul>`;
}

/** The first answer large: the section's heading is its question. */
function answersHtml({ answers: [first, ...others] }: BlockOf<'answers'>): Html {
  return html`<p class="lead">${first?.answer.join(' ')}</p>
    <div class="answers-list">
      ${others.map(({ question, answer }) => {
        const text = answer.length > 1 ? listHtml(answer.map((line) => html`${line}`)) : html`<p>${answer[0]}</p>`;
        return html`<div>
          <h3>${question}</h3>
          ${text}
        </div>`;
      })}
    </div>`;
}

/** Figures side by side; what holds for several of them is said once, below all. Nothing without figures. */
function figuresHtml({ title, draw, open = OPEN_FIGURES, isBrief = false }: BlockOf<'figures'>): Html {
  const figures = draw();
  const rest = isBrief ? [] : figures.slice(open);
  const notes = isBrief ? [] : [...new Set(figures.map(({ note }) => note))].filter((text) => text !== '');
  if (figures.length === 0) {
    return html``;
  }
  return html`${title !== undefined && html`<h3>${title}</h3>`}
  ${gridHtml(figures.slice(0, figures.length - rest.length), isBrief)}
  ${
    rest.length > 0 &&
    html`<details>
      <summary>${rest.length} more: ${rest.map((figure) => figure.title).join('; ')}</summary>
      ${gridHtml(rest, isBrief)}
    </details>`
  }
  ${notes.map((text) => html`<p class="note">${text}</p>`)}`;
}

function gridHtml(figures: readonly Figure[], isBrief: boolean): Html {
  return html`<div class="charts">
    ${figures.map(
      ({ id, title, caption, drawing, csv }) =>
        html`<figure id="${id}">
          <figcaption><b>${title}</b>${isBrief && html` <span class="muted">${caption}</span>`}</figcaption>
          ${inlineSvg(drawing)} ${!isBrief && caption !== '' && html`<p class="note">${caption}</p>`}
          <template>${csv.length <= MOST_CSV && csv}</template>
        </figure>`,
    )}
  </div>`;
}

function cardHtml({ title, expression, lists, alarm }: BlockOf<'card'>): Html {
  return html`<article class="card">
    <h3>${title}</h3>
    <p><code>${expression}</code></p>
    <div class="columns">
      ${lists.map(
        ({ title: heading, look, items }) =>
          html`<div class="${look}">
            <h4>${heading}</h4>
            ${items.length === 0 ? html`<p class="muted">nothing</p>` : listHtml(items.map((item) => html`${item}`))}
          </div>`,
      )}
    </div>
    ${alarm !== undefined && html`<p class="alarm"><b>Beware:</b> ${alarm}</p>`}
  </article>`;
}

function quotesHtml({ look, heading, prompt, quotes }: BlockOf<'quotes'>): Html {
  return html`<div class="${look}" ${look === 'flip' && html` data-row=""`}>
    ${heading !== undefined && html`<h4>${wordsHtml(heading)}</h4>`}
    <p class="text prompt">${wordsHtml(prompt)}</p>
    <div class="answers">
      ${quotes.map(
        ({ heading: name, text, scores, isBaseline }) =>
          html`<div class="answer${isBaseline && ' is-baseline'}">
            <h5>${wordsHtml(name)}</h5>
            ${text !== null && html`<p class="text">${text === '' ? html`<i class="muted">empty answer</i>` : text}</p>`}
            ${scores.length > 0 && html`<p class="scores">${scores.join(' · ')}</p>`}
          </div>`,
      )}
    </div>
  </div>`;
}
