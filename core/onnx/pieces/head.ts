/** From the last hidden rows to log-probabilities: only requested rows are multiplied with the vocabulary. */
import { OminusError } from '../../errors.js';
import type { Head, Norm } from '../decoder/decoder.js';
import { INPUT, OUTPUT } from '../decoder/names.js';
import type { Scope } from '../decoder/scope.js';
import { linear, type Linear } from './linear.js';

/** What a head is made of. */
export interface HeadSettings {
  /** Norm of the last rows; undefined where they have been normalized, or are not. */
  readonly norm: Norm | undefined;
  /** Takes the hidden size to the width of the embedding, where the two differ. */
  readonly outOf?: Linear;
  /** Default: the hidden size. */
  readonly width?: number;
  /** Path of the module, e.g. `lm_head`, also where its weight is the embedding's. */
  readonly module: string;
  /** Its name in checkpoints, where they call it otherwise than adapters do; both are found. */
  readonly storedAs?: string;
  /** Name of the embedding's tensor, which is the head's weight where the two are tied. */
  readonly embedding: string;
  readonly tied: boolean;
}

/**
 * Outputs `logits` `[rows, vocab]`, `target_log_probs` `[rows]` (nats) and `argmax` `[rows]` for the flat row numbers
 * (batch · seq) in `logit_rows`. LogSoftmax rather than logits − ReduceLogSumExp, which loses 28 times more to rounding. LoRA on the
 * head changes the logits alone, as in peft, also where its weight is the embedding's.
 */
export const vocabularyHead =
  (settings: HeadSettings): Head =>
  (scope, x) => {
    const { g, sizes } = scope;
    const { norm, outOf, width = sizes.hiddenSize, module } = settings;
    const wanted = g.input(INPUT.logitRows, 'int64', ['rows']);
    const targets = g.input(INPUT.targets, 'int64', ['rows']);
    const picked = g.op('Gather', [x, wanted]);
    const normed = norm?.(scope, picked) ?? picked;
    const rows = outOf === undefined ? normed : linear(scope, normed, outOf, { in: sizes.hiddenSize, out: width });
    const head = { module, bias: false, weight: weightName(scope, settings) };
    const logits = linear(scope, rows, head, { in: width, out: sizes.vocabSize });
    const column = g.unsqueeze(targets, 1);
    const logProbs = g.op('LogSoftmax', [logits], { axis: { int: 1 } });
    const chosen = g.op('Squeeze', [g.op('GatherElements', [logProbs, column], { axis: { int: 1 } }), g.ints([1])]);
    const best = g.op('ArgMax', [logits], { axis: { int: 1 }, keepdims: { int: 0 } });
    g.output(OUTPUT.logits, logits, 'float32', ['rows', sizes.vocabSize]);
    g.output(OUTPUT.logProbs, chosen, 'float32', ['rows']);
    g.output(OUTPUT.argmax, best, 'int64', ['rows']);
  };

/** As transformers: a stored head wins even where the configuration says tied (equal weights, or the file is right). */
function weightName({ g }: Scope, { module, storedAs = module, embedding, tied }: HeadSettings): string {
  const names = [storedAs, module].map((name) => `${name}.weight`);
  const [own = '', other = ''] = names;
  const stored = names.find((name) => g.has(name));
  if (stored !== undefined) {
    return stored;
  }
  if (tied) {
    return embedding;
  }
  throw new OminusError('MODEL_INVALID', {
    message: `the checkpoint has no tensor [name=${own}]${own === other ? '' : ` or [name=${other}]`}, and config.json says [tie_word_embeddings=false]`,
    hint: 'Check that every shard of the checkpoint is there.',
  });
}
