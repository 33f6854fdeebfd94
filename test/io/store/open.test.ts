import { expect, test } from 'vitest';
import { openBlobStore } from '../../../io/store/open.js';

test.each(['s3:/bucket', 's3:bucket/prefix', 'S3:/x', 'file:/somewhere', 'gs://bucket', 'http:/x'])(
  'refuses the location %s, which would otherwise be a folder of that name',
  async (uri) => {
    await expect(openBlobStore(uri)).rejects.toMatchObject({
      code: 'USAGE',
      message: `not a store location [store=${uri}]`,
    });
  },
);

test.each(['store', './s3:/x', '/tmp/a:b', 'a/b:c'])('takes %s as a folder', async (uri) => {
  expect((await openBlobStore(uri)).uri).toContain(uri.replace(/^\.\//, ''));
});
