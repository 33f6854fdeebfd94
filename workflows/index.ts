/** Everything that a worker's workflow bundle exports: one line per workflow. */
export { runRecipe } from './run-recipe.js';
export { runSweep } from './run-sweep.js';
