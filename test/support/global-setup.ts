/** Runs once before the tests of `system`: brings what would take longer than a test may. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { VERSITYGW } from '../../io/tools/versitygw.js';
import { provideTool } from '../../io/tools/tool.js';
import { provideBinary } from '../../io/temporal/binary.js';

const ROOT = join(import.meta.dirname, '..', '..');
/** The build's own scripts and settings; what else it reads is listed in tsconfig.build.json. */
const BUILD = ['scripts/bundle-merge.ts', 'scripts/build-workflows.ts', 'tsconfig.json', 'tsconfig.build.json'];
/** Written last by the build. */
const BUILT = join(ROOT, 'dist', 'workflow-bundle.js');

/** Builds dist if a source is newer, and fetches the servers, once per machine. */
export default async function setup(project: TestProject): Promise<void> {
  if (!isBuilt()) {
    const build = spawnSync('npm', ['run', '--silent', 'build'], {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (build.status !== 0) {
      throw new Error('npm run build failed; the tests of the command line need it');
    }
  }
  project.provide('isSetUp', true);
  // tests that need a server say why it is not there; the others run
  await Promise.allSettled([provideBinary(), provideTool(VERSITYGW)]);
}

function isBuilt(): boolean {
  const { include } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.build.json'), 'utf8')) as { include: string[] };
  return (
    existsSync(BUILT) && [...include, ...BUILD].every((path) => newest(join(ROOT, path)) <= statSync(BUILT).mtimeMs)
  );
}

/** Time of the newest file at or below a path. */
function newest(path: string): number {
  const stats = statSync(path);
  return stats.isDirectory()
    ? Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))))
    : stats.mtimeMs;
}
