/**
 * An expression with calls over adapter folders, directly: every made leaf is made first, in a temporary folder, and counts as an adapter
 * from then on. Leaves have the digests and keys that a plan gives them and stand in its order, so that all bits are those of a run.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProvenanceInput } from '../../core/adapter/provenance.js';
import { evaluateFormula, madeLeaves, type EvaluatedFormula } from '../../core/algebra/evaluate.js';
import { leafCoefficients } from '../../core/algebra/leaf.js';
import { summariseMade, type MadeSummary } from '../../core/algebra/made-summary.js';
import { factorOperator } from '../../core/algebra/operators/registry.js';
import type { Coefficients, Gram } from '../../core/algebra/types.js';
import type { Digest } from '../../core/digest.js';
import { OminusError } from '../../core/errors.js';
import { printFormula } from '../../core/expression/print.js';
import type { Formula, MadeFormula } from '../../core/expression/types.js';
import { CombineNodes } from '../../core/plan/combine-nodes.js';
import { asNodeId, NodeTable } from '../../core/plan/node-table.js';
import { refused } from '../files/refused.js';
import { CONFIG_FILE, openAdapter, TENSORS_FILE, type AdapterFolder } from './adapter-folder.js';
import { computeGram } from './compute-gram.js';
import { makeLeaf } from './make-leaf.js';
import { unknownAdapter, type MergeStep } from './merge-part.js';

/** What a leaf was made like. */
export interface MergedMadeLeaf extends MadeSummary {
  readonly expression: string;
}

/** What an expression with calls comes to, until it is closed. */
export interface CombinedCalls {
  readonly coefficients: Coefficients;
  /** By leaf of the coefficients. */
  readonly adapters: readonly AdapterFolder[];
  readonly inputs: readonly ProvenanceInput[];
  /** In the order of evaluation. */
  readonly steps: readonly MergeStep[];
  /** The innermost first. */
  readonly made: readonly MergedMadeLeaf[];
}

interface CallsInput {
  readonly formula: Formula;
  /** By the names in the formula. */
  readonly adapters: ReadonlyMap<string, AdapterFolder>;
  readonly missing: 'pass' | 'error';
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes the leaves of an expression and combines them. Whatever was made is gone when `use` has ended.
 *
 * @throws OminusError `EXPRESSION_INVALID` for a call without adapters, `SYSTEM_REFUSED` when the temporary folder cannot be written, and
 *   as {@link makeLeaf} and evaluateFormula
 */
export async function withCalls<R>(input: CallsInput, use: (combined: CombinedCalls) => Promise<R>): Promise<R> {
  const calls = await CallMaker.create(input);
  try {
    return await use(await calls.combine());
  } finally {
    await calls.close();
  }
}

class CallMaker {
  readonly #input: CallsInput;
  readonly #digests: ReadonlyMap<string, Digest>;
  readonly #combines: CombineNodes;
  /** Adapters by digest, made leaves by key. */
  readonly #opened: Map<Digest, { readonly adapter: AdapterFolder; readonly input: ProvenanceInput }>;
  readonly #made = new Map<Digest, MergedMadeLeaf>();
  readonly #steps: MergeStep[] = [];
  #folder: string | undefined;

  static async create(input: CallsInput): Promise<CallMaker> {
    const digests = new Map<string, Digest>();
    for (const [name, adapter] of input.adapters) {
      digests.set(name, await adapter.digest());
    }
    return new CallMaker(input, digests);
  }

  private constructor(input: CallsInput, digests: ReadonlyMap<string, Digest>) {
    this.#input = input;
    this.#digests = digests;
    const adapters = [...input.adapters].map(([name, adapter]) => ({ name, adapter, digest: this.#digestOf(name) }));
    this.#opened = new Map(
      adapters.toReversed().map(({ name, adapter, digest }) => [digest, { adapter, input: { name, digest } }]),
    );
    const ground = {
      gram: asNodeId('gram'),
      rule: { semantics: 'scaled', leftmost: undefined, backend: 'typescript' },
    } as const;
    this.#combines = new CombineNodes({
      table: new NodeTable(),
      groundOf: () => ground,
      digestOf: (name) => this.#digestOf(name),
      missing: input.missing,
    });
  }

  async combine(): Promise<CombinedCalls> {
    const { formula } = this.#input;
    for (const leaf of madeLeaves(formula)) {
      await this.#make(leaf);
    }
    const coefficients = await this.#valueOf(formula);
    const leaves = coefficients.leaves.map((leaf) => this.#leaf(leaf));
    return {
      coefficients,
      adapters: leaves.map(({ adapter }) => adapter),
      inputs: leaves.map(({ input }) => input),
      steps: this.#steps,
      made: [...this.#made.values()],
    };
  }

  async close(): Promise<void> {
    for (const key of this.#made.keys()) {
      await this.#opened.get(key)?.adapter.close();
    }
    if (this.#folder !== undefined) {
      await rm(this.#folder, { recursive: true, force: true });
    }
  }

  async #make(formula: MadeFormula): Promise<void> {
    const key = this.#keyOf(formula);
    if (this.#opened.has(key)) {
      return;
    }
    const { operator: name, operands: parts, options } = formula.call;
    for (const leaf of parts.flatMap(madeLeaves)) {
      await this.#make(leaf);
    }
    const operands: Coefficients[] = [];
    for (const part of parts) {
      operands.push(await this.#valueOf(part));
    }
    const expression = printFormula(formula);
    const files = await makeLeaf(
      { name, operator: factorOperator(name), options, operands, expression },
      {
        open: (leaves) => Promise.resolve(leaves.map((leaf) => this.#leaf(leaf).adapter)),
        nameOf: (leaf) => this.#leaf(leaf).input.name,
        signal: this.#input.signal,
      },
    );
    const adapter = await this.#write(files);
    const below = [...new Set(operands.flatMap(({ leaves }) => leaves))];
    const madeFrom = below.map((leaf) => this.#leaf(leaf).input);
    this.#made.set(key, { expression, ...summariseMade(files.modules) });
    this.#opened.set(key, { adapter, input: { name: expression, digest: await adapter.digest(), madeFrom } });
  }

  /** The value of a formula whose made leaves are there; one that is a leaf needs no Gram matrices. */
  async #valueOf(formula: Formula): Promise<Coefficients> {
    if (formula.kind === 'make' || formula.kind === 'adapter') {
      const leaf = formula.kind === 'make' ? this.#keyOf(formula) : this.#digestOf(formula.name);
      return leafCoefficients(leaf, this.#leaf(leaf).adapter.description);
    }
    const gram = await this.#gramOf(formula);
    const { missing } = this.#input;
    const value: EvaluatedFormula = evaluateFormula(formula, gram, (name) => this.#digestOf(name), {
      missing,
      madeLeafOf: (leaf) => this.#keyOf(leaf),
    });
    this.#steps.push(
      ...value.steps.map(({ application, diagnostics }) => ({ application, modules: diagnostics.modules })),
    );
    return value.coefficients;
  }

  /** Sorted, as a plan has them: a pair of leaves has the same bits in every set of leaves. */
  async #gramOf(formula: Formula): Promise<Gram> {
    const made = madeLeaves(formula).map((leaf) => this.#keyOf(leaf));
    const leaves = [...new Set([...this.#digests.values(), ...made])].sort();
    const { signal } = this.#input;
    const gram = await computeGram(
      leaves.map((leaf) => this.#leaf(leaf).adapter),
      signal === undefined ? {} : { signal },
    );
    return { ...gram, leaves };
  }

  async #write({ config, tensors }: { readonly config: string; readonly tensors: Uint8Array }): Promise<AdapterFolder> {
    try {
      this.#folder ??= await mkdtemp(join(tmpdir(), 'ominus-made-'));
      const folder = join(this.#folder, String(this.#made.size));
      await mkdir(folder);
      await writeFile(join(folder, CONFIG_FILE), config);
      await writeFile(join(folder, TENSORS_FILE), tensors);
      return await openAdapter(folder);
    } catch (error) {
      throw refused(error, `cannot write a made leaf to a temporary folder [folder=${this.#folder ?? tmpdir()}]`);
    }
  }

  #keyOf(formula: MadeFormula): Digest {
    const [leaf] = this.#combines.madeLeavesOf([formula]);
    if (leaf === undefined) {
      throw new OminusError('INTERNAL', { message: `${printFormula(formula)} has no key` });
    }
    return leaf.key;
  }

  #digestOf(name: string): Digest {
    return this.#digests.get(name) ?? unknownAdapter(name);
  }

  #leaf(leaf: Digest): { readonly adapter: AdapterFolder; readonly input: ProvenanceInput } {
    return this.#opened.get(leaf) ?? unknownAdapter(leaf);
  }
}
