/** The blocks that a report's document is made of. Every form has one renderer for them. */
import type { Figure } from '../figures/kit/figure.js';
import type { Reading, ReportedMetric } from '../reading/scoreboard.js';
import type { ReportedNode } from '../types.js';
import type { Answer } from '../words/study.js';
import type { Table } from './table.js';
import type { Form, Words } from './words.js';

/** What every block may say of itself. */
interface BlockBase {
  /** The forms that have it; absent: all that can show its kind. */
  readonly forms?: readonly Form[];
}

/** Blocks in a box of their own. */
interface Box {
  readonly blocks: Blocks;
  /** Name of the page's text filter over its rows; absent: no filter. */
  readonly filter?: string;
}

/** A quoted answer with its scores. */
export interface Quote {
  readonly heading: Words;
  readonly text: string | null;
  readonly scores: readonly string[];
  readonly isBaseline: boolean;
}

/** One list of a card. */
export interface CardList {
  readonly title: string;
  readonly look: 'better' | 'worse' | 'unclear';
  readonly items: readonly string[];
}

/** The bars of one metric, in the order of the candidates. */
export interface MetricBars {
  readonly title: string;
  readonly metric: ReportedMetric;
  readonly readings: readonly Reading[];
}

/** A block. Markdown and terminals leave out the kinds that only a page can show. */
export type Block = BlockBase &
  (
    | Table
    | { readonly kind: 'heading'; readonly level: 2 | 3 | 4; readonly words: Words }
    | { readonly kind: 'text'; readonly words: Words; readonly look?: 'lead' | 'note' | 'muted' }
    | { readonly kind: 'list'; readonly items: readonly Words[] }
    | { readonly kind: 'answers'; readonly answers: readonly Answer[] }
    | { readonly kind: 'warnings'; readonly title?: string; readonly warnings: readonly string[] }
    /** Failures, a line each; the rest only counted. */
    | { readonly kind: 'failures'; readonly lines: readonly string[]; readonly more: number }
    /** Bars of text: for terminals. */
    | {
        readonly kind: 'bars';
        readonly title: string;
        readonly baseline: string;
        readonly metrics: readonly MetricBars[];
      }
    // what only the page has
    | {
        readonly kind: 'figures';
        readonly title?: string;
        readonly draw: () => readonly Figure[];
        /** How many are open at once. */
        readonly open?: number;
        /** The caption is beside the title, and notes are left to the text. */
        readonly isBrief?: boolean;
      }
    | { readonly kind: 'chain'; readonly nodes: readonly ReportedNode[] }
    | (Box & { readonly kind: 'fold'; readonly summary: Words; readonly isOpen?: boolean })
    | (Box & { readonly kind: 'group'; readonly look?: string })
    | {
        readonly kind: 'card';
        readonly title: string;
        readonly expression: string;
        readonly lists: readonly CardList[];
        readonly alarm?: string;
      }
    | {
        readonly kind: 'quotes';
        readonly look: 'sample' | 'flip';
        readonly heading?: Words;
        readonly prompt: Words;
        readonly quotes: readonly Quote[];
      }
    | { readonly kind: 'facts'; readonly entries: readonly (readonly [name: string, value: Words])[] }
    | { readonly kind: 'source'; readonly text: string }
  );

/** Blocks one after the other; `false` for one that is not needed. */
export type Blocks = readonly (Block | false)[];

/** The blocks that a form has. */
export function blocksFor(form: Form, blocks: Blocks): readonly Block[] {
  return blocks.filter((block): block is Block => block !== false && (block.forms?.includes(form) ?? true));
}

/** A paragraph below what it explains. */
export function note(words: Words, forms?: readonly Form[]): Block {
  return { kind: 'text', look: 'note', words, ...(forms === undefined ? {} : { forms }) };
}
