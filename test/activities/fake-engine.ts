/** An engine whose numbers follow from coefficients and tokens by a rule; it counts, and fails or waits when told to. */
import { encodeCoefficients } from '../../core/algebra/artifacts.js';
import { digestOf, digestOfJson, type Digest } from '../../core/digest.js';
import { OminusError, type ErrorCode } from '../../core/errors.js';
import { openAdapter } from '../../io/adapter/adapter-folder.js';
import { computeGram } from '../../io/adapter/compute-gram.js';
import type { Candidate, GeneratedRow, InferenceEngine, ModelInfo, ScoredRow } from '../../io/model/types.js';

export class FakeEngine implements InferenceEngine {
  readonly pid = undefined;
  /** Candidate of every batch, in order. */
  readonly batches: string[] = [];
  /** Sequences of every batch, in order. */
  readonly sizes: number[] = [];
  classified = 0;
  /** What it says of itself. */
  threads = 1;
  grams = 0;
  /** Dies, once, when so many batches were done. */
  diesAfter: number | undefined;
  /** With which code it dies. */
  diesOf: ErrorCode = 'INFERENCE_CRASHED';
  /** Told before every batch; may abort a signal. */
  onBatch: (count: number) => void = () => undefined;

  openModel(): Promise<ModelInfo> {
    return Promise.resolve({
      architecture: 'fake',
      vocabSize: 1000,
      contextLength: 256,
      multiplications: 0,
      device: 'cpu',
      runtimeVersion: 'fake',
      threads: this.threads,
      processor: 'abacus',
    });
  }

  score: InferenceEngine['score'] = async (candidate, rows, signal) => {
    await this.#begin(candidate, rows.length, signal);
    const content = contentOf(candidate);
    return rows.map(({ context, continuation }): ScoredRow => {
      const numbers = numbersFrom(content, [...context, ...continuation], continuation.length);
      return {
        logProbs: numbers.map((value) => -Math.fround(value / 64)),
        isArgmax: numbers.map((value) => value % 2 === 0),
      };
    });
  };

  generate: InferenceEngine['generate'] = async (candidate, prompts, { maxNewTokens }, signal) => {
    await this.#begin(candidate, prompts.length, signal);
    const content = contentOf(candidate);
    return prompts.map((prompt): GeneratedRow => ({
      tokens: numbersFrom(content, prompt, Math.min(4, maxNewTokens)).map((value) => 20 + value),
      finished: true,
    }));
  };

  probe: InferenceEngine['probe'] = () => Promise.resolve();

  classify: InferenceEngine['classify'] = (_classifier, texts) => {
    this.classified += texts.length;
    const probabilities = texts.map((text) => (text.length % 10) / 10);
    return Promise.resolve({ probabilities, cutTexts: 0, maxTokens: 128 });
  };

  gram: InferenceEngine['gram'] = async (adapters, semantics, signal, onProgress) => {
    this.grams++;
    const opened = await Promise.all(adapters.map(({ folder }) => openAdapter(folder)));
    const options = { semantics, ...(signal && { signal }), ...(onProgress && { onProgress }) };
    const gram = await computeGram(opened, options);
    await Promise.all(opened.map((adapter) => adapter.close()));
    return gram;
  };

  times(): Promise<{ sessionRunMs: number }> {
    return Promise.resolve({ sessionRunMs: 0 });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** A real engine answers after a while, so that signals and timers get their turn. */
  async #begin(candidate: Candidate, rows: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.diesAfter === this.batches.length) {
      this.diesAfter = undefined;
      throw new OminusError(this.diesOf, { message: 'the inference process ended [signal SIGKILL]' });
    }
    this.batches.push(candidate.id);
    this.sizes.push(rows);
    this.onBatch(this.batches.length);
    await new Promise(setImmediate);
    if (signal?.aborted === true) {
      throw new OminusError('CANCELLED', { message: 'the call was cancelled' });
    }
  }
}

/** What a candidate is, whatever it is called: keys may change while results must not. */
function contentOf({ coefficients, writtenAs }: Candidate): Digest {
  const exact = coefficients === undefined ? digestOf('zero') : digestOf(encodeCoefficients(coefficients));
  return writtenAs === undefined ? exact : digestOfJson({ exact, writtenAs });
}

/** So many numbers below 256 that depend on everything given. */
function numbersFrom(content: Digest, tokens: readonly number[], count: number): number[] {
  const hex = digestOfJson({ content, tokens }).slice(7);
  return Array.from({ length: count }, (_, i) => {
    const start = 2 * (i % 32);
    return parseInt(hex.slice(start, start + 2), 16);
  });
}
