/** How runs are named on the command line: by the name of their spec, or by its file. */
import { readFile } from 'node:fs/promises';
import { nearest } from '../../core/diagnostic.js';
import { readSpec } from '../../core/spec/read-spec.js';

/**
 * The name of a run: a spec's file stands for the name in it; anything else is a name already.
 *
 * @param asked - what the user wrote; unchanged if it is not a spec file that can be read
 */
export async function runNameOf(asked: string): Promise<string> {
  if (!/\.ya?ml$/i.test(asked)) {
    return asked;
  }
  const text = await readFile(asked, 'utf8').catch(() => undefined);
  return (text === undefined ? undefined : readSpec(asked, text, { environment: process.env }).spec?.name) ?? asked;
}

/** Advice for a name that no run has: the nearest one, or else what lists them. */
export function adviseRunName(asked: string, known: Iterable<string>, otherwise: string): string {
  const near = nearest(asked, known);
  return near === undefined ? otherwise : `Did you mean ${near}?`;
}
