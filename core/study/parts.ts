/** The parts of a model that order gaps are summed over: the whole, its layers, and its kinds of modules. */
import { placeOf } from '../adapter/module-place.js';
import type { OrderGapPart } from './types.js';

/** A part's name and kind. */
export type PartName = Pick<OrderGapPart, 'part' | 'kind'>;

/** Parts in their order, and which of them each module belongs to (places in `parts`). */
export interface Parts {
  readonly parts: readonly PartName[];
  readonly ofModule: ReadonlyMap<string, readonly number[]>;
}

/**
 * The whole first, then layers in ascending order, then kinds of modules in the order of their first occurrence. Modules
 * outside of any layer (`lm_head`) belong to the whole and to their kind. Where a model has several stacks of layers, the stack's
 * path stands before the layer.
 *
 * @param modules - module paths
 */
export function partsOf(modules: readonly string[]): Parts {
  const places = modules.map((path) => ({ path, place: placeOf(path) }));
  const stacks = new Set(places.flatMap(({ place }) => place?.prefix ?? []));
  const kinds = new Set(places.map(({ path, place }) => place?.kind ?? path));
  const layerOf = ({ prefix, layer }: { readonly prefix: string; readonly layer: number }): string =>
    `${stacks.size > 1 ? `${prefix} ` : ''}layer ${layer}`;
  const layers = places
    .flatMap(({ place }) => place ?? [])
    .sort((a, b) => (a.prefix === b.prefix ? a.layer - b.layer : a.prefix < b.prefix ? -1 : 1));
  const parts: PartName[] = [
    { part: 'total', kind: 'total' },
    ...[...new Set(layers.map(layerOf))].map((part): PartName => ({ part, kind: 'layer' })),
    ...[...kinds].map((kind): PartName => ({ part: shortKind(kind, kinds), kind: 'module-kind' })),
  ];
  const at = (kind: PartName['kind'], part: string): number =>
    parts.findIndex((candidate) => candidate.kind === kind && candidate.part === part);
  const ofModule = new Map(
    places.map(({ path, place }) => [
      path,
      [
        0,
        ...(place === undefined ? [] : [at('layer', layerOf(place))]),
        at('module-kind', shortKind(place?.kind ?? path, kinds)),
      ],
    ]),
  );
  return { parts, ofModule };
}

/** `q_proj` for `self_attn.q_proj`, unless another kind ends like it. */
function shortKind(kind: string, kinds: ReadonlySet<string>): string {
  const last = (path: string): string => path.slice(path.lastIndexOf('.') + 1);
  return [...kinds].some((other) => other !== kind && last(other) === last(kind)) ? kind : last(kind);
}
