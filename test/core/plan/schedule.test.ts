import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asNodeId } from '../../../core/plan/node-table.js';
import { Schedule, type OutlineNode } from '../../../core/plan/schedule.js';
import type { NodeId } from '../../../core/plan/node.js';

const node = (id: string, ...dependsOn: string[]): OutlineNode => ({
  id: asNodeId(id),
  kind: 'combine',
  dependsOn: dependsOn.map(asNodeId),
});

const ids = (nodes: readonly OutlineNode[]): string[] => nodes.map(({ id }) => id);

describe('Schedule', () => {
  it('offers nodes once their inputs are finished, in the order of the plan', () => {
    const schedule = new Schedule([node('a'), node('b', 'a'), node('c'), node('d', 'b', 'c')]);
    expect(ids(schedule.ready())).toEqual(['a', 'c']);
    schedule.start(asNodeId('a'));
    schedule.start(asNodeId('c'));
    expect(schedule.ready()).toEqual([]);
    schedule.finish(asNodeId('a'), 'reused');
    expect(ids(schedule.ready())).toEqual(['b']);
    schedule.finish(asNodeId('c'), 'done');
    schedule.start(asNodeId('b'));
    schedule.finish(asNodeId('b'), 'done');
    expect(ids(schedule.ready())).toEqual(['d']);
  });

  it('skips what depends on a failed node, however far down, and goes on with the rest', () => {
    const schedule = new Schedule([node('a'), node('b', 'a'), node('c', 'b'), node('x')]);
    schedule.start(asNodeId('a'));
    schedule.fail(asNodeId('a'));
    expect(schedule.states()).toEqual([
      ['a', 'failed'],
      ['b', 'skipped'],
      ['c', 'skipped'],
      ['x', 'waiting'],
    ]);
    expect(ids(schedule.ready())).toEqual(['x']);
    expect(schedule.isOver()).toBe(false);
  });

  it('runs a lost input again before the node that missed it', () => {
    const schedule = new Schedule([node('a'), node('b', 'a')]);
    schedule.finish(asNodeId('a'), 'reused');
    schedule.start(asNodeId('b'));
    schedule.reopen([asNodeId('a')], asNodeId('b'));
    expect(ids(schedule.ready())).toEqual(['a']);
    schedule.start(asNodeId('a'));
    schedule.finish(asNodeId('a'), 'done');
    expect(ids(schedule.ready())).toEqual(['b']);
  });

  it('does not start a lost input twice when two nodes miss it, and gives up what misses a failed one', () => {
    const schedule = new Schedule([node('a'), node('b', 'a'), node('c', 'a')]);
    schedule.finish(asNodeId('a'), 'done');
    schedule.start(asNodeId('b'));
    schedule.start(asNodeId('c'));
    schedule.reopen([asNodeId('a')], asNodeId('b'));
    schedule.start(asNodeId('a'));
    schedule.reopen([asNodeId('a')], asNodeId('c'));
    expect(schedule.ready()).toEqual([]);
    schedule.fail(asNodeId('a'));
    expect(schedule.states().map(([, state]) => state)).toEqual(['failed', 'skipped', 'skipped']);
    const late = new Schedule([node('a'), node('b', 'a')]);
    late.start(asNodeId('b'));
    late.fail(asNodeId('a'));
    late.reopen([asNodeId('a')], asNodeId('b'));
    expect(late.states().map(([, state]) => state)).toEqual(['failed', 'skipped']);
  });

  it('runs every node of any DAG exactly once, never before its inputs', () => {
    const dag = fc.array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: 25 });
    fc.assert(
      fc.property(dag, fc.infiniteStream(fc.nat()), (edges, choices) => {
        const nodes = edges.map((inputs, i) =>
          node(String(i), ...(i === 0 ? [] : [...new Set(inputs.map((input) => String(input % i)))])),
        );
        const schedule = new Schedule(nodes);
        const finished = new Set<NodeId>();
        while (!schedule.isOver()) {
          const ready = schedule.ready();
          const next = ready[Number(choices.next().value) % ready.length];
          expect(next).toBeDefined();
          if (next === undefined) {
            return;
          }
          expect(finished.has(next.id)).toBe(false);
          expect(next.dependsOn.every((id) => finished.has(id))).toBe(true);
          schedule.start(next.id);
          schedule.finish(next.id, 'done');
          finished.add(next.id);
        }
        expect(finished.size).toBe(nodes.length);
      }),
    );
  });
});
