/** Temporal's runtime in this process: what it logs goes to a file in the state folder, not into progress and results. */
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DefaultLogger, Runtime, type LogEntry } from '@temporalio/worker';
import { stateFolder } from '../files/folders.js';

let isInstalled = false;

/**
 * Installs the runtime once per process; call it before the first worker or native connection is made.
 *
 * @returns path of the log file
 */
export function installRuntime(): string {
  const folder = join(stateFolder(), 'logs');
  const file = join(folder, 'worker.log');
  if (!isInstalled) {
    isInstalled = true;
    mkdirSync(folder, { recursive: true });
    const stream = createWriteStream(file, { flags: 'a' });
    stream.on('error', () => undefined); // a full disk must not end a run for the sake of its log
    Runtime.install({
      logger: new DefaultLogger('WARN', (entry) => {
        stream.write(`${formatEntry(entry)}\n`);
      }),
      // The command handles signals itself: the first one leaves the run waiting on the server.
      shutdownSignals: [],
      telemetryOptions: { logging: { forward: {}, filter: { core: 'WARN', other: 'ERROR' } } },
    });
  }
  return file;
}

function formatEntry({ level, timestampNanos, message, meta }: LogEntry): string {
  const time = new Date(Number(timestampNanos / 1_000_000n)).toISOString();
  const { error, ...facts } = (meta ?? {}) as { error?: unknown } & Record<string, unknown>; // whatever the SDK attaches
  const cause = error instanceof Error ? ` ${error.name}: ${error.message}` : '';
  return `${time} ${level} ${message}${cause} ${JSON.stringify(facts, replaceBigint)}`;
}

function replaceBigint(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
