/** A store in memory, for tests of what stands on the port. It passes the same contract suite as the real ones. */
import { Readable } from 'node:stream';
import { checkBlobName, checkBlobPrefix, damagedName } from '../../io/store/blob-name.js';
import { discardBody, sizedChunks } from '../../io/store/sized-chunks.js';
import type { BlobBody, BlobInfo, BlobStore } from '../../io/store/types.js';
import { collect } from './collect.js';

export class MemoryBlobStore implements BlobStore {
  readonly uri = 'memory://test';
  readonly blobs = new Map<string, { bytes: Uint8Array; modifiedMs: number }>();
  /** Names of all writes, in order. */
  readonly writes: string[] = [];

  /** Makes a blob older. */
  age(name: string, ms: number): void {
    const blob = this.blobs.get(name);
    if (blob === undefined) {
      throw new Error(`no blob ${name}`);
    }
    blob.modifiedMs -= ms;
  }

  async put(name: string, body: BlobBody, options: { ifAbsent?: boolean } = {}): Promise<'written' | 'exists'> {
    checkBlobName(name);
    const bytes = body instanceof Uint8Array ? new Uint8Array(body) : Buffer.concat(await collect(sizedChunks(body)));
    if (options.ifAbsent === true && this.blobs.has(name)) {
      discardBody(body);
      return 'exists';
    }
    this.blobs.set(name, { bytes, modifiedMs: Date.now() });
    this.writes.push(name);
    return 'written';
  }

  async get(name: string): Promise<Uint8Array | undefined> {
    checkBlobName(name);
    const blob = this.blobs.get(name);
    return Promise.resolve(blob && new Uint8Array(blob.bytes));
  }

  async stream(name: string): Promise<Readable | undefined> {
    const bytes = await this.get(name);
    return bytes && Readable.from([bytes]);
  }

  async stat(name: string): Promise<BlobInfo | undefined> {
    checkBlobName(name);
    const blob = this.blobs.get(name);
    return Promise.resolve(blob && { name, sizeBytes: blob.bytes.byteLength, modifiedMs: blob.modifiedMs });
  }

  async *list(prefix: string): AsyncGenerator<BlobInfo> {
    checkBlobPrefix(prefix);
    const names = [...this.blobs.keys()].filter((name) => name.startsWith(prefix)).sort();
    for (const name of names) {
      const info = await this.stat(name);
      if (info !== undefined) {
        yield info;
      }
    }
  }

  async remove(name: string): Promise<void> {
    checkBlobName(name);
    this.blobs.delete(name);
    return Promise.resolve();
  }

  async setAside(name: string): Promise<void> {
    checkBlobName(name);
    const blob = this.blobs.get(name);
    if (blob !== undefined) {
      this.blobs.delete(name);
      this.blobs.set(damagedName(name), blob);
    }
    return Promise.resolve();
  }

  async *leftovers(): AsyncGenerator<BlobInfo> {
    // Nothing is ever half written here.
  }

  async removeLeftover(): Promise<void> {
    return Promise.resolve();
  }
}
