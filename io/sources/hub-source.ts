/** Adapters, models and data from a Hugging Face hub: `hf://owner/name@revision`, by way of the user's cache. */
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { digestOf } from '../../core/digest.js';
import { OminusError } from '../../core/errors.js';
import { cacheFolder, type Environment } from '../files/folders.js';
import { withoutSecrets } from '../files/safe-uri.js';
import { cachedDownload, type ProgressListener, type RemoteFile } from './download.js';
import { digestOfFile } from './file-digest.js';
import { hubGet, type HubOptions } from './hub-request.js';
import { isSafeRelativeName, isWantedFile, type SourceKind } from './source-files.js';
import { readHubListing, type HubFile } from './hub-listing.js';
import { recallListing, rememberListing } from './hub-memory.js';

/** How to get at the hub, and whom to tell. */
export interface HubSourceOptions extends HubOptions {
  readonly env?: Environment;
  readonly onProgress?: ProgressListener | undefined;
}

interface HubLocation {
  readonly repository: string;
  readonly revision: string;
  /** A file of the repository, for data; empty for a folder. */
  readonly file: string;
}

const PUBLIC_HUB = 'https://huggingface.co';

/**
 * Fetches the wanted files of one commit, unless the cache or the Hugging Face library's own cache has them. The hub is
 * not asked at all when the revision is a commit that was fetched before.
 *
 * @returns where they are on this machine, and the URI with the commit in place of the revision
 * @throws OminusError `USAGE`, `FILE_NOT_FOUND`, `FILE_UNREADABLE` (no access), `HUB_UNREACHABLE`, `DATA_INVALID`,
 *   `DIGEST_MISMATCH`, `SOURCE_CHANGED`
 */
export async function resolveHubSource(
  uri: string,
  kind: SourceKind,
  options: HubSourceOptions = {},
): Promise<{ readonly path: string; readonly uri: string }> {
  const env = options.env ?? process.env;
  const { repository, revision, file } = parseHubUri(uri, kind);
  const endpoint = hubEndpoint(env);
  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    hubGet(endpoint, path, { ...options, headers, token: env['HF_TOKEN'] ?? env['HUGGING_FACE_HUB_TOKEN'] });
  const recalled = await recallListing(env, { endpoint, repository, commit: revision });
  const answer =
    recalled ??
    (await (await get(`/api/models/${repository}/revision/${encodeURIComponent(revision)}?blobs=true`)).text());
  const listing = readHubListing(answer, uri);
  const wanted = listing.files.filter(({ name }) => (kind === 'data' ? name === file : isWantedFile(kind, name)));
  const unsafe = listing.files.find(({ name }) => !isSafeRelativeName(name));
  if (unsafe !== undefined) {
    throw new OminusError('DATA_INVALID', {
      message: `the hub lists a file whose path points outside its folder [uri=${uri}, file=${JSON.stringify(unsafe.name)}]`,
      hint: 'Do not use this repository.',
    });
  }
  if (wanted.length === 0) {
    throw new OminusError('FILE_NOT_FOUND', {
      message: `the repository has no ${kind === 'data' ? file : `${kind} files in a format that can be read`} [uri=${uri}, commit=${listing.commit}]`,
      hint: 'Only config.json, tokenizer files, .safetensors and .onnx are read; convert pickle files first.',
    });
  }
  const resolved = `hf://${repository}@${listing.commit}${file === '' ? '' : `/${file}`}`;
  const remember = async (): Promise<void> => {
    if (recalled === undefined) {
      await rememberListing(env, { endpoint, repository, commit: listing.commit }, answer);
    }
  };
  const library = await libraryCache(env, repository, listing.commit, wanted);
  if (library !== undefined) {
    await remember();
    return { path: join(library, file), uri: resolved };
  }
  const place = digestOf(`${endpoint} ${resolved} ${kind}`).slice(7);
  const remote = wanted.map(({ name, sizeBytes, sha256 }): RemoteFile => ({
    name,
    sizeBytes,
    async read(offset) {
      const path = name.split('/').map(encodeURIComponent).join('/');
      const range = offset === 0 ? {} : { range: `bytes=${String(offset)}-` };
      const answer = await get(`/${repository}/resolve/${listing.commit}/${path}`, range);
      return skipUnlessPartial(answer, offset);
    },
    check: async (path) => {
      if (sha256 !== undefined) {
        await checkDigest(path, name, sha256, resolved);
      }
    },
  }));
  const folder = await cachedDownload(join(cacheFolder(env), 'hub', place), remote, options.onProgress);
  await remember();
  return { path: join(folder, file), uri: resolved };
}

function parseHubUri(uri: string, kind: SourceKind): HubLocation {
  const match = /^hf:\/\/([\w.-]+\/[\w.-]+)(?:@([^/@?#]+))?(?:\/([^?#]+))?$/.exec(uri);
  const file = match?.[3] ?? '';
  const parts = (match?.[1] ?? '').split('/');
  const isFile = kind === 'data' ? isSafeRelativeName(file) : file === '';
  if (match === null || !isFile || parts.some((part) => /^\.+$/.test(part))) {
    throw new OminusError('USAGE', {
      message: `not a location on the hub [uri=${withoutSecrets(uri)}]`,
      hint:
        kind === 'data'
          ? 'Write hf://owner/name@revision/path/to/file for data.'
          : 'Write hf://owner/name@revision (a branch, a tag, or better a commit).',
    });
  }
  return { repository: parts.join('/'), revision: match[2] ?? 'main', file };
}

function hubEndpoint(env: Environment): string {
  const endpoint = (env['HF_ENDPOINT'] ?? '').replace(/\/+$/, '') || PUBLIC_HUB;
  if (!/^https?:\/\/[^@]+$/.test(endpoint)) {
    throw new OminusError('USAGE', {
      message: `not the address of a hub [HF_ENDPOINT=${withoutSecrets(endpoint)}]`,
      hint: 'Write https://host in HF_ENDPOINT.',
    });
  }
  return endpoint;
}

/** The snapshot folder of the Hugging Face library's cache, if it has all wanted files of this commit in full. */
async function libraryCache(
  env: Environment,
  repository: string,
  commit: string,
  wanted: readonly HubFile[],
): Promise<string | undefined> {
  const home = env['HF_HOME'] ?? join(env['XDG_CACHE_HOME'] ?? join(env['HOME'] ?? homedir(), '.cache'), 'huggingface');
  const hub = env['HF_HUB_CACHE'] ?? join(home, 'hub');
  const snapshot = join(hub, `models--${repository.replace('/', '--')}`, 'snapshots', commit);
  try {
    for (const { name, sizeBytes } of wanted) {
      if ((await stat(join(snapshot, ...name.split('/')))).size !== sizeBytes) {
        return undefined;
      }
    }
    return snapshot;
  } catch {
    return undefined;
  }
}

/** A server may ignore the range and send everything again. */
async function* skipUnlessPartial(answer: Response, offset: number): AsyncGenerator<Uint8Array> {
  let skip = answer.status === 206 ? 0 : offset;
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
    // undici's streams are async iterables of bytes; the DOM types do not say so
    yield chunk.subarray(Math.min(skip, chunk.byteLength));
    skip = Math.max(0, skip - chunk.byteLength);
  }
}

async function checkDigest(path: string, name: string, sha256: string, uri: string): Promise<void> {
  const got = await digestOfFile(path);
  if (got !== `sha256:${sha256}`) {
    throw new OminusError('DIGEST_MISMATCH', {
      message: `a downloaded file does not match the hub's digest [uri=${uri}, file=${name}]: expected sha256:${sha256}, got ${got}`,
      hint: 'Run the same command again.',
    });
  }
}
