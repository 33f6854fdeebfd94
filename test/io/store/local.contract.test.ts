/** Stores that need no server. */
import { describeBlobStore } from './contract.js';
import { STORES } from './stores.js';

for (const [scheme, { needsServer, open }] of Object.entries(STORES)) {
  if (!needsServer) {
    describeBlobStore(`a store of the scheme ${scheme}`, open);
  }
}
