/** Stores that need a server, which the project `system` starts. */
import { afterAll } from 'vitest';
import { describeBlobStore } from './contract.js';
import { closeStores, STORES } from './stores.js';

afterAll(closeStores);

for (const [scheme, { needsServer, open }] of Object.entries(STORES)) {
  if (needsServer) {
    describeBlobStore(`a store of the scheme ${scheme}`, open);
  }
}
