/** `ominus init FOLDER…`: writes a first spec over adapters. */
import { Command, Option } from 'commander';
import { initSpec } from '../../app/init/init-spec.js';
import { SPEC_SCHEMAS, type SpecKind } from '../../core/spec/schema.js';
import { addAdapter } from '../adapter-option.js';

interface InitCommandOptions {
  readonly adapter: ReadonlyMap<string, string>;
  readonly kind: SpecKind;
  readonly out?: string;
  readonly name?: string;
  readonly base?: string;
  readonly expert?: string;
  readonly remove?: readonly string[];
}

/** The command. */
export function initCommand(): Command {
  return new Command('init')
    .description(
      'Write a spec over adapters: runnable, with comments, and with the schema that editors check it by. ' +
        'Roles are taken from names only where these say them: expert, and a final - for anti-experts.',
    )
    .argument('[folder...]', 'adapter folders, or folders that have some; also that of the base model')
    .addOption(
      new Option('--adapter <name=dir>', 'an adapter folder and its name in the spec (repeat)')
        .argParser(addAdapter)
        .default(new Map<string, string>(), 'none'),
    )
    .addOption(new Option('--kind <kind>', 'kind of spec').choices(Object.keys(SPEC_SCHEMAS)).default('recipe'))
    .option('--expert <name>', 'the adapter to keep')
    .option('--remove <name...>', 'the adapters to remove from it, in this order')
    .option('--base <dir>', 'folder of the base model (default: the one that the adapters name, if it is here)')
    .option('--name <name>', 'name of the run (default: that of the file)')
    .option('--out <file>', 'the spec (default: KIND.yaml); never one that exists')
    .action(async (folders: readonly string[], options: InitCommandOptions) => {
      const out = options.out ?? `${options.kind}.yaml`;
      await initSpec({
        ...options,
        folders: folders.length + options.adapter.size === 0 ? ['.'] : folders,
        named: options.adapter,
        out,
      });
      process.stdout.write(`${out}: written\n  look at it: ominus plan ${out}\n  run it:     ominus run ${out}\n`);
    });
}
