/** The rules of figures, as far as they use CSS: classes and elements, one inside the other. */
import type { SvgElement } from './svg-tree.js';

/** Properties by name, in the notation of SVG's attributes. */
export type Properties = Readonly<Record<string, string>>;

interface Rule {
  /** Outermost first; an element's name and its classes. */
  readonly steps: readonly { readonly name: string; readonly classes: readonly string[] }[];
  readonly weight: number;
  readonly properties: Properties;
}

/** What children take over from the elements around them. */
const INHERITED = new Set([
  ...['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'fill-opacity', 'stroke-opacity'],
  ...['font-size', 'font-weight', 'text-anchor'],
]);

/** Reads rules as `.figure .axis line,.figure .grid{stroke:#ccc;stroke-width:1}`. */
export function styleRules(sheet: string): readonly Rule[] {
  return [...sheet.matchAll(/([^{}]+)\{([^{}]*)\}/g)].flatMap(([, selectors = '', declarations = '']) => {
    const properties = Object.fromEntries(
      declarations.split(';').flatMap((declaration) => {
        const [name = '', value] = declaration.split(':').map((part) => part.trim());
        return value === undefined ? [] : [[name, value]];
      }),
    );
    return selectors.split(',').map((selector): Rule => {
      const steps = selector
        .trim()
        .split(/\s+/)
        .map((step) => {
          const [name = '', ...classes] = step.split('.');
          return { name, classes };
        });
      const weight = steps.reduce((sum, { name, classes }) => sum + 100 * classes.length + (name === '' ? 0 : 1), 0);
      return { steps, weight, properties };
    });
  });
}

/** An element's own properties after those of the elements around it: attributes, then rules, the more specific later. */
export function propertiesOf(element: SvgElement, rules: readonly Rule[], outer: Properties): Properties {
  const inherited = Object.fromEntries(Object.entries(outer).filter(([name]) => INHERITED.has(name)));
  const matching = rules.filter((rule) => matches(element, rule)).sort((a, b) => a.weight - b.weight);
  return Object.assign(
    {},
    inherited,
    element.attributes,
    ...matching.map(({ properties }) => properties),
  ) as Properties;
}

function matches(element: SvgElement, { steps }: Rule): boolean {
  const last = steps.at(-1);
  if (last === undefined || !isLike(element, last)) {
    return false;
  }
  let next = steps.length - 2;
  for (let outer = element.parent; outer !== undefined && next >= 0; outer = outer.parent) {
    const step = steps[next];
    next -= step !== undefined && isLike(outer, step) ? 1 : 0;
  }
  return next < 0;
}

function isLike(element: SvgElement, { name, classes }: Rule['steps'][number]): boolean {
  const own = (element.attributes['class'] ?? '').split(' ');
  return (name === '' || name === element.name) && classes.every((one) => own.includes(one));
}
