/** `ominus completion SHELL`: a script that completes commands and options. */
import { Argument, Command } from 'commander';
import { commandWords } from '../completion/command-words.js';
import { SHELLS } from '../completion/scripts.js';
import type { CommandEntry } from '../program.js';

/** The command, over all commands. */
export function completionCommand(entries: readonly CommandEntry[]): Command {
  return new Command('completion')
    .description('Print a script that completes commands and options; its first lines say where to put it.')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(SHELLS)))
    .action(async (shell: keyof typeof SHELLS) => {
      process.stdout.write(SHELLS[shell](await commandWords(entries)));
    });
}
