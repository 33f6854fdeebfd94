/** `--threads`: a number that is refused where it was written, not by what would start the threads. */
import { OminusError } from '../core/errors.js';

/**
 * A reader of the option, for commander.
 *
 * @param most - the largest number that makes sense for what the threads do
 */
export function threadCount(most: number): (text: string) => number {
  return (text) => {
    const count = /^\d{1,4}$/.test(text) ? Number(text) : 0;
    if (count < 1 || count > most) {
      throw new OminusError('USAGE', {
        message: `--threads is "${text}", expected a whole number from 1 to ${String(most)}`,
        hint: 'Write --threads 2.',
      });
    }
    return count;
  };
}
