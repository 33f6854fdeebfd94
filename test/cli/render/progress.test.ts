import { describe, expect, it } from 'vitest';
import { createProgress, drawProgress, progressMode, type ProgressStream } from '../../../cli/render/progress.js';
import type { NodeProgress, RunProgress, SweepProgress } from '../../../report/progress.js';
import { cells } from '../../../report/words/text-width.js';

const node = (id: string, state: NodeProgress['state'], more: Partial<NodeProgress> = {}): NodeProgress => ({
  id,
  kind: 'evaluate',
  title: `toxicity of ${id}`,
  state,
  ...more,
});
const run = (nodes: readonly NodeProgress[], state: RunProgress['state'] = 'running'): RunProgress => ({
  name: 'first-recipe',
  runId: 'abc',
  state,
  nodes,
});
const STYLE = { color: false, width: 80, rows: 24 };

/** Collects what is written, and plays it on a screen that knows the two sequences that the block uses. */
class FakeTerminal implements ProgressStream {
  readonly isTTY = true;
  readonly columns: number = 80;
  readonly rows = 24;
  written = '';

  write(text: string): void {
    this.written += text;
  }

  screen(): readonly string[] {
    const lines = [''];
    for (const [token, up] of this.written.matchAll(/\p{Cc}\[(\d+)A|\p{Cc}\[0J|\n|\P{Cc}+/gu)) {
      if (up !== undefined) {
        lines.splice(lines.length - 1 - Number(up), Number(up) + 1, '');
      } else if (token === '\n') {
        lines.push('');
      } else if (!token.startsWith('\u001b')) {
        lines.push((lines.pop() ?? '') + token);
      }
    }
    return lines;
  }
}

describe('drawProgress', () => {
  it('shows counts, and amount, rate and time left of every running node', () => {
    const lines = drawProgress(
      run([
        node('base', 'reused'),
        node('expert', 'done'),
        node('both', 'running', { done: 50, total: 200, rate: 12.34, secondsLeft: 12.2 }),
        node('swapped', 'running'),
        node('direct', 'waiting'),
      ]),
      STYLE,
    );
    expect(lines).toEqual([
      'first-recipe running  ▕██████▍         ▏ 2/5 nodes, 1 reused, 2 running',
      '  ▕████            ▏ 50/200  12.00/s  12 s left  toxicity of both',
      '  toxicity of swapped',
    ]);
  });

  it('says below the nodes what is tried again, and why', () => {
    const troubles = [1, 2, 3, 4].map((attempt) => ({
      id: `n${attempt}`,
      title: `a of n${attempt}`,
      host: 'w',
      attempt,
      code: 'STORE_UNREACHABLE',
      message: 'the store\u001b[2J is away',
    }));
    expect(drawProgress({ ...run([node('both', 'running')]), troubles }, STYLE).slice(1)).toEqual([
      '  toxicity of both',
      ...[1, 2, 3].map(
        (attempt) =>
          expect.stringMatching(
            `^  ! a of n${attempt} is tried again after attempt ${attempt} on w: the store.*is away$`,
          ) as string,
      ),
    ]);
  });

  it('shows the points of a sweep above its nodes, and the best so far', () => {
    const best = {
      index: 17,
      values: [
        { name: 'a', value: '0.8' },
        { name: 'b', value: '1.2' },
      ],
      metric: 'truthfulqa-mc.mc2',
      value: 0.4213,
      feasible: false,
      sortedBy: [0.1, -0.4213],
    };
    const sweep: SweepProgress = {
      phase: 'searching',
      done: 480,
      reused: 100,
      failed: 20,
      total: 2000,
      concurrency: 4,
      running: 12,
      best,
      rate: 2.5,
      secondsLeft: 600,
    };
    const progress = { ...run([node('base', 'reused')]), sweep };
    expect(drawProgress(progress, { ...STYLE, width: 120 })).toEqual([
      'first-recipe running  ▕████████████████▏ 1/1 nodes, 1 reused',
      '  ▕████            ▏ searching: 500/2000 points, 100 reused, 20 failed, 12 handed out, 2.500/s, 10 min 00 s left',
      '  best so far: truthfulqa-mc.mc2 0.421 at a=0.8, b=1.2, constraints not met',
    ]);
    expect(drawProgress({ ...progress, sweep: { ...sweep, best: null } }, STYLE)).toHaveLength(2);
  });

  it('tells of a sweep by lines, and by objects for programs', () => {
    const sweep: SweepProgress = {
      phase: 'paused',
      done: 5,
      reused: 0,
      failed: 0,
      total: 10,
      concurrency: 2,
      running: 0,
      best: null,
    };
    const written = (mode: 'lines' | 'json'): string[] => {
      const lines: string[] = [];
      const renderer = createProgress({ write: (text) => lines.push(text) }, { mode, color: false });
      renderer.update({ ...run([]), sweep });
      renderer.update({ ...run([]), sweep });
      return lines;
    };
    expect(written('lines').slice(1)).toEqual(['▕████████        ▏ paused: 5/10 points\n']);
    expect(
      written('json')
        .slice(1)
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([{ event: 'sweep', ...sweep }]);
  });

  it('stays within the terminal in both directions', () => {
    const many = Array.from({ length: 50 }, (_, place) =>
      node(`漢${'w'.repeat(100)}${place}`, 'running', { done: 1, total: 9 }),
    );
    const lines = drawProgress(run(many), { color: false, width: 40, rows: 10 });
    expect(lines).toHaveLength(9);
    expect(lines.at(-1)).toBe('  and 43 more');
    expect(Math.max(...lines.map(cells))).toBeLessThan(40);
  });

  it('draws a plan without nodes', () => {
    expect(drawProgress(run([]), STYLE)[0]).toContain('0/0 nodes');
  });
});

describe('the block on a terminal', () => {
  it('is redrawn in place, leaves failures standing, and goes away at the end', () => {
    const terminal = new FakeTerminal();
    const renderer = createProgress(terminal, { mode: 'block', color: false });
    renderer.update(run([node('a', 'running'), node('b', 'running')]));
    expect(terminal.screen()).toHaveLength(4);
    renderer.update(run([node('a', 'failed', { message: 'out of memory' }), node('b', 'running')]));
    expect(terminal.screen()).toEqual([
      '[0/2] failed  toxicity of a: out of memory',
      'first-recipe running  ▕                ▏ 0/2 nodes, 1 running, 1 failed',
      '  toxicity of b',
      '',
    ]);
    renderer.update(run([node('a', 'failed', { message: 'out of memory' }), node('b', 'done')]));
    renderer.close();
    expect(terminal.screen()).toEqual(['[0/2] failed  toxicity of a: out of memory', '']);
    renderer.close();
    expect(terminal.screen()).toHaveLength(2);
  });
});

describe('lines and NDJSON', () => {
  const play = (mode: 'lines' | 'json'): readonly string[] => {
    let written = '';
    const renderer = createProgress({ write: (text) => (written += text) }, { mode, color: false });
    renderer.update(run([node('a', 'reused'), node('b', 'running', { done: 0, total: 9 }), node('c', 'waiting')]));
    renderer.update(run([node('a', 'reused'), node('b', 'running', { done: 5, total: 9 }), node('c', 'waiting')]));
    renderer.update(run([node('a', 'reused'), node('b', 'done', { total: 9 }), node('c', 'done')], 'finished'));
    renderer.close();
    return written.trimEnd().split('\n');
  };

  it('print one plain line per change of state', () => {
    expect(play('lines')).toEqual([
      'run first-recipe [abc] running',
      '[1/3] reused  toxicity of a',
      '[1/3] running toxicity of b (9)',
      '[3/3] done    toxicity of b (9)',
      '[3/3] done    toxicity of c',
      'run first-recipe [abc] finished',
    ]);
  });

  it('print one JSON object per line for programs', () => {
    const events = play('json').map((line) => JSON.parse(line) as { readonly event: string });
    expect(events.map(({ event }) => event)).toEqual(['run', 'node', 'node', 'node', 'node', 'run']);
    expect(events[1]).toEqual({
      event: 'node',
      node: { id: 'a', kind: 'evaluate', title: 'toxicity of a', state: 'reused' },
      finished: 1,
      total: 3,
    });
  });
});

describe('progressMode', () => {
  it('draws a block only where the cursor can move', () => {
    expect(progressMode({ isTTY: true }, { json: false }, {})).toBe('block');
    expect(progressMode({ isTTY: true }, { json: false }, { TERM: 'dumb' })).toBe('lines');
    expect(progressMode({}, { json: false }, {})).toBe('lines');
    expect(progressMode({ isTTY: true }, { json: true }, {})).toBe('json');
  });
});

describe('createProgress on a terminal that says its size is 0', () => {
  it('draws as if it had the usual 80 columns', () => {
    class Sizeless extends FakeTerminal {
      override readonly columns = 0;
    }
    const terminal = new Sizeless();
    createProgress(terminal, { mode: 'block', color: false }).update(
      run([node('both', 'running', { done: 1, total: 2 })]),
    );
    expect(terminal.screen().join('\n')).toContain('first-recipe running');
  });
});
