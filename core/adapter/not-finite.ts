/** The error for an adapter's tensor with NaN or Infinity in it. */
import type { OminusError } from '../errors.js';
import type { NonFinite } from '../numeric/non-finite.js';
import type { TensorInfo } from '../safetensors/header.js';
import { adapterInvalid } from './config-fields.js';

/**
 * The error that names tensor, value and index.
 *
 * @param place - of the element, counted row-major from the tensor's beginning
 * @param of - what the tensor belongs to, where it is no LoRA factor
 */
export function notFinite(file: string, tensor: TensorInfo, { place, value }: NonFinite, of = ''): OminusError {
  const index: number[] = [];
  let rest = place;
  for (const dimension of tensor.shape.toReversed()) {
    index.unshift(rest % dimension);
    rest = Math.floor(rest / dimension);
  }
  return adapterInvalid(
    file,
    `tensor "${tensor.name}"${of} is ${String(value)} at [${index.join(', ')}]`,
    'Use a checkpoint from before training diverged.',
  );
}
