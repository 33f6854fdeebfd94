/**
 * Python's `re.fullmatch` for regular expressions of untrusted configs, in time linear in text and expression: all places at which the
 * expression could be are followed at once, so none makes the process hang.
 */
import { type Assertion, type Node, parseRegex, type Test } from './parse-regex.js';

/** Most states of a compiled expression; counted repeats are written out. */
const MAX_STATES = 5000;

/** A compiled expression. */
export interface FullMatch {
  /** Whether the whole text matches; takes at most {@link size} steps per character. */
  readonly matches: (text: string) => boolean;
  readonly size: number;
}

type State =
  | { readonly kind: 'read'; readonly test: Test; readonly next: number }
  | { readonly kind: 'split'; readonly next: readonly number[] }
  | { readonly kind: 'assert'; readonly assertion: Assertion; readonly next: number };

/**
 * Compiles an expression.
 *
 * @returns undefined for what is not supported: lookarounds, back-references, flags, faulty or very large expressions
 */
export function compileFullMatch(pattern: string): FullMatch | undefined {
  const node = parseRegex(pattern);
  if (node === undefined) {
    return undefined;
  }
  const builder = new Builder();
  const start = builder.build(node, 0);
  return builder.isTooLarge
    ? undefined
    : { matches: (text) => run(builder.states, start, text), size: builder.states.length };
}

/** Builds states backwards: each part is given the state that follows it. State 0 is the end. */
class Builder {
  readonly states: State[] = [{ kind: 'split', next: [] }];
  isTooLarge = false;

  build(node: Node, next: number): number {
    switch (node.kind) {
      case 'read':
        return this.#add({ kind: 'read', test: node.test, next });
      case 'assert':
        return this.#add({ kind: 'assert', assertion: node.assertion, next });
      case 'all':
        return node.parts.reduceRight((after, part) => this.build(part, after), next);
      case 'any':
        return this.#add({ kind: 'split', next: node.parts.map((part) => this.build(part, next)) });
      case 'repeat':
        return this.#repeat(node, next);
    }
  }

  #repeat({ part, least, most }: Extract<Node, { kind: 'repeat' }>, next: number): number {
    let start = next;
    if (most === undefined) {
      const ways = [next];
      start = this.#add({ kind: 'split', next: ways });
      ways.push(this.build(part, start));
    } else {
      for (let i = least; i < most && !this.isTooLarge; i++) {
        start = this.#add({ kind: 'split', next: [next, this.build(part, start)] });
      }
    }
    for (let i = 0; i < least && !this.isTooLarge; i++) {
      start = this.build(part, start);
    }
    return start;
  }

  #add(state: State): number {
    if (this.states.length >= MAX_STATES) {
      this.isTooLarge = true;
      return 0;
    }
    return this.states.push(state) - 1;
  }
}

function run(states: readonly State[], start: number, text: string): boolean {
  let current = reachable(states, [start], text, 0);
  for (let at = 0; at < text.length && current.size > 0; at++) {
    const character = text.charAt(at);
    const next: number[] = [];
    for (const place of current) {
      const state = states[place];
      if (state?.kind === 'read' && state.test(character)) {
        next.push(state.next);
      }
    }
    current = reachable(states, next, text, at + 1);
  }
  return current.has(0);
}

/** The given states and all that are reached from them without reading. */
function reachable(states: readonly State[], from: readonly number[], text: string, at: number): ReadonlySet<number> {
  const seen = new Set<number>();
  const pending = [...from];
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    const state = states[place];
    if (seen.has(place) || state === undefined) {
      continue;
    }
    seen.add(place);
    if (state.kind === 'split') {
      pending.push(...state.next);
    } else if (state.kind === 'assert' && state.assertion(text, at)) {
      pending.push(state.next);
    }
  }
  return seen;
}
