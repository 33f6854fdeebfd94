/** Where `set`, `for` and `with` put values. */
import type { Target } from './ast.js';
import type { TokenCursor } from './token-cursor.js';
import { TemplateError } from './value.js';

/** Names that values are put under. */
export function readTarget(p: TokenCursor, hasMembers: boolean): Target {
  const items = [oneTarget(p, hasMembers)];
  let isTuple = false;
  while (p.skips('operator', ',')) {
    isTuple = true;
    if ((p.next.kind !== 'name' && !p.sees('operator', '(')) || p.sees('name', 'in')) {
      break;
    }
    items.push(oneTarget(p, hasMembers));
  }
  const [first] = items;
  return first !== undefined && !isTuple ? first : { kind: 'tuple', items };
}

function oneTarget(p: TokenCursor, hasMembers: boolean): Target {
  if (p.skips('operator', '(')) {
    const inner = readTarget(p, false);
    p.expect('operator', ')');
    return inner;
  }
  const name = p.name();
  if (['true', 'false', 'none', 'True', 'False', 'None'].includes(name)) {
    throw new TemplateError(`can't assign to '${name}'`);
  }
  return hasMembers && p.skips('operator', '.')
    ? { kind: 'member', name, attribute: p.name() }
    : { kind: 'name', name };
}
