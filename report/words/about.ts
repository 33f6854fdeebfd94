/** What a spec says of its run, in lines. */
import type { AboutRun } from '../../core/plan/about.js';
import { visibleText } from './visible-text.js';

/** Its description and its tags; none where it says nothing. */
export function aboutLines({ description, tags = [] }: AboutRun): readonly string[] {
  return [
    ...(description === undefined ? [] : description.trim().split(/\r?\n/)),
    ...(tags.length === 0 ? [] : [`tags: ${tags.join(', ')}`]),
  ].map(visibleText);
}
