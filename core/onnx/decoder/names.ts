/** Names of the inputs and outputs that decoders share; those of a piece alone are named in its file. */
import type { KeyValue } from './scope.js';

export const INPUT = {
  ids: 'input_ids',
  positions: 'position_ids',
  mask: 'attention_mask',
  pastRows: 'past_rows',
  logitRows: 'logit_rows',
  targets: 'target_ids',
} as const;
export const OUTPUT = { logits: 'logits', logProbs: 'target_log_probs', argmax: 'argmax' } as const;
export const pastName = (layer: number, part: keyof KeyValue): string => `past.${String(layer)}.${part}`;
export const presentName = (layer: number, part: keyof KeyValue): string => `present.${String(layer)}.${part}`;
