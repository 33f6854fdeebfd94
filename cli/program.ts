/** Finds the command that was asked for, loads only that one, and turns errors into one clear message. */
import { Command, CommanderError } from 'commander';
import { EXIT } from '../core/errors.js';
import { packageRoot } from '../io/files/package-root.js';
import { reportError } from './report-error.js';

/** One command: loaded only when asked for, so that `merge` starts without Temporal or AWS. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/**
 * Runs the command line; sets `process.exitCode`, never throws.
 *
 * @param argv - as `process.argv`
 * @param commands - in the order of the help
 */
export async function runProgram(argv: readonly string[], commands: readonly CommandEntry[]): Promise<void> {
  try {
    await (await program(argv, commands)).parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError) {
      // commander has already printed what is wrong; --help and --version end with code 0
      process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.invalid;
      return;
    }
    reportError(error, { json: argv.includes('--json') });
  }
}

async function program(argv: readonly string[], commands: readonly CommandEntry[]): Promise<Command> {
  const root = new Command('ominus')
    .description(
      'Compositional unlearning: exact low-rank adapter arithmetic (⊖), evaluated and compared, run durably.',
    )
    .version(packageRoot().version)
    .showSuggestionAfterError()
    .configureHelp({ sortSubcommands: false })
    .exitOverride();
  const asked = commands.find((entry) => entry.name === argv[2]);
  if (asked !== undefined) {
    root.addCommand(withErrors(await asked.load()));
    return root;
  }
  for (const { name, summary } of commands) {
    root.command(name).description(summary);
  }
  root.addHelpText(
    'after',
    '\nominus COMMAND --help says more. Exit codes: 0 done, 1 failed, 2 invalid input, 3 environment.',
  );
  return root;
}

/** Usage errors throw instead of ending the process, and go to stderr with the command's usage. */
function withErrors(command: Command): Command {
  command.exitOverride().showHelpAfterError('(run it with --help to see how it is used)').showSuggestionAfterError();
  for (const child of command.commands) {
    withErrors(child);
  }
  return command;
}
