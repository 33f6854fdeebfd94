import { join } from 'node:path';
import { LocalBlobStore } from '../../../io/store/local-blob-store.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { describeBlobStore } from './contract.js';

describeBlobStore(
  'the store on the local disk',
  async () => new LocalBlobStore(join(await temporaryFolder(), 'store')),
);
