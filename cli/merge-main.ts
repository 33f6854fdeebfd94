/**
 * The command line of `ominus merge` alone. The build makes one file of it and all that it imports (scripts/bundle-merge.ts):
 * loading seventy files took a tenth of a merge.
 */
import { mergeCommand } from './commands/merge.js';
import { runProgram } from './program.js';

/** As {@link runProgram}. */
export async function main(argv: readonly string[]): Promise<void> {
  await runProgram(argv, [{ name: 'merge', summary: 'merge', load: () => Promise.resolve(mergeCommand()) }]);
}
