/** What a plan refers to beyond the experiment itself: resolved sources, the environment, the spec's text. */
import { OminusError } from '../errors.js';
import { aboutRun, type AboutRun } from './about.js';
import type { AdapterRef, ModelRef } from '../source-ref.js';
import type { InferenceEnvironment } from './key-facts.js';
import type { PromptRules } from './prompt-rules.js';
import type { Plan } from './types.js';

/** What the names of an experiment stand for, resolved and digested, and where it runs. */
export interface PlanSources extends AboutRun {
  readonly base: ModelRef | undefined;
  /** Tokens that the base model knows, where anything is evaluated on it. */
  readonly vocabulary?: number;
  /** By name. */
  readonly adapters: ReadonlyMap<string, AdapterRef>;
  /** Whatever changes the bits of inference: device, runtime version. */
  readonly environment: InferenceEnvironment;
  /** How the base model's prompts and answers come about; absent where its digest says it all. */
  readonly prompt?: PromptRules;
  readonly warnings: readonly string[];
  /** The spec's text, for reports. */
  readonly specText: string;
}

/** Sources of a plan, as they were when it was made. */
export function sourcesOf(plan: Plan): PlanSources {
  const { base, vocabulary, adapters, environment, prompt, warnings, specText } = plan;
  return {
    base,
    ...(vocabulary === undefined ? {} : { vocabulary }),
    adapters: new Map(adapters.map((adapter) => [adapter.name, adapter])),
    environment,
    ...(prompt === undefined ? {} : { prompt }),
    warnings,
    specText,
    ...aboutRun(plan),
  };
}

/**
 * What must be there because the spec was validated and its sources were resolved.
 *
 * @throws OminusError `INTERNAL` when it is not
 */
export function need<T>(value: T | undefined, what: string): T {
  if (value === undefined) {
    throw new OminusError('INTERNAL', { message: `the planner was not given: ${what}` });
  }
  return value;
}
