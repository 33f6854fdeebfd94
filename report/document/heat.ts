/** Numbers by layer and kind of module, as tables whose cells are shaded; the numbers stand in the cells. */
import { placeOf } from '../../core/adapter/module-place.js';
import { ABSENT } from '../words/format.js';
import { column, table, type CellLook, type Table } from './table.js';

/** One value of one module; null where it is not defined. */
export interface HeatValue {
  readonly module: string;
  readonly value: number | null;
  /** More about it, for a pointer that rests on the cell. */
  readonly note?: string;
}

/** One table per prefix that occurs; modules without a layer are left to the caller. */
export function heatTables(
  values: readonly HeatValue[],
  options: { readonly title: string; readonly format: (value: number) => string },
): readonly (Table | false)[] {
  const finite = values.flatMap(({ value }) => (value === null ? [] : [value]));
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
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
    return table(
      layers,
      [
        column('layer', String),
        ...kinds.map((kind) =>
          column<number>(
            shortKind(kind, kinds),
            (layer) => {
              const value = byPlace.get(`${layer} ${kind}`)?.value ?? null;
              return value === null ? ABSENT : options.format(value);
            },
            {
              hint: kind,
              about: (layer) => {
                const entry = byPlace.get(`${layer} ${kind}`);
                if (entry?.value === null || entry?.value === undefined) {
                  return {};
                }
                const title = entry.note === undefined ? entry.module : `${entry.module}: ${entry.note}`;
                return { ...shadeOf(entry.value, low, high), title };
              },
            },
          ),
        ),
      ],
      { look: 'heat', caption: prefixes.length > 1 ? `${options.title}, ${prefix}` : options.title },
    );
  });
}

/** From the smallest to the largest value; where there are both signs, from zero to the largest size, with a colour for each sign. */
function shadeOf(value: number, low: number, high: number): CellLook {
  if (low < 0 && high > 0) {
    const share = Math.round((60 * Math.abs(value)) / Math.max(-low, high));
    return value < 0 ? { share, look: 'negative' } : { share };
  }
  return { share: Math.round(60 * (high > low ? (value - low) / (high - low) : 0.5)) };
}

/** The last part of a kind where that is enough to tell it from the others, without `_proj`. */
function shortKind(kind: string, kinds: readonly string[]): string {
  const lastPart = (path: string): string => path.slice(path.lastIndexOf('.') + 1);
  const isUnique = kinds.filter((other) => lastPart(other) === lastPart(kind)).length === 1;
  return isUnique ? lastPart(kind).replace(/_proj$/, '') : kind;
}
