import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { isLoopback, listen, type ListeningServer, type Route } from '../../../cli/serve/http-server.js';
import { LiveParts, type Watch } from '../../../cli/serve/live-parts.js';
import { comparePage, listPage } from '../../../cli/serve/list-page.js';
import { CONTENT_POLICY, runPage, runPart } from '../../../cli/serve/pages.js';
import type { ListedRun } from '../../../app/runs/run-directory.js';
import { digestOf } from '../../../core/digest.js';
import { CHROMIUM, domOf } from '../../support/chromium.js';

interface Reply {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

const open: { close(): Promise<void> | void }[] = [];

async function serving(routes: readonly Route[]): Promise<ListeningServer> {
  const server = await listen(routes, { host: '127.0.0.1', port: 0 });
  open.push(server);
  return server;
}

function ask(url: string, options: { readonly method?: string; readonly host?: string } = {}): Promise<Reply> {
  const { method = 'GET', host } = options;
  return new Promise((resolve, reject) => {
    const asking = request(url, { method, headers: host === undefined ? {} : { host } }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => {
        resolve({ status: response.statusCode, headers: response.headers, body });
      });
    });
    asking.once('error', reject);
    asking.end();
  });
}

const hello: Route = {
  path: /^\/hello\/([^/]+)$/,
  answer: ([name = '']) => ({ type: 'text/plain', body: `hello ${name}` }),
};
const broken: Route = {
  path: /^\/broken$/,
  answer: () => {
    throw new TypeError('a detail of the defect');
  },
};

const ref = { digest: digestOf('plan'), sizeBytes: 1 };
const hostile: ListedRun = {
  name: '<script>alert(1)</script>',
  runId: '"><img src=x>',
  kind: 'recipe',
  about: { description: '<b>bold</b>', tags: ['<i>'] },
  state: 'running',
  changedMs: 0,
  plan: ref,
  report: undefined,
};

afterEach(async () => {
  for (const one of open.splice(0).reverse()) {
    await one.close();
  }
});

describe('the server of ominus serve', () => {
  it('answers GET and HEAD by its table, decoded, with the same protection everywhere', async () => {
    const { url } = await serving([hello]);
    const found = await ask(`${url}hello/truth%E2%81%BB`);
    expect([found.status, found.body]).toEqual([200, 'hello truth⁻']);
    const head = await ask(`${url}hello/x`, { method: 'HEAD' });
    expect([head.status, head.body, head.headers['content-length']]).toEqual([200, '', '7']);
    for (const path of ['nothing', 'hello/%E0%A4%A', '../../etc/passwd', 'hello/a/b']) {
      const missing = await ask(url + path);
      expect(missing.status, path).toBe(404);
      expect(missing.headers['content-security-policy']).toBe(CONTENT_POLICY);
      expect(missing.headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it('writes nothing: every other method is refused', async () => {
    const { url } = await serving([hello]);
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const refused = await ask(`${url}hello/x`, { method });
      expect([refused.status, refused.headers['allow']], method).toEqual([405, 'GET, HEAD']);
    }
  });

  it('answers to its own names only, so that no other site can be made to point to it', async () => {
    const { url } = await serving([hello]);
    for (const host of ['evil.example', 'evil.example:7717', '127.0.0.1.evil.example']) {
      expect((await ask(`${url}hello/x`, { host })).status, host).toBe(403);
    }
    for (const host of ['localhost:1', '127.0.0.1:7717', '[::1]:7717']) {
      expect((await ask(`${url}hello/x`, { host })).status, host).toBe(200);
    }
    expect(['localhost', '127.0.0.1', '127.1.2.3', '::1'].every(isLoopback)).toBe(true);
    expect(['0.0.0.0', '192.168.0.1', '127.evil.example', '::'].some(isLoopback)).toBe(false);
  });

  it('says of a defect that there was one, and no more', async () => {
    const written: string[] = [];
    const write = process.stderr.write.bind(process.stderr);
    process.stderr.write = (text: string | Uint8Array) => {
      written.push(String(text));
      return true;
    };
    try {
      const { url } = await serving([broken]);
      const reply = await ask(`${url}broken`);
      expect(reply.status).toBe(500);
      expect(reply.body).not.toContain('a detail');
      expect(written.join('')).toContain('/broken');
    } finally {
      process.stderr.write = write;
    }
  });

  it('refuses a taken port with one clear error', async () => {
    const { url } = await serving([]);
    const port = Number(new URL(url).port);
    await expect(listen([], { host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('pages', () => {
  it('escape whatever a run is called', () => {
    const progress = {
      name: hostile.name,
      runId: hostile.runId,
      state: 'running' as const,
      nodes: [{ id: 'x', kind: 'x', title: '<i>title</i>', state: 'failed' as const, message: '<u>why</u>' }],
    };
    const overview = {
      ...{
        name: hostile.name,
        runId: hostile.runId,
        kind: '<i>kind</i>',
        state: 'failed' as const,
        tags: ['<u>tag</u>'],
      },
      ...{ changedAt: '<s>', best: '<s>best</s>', failures: 1, seconds: 3 },
      reasons: [{ what: '<i>what</i>', code: 'X', message: '<u>m</u>', hint: '<u>h</u>', host: '<s>host</s>' }],
    } as const;
    const nothingDiffers = {
      ...{ steps: [], onlyFirst: ['<i>a</i>'], onlySecond: [], isSame: true, otherEnvironments: false },
      environments: { first: [], second: [] },
    };
    const pages = [
      listPage({ runs: [overview], serverAnswers: false }, '<s>store</s>'),
      comparePage({ first: hostile, second: hostile, changes: ['<i>change</i>'], difference: nothingDiffers }),
      runPage(hostile, progress),
      runPage(hostile, undefined),
      runPart(hostile, progress).markup,
    ].join('\n');
    expect(pages).not.toMatch(/<script>alert|<img|<i>|<u>|<s>/);
    expect(pages).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(pages).toContain('/runs/%3Cscript%3Ealert(1)%3C%2Fscript%3E/%22%3E%3Cimg%20src%3Dx%3E');
  });
});

describe('the page of a sweep under way', () => {
  it('says how many points are done, at what rate, and which is the best', () => {
    const run = { ...hostile, kind: 'sweep' };
    const { markup } = runPart(run, {
      name: 's',
      runId: '1',
      state: 'running',
      nodes: [],
      sweep: {
        phase: 'searching',
        done: 30,
        reused: 10,
        failed: 2,
        total: 120,
        concurrency: 2,
        running: 8,
        best: {
          index: 3,
          values: [{ name: 'a', value: '<0.4>' }],
          metric: 'm.x',
          value: 0.5,
          sortedBy: [0.1, -0.5],
          feasible: false,
        },
        rate: 2,
        secondsLeft: 45,
      },
    });
    const text = markup.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
    expect(text).toContain('searching: 30 of 120, 2.000/s, 45 s left, 2 failed');
    expect(text).toContain('Best so far: m.x 0.500 at a = &lt;0.4&gt;; no point meets all constraints yet');
    expect(markup).toContain('<progress max="120" value="30">');
  });
});

describe('live parts', () => {
  it('are sent to everybody who looks, once per change, and the watch ends with the last of them', async () => {
    const live = new LiveParts();
    open.push(live);
    let watches = 0;
    let go: (() => void) | undefined;
    const watch: Watch = async (show) => {
      watches++;
      show('one\nline');
      show('one\nline');
      await new Promise<void>((resolve) => {
        go = resolve;
      });
      show('two');
    };
    const { url } = await serving([
      {
        path: /^\/events$/,
        answer: () => ({
          stream: (response) => {
            live.stream('it', watch, response);
            if (++asked === 2) {
              go?.();
            }
          },
        }),
      },
    ]);
    let asked = 0;
    const [first, second] = await Promise.all([ask(`${url}events`), ask(`${url}events`)]);
    const whole = 'event: part\ndata: one\ndata: line\n\nevent: part\ndata: two\n\nevent: end\ndata: \n\n';
    expect([first.body, second.body]).toEqual([whole, whole]);
    expect(watches).toBe(1);
    expect(first.headers['content-type']).toMatch(/^text\/event-stream/);
  });

  it('stop watching when the last page is closed', async () => {
    const live = new LiveParts();
    const stopped = new Promise<void>((resolve) => {
      const watch: Watch = (show, signal) =>
        new Promise((end) => {
          show('x');
          signal.addEventListener('abort', () => {
            resolve();
            end();
          });
        });
      void serving([
        {
          path: /^\/events$/,
          answer: () => ({
            stream: (response) => {
              live.stream('it', watch, response);
            },
          }),
        },
      ]).then(({ url }) => {
        const asking = request(`${url}events`, (response) => {
          response.once('data', () => asking.destroy());
        });
        asking.once('error', () => undefined); // we ended it ourselves
        asking.end();
      });
    });
    await stopped;
  });

  it.skipIf(CHROMIUM === undefined)(
    'replace the part in a browser, whose policy lets nothing else run, and load the page again at the end',
    { timeout: 150_000 },
    async () => {
      const live = new LiveParts();
      open.push(live);
      const run = { ...hostile, name: 'r', runId: '1' };
      let visits = 0;
      const watch: Watch = (show) => {
        show('<p>new part</p><img src="x" onerror="document.title=\'pwned\'">');
        return Promise.resolve();
      };
      const seen: string[] = [];
      const { url } = await serving([
        {
          path: /^\/runs\/r\/1$/,
          answer: () => ({
            type: 'text/html',
            body: ++visits === 1 ? runPage(run, undefined) : '<!doctype html><title>done</title><p>report</p>',
          }),
        },
        {
          path: /^\/runs\/r\/1\/events$/,
          answer: () => ({
            stream: (response) => {
              seen.push('events');
              live.stream('r', watch, response);
            },
          }),
        },
      ]);
      const dom = await domOf(`${url}runs/r/1`);
      expect(seen).toEqual(['events']);
      expect(visits).toBe(2);
      expect(dom).toContain('<p>report</p>');
      expect(dom).not.toContain('pwned');
    },
  );
});
