/** Questions and answers on a terminal. */
import type { Answer } from '../../report/words/study.js';
import { visibleLine } from '../../report/words/visible-text.js';
import type { Colors, Style } from './style.js';
import { wrapText } from './table.js';

/** Every question in bold, its answer below, indented. */
export function renderAnswers(answers: readonly Answer[], style: Style, colors: Colors): readonly string[] {
  return answers.flatMap(({ question, answer }) => [
    colors.bold(question),
    ...answer.flatMap((line) => wrapText(`${answer.length > 1 ? '• ' : ''}${visibleLine(line)}`, style.width, '  ')),
  ]);
}
