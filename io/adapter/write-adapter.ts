/** Writes a combination as an adapter folder that peft loads unchanged: module by module, atomically, reloaded and checked. */
import { join } from 'node:path';
import { checkShapes } from '../../core/adapter/combinable.js';
import { adapterDigest } from '../../core/adapter/digest.js';
import { outputConfig } from '../../core/adapter/output-config.js';
import { FLOAT_DTYPES } from '../../core/adapter/output-dtypes.js';
import {
  type Provenance,
  type ProvenanceInput,
  provenanceJson,
  provenanceReadme,
} from '../../core/adapter/provenance.js';
import { type RoundingError, squareRatio } from '../../core/algebra/round-trip.js';
import type { Coefficients } from '../../core/algebra/types.js';
import type { Digest } from '../../core/digest.js';
import { OminusError } from '../../core/errors.js';
import type { FloatDtype } from '../../core/numeric/dtype.js';
import type { OutputDtype } from '../../core/numeric/output-dtype.js';
import { allOrNone } from '../all-or-none.js';
import { writeDurably } from '../files/atomic-write.js';
import { packageRoot } from '../files/package-root.js';
import { refused } from '../files/refused.js';
import { createSafetensors, type SafetensorsWriter } from '../safetensors/writer.js';
import { type AdapterFolder, CONFIG_FILE, openAdapter, TENSORS_FILE } from './adapter-folder.js';
import { ADAPTER_FILES, PROVENANCE_FILE, README_FILE } from './adapter-output.js';
import { copyTensor } from './copy-tensor.js';
import { beginOutput, type OutputFolder } from './output-folder.js';
import { nameA, nameB, writeModules, type FinishedModule } from './write-modules.js';

/** Where the modules of a result go. */
export interface ModulesTarget {
  /** In the order of the file. */
  readonly paths: readonly string[];
  readonly dtype: FloatDtype;
  readonly writer: SafetensorsWriter;
}

/** What to write, and where. */
export interface WriteAdapterOptions {
  /**
   * Leaf adapters, the leftmost first, in the order of the coefficients' leaves. The first one's modules_to_save are copied: the
   * caller has made sure that they may be (checkModulesToSave).
   */
  readonly adapters: readonly AdapterFolder[];
  /** The combination; or what computes it on the way, writes its modules, and tells of them in the order of their paths. */
  readonly combination: Coefficients | ((target: ModulesTarget) => Promise<readonly FinishedModule[]>);
  /** Default float32. */
  readonly dtype?: OutputDtype;
  readonly folder: string;
  /** Folders of further inputs, which are never written to: what made leaves were made from. */
  readonly alsoRead?: readonly string[];
  /** Replace a folder that holds nothing but what this program wrote. A result that is there already is always fine. */
  readonly replace?: boolean;
  /** Inputs in the order of the adapters; a digest that is not given is computed, cheaply once everything was read. */
  readonly provenance: Omit<Provenance, 'inputs'> & {
    readonly inputs: readonly (Omit<ProvenanceInput, 'digest'> & Partial<Pick<ProvenanceInput, 'digest'>>)[];
  };
  readonly signal?: AbortSignal;
  /** Called after every module. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What was written. */
export interface WrittenAdapter {
  readonly digest: Digest;
  /** `identical`: the files were there already, byte for byte. */
  readonly status: 'written' | 'identical';
  readonly sizeBytes: number;
  readonly modules: number;
  readonly maxRank: number;
  /** ‖written − exact‖ / ‖exact‖ over all modules; null when the result is zero. */
  readonly roundingError: number | null;
  /** ‖written − exact‖ / ‖exact − leftmost adapter‖; null when nothing was changed. */
  readonly roundingErrorOfEdit: number | null;
  /** Largest error of a module relative to that module's result. */
  readonly worstModule: { readonly module: string; readonly roundingError: number } | null;
}

/**
 * Writes an adapter.
 *
 * @throws OminusError `OUTPUT_EXISTS`, `OUTPUT_FORBIDDEN`, `SYSTEM_REFUSED`, `OVERFLOW`, `ADAPTER_MISMATCH`, `ADAPTER_INVALID` (NaN or Infinity
 *   in modules_to_save), `VERIFY_FAILED` when what is read back differs; whatever reading the inputs throws. Nothing is left then.
 */
export async function writeAdapter(options: WriteAdapterOptions): Promise<WrittenAdapter> {
  const { adapters, folder, replace = false } = options;
  const named = adapters.map((adapter, place) => ({
    name: options.provenance.inputs[place]?.name ?? adapter.folder,
    description: adapter.description,
  }));
  checkShapes(named);
  const inputs = [...adapters.map((adapter) => adapter.folder), ...(options.alsoRead ?? [])];
  let output: OutputFolder | undefined;
  try {
    output = await beginOutput(folder, { replace, files: ADAPTER_FILES, inputs });
    const written = await fillFolder(output.temporary, options);
    options.signal?.throwIfAborted();
    return { ...written, status: await output.publish() };
  } catch (error) {
    await output?.discard();
    throw refused(error, `cannot write the adapter [out=${folder}]`);
  }
}

async function fillFolder(temporary: string, options: WriteAdapterOptions): Promise<Omit<WrittenAdapter, 'status'>> {
  const { adapters, dtype = 'float32' } = options;
  const [leftmost] = adapters;
  if (leftmost === undefined) {
    throw new OminusError('OUTPUT_FORBIDDEN', {
      message: 'cannot write the zero adapter: the expression has no adapter in it',
      hint: 'Write an expression with at least one adapter.',
    });
  }
  const ranks = outputRanks(adapters);
  const [{ contents, rounding }] = await allOrNone(
    writeTensors(join(temporary, TENSORS_FILE), ranks, leftmost, options),
    writeDurably(join(temporary, CONFIG_FILE), outputConfig({ leftmost: leftmost.description, ranks })),
  );
  const { digest, sizeBytes } = await readBack(temporary, contents);
  const written = { digest, modules: ranks.size, maxRank: Math.max(...ranks.values()), ...summarise(rounding) };
  const provenance = { ...options.provenance, inputs: await digestInputs(options) };
  const { version } = packageRoot();
  const facts = { ...written, version, dtype, baseModel: leftmost.description.baseModel };
  await allOrNone(
    writeDurably(join(temporary, PROVENANCE_FILE), provenanceJson(provenance, facts)),
    writeDurably(join(temporary, README_FILE), provenanceReadme(provenance, facts)),
  );
  return { ...written, sizeBytes };
}

async function digestInputs({ adapters, provenance }: WriteAdapterOptions): Promise<readonly ProvenanceInput[]> {
  const inputs: ProvenanceInput[] = [];
  for (const [place, input] of provenance.inputs.entries()) {
    const digest = input.digest ?? (await adapters[place]?.digest());
    if (digest !== undefined) {
      inputs.push({ ...input, digest });
    }
  }
  return inputs;
}

/** Rank of every module of the result: the sum over the leaves that have it. */
function outputRanks(adapters: readonly AdapterFolder[]): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>();
  for (const { description } of adapters) {
    for (const { path, rank } of description.modules.values()) {
      ranks.set(path, (ranks.get(path) ?? 0) + rank);
    }
  }
  return new Map([...ranks].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

interface WrittenTensors {
  /** sha256 by tensor name. */
  readonly contents: ReadonlyMap<string, string>;
  readonly rounding: ReadonlyMap<string, RoundingError>;
}

async function writeTensors(
  path: string,
  ranks: ReadonlyMap<string, number>,
  leftmost: AdapterFolder,
  options: WriteAdapterOptions,
): Promise<WrittenTensors> {
  const { adapters, dtype = 'float32' } = options;
  const element = FLOAT_DTYPES[dtype];
  const shapes = [...ranks].flatMap(([module, rank]) => {
    const shape = adapters
      .map(({ description }) => description.modules.get(module))
      .find((found) => found !== undefined);
    return [
      { name: nameA(module), dtype: element, shape: [rank, shape?.inFeatures ?? 0] },
      { name: nameB(module), dtype: element, shape: [shape?.outFeatures ?? 0, rank] },
    ];
  });
  const writer = await createSafetensors(
    path,
    [...shapes, ...leftmost.description.savedTensors],
    new Map([['format', 'pt']]),
  );
  try {
    const target = { paths: [...ranks.keys()], dtype: element, writer };
    const { combination } = options;
    const modules = await (typeof combination === 'function'
      ? combination(target)
      : writeCombination(combination, target, options));
    const contents = new Map(modules.flatMap((module) => [...module.contents]));
    for (const tensor of leftmost.description.savedTensors) {
      contents.set(tensor.name, await copyTensor(leftmost, tensor, { writer, signal: options.signal }));
    }
    await writer.commit();
    return { contents, rounding: new Map(modules.map(({ path: module, rounding }) => [module, rounding])) };
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

async function writeCombination(
  combination: Coefficients,
  target: ModulesTarget,
  { adapters, signal, onProgress }: WriteAdapterOptions,
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

/** Opens what was written and checks that it means what was meant; the writer has compared all tensors with the file. */
async function readBack(
  folder: string,
  contents: ReadonlyMap<string, string>,
): Promise<{ readonly digest: Digest; readonly sizeBytes: number }> {
  const adapter = await openAdapter(folder);
  try {
    const unscaled = [...adapter.description.modules.values()].find(({ scaling }) => scaling !== 1);
    if (unscaled !== undefined || adapter.description.warnings.length > 0) {
      throw verifyFailed(`module ${unscaled?.path ?? ''}: ${adapter.description.warnings.join('; ')}`);
    }
    const digest = adapterDigest(adapter.description, (name) => contents.get(name) ?? lacking(name));
    return { digest, sizeBytes: adapter.sizeBytes };
  } finally {
    await adapter.close();
  }
}

function lacking(tensor: string): never {
  throw verifyFailed(`tensor ${tensor} was not written`);
}

function verifyFailed(problem: string): OminusError {
  return new OminusError('VERIFY_FAILED', {
    message: `the adapter on the disk differs from the one that was written: ${problem}`,
    hint: 'Check the disk, and run again.',
  });
}

function summarise(
  rounding: ReadonlyMap<string, RoundingError>,
): Pick<WrittenAdapter, 'roundingError' | 'roundingErrorOfEdit' | 'worstModule'> {
  const total = { errorSquare: 0, resultSquare: 0, editSquare: 0 };
  let worstModule: WrittenAdapter['worstModule'] = null;
  for (const [module, { errorSquare, resultSquare, editSquare }] of rounding) {
    total.errorSquare += errorSquare;
    total.resultSquare += resultSquare;
    total.editSquare += editSquare;
    const relative = squareRatio(errorSquare, resultSquare);
    if (relative !== null && relative > (worstModule?.roundingError ?? -1)) {
      worstModule = { module, roundingError: relative };
    }
  }
  return {
    roundingError: squareRatio(total.errorSquare, total.resultSquare),
    roundingErrorOfEdit: squareRatio(total.errorSquare, total.editSquare),
    worstModule,
  };
}
