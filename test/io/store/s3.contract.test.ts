import { afterAll, beforeAll } from 'vitest';
import { S3BlobStore } from '../../../io/store/s3-blob-store.js';
import { startS3Server, type TestS3Server } from '../../support/versitygw.js';
import { describeBlobStore } from './contract.js';

let server: TestS3Server;
let opened = 0;

beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server.close());

describeBlobStore('the store on S3 (versitygw)', () =>
  Promise.resolve(
    new S3BlobStore(`s3://${server.bucket}/some/prefix-${String(opened++)}`, {
      env: server.env,
      partBytes: 5 * 1024 * 1024,
    }),
  ),
);
