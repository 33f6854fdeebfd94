/** A place of each scheme that sources come from, with files that a test puts there. */
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { SchemeName } from '../../core/source-uri.js';
import { createS3Client } from '../../io/store/s3-client.js';
import { startHub } from './hub.js';
import { temporaryFolder } from './temporary-folder.js';
import { startS3Server, type TestS3Server } from './versitygw.js';

/** An empty folder of sources, of the running test alone. */
export interface SourcePlace {
  /** URI of the folder. */
  readonly folder: string;
  /** URI of one file in it. */
  readonly file: (name: string) => string;
  readonly put: (name: string, bytes: Uint8Array) => Promise<void>;
  readonly remove: (name: string) => Promise<void>;
  /** Remote places: the next transfer of 300 kB or more breaks part of the way, after `meanwhile` is done. */
  readonly breakTransfer: (meanwhile?: () => Promise<void>) => void;
}

interface PlaceKind {
  /** It can be opened in tests of the project `system` only. */
  readonly needsServer: boolean;
  /** Opens it, and sets the environment through which it is reached. */
  readonly open: () => Promise<SourcePlace>;
}

/** By scheme: a scheme without a place does not compile, and the contract runs over all of them. */
export const SOURCE_PLACES: Readonly<Record<SchemeName, PlaceKind>> = {
  file: { needsServer: false, open: openFolder },
  s3: { needsServer: true, open: openBucket },
  hf: { needsServer: false, open: openRepository },
};

async function openFolder(): Promise<SourcePlace> {
  const folder = join(await temporaryFolder(), 'source');
  return {
    folder,
    file: (name) => join(folder, name),
    async put(name, bytes) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), bytes);
    },
    remove: (name) => rm(join(folder, name)),
    breakTransfer: () => {
      throw new Error('nothing is transferred from a folder');
    },
  };
}

async function openRepository(): Promise<SourcePlace> {
  const hub = await startHub();
  Object.assign(process.env, { HF_ENDPOINT: hub.endpoint, HF_HOME: await temporaryFolder() });
  return {
    folder: 'hf://owner/name@main',
    file: (name) => `hf://owner/name@main/${name}`,
    put(name, bytes) {
      hub.files.set(name, Buffer.from(bytes));
      hub.publish();
      return Promise.resolve();
    },
    remove(name) {
      hub.files.delete(name);
      hub.publish();
      return Promise.resolve();
    },
    breakTransfer(meanwhile) {
      hub.breaks = 1;
      hub.onBreak = () => void meanwhile?.();
    },
  };
}

let s3Server: Promise<TestS3Server> | undefined;
let prefixes = 0;

/** Ends what the places of a test file shared. */
export async function closeSourcePlaces(): Promise<void> {
  await (await s3Server)?.close();
}

async function openBucket(): Promise<SourcePlace> {
  s3Server ??= startS3Server();
  const server = await s3Server;
  const prefix = `a/source-${String(prefixes++)}`;
  const line = await openLine(server.port);
  Object.assign(process.env, server.env, { OMINUS_S3_ENDPOINT: `http://127.0.0.1:${String(line.port)}` });
  const client = createS3Client({ env: server.env });
  const key = (name: string): { Bucket: string; Key: string } => ({ Bucket: server.bucket, Key: `${prefix}/${name}` });
  const folder = `s3://${server.bucket}/${prefix}`;
  return {
    folder,
    file: (name) => `${folder}/${name}`,
    async put(name, bytes) {
      await client.send(new PutObjectCommand({ ...key(name), Body: bytes }));
    },
    async remove(name) {
      await client.send(new DeleteObjectCommand(key(name)));
    },
    breakTransfer: (meanwhile) => {
      line.breakNext(meanwhile);
    },
  };
}

/** Bytes of one connection after which a line that is to break does so. */
const BREAK_AFTER_BYTES = 100_000;

/** A line to a server on this machine that breaks on request in the middle of a long answer. */
async function openLine(
  to: number,
): Promise<{ readonly port: number; readonly breakNext: (meanwhile?: () => Promise<void>) => void }> {
  let next: (() => Promise<void>) | undefined;
  const line = createServer((client) => {
    const server = connect(to, '127.0.0.1');
    let bytes = 0;
    server.on('data', (chunk: Buffer) => {
      bytes += chunk.byteLength;
      if (next !== undefined && bytes > BREAK_AFTER_BYTES) {
        const meanwhile = next;
        next = undefined;
        server.destroy();
        void meanwhile().then(() => client.destroy());
      } else if (!client.write(chunk)) {
        server.pause();
        client.once('drain', () => server.resume());
      }
    });
    server.on('end', () => client.end());
    client.pipe(server);
    // either end may close first
    client.on('error', () => server.destroy());
    server.on('error', () => client.destroy());
  });
  onTestFinished(() => {
    line.close();
  });
  line.listen(0, '127.0.0.1');
  await once(line, 'listening');
  const address = line.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    breakNext: (meanwhile = () => Promise.resolve()) => (next = meanwhile),
  };
}
