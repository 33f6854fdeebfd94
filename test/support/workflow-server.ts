/** A real server with all that tests of workflows talk to it with: a client, a connection for workers, the bundled workflows. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { afterAll } from 'vitest';
import { openNativeConnection, type OpenClient } from '../../io/temporal/connection.js';
import { bundleWorkflows, installSilentRuntime } from './recipe-workers.js';
import { TestTemporal } from './temporal.js';

/** Open it in `beforeAll`, close it in `afterAll`. */
export interface WorkflowServer {
  readonly address: string;
  /** Its state folder. */
  readonly state: string;
  readonly client: Client;
  readonly searchAttributes: OpenClient['searchAttributes'];
  /** For workers in this process. */
  readonly connection: NativeConnection;
  readonly bundle: { readonly code: string };
  /** The bundle as a file, for workers in processes of their own. */
  readonly bundleFile: string;
  close(): Promise<void>;
}

/** A server for all tests of a file, closed after them: call it at the top of the file. */
export async function serverOfFile(): Promise<WorkflowServer> {
  const server = await openWorkflowServer();
  afterAll(() => server.close());
  return server;
}

export async function openWorkflowServer(): Promise<WorkflowServer> {
  installSilentRuntime();
  const temporal = await TestTemporal.create();
  const { address } = await temporal.start();
  const opened = await temporal.open();
  const native = await openNativeConnection({ server: opened.server });
  const bundle = await bundleWorkflows();
  const folder = await mkdtemp(join(tmpdir(), 'ominus-bundle-'));
  const bundleFile = join(folder, 'bundle.js');
  await writeFile(bundleFile, bundle.code);
  return {
    address,
    state: temporal.state,
    client: opened.client,
    searchAttributes: opened.searchAttributes,
    connection: native.connection,
    bundle,
    bundleFile,
    close: async () => {
      await opened.close();
      await native.close();
      await temporal.close();
      await rm(folder, { recursive: true });
    },
  };
}
