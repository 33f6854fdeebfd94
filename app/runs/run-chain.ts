/** What the server knows of a run. A run is a chain of executions: a sweep continues as new, under the id of its first one. */
import {
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowExecutionInfo,
  type WorkflowHandle,
} from '@temporalio/client';
import type { ArtifactRef } from '../../core/artifact-ref.js';

/** Lists runs: executions of a sweep that went on as another one are not runs of their own. */
export const RUNS_QUERY = 'WorkflowType IN ("runRecipe", "runSweep") AND ExecutionStatus != "ContinuedAsNew"';

/** Names that are looked through for advice. */
const MOST_NAMES = 500;

/** What a run's memo says; the memo outlives the workflow's history. */
export interface RunMemo {
  readonly planDigest: string;
  readonly plan: ArtifactRef;
  readonly buildId: string;
  readonly storeId: string;
}

/** The id of a run's first execution, under which all of them are known. */
export function firstRunId(run: WorkflowExecutionDescription): string {
  return firstOf(run, run.raw.workflowExecutionInfo);
}

/** The same of an execution in a list of the server's. */
export function firstRunIdOfListed(run: WorkflowExecutionInfo): string {
  return firstOf(run, run.raw);
}

function firstOf(
  { runId }: { readonly runId: string },
  raw: Pick<WorkflowExecutionInfo['raw'], 'firstRunId'> | null | undefined,
): string {
  return raw?.firstRunId || runId; // older servers leave it empty
}

/** A handle on whichever execution of a run is the latest; its result is that of the last one. */
export function runHandle(client: Client, workflowId: string, firstExecutionRunId: string): WorkflowHandle {
  return client.workflow.getHandle(workflowId, undefined, { firstExecutionRunId });
}

/** The latest execution of a run, even if another run has taken its name. */
export async function describeLatest(
  client: Client,
  workflowId: string,
  runId: string,
): Promise<WorkflowExecutionDescription> {
  const latest = await client.workflow.getHandle(workflowId).describe();
  return firstRunId(latest) === runId ? latest : client.workflow.getHandle(workflowId, runId).describe();
}

/** When a run began: its first execution did, or the given one where the server no longer has that. */
export async function startOfRun(client: Client, run: WorkflowExecutionDescription): Promise<Date> {
  const first = firstRunId(run);
  return first === run.runId
    ? run.startTime
    : client.workflow
        .getHandle(run.workflowId, first)
        .describe()
        .then(
          ({ startTime }) => startTime,
          () => run.startTime,
        );
}

/** The latest run under a name, or undefined. */
export async function describeRun(client: Client, name: string): Promise<WorkflowExecutionDescription | undefined> {
  try {
    return await client.workflow.getHandle(name).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) {
      return undefined;
    }
    throw error;
  }
}

/** The memo of a run, or undefined for a workflow of another program. */
export function readMemo(run: Pick<WorkflowExecutionDescription, 'memo'>): RunMemo | undefined {
  const memo = run.memo as Partial<RunMemo> | undefined; // written by `start`, or by another program's workflow
  return typeof memo?.planDigest === 'string' && memo.plan !== undefined ? (memo as RunMemo) : undefined;
}

/** Names that the server knows, the latest first; for advice, so that a server that cannot list them is no error. */
export async function knownRunNames(client: Client): Promise<readonly string[]> {
  const names = new Set<string>();
  try {
    for await (const { workflowId } of client.workflow.list({ query: RUNS_QUERY, pageSize: MOST_NAMES })) {
      names.add(workflowId);
      if (names.size === MOST_NAMES) {
        break;
      }
    }
  } catch {
    return [...names];
  }
  return [...names];
}
