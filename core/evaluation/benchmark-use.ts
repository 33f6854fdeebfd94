/** A benchmark as an experiment uses it: with its parameters, and the sources that these name. */
import type { Json } from '../digest.js';
import type { SourceRef } from '../source-ref.js';

/** One benchmark that candidates are evaluated with. Plain data. */
export interface BenchmarkUse {
  readonly benchmark: string;
  /** Unique within the experiment. */
  readonly label: string;
  /** Validated, defaults filled in; paths as the spec writes them. */
  readonly parameters: Readonly<Record<string, Json>>;
  readonly data: SourceRef;
  readonly classifier?: SourceRef;
}
