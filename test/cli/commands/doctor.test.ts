import { afterAll, beforeAll, expect, test } from 'vitest';
import { serverStatus } from '../../../io/temporal/server.js';
import { runInOtherProcess, TestTemporal } from '../../support/temporal.js';

interface Answer {
  readonly usable: boolean;
  readonly findings: readonly { readonly name: string; readonly level: string; readonly message: string }[];
}

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await TestTemporal.create();
});
afterAll(async () => {
  await temporal.close();
});

/** Runs `ominus ARGS` and returns what it prints; the exit code is checked there. */
function ominus(
  args: readonly string[],
  exitCode: number,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const source = `
    import { main } from './cli/main.ts';
    await main(['node', 'ominus', ...${JSON.stringify(args)}]);
    process.exitCode = (process.exitCode ?? 0) === ${String(exitCode)} ? 0 : 99;
  `;
  return runInOtherProcess(source, { ...temporal.env, OMINUS_STORE: `${temporal.state}/store`, ...env });
}

test('doctor finds a fresh place usable and starts nothing', async () => {
  const { usable, findings } = JSON.parse(await ominus(['doctor', '--json'], 0)) as Answer;
  expect(usable).toBe(true);
  expect(findings.map(({ name }) => name)).toStrictEqual([
    'node',
    'server program',
    'server',
    'store',
    'inference',
    'disk',
    'memory',
  ]);
  expect(findings.find(({ name }) => name === 'server')?.message).toContain('not running');
  expect(findings.find(({ name }) => name === 'inference')?.message).toMatch(/computes on cpu/);
  expect((await serverStatus(temporal.env)).state).toBe('stopped');
});

test('doctor does not call a place usable whose device does not work', async () => {
  const env = { OMINUS_DEVICE: 'webgpu', VK_ICD_FILENAMES: '/nowhere.json', VK_DRIVER_FILES: '/nowhere.json' };
  const text = await ominus(['doctor'], 3, env);
  expect(text).toMatch(/✖ inference .*computes on cpu, but \[device=webgpu\] was requested/);
  expect(text).toMatch(/→ webgpu does not work on this machine: .*adapter/);
});

test('doctor says what is wrong and what to do, and ends with the code of the environment', async () => {
  const text = await ominus(['doctor'], 3, { OMINUS_STORE: 'ftp://example.org/x', OMINUS_TEMPORAL_CLI: '/bin/true' });
  expect(text).toMatch(/✖ store .*not a store location/);
  expect(text).toContain('→ Correct OMINUS_TEMPORAL_CLI, or unset it.');
  expect(text).toMatch(/✔ node /);
});

test('down stops the server that runs, and says so when there is none', async () => {
  const { address } = await temporal.start();
  const pid = await temporal.pid();
  const running = JSON.parse(await ominus(['doctor', '--json'], 0)) as Answer;
  expect(running.findings.find(({ name }) => name === 'server')?.message).toContain(`running at ${address}`);
  expect(JSON.parse(await ominus(['down', '--json'], 0))).toStrictEqual({ stopped: true, pid });
  expect(await ominus(['down'], 0)).toBe('no embedded server was running\n');
});
