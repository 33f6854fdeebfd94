import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../cli/command-table.js';
import { commandWords, type CommandWords } from '../../cli/completion/command-words.js';
import { SHELLS } from '../../cli/completion/scripts.js';

describe('completion', () => {
  let commands: readonly CommandWords[];
  beforeAll(async () => {
    commands = await commandWords(COMMANDS);
  });

  /** What bash would offer for the last word. */
  const offered = (...words: readonly string[]): string[] => {
    const script = `${SHELLS.bash(commands)}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ominus; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['-c', script, 'bash', 'ominus', ...words], { encoding: 'utf8' })
      .split('\n')
      .filter((word) => word !== '');
  };

  it('offers commands, their parts, options and the values of these', () => {
    expect(offered('re')).toEqual(['resume', 'retry', 'results', 'report']);
    expect(offered('store', '')).toEqual(['list', 'gc', 'verify', 'forget']);
    expect(offered('store', 'gc', '--ol')).toEqual(['--older-than']);
    expect(offered('run', '--dr')).toEqual(['--dry-run']);
    expect(offered('run', '--device', '')).toEqual(['cpu', 'cuda', 'webgpu']);
    expect(offered('schema', '--he')).toEqual(['--help']);
    expect(offered('help', 'wor')).toEqual(['worker']);
  });

  it('leaves files to the shell', () => {
    expect(offered('run', 'spec')).toEqual([]);
    expect(offered('run', '--report', '')).toEqual([]);
  });

  it('knows every command and option in every shell', () => {
    for (const [shell, write] of Object.entries(SHELLS)) {
      const script = write(commands);
      for (const { name, options } of commands) {
        expect(script, shell).toContain(name);
        for (const { flag } of options) {
          expect(script, `${shell} ${name}`).toContain(shell === 'fish' ? `-l ${flag.slice(2)}` : flag);
        }
      }
    }
  });

  it('escapes what descriptions hold', () => {
    const option = { flag: '--x', summary: `it's [a] b: \\c`, takesValue: true, choices: [] };
    const [zsh, fish] = [SHELLS.zsh, SHELLS.fish].map((write) =>
      write([{ name: 'y', summary: `it's`, options: [option], commands: [] }]),
    );
    expect(zsh).toContain(String.raw`'--x[it'\''s \[a\] b\: \\c]:value:_files'`);
    expect(fish).toContain(String.raw`-l x -r -d 'it'\''s [a] b: \c'`);
  });
});
