/** The command line with all commands. */
import { COMMANDS } from './command-table.js';
import { runProgram } from './program.js';

/** As {@link runProgram}. */
export async function main(argv: readonly string[]): Promise<void> {
  await runProgram(argv, COMMANDS);
}
