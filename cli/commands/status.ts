/** `ominus status [RUN]`: the runs the server knows, or one of them with its nodes. */
import { Command } from 'commander';
import type { NodeId } from '../../core/plan/node.js';
import { nodeTitle } from '../../core/plan/node-title.js';
import { reasonLine } from '../../core/plan/run-end.js';
import { toRunRecord } from '../../io/store/run-record.js';
import type { Trouble } from '../../report/progress.js';
import { findRun } from '../../app/runs/find-run.js';
import { reasonsOf } from '../../app/follow/reasons.js';
import { lookAtRun } from '../../app/follow/run-progress.js';
import { storedStates, type KnownState } from '../../app/follow/node-states.js';
import { announce } from '../options.js';
import { RateMeter } from '../../app/follow/rate-meter.js';
import { eventLine } from '../render/progress.js';
import { localTime } from '../render/time.js';
import { formatDuration } from '../../report/words/format.js';
import { colorsOf } from '../../report/terminal/style.js';
import { textTable } from '../../report/terminal/table.js';
import type { ArtifactRef } from '../../core/artifact-ref.js';
import { aboutRun, type AboutRun } from '../../core/plan/about.js';
import type { Plan } from '../../core/plan/types.js';
import { readJsonArtifact } from '../../io/store/json-artifact.js';
import { aboutLines } from '../../report/words/about.js';
import { firstRunId, readMemo, RUNS_QUERY, startOfRun } from '../../app/runs/run-chain.js';
import { isUnderWay, runStateOf, type RunState } from '../../app/runs/run-state.js';
import { chosenDevice, openSession, type Session } from '../../app/session/session.js';

interface StatusOptions {
  readonly json?: true;
}

/** The command. */
export function statusCommand(): Command {
  return new Command('status')
    .description('List the runs on the server, or show the nodes of one, and why it failed.')
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

/** A run between two times; it goes on where there is no second one. */
interface Span {
  readonly started: Date;
  readonly ended: Date | undefined;
}

async function listRuns(session: Session, options: StatusOptions): Promise<void> {
  const runs: (Span & { run: string; state: RunState; about: AboutRun })[] = [];
  for await (const execution of session.client.workflow.list({ query: RUNS_QUERY })) {
    const isChained = Boolean(execution.raw.firstRunId) && execution.raw.firstRunId !== execution.runId;
    const plan = readMemo(execution)?.plan;
    runs.push({
      run: execution.workflowId,
      state: runStateOf(execution),
      started: isChained
        ? await startOfRun(
            session.client,
            await session.client.workflow.getHandle(execution.workflowId, execution.runId).describe(),
          )
        : execution.startTime,
      ended: execution.closeTime,
      about: plan === undefined ? {} : await storedAbout(session, plan),
    });
  }
  if (options.json === true) {
    const shown = runs.map(({ run, state, about, ...span }) => ({ run, state, ...spanJson(span), ...about }));
    process.stdout.write(`${JSON.stringify({ runs: shown })}\n`);
    return;
  }
  const isTagged = runs.some(({ about }) => about.tags !== undefined);
  process.stdout.write(
    runs.length === 0
      ? 'no runs yet; start with: ominus run specs/first-recipe.yaml\n'
      : `${textTable(
          ['run', 'state', 'started', 'duration', ...(isTagged ? ['tags'] : [])],
          runs.map(({ run, state, about, ...span }) => [
            run,
            state,
            localTime(span.started),
            duration(span),
            ...(isTagged ? [(about.tags ?? []).join(' ')] : []),
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
  const runId = firstRunId(run);
  const look = await lookAtRun({ client: session.client, workflowId: name, runId, plan }, new RateMeter());
  const { nodes: answer, sweep } = look.answers;
  const { state, troubles = [] } = look.progress;
  const states: ReadonlyMap<NodeId, KnownState> =
    answer === undefined ? await storedStates(session.store, plan, state === 'finished') : new Map(answer.nodes);
  const nodes = plan.nodes.map((node) => ({
    id: node.id,
    kind: node.kind,
    title: nodeTitle(node),
    state: states.get(node.id) ?? 'waiting',
  }));
  const span: Span = { started: await startOfRun(session.client, run), ended: look.description.closeTime };
  const record = toRunRecord(await session.store.getRun(name, runId));
  const reasons = reasonsOf(plan, look.answers, record?.end);
  if (options.json === true) {
    const failures = answer?.failures ?? [];
    const more = { ...(sweep && { sweep }), ...(troubles.length > 0 && { troubles }) };
    process.stdout.write(
      `${JSON.stringify({ run: name, runId, state, ...spanJson(span), ...aboutRun(plan), nodes, failures, reasons, ...more })}\n`,
    );
    return;
  }
  const since = isUnderWay(state) ? `for ${duration(span)}` : `after ${duration(span)}`;
  process.stdout.write(`${name}: ${state} ${since}, started ${localTime(span.started)}\n`);
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
  const colors = colorsOf({ color: false });
  if (sweep !== undefined) {
    const event = { event: 'sweep', ...RateMeter.since(sweep, secondsOf(span)) } as const;
    process.stdout.write(`${eventLine(event, colors)}\n`);
  }
  reasons.forEach((reason) => {
    process.stdout.write(`failed: ${reasonLine(reason)}\n${reason.hint === '' ? '' : `  → ${reason.hint}\n`}`);
  });
  troubles.forEach((trouble: Trouble) => {
    process.stdout.write(`${eventLine({ event: 'trouble', ...trouble }, colors)}\n`);
  });
  if (answer === undefined && state !== 'finished') {
    const advice = isUnderWay(state)
      ? 'start one with ominus worker, or run the spec again'
      : 'to resume, run the spec again';
    process.stdout.write(`no worker answers; this shows what is stored; ${advice}\n`);
  }
}

function spanJson(span: Span): { readonly started: string; readonly ended: string; readonly seconds: number } {
  return { started: span.started.toISOString(), ended: span.ended?.toISOString() ?? '', seconds: secondsOf(span) };
}

function secondsOf({ started, ended }: Span): number {
  return Math.max(0, ((ended ?? new Date()).getTime() - started.getTime()) / 1000);
}

function duration(span: Span): string {
  return formatDuration(secondsOf(span));
}
