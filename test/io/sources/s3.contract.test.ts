/** Places that need a server, which the project `system` starts. */
import type { SchemeName } from '../../../core/source-uri.js';
import { SOURCE_SCHEMES } from '../../../io/sources/schemes.js';
import { SOURCE_PLACES } from '../../support/source-places.js';
import { describeSources } from './contract.js';

for (const scheme of Object.keys(SOURCE_SCHEMES) as SchemeName[]) {
  if (SOURCE_PLACES[scheme].needsServer) {
    describeSources(scheme);
  }
}
