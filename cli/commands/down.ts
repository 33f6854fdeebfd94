/** `ominus down`: stops the embedded server of this user's state folder. */
import { Command } from 'commander';
import { serverStatus, stopServer } from '../../io/temporal/server.js';
import { usesEmbeddedServer } from '../../io/temporal/connection.js';

/** The command. */
export function downCommand(): Command {
  return new Command('down')
    .description('Stop the embedded server. Unfinished runs wait in its database; the next command starts it again.')
    .option('--json', 'one JSON object')
    .action(async (options: { readonly json?: true }) => {
      const { address } = await serverStatus();
      const pid = await stopServer();
      if (options.json === true) {
        process.stdout.write(`${JSON.stringify({ stopped: pid !== undefined, pid: pid ?? null })}\n`);
        return;
      }
      process.stdout.write(
        pid === undefined
          ? 'no embedded server was running\n'
          : `stopped the embedded server (process ${String(pid)}, ${address ?? 'no address'})\n`,
      );
      if (!(await usesEmbeddedServer())) {
        process.stderr.write('A server named by TEMPORAL_ADDRESS or your Temporal profile is not affected.\n');
      }
    });
}
