/**
 * Digests of plans that version 0.1.0 made of everything in specs/, over made-up sources at fixed paths. A run under way is attached to, and an
 * earlier plan is told apart, by this digest.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readSpec } from '../../../core/spec/read-spec.js';
import type { Plan } from '../../../core/plan/types.js';
import { packageRoot } from '../../../io/files/package-root.js';
import { planOf, studyPlanOf, sweepPlanOf } from '../../support/plan-input.js';

const SPECS = join(packageRoot().folder, 'specs');
const GOLDEN = join(import.meta.dirname, '..', '..', 'golden', 'plan-digests-0.1.0.json');
const UPDATE = 'UPDATE_GOLDEN=1 npx vitest run test/core/plan/plan-digests.test.ts';

it('are those of 0.1.0, for every spec of specs/', async () => {
  const digests: Record<string, string> = {};
  for (const file of (await readdir(SPECS)).filter((name) => name.endsWith('.yaml')).sort()) {
    digests[file] = planned(await readFile(join(SPECS, file), 'utf8')).digest;
  }
  if (process.env['UPDATE_GOLDEN'] === '1') {
    await writeFile(GOLDEN, `${JSON.stringify({ command: UPDATE, digests }, undefined, 2)}\n`);
  }
  const golden = JSON.parse(await readFile(GOLDEN, 'utf8')) as { readonly digests: unknown }; // our own file
  expect(digests).toEqual(golden.digests);
});

function planned(text: string): Plan {
  switch (readSpec('case.yaml', text).spec?.kind) {
    case 'sweep':
      return sweepPlanOf(text);
    case 'order-study':
      return studyPlanOf(text);
    case 'recipe':
    case undefined:
      return planOf(text);
  }
}
