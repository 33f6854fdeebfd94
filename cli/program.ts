/** Finds the command that was asked for, loads only that one, and turns errors into one clear message. */
import { Command, CommanderError } from 'commander';
import { EXIT, OminusError } from '../core/errors.js';
import { refused } from '../io/files/refused.js';
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
 * @param given - as `process.argv`
 * @param commands - in the order of the help
 */
export async function runProgram(given: readonly string[], commands: readonly CommandEntry[]): Promise<void> {
  guardOutputs();
  const argv = withHelp(given);
  const asked = commands.find(({ name }) => name === argv[2])?.name;
  try {
    await (await program(argv, commands)).parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError) {
      // --help and --version end with code 0; without a command, the help was printed
      process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.invalid;
      if (error.exitCode === 0 || error.code === 'commander.help') {
        return;
      }
    }
    reportError(error instanceof CommanderError ? usageError(error, asked) : error, { json: argv.includes('--json') });
  }
}

/** `help COMMAND` is `COMMAND --help`: only a command that is named first is loaded. */
function withHelp(argv: readonly string[]): readonly string[] {
  const [node = '', script = '', help, ...names] = argv;
  return help === 'help' ? [node, script, ...names, '--help'] : argv;
}

/** Writes to stdout and stderr fail later, as events, and an event without a listener ends the process with a stack trace. */
function guardOutputs(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // the reader may have closed the pipe (`| head`); what is running ends normally without it
    if (error.code !== 'EPIPE') {
      reportError(refused(error, 'standard output cannot be written'));
    }
  });
  process.stderr.on('error', () => {
    process.exitCode ??= EXIT.failed;
  });
}

async function program(argv: readonly string[], commands: readonly CommandEntry[]): Promise<Command> {
  const root = new Command('ominus')
    .description(
      'Compositional unlearning: exact low-rank adapter arithmetic (⊖), evaluated and compared, run durably.',
    )
    .version(packageRoot().version)
    .showSuggestionAfterError()
    .configureHelp({ sortSubcommands: false })
    .configureOutput(SILENT_ERRORS)
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
    '\nominus COMMAND --help says more. Exit codes: 0 done, 1 failed, 2 invalid input, 3 environment, 130 interrupted.',
  );
  return root;
}

/** commander would print what it then throws. */
const SILENT_ERRORS = { outputError: () => undefined };

/** What commander found wrong, in the form of all other errors: a code, one line, what to do. */
function usageError({ message }: CommanderError, command: string | undefined): OminusError {
  const [what = '', suggestion] = message.replace(/^error: /, '').split('\n');
  if (command === 'merge' && what.startsWith('too many arguments')) {
    const hint = "Put the whole expression in quotes: ominus merge 'expert ⊖ Ext(truth⁻)' …";
    return new OminusError('USAGE', { message: what.replace(/\.$/, ''), hint });
  }
  const help =
    command === undefined ? 'ominus --help lists the commands.' : `ominus ${command} --help says how it is used.`;
  return new OminusError('USAGE', {
    message: what.replace(/\.$/, ''),
    hint: suggestion === undefined ? help : `${suggestion.replace(/^\((.*)\)$/, '$1')} ${help}`,
  });
}

/** Usage errors throw instead of ending the process. */
function withErrors(command: Command): Command {
  command.configureOutput(SILENT_ERRORS).exitOverride().showSuggestionAfterError();
  for (const child of command.commands) {
    withErrors(child);
  }
  return command;
}
