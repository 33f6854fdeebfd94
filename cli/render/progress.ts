/** Draws progress: one redrawn block on a terminal, a line per change elsewhere, NDJSON events for programs. */
import { formatDuration, formatNumber, formatPace } from '../../report/words/format.js';
import {
  countNodes,
  progressEvents,
  type NodeProgress,
  type ProgressEvent,
  type RunProgress,
  type SweepProgress,
  type Trouble,
} from '../../report/progress.js';
import { clip } from '../../report/words/text-width.js';
import { visibleLine } from '../../report/words/visible-text.js';
import { drawBar } from '../../report/terminal/bar.js';
import { colorsOf, type Colors, type Style } from '../../report/terminal/style.js';

/** How progress is shown. */
export type ProgressMode = 'block' | 'lines' | 'json';

/** Where progress goes: `process.stderr`, or a fake with a list. */
export interface ProgressStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** Draws successive looks at one run. */
export interface ProgressRenderer {
  update(progress: RunProgress): void;
  /** Takes the block away; what is printed next starts on a clean line. */
  close(): void;
}

/** Troubles that the block shows; often all have one cause. */
const MOST_TROUBLES = 3;
/** Cells of the bar of a running node. */
const BAR_CELLS = 16;
/** Rows of a terminal that says nothing about its height. */
const DEFAULT_ROWS = 24;
/** Columns of such a terminal. */
const DEFAULT_COLUMNS = 80;

/** `json` when asked, a block on a terminal that can move its cursor, else lines. */
export function progressMode(
  stream: { readonly isTTY?: boolean },
  options: { readonly json: boolean },
  env: NodeJS.ProcessEnv = process.env,
): ProgressMode {
  if (options.json) {
    return 'json';
  }
  return stream.isTTY === true && env['TERM'] !== 'dumb' ? 'block' : 'lines';
}

/** Makes the renderer of a mode. */
export function createProgress(
  stream: ProgressStream,
  options: { readonly mode: ProgressMode; readonly color: boolean },
): ProgressRenderer {
  return options.mode === 'block' ? createBlock(stream, options.color) : createLines(stream, options);
}

/** Lines of the block: counts, then every running node, at most `rows` lines of at most `width` cells. */
export function drawProgress(progress: RunProgress, style: Style & { readonly rows: number }): readonly string[] {
  const colors = colorsOf(style);
  const { total, done, reused, running, failed, skipped } = countNodes(progress);
  const finished = done + reused;
  const parts = [
    `${finished}/${total} nodes`,
    ...(reused > 0 ? [`${reused} reused`] : []),
    ...(running > 0 ? [`${running} running`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(progress.secondsLeft === undefined ? [] : [`about ${formatDuration(progress.secondsLeft)} left`]),
  ];
  const share = total === 0 ? 0 : finished / total;
  const head = `${visibleLine(progress.name)} ${progress.state}  ▕${drawBar(share, BAR_CELLS)}▏ ${parts.join(', ')}`;
  const points = progress.sweep === undefined ? [] : [`  ${sweepLine(progress.sweep)}`, ...bestLine(progress.sweep)];
  const troubles = (progress.troubles ?? []).slice(0, MOST_TROUBLES).map((trouble) => `  ${troubleLine(trouble)}`);
  const active = progress.nodes.filter(({ state }) => state === 'running');
  const room = Math.max(1, style.rows - 2 - points.length - troubles.length);
  const shown = active.length <= room ? active : active.slice(0, room - 1);
  const rest = active.length - shown.length;
  const lines = [
    head,
    ...points,
    ...shown.map((node) => `  ${runningLine(node)}`),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
    ...troubles,
  ];
  return lines.map((line, place) => {
    const cut = clip(line, style.width - 1);
    return place === 0 ? colors.bold(cut) : cut;
  });
}

/** One line for one event, for logs. */
export function eventLine(event: ProgressEvent, colors: Colors): string {
  if (event.event === 'run') {
    return `run ${visibleLine(event.name)} [${visibleLine(event.runId)}] ${event.state}`;
  }
  if (event.event === 'sweep') {
    return [sweepLine(event), ...bestLine(event).map((line) => line.trim())].join('; ');
  }
  if (event.event === 'trouble') {
    return colors.yellow(troubleLine(event));
  }
  const { node, finished, total } = event;
  const count = `[${String(finished).padStart(String(total).length)}/${total}]`;
  const amount = node.total === undefined ? '' : ` (${node.total})`;
  const message = node.message === undefined ? '' : `: ${visibleLine(node.message)}`;
  return `${count} ${paintState(node.state, colors)} ${visibleLine(node.title)}${amount}${message}`;
}

/** A terminal that does not know its size says nothing, or 0. */
function sizeOr(size: number | undefined, otherwise: number): number {
  return size === undefined || size < 1 ? otherwise : size;
}

function createBlock(stream: ProgressStream, color: boolean): ProgressRenderer {
  let height = 0;
  let previous: RunProgress | undefined;
  const erase = (): string => (height === 0 ? '' : `\x1b[${height}A\x1b[0J`);
  return {
    update(progress) {
      const colors = colorsOf({ color });
      const failures = progressEvents(previous, progress).filter(
        (event) => event.event === 'node' && event.node.state === 'failed',
      );
      previous = progress;
      const block = drawProgress(progress, {
        color,
        width: sizeOr(stream.columns, DEFAULT_COLUMNS),
        rows: sizeOr(stream.rows, DEFAULT_ROWS),
      });
      // A failure must outlive the block, so it is printed above it and scrolls away with the rest.
      const lines = [...failures.map((event) => eventLine(event, colors)), ...block];
      stream.write(`${erase()}${lines.join('\n')}\n`);
      height = block.length;
    },
    close() {
      stream.write(erase());
      height = 0;
    },
  };
}

function createLines(
  stream: ProgressStream,
  { mode, color }: { readonly mode: ProgressMode; readonly color: boolean },
): ProgressRenderer {
  let previous: RunProgress | undefined;
  const colors = colorsOf({ color });
  return {
    update(progress) {
      const events = progressEvents(previous, progress);
      previous = progress;
      for (const event of events) {
        stream.write(`${mode === 'json' ? JSON.stringify(event) : eventLine(event, colors)}\n`);
      }
    },
    close() {
      // Lines stay where they are.
    },
  };
}

/** Bar, counts, rate, time left and failures of a sweep's points. */
function sweepLine(sweep: SweepProgress): string {
  const { phase, done, reused, failed, total, running, rate, secondsLeft } = sweep;
  const parts = [
    `${done + failed}/${total} points`,
    ...(reused > 0 ? [`${reused} reused`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(running > 0 ? [`${running} handed out`] : []),
    ...(rate === undefined ? [] : [formatPace(rate, 'point')]),
    ...(secondsLeft === undefined || secondsLeft <= 0 ? [] : [`${formatDuration(secondsLeft)} left`]),
  ];
  return `▕${drawBar(total === 0 ? 0 : (done + failed) / total, BAR_CELLS)}▏ ${phase}: ${parts.join(', ')}`;
}

/** The best point so far, if there is an objective. */
function bestLine({ best }: SweepProgress): string[] {
  if (best === null) {
    return [];
  }
  const values = best.values.map(({ name, value }) => `${name}=${value}`).join(', ');
  const kept = best.feasible ? '' : ', constraints not met';
  return [`  best so far: ${visibleLine(best.metric)} ${formatNumber(best.value)} at ${visibleLine(values)}${kept}`];
}

function troubleLine({ title, attempt, message, host }: Trouble): string {
  const place = host === undefined ? '' : ` on ${visibleLine(host)}`;
  const what = attempt === 0 ? '' : `${visibleLine(title)} is tried again after attempt ${attempt}${place}: `;
  return `! ${what}${visibleLine(message)}`;
}

function runningLine(node: NodeProgress): string {
  const title = visibleLine(node.title);
  if (node.done === undefined || node.total === undefined) {
    return node.message === undefined ? title : `${title}  ${visibleLine(node.message)}`;
  }
  const bar = drawBar(node.total === 0 ? 0 : node.done / node.total, BAR_CELLS);
  const rate = node.rate === undefined ? '' : `  ${formatNumber(Number(node.rate.toPrecision(2)))}/s`;
  const left = node.secondsLeft === undefined ? '' : `  ${formatDuration(node.secondsLeft)} left`;
  return `▕${bar}▏ ${node.done}/${node.total}${rate}${left}  ${title}`;
}

function paintState(state: NodeProgress['state'], colors: Colors): string {
  const word = state.padEnd(7);
  switch (state) {
    case 'failed':
    case 'skipped':
      return colors.red(word);
    case 'done':
    case 'reused':
      return colors.green(word);
    case 'running':
    case 'waiting':
      return word;
  }
}
