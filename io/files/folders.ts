/** Where ominus keeps things of the user's: state that must not be lost, and caches that may be deleted at any time. */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The user's state folder: the default store, the embedded server's database.
 * `OMINUS_STATE_DIR`, else `$XDG_STATE_HOME/ominus`, else `~/.local/state/ominus`. It need not exist yet.
 */
export function stateFolder(env: Environment = process.env): string {
  return (
    env['OMINUS_STATE_DIR'] ?? join(xdgFolder(env['XDG_STATE_HOME']) ?? join(home(env), '.local', 'state'), 'ominus')
  );
}

/**
 * The user's cache folder: downloads, digests of files, helper binaries; safe to delete at any time.
 * `OMINUS_CACHE_DIR`, else `$XDG_CACHE_HOME/ominus`, else `~/.cache/ominus`. It need not exist yet.
 */
export function cacheFolder(env: Environment = process.env): string {
  return env['OMINUS_CACHE_DIR'] ?? join(xdgFolder(env['XDG_CACHE_HOME']) ?? join(home(env), '.cache'), 'ominus');
}

/** The XDG specification: "all paths must be absolute; a relative path must be ignored", and so must an empty one. */
function xdgFolder(value: string | undefined): string | undefined {
  return value !== undefined && isAbsolute(value) ? value : undefined;
}

function home(env: Environment): string {
  return env['HOME'] ?? homedir();
}
