/** The hub's answer about a commit. It never changes, so a pinned commit whose files are here needs no hub. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf } from '../../core/digest.js';
import { writeFileAtomically } from '../files/atomic-write.js';
import { cacheFolder, type Environment } from '../files/folders.js';
import { openBytes, sealBytes } from '../store/sealed.js';

/** A commit of a repository on one hub. */
export interface HubCommit {
  readonly endpoint: string;
  readonly repository: string;
  /** 40 hexadecimal digits. */
  readonly commit: string;
}

/** The hub's answer for a commit; undefined when it is not remembered, damaged, or the revision is a branch or a tag. */
export async function recallListing(env: Environment, place: HubCommit): Promise<string | undefined> {
  if (!/^[0-9a-f]{40}$/.test(place.commit)) {
    return undefined;
  }
  try {
    const bytes = openBytes(await readFile(fileOf(env, place)));
    return bytes && Buffer.from(bytes).toString('utf8');
  } catch {
    return undefined;
  }
}

/** Remembers the hub's answer. To be called when the files are here and checked: a wrong answer must not stay. */
export async function rememberListing(env: Environment, place: HubCommit, answer: string): Promise<void> {
  // A cache that cannot be written costs one request the next time.
  await writeFileAtomically(fileOf(env, place), sealBytes(Buffer.from(answer))).catch(() => undefined);
}

function fileOf(env: Environment, { endpoint, repository, commit }: HubCommit): string {
  return join(cacheFolder(env), 'hub-listings', digestOf(`${endpoint} ${repository} ${commit}`).slice(7));
}
