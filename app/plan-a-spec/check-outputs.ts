/** What would go wrong with outputs when they are written, found before anything is computed. */
import { isAbsolute } from 'node:path';
import type { Span } from '../../core/diagnostic.js';
import type { Digest } from '../../core/digest.js';
import { OminusError } from '../../core/errors.js';
import type { PlanSources } from '../../core/plan/plan-sources.js';
import { checkOutputFolder } from '../../io/adapter/adapter-output.js';
import { overlap, realPathOf } from '../../io/adapter/output-place.js';
import { refused } from '../../io/files/refused.js';
import { type LoadedSpec, PlanProblems } from './plan-problems.js';

/** A folder that a spec reads or writes. */
interface SpecFolder {
  /** For messages: `the output of both`. */
  readonly what: string;
  readonly path: string;
  readonly span: Span;
}

/** A folder that a spec writes. */
export interface OutputToCheck extends SpecFolder {
  /** Of the node that writes it; undefined while it is not known which result that will be. */
  readonly key: Digest | undefined;
}

/**
 * Checks where outputs will be. They must be folders of their own, whatever their spelling and the links on the way: one in
 * another would go when that is replaced. None may take the place of an input, or of what ominus did not write.
 *
 * @returns warnings: what may turn out to be in the way
 * @throws OminusError `OUTPUT_FORBIDDEN`, `OUTPUT_EXISTS`, `SYSTEM_REFUSED`; each names its place in the spec
 */
export async function checkOutputs(
  loaded: LoadedSpec,
  sources: Pick<PlanSources, 'base' | 'adapters'>,
  outputs: readonly OutputToCheck[],
): Promise<readonly string[]> {
  const problems = new PlanProblems(loaded);
  const inputs: RealFolder[] = [];
  for (const folder of outputs.length === 0 ? [] : inputFolders(loaded, sources)) {
    const here = await problems.attempt(folder.span, () => realFolder(folder));
    inputs.push(...(here === undefined ? [] : [here]));
  }
  const taken: RealFolder[] = [];
  const warnings: string[] = [];
  for (const output of outputs) {
    await problems.attempt(output.span, async () => {
      const here = await realFolder(output);
      const other = inputs.find(({ real }) => real === here.real) ?? taken.find(({ real }) => overlap(real, here.real));
      if (other !== undefined) {
        throw clash(loaded, here, other);
      }
      taken.push(here);
      const foreign = await checkOutputFolder(output.path, output.key);
      if (foreign.length > 0 && output.key === undefined) {
        const names = foreign.map((name) => JSON.stringify(name)).join(', ');
        warnings.push(
          `${output.path} has files that ominus did not write (${names}), so no other result can be written there`,
        );
      }
    });
  }
  problems.refuse();
  return warnings;
}

interface RealFolder extends SpecFolder {
  readonly real: string;
}

async function realFolder(folder: SpecFolder): Promise<RealFolder> {
  try {
    return { ...folder, real: await realPathOf(folder.path) };
  } catch (error) {
    throw refused(error, `cannot read the folder [path=${folder.path}]`);
  }
}

/** Base and adapters that are on this machine. */
function inputFolders({ spec }: LoadedSpec, sources: Pick<PlanSources, 'base' | 'adapters'>): readonly SpecFolder[] {
  const named = [['base', spec.base, sources.base] as const];
  const adapters = [...spec.adapters].map(([name, source]) => [name, source, sources.adapters.get(name)] as const);
  return [...named, ...adapters].flatMap(([name, source, ref]) =>
    source === undefined || ref === undefined || !isAbsolute(ref.uri)
      ? []
      : [{ what: `the input ${name}`, path: ref.uri, span: source.span }],
  );
}

function clash(loaded: LoadedSpec, output: RealFolder, other: RealFolder): OminusError {
  const { line, column } = loaded.text.locate(loaded.file, other.span);
  const how = output.real === other.real ? 'are the same folder' : 'overlap: one contains the other';
  return new OminusError('OUTPUT_FORBIDDEN', {
    message:
      `${output.what} and ${other.what} (line ${String(line)}, column ${String(column)}) ${how} ` +
      `[path=${output.path}, other=${other.path}, real=${output.real}]`,
    hint: 'Write each output to a separate folder, none inside another: an output is replaced as a whole folder.',
  });
}
