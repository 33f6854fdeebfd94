/** Options that several commands share, and where their messages go. */
import { Option } from 'commander';
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
export function outputRootOption(): Option {
  return new Option(
    '--output-root <dir>',
    "specs may write adapters below this folder only (default: the current one and the spec's own)",
  );
}

/** A function that prints one line to stderr, unless `--quiet` or `--json` was given. */
export function announce(options: { readonly quiet?: true; readonly json?: true }): (line: string) => void {
  return options.quiet === true || options.json === true
    ? () => undefined
    : (line) => {
        process.stderr.write(`${line}\n`);
      };
}
