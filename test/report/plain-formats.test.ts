import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../report/markdown/markdown.js';
import {
  countNodes,
  progressEvents,
  type ProgressEvent,
  type RunProgress,
  type SweepProgress,
} from '../../report/progress.js';
import { sampleReport } from '../support/sample-report.js';
import { hostileReport } from '../support/hostile-report.js';

const report = sampleReport();

describe('renderMarkdown', () => {
  it('has one table row per step, with values, errors and signs', () => {
    const lines = renderMarkdown(report).split('\n');
    const direct = lines.find((line) => line.startsWith('| direct '));
    expect(direct).toContain('| 26.3 ± 3.1 ▼ | 1.0 ± 1.0 ▼ | 1.860 ± 0.021 ≈ |');
    expect(lines.find((line) => line.startsWith('| both '))).toContain('\\[expert ⊖ 1·Ext(truth⁻)\\] ⊖ 1·Ext(tox⁻)');
  });

  it('keeps its tables whatever the names hold', () => {
    const shape = (text: string): readonly (number | undefined)[] =>
      text
        .split('\n')
        .filter((line) => line.startsWith('|'))
        .map((line) => line.match(/(?<!\\)\|/g)?.length);
    const text = renderMarkdown(hostileReport(' | <script>`*\n\\| & \u202e'));
    expect(shape(text)).toEqual(shape(renderMarkdown(report)));
    expect(text).not.toMatch(/<|\u202e/);
  });
});

describe('progress', () => {
  const look = (
    states: readonly RunProgress['nodes'][number]['state'][],
    state: RunProgress['state'] = 'running',
  ): RunProgress => ({
    name: 'r',
    runId: '1',
    state,
    nodes: states.map((nodeState, place) => ({
      id: `n${place}`,
      kind: 'gram',
      title: `node ${place}`,
      state: nodeState,
    })),
  });

  it('counts nodes by state', () => {
    expect(countNodes(look(['done', 'reused', 'running', 'waiting', 'failed', 'skipped', 'done']))).toEqual({
      total: 7,
      done: 2,
      reused: 1,
      running: 1,
      waiting: 1,
      failed: 1,
      skipped: 1,
    });
  });

  it('tells every change of state once, and nothing else', () => {
    const told = (event: ProgressEvent): string =>
      event.event === 'run' ? event.state : event.event === 'node' ? event.node.id : event.event;
    const first = look(['reused', 'running', 'waiting']);
    expect(
      progressEvents(undefined, first).map((event) =>
        event.event === 'node' ? `${event.node.id} ${event.node.state} ${event.finished}/${event.total}` : told(event),
      ),
    ).toEqual(['running', 'n0 reused 1/3', 'n1 running 1/3']);
    expect(progressEvents(first, structuredClone(first))).toEqual([]);
    expect(progressEvents(first, look(['reused', 'done', 'done'], 'finished')).map(told)).toEqual([
      'n1',
      'n2',
      'finished',
    ]);
    // Work that is tried again is told once per reason, however often it fails alike.
    const trouble = { id: 'n1', title: 'n1', attempt: 1, code: 'STORE_UNREACHABLE', message: 'no answer for a' };
    const troubled = { ...first, troubles: [trouble] };
    expect(progressEvents(first, troubled)).toEqual([{ event: 'trouble', ...trouble }]);
    expect(
      progressEvents(troubled, { ...first, troubles: [{ ...trouble, attempt: 7, message: 'no answer for b' }] }),
    ).toEqual([]);
    expect(progressEvents(troubled, { ...first, troubles: [{ ...trouble, code: 'OUT_OF_MEMORY' }] }).map(told)).toEqual(
      ['trouble'],
    );
    // After a lost artifact a finished node waits again.
    expect(progressEvents(look(['done']), look(['waiting']))).toHaveLength(1);
  });

  it('tells of a sweep every percent, every failure, another best point, a pause; not every point', () => {
    const sweep: SweepProgress = {
      phase: 'searching',
      done: 100,
      reused: 0,
      failed: 0,
      total: 10_000,
      concurrency: 4,
      running: 16,
      best: null,
      rate: 3,
    };
    const at = (change: Partial<SweepProgress>): RunProgress => ({ ...look([]), sweep: { ...sweep, ...change } });
    const eventsOf = (change: Partial<SweepProgress>): number => progressEvents(at({}), at(change)).length;
    expect(progressEvents(undefined, at({})).at(-1)).toEqual({ event: 'sweep', ...sweep });
    expect([{ done: 199 }, { rate: 5 }, { running: 0 }].map(eventsOf)).toEqual([0, 0, 0]);
    const best = { index: 7, values: [], metric: 'mc2.mean', value: 1, feasible: true, sortedBy: [] };
    const news = [{ done: 200 }, { failed: 1 }, { phase: 'paused' as const }, { best }, { total: 20_000 }];
    expect(news.map(eventsOf)).toEqual([1, 1, 1, 1, 1]);
  });
});
