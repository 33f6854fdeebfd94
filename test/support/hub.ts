/** A small stand-in for a Hugging Face hub: the listing and download calls of its protocol, with troubles on request. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';

export interface HubRequestSeen {
  readonly server: 'hub' | 'cdn';
  readonly url: string;
  readonly authorization: string | undefined;
  readonly range: string | undefined;
}

export class TestHub {
  /** What the branch `main` names. */
  commit = 'c0ffee'.padEnd(40, '0');
  readonly files = new Map<string, Buffer>();
  readonly seen: HubRequestSeen[] = [];
  /** Answers 503 to so many next requests. */
  failures = 0;
  /** Breaks so many next downloads after half of their bytes. */
  breaks = 0;
  /** Done before a broken download ends. */
  onBreak: (() => void) | undefined;
  /** Only this token may read, if set. */
  token: string | undefined;
  /** Lies about the digests of large files. */
  wrongDigests = false;
  endpoint = '';
  #cdn = '';
  readonly #commits = [this.commit];
  readonly #servers: Server[] = [];

  async start(): Promise<void> {
    this.endpoint = await this.#listen((request, response) => {
      this.#hub(request, response);
    });
    this.#cdn = await this.#listen((request, response) => {
      this.#download(request, response);
    });
  }

  /** A new commit of the branch `main`. Every commit serves the files of the latest one. */
  publish(): void {
    this.commit = createHash('sha1').update(this.commit).digest('hex');
    this.#commits.push(this.commit);
  }

  /** Nobody answers any more. */
  stop(): void {
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
    }
  }

  async #listen(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
    const server = createServer(handler);
    this.#servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return `http://127.0.0.1:${String(typeof address === 'object' && address !== null ? address.port : 0)}`;
  }

  #note(server: 'hub' | 'cdn', request: IncomingMessage): void {
    const { authorization, range } = request.headers;
    this.seen.push({ server, url: request.url ?? '', authorization, range });
  }

  #hub(request: IncomingMessage, response: ServerResponse): void {
    this.#note('hub', request);
    const url = request.url ?? '';
    if (this.failures > 0) {
      this.failures--;
      response.writeHead(503).end();
    } else if (this.token !== undefined && request.headers.authorization !== `Bearer ${this.token}`) {
      response.writeHead(401).end();
    } else if (url === '/api/models/owner/name/revision/main?blobs=true') {
      response.end(JSON.stringify({ sha: this.commit, siblings: this.#siblings() }));
    } else if (this.#commits.some((commit) => url.startsWith(`/owner/name/resolve/${commit}/`))) {
      // As the real one does for large files: to another host.
      response.writeHead(302, { location: `${this.#cdn}/${url.split('/').slice(5).join('/')}` }).end();
    } else {
      response.writeHead(404).end();
    }
  }

  #siblings(): readonly unknown[] {
    return [...this.files].map(([rfilename, bytes]) => ({
      rfilename,
      size: bytes.byteLength,
      ...(rfilename.endsWith('.safetensors') && {
        lfs: {
          sha256: createHash('sha256')
            .update(this.wrongDigests ? 'something else' : bytes)
            .digest('hex'),
        },
      }),
    }));
  }

  #download(request: IncomingMessage, response: ServerResponse): void {
    this.#note('cdn', request);
    const bytes = this.files.get(decodeURIComponent((request.url ?? '').slice(1)));
    if (bytes === undefined) {
      response.writeHead(404).end();
      return;
    }
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (from > 0 && from >= bytes.byteLength) {
      response.writeHead(416).end();
      return;
    }
    const rest = bytes.subarray(from);
    response.writeHead(from === 0 ? 200 : 206, { 'content-length': rest.byteLength });
    if (this.breaks > 0) {
      this.breaks--;
      response.write(rest.subarray(0, Math.ceil(rest.byteLength / 2)), () => {
        this.onBreak?.();
        response.destroy();
      });
    } else {
      response.end(rest);
    }
  }
}

/** A hub of this test's own. */
export async function startHub(): Promise<TestHub> {
  const hub = new TestHub();
  onTestFinished(() => {
    hub.stop();
  });
  await hub.start();
  return hub;
}
