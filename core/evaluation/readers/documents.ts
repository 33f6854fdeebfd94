/** Plain text: documents separated by blank lines. */
import type { TaskReader } from './reader.js';
import { invalidData, type ReadOptions } from './records.js';

/** One document. */
export interface TextDocument {
  readonly id: string;
  readonly text: string;
}

/** Text files: every document is a request, which becomes part of the blocks. */
export const documents: TaskReader<TextDocument, 'blocks'> = {
  name: 'documents',
  version: 1,
  kind: 'blocks',
  read: readDocuments,
  requests: (items) => items.map(({ id, text }) => ({ kind: 'document', id, text })),
};

/**
 * The documents of a text file; `id` is the 0-based place in the file. Line ends are read as `\n`, blanks around the whole
 * text are dropped, and the documents themselves stay as they are.
 *
 * @throws OminusError `DATA_INVALID` when the file holds no text, or is not text
 */
function readDocuments(data: string, options: ReadOptions): readonly TextDocument[] {
  const nul = data.indexOf('\0');
  if (nul !== -1) {
    const line = (data.slice(0, nul).match(/\n/g)?.length ?? 0) + 1;
    throw invalidData(options.source, `line ${line}`, 'a zero byte', 'plain text');
  }
  const documents = data
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n')
    .trim()
    .split(/\n{2,}/)
    .filter((text) => text.trim() !== '');
  if (documents.length === 0) {
    throw invalidData(options.source, 'line 1', 'no text', 'documents separated by blank lines');
  }
  return documents.slice(0, options.limit).map((text, index) => ({ id: String(index), text }));
}
