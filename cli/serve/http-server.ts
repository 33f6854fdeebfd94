/** The HTTP side of `ominus serve`: GET and HEAD only, one table of routes, the same protection for every answer. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errorCode, errorMessage, OminusError } from '../../core/errors.js';
import { CONTENT_POLICY, errorPage } from './pages.js';

/** What a route gives: a page, a redirection, or undefined when there is no such thing. */
export type Answer =
  | { readonly type: string; readonly body: string; readonly policy?: string }
  | { readonly location: string }
  | { readonly stream: (response: ServerResponse) => void }
  | undefined;

/** Answers paths that match; `parts` are the decoded groups of the pattern. */
export interface Route {
  readonly path: RegExp;
  readonly answer: (parts: readonly string[]) => Promise<Answer> | Answer;
}

/** The table, or what makes it: a server that loads it while it already listens. */
export type Routes = readonly Route[] | (() => Promise<readonly Route[]>);

/** A server that listens. */
export interface ListeningServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Names under which a browser on this machine reaches a server that listens here only. */
const LOCAL_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Listens.
 *
 * @param host - an address of this machine; everything but 127.0.0.1, ::1 and localhost can be read from elsewhere
 * @param port - 0 chooses a free one
 * @throws OminusError `USAGE` when the address cannot be used
 */
export async function listen(
  routes: Routes,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<ListeningServer> {
  const server = createServer((request, response) => {
    void handle(routes, isLoopback(host), request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(
        new OminusError('USAGE', {
          message: `cannot listen [host=${host}, port=${String(port)}]: ${errorMessage(error)}`,
          hint: 'Choose another --port, or --port 0 for any free one.',
        }),
      );
    });
    server.listen(port, host, resolve);
  });
  return { url: urlOf(server, host), close: () => closeServer(server) };
}

/** Whether only this machine can reach what listens there. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host);
}

async function handle(
  routes: Routes,
  localOnly: boolean,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader('content-security-policy', CONTENT_POLICY);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  response.setHeader('cache-control', 'no-store');
  try {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      send(request, response, 405, errorPage('This page is read-only', 'This server only shows runs.'));
    } else if (localOnly && !isLocalName(request.headers.host)) {
      // another site's name that was made to point here (DNS rebinding) must not read what only this machine may
      send(request, response, 403, errorPage('Unknown host name', 'Use the address that ominus serve printed.'));
    } else {
      await answer(typeof routes === 'function' ? await routes() : routes, request, response);
    }
  } catch (error) {
    if (!response.headersSent) {
      const text = errorCode(error) === undefined ? 'See the output of ominus serve.' : errorMessage(error);
      send(request, response, 500, errorPage('Something went wrong', text));
    }
    process.stderr.write(`${request.url ?? ''}: ${errorMessage(error)}\n`);
  }
}

async function answer(routes: readonly Route[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path = '/'] = (request.url ?? '/').split('?');
  for (const route of routes) {
    const match = route.path.exec(path);
    const parts = match === null ? undefined : decodeAll(match.slice(1));
    const found = parts === undefined ? undefined : await route.answer(parts);
    if (found === undefined) {
      continue;
    }
    if ('location' in found) {
      response.writeHead(302, { location: found.location }).end();
    } else if ('stream' in found) {
      found.stream(response);
    } else {
      if (found.policy !== undefined) {
        response.setHeader('content-security-policy', found.policy);
      }
      send(request, response, 200, found.body, found.type);
    }
    return;
  }
  send(request, response, 404, errorPage('Not here', 'There is no such page, or no such run in this store.'));
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: string,
  type = 'text/html',
): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8`, 'content-length': bytes.length });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

function decodeAll(parts: readonly string[]): readonly string[] | undefined {
  try {
    return parts.map(decodeURIComponent);
  } catch {
    return undefined; // no address of ours
  }
}

function isLocalName(header: string | undefined): boolean {
  const name = (header ?? '').replace(/:\d+$/, '').toLowerCase();
  return LOCAL_NAMES.includes(name) || isLoopback(name);
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo; // it listens on a port, not on a pipe
  return `http://${host.includes(':') ? `[${host}]` : host}:${String(port)}/`;
}

async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
