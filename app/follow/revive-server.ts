/** Starts the embedded server again when it ended under a command that follows a run, and waits for one that is busy. */
import { ensureServer } from '../../io/temporal/server.js';
import { usesEmbeddedServer } from '../../io/temporal/connection.js';

/**
 * A function that brings the embedded server back on its old port and answers whether there is one: a server that lives
 * is waited for, however busy the machine is. Answers false for a configured server, for which nothing can be done.
 */
export function reviveServer(log: (line: string) => void): () => Promise<boolean> {
  return async () => {
    if (!(await usesEmbeddedServer())) {
      return false;
    }
    const { started } = await ensureServer({ onProgress: log });
    if (started) {
      log('the embedded server had stopped and was restarted');
    }
    return true;
  };
}
