/** The places that sources come from, by the scheme of their URIs (core/source-uri.ts). */
import type { ResolvedSource, ResolveOptions } from './resolved-source.js';
import type { SchemeName } from '../../core/source-uri.js';
import { resolveLocalSource } from './local-source.js';
import type { SourceKind } from './source-files.js';

/** One place that sources come from. */
export interface SourceScheme {
  /** Sources are downloaded into the user's cache, and what was downloaded is not asked for again while a worker runs. */
  readonly isRemote: boolean;
  /** The URI that `resolve` gives names content that never changes, whatever a branch or tag names later. */
  readonly isPinned: boolean;
  /** Finds a source, or downloads it. Errors are those of {@link resolveSource}. */
  readonly resolve: (uri: string, kind: SourceKind, options: ResolveOptions) => Promise<ResolvedSource>;
}

/** All of them. What needs a large library loads it when it is first used. */
export const SOURCE_SCHEMES: Readonly<Record<SchemeName, SourceScheme>> = {
  file: { isRemote: false, isPinned: false, resolve: resolveLocalSource },
  s3: {
    isRemote: true,
    isPinned: false,
    resolve: async (uri, kind, { onProgress }) =>
      (await import('./s3-source.js')).resolveS3Source(uri, kind, { onProgress }),
  },
  hf: {
    isRemote: true,
    isPinned: true,
    resolve: async (uri, kind, { onProgress }) =>
      (await import('./hub-source.js')).resolveHubSource(uri, kind, { onProgress }),
  },
};

/** The scheme of a path or URI; undefined when there is no such scheme. */
export function schemeOf(uri: string): SourceScheme | undefined {
  const name = /^([a-z][a-z0-9+.-]*):\/\//i.exec(uri)?.[1]?.toLowerCase() ?? 'file';
  return Object.hasOwn(SOURCE_SCHEMES, name) ? SOURCE_SCHEMES[name as SchemeName] : undefined; // checked just now
}
