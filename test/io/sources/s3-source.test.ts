import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { resolveS3Source } from '../../../io/sources/s3-source.js';
import { createS3Client } from '../../../io/store/s3-client.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { startS3Server, type TestS3Server } from '../../support/versitygw.js';

let server: TestS3Server;
let client: S3Client;
let env: Record<string, string | undefined>;

beforeAll(async () => {
  server = await startS3Server();
  client = createS3Client({ env: server.env });
  await put('data/test.json', '[1]');
  await put('a/expert/adapter_config.json', '{}');
  await put('a/expert/adapter_model.safetensors', 'tensors');
  await put('a/expert/adapter_model.bin', 'a pickle');
  await put('a/expert/sub/adapter_config.json', 'of another adapter');
});
afterAll(() => server.close());
beforeEach(async () => {
  env = { ...server.env, OMINUS_CACHE_DIR: await temporaryFolder() };
});

async function put(key: string, text: string): Promise<void> {
  await client.send(new PutObjectCommand({ Bucket: server.bucket, Key: key, Body: text }));
}

it('fetches the wanted objects of a prefix, once, also for concurrent callers', async () => {
  const uri = `s3://${server.bucket}/a/expert/`;
  const [first, second] = await Promise.all([
    resolveS3Source(uri, 'adapter', { env }),
    resolveS3Source(uri, 'adapter', { env }),
  ]);
  expect(first).toEqual(second);
  expect(first.uri).toBe(`s3://${server.bucket}/a/expert`);
  expect((await readdir(first.path)).sort()).toEqual(['adapter_config.json', 'adapter_model.safetensors']);
  const lines: string[] = [];
  await resolveS3Source(uri, 'adapter', { env, onProgress: (line) => lines.push(line) });
  expect(lines).toEqual([]);
});

it('tells what is missing from what is denied', async () => {
  const missing = `s3://${server.bucket}/nothing`;
  await expect(resolveS3Source(missing, 'adapter', { env })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  await expect(resolveS3Source(missing, 'data', { env })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  for (const wrong of [{ AWS_ACCESS_KEY_ID: 'nobody' }, { AWS_SECRET_ACCESS_KEY: 'wrong' }]) {
    for (const kind of ['adapter', 'data'] as const) {
      const call = resolveS3Source(`s3://${server.bucket}/data/test.json`, kind, { env: { ...env, ...wrong } });
      await expect(call).rejects.toMatchObject({ code: 'STORE_DENIED' });
    }
  }
});
