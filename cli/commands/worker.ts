/** `ominus worker`: hosts workflows and activities until it is stopped. */
import { Command } from 'commander';
import { EXIT, OminusError } from '../../core/errors.js';
import type { WorkerRole } from '../../worker.js';
import { announce, chosenDeviceOption, inferenceThreadsOption } from '../options.js';
import { chosenDevice, openSession, startSessionWorker } from '../../app/session/session.js';

const ROLES: readonly WorkerRole[] = ['control', 'merge', 'evaluate'];

interface WorkerOptions {
  readonly role?: readonly string[];
  readonly device?: string;
  readonly threads?: number;
  readonly quiet?: true;
}

/** The command. */
export function workerCommand(): Command {
  return new Command('worker')
    .description('Work on submitted runs until stopped. Workers on several machines share the work.')
    .option('--role <role...>', `kinds of work to take: ${ROLES.join(', ')} (default: all)`)
    .addOption(chosenDeviceOption())
    .addOption(inferenceThreadsOption())
    .option('--quiet', 'print nothing')
    .action(async (options: WorkerOptions) => {
      const log = announce(options);
      const device = chosenDevice(options.device);
      const roles = chosenRoles(options.role);
      const session = await openSession(device, log);
      try {
        const worker = await startSessionWorker(session, {
          device,
          threads: options.threads,
          roles,
          isOneOfMany: true,
          warn: log,
        });
        const stop = (): void => {
          void worker.shutdown();
          process.exitCode = EXIT.interrupted;
        };
        process.once('SIGINT', stop).once('SIGTERM', stop);
        log(
          `worker ready: ${roles.join(', ')} on ${device}, store ${session.store.blobs.uri}; Ctrl-C finishes the current batch and stops`,
        );
        await worker.stopped;
      } finally {
        await session.close();
      }
    });
}

function chosenRoles(asked: readonly string[] | undefined): readonly WorkerRole[] {
  if (asked === undefined) {
    return ROLES;
  }
  return asked.map((role) => {
    const known = ROLES.find((candidate) => candidate === role);
    if (known === undefined) {
      throw new OminusError('USAGE', {
        message: `unknown role [role=${role}]: expected ${ROLES.join(', ')}`,
        hint: 'Name one or more of these.',
      });
    }
    return known;
  });
}
