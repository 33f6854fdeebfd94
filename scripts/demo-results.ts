/**
 * What ominus measured on the demo: docs/figures/lambda-table.json. The table of demo/README.md and the README's
 * figure are made from it.
 * Made by: ominus run specs/lambda-table.yaml --json > docs/figures/lambda-table.json
 */
import { readFileSync } from 'node:fs';

/** One measured number. */
export interface Measured {
  readonly value: number;
  readonly stderr: number | null;
  readonly n: number;
}

/** One row of the table. */
export interface MeasuredStep {
  readonly expression: string;
  readonly metrics: Readonly<Record<string, Measured>>;
}

interface Stored {
  readonly steps: Readonly<Record<string, MeasuredStep>>;
}

const stored = JSON.parse(
  readFileSync(new URL('../docs/figures/lambda-table.json', import.meta.url), 'utf8'),
) as Stored;

/** The measured steps by name. */
export const DEMO_STEPS: ReadonlyMap<string, MeasuredStep> = new Map(Object.entries(stored.steps));

/** One number, in the metric's own unit. */
export function measured(step: string, metric: string): number {
  const found = DEMO_STEPS.get(step)?.metrics[metric];
  if (found === undefined) {
    throw new Error(`docs/figures/lambda-table.json has no ${metric} of ${step}`);
  }
  return found.value;
}
