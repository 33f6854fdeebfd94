import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OLDEST_NODE } from '../app/doctor/checks.js';
import { packageRoot } from '../io/files/package-root.js';

interface Manifest {
  readonly engines: { readonly node: string };
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}
interface Lock {
  readonly packages: Readonly<Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>>;
}

const text = (name: string): string => readFileSync(join(packageRoot().folder, name), 'utf8');
const manifest = JSON.parse(text('package.json')) as Manifest;
const lock = JSON.parse(text('package-lock.json')) as Lock;

test("replay needs one copy of protobufjs: three of Temporal's packages and we resolve the same one", () => {
  const here = createRequire(import.meta.url);
  const copies = ['@temporalio/common', '@temporalio/proto', '@temporalio/worker'].map((name) =>
    createRequire(here.resolve(name)).resolve('protobufjs'),
  );
  expect(new Set([...copies, here.resolve('protobufjs')])).toHaveProperty('size', 1);
});

test('a download that fails leaves onnxruntime out and does not fail the install', () => {
  expect(manifest.optionalDependencies).toHaveProperty('onnxruntime-node');
  expect(manifest.dependencies).not.toHaveProperty('onnxruntime-node');
});

test('every dependency is pinned, and all of Temporal has one version', () => {
  const { dependencies, optionalDependencies, devDependencies } = manifest;
  const all = Object.entries({ ...dependencies, ...optionalDependencies, ...devDependencies });
  expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toStrictEqual([]);
  const temporal = all.filter(([name]) => name.startsWith('@temporalio/'));
  expect(temporal.length).toBeGreaterThan(5);
  expect(new Set(temporal.map(([, version]) => version)).size).toBe(1);
});

test('the lock file names no host, so that any registry serves it', () => {
  expect(text('package-lock.json')).not.toContain('"resolved"');
});

test('the lock file holds the optional packages of every platform, without which npm ci refuses it', () => {
  const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isLocked(path, name)),
  );
  expect(missing).toStrictEqual([]);
});

/** Looks where Node looks: below the package itself, then below each folder above it. */
function isLocked(path: string, name: string): boolean {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules') - 1))) {
    if (`${at}${at === '' ? '' : '/'}node_modules/${name}` in lock.packages) {
      return true;
    }
    if (at === '') {
      return false;
    }
  }
}

test('the oldest Node that doctor accepts is the one of engines', () => {
  expect(manifest.engines.node).toBe(`>=${OLDEST_NODE.join('.')}`);
});

test('the command is called ominus and lies in what the build makes', () => {
  expect(manifest.bin).toStrictEqual({ ominus: 'dist/cli.js' });
});
