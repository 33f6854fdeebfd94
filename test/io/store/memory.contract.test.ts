import { MemoryBlobStore } from '../../support/memory-blob-store.js';
import { describeBlobStore } from './contract.js';

describeBlobStore('the store in memory', () => Promise.resolve(new MemoryBlobStore()));
