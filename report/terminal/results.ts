/** A report on a terminal: what `ominus run` prints at the end. */
import { blocksFor, type Block, type Blocks } from '../document/blocks.js';
import { documentOf, type PartName } from '../document/document.js';
import { tableFor, type Table } from '../document/table.js';
import { write, type Words } from '../document/words.js';
import type { RunReport } from '../types.js';
import { clip, pad } from '../words/text-width.js';
import { visiblePart } from '../words/visible-text.js';
import { barLines } from './bars.js';
import { colorsOf, paint, type Colors, type Style } from './style.js';
import { renderFoldedTable, wrapText } from './table.js';

/** Parts with a blank line between two groups; paragraphs within a group follow one another. */
const OUTLINE: readonly (readonly PartName[])[] = [
  ['partial'],
  ['findings'],
  ['metrics'],
  ['bars'],
  ['requestedPairs'],
  ['steps', 'verdicts'],
  ['prompts'],
  ['outputs'],
  ['warnings'],
];
/** Longest name in a heading, in cells. */
const NAME_CELLS = 40;

/** The results of a run as text for a terminal; no line break at the end. */
export function renderResults(report: RunReport, style: Style): string {
  const document = documentOf(report);
  const terminal = new Terminal(style);
  return OUTLINE.map((names) => terminal.sections(document.parts(...names)))
    .filter((text) => text !== '')
    .join('\n\n');
}

/** Writes blocks for one style. */
class Terminal {
  readonly #style: Style;
  readonly #colors: Colors;

  constructor(style: Style) {
    this.#style = style;
    this.#colors = colorsOf(style);
  }

  /** Blocks with a blank line between them; not between paragraphs. */
  sections(blocks: Blocks): string {
    let text = '';
    let wasProse = false;
    for (const block of blocksFor('terminal', blocks)) {
      const lines = this.#lines(block);
      const isProse = block.kind === 'text' || block.kind === 'list';
      if (lines.length > 0) {
        text += `${text === '' ? '' : wasProse && isProse ? '\n' : '\n\n'}${lines.join('\n')}`;
        wasProse = isProse;
      }
    }
    return text;
  }

  #lines(block: Block): readonly string[] {
    const colors = this.#colors;
    switch (block.kind) {
      case 'table':
        return this.#table(block);
      case 'heading':
        return [colors.bold(this.#words(block.words, NAME_CELLS))];
      case 'text': {
        const lines = this.#wrapped(block.words);
        return block.look === undefined ? lines : lines.map((line) => colors.dim(line));
      }
      case 'list':
        return block.items.flatMap((item) => this.#wrapped(['• ', item]));
      case 'answers':
        return block.answers.flatMap(({ question, answer }) => [
          colors.bold(question),
          ...answer.flatMap((line) => this.#wrapped([answer.length > 1 ? '• ' : '', line], '  ')),
        ]);
      case 'warnings':
        return block.warnings.flatMap((text) => this.#yellow([block.title === undefined ? 'warning: ' : '! ', text]));
      case 'failures':
        return [
          ...block.lines.flatMap((line) => this.#yellow(['failed: ', line])),
          ...(block.more > 0 ? [`… and ${String(block.more)} more`] : []),
        ];
      case 'bars':
        return barLines(block, this.#style, colors);
      case 'group':
        return blocksFor('terminal', block.blocks).flatMap((inner) => this.#lines(inner));
      case 'figures':
      case 'chain':
      case 'fold':
      case 'card':
      case 'quotes':
      case 'facts':
      case 'source':
        return [];
    }
  }

  #table(table: Table): readonly string[] {
    const { columns, rows, left } = tableFor('terminal', table);
    const caption = [this.#words(table.caption ?? ''), left].filter((text) => text !== '').join(', ');
    const shown = columns.map(({ title, isNumber, group, most }) => ({
      title: this.#words(title, most),
      align: isNumber === true ? ('right' as const) : ('left' as const),
      ...(group === undefined ? {} : { group }),
    }));
    const lines = rows.map(({ cells }) => cells.map(({ words }, place) => this.#words(words, columns[place]?.most)));
    return [
      ...(caption === '' ? [] : [this.#colors.bold(caption)]),
      ...renderFoldedTable(shown, lines, this.#style.width),
    ];
  }

  #wrapped(words: Words, indent = ''): readonly string[] {
    return wrapText(this.#words(words).trim(), this.#style.width, indent);
  }

  #yellow(words: Words): readonly string[] {
    return this.#wrapped(words).map((line) => this.#colors.yellow(line));
  }

  /** One line; every text in it is cut to `most` cells. */
  #words(words: Words, most = Number.POSITIVE_INFINITY): string {
    const colors = this.#colors;
    return write<string>(words, {
      form: 'terminal',
      text: (text) => clip(visiblePart(text), most),
      mark: ({ mark, verdict }, inner) => {
        switch (mark) {
          case 'muted':
            return inner === '' ? '' : colors.dim(inner);
          case 'good':
            return colors.green(inner);
          case 'bad':
            return colors.red(inner);
          case 'sign':
            return paint(verdict, pad(inner, 1), colors);
          default:
            return inner;
        }
      },
      lineBreak: ' ',
      join: (parts) => parts.join(''),
    });
  }
}
