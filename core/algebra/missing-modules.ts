/** Target modules that only one operand of an application has, told by name. */
import { printFormula } from '../expression/print.js';
import type { Application, Formula } from '../expression/types.js';
import { ROW_OPERATORS } from './operators/registry.js';
import type { ModuleDiagnostics } from './types.js';

/** Names that are written out; a model has hundreds of modules. */
const NAMES_SHOWN = 3;

/** The first names and how many more there are, on one line. */
export function firstFew(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN;
  return names.slice(0, NAMES_SHOWN).join(', ') + (more > 0 ? `, and ${String(more)} more` : '');
}

/** One line for each side of an application that has target modules of its own. */
export function missingModuleWarnings(
  application: Application<Formula>,
  modules: readonly Pick<ModuleDiagnostics, 'module' | 'missingIn'>[],
): readonly string[] {
  const step = printFormula({ kind: 'apply', application });
  const { operator, reference } = application;
  const onlyRight = ROW_OPERATORS[operator].onlyRight(reference !== undefined);
  const sides = [
    ['left', 'right', 'which stay as they are'],
    ['right', 'left', onlyRight],
  ] as const;
  return sides.flatMap(([side, other, outcome]) => {
    const names = modules.filter(({ missingIn }) => missingIn === other).map(({ module }) => module);
    const count = `${String(names.length)} target module${names.length === 1 ? '' : 's'}`;
    return names.length === 0
      ? []
      : [`only the ${side} side of ${step} has ${count}${outcome && `, ${outcome}`}: ${firstFew(names)}`];
  });
}
