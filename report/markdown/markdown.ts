/** A report as Markdown: the table of a paper or a README, the pairs, and what the numbers say. */
import { blocksFor, type Block, type Blocks } from '../document/blocks.js';
import { documentOf, type PartName } from '../document/document.js';
import { tableFor, type Table } from '../document/table.js';
import { write, type Words, type Writer } from '../document/words.js';
import type { RunReport } from '../types.js';
import { visiblePart } from '../words/visible-text.js';

const OUTLINE: readonly PartName[] = [
  'partial',
  'findings',
  'metrics',
  'steps',
  'requestedPairs',
  'verdicts',
  'warnings',
  'prompts',
  'plan',
];

/** The whole report as GitHub-flavoured Markdown; everything that comes from the report is escaped. */
export function renderMarkdown(report: RunReport): string {
  const document = documentOf(report);
  const blocks = [`# ${escapeMarkdown(document.title)}`, ...blocksText(document.parts(...OUTLINE))];
  return `${blocks.join('\n\n')}\n`;
}

function blocksText(blocks: Blocks): readonly string[] {
  return blocksFor('markdown', blocks)
    .flatMap(blockText)
    .filter((text) => text !== '');
}

function blockText(block: Block): readonly string[] {
  switch (block.kind) {
    case 'table':
      return tableText(block);
    case 'heading':
      return [`## ${inMarkdown(block.words)}`];
    case 'text':
      return [inMarkdown(block.words)];
    case 'list':
      return [listText(block.items)];
    case 'answers':
      return block.answers.map(({ question, answer }) =>
        answer.length > 1 ? `**${question}**\n\n${listText(answer)}` : `**${question}** ${inMarkdown(answer)}`,
      );
    case 'warnings':
      return [`## ${block.title ?? 'Warnings'}`, listText(block.warnings)];
    case 'group':
      return blocksText(block.blocks);
    case 'bars':
    case 'failures':
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

function listText(items: readonly Words[]): string {
  return items.map((item) => `- ${inMarkdown(item)}`).join('\n');
}

/** The caption above it, then a table in GitHub's flavour. */
function tableText(table: Table): readonly string[] {
  const { columns, rows, left } = tableFor('markdown', table);
  const caption = [inMarkdown(table.caption ?? ''), left].filter((text) => text !== '').join(', ');
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    caption === '' ? '' : `**${caption}**`,
    [
      line(columns.map(({ title }) => inMarkdown(title))),
      line(columns.map(({ isNumber }) => (isNumber === true ? '---:' : '---'))),
      ...rows.map(({ cells }) => line(cells.map(({ words }) => inMarkdown(words).trim()))),
    ].join('\n'),
  ];
}

const WRITER: Writer<string> = {
  form: 'markdown',
  text: escapeMarkdown,
  mark: ({ mark }, inner) => (mark === 'digest' ? `\`${inner}\`` : inner),
  lineBreak: ' ',
  join: (parts) => parts.join(''),
};

/** One line of words. */
function inMarkdown(words: Words): string {
  return write(words, WRITER);
}

/** A part of a line in which no character means anything to Markdown or HTML. */
function escapeMarkdown(text: string): string {
  return visiblePart(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\`*_{}[\]#|~!>]/g, '\\$&');
}
