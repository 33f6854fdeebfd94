/** Where a result comes from, beside it: ominus.json for programs, README.md for people. No times, no machine's paths. */
import type { Digest, Json } from '../digest.js';
import { rankWords, type WrittenRanks } from './output-ranks.js';

/** An input of a result: an adapter, or a made leaf under its expression. */
export interface ProvenanceInput {
  readonly name: string;
  /** Of its meaning and tensors. */
  readonly digest: Digest;
  /** What a made leaf was made from. */
  readonly madeFrom?: readonly ProvenanceInput[];
}

/** What is known about the making of a result. */
export interface Provenance {
  /** Normalised expression, every coefficient written. */
  readonly expression: string;
  /** Leaf adapters, in the order of the stacked factors. */
  readonly inputs: readonly ProvenanceInput[];
  /** λ by adapter, in the order of application. */
  readonly lambdas?: readonly { readonly adapter: string; readonly lambda: string }[];
  readonly semantics?: 'scaled' | 'reference';
  /** Key of the plan's node, if a plan made it. */
  readonly key?: Digest;
}

/** What is known about the result itself. */
export interface ResultFacts extends WrittenRanks {
  readonly version: string;
  readonly digest: Digest;
  readonly dtype: string;
  readonly modules: number;
  readonly roundingError: number | null;
  readonly roundingErrorOfEdit: number | null;
  readonly baseModel: string | undefined;
}

/** Text of ominus.json. */
export function provenanceJson(provenance: Provenance, facts: ResultFacts): string {
  const json: Json = {
    format: 'ominus.adapter',
    version: 1,
    ominus: facts.version,
    digest: facts.digest,
    expression: provenance.expression,
    lambdas: (provenance.lambdas ?? []).map(({ adapter, lambda }) => ({ adapter, lambda })),
    semantics: provenance.semantics ?? 'scaled',
    inputs: provenance.inputs.map(inputJson),
    key: provenance.key,
    dtype: facts.dtype,
    modules: facts.modules,
    ranks: facts.ranks,
    maxRank: facts.maxRank,
    trueRanks: { ...facts.trueRanks },
    roundingError: facts.roundingError,
    roundingErrorOfEdit: facts.roundingErrorOfEdit,
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

function inputJson({ name, digest, madeFrom }: ProvenanceInput): Json {
  return { name, digest, ...(madeFrom === undefined ? {} : { madeFrom: madeFrom.map(inputJson) }) };
}

/** Inputs, each followed by what it was made from; what several are made from stands once. */
function allInputs(inputs: readonly ProvenanceInput[]): readonly ProvenanceInput[] {
  const all = inputs.flatMap((input): ProvenanceInput[] => [input, ...allInputs(input.madeFrom ?? [])]);
  return [...new Map(all.map((input) => [`${input.name} ${input.digest}`, input])).values()];
}

/** Text of README.md. */
export function provenanceReadme(provenance: Provenance, facts: ResultFacts): string {
  const inputs = allInputs(provenance.inputs).map(({ name, digest }) => `| \`${cell(name)}\` | \`${digest}\` |`);
  const lines = [
    '---',
    'library_name: peft',
    ...(facts.baseModel === undefined ? [] : [`base_model: ${JSON.stringify(facts.baseModel)}`]),
    '---',
    '',
    '# A merged LoRA adapter',
    '',
    '```',
    provenance.expression,
    '```',
    '',
    `Made by ominus ${facts.version}, exact up to the rounding to ${facts.dtype}: relative error ` +
      `${share(facts.roundingError)} of the result, ${share(facts.roundingErrorOfEdit)} of what the expression changed.`,
    `It has ${String(facts.modules)} target modules, ${rankWords(facts)}, and scaling 1 everywhere.`,
    '',
    '| input | digest |',
    '|---|---|',
    ...inputs,
    '',
    `Digest of this adapter: \`${facts.digest}\`. The same facts for programs are in ominus.json.`,
    '',
    '```python',
    'from peft import PeftModel',
    'model = PeftModel.from_pretrained(base_model, "path/to/this/folder")',
    '```',
    '',
  ];
  return lines.join('\n');
}

function share(value: number | null): string {
  return value === null ? 'none' : value.toExponential(1);
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('`', "'");
}
