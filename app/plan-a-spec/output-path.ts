/** A spec is untrusted: it may name folders to write below the output root only. */
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { OminusError } from '../../core/errors.js';
import type { LoadedSpec } from './plan-problems.js';

/**
 * The absolute folder that an output of a spec means; paths are relative to the spec's folder.
 *
 * @param what - whose output it is, for messages
 * @param outputRoot - the current folder by default
 * @throws OminusError `OUTPUT_FORBIDDEN` when it is outside
 */
export function outputPath(
  { file }: Pick<LoadedSpec, 'file'>,
  output: { readonly what: string; readonly path: string },
  outputRoot: string | undefined,
): string {
  const root = resolve(outputRoot ?? '.');
  const target = resolve(dirname(resolve(file)), output.path);
  const inside = relative(root, target);
  if (inside === '' || inside.startsWith('..') || isAbsolute(inside)) {
    throw new OminusError('OUTPUT_FORBIDDEN', {
      message: `the output of ${output.what} is outside the output root [path=${target}, root=${root}]`,
      hint: 'Write below the current folder, or allow another one with --output-root DIR.',
    });
  }
  return target;
}
