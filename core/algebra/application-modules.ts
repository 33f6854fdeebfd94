/** Which target modules the two sides of every application have: by the formula alone, before anything is computed. */
import { assertNever } from '../errors.js';
import type { Application, Formula } from '../expression/types.js';
import { ROW_OPERATORS } from './operators/registry.js';

/** Paths of modules; what is not among them is zero. */
export type ModuleSet = ReadonlySet<string>;

/** One application and the modules of its sides. */
export interface ApplicationModules {
  readonly application: Application<Formula>;
  readonly left: ModuleSet;
  readonly right: ModuleSet;
  /** Of what the operator refers to: the explicit reference, else the left side. */
  readonly reference: ModuleSet;
}

/**
 * All applications of a formula in the order of evaluation, those of which made leaves are made included.
 *
 * @param modulesOf - paths of a named adapter's modules
 */
export function applicationModules(
  formula: Formula,
  modulesOf: (name: string) => Iterable<string>,
): readonly ApplicationModules[] {
  return walk(formula, modulesOf).applications;
}

/**
 * Modules in which a formula's value may be something else than zero.
 *
 * @param modulesOf - paths of a named adapter's modules
 */
export function touchedModules(formula: Formula, modulesOf: (name: string) => Iterable<string>): ModuleSet {
  return walk(formula, modulesOf).touched;
}

function walk(
  formula: Formula,
  modulesOf: (name: string) => Iterable<string>,
): { readonly applications: readonly ApplicationModules[]; readonly touched: ModuleSet } {
  const found: ApplicationModules[] = [];
  const visit = (part: Formula): ModuleSet => {
    switch (part.kind) {
      case 'adapter':
        return new Set(modulesOf(part.name));
      case 'zero':
        return new Set();
      case 'make':
        return new Set(part.call.operands.flatMap((operand) => [...visit(operand)]));
      case 'apply': {
        const { application } = part;
        const left = visit(application.left);
        const right = visit(application.right);
        const reference = application.reference === undefined ? left : visit(application.reference);
        const sides = { application, left, right, reference };
        found.push(sides);
        return new Set([...left, ...editModules(sides)]);
      }
      default:
        return assertNever(part);
    }
  };
  const touched = visit(formula);
  return { applications: found, touched };
}

/** Modules in which an application adds or removes something. */
export function editModules({ application, right, reference }: ApplicationModules): readonly string[] {
  if (Number(application.lambda) === 0) {
    return [];
  }
  const { editsReferenceOnly } = ROW_OPERATORS[application.operator];
  return [...right].filter((path) => !editsReferenceOnly || reference.has(path));
}
