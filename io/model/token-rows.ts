/** Checks of token rows before they reach the graph, which would only say "out of bounds". */
import { OminusError } from '../../core/errors.js';
import type { DecoderSizes } from '../../core/onnx/decoder/sizes.js';

/**
 * Checks one row.
 *
 * @param extra - positions that will follow the row's tokens
 * @throws OminusError `DATA_INVALID` when it is empty, longer than the context, or has a token beyond the vocabulary
 */
export function checkTokens(
  sizes: Pick<DecoderSizes, 'vocabSize' | 'contextLength'>,
  place: number,
  tokens: readonly number[],
  extra: number,
): void {
  if (tokens.length === 0) {
    throw new OminusError('DATA_INVALID', {
      message: `row ${String(place)} of the batch has no token before the first one to predict`,
      hint: 'Begin the row with the BOS or EOS token.',
    });
  }
  if (tokens.length + extra > sizes.contextLength) {
    throw new OminusError('DATA_INVALID', {
      message: `row ${String(place)} of the batch has ${String(tokens.length + extra)} tokens, but the model's context has ${String(sizes.contextLength)}`,
      hint: 'Leave out the example, or use a model with a longer context.',
    });
  }
  const stranger = tokens.find((token) => !Number.isInteger(token) || token < 0 || token >= sizes.vocabSize);
  if (stranger !== undefined) {
    throw new OminusError('DATA_INVALID', {
      message: `row ${String(place)} of the batch has [token=${String(stranger)}], but the model's vocabulary has ${String(sizes.vocabSize)} tokens`,
      hint: 'Use the tokenizer that belongs to the model.',
    });
  }
}
