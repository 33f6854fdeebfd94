/** A client of the Temporal server for as long as there is one; never starts a server. */
import type { Client } from '@temporalio/client';
import { openClient, usesEmbeddedServer, type OpenClient } from '../../io/temporal/connection.js';
import { serverStatus } from '../../io/temporal/server.js';

/** How long a server that did not answer is left alone. */
const RETRY_MS = 3_000;

/** Connects when asked, at most one attempt at a time. */
export class TemporalLink {
  #opened: Promise<OpenClient | undefined> | undefined;
  #failedAtMs = Number.NEGATIVE_INFINITY;

  /** The client, or undefined while no server answers. */
  async client(): Promise<Client | undefined> {
    if (this.#opened === undefined) {
      if (Date.now() - this.#failedAtMs < RETRY_MS) {
        return undefined;
      }
      this.#opened = open();
    }
    const opened = await this.#opened;
    if (opened === undefined) {
      this.#opened = undefined;
      this.#failedAtMs = Date.now();
    }
    return opened?.client;
  }

  /** Forgets a connection that no longer works. */
  async drop(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    this.#failedAtMs = Date.now();
    await opened?.then((client) => client?.close()).catch(() => undefined); // it is gone either way
  }
}

async function open(): Promise<OpenClient | undefined> {
  try {
    const isThere = !(await usesEmbeddedServer()) || (await serverStatus()).state === 'running';
    return isThere ? await openClient() : undefined;
  } catch {
    return undefined; // what the page then says; `ominus doctor` says why
  }
}
