/** Options that several commands share, and where their messages go. */
import { Option } from 'commander';
import { DEVICES } from './session.js';

/** `--device`. */
export function chosenDeviceOption(): Option {
  return new Option('--device <device>', 'where inference runs (default: OMINUS_DEVICE, else cpu)').choices([
    ...DEVICES,
  ]);
}

/** `--output-root`. */
export function outputRootOption(): Option {
  return new Option(
    '--output-root <dir>',
    'specs may write adapters below this folder only (default: the current one)',
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
