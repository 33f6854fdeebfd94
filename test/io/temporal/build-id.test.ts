import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildId, digestOfCode } from '../../../io/temporal/build-id.js';
import { taskQueues } from '../../../io/temporal/task-queues.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

test('the digest follows the code that workers run, and nothing else', async () => {
  const root = await temporaryFolder();
  await mkdir(join(root, 'core', 'deep'), { recursive: true });
  await mkdir(join(root, 'cli'));
  await writeFile(join(root, 'core', 'deep', 'a.js'), 'a');
  await writeFile(join(root, 'worker.js'), 'w');
  const digests = new Set([await digestOfCode(root, '.js')]);
  await writeFile(join(root, 'cli', 'a.js'), 'shows things');
  await writeFile(join(root, 'core', 'notes.md'), 'notes');
  digests.add(await digestOfCode(root, '.js'));
  expect(digests.size).toBe(1);
  await writeFile(join(root, 'core', 'deep', 'a.js'), 'b');
  digests.add(await digestOfCode(root, '.js'));
  await writeFile(join(root, 'workflow-bundle.js'), 'bundle');
  digests.add(await digestOfCode(root, '.js'));
  await writeFile(join(root, 'core', 'new.js'), '');
  digests.add(await digestOfCode(root, '.js'));
  expect(digests.size).toBe(4);
});

test('queues of another store, build or device have other names', async () => {
  const id = await buildId();
  expect(id).toMatch(/^[0-9a-f]{12}$/);
  const all = [taskQueues('s', id, 'cpu'), taskQueues('t', id, 'cpu'), taskQueues('s', 'other', 'cpu')];
  const names = all.flatMap(({ control, merge, evaluate }) => [control, merge, evaluate]);
  expect(new Set(names).size).toBe(9);
  const [cpu, cuda] = [taskQueues('s', id, 'cpu'), taskQueues('s', id, 'cuda')];
  expect(cpu.control).toBe(cuda.control);
  expect(cpu.merge).not.toBe(cuda.merge);
  expect(cpu.evaluate).not.toBe(cuda.evaluate);
});
