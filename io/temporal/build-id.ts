/** Which code runs: workers and runs of different code must not share task queues. */
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { digestOf, digestOfJson, shortDigest } from '../../core/digest.js';
import { packageRoot } from '../files/package-root.js';
import { runtimeVersion } from '../model/runtime-version.js';

/** Whose code decides what a worker does; the command line only shows it. */
const CODE_FOLDERS = ['core', 'io', 'activities', 'workflows'];
/** The worker itself and the bundle of the workflows. */
const WORKER_FILE = /^(worker|workflow-bundle)\.[jt]s$/;
/** Packages whose version decides how workflows replay; what inference computes follows from onnxruntime's. */
const RUNTIME_PACKAGES = ['@temporalio/worker', '@temporalio/workflow'];

let cached: Promise<string> | undefined;

/**
 * Twelve hexadecimal digits over the code that runs (sources under tsx, dist when built), the package's version and the
 * installed versions of the runtimes. Computed once per process.
 */
export function buildId(): Promise<string> {
  return (cached ??= computeBuildId());
}

async function computeBuildId(): Promise<string> {
  const here = fileURLToPath(import.meta.url);
  const code = await digestOfCode(dirname(dirname(dirname(here))), here.endsWith('.ts') ? '.ts' : '.js');
  const require = createRequire(import.meta.url);
  const versions = await Promise.all(
    RUNTIME_PACKAGES.map(async (name) => [name, await installedVersion(require.resolve(name), name)] as const),
  );
  const runtimes = { ...Object.fromEntries(versions), 'onnxruntime-node': runtimeVersion() };
  return shortDigest(digestOfJson({ code, version: packageRoot().version, runtimes }));
}

/** The digest of a tree's code: paths and contents of all files with the suffix below the folders that workers run. */
export async function digestOfCode(root: string, suffix: '.ts' | '.js'): Promise<string> {
  const files = (await codeFiles(root)).filter((name) => name.endsWith(suffix) && !name.endsWith('.d.ts')).sort();
  const digests = await Promise.all(
    files.map(async (name) => [name, digestOf(await readFile(join(root, name)))] as const),
  );
  return digestOfJson(Object.fromEntries(digests));
}

/** All files of the worker's code, relative to the root, with `/`. */
async function codeFiles(root: string): Promise<string[]> {
  const top = await readdir(root, { withFileTypes: true });
  const files = top.filter((entry) => entry.isFile() && WORKER_FILE.test(entry.name)).map((entry) => entry.name);
  for (const folder of top.filter((entry) => entry.isDirectory() && CODE_FOLDERS.includes(entry.name))) {
    const names = await readdir(join(root, folder.name), { recursive: true });
    files.push(...names.map((name) => `${folder.name}/${name.split(sep).join('/')}`));
  }
  return files;
}

/** The version in the package.json above a package's main file. */
async function installedVersion(main: string, name: string): Promise<string> {
  for (let folder = dirname(main); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
      if (typeof manifest === 'object' && manifest !== null && 'name' in manifest && manifest.name === name) {
        return 'version' in manifest ? String(manifest.version) : '';
      }
    } catch {
      // no package.json here: look further up
    }
  }
  return '';
}
