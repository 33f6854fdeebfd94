/** A spec is untrusted: it may name folders to write below an output root only. */
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { OminusError } from '../../core/errors.js';
import { realPathOf } from '../../io/adapter/output-place.js';
import { refused } from '../../io/files/refused.js';
import type { LoadedSpec } from './plan-problems.js';

/**
 * The absolute folder that an output of a spec means; paths are relative to the spec's folder. By default it may be below the
 * current folder or below the spec's own. Links in the first are its user's; those in the second may have come with the spec, so
 * none may lead out of it.
 *
 * @param what - whose output it is, for messages
 * @param outputRoot - the one root; undefined: the two
 * @throws OminusError `OUTPUT_FORBIDDEN` when it is outside
 */
export async function outputPath(
  { file }: Pick<LoadedSpec, 'file'>,
  output: { readonly what: string; readonly path: string },
  outputRoot: string | undefined,
): Promise<string> {
  const specFolder = dirname(resolve(file));
  const root = resolve(outputRoot ?? '.');
  const target = resolve(specFolder, output.path);
  if (isBelow(target, root)) {
    return target;
  }
  if (outputRoot !== undefined) {
    throw forbidden(output.what, `is outside the output root [path=${target}, root=${root}]`, target);
  }
  if (!isBelow(target, specFolder)) {
    const where = `is outside the output roots [path=${target}, roots=${root}, ${specFolder}]`;
    throw forbidden(output.what, where, target);
  }
  const [real, realFolder] = await Promise.all([target, specFolder].map(realPath));
  if (real === undefined || realFolder === undefined || !isBelow(real, realFolder)) {
    throw forbidden(
      output.what,
      `leaves the spec's folder by a link [path=${target}, real=${real ?? ''}]`,
      real ?? target,
    );
  }
  return target;
}

function isBelow(path: string, root: string): boolean {
  const inside = relative(root, path);
  return inside !== '' && !/^\.\.(?:[/\\]|$)/.test(inside) && !isAbsolute(inside);
}

async function realPath(path: string): Promise<string> {
  try {
    return await realPathOf(path);
  } catch (error) {
    throw refused(error, `cannot read the folder [path=${path}]`);
  }
}

function forbidden(what: string, where: string, allow: string): OminusError {
  return new OminusError('OUTPUT_FORBIDDEN', {
    message: `the output of ${what} ${where}`,
    hint: `Write below the current folder or the spec's, or allow it: --output-root ${shellWord(dirname(allow))}`,
  });
}

/** A path as one word of a POSIX shell. */
function shellWord(path: string): string {
  return /^[\p{L}\p{N}/._⁺⁻+-]+$/u.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
