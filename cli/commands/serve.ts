/** `ominus serve`: the runs of a store as a local web page that follows those under way. Reads only. */
import { Command } from 'commander';
import { OminusError } from '../../core/errors.js';
import { openArtifactStore } from '../../io/store/open.js';
import { configuredCluster } from '../../io/temporal/cluster.js';
import { isLoopback, listen, type Route } from '../serve/http-server.js';
import type { ServedPlaces } from '../serve/routes.js';
import { LiveParts } from '../serve/live-parts.js';

const STANDARD_PORT = 7717;

interface ServeOptions {
  readonly host: string;
  readonly port: string;
  readonly temporalUi?: string;
}

/** The command. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('Show the runs of the store on a local web page, live. Read-only; Ctrl-C ends it.')
    .option('--host <address>', 'where to listen; other addresses expose the page to the network', '127.0.0.1')
    .option('--port <number>', 'port to listen on; 0 for any free one', String(STANDARD_PORT))
    .option('--temporal-ui <url>', 'address of Temporal’s own pages, for links to them (known for Temporal Cloud)')
    .action(serve);
}

async function serve(options: ServeOptions): Promise<void> {
  const port = portOf(options.port);
  const store = await openArtifactStore();
  const live = new LiveParts();
  const pages = loadPages({ store, live, temporal: temporalPages(options.temporalUi) });
  pages.catch(() => undefined); // whoever asks for a page is told
  const routes = async (): Promise<readonly Route[]> => (await pages).routes;
  const server = await listen(routes, { host: options.host, port });
  process.stdout.write(`${server.url}\n`);
  if (!isLoopback(options.host)) {
    process.stderr.write('warning: anyone who can reach this address can read all runs of the store\n');
  }
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve).once('SIGTERM', resolve);
  });
  live.close();
  await server.close();
  await (await pages).link.drop();
}

/** Loads what pages are made with, which takes a second: the address is printed before. */
async function loadPages(
  parts: Pick<ServedPlaces, 'store' | 'live' | 'temporal'>,
): Promise<{ readonly routes: readonly Route[]; readonly link: ServedPlaces['link'] }> {
  await new Promise(setImmediate);
  const { routesOver } = await import('../serve/routes.js');
  const { RunDirectory } = await import('../../app/runs/run-directory.js');
  const { TemporalLink } = await import('../../app/session/temporal-link.js');
  const link = new TemporalLink();
  return { routes: routesOver({ ...parts, link, runs: new RunDirectory(parts.store, link) }), link };
}

/** Where Temporal shows the workflows of the namespace; the embedded server has no pages. */
function temporalPages(asked: string | undefined): string | undefined {
  if (asked !== undefined && !/^https?:\/\/[^\s"'<>]+$/.test(asked)) {
    throw new OminusError('USAGE', {
      message: `not an address [temporal-ui=${asked}]: expected http:// or https://`,
      hint: 'Write the address at which Temporal’s pages open, such as http://temporal.example:8080.',
    });
  }
  const cluster = configuredCluster();
  const base =
    asked ??
    (cluster !== undefined && /\.tmprl\.cloud(:\d+)?$/.test(cluster.address) ? 'https://cloud.temporal.io' : undefined);
  return base && `${base.replace(/\/+$/, '')}/namespaces/${encodeURIComponent(cluster?.namespace ?? 'default')}`;
}

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new OminusError('USAGE', {
      message: `not a port [port=${text}]: expected a number from 0 to 65535`,
      hint: 'Leave out --port to use the default.',
    });
  }
  return port;
}
