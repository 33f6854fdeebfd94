/** `loop`: where a loop is. */
import { callable, dict, missing, orElse, TemplateError, type Value } from './value.js';

/** The value of `loop` at a place. */
export function loopValue(items: readonly Value[], place: number): Value {
  const count = items.length;
  const outside = (name: string): Value => missing(`there is no ${name} item`);
  return dict([
    ['index', place + 1],
    ['index0', place],
    ['revindex', count - place],
    ['revindex0', count - place - 1],
    ['first', place === 0],
    ['last', place === count - 1],
    ['length', count],
    ['depth', 1],
    ['depth0', 0],
    ['previtem', orElse(items[place - 1], () => outside('previous'))],
    ['nextitem', orElse(items[place + 1], () => outside('next'))],
    [
      'cycle',
      callable('cycle', ({ positional }) => {
        const chosen = positional[place % positional.length];
        if (chosen === undefined) {
          throw new TemplateError('no items for cycling given');
        }
        return chosen;
      }),
    ],
  ]);
}
