/** How results are spoken of: what a benchmark's metrics are to show, and which differences do not matter. In no key of a result. */
import type { MetricDefinition } from './types.js';

/** What a benchmark measures: what is to be forgotten, or what is to be kept. */
export const ROLES = ['forget', 'keep'] as const;

/** One of them; a benchmark without a role is neutral. */
export type BenchmarkRole = (typeof ROLES)[number];

/** What a spec says of it. */
export interface Presentation {
  /** By label of benchmarks. */
  readonly roles: Readonly<Record<string, BenchmarkRole>>;
  /** By `label.metric`: the largest difference that does not matter, in the metric's own units (1 for 100 %); 0: every difference does. */
  readonly margins: Readonly<Record<string, number>>;
}

/**
 * Margins of metrics that the spec names none for: a point of a share, 0.05 of a perplexity; every difference of another number
 * matters.
 */
export const DEFAULT_MARGINS = { share: 0.01, perplexity: 0.05, number: 0 } as const;

/** The presentation of a spec; undefined where it says nothing. */
export function presentationOf(
  benchmarks: readonly { readonly label: string; readonly role?: BenchmarkRole }[],
  margins: Presentation['margins'],
): Presentation | undefined {
  const roles = Object.fromEntries(
    benchmarks.flatMap(({ label, role }) => (role === undefined ? [] : [[label, role]])),
  );
  return Object.keys(roles).length + Object.keys(margins).length === 0 ? undefined : { roles, margins };
}

/** The margin of a metric: as written, else its default. */
export function marginOf({ kind, unit }: Pick<MetricDefinition, 'kind' | 'unit'>, written: number | undefined): number {
  return written ?? DEFAULT_MARGINS[kind === 'perplexity' ? kind : unit];
}
