/** Writes a combination as an adapter folder that peft loads unchanged: module by module, atomically, reloaded and checked. */
import { join } from 'node:path';
import { checkShapes } from '../../core/adapter/combinable.js';
import { adapterDigest } from '../../core/adapter/digest.js';
import { outputConfig } from '../../core/adapter/output-config.js';
import { FLOAT_DTYPES } from '../../core/adapter/output-dtypes.js';
import type { OutputRanks, WrittenRanks } from '../../core/adapter/output-ranks.js';
import {
  type Provenance,
  type ProvenanceInput,
  provenanceJson,
  provenanceReadme,
} from '../../core/adapter/provenance.js';
import { type RoundingError, squareRatio } from '../../core/algebra/round-trip.js';
import type { Digest } from '../../core/digest.js';
import { OminusError } from '../../core/errors.js';
import type { OutputDtype } from '../../core/numeric/output-dtype.js';
import { allOrNone } from '../all-or-none.js';
import { writeDurably } from '../files/atomic-write.js';
import { packageRoot } from '../files/package-root.js';
import { refused } from '../files/refused.js';
import { type AdapterFolder, CONFIG_FILE, openAdapter, TENSORS_FILE } from './adapter-folder.js';
import { ADAPTER_FILES, PROVENANCE_FILE, README_FILE } from './adapter-output.js';
import { beginOutput, type OutputFolder } from './output-folder.js';
import { type Combination, writeTensors } from './write-tensors.js';

/** What to write, and where. */
export interface WriteAdapterOptions {
  /**
   * Leaf adapters, the leftmost first, in the order of the coefficients' leaves. The first one's modules_to_save are copied: the
   * caller has made sure that they may be (checkModulesToSave).
   */
  readonly adapters: readonly AdapterFolder[];
  /** The combination; or what computes it on the way, writes its modules, and tells of them in the order of their paths. */
  readonly combination: Combination;
  /** Modules that are known to be zero, which are not written. */
  readonly zeroModules?: ReadonlySet<string>;
  /** Default float32. */
  readonly dtype?: OutputDtype;
  /** Default uniform. */
  readonly ranks?: OutputRanks;
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
export interface WrittenAdapter extends WrittenRanks {
  readonly digest: Digest;
  /** `identical`: the files were there already, byte for byte. */
  readonly status: 'written' | 'identical';
  readonly sizeBytes: number;
  readonly modules: number;
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
  const { adapters, dtype = 'float32', ranks = 'uniform' } = options;
  const [leftmost, ...others] = adapters;
  if (leftmost === undefined) {
    throw new OminusError('OUTPUT_FORBIDDEN', {
      message: 'cannot write the zero adapter: the expression has no adapter in it',
      hint: 'Write an expression with at least one adapter.',
    });
  }
  const tensors = { ...options, adapters: [leftmost, ...others] as const, ranks, dtype: FLOAT_DTYPES[dtype] };
  const { contents, rounding, ranksInFile, maxRank, trueRanks } = await writeTensors(
    join(temporary, TENSORS_FILE),
    tensors,
  );
  const config = outputConfig({ leftmost: leftmost.description, ranks: ranksInFile });
  await writeDurably(join(temporary, CONFIG_FILE), config);
  const { digest, sizeBytes } = await readBack(temporary, contents);
  const written = { digest, modules: ranksInFile.size, ranks, maxRank, trueRanks, ...summarise(rounding) };
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
