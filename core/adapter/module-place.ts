/** The place of a target module in its model, read from its path. */

/** `model.layers.3.self_attn.q_proj` is layer 3, kind `self_attn.q_proj`, of `model.layers`. */
export interface ModulePlace {
  readonly prefix: string;
  readonly layer: number;
  readonly kind: string;
}

/** Reads a module path at its first numeric part; undefined when it has none. */
export function placeOf(module: string): ModulePlace | undefined {
  const parts = module.split('.');
  const at = parts.findIndex((part) => /^\d{1,6}$/.test(part));
  return at === -1 || at === parts.length - 1
    ? undefined
    : { prefix: parts.slice(0, at).join('.'), layer: Number(parts[at]), kind: parts.slice(at + 1).join('.') };
}
