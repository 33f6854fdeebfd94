/** Checks of token rows before they reach the graph, which would only say "out of bounds". */
import { OminusError } from '../../core/errors.js';
import type { DecoderConfig } from '../../core/onnx/decoder/config.js';

/**
 * Checks one row.
 *
 * @param extra - positions that will follow the row's tokens
 * @throws OminusError `DATA_INVALID` when it is empty, longer than the context, or has a token beyond the vocabulary
 */
export function checkTokens(
  config: Pick<DecoderConfig, 'vocabSize' | 'contextLength'>,
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
  if (tokens.length + extra > config.contextLength) {
    throw new OminusError('DATA_INVALID', {
      message: `row ${String(place)} of the batch has ${String(tokens.length + extra)} tokens, the model's context ${String(config.contextLength)}`,
      hint: 'Leave out the example, or use a model with a longer context.',
    });
  }
  const stranger = tokens.find((token) => !Number.isInteger(token) || token < 0 || token >= config.vocabSize);
  if (stranger !== undefined) {
    throw new OminusError('DATA_INVALID', {
      message: `row ${String(place)} of the batch has [token=${String(stranger)}], the model's vocabulary ${String(config.vocabSize)} tokens`,
      hint: 'Use the tokenizer that belongs to the model.',
    });
  }
}
