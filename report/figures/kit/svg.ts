/** The parts that figures are drawn with. Numbers are coordinates in user units and are rounded to two decimals. */
import { element, type Html, type HtmlValue } from '../../html/html.js';
import { px } from './figure.js';

/** A place in a drawing. */
export type Place = readonly [x: number, y: number];

/** An element of SVG. */
export function svg(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  ...children: readonly HtmlValue[]
): Html {
  const rounded = Object.entries(attributes).map(([key, value]) => [
    key,
    typeof value === 'number' ? px(value) : value,
  ]);
  return element(name, Object.fromEntries(rounded), ...children);
}

/** Parts of one class. */
export function group(kind: string, ...children: readonly HtmlValue[]): Html {
  return element('g', { class: kind }, ...children);
}

/** A straight line. */
export function line([x1, y1]: Place, [x2, y2]: Place, kind?: string): Html {
  return svg('line', { class: kind, x1, x2, y1, y2 });
}

/** A path of a class; with a title, which a pointer is told. */
export function path(kind: string | undefined, d: string, title?: string): Html {
  return svg('path', { class: kind, d }, ...titled(title));
}

/** A shape around a place. */
export function mark([x, y]: Place, shape: string, title?: string, kind = 'dot'): Html {
  return svg('path', { class: kind, transform: `translate(${px(x)} ${px(y)})`, d: shape }, ...titled(title));
}

/** Text at a place. */
export function label(
  text: string | number,
  [x, y]: Place,
  {
    kind,
    anchor,
    title,
  }: { readonly kind?: string; readonly anchor?: 'middle' | 'end' | 'start'; readonly title?: string } = {},
): Html {
  return svg('text', { class: kind, x, y, 'text-anchor': anchor }, text, ...titled(title));
}

/** `M…L…`: the line through places. */
export function through(places: readonly Place[]): string {
  return places.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${px(x)} ${px(y)}`).join('');
}

/** An interval along the horizontal axis, with its ends. */
export function whisker(from: number, to: number, y: number): Html {
  return path('whisker', `M${px(from)} ${px(y)}H${px(to)}M${px(from)} ${px(y - 4)}v8M${px(to)} ${px(y - 4)}v8`);
}

function titled(title: string | undefined): readonly Html[] {
  return title === undefined ? [] : [element('title', {}, title)];
}
