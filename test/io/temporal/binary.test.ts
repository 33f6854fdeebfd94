import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findBinary } from '../../../io/temporal/binary.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** A program called `temporal` that answers --version. */
async function fake(answer: string): Promise<string> {
  const folder = await temporaryFolder();
  const path = join(folder, 'temporal');
  await writeFile(path, `#!/bin/sh\necho '${answer}'\n`);
  await chmod(path, 0o755);
  return path;
}
const GOOD = 'temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)';
const nowhere = async (): Promise<Record<string, string>> => ({ PATH: '', OMINUS_CACHE_DIR: await temporaryFolder() });

test('the variable wins over PATH, and a wrong one is an error instead of a surprise', async () => {
  const path = await fake(GOOD);
  const env = { ...(await nowhere()), OMINUS_TEMPORAL_CLI: path };
  expect(await findBinary(env)).toStrictEqual({ path, serverVersion: '1.32.0', origin: 'environment' });
  const other = await fake('hello');
  await expect(findBinary({ ...env, OMINUS_TEMPORAL_CLI: other })).rejects.toMatchObject({
    code: 'SERVER_BINARY_MISSING',
    message: `this Temporal CLI cannot be used [path=${other}]: it answers --version with "hello"`,
    hint: 'Correct OMINUS_TEMPORAL_CLI, or unset it.',
  });
});

test('a CLI that Go built calls itself 0.0.0-DEV and is told by its server', async () => {
  const path = await fake('temporal version 0.0.0-DEV (Server 1.29.1, UI 2.42.1)');
  expect(await findBinary({ ...(await nowhere()), PATH: join(path, '..') })).toMatchObject({ serverVersion: '1.29.1' });
});

test('something else or something old of that name on PATH is passed over', async () => {
  for (const answer of ['temporal logic 3', 'temporal version 0.12.0 (Server 1.24.2, UI 2.27.1)']) {
    const path = await fake(answer);
    expect(await findBinary({ ...(await nowhere()), PATH: join(path, '..') })).toBeUndefined();
  }
});
