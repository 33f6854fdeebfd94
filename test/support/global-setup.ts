/** Runs once before all tests: brings what would take longer than a test may. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { VERSITYGW } from '../../io/tools/versitygw.js';
import { provideTool } from '../../io/tools/tool.js';
import { provideBinary } from '../../io/temporal/binary.js';

const ROOT = join(import.meta.dirname, '..', '..');
/** What `npm run build` reads. */
const SOURCES = [
  'cli',
  'app',
  'report',
  'core',
  'io',
  'workflows',
  'activities',
  'cli.ts',
  'worker.ts',
  'tsconfig.build.json',
];
/** Written last by the build. */
const BUILT = join(ROOT, 'dist', 'workflow-bundle.js');

/** Builds dist if a source is newer, and fetches the servers, once per machine. */
export default async function setup(): Promise<void> {
  if (!isBuilt()) {
    const build = spawnSync('npm', ['run', '--silent', 'build'], {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (build.status !== 0) {
      throw new Error('npm run build failed; the tests of the command line need it');
    }
  }
  // tests that need a server say why it is not there; the others run
  await Promise.allSettled([provideBinary(), provideTool(VERSITYGW)]);
}

function isBuilt(): boolean {
  return existsSync(BUILT) && SOURCES.every((source) => newest(join(ROOT, source)) <= statSync(BUILT).mtimeMs);
}

/** Time of the newest file at or below a path. */
function newest(path: string): number {
  const stats = statSync(path);
  return stats.isDirectory()
    ? Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))))
    : stats.mtimeMs;
}
