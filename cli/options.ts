/** Options that several commands share, and where their messages go. */
import { type Command, Option } from 'commander';
import { DEVICES } from '../app/session/session.js';
import { threadCount } from './thread-count.js';

/** More than machines have; onnxruntime would take any number. */
const MOST_THREADS = 1024;

/** `--device`. */
export function chosenDeviceOption(): Option {
  return new Option('--device <device>', 'where inference runs (default: OMINUS_DEVICE, else cpu)').choices([
    ...DEVICES,
  ]);
}

/** `--threads` of commands that evaluate. */
export function inferenceThreadsOption(): Option {
  return new Option(
    '--threads <n>',
    'threads for inference (default: all there are); the number moves results in their last places',
  ).argParser(threadCount(MOST_THREADS));
}

/** `--output-root`. */
function outputRootOption(): Option {
  return new Option(
    '--output-root <dir>',
    "specs may write adapters below this folder only (default: the current one and the spec's own)",
  );
}

/** How a spec is named on the command line. */
export const SPEC_ARGUMENT = 'a YAML file; - is standard input';

/** What commands that plan a spec may be told. */
export interface SpecOptions {
  readonly device?: string;
  readonly outputRoot?: string;
  readonly set?: readonly string[];
}

/** `--device`, `--output-root` and `--set`, of commands that plan a spec. */
export function addSpecOptions(command: Command): Command {
  return command.addOption(chosenDeviceOption()).addOption(outputRootOption()).addOption(setOption());
}

/** `--set`. */
export function setOption(): Option {
  return new Option(
    '--set <key=value>',
    'set a value of the spec, such as evaluate.with.gsm.limit=50; may be repeated',
  ).argParser((text: string, before: readonly string[] | undefined) => [...(before ?? []), text]);
}

/** `--dry-run`. */
export function dryRunOption(): Option {
  return new Option('--dry-run', 'do everything but submit: check and plan the spec, and show the plan');
}

/** A function that prints one line to stderr, unless `--quiet` or `--json` was given. */
export function announce(options: { readonly quiet?: true; readonly json?: true }): (line: string) => void {
  return options.quiet === true || options.json === true
    ? () => undefined
    : (line) => {
        process.stderr.write(`${line}\n`);
      };
}
