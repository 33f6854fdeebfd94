/** What the schema says about a YAML tree, in words: every violation with its place and what to write instead. */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { nearest, type Span } from '../diagnostic.js';
import { BENCHMARKS } from '../evaluation/registry.js';
import { adviseEntries, adviseMissing, advisePattern, adviseType } from './advice.js';
import type { SpecProblem, SpecProblems } from './problem.js';
import { SPEC_SCHEMAS, type SpecKind } from './schema.js';
import { toPlain, type YamlEntry, type YamlNode } from './yaml-tree.js';

/** Violations that are looked at; a file of nothing but unknown keys has a hundred thousand. */
const MAX_VIOLATIONS = 200;
/** Errors of the validator that are sorted into unions, which takes the square of their number. */
const MAX_ERRORS = 2000;
const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a finite number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'a map',
  array: 'a list',
};
const PATTERN_WORDS: readonly (readonly [key: RegExp, words: string])[] = [
  [/^digest$/, 'sha256: and 64 hexadecimal digits'],
  [/^name$/, 'letters, digits, blanks and _ . - +, beginning with a letter or digit'],
  [/^tags$/, 'a word of letters, digits and _ . : / + -, beginning with a letter or digit'],
  [/^env$/, 'the name of a variable of the environment'],
  [/^as$/, 'letters, digits, _ and -, beginning with a letter'],
];

const validators = new Map<SpecKind, ValidateFunction>();

function validatorOf(kind: SpecKind): ValidateFunction {
  const known = validators.get(kind);
  if (known !== undefined) {
    return known;
  }
  const validate = new Ajv2020({ allErrors: true, strict: true, verbose: true }).compile(SPEC_SCHEMAS[kind]);
  validators.set(kind, validate);
  return validate;
}

/** Reports every violation of the schema of this kind. */
export function checkSchema(kind: SpecKind, root: YamlNode, problems: SpecProblems): void {
  const validate = validatorOf(kind);
  if (validate(toPlain(root))) {
    return;
  }
  const all = withoutBranches((validate.errors ?? []).slice(0, MAX_ERRORS));
  const mistyped = new Set(all.flatMap(({ keyword, instancePath }) => (keyword === 'type' ? [instancePath] : [])));
  const errors = all.filter(
    ({ keyword, instancePath, params }) =>
      // The kind is reported where it is read; a value of the wrong type is also none of those allowed.
      instancePath !== '/kind' &&
      params['missingProperty'] !== 'kind' &&
      !((keyword === 'const' || keyword === 'enum') && mistyped.has(instancePath)),
  );
  for (const error of errors.slice(0, MAX_VIOLATIONS)) {
    problems.add(describe(error, find(root, error.instancePath)));
  }
}

/** Of every union keeps the violations of the branch that has the right type, or one violation for the whole union. */
function withoutBranches(errors: readonly ErrorObject[]): ErrorObject[] {
  let kept = [...errors];
  for (const union of errors.filter(({ keyword }) => keyword === 'anyOf')) {
    const isInside = (error: ErrorObject): boolean =>
      error.schemaPath.startsWith(`${union.schemaPath}/`) &&
      `${error.instancePath}/`.startsWith(`${union.instancePath}/`);
    const isOfWrongType = (error: ErrorObject): boolean =>
      error.instancePath === union.instancePath && error.schemaPath === `${branchOf(union, error)}/type`;
    const inside = kept.filter(isInside);
    const wrong = new Set(inside.filter(isOfWrongType).map((error) => branchOf(union, error)));
    const right = inside.filter((error) => !wrong.has(branchOf(union, error)));
    kept = kept.filter((error) => !isInside(error) && (error !== union || right.length === 0)).concat(right);
  }
  return kept;
}

function branchOf(union: ErrorObject, error: ErrorObject): string {
  const rest = error.schemaPath.slice(union.schemaPath.length + 1);
  return `${union.schemaPath}/${rest.split('/', 1)[0] ?? ''}`;
}

/** A place in the tree: the node, its key, and its name in messages. */
interface Place {
  readonly node: YamlNode;
  readonly key: YamlEntry | undefined;
  readonly words: string;
}

function find(root: YamlNode, instancePath: string): Place {
  let place: Place = { node: root, key: undefined, words: '' };
  for (const part of instancePath.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const { node, words } = place;
    if (node.kind === 'map') {
      const key = node.entries.find((entry) => entry.key === name);
      place = { node: key?.value ?? node, key, words: words === '' ? name : `${words}.${name}` };
    } else if (node.kind === 'list') {
      const item = node.items[Number(name)];
      place = { node: item ?? node, key: undefined, words: `${words}[${name}]` };
    }
  }
  return place;
}

function describe(error: ErrorObject, place: Place): SpecProblem {
  const { node, words } = place;
  const params = error.params as Readonly<Record<string, unknown>>;
  const value = { span: node.span, code: 'SPEC_VALUE' } as const;
  const got = `got ${show(node)}`;
  switch (error.keyword) {
    case 'additionalProperties':
      return describeUnknownKey(error, place, String(params['additionalProperty']));
    case 'required':
      return {
        code: 'SPEC_MISSING_KEY',
        message: `${words === '' ? 'the spec' : words} needs the key "${String(params['missingProperty'])}"`,
        hint: adviseMissing(String(params['missingProperty'])),
        span: placeOfMap(place),
      };
    case 'type':
    case 'anyOf':
      return describeType(error, place);
    case 'const':
      return {
        ...value,
        message: `${words} must be ${String(params['allowedValue'])}, ${got}`,
        hint: `Write ${words}: ${String(params['allowedValue'])}.`,
      };
    case 'enum': {
      const allowed = (params['allowedValues'] as readonly unknown[]).map(String);
      const near = node.kind === 'scalar' ? nearest(String(node.value), allowed) : undefined;
      const standard = words === 'orders' ? 'Write all, or a list of orders.' : `Write one of ${allowed.join(', ')}.`;
      const hint = near === undefined ? standard : `Did you mean ${near}?`;
      return { ...value, message: `${words} must be ${allowed.join(' or ')}, ${got}`, hint };
    }
    case 'pattern': {
      const expected = PATTERN_WORDS.find(([key]) => key.test(place.key?.key ?? ''))?.[1] ?? String(params['pattern']);
      const code = place.key?.key === 'digest' ? 'SPEC_DIGEST' : 'SPEC_VALUE';
      const hint = advisePattern(place.key?.key ?? '');
      return { ...value, code, message: `${words} must be ${expected}, ${got}`, hint };
    }
    case 'minLength':
      return { ...value, message: `${words} is empty`, hint: 'Write a value between the quotes.' };
    case 'maxLength': {
      const limit = String(params['limit']);
      return { ...value, message: `${words} is longer than ${limit} characters`, hint: `Write at most ${limit}.` };
    }
    case 'minimum':
      return {
        ...value,
        message: `${words} must be at least ${String(params['limit'])}, ${got}`,
        hint:
          params['limit'] === 0 && /^(?:lambda|over\.)/.test(words)
            ? 'λ is never negative; to add, use ⊕.'
            : `Write ${String(params['limit'])} or more.`,
      };
    case 'maximum':
      return {
        ...value,
        message: `${words} must be at most ${String(params['limit'])}, ${got}`,
        hint: `Write ${String(params['limit'])} or less.`,
      };
    case 'minItems':
    case 'minProperties':
      return describeTooFew(error, place, Number(params['limit']));
    case 'maxItems':
      return {
        ...value,
        message: `${words} must have ${countWords(error)} items, ${got}`,
        hint: `Keep ${String(params['limit'])} of them.`,
      };
    case 'maxProperties':
      return describeTooMany(place, Number(params['limit']));
    default:
      return {
        ...value,
        message: `${words} ${error.message ?? 'is not allowed'}`,
        hint: 'docs/spec.md describes the form.',
      };
  }
}

function describeUnknownKey({ parentSchema }: ErrorObject, { node, words }: Place, key: string): SpecProblem {
  const entry = node.kind === 'map' ? node.entries.find((candidate) => candidate.key === key) : undefined;
  const known = Object.keys((parentSchema?.['properties'] as object | undefined) ?? {});
  const near = nearest(key, known);
  // `{ seed 0 }` and `{ seed:0 }` are keys without a value to YAML.
  const glued = known.find((one) => key.startsWith(one) && /^[\s:]/.test(key.slice(one.length)));
  const few = known.length === 0 ? 'Remove it.' : `Known here: ${known.join(', ')}.`;
  const isBenchmark = /^evaluate\.with\[\d+\]$/.test(words);
  const where = words === '' ? '' : ` in ${words}`;
  const shownKey = `"${key.slice(0, 60)}"`;
  return {
    code: isBenchmark ? 'SPEC_BENCHMARK' : 'SPEC_UNKNOWN_KEY',
    message: isBenchmark ? `unknown benchmark ${shownKey}` : `unknown key ${shownKey}${where}`,
    hint:
      glued !== undefined
        ? `Write ${glued}: with a colon and a space before its value.`
        : near === undefined
          ? few
          : `Did you mean ${near}?`,
    span: entry?.keySpan ?? node.span,
  };
}

function describeType(error: ErrorObject, place: Place): SpecProblem {
  const { node, words } = place;
  const branches = error.keyword === 'anyOf' ? (error.schema as readonly { readonly type?: string }[]) : [error.params];
  const types = branches.map((branch) => (branch as { readonly type?: string }).type ?? '');
  const expected = types.map((type) => TYPE_WORDS[type] ?? type).join(' or ');
  const message = `${words === '' ? 'the spec' : words} must be ${expected}, got ${show(node)}`;
  return { code: 'SPEC_TYPE', message, hint: adviseType(error, types, place), span: node.span };
}

function describeTooFew(error: ErrorObject, place: Place, limit: number): SpecProblem {
  const { node, words } = place;
  if (/^evaluate\.with\[\d+\]$/.test(words)) {
    const hint = `Benchmarks: ${BENCHMARKS.map(({ name }) => name).join(', ')}.`;
    return { code: 'SPEC_BENCHMARK', message: 'a benchmark is missing', hint, span: node.span };
  }
  const message =
    limit === 1 ? `${words} is empty` : `${words} must have ${countWords(error)} items, got ${show(node)}`;
  return { code: 'SPEC_VALUE', message, hint: adviseEntries(error, words), span: node.span };
}

/** How many items a list may have: `2`, `2 to 8`, `at least 2`. */
function countWords({ parentSchema }: ErrorObject): string {
  const { minItems, maxItems } = parentSchema as { readonly minItems?: number; readonly maxItems?: number };
  if (minItems === maxItems) {
    return String(minItems);
  }
  return maxItems === undefined ? `at least ${minItems ?? 0}` : `${minItems ?? 0} to ${maxItems}`;
}

function describeTooMany({ node, words }: Place, limit: number): SpecProblem {
  if (/^evaluate\.with\[\d+\]$/.test(words)) {
    const message = 'a list item holds one benchmark';
    const hint = 'Begin each benchmark with "- ", and indent its parameters below its name.';
    return { code: 'SPEC_BENCHMARK', message, hint, span: node.span };
  }
  const hint = 'Split it into several specs.';
  return { code: 'SPEC_SIZE', message: `${words} has more than ${limit} entries`, hint, span: node.span };
}

/** A missing key is shown at the key of the map it is missing from, or at the map's first key. */
function placeOfMap({ node, key }: Place): Span {
  return key?.keySpan ?? (node.kind === 'map' ? node.entries[0]?.keySpan : undefined) ?? node.span;
}

function show(node: YamlNode): string {
  if (node.kind === 'scalar') {
    const text = node.source.replaceAll(/\s+/g, ' ').slice(0, 60);
    return node.value === null ? 'nothing' : typeof node.value === 'string' ? `"${text}"` : text;
  }
  const count = node.kind === 'list' ? node.items.length : node.entries.length;
  return node.kind === 'list' ? `a list of ${count}` : `a map of ${count}`;
}
