/** Sources of plans on this machine: resolved, checked against the plan's digest once per process, kept open. */
import { readFile } from 'node:fs/promises';
import type { Digest } from '../core/digest.js';
import { OminusError } from '../core/errors.js';
import { openAdapter, type AdapterFolder } from '../io/adapter/adapter-folder.js';
import { locateSource, type SourceKind } from '../io/sources/digest-source.js';
import type { SourceAccess } from './context.js';
import { remember } from './remember.js';

/** Most sources that count as checked without looking again. */
const CHECKED_SOURCES = 256;
/** Most adapters kept open. */
const OPEN_ADAPTERS = 64;

/** Makes the access that a worker's activities share. */
export function createSourceAccess(): SourceAccess {
  const checked = new Map<string, Promise<string>>();
  const opened = new Map<Digest, Promise<AdapterFolder>>();
  const check = (kind: SourceKind, ref: { readonly uri: string; readonly digest: Digest }): Promise<string> => {
    const key = `${kind} ${ref.uri} ${ref.digest}`;
    return remember(
      checked,
      key,
      async () => {
        const { path, digest } = await locateSource(kind, ref.uri);
        if (digest !== ref.digest) {
          throw sourceChanged(kind, ref, digest);
        }
        return path;
      },
      CHECKED_SOURCES,
    );
  };
  return {
    folder: check,
    text: async (ref) => readFile(await check('data', ref), 'utf8'),
    adapter: async (ref) => {
      if (opened.size > OPEN_ADAPTERS) {
        await closeAll(opened);
      }
      return remember(opened, ref.digest, async () => openAdapter(await check('adapter', ref)), OPEN_ADAPTERS + 1);
    },
    close: () => closeAll(opened),
  };
}

async function closeAll(opened: Map<Digest, Promise<AdapterFolder>>): Promise<void> {
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
    hint: 'Run the spec again: a new plan uses what is there now.',
  });
}
