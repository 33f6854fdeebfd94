/** Steps: named expressions → formulas, in an order in which each finds those it uses. */
import { parseExpression, type ParseResult } from '../expression/parser.js';
import { resolveFormula, type Scope } from '../expression/resolve.js';
import type { Formula } from '../expression/types.js';
import { addExpressionProblems } from './expression-problems.js';
import type { Namespace } from './namespace.js';
import type { SpecProblems } from './problem.js';
import { scalarPlaces, spanInScalar } from './scalar-offsets.js';
import { MAX_ENTRIES } from './schema/common.js';
import type { SpecStep } from './types.js';
import { entriesOf, entryOf, type YamlEntry, type YamlNode, type YamlScalar } from './yaml-tree.js';

/** A step before its names are resolved. */
interface ParsedStep {
  /** Undefined when the name cannot be used; the expression is checked all the same. */
  readonly name: string | undefined;
  readonly source: string;
  readonly scalar: YamlScalar;
  readonly parsed: ParseResult;
}

/** Declares the steps (`chain` is the short form of one) and parses their expressions. */
export function parseSteps(root: YamlNode, names: Namespace, problems: SpecProblems): readonly ParsedStep[] {
  const steps = entryOf(root, 'steps');
  const chain = entryOf(root, 'chain');
  if ((steps === undefined) === (chain === undefined)) {
    const [message, hint] =
      steps === undefined
        ? ['the spec needs steps or chain', 'Write steps: and named expressions, or chain: and one expression.']
        : ['steps and chain cannot be combined', 'Make chain one of the steps; it is short for a step named chain.'];
    problems.add({ code: 'SPEC_STEPS', message, hint, span: (chain ?? entriesOf(root)[0])?.keySpan ?? root.span });
  }
  const entries: readonly YamlEntry[] =
    steps === undefined ? (chain === undefined ? [] : [chain]) : entriesOf(steps.value);
  // More are reported by the schema.
  return entries.slice(0, MAX_ENTRIES).flatMap((entry) => {
    const name = names.declare('step', entry);
    const { value: scalar } = entry;
    if (scalar.kind !== 'scalar' || typeof scalar.value !== 'string') {
      return [];
    }
    return [{ name, source: scalar.value, scalar, parsed: parseExpression(scalar.value) }];
  });
}

/** Resolves parsed steps; those with problems are left out, and what is wrong is reported under the very sign. */
export function resolveSteps(
  steps: readonly ParsedStep[],
  options: { readonly text: string; readonly names: Namespace } & Pick<Scope, 'lambda' | 'noCalls'>,
  problems: SpecProblems,
): readonly SpecStep[] {
  const { text, names, ...given } = options;
  const formulas = new Map<string, Formula | undefined>(names.names('step').map((name) => [name, undefined]));
  const scope: Scope = { adapters: new Set(names.names('adapter')), steps: formulas, ...given };
  for (const step of inOrderOfUse(steps, text, problems)) {
    if (problems.isFull) {
      break;
    }
    const { formula, problems: found } = resolveFormula(step.parsed, scope);
    addExpressionProblems(text, step.scalar, found, problems);
    if (step.name !== undefined) {
      formulas.set(step.name, formula);
    }
  }
  return steps.flatMap(({ name, source, scalar: { span } }) => {
    const formula = name === undefined ? undefined : formulas.get(name);
    return name === undefined || formula === undefined ? [] : [{ name, source, formula, span }];
  });
}

/** Depth-first order; a circle is reported once, at the use that closes it. */
function inOrderOfUse(steps: readonly ParsedStep[], text: string, problems: SpecProblems): readonly ParsedStep[] {
  const byName = new Map(steps.map((step) => [step.name, step]));
  const done = new Set<ParsedStep>();
  const path: ParsedStep[] = [];
  // At most MAX_ENTRIES deep.
  const visit = (step: ParsedStep): void => {
    path.push(step);
    for (const { name, span } of step.parsed.references) {
      const used = byName.get(name);
      const start = used === undefined ? -1 : path.indexOf(used);
      if (start >= 0) {
        const circle = [...path.slice(start), used].map((link) => link?.name ?? '').join(' → ');
        const place = spanInScalar(scalarPlaces(text, step.scalar), step.scalar, span);
        const hint = 'Let one of them use adapters only.';
        problems.add({
          code: 'SPEC_CYCLE',
          message: `steps form a cycle: ${circle}`,
          hint,
          span: place,
        });
      } else if (used !== undefined && !done.has(used)) {
        visit(used);
      }
    }
    path.pop();
    done.add(step);
  };
  for (const step of steps) {
    if (!done.has(step)) {
      visit(step);
    }
  }
  return [...done];
}
