/** Reads and writes at given places of an open file. */
import { read, write, writev } from 'node:fs';
import { promisify } from 'node:util';

/** An open file; a `FileHandle` is one. */
export interface PositionedFile {
  read(bytes: Uint8Array, offset: number, length: number, position: number): Promise<{ readonly bytesRead: number }>;
  write(
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesWritten: number }>;
  writev(parts: Uint8Array[], position: number): Promise<{ readonly bytesWritten: number }>;
}

/** An open file as other threads of this process know it, where a `FileHandle` cannot go. Whoever opened it closes it. */
export interface SharedFile {
  readonly path: string;
  /** Descriptors are the process's, not a thread's. */
  readonly descriptor: number;
  readonly sizeBytes: number;
}

const [readAt, writeAt, writevAt] = [promisify(read), promisify(write), promisify(writev)];

/** A file that another thread has opened, and keeps open for as long as this is used. */
export function openedElsewhere({ descriptor }: SharedFile): PositionedFile {
  return {
    read: (bytes, offset, length, position) => readAt(descriptor, bytes, offset, length, position),
    write: (bytes, offset, length, position) => writeAt(descriptor, bytes, offset, length, position),
    writev: (parts, position) => writevAt(descriptor, parts, position),
  };
}
