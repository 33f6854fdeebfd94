/** Specs of tests that must be valid recipes. */
import { readSpec } from '../../core/spec/read-spec.js';
import type { RecipeSpec } from '../../core/spec/types.js';

/** Reads a recipe; fails the test when it is none. */
export function readRecipe(text: string, file = 'test.yaml'): RecipeSpec {
  const { spec, diagnostics } = readSpec(file, text);
  if (spec?.kind !== 'recipe') {
    throw new Error(`the test's spec is no valid recipe: ${JSON.stringify(diagnostics)}`);
  }
  return spec;
}
