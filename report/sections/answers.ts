/** Questions with their answers: the first one large. */
import { html, type Html } from '../html/html.js';
import type { Answer } from '../words/study.js';

/** The answers that open a study or a sweep; the section's heading is the first question. */
export function answersBlock(answers: readonly Answer[]): Html {
  const [first, ...others] = answers;
  return html`<p class="lead">${first?.answer.join(' ')}</p>
    <div class="answers-list">
      ${others.map(
        ({ question, answer }) =>
          html`<div>
            <h3>${question}</h3>
            ${
              answer.length > 1
                ? html`<ul>
                    ${answer.map((line) => html`<li>${line}</li>`)}
                  </ul>`
                : html`<p>${answer[0]}</p>`
            }
          </div>`,
      )}
    </div>`;
}
