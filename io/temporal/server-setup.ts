/** What a fresh embedded server needs before work can begin: search attributes and a long memory. */
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { msToTs, optionalTsToMs } from '@temporalio/common/lib/time.js';
import { SEARCH_ATTRIBUTES } from '../../core/search-attributes.js';
import { errorMessage } from '../../core/errors.js';
import { missingSearchAttributes, SEARCH_ATTRIBUTE_TYPES } from './search-attributes.js';

/** The namespace of the embedded server. */
export const NAMESPACE = 'default';
/** The dev server forgets finished workflows after a day; a study is looked at for longer. */
const RETENTION_DAYS = 90;
const DAY_MS = 24 * 3600 * 1000;
/** A server that has just begun to listen refuses calls for a moment. */
const SETUP_ATTEMPTS = 50;
const SETUP_PAUSE_MS = 100;

/** Whether a server answers at the address within the time. */
export async function answers(address: string, timeoutMs: number): Promise<boolean> {
  try {
    const connection = await Connection.connect({ address, connectTimeout: timeoutMs });
    await connection.close();
    return true;
  } catch {
    return false;
  }
}

/**
 * Registers the search attributes that are missing and lengthens the retention. Attributes given on the command line
 * reach a new database only, so that an older one must be completed here.
 */
export async function setUpServer(address: string): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    await retry(async () => {
      const { config } = await connection.workflowService.describeNamespace({ namespace: NAMESPACE });
      const current = optionalTsToMs(config?.workflowExecutionRetentionTtl) ?? 0;
      if (current < RETENTION_DAYS * DAY_MS) {
        await connection.workflowService.updateNamespace({
          namespace: NAMESPACE,
          config: { workflowExecutionRetentionTtl: msToTs(RETENTION_DAYS * DAY_MS) },
        });
      }
    });
    await retry(async () => {
      const missing = await missingSearchAttributes(connection, NAMESPACE);
      if (missing.length > 0) {
        await connection.operatorService.addSearchAttributes({
          namespace: NAMESPACE,
          searchAttributes: Object.fromEntries(
            missing.map((name) => [name, SEARCH_ATTRIBUTE_TYPES[SEARCH_ATTRIBUTES[name]]]),
          ),
        });
      }
    });
  } finally {
    await connection.close();
  }
}

async function retry(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await work();
      return;
    } catch (error) {
      if (attempt >= SETUP_ATTEMPTS) {
        throw new Error(`the server setup failed: ${errorMessage(error)}`, { cause: error });
      }
      await delay(SETUP_PAUSE_MS);
    }
  }
}
