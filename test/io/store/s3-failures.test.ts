/** What goes wrong with S3, on a real server. */
import { readFile, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { errorCode } from '../../../core/errors.js';
import type { Environment } from '../../../io/files/folders.js';
import { createArtifactStore } from '../../../io/store/artifact-store.js';
import { objectName } from '../../../io/store/layout.js';
import { openBlobStore } from '../../../io/store/open.js';
import { S3BlobStore } from '../../../io/store/s3-blob-store.js';
import { createS3Client, parseS3Uri } from '../../../io/store/s3-client.js';
import { verifyStore } from '../../../io/store/verify.js';
import { freePort } from '../../support/free-port.js';
import { startS3Server, type TestS3Server } from '../../support/versitygw.js';

let server: TestS3Server;
beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server.close());

const uri = (prefix: string): string => `s3://${server.bucket}/${prefix}`;
const bytes = Buffer.from('content');

async function failure(call: Promise<unknown>): Promise<Error> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error) {
      return error;
    }
  }
  throw new Error('nothing was thrown');
}

describe('a wrong secret, key or bucket is STORE_DENIED and never looks like an empty store', () => {
  it.each([
    ['secret', { AWS_SECRET_ACCESS_KEY: 'wrong-secret-value' }, undefined],
    ['access key', { AWS_ACCESS_KEY_ID: 'nobody' }, undefined],
    ['bucket', {}, 's3://no-such-bucket/x'],
  ])('%s', async (_, change, place) => {
    const env: Environment = { ...server.env, ...change };
    const store = new S3BlobStore(place ?? uri('denied'), { env });
    const calls = {
      get: () => store.get('x'),
      stream: () => store.stream('x'),
      stat: () => store.stat('x'),
      put: () => store.put('x', bytes),
      large: () => store.put('x', Buffer.alloc(9_000_000), { ifAbsent: true }),
      remove: () => store.remove('x'),
      setAside: () => store.setAside('x'),
      list: () => store.list('').next(),
      leftovers: () => store.leftovers().next(),
    };
    for (const [name, call] of Object.entries(calls)) {
      const error = await failure(call());
      expect([name, errorCode(error)]).toEqual([name, 'STORE_DENIED']);
      expect(error.message).not.toContain(env['AWS_SECRET_ACCESS_KEY']);
    }
  });
});

describe('an outage', () => {
  it('of a second is ridden out', async () => {
    const own = await startS3Server();
    onTestFinished(() => own.close());
    const store = new S3BlobStore(`s3://${own.bucket}/x`, { env: own.env, limits: { attempts: 12 } });
    await store.put('before', bytes);
    await own.kill();
    const put = store.put('during', bytes);
    const get = store.get('before');
    await delay(700);
    await own.start();
    expect(await put).toBe('written');
    expect(Buffer.from((await get) ?? []).toString()).toBe('content');
  });

  it('that lasts is STORE_UNREACHABLE, naming bucket and key', async () => {
    const env = { ...server.env, OMINUS_S3_ENDPOINT: `http://127.0.0.1:${String(await freePort())}` };
    const store = new S3BlobStore('s3://test-bucket/p', { env, limits: { attempts: 2 } });
    const error = await failure(store.get('a/b'));
    expect(error).toMatchObject({ code: 'STORE_UNREACHABLE', retryable: true });
    expect(error.message).toMatch(/bucket=test-bucket, key=p\/a\/b\]: .*ECONNREFUSED/);
  });
});

describe('a server that hangs', () => {
  const limits = { answerMs: 200, idleMs: 200, attempts: 2 };

  async function hangingServer(answer: (server: Server) => void): Promise<S3BlobStore> {
    const hanging = createServer();
    answer(hanging);
    hanging.listen(0, '127.0.0.1');
    await once(hanging, 'listening');
    onTestFinished(() => {
      hanging.closeAllConnections();
      hanging.close();
    });
    const address = hanging.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return new S3BlobStore('s3://test-bucket/p', {
      env: { ...server.env, OMINUS_S3_ENDPOINT: `http://127.0.0.1:${String(port)}` },
      limits,
    });
  }

  it('before it answers is STORE_UNREACHABLE', async () => {
    const store = await hangingServer(() => undefined);
    expect(await failure(store.get('x'))).toMatchObject({ code: 'STORE_UNREACHABLE' });
    expect(await failure(store.put('x', bytes))).toMatchObject({ code: 'STORE_UNREACHABLE' });
  });

  it('in the middle of an answer is STORE_UNREACHABLE', async () => {
    const store = await hangingServer((hanging) =>
      hanging.on('request', (_, response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('only the beginning');
      }),
    );
    expect(await failure(store.get('x'))).toMatchObject({ code: 'STORE_UNREACHABLE' });
  });
});

describe('damage', () => {
  it('on the server’s disk is noticed, set aside and repaired by the next writer', async () => {
    const blobs = new S3BlobStore(uri('damage'), { env: server.env });
    const store = await createArtifactStore(blobs);
    const ref = await store.putArtifact(bytes);
    const file = join(server.bucketFolder, 'damage', objectName(ref.digest));
    const stored = await readFile(file);
    expect(stored.toString()).toBe('content');
    stored[0] = (stored[0] ?? 0) ^ 1;
    await writeFile(file, stored);
    expect(await failure(store.getArtifact(ref))).toMatchObject({ code: 'ARTIFACT_DAMAGED' });
    expect(await blobs.stat(objectName(ref.digest))).toBeUndefined();
    expect(await blobs.stat(`damaged/${objectName(ref.digest)}`)).toBeDefined();
    await store.putArtifact(bytes);
    expect(Buffer.from(await store.getArtifact(ref)).toString()).toBe('content');
    expect(await verifyStore(store)).toMatchObject({ damaged: [] });
  });
});

it('an upload whose writer died is a leftover that can be removed', async () => {
  const store = new S3BlobStore(uri('leftover'), { env: server.env });
  const { CreateMultipartUploadCommand } = await import('@aws-sdk/client-s3');
  await createS3Client({ env: server.env }).send(
    new CreateMultipartUploadCommand({ Bucket: server.bucket, Key: 'leftover/big' }),
  );
  const found = [];
  for await (const leftover of store.leftovers()) {
    found.push(leftover);
  }
  expect(found).toHaveLength(1);
  expect(found[0]?.modifiedMs).toBeGreaterThan(Date.now() - 60_000);
  await store.removeLeftover(found[0]?.name ?? '');
  await store.removeLeftover(found[0]?.name ?? '');
  expect((await store.leftovers().next()).done).toBe(true);
});

describe('places', () => {
  it('are normalised, and never show what may be a secret', async () => {
    expect((await openBlobStore('s3://bucket-a/some/prefix/')).uri).toBe('s3://bucket-a/some/prefix');
    expect((await openBlobStore('s3://bucket-a')).uri).toBe('s3://bucket-a');
    expect((await openBlobStore('/tmp/x/../store')).uri).toBe('file:///tmp/store');
    expect((await openBlobStore('file:///tmp/a%20b')).uri).toBe('file:///tmp/a%20b');
  });

  it.each(['s3://KEY:hunter2@bucket/x', 'https://user:hunter2@host/x', 's3://bucket/x?secret=hunter2', 's3://b/../x'])(
    'such as %s are refused',
    async (place) => {
      const error = await failure(openBlobStore(place));
      expect(error).toMatchObject({ code: 'USAGE' });
      expect(error.message).not.toContain('hunter2');
    },
  );

  it('with a prefix are split at the first slash', () => {
    expect(parseS3Uri('s3://bucket.name/a/b/')).toEqual({ bucket: 'bucket.name', prefix: 'a/b' });
  });
});
