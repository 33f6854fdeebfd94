import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { html, trusted } from '../../../report/html/html.js';
import { visibleLine, visibleText } from '../../../report/words/visible-text.js';
import { cells, clip, pad } from '../../../report/words/text-width.js';
import { readMarkup } from '../../support/well-formed.js';

describe('html', () => {
  it('gives back any visible text unchanged through content and through attributes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const { tags, texts } = readMarkup(html`<p title="${text}">|${text}</p>`.markup);
        expect(tags[0]?.attributes.get('title')).toBe(visibleText(text));
        expect(texts[0]?.text).toBe(`|${visibleText(text)}`);
      }),
    );
  });

  it('joins lists, keeps markup, and gives nothing for what is absent', () => {
    const items = ['<a>', 2, html`<b>${'&'}</b>`, null, undefined, false] as const;
    expect(html`[${items}]${trusted('<hr />')}`.markup).toBe('[&lt;a&gt;2<b>&amp;</b>]<hr />');
  });
});

describe('visibleText', () => {
  it('names what would hide, reorder or steer, and keeps breaks and joiners', () => {
    expect(visibleText('a\u202eb\u0000c\u001b[0m\ud800\u2028')).toBe('a⟨U+202E⟩b⟨U+0000⟩c⟨U+001B⟩[0m⟨U+D800⟩⟨U+2028⟩');
    expect(visibleText('a\r\nb\tc')).toBe('a\nb\tc');
    expect(visibleText('👩‍👩‍👧 نمی‌دانم')).toBe('👩‍👩‍👧 نمی‌دانم');
    expect(visibleLine(' a\n\n b\t')).toBe('a b');
  });
});

describe('clip and pad', () => {
  it('never gives more cells than asked for, and pads to exactly as many', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }).map(visibleLine), fc.integer({ min: 1, max: 20 }), (text, width) => {
        const cut = clip(text, width);
        expect(cells(cut)).toBeLessThanOrEqual(width);
        expect(cells(pad(cut, width))).toBe(width);
        if (cells(text) <= width) {
          expect(cut).toBe(text);
        }
      }),
    );
    expect(clip('漢字漢字', 5)).toBe('漢字…');
    expect(clip('漢字漢字', 4)).toBe('漢…');
    expect(pad('⊖', 3, 'right')).toBe('  ⊖');
  });
});
