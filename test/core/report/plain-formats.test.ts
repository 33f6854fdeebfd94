import { describe, expect, it } from 'vitest';
import { renderCsv } from '../../../core/report/csv.js';
import { renderMarkdown } from '../../../core/report/markdown.js';
import { countNodes, progressEvents, type RunProgress } from '../../../core/report/progress.js';
import { sampleReport } from '../../support/sample-report.js';
import { hostileReport } from '../../support/hostile-report.js';

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

describe('renderCsv', () => {
  it('has a row per step and metric, in full precision', () => {
    const lines = renderCsv(report).split('\r\n');
    expect(lines).toHaveLength(1 + report.steps.length * report.metrics.length + 1);
    const header = lines[0]?.split(',') ?? [];
    const row =
      lines.find((line) => line.startsWith('first-recipe,direct,') && line.includes('gsm.exact'))?.split(',') ?? [];
    const cell = (name: string): string | undefined => row[header.indexOf(name)];
    expect(row).toHaveLength(header.length);
    expect([cell('value'), cell('n'), cell('verdict'), cell('higher_is_better')]).toEqual([
      '0.01',
      '100',
      'worse',
      'true',
    ]);
    expect(Number(cell('difference'))).toBeCloseTo(-0.82, 12);
  });

  it('quotes what needs quotes and disarms formulas', () => {
    const [step] = report.steps;
    expect(step).toBeDefined();
    if (step !== undefined) {
      const csv = renderCsv(sampleReport({ steps: [{ ...step, name: '=HYPERLINK("x")', expression: 'a,"b"\nc' }] }));
      expect(csv).toContain(',"\'=HYPERLINK(""x"")",base,"a,""b""\nc",');
    }
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
    const first = look(['reused', 'running', 'waiting']);
    expect(
      progressEvents(undefined, first).map((event) =>
        event.event === 'run' ? event.state : `${event.node.id} ${event.node.state} ${event.finished}/${event.total}`,
      ),
    ).toEqual(['running', 'n0 reused 1/3', 'n1 running 1/3']);
    expect(progressEvents(first, structuredClone(first))).toEqual([]);
    expect(
      progressEvents(first, look(['reused', 'done', 'done'], 'finished')).map((event) =>
        event.event === 'run' ? event.state : event.node.id,
      ),
    ).toEqual(['n1', 'n2', 'finished']);
    // After a lost artifact a finished node waits again.
    expect(progressEvents(look(['done']), look(['waiting']))).toHaveLength(1);
  });
});
