/** From what a spec names to files on this machine. */
import { OminusError } from '../../core/errors.js';
import { ALL_URI_FORMS } from '../../core/source-uri.js';
import { withoutSecrets } from '../files/safe-uri.js';
import type { ResolvedSource, ResolveOptions } from './resolved-source.js';
import { schemeOf } from './schemes.js';
import type { SourceKind } from './source-files.js';

/**
 * Finds a source, or fetches it into the user's cache.
 *
 * @param uri - a path, `file:///…`, `s3://bucket/prefix` or `hf://owner/name@revision`
 * @throws OminusError `USAGE`, `FILE_NOT_FOUND`, `FILE_UNREADABLE` and those of S3 and the hub
 */
export async function resolveSource(
  uri: string,
  kind: SourceKind,
  options: ResolveOptions = {},
): Promise<ResolvedSource> {
  const scheme = schemeOf(uri);
  if (scheme === undefined) {
    throw new OminusError('USAGE', {
      message: `not a supported location [uri=${withoutSecrets(uri)}]`,
      hint: `Name a path, ${ALL_URI_FORMS}.`,
    });
  }
  return scheme.resolve(uri, kind, options);
}
