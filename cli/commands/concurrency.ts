/** `ominus concurrency RUN N`: how many slices of a sweep are under way at a time. */
import { Command } from 'commander';
import { OminusError } from '../../core/errors.js';
import { MOST_LANES, setConcurrencyUpdate } from '../../workflows/messages.js';
import { askSweep, findRunningSweep, printAnswer } from '../../app/submit/ask-sweep.js';
import { announce } from '../options.js';
import { chosenDevice, openSession } from '../../app/session/session.js';

/** The command. */
export function concurrencyCommand(): Command {
  return new Command('concurrency')
    .description('Set how many slices of a sweep run at a time; use at least the number of workers.')
    .argument('<run>', 'the name of a running sweep')
    .argument('<n>', `1 to ${String(MOST_LANES)}`)
    .option('--json', 'one JSON object')
    .action(async (name: string, text: string, options: { readonly json?: true }) => {
      const lanes = Number(text);
      if (!/^\d+$/.test(text) || lanes < 1 || lanes > MOST_LANES) {
        throw new OminusError('USAGE', {
          message: `concurrency is a whole number from 1 to ${String(MOST_LANES)} [n=${text}]`,
          hint: 'Give a number in that range, such as the number of workers.',
        });
      }
      const session = await openSession(chosenDevice(undefined), announce(options));
      try {
        const run = await findRunningSweep(session, name, 'adjusted');
        const answer = await askSweep(session.client, run, (sweep) =>
          sweep.executeUpdate(setConcurrencyUpdate, { args: [lanes] }),
        );
        printAnswer(name, answer, { ...options, text: `${name} works on ${text} slices at a time` });
      } finally {
        await session.close();
      }
    });
}
