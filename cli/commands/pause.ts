/** `ominus pause RUN` and `ominus resume RUN`. */
import { Command } from 'commander';
import { pauseUpdate, resumeUpdate } from '../../workflows/messages.js';
import { askWhereUseful, findRunningSweep, printAnswer } from '../../app/submit/ask-sweep.js';
import { announce } from '../options.js';
import { chosenDevice, openSession } from '../../app/session/session.js';

/** `ominus pause RUN`. */
export function pauseCommand(): Command {
  return new Command('pause')
    .description('Pause a sweep: no new points start; running slices finish within seconds.')
    .argument('<run>', 'the name of a running sweep, or its spec')
    .option('--json', 'one JSON object')
    .action((name: string, options: { readonly json?: true }) => ask(name, 'paused', options));
}

/** `ominus resume RUN`. */
export function resumeCommand(): Command {
  return new Command('resume')
    .description('Resume a paused sweep.')
    .argument('<run>', 'the name of a paused sweep, or its spec')
    .option('--json', 'one JSON object')
    .action((name: string, options: { readonly json?: true }) => ask(name, 'resumed', options));
}

async function ask(name: string, how: 'paused' | 'resumed', options: { readonly json?: true }): Promise<void> {
  const session = await openSession(chosenDevice(undefined), announce(options));
  try {
    const run = await findRunningSweep(session, name, how);
    const { workflowId } = run;
    const { answer, inVain } = await askWhereUseful(session.client, run, {
      inVain: ({ paused }) => {
        const text = how === 'paused' ? `${workflowId} is paused already` : `${workflowId} is not paused`;
        return paused === (how === 'paused') ? `${text}; nothing changed` : undefined;
      },
      update: (sweep) => sweep.executeUpdate(how === 'paused' ? pauseUpdate : resumeUpdate),
    });
    const text = inVain ?? `${how} ${workflowId}`;
    printAnswer(workflowId, answer, { ...options, text, changed: inVain === undefined });
  } finally {
    await session.close();
  }
}
