/** The text of a spec: of a file, or of standard input. */
import { createReadStream } from 'node:fs';
import { OminusError } from '../../core/errors.js';
import { MAX_SPEC_LENGTH } from '../../core/spec/read-spec.js';
import { isMissing, systemErrorCode } from '../../io/files/system-error.js';

/** Bytes that are read of a file; a character takes at most 4, and the reader refuses what is too long. */
const MAX_BYTES = 4 * MAX_SPEC_LENGTH + 4;

/** How standard input is named on the command line. */
const STANDARD_INPUT = '-';

/** What a spec is called in messages. Paths in standard input are relative to the current folder. */
export function shownSpecFile(file: string): string {
  return file === STANDARD_INPUT ? '<stdin>' : file;
}

/**
 * Reads no more than is needed to see that a text is too long.
 *
 * @throws OminusError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, or `SPEC_INVALID` for what is not UTF-8
 */
export async function readSpecText(file: string): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    const input = file === STANDARD_INPUT ? process.stdin : createReadStream(file);
    for await (const chunk of input) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      if (length >= MAX_BYTES) {
        break;
      }
    }
  } catch (error) {
    throw unreadable(error);
  }
  return decode(Buffer.concat(chunks).subarray(0, MAX_BYTES));
}

function decode(bytes: Buffer): string {
  try {
    // what is cut off may end within a character
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, {
      stream: bytes.length >= MAX_BYTES,
    });
  } catch (error) {
    const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    throw new OminusError('SPEC_INVALID', {
      message: isUtf16 ? 'the file is UTF-16 text, expected UTF-8' : 'the file is not UTF-8 text',
      hint: 'Save the file as UTF-8; iconv -f UTF-16 -t UTF-8 converts UTF-16.',
      cause: error,
    });
  }
}

function unreadable(error: unknown): OminusError {
  const code = systemErrorCode(error);
  if (isMissing(error)) {
    return new OminusError('FILE_NOT_FOUND', {
      message: 'no such file',
      hint: 'Name a YAML file; ominus init makes one from your adapters, and specs/ has examples.',
      cause: error,
    });
  }
  const [message, hint] =
    code === 'EISDIR'
      ? ['this is a folder, not a file', 'Name the YAML file in it.']
      : code === 'EACCES' || code === 'EPERM'
        ? ['no permission to read the file', 'Change its permissions, or name another file.']
        : [`the file cannot be read (${code ?? 'unknown reason'})`, 'Name another file.'];
  return new OminusError('FILE_UNREADABLE', { message, hint, cause: error });
}
