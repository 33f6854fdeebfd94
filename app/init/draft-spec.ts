/** The text of a first spec over found adapters, with comments that say what else it could have. */
import { relative, sep } from 'node:path';
import { OminusError } from '../../core/errors.js';
import { normaliseName } from '../../core/expression/names.js';
import { quoted } from '../../core/spec/flow-text.js';
import type { SpecKind } from '../../core/spec/schema.js';
import type { FoundAdapter } from './find-adapters.js';

/** What a draft is made of. */
export interface DraftInput {
  readonly kind: SpecKind;
  readonly name: string;
  readonly adapters: readonly FoundAdapter[];
  /** Absolute folder, if it is on this machine. */
  readonly base: string | undefined;
  /** Names, if they were given. */
  readonly expert: string | undefined;
  readonly remove: readonly string[];
  /** Absolute folder of the spec. */
  readonly folder: string;
  /** Relative to it. */
  readonly schema: string;
}

/** Which adapter keeps what, as far as names tell: `expert`; and what ends in ⁻ or begins with `anti`. */
interface Roles {
  readonly expert: string;
  readonly remove: readonly string[];
}

/** @throws OminusError `USAGE` where the roles are neither given nor in the names */
export function draftSpec(input: DraftInput): string {
  const roles = rolesOf(input);
  const type = input.adapters.find(({ name }) => name === roles.expert)?.peftType;
  const kept = input.adapters.filter(({ name, peftType }) => peftType === type || roles.remove.includes(name));
  const leftOut = input.adapters.filter((adapter) => !kept.includes(adapter)).map(({ name }) => name);
  return `${[
    `# yaml-language-server: $schema=${input.schema}`,
    '#',
    '# Made by ominus init. ominus plan shows what it would do, ominus run does it; docs/spec.md has all keys.',
    'version: 1',
    `kind: ${input.kind}`,
    `name: ${quoted(input.name)} # identifies the run`,
    '',
    ...baseLines(input),
    'adapters: # paths are relative to this file',
    ...kept.map(({ name, folder }) => `  ${quoted(name)}: ${quoted(pathFrom(input.folder, folder))}`),
    ...(leftOut.length === 0 ? [] : [`  # of a different kind from ${roles.expert}: ${leftOut.join(', ')}`]),
    '',
    ...BODIES[input.kind](roles, input),
    '',
    ...evaluateLines(input),
  ].join('\n')}\n`;
}

/** What each kind has of its own. */
const BODIES: Readonly<Record<SpecKind, (roles: Roles, input: DraftInput) => readonly string[]>> = {
  recipe: ({ expert, remove }) => [
    'lambda: 1 # how much of each anti-expert is removed; "0.8·Ext(x)" sets it for one term',
    'steps:',
    `  removed: ${quoted(chainOf(expert, remove, (name) => `Ext(${name})`))} # in this order`,
    `  direct: ${quoted(chainOf(expert, remove, (name) => name))} # the control: plain subtraction`,
    '',
    'output: # an adapter folder that PEFT loads',
    '  removed: out/removed',
  ],
  'order-study': ({ expert, remove }) => [
    `expert: ${quoted(expert)}`,
    `remove: [${remove.map(quoted).join(', ')}]`,
    'operators: [ext, direct] # direct has no order: it is the control',
    'lambda: 1 # a list such as [0.5, 1] compares settings',
  ],
  sweep: ({ expert, remove }) => [
    `chain: ${quoted(chainOf(expert, remove, (name, place) => `${variable(place)}·Ext(${name})`))}`,
    'over: # values of every λ',
    ...remove.map((_, place) => `  ${variable(place)}: { from: 0.5, to: 1.5, step: 0.5 }`),
    'search: grid',
    '# objective: { maximize: gsm.accuracy, subject-to: ["toxicity.mean <= 0.5 * expert"] }',
    '# output: { keep: best, path: out }',
  ],
};

/** Names of variables share the namespace of adapters, none of which begins so. */
function variable(place: number): string {
  return `lambda_${String(place + 1)}`;
}

function chainOf(expert: string, remove: readonly string[], term: (name: string, place: number) => string): string {
  return remove.reduce((chain, name, place) => `${place === 0 ? chain : `[${chain}]`} ⊖ ${term(name, place)}`, expert);
}

function baseLines({ base, adapters, folder }: DraftInput): readonly string[] {
  const [name] = adapters.flatMap(({ baseName }) => baseName ?? []);
  return base === undefined
    ? [
        `# base: hf://owner/name@revision # needed for evaluate only${name === undefined ? '' : `; the adapters name ${quoted(name)}`}`,
      ]
    : [`base: ${quoted(pathFrom(folder, base))}`];
}

function evaluateLines({ base }: DraftInput): readonly string[] {
  return [
    `# evaluate: # what to measure${base === undefined ? '; needs base' : ''}`,
    '#   defaults: { limit: 100 }',
    '#   with:',
    '#     - truthfulqa-mc: { data: mc_task.json, role: forget }',
    '#     - gsm: { data: test.jsonl, role: keep }',
    '# compare: { draws: 10000 }',
  ];
}

function rolesOf({ kind, adapters, expert: asked, remove: askedRemove }: DraftInput): Roles {
  const names = adapters.map(({ name }) => name);
  const known = (written: string): string => {
    const name = names.find((one) => one === normaliseName(written));
    if (name === undefined) {
      throw usage(`no adapter is called ${written}`, `Found: ${names.join(', ')}.`);
    }
    return name;
  };
  const isAnti = (name: string): boolean => /⁻$|^anti(?![a-z])|^anti-?expert/iu.test(name);
  const experts = names.filter((name) => !isAnti(name) && /(?:^|[_.-])expert(?:$|[_.⁺-])/iu.test(name));
  const guessed = names.includes('expert') ? 'expert' : experts.length === 1 ? experts[0] : undefined;
  const expert = asked === undefined ? guessed : known(asked);
  if (expert === undefined) {
    throw usage(
      `no name says which adapter is to be kept [adapters=${names.join(', ')}]`,
      'Name it with --expert, and those to be removed from it with --remove.',
    );
  }
  const typeOf = (name: string | undefined): string | undefined =>
    adapters.find((adapter) => adapter.name === name)?.peftType;
  const alike = names.filter((name) => isAnti(name) && typeOf(name) === typeOf(expert));
  const remove = askedRemove.length > 0 ? askedRemove.map(known) : alike;
  if (remove.length === 0 || remove.includes(expert)) {
    throw usage(
      `no name says which adapters are to be removed from ${expert} [adapters=${names.join(', ')}]`,
      'Name them with --remove; a name that ends in - is taken for an anti-expert.',
    );
  }
  if (kind === 'order-study' && remove.length < 2) {
    throw usage('an order study needs two adapters to remove', 'Name more with --remove, or choose another --kind.');
  }
  return { expert, remove: [...new Set(remove)] };
}

function pathFrom(folder: string, path: string): string {
  const written = relative(folder, path).split(sep).join('/');
  return written === '' ? '.' : /^[~]|^[\w+.-]+:\/\//.test(written) ? `./${written}` : written;
}

function usage(message: string, hint: string): OminusError {
  return new OminusError('USAGE', { message, hint });
}
