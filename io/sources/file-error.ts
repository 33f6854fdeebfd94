/** The errors of user's files. */
import { errorMessage, OminusError } from '../../core/errors.js';
import { isMissing, systemErrorCode } from '../files/system-error.js';

/** A problem with a file of the user's as `FILE_NOT_FOUND` or `FILE_UNREADABLE`; our own errors pass through. */
export function fileError(path: string, error: unknown): OminusError {
  if (error instanceof OminusError) {
    return error;
  }
  if (isMissing(error)) {
    return new OminusError('FILE_NOT_FOUND', {
      message: `no such file or folder [path=${path}]`,
      hint: 'Correct the path; in a spec it is relative to the spec file.',
      cause: error,
    });
  }
  return new OminusError('FILE_UNREADABLE', {
    message: `cannot read [path=${path}]: ${systemErrorCode(error) ?? errorMessage(error)}`,
    hint: "Check the file's permissions and its disk.",
    cause: error,
  });
}
