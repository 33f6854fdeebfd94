/** `ominus status [RUN]`: the runs the server knows, or one of them with its nodes. */
import type { WorkflowExecutionDescription } from '@temporalio/client';
import { Command } from 'commander';
import type { ProgressAnswer, SweepProgressAnswer } from '../../core/plan/run-types.js';
import type { NodeId } from '../../core/plan/node.js';
import type { Plan } from '../../core/plan/types.js';
import { nodeTitle } from '../../core/plan/node-title.js';
import { progressQuery, sweepProgressQuery } from '../../workflows/messages.js';
import { findRun } from '../../app/runs/find-run.js';
import { storedStates, type KnownState } from '../../app/follow/node-states.js';
import { announce } from '../options.js';
import { RateMeter } from '../../app/follow/rate-meter.js';
import { eventLine } from '../render/progress.js';
import { colorsOf } from '../../report/terminal/style.js';
import { textTable } from '../../report/terminal/table.js';
import type { ArtifactRef } from '../../core/artifact-ref.js';
import { aboutRun, type AboutRun } from '../../core/plan/about.js';
import { readJsonArtifact } from '../../io/store/json-artifact.js';
import { aboutLines } from '../../report/words/about.js';
import { firstRunId, readMemo, RUNS_QUERY } from '../../app/runs/run-chain.js';
import { runStateOf } from '../../app/runs/run-state.js';
import { chosenDevice, openSession, type Session } from '../../app/session/session.js';

/** A query needs a worker; this long is waited for one. */
const QUERY_DEADLINE_MS = 3_000;

interface StatusOptions {
  readonly json?: true;
}

/** The command. */
export function statusCommand(): Command {
  return new Command('status')
    .description('List the runs on the server, or show the nodes of one.')
    .argument('[run]', 'the name or the file of a spec that was submitted')
    .option('--json', 'one JSON object')
    .action(async (name: string | undefined, options: StatusOptions) => {
      const session = await openSession(chosenDevice(undefined), announce(options));
      try {
        await (name === undefined ? listRuns(session, options) : showRun(session, name, options));
      } finally {
        await session.close();
      }
    });
}

async function listRuns(session: Session, options: StatusOptions): Promise<void> {
  const runs: ({ run: string; state: string; started: string; ended: string } & AboutRun)[] = [];
  for await (const execution of session.client.workflow.list({ query: RUNS_QUERY })) {
    const plan = readMemo(execution)?.plan;
    runs.push({
      run: execution.workflowId,
      state: runStateOf(execution),
      started: execution.startTime.toISOString(),
      ended: execution.closeTime?.toISOString() ?? '',
      ...(plan === undefined ? {} : await storedAbout(session, plan)),
    });
  }
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify({ runs })}\n`);
    return;
  }
  const isTagged = runs.some(({ tags }) => tags !== undefined);
  process.stdout.write(
    runs.length === 0
      ? 'no runs yet; start with: ominus run specs/first-recipe.yaml\n'
      : `${textTable(
          ['run', 'state', 'started', 'ended', ...(isTagged ? ['tags'] : [])],
          runs.map(({ run, state, started, ended, tags = [] }) => [
            run,
            state,
            started,
            ended,
            ...(isTagged ? [tags.join(' ')] : []),
          ]),
        )}\n`,
  );
}

/** A plan that is gone says nothing, here or in another store. */
async function storedAbout({ store }: Session, plan: ArtifactRef): Promise<AboutRun> {
  return readJsonArtifact<Plan>(store, plan).then(aboutRun, () => ({}));
}

async function showRun(session: Session, asked: string, options: StatusOptions): Promise<void> {
  const { name, run, plan } = await findRun(session, asked);
  const { answer, sweep } = await askProgress(session, plan, run);
  const state = runStateOf(run);
  const states: ReadonlyMap<NodeId, KnownState> =
    answer === undefined ? await storedStates(session.store, plan, state === 'finished') : new Map(answer.nodes);
  const nodes = plan.nodes.map((node) => ({
    id: node.id,
    kind: node.kind,
    title: nodeTitle(node),
    state: states.get(node.id) ?? 'waiting',
  }));
  const failures = answer?.failures ?? [];
  if (options.json === true) {
    const runId = firstRunId(run);
    process.stdout.write(
      `${JSON.stringify({ run: name, runId, state, ...aboutRun(plan), nodes, failures, ...(sweep && { sweep }) })}\n`,
    );
    return;
  }
  process.stdout.write(`${name}: ${state}, started ${run.startTime.toISOString()}\n`);
  process.stdout.write(
    aboutLines(plan)
      .map((line) => `${line}\n`)
      .join(''),
  );
  process.stdout.write(
    `${textTable(
      ['state', 'node'],
      nodes.map((node) => [node.state, node.title]),
    )}\n`,
  );
  failures.forEach((failure) => {
    process.stdout.write(`failed: ${failure.id}: ${failure.code} ${failure.message}\n`);
  });
  if (sweep !== undefined) {
    const event = { event: 'sweep', ...new RateMeter().sweep(sweep, Date.now()) } as const;
    process.stdout.write(`${eventLine(event, colorsOf({ color: false }))}\n`);
    sweep.failures.forEach(({ index, code, message }) => {
      process.stdout.write(`failed: point ${String(index)}: ${code} ${message}\n`);
    });
  }
  if (answer === undefined && state !== 'finished') {
    const advice =
      state === 'running' ? 'start one with ominus worker, or run the spec again' : 'to resume, run the spec again';
    process.stdout.write(`no worker answers; this shows what is stored; ${advice}\n`);
  }
}

/** What the workflow says of itself; nothing when no worker answers, or only a busy one. */
async function askProgress(
  { client }: Session,
  plan: Plan,
  { workflowId, runId }: WorkflowExecutionDescription,
): Promise<{ readonly answer?: ProgressAnswer; readonly sweep?: SweepProgressAnswer }> {
  const handle = client.workflow.getHandle(workflowId, runId);
  try {
    return await client.withDeadline(Date.now() + QUERY_DEADLINE_MS, async () => ({
      answer: await handle.query(progressQuery),
      ...(plan.specKind === 'sweep' ? { sweep: await handle.query(sweepProgressQuery) } : {}),
    }));
  } catch {
    return {};
  }
}
