/** Width of text in character cells, for terminals and for boxes that are drawn without measuring fonts. */
import stringWidth from 'string-width';

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Cells that a text takes in a terminal; wide characters take two, combining marks none, colours none. */
export function cells(text: string): number {
  return stringWidth(text);
}

/** The text, cut to at most `width` cells with `…` at its end where something was cut. Never cuts a grapheme. */
export function clip(text: string, width: number): string {
  if (cells(text) <= width) {
    return text;
  }
  let kept = '';
  let used = 0;
  for (const { segment } of segmenter.segment(text)) {
    const next = used + cells(segment);
    if (next > width - 1) {
      break;
    }
    kept += segment;
    used = next;
  }
  return width < 1 ? '' : `${kept}…`;
}

/** The text with blanks up to `width` cells. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const blanks = ' '.repeat(Math.max(0, width - cells(text)));
  return align === 'left' ? text + blanks : blanks + text;
}
