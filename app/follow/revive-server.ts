/** Starts the embedded server again when it went away under a command that follows a run. */
import { ensureServer } from '../../io/temporal/server.js';
import { usesEmbeddedServer } from '../../io/temporal/connection.js';

/** A function that brings the embedded server back on its old port; does nothing for a configured server. */
export function reviveServer(log: (line: string) => void): () => Promise<void> {
  return async () => {
    if (!(await usesEmbeddedServer())) {
      return;
    }
    const { started } = await ensureServer({ onProgress: log });
    if (started) {
      log('the embedded server had stopped and was restarted');
    }
  };
}
