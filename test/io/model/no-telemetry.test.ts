/** What onnxruntime leaves behind when it reports to its maker, or rather does not. */
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { withFolder } from './support.js';

const ENGINE = new URL('../../../io/model/engine.ts', import.meta.url).href;
const RUNTIME = new URL('../../../io/model/runtime.ts', import.meta.url).href;
const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));

/** Files that a program leaves in its home, its caches and the folder of temporary files. */
function leftBy(program: string): Promise<readonly string[]> {
  return withFolder(async (folder) => {
    const [home, temporary] = [join(folder, 'home'), join(folder, 'tmp')];
    await Promise.all([mkdir(home), mkdir(temporary)]);
    const others = Object.entries(process.env).filter(([name]) => name !== 'ORT_DISABLE_TELEMETRY');
    const own = { HOME: home, XDG_CACHE_HOME: join(home, 'cache'), TMPDIR: temporary };
    const args = ['--import', 'tsx', '--input-type=module', '-e', program];
    await promisify(execFile)(process.execPath, args, {
      cwd: REPOSITORY,
      env: { ...Object.fromEntries(others), ...own },
    });
    return (await readdir(folder, { recursive: true })).filter((name) => /Microsoft|mat-debug/.test(name));
  });
}

const PROBE = `
  const { createInferenceEngine } = await import('${ENGINE}');
  const engine = createInferenceEngine({ device: 'cpu', threads: 1 });
  await engine.probe();
  await engine.close();`;

it('the inference child and the search for devices report nothing', async () => {
  expect(await leftBy(PROBE)).toEqual([]);
  expect(await leftBy(`(await import('${RUNTIME}')).knownBackends();`)).toEqual([]);
});

it('the variable that prevents it is one that the installed library knows', async () => {
  const bin = join(dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')), 'bin');
  const libraries = (await readdir(bin, { recursive: true })).filter(
    (name) => name.includes(join(process.platform, process.arch)) && /onnxruntime\.(so|.*dylib|dll)/.test(name),
  );
  expect(libraries).not.toEqual([]);
  for (const library of libraries) {
    expect((await readFile(join(bin, library))).includes('ORT_DISABLE_TELEMETRY')).toBe(true);
  }
});
