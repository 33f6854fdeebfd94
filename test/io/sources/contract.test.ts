import { expect, it } from 'vitest';
import { SpecProblems } from '../../../core/spec/problem.js';
import { checkUri } from '../../../core/spec/read-sources.js';
import type { SchemeName } from '../../../core/source-uri.js';
import { schemeOf, SOURCE_SCHEMES } from '../../../io/sources/schemes.js';
import { SOURCE_PLACES } from '../../support/source-places.js';
import { describeSources } from './contract.js';

const SCHEMES = Object.keys(SOURCE_SCHEMES) as SchemeName[];

for (const scheme of SCHEMES) {
  if (!SOURCE_PLACES[scheme].needsServer) {
    describeSources(scheme);
  }
}

it.each([...SCHEMES, 'gs', 'https', 'constructor'])('a spec may name %s:// where there is such a scheme', (scheme) => {
  const problems = new SpecProblems();
  const uri = `${scheme}://owner/name`;
  checkUri(uri, { start: 0, end: uri.length }, problems);
  // a file is named by its path alone in a spec
  const isAllowed = schemeOf(uri) !== undefined && scheme !== 'file';
  expect(!problems.hasError).toBe(isAllowed);
});
