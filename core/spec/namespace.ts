/** Adapters, steps and variables share one namespace; `Ext` and `base` are reserved. */
import { nearest, type Span } from '../diagnostic.js';
import { isName, MAX_NAME_LENGTH, normaliseName, RESERVED_NAMES } from '../expression/names.js';
import type { SpecProblems } from './problem.js';
import type { YamlEntry } from './yaml-tree.js';

/** What a name stands for. */
export type NameKind = 'adapter' | 'step' | 'variable' | 'base';

/** Declares names, and answers what a name is. */
export class Namespace {
  readonly #problems: SpecProblems;
  readonly #kinds = new Map<string, NameKind>([['base', 'base']]);

  constructor(problems: SpecProblems) {
    this.#problems = problems;
  }

  /** Declares the name of an entry; undefined (and a problem) when it cannot be one, or is taken. */
  declare(kind: Exclude<NameKind, 'base'>, { key, keySpan: span }: YamlEntry): string | undefined {
    const name = normaliseName(key);
    if (!isName(key)) {
      const hint = 'A name is a letter, then letters, digits, _ . or -, with an optional final ⁺ or ⁻.';
      const isLong = key.length > MAX_NAME_LENGTH;
      const message = isLong ? `a name has at most ${MAX_NAME_LENGTH} characters` : `"${key}" is not a valid name`;
      this.#problems.add({ code: 'SPEC_NAME', message, hint, span });
      return undefined;
    }
    if (RESERVED_NAMES.includes(name)) {
      const hint = name === 'base' ? 'It means the base model; choose another name.' : 'Choose another name.';
      this.#problems.add({ code: 'SPEC_RESERVED_NAME', message: `"${name}" is reserved`, hint, span });
      return undefined;
    }
    const taken = this.#kinds.get(name);
    if (taken !== undefined) {
      const message = `the name "${name}" is taken by ${article(taken)}`;
      const hint = 'Adapters, steps and variables share one namespace; a final - is the same as ⁻.';
      this.#problems.add({ code: 'SPEC_DUPLICATE_NAME', message, hint, span });
      return undefined;
    }
    this.#kinds.set(name, kind);
    return name;
  }

  /** What a name (in any spelling) stands for. */
  kindOf(name: string): NameKind | undefined {
    return this.#kinds.get(normaliseName(name));
  }

  /** The names of one kind, in the order of their declaration. */
  names(kind: NameKind): readonly string[] {
    return [...this.#kinds].flatMap(([name, its]) => (its === kind ? [name] : []));
  }

  /** The normal form of a known name of one of these kinds; undefined (and a problem) for any other. */
  resolve(written: string, span: Span, kinds: readonly NameKind[] = ['adapter', 'step', 'base']): string | undefined {
    const name = normaliseName(written);
    const kind = this.#kinds.get(name);
    if (kind !== undefined && kinds.includes(kind)) {
      return name;
    }
    const candidates = kinds.flatMap((wanted) => this.names(wanted));
    const wanted = kinds.filter((one) => one !== 'base').join(' or ');
    const message =
      kind === undefined
        ? `no ${wanted} is named "${written.slice(0, 60)}"`
        : `"${name}" is ${article(kind)}, not ${kinds.map(article).join(' or ')}`;
    const near = kind === undefined ? nearest(name, candidates) : undefined;
    const few = candidates.slice(0, 12).join(', ') + (candidates.length > 12 ? ', …' : '');
    const hint = near === undefined ? `Known names: ${few === '' ? 'none' : few}.` : `Did you mean ${near}?`;
    this.#problems.add({ code: 'SPEC_UNKNOWN_NAME', message, hint, span });
    return undefined;
  }
}

function article(kind: NameKind): string {
  return { adapter: 'an adapter', step: 'a step', variable: 'a variable', base: 'the base model' }[kind];
}
