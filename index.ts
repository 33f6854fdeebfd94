/** The programming interface: what the commands do, without a terminal. docs/api.md has examples. */
export { initSpec as init, type InitOptions } from './app/init/init-spec.js';
export {
  mergeExpression as merge,
  type MergedExpression,
  type MergeExpressionOptions,
} from './app/merge-expression.js';
export { planLocally as plan, type PlanLocallyOptions } from './app/plan-locally.js';
export { finishedRuns, findStoredRun as findRun, type StoredRun } from './app/runs/stored-run.js';
export { validate, type Validated } from './app/validate.js';
export { type Diagnostic, formatDiagnostic } from './core/diagnostic.js';
export { ERROR_CODES, type ErrorCode, OminusError } from './core/errors.js';
export type { Plan } from './core/plan/types.js';
export { type ReadOptions, readSpec } from './core/spec/read-spec.js';
export { type SpecKind, specJsonSchema } from './core/spec/schema.js';
export type { Spec, SpecResult } from './core/spec/types.js';
export { openArtifactStore as openStore } from './io/store/open.js';
export type { ArtifactStore } from './io/store/types.js';
export { type ResultsObject, resultsObject } from './report/json/results-object.js';
export { renderReport } from './report/html/page.js';
export type { RunReport } from './report/types.js';
