/** The built `ominus` command as a user runs it: a process of its own, with its own folder and state. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { openClient } from '../../io/temporal/connection.js';
import { packageRoot } from '../../io/files/package-root.js';
import { needsSetUp } from './needs-set-up.js';

/** The repository's root. */
export const ROOT = packageRoot().folder;
const CLI = join(ROOT, 'dist', 'cli.js');

/** What a finished command left. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface Running {
  readonly process: ChildProcess;
  readonly finished: Promise<Finished>;
  /** Standard error so far. */
  stderr(): string;
  /** Waits until standard error holds a text. */
  waitFor(text: string | RegExp): Promise<void>;
}

/** A user's place: a working folder with specs and outputs, and a state folder of its own. Close it. */
export class Desk {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly #cli: string;

  private constructor(folder: string, env: NodeJS.ProcessEnv, cli: string) {
    this.folder = folder;
    this.env = env;
    this.#cli = cli;
  }

  /** Makes an empty place; `env` is added to the environment, `cli` another build of the command. */
  static async create(env: NodeJS.ProcessEnv = {}, cli = CLI): Promise<Desk> {
    needsSetUp();
    const folder = await mkdtemp(join(tmpdir(), 'ominus-desk-'));
    const own = Object.entries(process.env).filter(
      ([name]) => !/^(TEMPORAL_|OMINUS_STORE|VITEST|FORCE_COLOR)/.test(name),
    );
    return new Desk(
      folder,
      {
        ...Object.fromEntries(own),
        OMINUS_STATE_DIR: join(folder, 'state'),
        NO_COLOR: '1',
        ...env,
      },
      cli,
    );
  }

  /** Writes a file into the folder. */
  async write(name: string, text: string): Promise<void> {
    await writeFile(join(this.folder, name), text);
  }

  /** Starts a command. */
  start(...args: readonly string[]): Running {
    return this.#spawn(process.execPath, [this.#cli, ...args]);
  }

  /** Runs a line of shell in which `"$@"` is the command. */
  shell(line: string): Running {
    return this.#spawn('sh', ['-c', line, 'sh', process.execPath, this.#cli]);
  }

  #spawn(program: string, args: readonly string[]): Running {
    const child = spawn(program, args, {
      cwd: this.folder,
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    const waiting = new Set<() => void>();
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
      waiting.forEach((look) => {
        look();
      });
    });
    const finished = new Promise<Finished>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        resolve({ code, stdout, stderr });
      });
    });
    const waitFor = (text: string | RegExp): Promise<void> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (typeof text === 'string' ? stderr.includes(text) : text.test(stderr)) {
            waiting.delete(look);
            resolve();
          }
        };
        waiting.add(look);
        look();
        void finished.then(({ code }) => {
          look();
          reject(
            new Error(`the command ended with ${String(code)} before it said ${String(text)}: ${stderr.slice(-2000)}`),
          );
        });
      });
    return { process: child, finished, stderr: () => stderr, waitFor };
  }

  /** Runs a command to its end. */
  run(...args: readonly string[]): Promise<Finished> {
    return this.start(...args).finished;
  }

  /** Everything that Temporal knows of the latest run under a name, payloads in clear. */
  async historyOf(name: string): Promise<string> {
    const opened = await openClient({ env: this.env });
    try {
      const text = historyToJSON(await opened.client.workflow.getHandle(name).fetchHistory());
      const payloads = [...text.matchAll(/"data": *"([^"]+)"/g)].map(([, data]) =>
        Buffer.from(data ?? '', 'base64').toString('utf8'),
      );
      return [text, ...payloads].join('\n');
    } finally {
      await opened.close();
    }
  }

  /** Whether the latest run under a name has not ended yet. With no worker about, that stays as it is. */
  async isUnderWay(name: string): Promise<boolean> {
    const opened = await openClient({ env: this.env });
    try {
      return (await opened.client.workflow.getHandle(name).describe()).status.name === 'RUNNING';
    } finally {
      await opened.close();
    }
  }

  /** Stops the embedded server and removes everything. */
  async close(): Promise<void> {
    await this.run('down');
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * As JSON lines tell: at least so many nodes of a run are finished. What a killed worker had under way comes late, after
 * its time limit, so a number tells how much is left of a run and the end of a certain node does not.
 */
export function nodesDone(count: number): RegExp {
  const numbers = Array.from({ length: 1000 - count }, (_, i) => String(count + i)).join('|');
  return new RegExp(`"event":"node"[^\\n]*"finished":(${numbers}),`);
}

/**
 * Plays a scenario in which something happens to a run before its end. Progress is told about once a second, so on a
 * machine that stalls the run may be over before its milestone is seen: such a scenario shows nothing, says so with
 * `too late`, and is played again from nothing.
 */
export async function beforeItsEnd(scenario: (attempt: number) => Promise<'in time' | 'too late'>): Promise<void> {
  for (let attempt = 1; attempt <= 3; attempt++) {
    if ((await scenario(attempt)) === 'in time') {
      return;
    }
  }
  throw new Error('the run was over before its milestone was seen, three times');
}

/**
 * Runs a spec and kills the command with -9 at so many finished nodes, again and again.
 *
 * @param name - of the spec, whose file is called after it
 * @returns ids of the runs that the commands followed; undefined when one was over before the kill, which then shows nothing
 */
export async function killCommandAt(
  desk: Desk,
  name: string,
  counts: readonly number[],
): Promise<Set<string | undefined> | undefined> {
  const runs = new Set<string | undefined>();
  for (const finished of counts) {
    const run = desk.start('run', `${name}.yaml`, '--json');
    await run.waitFor(nodesDone(finished));
    run.process.kill('SIGKILL');
    runs.add(runIdOf(await run.finished));
    if (!(await desk.isUnderWay(name))) {
      return undefined;
    }
  }
  return runs;
}

/** Id of the embedded server's process. */
export async function serverPid(desk: Desk): Promise<number> {
  return Number(await readFile(join(desk.folder, 'state/temporal/server.pid'), 'utf8'));
}

/** Id of the run that a command with `--json` followed. */
export function runIdOf({ stderr }: { readonly stderr: string }): string | undefined {
  return /"runId":"([^"]+)"/.exec(stderr)?.[1];
}

/**
 * Nodes that were finished when a command ended, as its progress tells: computed, or found in the store. A node whose
 * result was stored just before a kill is found there by its next attempt.
 */
export function finishedNodes({ stderr }: { readonly stderr: string }): string[] {
  const ids = [...stderr.matchAll(/"id":"([^"]+)"[^\n]*?"state":"(?:done|reused)"/g)].map(([, id]) => id ?? '');
  return [...new Set(ids)];
}

/** A recipe over the demo, small enough to run in seconds. */
export function smallRecipe(
  options: { readonly name?: string; readonly lambda?: string; readonly limit?: number } = {},
): string {
  const demo = join(ROOT, 'demo');
  const limit = String(options.limit ?? 24);
  return `version: 1
kind: recipe
name: ${options.name ?? 'small'}
base: ${demo}/base
adapters: { expert: ${demo}/adapters/expert, truth⁻: ${demo}/adapters/truth-, tox⁻: ${demo}/adapters/tox- }
lambda: ${options.lambda ?? '1'}
steps:
  both: "[expert ⊖ Ext(truth⁻)] ⊖ Ext(tox⁻)"
  direct: "expert ⊖ truth⁻ ⊖ tox⁻"
evaluate:
  with:
    - truthfulqa-mc: { data: ${demo}/data/truthfulqa/mc_task.json, limit: ${limit} }
    - toxicity: { data: ${demo}/data/toxic_test.json, classifier: ${demo}/toxicity, max_new_tokens: 24, limit: ${limit} }
    - gsm: { data: ${demo}/data/gsm8k/test.jsonl, max_new_tokens: 64, limit: ${limit} }
compare: { pairs: [[direct, both]], draws: 500 }
output: { both: out/both, direct: { path: out/direct, dtype: float16 } }
`;
}
