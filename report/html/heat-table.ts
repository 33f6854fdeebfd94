/** Numbers by layer and kind of module, as a table whose cells are shaded; the numbers stand in the cells. */
import { placeOf } from '../../core/adapter/module-place.js';
import { ABSENT } from '../words/format.js';
import { html, type Html } from './html.js';

/** One value of one module; null where it is not defined. */
export interface HeatValue {
  readonly module: string;
  readonly value: number | null;
  /** More about it, for a pointer that rests on the cell. */
  readonly note?: string;
}

/** One table per prefix that occurs; modules without a layer are left to the caller. */
export function drawHeat(
  values: readonly HeatValue[],
  options: { readonly title: string; readonly format: (value: number) => string },
): readonly Html[] {
  const finite = values.flatMap(({ value }) => (value === null ? [] : [value]));
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  const placed = values.flatMap((value) => {
    const place = placeOf(value.module);
    return place === undefined ? [] : [{ ...value, ...place }];
  });
  const prefixes = [...new Set(placed.map(({ prefix }) => prefix))];
  return prefixes.map((prefix) => {
    const own = placed.filter((value) => value.prefix === prefix);
    const kinds = [...new Set(own.map(({ kind }) => kind))];
    const layers = [...new Set(own.map(({ layer }) => layer))].sort((a, b) => a - b);
    const byPlace = new Map(own.map((value) => [`${value.layer} ${value.kind}`, value]));
    const caption = prefixes.length > 1 ? `${options.title}, ${prefix}` : options.title;
    return html`<table class="heat">
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          <th scope="col">layer</th>
          ${kinds.map((kind) => html`<th scope="col" title="${kind}">${shortKind(kind, kinds)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${layers.map(
          (layer) =>
            html`<tr>
              <th scope="row">${layer}</th>
              ${kinds.map((kind) => heatCell(byPlace.get(`${layer} ${kind}`), low, high, options.format))}
            </tr>`,
        )}
      </tbody>
    </table>`;
  });
}

function heatCell(entry: HeatValue | undefined, low: number, high: number, format: (value: number) => string): Html {
  if (entry?.value === null || entry?.value === undefined) {
    return html`<td>${ABSENT}</td>`;
  }
  const heat = high > low ? (entry.value - low) / (high - low) : 0.5;
  const note = entry.note === undefined ? entry.module : `${entry.module}: ${entry.note}`;
  return html`<td style="--share:${Math.round(60 * heat)}%" title="${note}">${format(entry.value)}</td>`;
}

/** The last part of a kind where that is enough to tell it from the others, without `_proj`. */
function shortKind(kind: string, kinds: readonly string[]): string {
  const lastPart = (path: string): string => path.slice(path.lastIndexOf('.') + 1);
  const isUnique = kinds.filter((other) => lastPart(other) === lastPart(kind)).length === 1;
  return isUnique ? lastPart(kind).replace(/_proj$/, '') : kind;
}
