/** What a benchmark is: which responses it needs from a model, and how it scores them. */
import type { TSchema } from 'typebox';
import type { Digest, Json } from '../digest.js';
import type { AnyTaskReader, ExampleReader, SourceTexts } from './readers/reader.js';
import type { ResponseTask } from './tasks.js';

/** Log-probabilities (nats) of one continuation. */
export interface ChoiceScore {
  readonly tokens: readonly number[];
  /** Sum over the continuation's tokens, added in float64. */
  readonly logProb: number;
  /** Whether every token is the model's argmax. */
  readonly isGreedy: boolean;
}

/** What a model answered. `promptDigest` is over the prompt's token ids. */
export type ModelResponse =
  | {
      readonly kind: 'choices';
      readonly id: string;
      readonly promptDigest: Digest;
      readonly contextTokens: number;
      readonly choices: readonly ChoiceScore[];
      /** Longer than the context: not scored, counted, warned about; `choices` is empty. */
      readonly tooLong: boolean;
    }
  | {
      readonly kind: 'answer';
      readonly id: string;
      readonly promptDigest: Digest;
      readonly promptTokens: number;
      /** Generated ids without the end token. */
      readonly tokens: readonly number[];
      readonly text: string;
      /** Whether the end token came within the limit. */
      readonly finished: boolean;
      readonly tooLong: boolean;
    }
  | {
      readonly kind: 'block';
      readonly id: string;
      readonly promptDigest: Digest;
      readonly tokens: number;
      /** Sum of token losses in nats. */
      readonly lossNats: number;
      /** Tokens where the argmax is right. */
      readonly correct: number;
      /** Tokens after the last whole block, which are not scored; on the last block only. */
      readonly remainderTokens?: number;
    };

/** One metric of a benchmark. */
export interface MetricDefinition {
  readonly name: string;
  readonly title: string;
  readonly higherIsBetter: boolean;
  /** `accuracy`: 0 or 1 per example (McNemar); `mean`: any number per example; `ratio`: exp or ratio of weighted sums over blocks. */
  readonly kind: 'accuracy' | 'mean' | 'ratio' | 'perplexity';
  /** How it is shown: a share as per cent, or a plain number. */
  readonly unit: 'share' | 'number';
  /** Shown beside the others but no goal of its own (share of empty answers, …). */
  readonly auxiliary?: boolean;
  /** Of a metric over part of the examples: the metric that it is a part of. */
  readonly partOf?: string;
}

/** Value with its standard error; `stderr` is null where it is not defined (n = 1, or no closed form). */
export interface MetricValue {
  readonly value: number | null;
  readonly stderr: number | null;
  readonly n: number;
}

/** One example of one benchmark, for paired comparisons and for reading. */
export interface ExampleResult {
  readonly id: string;
  readonly promptDigest: Digest;
  /**
   * Per metric; null where the example does not count (too long). For `ratio` and `perplexity`: the numerator's part. A metric
   * over part of the examples has no entry in the others.
   */
  readonly scores: Readonly<Record<string, number | null>>;
  /** Weight in `ratio` and `perplexity` metrics (tokens); 1 elsewhere. */
  readonly weight: number;
  /** What a reader wants to see: question, answer, choices with their log-probabilities, … */
  readonly detail: Readonly<Record<string, Json>>;
}

/** Result of a benchmark on one candidate. */
export interface BenchmarkResult {
  readonly benchmark: string;
  readonly resultVersion: number;
  readonly metrics: Readonly<Record<string, MetricValue>>;
  /** Metrics that follow from the data, in the order of `metrics`; absent where there are none. */
  readonly derived?: readonly MetricDefinition[];
  readonly examples: readonly ExampleResult[];
  readonly warnings: readonly string[];
}

/** What a text classifier says of a list of texts. */
export interface Classification {
  /** Of one label, per text. */
  readonly probabilities: readonly number[];
  /** How many texts were longer than `maxTokens` and were judged by their beginning. */
  readonly cutTexts: number;
  /** Most tokens that the classifier reads, its special ones among them. */
  readonly maxTokens: number;
}

/** What a benchmark is given to score. */
export interface ScoreInput {
  /** Validated against `parameters`. */
  readonly parameters: Readonly<Record<string, Json>>;
  readonly sources: SourceTexts;
  readonly responses: readonly ModelResponse[];
  /** Probability of the configured label, per text; only for benchmarks with `classifier: true`. */
  readonly classify: (texts: readonly string[]) => Promise<Classification>;
}

/** Parameters that are right one by one and do not go together. */
export interface ParameterConflict {
  /** The parameter that should be changed or left out. */
  readonly parameter: string;
  /** What does not go together, and what was given. */
  readonly message: string;
  readonly hint: string;
}

/** A benchmark: one file in core/evaluation/benchmarks and one line in its registry; made by `defineBenchmark`. */
export interface Benchmark {
  readonly name: string;
  readonly title: string;
  /** Raise when the same responses would give other numbers. */
  readonly resultVersion: number;
  /** TypeBox object schema of its parameters (additionalProperties false); every one has `data: string`. */
  readonly parameters: TSchema;
  /** Whether `parameters.classifier` (a folder) is needed. */
  readonly classifier: boolean;
  /** Whatever the data is; see `derivedMetrics`. */
  readonly metrics: readonly MetricDefinition[];
  /** Reads `data`. */
  readonly reader: AnyTaskReader;
  /** Readers of further sources, by the parameter that names the file. */
  readonly others: Readonly<Record<string, ExampleReader<unknown>>>;
  /** The first conflict of its parameters, if there is one; says nothing about parameters that are wrong by themselves. */
  conflict?(parameters: Readonly<Record<string, Json>>): ParameterConflict | undefined;
  /** @throws OminusError `SPEC_INVALID` when a parameter is wrong, or two do not go together */
  task(parameters: Readonly<Record<string, Json>>): ResponseTask;
  /** By what the parameters divide the examples (`category`): then there are metrics that only the data tells. */
  partedBy(parameters: Readonly<Record<string, Json>>): string | undefined;
  /**
   * Metrics that follow from the data; none where the parameters ask for none.
   *
   * @throws OminusError `DATA_INVALID` when the data does not have what they follow from
   */
  derivedMetrics(
    parameters: Readonly<Record<string, Json>>,
    sources: Pick<SourceTexts, 'data'>,
  ): readonly MetricDefinition[];
  score(input: ScoreInput): Promise<BenchmarkResult>;
}
