/** Computes, encodes and writes the factors of a result, module by module. */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { TENSOR_PREFIX } from '../../core/adapter/describe.js';
import { type EncodedModule, encodeModule } from '../../core/adapter/encode-module.js';
import type { LoraFactors } from '../../core/algebra/factors.js';
import { padFactors } from '../../core/algebra/pad-rank.js';
import type { RoundingError } from '../../core/algebra/round-trip.js';
import type { FloatDtype } from '../../core/numeric/dtype.js';
import { allOrNone } from '../all-or-none.js';
import type { TensorWriter } from '../safetensors/writer.js';
import type { AdapterFolder } from './adapter-folder.js';
import { readModules } from './read-modules.js';

/** Coefficients of one module, `[leaves, rows]`, and the products of its A factors where they were computed on the way. */
export interface ModuleCoefficients {
  readonly coefficients: Float64Array;
  readonly products?: Float64Array;
}

/** What to write. */
export interface ModuleWriting {
  /** Leaf adapters, the leftmost first, in the order of the coefficients' leaves. */
  readonly adapters: readonly AdapterFolder[];
  /** Paths of the modules, in the order in which they are written. */
  readonly paths: Iterable<string>;
  /** Rank in the file by path; a module that has none is computed, but not written. */
  readonly ranks: ReadonlyMap<string, number>;
  readonly coefficients: (path: string, factors: readonly (LoraFactors | undefined)[]) => ModuleCoefficients;
  readonly dtype: FloatDtype;
  readonly writer: TensorWriter;
  readonly signal?: AbortSignal | undefined;
  /** Called after every module. */
  readonly onModule: (module: FinishedModule) => void;
}

/** One module as it was written. */
export interface FinishedModule {
  readonly path: string;
  /** sha256 of its tensors by name, hexadecimal. */
  readonly contents: ReadonlyMap<string, string>;
  readonly rounding: RoundingError;
  /** Whether the module changes nothing: ΔW is zero. */
  readonly isZero: boolean;
}

/** Name of a module's A in the file. */
export function nameA(module: string): string {
  return `${TENSOR_PREFIX}${module}.lora_A.weight`;
}

/** Name of a module's B in the file. */
export function nameB(module: string): string {
  return `${TENSOR_PREFIX}${module}.lora_B.weight`;
}

/**
 * Writes modules.
 *
 * @throws OminusError `OVERFLOW`, whatever reading, `coefficients` and the writer throw; modules before that one are written, and nothing
 *   is being read or written any more
 */
export async function writeModules(options: ModuleWriting): Promise<void> {
  const { adapters, paths, coefficients, dtype, signal, onModule } = options;
  let scaledB: Float32Array | undefined;
  let writing: Promise<FinishedModule> | undefined;
  const finishModule = async (): Promise<void> => {
    const finished = writing;
    writing = undefined;
    if (finished !== undefined) {
      onModule(await finished);
    }
  };
  try {
    // A module is computed while the one before, whose bytes may be its leaves' own, is written.
    for await (const { path, leaves } of readModules(adapters, paths, 1)) {
      const encoded = encodeModule({ path, leaves, dtype, ...coefficients(path, leaves), reuse: scaledB });
      scaledB = encoded.scaledB;
      await finishModule();
      signal?.throwIfAborted();
      writing = writeModule(options, path, encoded);
      writing.catch(() => undefined); // thrown when it is awaited
      await setImmediate(); // heartbeats of activities come through between modules
    }
  } finally {
    await finishModule();
  }
}

async function writeModule(
  { writer, ranks, dtype }: ModuleWriting,
  path: string,
  { rounding, isZero, rank, ...factors }: EncodedModule,
): Promise<FinishedModule> {
  const to = ranks.get(path);
  if (to === undefined) {
    return { path, contents: new Map(), rounding, isZero };
  }
  const { a, b } = padFactors(factors, { rank, to, dtype });
  const contents = await allOrNone(writeTensor(writer, nameA(path), ...a), writeTensor(writer, nameB(path), b));
  return { path, contents: new Map(contents), rounding, isZero };
}

/** Writes one tensor; it is hashed meanwhile. */
async function writeTensor(
  writer: TensorWriter,
  name: string,
  ...parts: readonly Uint8Array[]
): Promise<readonly [name: string, sha256: string]> {
  const writing = writer.write(name, ...parts);
  writing.catch(() => undefined); // thrown when it is awaited
  const hash = createHash('sha256');
  parts.forEach((part) => hash.update(part));
  const sha256 = hash.digest('hex');
  await writing;
  return [name, sha256];
}
