/** Questions with their answers: the first one large. */
import { html, type Html } from '../html.js';
import type { Answer } from '../study-summary.js';

/** The answers that open a study or a sweep. */
export function answersBlock(answers: readonly Answer[]): Html {
  return html`<div class="answers-list">
    ${answers.map(
      ({ question, answer }, place) =>
        html`<div>
          <h3>${question}</h3>
          <p class="${place === 0 ? 'lead' : ''}">${answer}</p>
        </div>`,
    )}
  </div>`;
}
