import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readRecord, serverPlace, writeRecord } from '../../../io/temporal/server-place.js';
import { isProcessWith } from '../../../io/temporal/server-process.js';
import { ensureServer, serverStatus, stopServer } from '../../../io/temporal/server.js';
import { runInOtherProcess, TestTemporal } from '../../support/temporal.js';

let temporal: TestTemporal;
beforeEach(async () => {
  temporal = await TestTemporal.create();
});
afterEach(async () => {
  await temporal.close();
});

const ENSURE = `
import { ensureServer } from './io/temporal/server.ts';
process.stdout.write(JSON.stringify(await ensureServer()));
`;

test('a server that one process started is found by another, and outlives both', async () => {
  const first: unknown = JSON.parse(await runInOtherProcess(ENSURE, { ...temporal.env }));
  const second = await temporal.start();
  expect(first).toStrictEqual({ ...second, started: true });
  expect(second.started).toBe(false);
  expect(await serverStatus(temporal.env)).toMatchObject({ state: 'running', address: second.address });
});

test('of two commands that start at once, one starts the server and the other attaches', async () => {
  const both = await Promise.all([1, 2].map(() => runInOtherProcess(ENSURE, { ...temporal.env })));
  const [a, b] = both.map((text) => JSON.parse(text) as { address: string; started: boolean });
  expect(a?.address).toBe(b?.address);
  expect([a?.started, b?.started].sort()).toStrictEqual([false, true]);
});

test('workflows, retention and search attributes survive kill -9, and the port stays the same', async () => {
  const before = await temporal.open();
  await before.client.workflow.start('never', { workflowId: 'survivor', taskQueue: 'nobody' });
  await before.close();
  await temporal.kill();
  await expect.poll(async () => (await serverStatus(temporal.env)).state).toBe('stopped');

  const after = await temporal.open();
  try {
    expect(after.server).toMatchObject({ address: before.server.address, started: true });
    expect((await after.client.workflow.getHandle('survivor').describe()).status.name).toBe('RUNNING');
    expect(after.searchAttributes).toStrictEqual(before.searchAttributes);
    expect(after.searchAttributes).toHaveLength(5);
    const { config } = await after.client.workflowService.describeNamespace({ namespace: after.namespace });
    expect(String(config?.workflowExecutionRetentionTtl?.seconds)).toBe(String(90 * 24 * 3600));
  } finally {
    await after.close();
  }
});

test.runIf(process.platform === 'linux')('the embedded server asks its maker for no news', async () => {
  await temporal.start();
  const pid = (await readFile(serverPlace(temporal.env).pidFile, 'utf8')).trim();
  const environment = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0');
  expect(environment.filter((entry) => entry.startsWith('TEMPORAL_'))).toEqual(['TEMPORAL_VERSION_CHECK_DISABLED=1']);
});

test('a pid file that names a process of somebody else is neither believed nor obeyed', async () => {
  await temporal.start();
  await stopServer(temporal.env);
  await writeFile(serverPlace(temporal.env).pidFile, `${String(process.pid)}\n`);
  expect(await stopServer(temporal.env)).toBeUndefined(); // or this test would end here
  expect((await temporal.start()).started).toBe(true);
});

test('a port that somebody else has taken meanwhile is left to them', async () => {
  const { address } = await temporal.start();
  await stopServer(temporal.env);
  const port = Number(address.split(':')[1]);
  const squatter = await listen(port);
  try {
    const again = await temporal.start();
    expect(again.started).toBe(true);
    expect(again.address).not.toBe(address);
  } finally {
    await new Promise((resolve) => squatter.close(resolve));
  }
});

test('down ends our process and leaves another server alone', async () => {
  const other = await TestTemporal.create();
  try {
    await Promise.all([temporal.start(), other.start()]);
    const [ours, theirs] = [await temporal.pid(), await other.pid()];
    expect(await stopServer(temporal.env)).toBe(ours);
    expect(await isProcessWith(ours, serverPlace(temporal.env).database)).toBe(false);
    expect(await isProcessWith(theirs, serverPlace(other.env).database)).toBe(true);
    expect(existsSync(serverPlace(temporal.env).pidFile)).toBe(false);
    expect(await stopServer(temporal.env)).toBeUndefined();
  } finally {
    await other.close();
  }
});

test('a server that is frozen for longer than a start takes is waited for, and that is said', async () => {
  await temporal.start();
  const pid = await temporal.pid();
  process.kill(pid, 'SIGSTOP');
  const thaw = setTimeout(() => process.kill(pid, 'SIGCONT'), 22_000);
  try {
    const lines: string[] = [];
    const found = await ensureServer({ env: temporal.env, onProgress: (line) => lines.push(line) });
    expect(found.started).toBe(false);
    expect(await temporal.pid()).toBe(pid);
    expect(lines).toEqual([
      `the embedded server runs but is slow to answer [pid=${String(pid)}]: waiting for it; \`ominus down\` stops it`,
    ]);
  } finally {
    clearTimeout(thaw);
    process.kill(pid, 'SIGCONT');
  }
}, 60_000);

test('a record that cannot be read counts as none', async () => {
  const place = serverPlace(temporal.env);
  await writeRecord(place, { port: 17_000, program: 'p', serverVersion: '1.32.0', startedAt: 'now' });
  expect(await readRecord(place)).toMatchObject({ port: 17_000 });
  const text = await readFile(place.recordFile, 'utf8');
  for (const damaged of [text.slice(0, 20), text.replace('17000', '0'), 'null', '[]']) {
    await writeFile(place.recordFile, damaged);
    expect(await readRecord(place)).toBeUndefined();
  }
});

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1' }, () => {
      resolve(server);
    });
  });
}
