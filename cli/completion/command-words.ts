/** The command line as words: what there is to complete. */
import type { Command, Option } from 'commander';
import type { CommandEntry } from '../program.js';

/** One option. */
export interface OptionWords {
  readonly flag: string;
  readonly summary: string;
  readonly takesValue: boolean;
  /** Values that it takes, if they are a list. */
  readonly choices: readonly string[];
}

/** One command, or a part of one (`store list`). */
export interface CommandWords {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly OptionWords[];
  readonly commands: readonly CommandWords[];
}

/** All commands; loads each of them. */
export async function commandWords(entries: readonly CommandEntry[]): Promise<readonly CommandWords[]> {
  const words: CommandWords[] = [];
  for (const { summary, load } of entries) {
    words.push({ ...wordsOf(await load()), summary });
  }
  return words;
}

function wordsOf(command: Command): CommandWords {
  return {
    name: command.name(),
    summary: command.description(),
    options: [...command.options.map(optionWords), HELP],
    commands: command.commands.map(wordsOf),
  };
}

const HELP: OptionWords = { flag: '--help', summary: 'how it is used', takesValue: false, choices: [] };

function optionWords({ long, description, required, optional, argChoices = [] }: Option): OptionWords {
  return { flag: long ?? '', summary: description, takesValue: required || optional, choices: argChoices };
}
