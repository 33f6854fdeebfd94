/** Keys: sha256 over the canonical JSON of everything that determines a result (docs/notes/keys-and-store.md, Keys). */
import { digestOfJson, type Digest } from '../digest.js';
import type { KeyFacts } from './key-facts.js';

/** The key of a result, from the facts that its kind's file in nodes/ puts together. */
export function keyOf(facts: KeyFacts): Digest {
  return digestOfJson(facts);
}
