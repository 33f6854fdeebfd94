/**
 * What `npm pack` makes, installed in an empty folder. By default the packages it needs are linked from this clone, so that
 * nothing is downloaded; `npm run test:pack` lets npm install it as a user does.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../io/files/package-root.js';
import { Desk, smallRecipe, ROOT } from '../support/command.js';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

describe('a packed ominus', { timeout: 300_000 }, () => {
  let place: string;
  let installed: string;
  let desk: Desk;

  beforeAll(async () => {
    place = mkdtempSync(join(tmpdir(), 'ominus-pack-'));
    const packed = npm(ROOT, 'pack', '--ignore-scripts', '--json', '--pack-destination', place);
    const [{ filename }] = JSON.parse(packed) as [{ readonly filename: string }];
    writeFileSync(join(place, 'package.json'), '{ "private": true }\n');
    if (process.env['OMINUS_TEST_INSTALL'] === 'npm') {
      npm(place, 'install', `./${filename}`);
    } else {
      unpack(place, filename);
    }
    installed = join(place, 'node_modules', 'ominus');
    desk = await Desk.create({}, join(place, 'node_modules', '.bin', 'ominus'));
  }, 300_000);

  afterAll(async () => {
    await desk.close();
    rmSync(place, { recursive: true, force: true });
  });

  it('runs by npx in the folder of the install, without asking a registry', () => {
    const version = execFileSync('npx', ['--no-install', 'ominus', '--version'], { cwd: place, encoding: 'utf8' });
    expect(version.trim()).toBe(packageRoot().version);
  });

  it('is a module with types', () => {
    const program = "import { validate } from 'ominus'; console.log((await validate(process.argv[1])).spec.name)";
    const spec = join(installed, 'specs', 'minimal.yaml');
    const args = ['--input-type=module', '--eval', program, spec];
    expect(execFileSync(process.execPath, args, { cwd: place, encoding: 'utf8' })).toBe('minimal\n');
    expect(readFileSync(join(installed, 'dist', 'index.d.ts'), 'utf8')).toContain('planLocally as plan');
  });

  it('brings its specs and its demo', async () => {
    const specs = readdirSync(join(installed, 'specs')).filter((name) => name.endsWith('.yaml'));
    expect(specs).toContain('first-recipe.yaml');
    const { code, stdout } = await desk.run('validate', ...specs.map((name) => join(installed, 'specs', name)));
    expect([code, stdout.match(/^ok /gm)?.length]).toEqual([0, specs.length]);
  });

  it('merges from its bundle, in any folder', async () => {
    const adapter = (name: string, folder: string): string[] => [
      '--adapter',
      `${name}=${join(installed, 'demo', 'adapters', folder)}`,
    ];
    const args = [...adapter('expert', 'expert'), ...adapter('tox⁻', 'tox-'), '--out', 'merged', '--threads', '2'];
    const { code, stdout, stderr } = await desk.run('merge', 'expert ⊖ Ext(tox⁻)', ...args);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('written, read back and checked');
  });

  it('runs a recipe with its worker, its bundle of workflows and its inference process, and finds its device', async () => {
    await desk.write('small.yaml', smallRecipe({ limit: 2 }).replaceAll(join(ROOT, 'demo'), join(installed, 'demo')));
    const run = await desk.run('run', 'small.yaml', '--json');
    expect(run.code, run.stderr.slice(-1500)).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({ run: { name: 'small' } });
    expect((await desk.run('results', 'small')).stdout).toContain('both');
    expect((await desk.run('doctor')).stdout).toMatch(/computes on .*cpu/);
    const worker = desk.start('worker', '--role', 'control');
    await worker.waitFor('worker ready: control');
    worker.process.kill('SIGTERM');
    expect((await worker.finished).code).toBe(130);
  });

  it('serves its pages', async () => {
    const serve = desk.shell('exec "$@" serve --port 0 >&2');
    await serve.waitFor(/http:\/\/\S+/);
    const address = /http:\/\/[\w.:]+/.exec(serve.stderr())?.[0] ?? '';
    expect(await (await fetch(address)).text()).toContain('small');
    serve.process.kill('SIGTERM');
    await serve.finished;
  });
});

function npm(folder: string, ...args: readonly string[]): string {
  return execFileSync('npm', args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** What npm does with a package whose dependencies are here already. */
function unpack(place: string, filename: string): void {
  const modules = join(place, 'node_modules');
  mkdirSync(join(modules, '.bin'), { recursive: true });
  execFileSync('tar', ['-xzf', join(place, filename), '-C', modules]);
  execFileSync('mv', [join(modules, 'package'), join(modules, 'ominus')]);
  symlinkSync('../ominus/dist/cli.js', join(modules, '.bin', 'ominus'));
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
  const needed = Object.keys({
    ...manifest.dependencies,
    ...manifest.optionalDependencies,
  });
  for (const name of needed) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name), 'dir');
  }
}
