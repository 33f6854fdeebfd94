/** Chat templates are foreign programs: a process of its own renders them, with bounds of time and memory. */
import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** What is rendered. */
export interface RenderTask {
  readonly source: string;
  readonly tokens: Readonly<Record<string, string>>;
  /** Of a user, one prompt each. */
  readonly messages: readonly string[];
  /** `YYYY-MM-DD`. */
  readonly day: string;
  /** As version 0.1.0 rendered it, to learn whether its prompts were the same. */
  readonly asBefore?: boolean;
}

/** Prompts in the order of the messages; none of them where there is a problem. */
export interface Rendered {
  readonly prompts: readonly string[];
  readonly problem?: string;
}

/** Time for the process to start and end, and for every prompt, in milliseconds. */
const TIME = { whole: 30_000, prompt: 50 } as const;
/** Memory of its heap, in MiB. */
const MEMORY = 512;

/** Renders in a process of its own. Never fails: what goes wrong, the death of the process too, is the problem of the answer. */
export function renderInProcess(task: RenderTask): Promise<Rendered> {
  const here = import.meta.url;
  const isSource = here.endsWith('.ts');
  const path = fileURLToPath(new URL(isSource ? './template-child.ts' : './template-child.js', here));
  const loader = isSource ? ['--import', pathToFileURL(createRequire(here).resolve('tsx')).href] : [];
  const child = fork(path, [], {
    execArgv: [`--max-old-space-size=${String(MEMORY)}`, ...loader],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const limit = TIME.whole + TIME.prompt * task.messages.length;
  return new Promise((resolve) => {
    const end = (rendered: Rendered): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      resolve(rendered);
    };
    const fail = (problem: string): void => {
      end({ prompts: [], problem });
    };
    const timer = setTimeout(() => {
      fail(`it takes more than ${String(Math.round(limit / 1000))} s`);
    }, limit);
    child.once('message', (rendered: Rendered) => {
      end(rendered);
    });
    child.once('error', (error) => {
      fail(`its process cannot be started: ${error.message}`);
    });
    child.once('exit', (code, signal) => {
      fail(
        `its process ended [${signal === null ? `exit code ${String(code)}` : `signal ${signal}`}]; it may need more than ${String(MEMORY)} MiB`,
      );
    });
    child.send(task, () => undefined);
  });
}
