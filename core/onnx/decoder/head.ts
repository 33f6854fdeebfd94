/** From the last hidden rows to log-probabilities: only the rows somebody asks for go through the vocabulary. */
import { OminusError } from '../../errors.js';
import type { Value } from '../graph-builder.js';
import type { Scope } from './scope.js';
import { INPUT, OUTPUT } from './frame.js';
import { linear, rmsNorm } from './linear.js';

/** Name of the token embedding, which serves as head too when the two are tied. */
export const EMBEDDING = 'model.embed_tokens.weight';
/** The module of the head, also where its weight is the embedding's. */
const HEAD = 'lm_head';

/**
 * Outputs `logits` `[rows, vocab]`, `target_log_probs` `[rows]` (nats) and `argmax` `[rows]` for the flat row numbers
 * (batch · seq) in `logit_rows`. LogSoftmax rather than logits − ReduceLogSumExp, which loses 28 times more to rounding. LoRA on the
 * head changes the logits alone, as in peft, also where its weight is the embedding's.
 */
export function vocabularyHead(scope: Scope, x: Value): void {
  const { g, config } = scope;
  const wanted = g.input(INPUT.logitRows, 'int64', ['rows']);
  const targets = g.input(INPUT.targets, 'int64', ['rows']);
  const rows = rmsNorm(scope, g.op('Gather', [x, wanted]), 'model.norm');
  const shape = { in: config.hiddenSize, out: config.vocabSize };
  const logits = linear(scope, rows, HEAD, shape, false, weightName(scope));
  const column = g.op('Unsqueeze', [targets, g.ints([1])]);
  const logProbs = g.op('LogSoftmax', [logits], { axis: { int: 1 } });
  const chosen = g.op('Squeeze', [g.op('GatherElements', [logProbs, column], { axis: { int: 1 } }), g.ints([1])]);
  const best = g.op('ArgMax', [logits], { axis: { int: 1 }, keepdims: { int: 0 } });
  g.output(OUTPUT.logits, logits, 'float32', ['rows', config.vocabSize]);
  g.output(OUTPUT.logProbs, chosen, 'float32', ['rows']);
  g.output(OUTPUT.argmax, best, 'int64', ['rows']);
}

/** As transformers: a stored head wins even where the configuration says tied (equal weights, or the file is right). */
function weightName({ g, config }: Scope): string {
  const own = `${HEAD}.weight`;
  if (g.has(own)) {
    return own;
  }
  if (config.tiedEmbeddings) {
    return EMBEDDING;
  }
  throw new OminusError('MODEL_INVALID', {
    message: `the checkpoint has no tensor [name=${own}], and config.json says [tie_word_embeddings=false]`,
    hint: 'Check that every shard of the checkpoint is there.',
  });
}
