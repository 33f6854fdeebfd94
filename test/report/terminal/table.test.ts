import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawBar } from '../../../report/terminal/bar.js';
import { renderFoldedTable, renderTable, wrapText } from '../../../report/terminal/table.js';
import { cells } from '../../../report/words/text-width.js';
import { visibleLine } from '../../../report/words/visible-text.js';

const LEFT = { title: 'step', align: 'left' } as const;
const RIGHT = { title: 'value', align: 'right' } as const;

describe('renderTable', () => {
  it('aligns wide, combining and coloured cells', () => {
    const lines = renderTable(
      [LEFT, RIGHT],
      [
        ['漢字', '1.0'],
        ['tox⁻', '\u001b[32m10.25\u001b[39m'],
        ['e\u0301', '–'],
      ],
    );
    expect(lines.map((line) => line.replaceAll('\u001b[32m', '').replaceAll('\u001b[39m', ''))).toEqual([
      'step  value',
      '────  ─────',
      '漢字    1.0',
      'tox⁻  10.25',
      'e\u0301         –',
    ]);
    expect(new Set(lines.map(cells))).toEqual(new Set([11]));
  });

  it('ends the last right-aligned column in the same cell on every line, whatever the names', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 12 }).map(visibleLine), { minLength: 1, maxLength: 5 }),
        (names) => {
          const lines = renderTable(
            [LEFT, RIGHT],
            names.map((name, place) => [name, `${place}`]),
          );
          expect(new Set(lines.map(cells)).size).toBe(1);
        },
      ),
    );
  });
});

describe('renderFoldedTable', () => {
  it('keeps every cell and every line within the width, with the first column again', () => {
    const columns = [
      LEFT,
      ...Array.from({ length: 6 }, (_, place) => ({ title: `metric-${place}`, align: 'right' as const })),
    ];
    const row = ['both', ...Array.from({ length: 6 }, (_, place) => `${place}${place}.5`)];
    for (const width of [20, 30, 45, 200]) {
      const lines = renderFoldedTable(columns, [row], width);
      const text = lines.join('\n');
      expect(row.slice(1).every((cell) => text.includes(cell))).toBe(true);
      expect(Math.max(...lines.map(cells))).toBeLessThanOrEqual(width);
      expect(text.match(/both/g)).toHaveLength(width === 20 ? 6 : width === 30 ? 3 : width === 45 ? 2 : 1);
    }
  });

  it('keeps the columns of a group in one table where they fit, and breaks a larger group where it must', () => {
    const column = (title: string, group: string) => ({ title, group, align: 'right' as const });
    const titles = (width: number, ...columns: readonly ReturnType<typeof column>[]) =>
      renderFoldedTable([LEFT, ...columns], [], width).filter((line) => line.startsWith('step'));
    const columns = [column('aaaa', 'a'), column('b-one', 'b'), column('b-two', 'b'), column('cc', 'c')];
    expect(titles(20, ...columns)).toEqual(['step  aaaa', 'step  b-one  b-two', 'step  cc']);
    expect(titles(24, ...columns)).toEqual(['step  aaaa  b-one  b-two', 'step  cc']);
    expect(titles(17, ...columns)).toEqual(['step  aaaa  b-one', 'step  b-two  cc']);
  });
});

describe('wrapText', () => {
  it('breaks at blanks only and loses no word', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z漢]{1,12}$/), { minLength: 1 }),
        fc.integer({ min: 4, max: 40 }),
        (words, width) => {
          const lines = wrapText(words.join(' '), width);
          expect(lines.join(' ').split(' ')).toEqual(words);
          expect(lines.every((line) => cells(line) <= width || !line.includes(' '))).toBe(true);
        },
      ),
    );
  });
});

describe('drawBar', () => {
  it('is exact to an eighth of a cell, always as wide as asked, and marks the baseline', () => {
    expect([0, 1 / 32, 0.5, 1, 7, -1].map((share) => drawBar(share, 4))).toEqual([
      '    ',
      '▏   ',
      '██  ',
      '████',
      '████',
      '    ',
    ]);
    expect(drawBar(0.25, 4, 0.75)).toBe('█ │ ');
    expect(drawBar(1, 4, 0.5)).toBe('█│██');
    fc.assert(
      fc.property(
        fc.double({ noNaN: true }),
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (share, width, mark) => {
          expect(cells(drawBar(share, width, mark))).toBe(width);
        },
      ),
    );
  });
});
