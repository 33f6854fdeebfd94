/** An empty store of each place that stores are in: one without an entry here does not compile. */
import { join } from 'node:path';
import type { StoreScheme } from '../../../io/store/open.js';
import { LocalBlobStore } from '../../../io/store/local-blob-store.js';
import { S3BlobStore } from '../../../io/store/s3-blob-store.js';
import type { BlobStore } from '../../../io/store/types.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { startS3Server, type TestS3Server } from '../../support/versitygw.js';

interface StoreKind {
  /** It can be opened in tests of the project `system` only. */
  readonly needsServer: boolean;
  readonly open: () => Promise<BlobStore>;
}

export const STORES: Readonly<Record<StoreScheme, StoreKind>> = {
  file: {
    needsServer: false,
    open: async () => new LocalBlobStore(join(await temporaryFolder(), 'store')),
  },
  s3: { needsServer: true, open: openBucket },
};

let s3Server: Promise<TestS3Server> | undefined;
let prefixes = 0;

/** Ends what the stores of a test file shared. */
export async function closeStores(): Promise<void> {
  await (await s3Server)?.close();
}

async function openBucket(): Promise<BlobStore> {
  s3Server ??= startS3Server();
  const { bucket, env } = await s3Server;
  return new S3BlobStore(`s3://${bucket}/some/prefix-${String(prefixes++)}`, { env, partBytes: 5 * 1024 * 1024 });
}
