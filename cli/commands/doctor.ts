/** `ominus doctor`: what is found, what is missing, what to do. */
import { Command } from 'commander';
import { EXIT } from '../../core/errors.js';
import { CHECKS, type Finding } from '../../app/doctor/checks.js';
import { colorsOf } from '../../report/terminal/style.js';
import { streamStyle } from '../render/style.js';

/** The command. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Say what is found, what is missing, and what to do. Starts no server and fetches nothing.')
    .option('--json', 'one JSON object')
    .action(async (options: { readonly json?: true }) => {
      const findings = await Promise.all(CHECKS.map((check) => check()));
      const usable = findings.every(({ level }) => level !== 'error');
      process.stdout.write(
        options.json === true ? `${JSON.stringify({ usable, findings })}\n` : renderFindings(findings),
      );
      process.exitCode = usable ? EXIT.done : EXIT.unreachable;
    });
}

function renderFindings(findings: readonly Finding[]): string {
  const paint = colorsOf(streamStyle(process.stdout));
  const signs = { ok: paint.green('✔'), warning: paint.yellow('!'), error: paint.red('✖') };
  const width = Math.max(...findings.map(({ name }) => name.length));
  const lines = findings.flatMap(({ name, level, message, hint }) => [
    `${signs[level]} ${name.padEnd(width)}  ${message}`,
    ...(hint ?? '').split('\n').flatMap((line) => (line === '' ? [] : [`  ${' '.repeat(width)}  → ${line}`])),
  ]);
  return `${lines.join('\n')}\n`;
}
