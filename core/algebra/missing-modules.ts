/** Target modules that only one operand of an application has: told by name, or refused where the operands have none in common. */
import { OminusError } from '../errors.js';
import { printFormula } from '../expression/print.js';
import type { Application, Formula } from '../expression/types.js';
import { type ApplicationModules, applicationModules, editModules, type ModuleSet } from './application-modules.js';
import { ROW_OPERATORS } from './operators/registry.js';

/** Names that are written out; a model has hundreds of modules. */
const NAMES_SHOWN = 3;

/** The first names and how many more there are, on one line. */
export function firstFew(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN;
  return names.slice(0, NAMES_SHOWN).join(', ') + (more > 0 ? `, and ${String(more)} more` : '');
}

/**
 * One line for each side of an application of the formula that has target modules of its own, with what becomes of them.
 *
 * @param modulesOf - paths of a named adapter's modules
 */
export function missingModuleWarnings(
  formula: Formula,
  modulesOf: (name: string) => Iterable<string>,
): readonly string[] {
  return [...new Set(applicationModules(formula, modulesOf).flatMap(warningsOf))];
}

function warningsOf(sides: ApplicationModules): readonly string[] {
  const { application, left, right, reference } = sides;
  if (left.size === 0) {
    return []; // what is added to the zero adapter (the head of `2·e ⊖ …`) is missing nowhere
  }
  const edited = new Set(editModules(sides));
  const onlyRight = without(right, left);
  const step = printStep(application);
  const only = (side: string, paths: readonly string[], outcome: string): readonly string[] =>
    paths.length === 0 ? [] : [`only the ${side} side of ${step} has ${count(paths)}, ${outcome}: ${firstFew(paths)}`];
  const untouched = [...right].filter((path) => left.has(path) && !reference.has(path) && !edited.has(path)).sort();
  return [
    ...only('left', without(left, right), 'which stay as the left side has them'),
    ...only(
      'right',
      onlyRight.filter((path) => edited.has(path)),
      becomes(application),
    ),
    ...only(
      'right',
      onlyRight.filter((path) => !edited.has(path)),
      'which are left out',
    ),
    ...(untouched.length === 0 || application.reference === undefined
      ? []
      : [`${step} changes nothing in ${count(untouched)} that its reference lacks: ${firstFew(untouched)}`]),
  ];
}

/** What the modules are that only the right side has. */
function becomes({ operator, sign, lambda, right, reference }: Application<Formula>): string {
  const factor = sign === 1 ? lambda : `−${lambda}`;
  const edit = printStep({ operator, sign, lambda, left: { kind: 'zero' }, right, ...(reference && { reference }) });
  return ROW_OPERATORS[operator].editsReferenceOnly
    ? `in which the result is that of ${edit}`
    : `which become ${factor} times what the right side has`;
}

/**
 * Refuses target modules that only the right side of an application has.
 *
 * @throws OminusError `ADAPTER_MISMATCH` naming them
 */
export function refuseMissing(left: Iterable<string>, right: Iterable<string>): void {
  const missing = without(new Set(right), new Set(left));
  if (missing.length > 0) {
    throw new OminusError('ADAPTER_MISMATCH', {
      message: `the right operand has target modules that the left one lacks: ${firstFew(missing)}`,
      hint: 'Allow it with missing: pass. Ext then removes nothing from them; without Ext the result has them from the right operand alone.',
    });
  }
}

/**
 * {@link refuseMissing} for every application of a formula, before anything is computed.
 *
 * @throws OminusError `ADAPTER_MISMATCH`
 */
export function refuseOnlyRight(formula: Formula, modulesOf: (name: string) => Iterable<string>): void {
  for (const { left, right } of applicationModules(formula, modulesOf)) {
    if (left.size > 0) {
      refuseMissing(left, right);
    }
  }
}

/**
 * Refuses an application whose sides have no target module in common: an anti-expert that meets no module of the expert removes nothing.
 * Only `⊕` of adapters on different modules is meant so; it is refused where the same modules have other names.
 *
 * @param modulesOf - paths of a named adapter's modules
 * @throws OminusError `ADAPTER_MISMATCH` naming both sides and some modules of each
 */
export function refuseStrangers(formula: Formula, modulesOf: (name: string) => Iterable<string>): void {
  for (const { application, left, right, reference } of applicationModules(formula, modulesOf)) {
    const { editsReferenceOnly } = ROW_OPERATORS[application.operator];
    const met = editsReferenceOnly ? reference : left;
    if (left.size === 0 || met.size === 0 || right.size === 0 || [...right].some((path) => met.has(path))) {
      continue;
    }
    const renamed = twins(met, right, wholePath) ?? twins(right, met, wholePath)?.toReversed();
    if (editsReferenceOnly || application.sign === -1 || renamed !== undefined) {
      throw strangers(application, { met, right }, renamed ?? twins(met, right, fromLayer));
    }
  }
}

function strangers(
  application: Application<Formula>,
  { met, right }: { readonly met: ModuleSet; readonly right: ModuleSet },
  renamed: readonly string[] | undefined,
): OminusError {
  const side = application.reference === undefined ? application.left : application.reference;
  return new OminusError('ADAPTER_MISMATCH', {
    message:
      `${printFormula(application.right)} has no target module of ${printFormula(side)}, so ${printStep(application)} would ` +
      `change none of them: the one has ${firstFew([...right].sort())}; the other has ${firstFew([...met].sort())}`,
    hint:
      renamed === undefined
        ? 'Use adapters that were trained on the same modules of one base model.'
        : `${renamed[1] ?? ''} seems to be ${renamed[0] ?? ''} under another name, as after training on AutoModel, a wrapper or torch.compile: ` +
          'rename the tensors, or train both on one class of model.',
  });
}

/** A path of each side of which the end of the first is what is asked for of the second. */
function twins(
  these: ModuleSet,
  those: ModuleSet,
  wanted: (path: string) => string | undefined,
): readonly [these: string, those: string] | undefined {
  const ends = new Map([...these].flatMap((path) => endsOf(path).map((end) => [end, path] as const)));
  for (const path of those) {
    const end = wanted(path);
    const other = end === undefined ? undefined : ends.get(end);
    if (other !== undefined) {
      return [other, path];
    }
  }
  return undefined;
}

function wholePath(path: string): string {
  return path;
}

/** `0.self_attn.q_proj` of `model.layers.0.self_attn.q_proj`: the same module in any wrapper. */
function fromLayer(path: string): string | undefined {
  return /(?:^|\.)(\d+\..+)$/.exec(path)?.[1];
}

function endsOf(path: string): readonly string[] {
  const parts = path.split('.');
  return parts.map((_, place) => parts.slice(place).join('.'));
}

function without(these: ModuleSet, those: ModuleSet): readonly string[] {
  return [...these].filter((path) => !those.has(path)).sort();
}

function count(paths: readonly string[]): string {
  return `${String(paths.length)} target module${paths.length === 1 ? '' : 's'}`;
}

function printStep(application: Application<Formula>): string {
  return printFormula({ kind: 'apply', application });
}
