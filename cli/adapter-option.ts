/** `--adapter NAME=DIR`, as a reader for commander. */
import { OminusError } from '../core/errors.js';
import { isName, normaliseName, RESERVED_NAMES } from '../core/expression/names.js';

/**
 * Adds one.
 *
 * @throws OminusError `USAGE`
 */
export function addAdapter(text: string, previous: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const [, written = '', folder = ''] = /^([^=]*)=(.*)$/su.exec(text) ?? [];
  const name = normaliseName(written);
  if (folder === '' || !isName(name) || RESERVED_NAMES.includes(name)) {
    throw usage(
      `--adapter is "${text}", expected NAME=DIR`,
      'Begin the name with a letter, as in expert=adapters/expert.',
    );
  }
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(folder)) {
    throw usage(
      `--adapter ${name} is ${folder}, expected a folder on this machine`,
      'Download it first; only specs take hf:// and s3:// (ominus run, with the expression as its chain).',
    );
  }
  if (previous.has(name)) {
    throw usage(`--adapter names "${name}" twice`, 'Give every adapter its own name.');
  }
  return new Map([...previous, [name, folder]]);
}

function usage(message: string, hint: string): OminusError {
  return new OminusError('USAGE', { message, hint });
}
