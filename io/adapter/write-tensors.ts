/** Writes the tensors of a result: its modules at their ranks in the file, without those that are zero, and what is saved as it is. */
import { type OutputRanks, stackedRanks, summariseRanks, type WrittenRanks } from '../../core/adapter/output-ranks.js';
import type { RoundingError } from '../../core/algebra/round-trip.js';
import type { Coefficients } from '../../core/algebra/types.js';
import { OminusError } from '../../core/errors.js';
import type { FloatDtype } from '../../core/numeric/dtype.js';
import type { TensorShape } from '../../core/safetensors/layout.js';
import { createSafetensors, type SafetensorsWriter } from '../safetensors/writer.js';
import type { AdapterFolder } from './adapter-folder.js';
import { copyTensor } from './copy-tensor.js';
import { nameA, nameB, writeModules, type FinishedModule } from './write-modules.js';

/** Where the modules of a result go. */
export interface ModulesTarget {
  /** All of them, in the order of the file. */
  readonly paths: readonly string[];
  /** Rank in the file by path, of those that are written; the others are zero, and only computed. */
  readonly ranks: ReadonlyMap<string, number>;
  readonly dtype: FloatDtype;
  readonly writer: SafetensorsWriter;
}

/** What the modules of a result are computed from: a combination; or what computes it on the way, writes its modules and tells of all. */
export type Combination = Coefficients | ((target: ModulesTarget) => Promise<readonly FinishedModule[]>);

/** What to write. */
export interface TensorsToWrite {
  /** Leaf adapters, the leftmost first, in the order of the coefficients' leaves. */
  readonly adapters: readonly [AdapterFolder, ...(readonly AdapterFolder[])];
  readonly combination: Combination;
  readonly ranks: OutputRanks;
  /** Modules that are known to be zero; others are found on the way, which takes as long again. */
  readonly zeroModules?: ReadonlySet<string> | undefined;
  readonly dtype: FloatDtype;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** What was written. */
export interface WrittenTensors extends WrittenRanks {
  /** Rank in the file by path. */
  readonly ranksInFile: ReadonlyMap<string, number>;
  /** sha256 by tensor name. */
  readonly contents: ReadonlyMap<string, string>;
  readonly rounding: ReadonlyMap<string, RoundingError>;
}

/**
 * Writes the file. Under `uniform` all modules get the largest rank of those that are written.
 *
 * @throws OminusError `OUTPUT_FORBIDDEN` when all modules are zero, and whatever computing, reading and writing throw
 */
export async function writeTensors(path: string, tensors: TensorsToWrite): Promise<WrittenTensors> {
  const own = stackedRanks(tensors.adapters.map(({ description }) => description));
  let zero = new Set([...(tensors.zeroModules ?? []), ...zerosOf(tensors.combination)]);
  for (;;) {
    const kept = new Map([...own].filter(([module]) => !zero.has(module)));
    if (kept.size === 0) {
      throw new OminusError('OUTPUT_FORBIDDEN', {
        message: `cannot write the zero adapter: all ${String(own.size)} target modules of the result are zero`,
        hint: 'Nothing is left of the adapters: the result is the base model. Check coefficients, and whether the adapters were trained.',
      });
    }
    const summary = summariseRanks(tensors.ranks, kept.values());
    const ranksInFile =
      tensors.ranks === 'exact' ? kept : new Map([...kept.keys()].map((module) => [module, summary.maxRank]));
    const written = await tryToWrite(path, { ...tensors, paths: [...own.keys()], ranksInFile });
    if ('contents' in written) {
      return { ...written, ...summary, ranksInFile };
    }
    zero = new Set([...zero, ...written.zero]);
  }
}

/** Modules in which all coefficients are zero. */
function zerosOf(combination: Combination): readonly string[] {
  return typeof combination === 'function'
    ? []
    : [...combination.modules].filter(([, values]) => values.every((value) => value === 0)).map(([path]) => path);
}

type Attempt = TensorsToWrite & Pick<WrittenTensors, 'ranksInFile'> & { readonly paths: readonly string[] };

/** @returns modules that are zero all the same, and no file, if there are any */
async function tryToWrite(
  path: string,
  attempt: Attempt,
): Promise<Pick<WrittenTensors, 'contents' | 'rounding'> | { readonly zero: readonly string[] }> {
  const { adapters, combination, ranksInFile, paths, dtype, signal } = attempt;
  const [leftmost] = adapters;
  const saved = leftmost.description.savedTensors;
  const writer = await createSafetensors(path, [...shapesOf(attempt), ...saved], new Map([['format', 'pt']]));
  try {
    const target = { paths, ranks: ranksInFile, dtype, writer };
    const modules = await (typeof combination === 'function'
      ? combination(target)
      : writeCombination(combination, target, attempt));
    const zero = modules.filter((module) => module.isZero && ranksInFile.has(module.path)).map((module) => module.path);
    if (zero.length > 0) {
      await writer.abort();
      return { zero };
    }
    const contents = new Map(modules.flatMap((module) => [...module.contents]));
    for (const tensor of saved) {
      contents.set(tensor.name, await copyTensor(leftmost, tensor, { writer, signal }));
    }
    await writer.commit();
    return { contents, rounding: new Map(modules.map((module) => [module.path, module.rounding])) };
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

function shapesOf({ adapters, ranksInFile, dtype }: Attempt): readonly TensorShape[] {
  return [...ranksInFile].flatMap(([module, rank]) => {
    const shape = adapters
      .map(({ description }) => description.modules.get(module))
      .find((found) => found !== undefined);
    return [
      { name: nameA(module), dtype, shape: [rank, shape?.inFeatures ?? 0] },
      { name: nameB(module), dtype, shape: [shape?.outFeatures ?? 0, rank] },
    ];
  });
}

async function writeCombination(
  combination: Coefficients,
  target: ModulesTarget,
  { adapters, signal, onProgress }: TensorsToWrite,
): Promise<readonly FinishedModule[]> {
  const modules: FinishedModule[] = [];
  await writeModules({
    ...target,
    adapters,
    signal,
    coefficients: (path) => ({ coefficients: coefficientsOf(combination, path, adapters) }),
    onModule(module) {
      modules.push(module);
      onProgress?.(modules.length, target.paths.length);
    },
  });
  return modules;
}

function coefficientsOf({ modules }: Coefficients, path: string, adapters: readonly AdapterFolder[]): Float64Array {
  const rows = adapters
    .map(({ description }) => description.modules.get(path)?.outFeatures)
    .find((out) => out !== undefined);
  const values = modules.get(path);
  if (values?.length !== adapters.length * (rows ?? 0)) {
    throw new OminusError('SHAPE_MISMATCH', {
      message: `the coefficients do not fit the adapters [module=${path}]: got ${String(values?.length ?? 0)} values for ${String(adapters.length)} leaves of ${String(rows)} rows`,
    });
  }
  return values;
}
