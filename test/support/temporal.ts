/** A real embedded server of a test's own: own state folder and port, the shared program of the user's cache. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { openClient, type OpenClient } from '../../io/temporal/connection.js';
import { serverPlace } from '../../io/temporal/server-place.js';
import { ensureServer, stopServer, type RunningServer } from '../../io/temporal/server.js';
import { packageRoot } from '../../io/files/package-root.js';
import { needsSetUp } from './needs-set-up.js';

/** An embedded server in a temporary state folder. Close it in `afterAll`. */
export class TestTemporal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly state: string;

  private constructor(state: string) {
    this.state = state;
    this.env = { ...withoutTemporal(process.env), OMINUS_STATE_DIR: state };
  }

  /** A state folder without a server in it. */
  static async create(): Promise<TestTemporal> {
    needsSetUp();
    return new TestTemporal(await mkdtemp(join(tmpdir(), 'ominus-temporal-')));
  }

  /** Attaches to the server, or starts it (again, on the same database). */
  start(): Promise<RunningServer> {
    return ensureServer({ env: this.env });
  }

  /** A client of the server, which is started if it does not run. */
  open(): Promise<OpenClient> {
    return openClient({ env: this.env });
  }

  /** The process id of the server. */
  async pid(): Promise<number> {
    return Number(await readFile(serverPlace(this.env).pidFile, 'utf8'));
  }

  /** kill -9. */
  async kill(): Promise<void> {
    process.kill(await this.pid(), 'SIGKILL');
  }

  /** Stops the server and removes its state. */
  async close(): Promise<void> {
    await stopServer(this.env);
    await rm(this.state, { recursive: true, force: true });
  }
}

function withoutTemporal(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_')));
}

/** Runs TypeScript in a process of its own, as another command would; returns what it printed. */
export function runInOtherProcess(source: string, env: NodeJS.ProcessEnv): Promise<string> {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const child = spawn(process.execPath, ['--import', tsx, '--input-type=module', '-e', source], {
    cwd: packageRoot().folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) {
        resolve(out);
      } else {
        reject(new Error(`the other process ended with ${String(code)}: ${err.slice(-2000)}`));
      }
    });
  });
}
