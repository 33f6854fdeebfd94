/** Random numbers that are functions of a name: no state, so any one of them can be had without those before it. */
import { createHash } from 'node:crypto';

/** Bytes of the hash that count; 48 bits are exact in float64. */
const BYTES = 6;

/**
 * A number in [0, 1), uniform over seeds and names: the first 48 bits of sha256 over the parts as JSON.
 *
 * @param purpose - keeps draws for different ends apart that share seed and index
 */
export function hashedUnit(purpose: string, ...parts: readonly (string | number)[]): number {
  const hash = createHash('sha256')
    .update(JSON.stringify([purpose, ...parts]))
    .digest();
  return hash.readUIntBE(0, BYTES) / 2 ** (8 * BYTES);
}
