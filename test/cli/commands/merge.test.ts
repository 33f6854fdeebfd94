/** `ominus merge` as users run it, built into one file: what it prints, where, and with which exit code. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomFactors, writeAdapterFolder } from '../../support/lora.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFormula } from '../../../core/expression/resolve.js';
import { type AdapterFolder, openAdapter } from '../../../io/adapter/adapter-folder.js';
import { mergeAdapters } from '../../../io/adapter/merge-adapters.js';

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));
const ADAPTERS = ['e', 't', 'x'].flatMap((name) => ['--adapter', `${name}=test/golden/merge/${name}`]);

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function ominus(...args: readonly string[]): Promise<Ended> {
  return start(process.execPath, ['dist/cli.js', 'merge', ...args]);
}

function start(
  program: string,
  args: readonly string[],
  meanwhile: (child: ChildProcess) => Promise<void> = () => Promise.resolve(),
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: REPOSITORY });
    meanwhile(child).catch(reject);
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, ...output });
    });
  });
}

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ominus-cli-merge-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('ominus merge', () => {
  it('prints one JSON object with digest, errors and diagnostics', async () => {
    const out = join(root, 'json');
    const { code, stdout, stderr } = await ominus(
      '[e - Ext(t)] - 0.5 Ext(x)',
      ...ADAPTERS,
      '--lambda',
      '0.70',
      '--out',
      out,
      '--json',
    );
    expect(code).toBe(0);
    const result = JSON.parse(stdout) as { digest: string; warnings: string[]; steps: { modules: unknown[] }[] };
    expect(stderr).toBe(result.warnings.map((warning) => `warning: ${warning}\n`).join(''));
    expect(result.warnings[0]).toMatch(
      /^only the left side of e ⊖ 0\.7·Ext\(t\) has 2 target modules, which stay as the left side/,
    );
    expect(result).toMatchObject({
      expression: 'e ⊖ 0.7·Ext(t) ⊖ 0.5·Ext(x)',
      status: 'written',
      dtype: 'float32',
      out,
    });
    expect(result.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(result.steps.map(({ modules }) => modules.length)).toEqual([8, 10]);
  });

  it('prints a table for people', async () => {
    const { code, stdout } = await ominus('e ⊖ Ext(t)', ...ADAPTERS, '--out', join(root, 'table'), '--quiet');
    expect(code).toBe(0);
    expect(stdout).toMatch(/written, read back and checked/);
    expect(stdout).toMatch(/^modules +rank .*\n8 +7 .* e ⊖ 1·Ext\(t\)$/m);
  });

  it.runIf(process.platform === 'linux').each(['1', '2'])(
    'says what to do where the system takes no more bytes, and leaves nothing behind (%s threads)',
    async (threads) => {
      const parent = join(root, `full-${threads}`);
      await mkdir(parent);
      const merge = [
        'dist/cli.js',
        'merge',
        'e ⊖ Ext(t)',
        ...ADAPTERS,
        '--out',
        join(parent, 'out'),
        '--threads',
        threads,
      ];
      const limited = ['-c', 'ulimit -f 8; exec "$@"', 'sh', process.execPath, ...merge];
      const { code, stderr } = await start('/bin/sh', limited);
      expect([code, stderr]).toEqual([
        3,
        expect.stringMatching(/^error SYSTEM_REFUSED: cannot write .*EFBIG.*\n {2}→ Raise the limit/),
      ]);
      expect(await readdir(parent)).toEqual([]);
    },
  );

  it.each(['SIGINT', 'SIGTERM'] as const)('leaves nothing behind after %s in the middle', async (signal) => {
    const names = Array.from({ length: 120 }, (_, place) => `m${String(place)}`);
    const modules = Object.fromEntries(
      names.map((name, place) => [name, randomFactors(place, { rows: 512, width: 512, rank: 8 })]),
    );
    const folder = await writeAdapterFolder(join(root, `large-${signal}`), { modules });
    const parent = join(root, `interrupted-${signal}`);
    await mkdir(parent);
    const args = ['merge', 'e ⊖ 0.5·e', '--adapter', `e=${folder}`, '--out', join(parent, 'out'), '--threads', '2'];
    const interrupted = (): Promise<Ended> =>
      start(process.execPath, ['dist/cli.js', ...args], async (child) => {
        while (child.exitCode === null && (await readdir(parent)).length === 0) {
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
        child.kill(signal);
      });
    let ended = await interrupted();
    // On a busy machine the merge may be over before the signal is sent.
    for (let attempt = 1; ended.code === 0 && attempt < 10; attempt++) {
      await rm(join(parent, 'out'), { recursive: true });
      ended = await interrupted();
    }
    expect(ended).toEqual({ code: 130, stdout: '', stderr: expect.stringMatching(/^error INTERRUPTED: /) as string });
    expect(await readdir(parent)).toEqual([]);
  });

  it('says that a place is no place for a folder', async () => {
    const file = join(root, 'file');
    await writeFile(file, '');
    const { code, stderr } = await ominus('e', ...ADAPTERS, '--out', join(file, 'deeper', 'out'));
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^error OUTPUT_FORBIDDEN: cannot write the adapter .*ENOTDIR.*\n {2}→ Choose a path whose parents/,
    );
  });

  it('refuses what is not a number of threads', async () => {
    const { code, stderr } = await ominus('e', ...ADAPTERS, '--out', join(root, 'threads'), '--threads', 'two');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error USAGE: --threads is "two", expected a whole number from 1 to 64\n {2}→ /);
  });

  it('writes what the library writes, byte for byte, with threads', async () => {
    const [built, library] = [join(root, 'built'), join(root, 'library')];
    const { code } = await ominus('e ⊖ 0.5·Ext(t)', ...ADAPTERS, '--out', built, '--quiet', '--threads', '3');
    expect(code).toBe(0);
    const adapters = new Map<string, AdapterFolder>();
    for (const name of ['e', 't']) {
      adapters.set(name, await openAdapter(join(REPOSITORY, 'test/golden/merge', name)));
    }
    const { formula } = readFormula('e ⊖ 0.5·Ext(t)', { adapters: new Set(['e', 't']) });
    expect(formula).toBeDefined();
    await mergeAdapters({ formula: formula ?? { kind: 'adapter', name: '' }, adapters, folder: library });
    for (const file of ['adapter_model.safetensors', 'adapter_config.json', 'ominus.json', 'README.md']) {
      expect((await readFile(join(built, file))).equals(await readFile(join(library, file))), file).toBe(true);
    }
    await Promise.all([...adapters.values()].map((adapter) => adapter.close()));
  });

  it('shows every problem of an expression with a caret, and exits with 2', async () => {
    const { code, stdout, stderr } = await ominus('e ⊖ Ext(tt) ⊖ ', ...ADAPTERS, '--out', join(root, 'bad'));
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/error EXPRESSION_INVALID: the expression has 2 problems/);
    expect(stderr).toMatch(/\^/);
    expect(stderr).not.toMatch(/ {4}at /);
  });

  it.each([
    [['e'], /^error USAGE: required option '--out <dir>' not specified\n {2}→ ominus merge --help/],
    [['e', '--out', 'x', '--adapter', 'e'], /error USAGE: --adapter is "e", expected NAME=DIR/],
    [['e', '--out', 'x', '--adapter', 'e=a', '--adapter', 'e=b'], /error USAGE: --adapter names "e" twice/],
    [['e', '--out', 'x', '--adapter', 'e=nowhere'], /error FILE_NOT_FOUND: no such file .*nowhere/],
    [['e', '--out', 'x', '--adapter', 'e=a', '--lambda', 'NaN'], /error USAGE: --lambda is "NaN"/],
    [
      ['e', '--out', 'x', '--adapter', 'e=a', '--lambda', '-1'],
      /error USAGE: --lambda is "-1".*\n {2}→ .*never negative/,
    ],
    [
      ['e', '--out', 'x', '--adapter', 'e=a', '--dtype', 'int8'],
      /^error USAGE: option '--dtype <dtype>' argument 'int8' is invalid. Allowed choices are float32/,
    ],
    [
      ['e - Ext(t)', '--out', 'x', '--adapter', 'e=demo/adapters/expert', '--adapter', 't=demo/adapters/ia3-truth-'],
      /ADAPTER_UNSUPPORTED.*IA3/,
    ],
  ])('refuses %j with one message and exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await ominus(...args);
    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).not.toMatch(/ {4}at /);
  });
});
