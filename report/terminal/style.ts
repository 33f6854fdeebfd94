/** How text is drawn on a stream. */
import picocolors from 'picocolors';
import type { Verdict } from '../reading/scoreboard.js';

/** Colour functions; plain text where colour is off. */
export type Colors = ReturnType<typeof picocolors.createColors>;

/** What a stream can show. */
export interface Style {
  readonly color: boolean;
  /** Columns. */
  readonly width: number;
}

/** Colour functions of a style. */
export function colorsOf(style: { readonly color: boolean }): Colors {
  return picocolors.createColors(style.color);
}

/** Text in the colour of a verdict. */
export function paint(verdict: Verdict | undefined, text: string, colors: Colors): string {
  return verdict === 'better' ? colors.green(text) : verdict === 'worse' ? colors.red(text) : text;
}
