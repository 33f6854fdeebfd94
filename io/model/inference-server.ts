/** What the inference child does with a call: it keeps one model, the latest candidates and one classifier. */
import { arch, cpus } from 'node:os';
import type { Gram } from '../../core/algebra/types.js';
import { OminusError } from '../../core/errors.js';
import type { DecodingOptions } from '../../core/evaluation/model-interfaces.js';
import { stopWatch } from '../../core/evaluation/stop-texts.js';
import { multiplicationsPerToken } from '../../core/onnx/decoder/scope.js';
import { openAdapter, type AdapterFolder } from '../adapter/adapter-folder.js';
import { computeGram, type GramOptions } from '../adapter/compute-gram.js';
import { CandidateInputs } from './candidate-inputs.js';
import { CausalModel } from './causal-model.js';
import { TextClassifier } from './classifier.js';
import { generateGreedy, type GreedyOptions } from './generation.js';
import { MergeSessions } from './merge-sessions.js';
import { probeDevice } from './probe-device.js';
import type { CallKind, Calls, FolderRef } from './protocol.js';
import type { Feeds, Runtime } from './runtime.js';
import { scoreRows } from './scoring.js';
import { openTokenizer, type TextTokenizer } from './tokenizer.js';
import type { ModelInfo } from './types.js';

interface OpenModel {
  readonly ref: FolderRef;
  readonly model: CausalModel;
  readonly inputs: CandidateInputs;
  /** Opened when it is needed first. */
  tokenizer?: TextTokenizer;
}

/** Answers calls, one at a time. */
export class InferenceServer {
  readonly #runtime: Runtime;
  #open: OpenModel | undefined;
  #classifier: { readonly ref: FolderRef; readonly classifier: TextClassifier } | undefined;

  #mergeGraphs: MergeSessions | undefined;
  #isProbed = false;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** One call; `signal` is looked at between runs of a session. */
  async answer<K extends CallKind>(
    kind: K,
    ask: Calls[K]['ask'],
    signal: AbortSignal,
    onProgress: (done: number, total: number) => void,
  ): Promise<Calls[K]['answer']> {
    const handlers: { [H in CallKind]: (ask: Calls[H]['ask'], signal: AbortSignal) => Promise<Calls[H]['answer']> } = {
      open: async ({ model }) => this.#info((await this.#openModel(model)).model),
      candidate: async ({ model, candidate }) => {
        const { inputs } = await this.#openModel(model);
        if (inputs.get(candidate.id) === undefined) {
          await inputs.add(candidate);
        }
        return null;
      },
      score: async ({ model, candidateId, rows }) => {
        const { open, adapter } = await this.#candidate(model, candidateId);
        return scoreRows(open.model, adapter, rows, signal);
      },
      generate: async ({ model, candidateId, prompts, options }) => {
        const { open, adapter } = await this.#candidate(model, candidateId);
        const watch = await stopsOf(open, options);
        return generateGreedy(open.model, adapter, prompts, { ...options, ...watch }, signal);
      },
      classify: async ({ classifier, label, texts }) => {
        const opened = await this.#openClassifier(classifier);
        return opened.classify(texts, label, signal);
      },
      gram: ({ adapters, semantics }) => this.#gram(adapters, { semantics, signal, onProgress }),
      probe: async () => {
        await this.#probe();
        return null;
      },
      times: () => Promise.resolve({ sessionRunMs: this.#runtime.sessionRunMs }),
    };
    return handlers[kind](ask, signal);
  }

  async #probe(): Promise<void> {
    await probeDevice(this.#runtime);
    this.#isProbed = true;
  }

  /** Nothing that any other device than the CPU computes is stored before it has shown that it computes rightly. */
  async #probeOnce(): Promise<void> {
    if (this.#runtime.device !== 'cpu' && !this.#isProbed) {
      await this.#probe();
    }
  }

  async #gram(refs: readonly FolderRef[], options: GramOptions): Promise<Gram> {
    const graphs = (this.#mergeGraphs ??= new MergeSessions(this.#runtime));
    await this.#probeOnce();
    const adapters: AdapterFolder[] = [];
    try {
      for (const { folder } of refs) {
        adapters.push(await openAdapter(folder));
      }
      const gram = await computeGram(adapters, { ...options, moduleGram: (leaves) => graphs.moduleGram(leaves) });
      checkLeaves(refs, gram);
      return gram;
    } finally {
      await Promise.all(adapters.map((adapter) => adapter.close()));
    }
  }

  #info({ architecture, sizes, modules }: CausalModel): ModelInfo {
    const { vocabSize, contextLength } = sizes;
    const { device, version, threads } = this.#runtime;
    const multiplications = multiplicationsPerToken(modules);
    const processor = cpus()[0]?.model.trim() ?? '';
    return {
      ...{ architecture, vocabSize, contextLength, multiplications },
      ...{ device, runtimeVersion: version, threads, processor: processor === '' ? arch() : processor },
    };
  }

  async #openModel(ref: FolderRef): Promise<OpenModel> {
    if (this.#open !== undefined && isSame(this.#open.ref, ref)) {
      return this.#open;
    }
    // The old model goes first: two of them may not fit into the memory.
    await this.#open?.model.release();
    this.#open = undefined;
    await this.#probeOnce();
    const model = await CausalModel.load(ref.folder, this.#runtime);
    this.#open = { ref, model, inputs: new CandidateInputs(model.modules) };
    return this.#open;
  }

  async #candidate(ref: FolderRef, id: string): Promise<{ open: OpenModel; adapter: Feeds }> {
    const open = await this.#openModel(ref);
    const adapter = open.inputs.get(id);
    if (adapter === undefined) {
      throw new OminusError('INTERNAL', { message: `the inference child does not know the candidate [id=${id}]` });
    }
    return { open, adapter };
  }

  async #openClassifier(ref: FolderRef): Promise<TextClassifier> {
    if (this.#classifier === undefined || !isSame(this.#classifier.ref, ref)) {
      await this.#classifier?.classifier.release();
      this.#classifier = undefined;
      await this.#probeOnce();
      this.#classifier = { ref, classifier: await TextClassifier.load(ref.folder, this.#runtime) };
    }
    return this.#classifier.classifier;
  }
}

/** Stop texts are texts: the child decodes, where there are any. */
async function stopsOf(open: OpenModel, { stop = [] }: DecodingOptions): Promise<Pick<GreedyOptions, 'isStopped'>> {
  if (stop.length === 0) {
    return {};
  }
  const tokenizer = (open.tokenizer ??= await openTokenizer(open.ref.folder));
  return { isStopped: stopWatch(stop, (tokens) => tokenizer.decode(tokens)) };
}

/** Reading the factors gave their digests. */
function checkLeaves(refs: readonly FolderRef[], { leaves }: Gram): void {
  for (const [j, { folder, digest }] of refs.entries()) {
    if (leaves[j] !== digest) {
      throw new OminusError('SOURCE_CHANGED', {
        message: `the adapter changed since the run was planned [folder=${folder}]: expected ${digest}, got ${leaves[j] ?? ''}`,
        hint: 'Run the spec again: a new plan uses the current files.',
      });
    }
  }
}

function isSame(a: FolderRef, b: FolderRef): boolean {
  return a.folder === b.folder && a.digest === b.digest;
}
