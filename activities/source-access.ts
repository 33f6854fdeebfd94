/** Sources of plans on this machine: resolved, checked against the plan's digest before every use, kept open. */
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Digest } from '../core/digest.js';
import { OminusError } from '../core/errors.js';
import { RecentMap } from '../core/recent-map.js';
import { openAdapter, type AdapterFolder } from '../io/adapter/adapter-folder.js';
import { cachedAdapter } from '../io/adapter/cached-adapter.js';
import { locateSource, type SourceKind } from '../io/sources/digest-source.js';
import { schemeOf } from '../io/sources/schemes.js';
import type { SourceAccess } from './context.js';
import { remember } from './remember.js';

/** Most fetched sources that count as checked without looking again. */
const FETCHED_SOURCES = 256;
/** Most adapters that a worker has open: one file each, never closed under a node that may be reading it. */
const OPEN_ADAPTERS = 512;

/** How a worker sees its sources. */
export interface SourceAccessOptions {
  /** Whether other workers may have what this machine lacks: what is missing here is then no failure of the run. */
  readonly isOneOfMany?: boolean;
}

/** Makes the access that a worker's activities share. */
export function createSourceAccess({ isOneOfMany = false }: SourceAccessOptions = {}): SourceAccess {
  const fetched = new RecentMap<string, Promise<string>>(FETCHED_SOURCES);
  const opened = new RecentMap<Digest, Promise<AdapterFolder>>(OPEN_ADAPTERS);
  const made = new RecentMap<Digest, Promise<AdapterFolder>>(OPEN_ADAPTERS);
  const check = (kind: SourceKind, ref: { readonly uri: string; readonly digest: Digest }): Promise<string> => {
    const locate = async (): Promise<string> => {
      const { path, digest } = await locateSource(kind, ref.uri);
      if (digest !== ref.digest) {
        throw sourceChanged(kind, ref, digest);
      }
      return path;
    };
    const locateHere = isOneOfMany ? () => locate().catch(rethrowAsMissing(kind, ref.uri)) : locate;
    // Local files may change while a worker runs, and checking costs little: digests of unchanged files are cached.
    // Asking a bucket or the hub again for every node would cost more, and nothing else writes to the copies in the cache.
    return schemeOf(ref.uri)?.isRemote === true
      ? remember(fetched, `${kind} ${ref.uri} ${ref.digest}`, locateHere)
      : locateHere();
  };
  return {
    folder: check,
    text: async (ref) => readFile(await check('data', ref), 'utf8'),
    adapter: async (ref) => {
      const path = await check('adapter', ref);
      return remember(opened, ref.digest, () => openAdapter(path));
    },
    made: async (digest, files) => remember(made, digest, async () => openAdapter(await cachedAdapter(digest, files))),
    close: async () => {
      await closeAll(opened);
      await closeAll(made);
    },
  };
}

async function closeAll(opened: RecentMap<Digest, Promise<AdapterFolder>>): Promise<void> {
  const adapters = await Promise.allSettled(opened.values());
  opened.clear();
  for (const adapter of adapters) {
    if (adapter.status === 'fulfilled') {
      await adapter.value.close();
    }
  }
}

function sourceChanged(kind: string, ref: { readonly uri: string; readonly digest: Digest }, got: Digest): OminusError {
  return new OminusError('SOURCE_CHANGED', {
    message: `the ${kind} changed since the run was planned [uri=${ref.uri}]: expected ${ref.digest}, got ${got}`,
    hint: 'Run the spec again: a new plan uses the current files.',
  });
}

/** What will not be better here as `SOURCE_MISSING`, with this machine's name; what may, unchanged. */
function rethrowAsMissing(kind: string, uri: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof OminusError) || error.retryable) {
      throw error;
    }
    const host = hostname();
    throw new OminusError('SOURCE_MISSING', {
      message: `the worker on this host lacks the ${kind} of a run [host=${host}, uri=${uri}]: ${error.message}`,
      hint: `Copy the files to the same path on ${host}, or stop its worker: other workers go on with the work.`,
      details: { host, uri },
      cause: error,
    });
  };
}
