/** The commands: one line each, loaded only when asked for, so that `merge` starts without Temporal or AWS. */
import type { CommandEntry } from './program.js';

/** All commands, in the order of the help. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'init',
    summary: 'write a first spec over your adapters',
    load: async () => (await import('./commands/init.js')).initCommand(),
  },
  {
    name: 'validate',
    summary: 'check specs; all problems at once, with file, line and column',
    load: async () => (await import('./commands/validate.js')).validateCommand(),
  },
  {
    name: 'plan',
    summary: 'show the DAG of a spec, what the store has already, what would run',
    load: async () => (await import('./commands/plan.js')).planCommand(),
  },
  {
    name: 'run',
    summary: 'run a spec to its end, with live progress; starts what it needs',
    load: async () => (await import('./commands/run.js')).runCommand(),
  },
  {
    name: 'submit',
    summary: 'submit a spec to the server and return at once',
    load: async () => (await import('./commands/submit.js')).submitCommand(),
  },
  {
    name: 'worker',
    summary: 'host workflows and activities until stopped',
    load: async () => (await import('./commands/worker.js')).workerCommand(),
  },
  {
    name: 'status',
    summary: 'list runs, or show one',
    load: async () => (await import('./commands/status.js')).statusCommand(),
  },
  {
    name: 'watch',
    summary: 'follow a run until it ends',
    load: async () => (await import('./commands/watch.js')).watchCommand(),
  },
  {
    name: 'pause',
    summary: 'pause a sweep: no new points start',
    load: async () => (await import('./commands/pause.js')).pauseCommand(),
  },
  {
    name: 'resume',
    summary: 'resume a paused sweep',
    load: async () => (await import('./commands/pause.js')).resumeCommand(),
  },
  {
    name: 'extend',
    summary: 'add points to a sweep; finished ones are kept',
    load: async () => (await import('./commands/extend.js')).extendCommand(),
  },
  {
    name: 'retry',
    summary: 'retry what failed',
    load: async () => (await import('./commands/retry.js')).retryCommand(),
  },
  {
    name: 'concurrency',
    summary: 'set how many slices of a sweep run at a time',
    load: async () => (await import('./commands/concurrency.js')).concurrencyCommand(),
  },
  {
    name: 'cancel',
    summary: 'cancel a run; what is finished stays in the store',
    load: async () => (await import('./commands/cancel.js')).cancelCommand(),
  },
  {
    name: 'results',
    summary: 'print the results of a finished run, or write its report',
    load: async () => (await import('./commands/results.js')).resultsCommand(),
  },
  {
    name: 'serve',
    summary: 'show the runs of the store as a local web page, live',
    load: async () => (await import('./commands/serve.js')).serveCommand(),
  },
  {
    name: 'report',
    summary: 'write the report of a finished run as HTML, Markdown, CSV or JSON, and its figures',
    load: async () => (await import('./commands/report.js')).reportCommand(),
  },
  {
    name: 'compare',
    summary: 'compare two finished runs: their plans and results',
    load: async () => (await import('./commands/compare.js')).compareCommand(),
  },
  {
    name: 'merge',
    summary: 'compute one expression over adapters directly, without any server',
    load: async () => (await import('./commands/merge.js')).mergeCommand(), // run by merge-main.ts
  },
  {
    name: 'store',
    summary: 'list, verify and garbage-collect what is stored',
    load: async () => (await import('./commands/store.js')).storeCommand(),
  },
  {
    name: 'doctor',
    summary: 'check this installation: what is missing, and what to do',
    load: async () => (await import('./commands/doctor.js')).doctorCommand(),
  },
  {
    name: 'down',
    summary: 'stop the embedded server',
    load: async () => (await import('./commands/down.js')).downCommand(),
  },
  {
    name: 'schema',
    summary: 'print the JSON Schema of a kind of spec, for editors',
    load: async () => (await import('./commands/schema.js')).schemaCommand(),
  },
  {
    name: 'completion',
    summary: 'print a script that completes commands and options in bash, zsh or fish',
    load: async () => (await import('./commands/completion.js')).completionCommand(COMMANDS),
  },
];
