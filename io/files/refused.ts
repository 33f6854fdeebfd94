/** What the operating system refuses, as our errors. */
import { errorMessage, OminusError, type ErrorCode } from '../../core/errors.js';
import { systemErrorCode } from './system-error.js';

const WRITABLE = 'Make the folder writable for this user, or choose another one.';

/** By the system's code: ours, and what to do. */
const REFUSALS: Readonly<Record<string, readonly [code: ErrorCode, hint: string]>> = {
  ENOSPC: ['SYSTEM_REFUSED', 'Free some disk space, then run the same command again.'],
  EDQUOT: ['SYSTEM_REFUSED', 'Free some of the disk quota, then run the same command again.'],
  EFBIG: ['SYSTEM_REFUSED', 'Raise the limit on the size of files (ulimit -f), or choose another disk.'],
  EIO: ['SYSTEM_REFUSED', 'Check the disk, then run the same command again.'],
  ENOENT: ['SYSTEM_REFUSED', 'Check that the folder can be created, and that nothing removes it during the run.'],
  EMFILE: ['SYSTEM_REFUSED', 'Raise the limit on open files (ulimit -n).'],
  ENFILE: ['SYSTEM_REFUSED', 'Raise the limit on open files of this machine.'],
  EACCES: ['OUTPUT_FORBIDDEN', WRITABLE],
  EPERM: ['OUTPUT_FORBIDDEN', WRITABLE],
  EROFS: ['OUTPUT_FORBIDDEN', 'Choose a folder on a disk that can be written to.'],
  ENOTDIR: ['OUTPUT_FORBIDDEN', 'Choose a path whose parents are folders.'],
  EISDIR: ['OUTPUT_FORBIDDEN', 'Choose a path that is not a folder.'],
  EEXIST: ['OUTPUT_FORBIDDEN', 'Choose a path whose parents are folders.'],
  ENAMETOOLONG: ['OUTPUT_FORBIDDEN', 'Choose a shorter path.'],
  ELOOP: ['OUTPUT_FORBIDDEN', 'Choose a path without circular links.'],
};

/**
 * An error of writing, as ours where the system refused: `SYSTEM_REFUSED` where the same call may succeed later, `OUTPUT_FORBIDDEN`
 * where it is the wrong place; anything else as it is.
 *
 * @param what - what failed, with `[key=value]`
 */
export function refused(error: unknown, what: string): unknown {
  const [code, hint] = REFUSALS[systemErrorCode(error) ?? ''] ?? [];
  return code === undefined || hint === undefined || error instanceof OminusError
    ? error
    : new OminusError(code, { message: `${what}: ${errorMessage(error)}`, hint, cause: error });
}
