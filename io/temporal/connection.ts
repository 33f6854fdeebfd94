/** Connections to Temporal: the configured server, else the embedded one, started when needed. */
import { Client, Connection } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { errorMessage, OminusError } from '../../core/errors.js';
import { SEARCH_ATTRIBUTES, type SearchAttributeName } from '../../core/search-attributes.js';
import { configuredCluster, type Cluster } from './cluster.js';
import { GRPC, grpcStatus } from './grpc-status.js';
import { missingSearchAttributes, SEARCH_ATTRIBUTE_NAMES } from './search-attributes.js';
import { ensureServer, type ServerOptions } from './server.js';

/** How long an address may stay silent; the embedded server is known to live, so a busy machine is given more time. */
const CONNECT_TIMEOUT_MS = 15_000;
const EMBEDDED_CONNECT_TIMEOUT_MS = 60_000;

/** A server to talk to, and how. */
export interface Server {
  readonly address: string;
  readonly namespace: string;
  /** Whether it is the embedded one. */
  readonly embedded: boolean;
  /** Whether this call started it. */
  readonly started: boolean;
  /** May hold secrets: never printed. */
  readonly options: Cluster['options'];
}

/** A connected client. */
export interface OpenClient {
  readonly client: Client;
  readonly namespace: string;
  readonly server: Server;
  /** Which of our search attributes may be written; writing another one would make a workflow hang for ever. */
  readonly searchAttributes: readonly SearchAttributeName[];
  close(): Promise<void>;
}

/** A connection for workers. */
export interface OpenNativeConnection {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly server: Server;
  close(): Promise<void>;
}

/** Whether commands use the embedded server: no other one is configured. */
export function usesEmbeddedServer(env = process.env): Promise<boolean> {
  // Asynchronous, so that a configuration that cannot be read rejects like everything else here.
  return Promise.resolve().then(() => configuredCluster(env) === undefined);
}

/**
 * The configured server, or the embedded one, which is started if it does not run.
 *
 * @throws OminusError `USAGE` for a configuration that cannot be read, and whatever {@link ensureServer} throws
 */
export async function connect(options: ServerOptions = {}): Promise<Server> {
  const cluster = configuredCluster(options.env);
  if (cluster !== undefined) {
    return { ...cluster, embedded: false, started: false };
  }
  const { address, namespace, started } = await ensureServer(options);
  return { address, namespace, embedded: true, started, options: { address } };
}

/**
 * Opens a client, by default of {@link connect}'s server.
 *
 * @throws OminusError `SERVER_UNREACHABLE` when nothing answers, or access or the namespace is refused
 */
export async function openClient(options: ServerOptions & { readonly server?: Server } = {}): Promise<OpenClient> {
  const server = options.server ?? (await connect(options));
  let connection: Connection;
  try {
    connection = await Connection.connect({ ...clientOptions(server), connectTimeout: timeoutOf(server) });
  } catch (error) {
    throw unreachable(server, error);
  }
  try {
    await checkNamespace(connection, server);
    const searchAttributes = await usableSearchAttributes(connection, server, options.onProgress);
    return {
      client: new Client({ connection, namespace: server.namespace }),
      namespace: server.namespace,
      server,
      searchAttributes,
      close: () => connection.close(),
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/**
 * Opens a connection for workers, by default to {@link connect}'s server.
 *
 * @throws OminusError `SERVER_UNREACHABLE` when nothing answers
 */
export async function openNativeConnection(
  options: ServerOptions & { readonly server?: Server } = {},
): Promise<OpenNativeConnection> {
  // a second of loading that only workers need
  const worker = await import('@temporalio/worker');
  const server = options.server ?? (await connect(options));
  const timeout = new AbortController();
  try {
    const connecting = worker.NativeConnection.connect(server.options);
    const connection = await Promise.race([connecting, silence(connecting, timeoutOf(server), timeout.signal)]);
    return { connection, namespace: server.namespace, server, close: () => connection.close() };
  } catch (error) {
    throw unreachable(server, error);
  } finally {
    timeout.abort();
  }
}

/** Rejects when the address stays silent; a connection that comes after all is closed again. */
function silence(connecting: Promise<NativeConnection>, timeoutMs: number, signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`no answer within ${String(timeoutMs / 1000)} s`));
      void connecting.then((late) => late.close()).catch(() => undefined); // no caller waits for it any more
    }, timeoutMs);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
    });
  });
}

function timeoutOf({ embedded }: Server): number {
  return embedded ? EMBEDDED_CONNECT_TIMEOUT_MS : CONNECT_TIMEOUT_MS;
}

/** The options that both kinds of connection understand. */
function clientOptions({ options }: Server): Parameters<typeof Connection.connect>[0] {
  const { address, tls, apiKey, metadata } = options;
  return {
    ...(address === undefined ? {} : { address }),
    ...(tls === undefined ? {} : { tls }),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

/** A wrong namespace must fail here: a worker or a start would only say so much later, or never. */
async function checkNamespace(connection: Connection, server: Server): Promise<void> {
  try {
    await connection.workflowService.describeNamespace({ namespace: server.namespace });
  } catch (error) {
    // Who may run workflows may not always look at namespaces: a mere refusal of that decides nothing.
    if (grpcStatus(error) !== GRPC.permissionDenied) {
      throw unreachable(server, error);
    }
  }
}

async function usableSearchAttributes(
  connection: Connection,
  server: Server,
  warn: ServerOptions['onProgress'],
): Promise<readonly SearchAttributeName[]> {
  let missing: readonly SearchAttributeName[];
  try {
    missing = await missingSearchAttributes(connection, server.namespace);
  } catch {
    missing = SEARCH_ATTRIBUTE_NAMES; // some clusters do not let everybody list them; work goes on without
  }
  if (missing.length > 0) {
    warn?.(
      `the namespace ${server.namespace} lacks search attributes, and runs continue without them; this registers them:\n  ` +
        registerCommand(server, missing),
    );
  }
  return SEARCH_ATTRIBUTE_NAMES.filter((name) => !missing.includes(name));
}

/** The command that gives a namespace what it lacks. */
function registerCommand({ address, namespace }: Server, missing: readonly SearchAttributeName[]): string {
  const attributes = missing.map((name) => `--name ${name} --type ${SEARCH_ATTRIBUTES[name]}`);
  return `temporal operator search-attribute create --address ${address} --namespace ${namespace} ${attributes.join(' ')}`;
}

function unreachable(server: Server, error: unknown): OminusError {
  const place = `[address=${server.address}, namespace=${server.namespace}]`;
  const status = grpcStatus(error);
  const [what, hint] =
    status === GRPC.notFound
      ? ['the Temporal namespace does not exist', 'Create it, or correct TEMPORAL_NAMESPACE.']
      : status === GRPC.unauthenticated || status === GRPC.permissionDenied
        ? ['the Temporal server refuses access', 'Check TEMPORAL_API_KEY, the TLS certificates and the namespace.']
        : [
            'the Temporal server cannot be reached',
            server.embedded
              ? 'Run `ominus doctor`; `ominus down` stops a server that is stuck.'
              : 'Start it or correct TEMPORAL_ADDRESS; unset it to use the embedded server.',
          ];
  return new OminusError('SERVER_UNREACHABLE', {
    message: `${what} ${place}: ${errorMessage(error)}`,
    hint,
    details: { address: server.address, namespace: server.namespace },
    cause: error,
  });
}
