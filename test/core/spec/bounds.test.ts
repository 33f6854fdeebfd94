/** Specs that are made to be slow: what they would become is counted, and refused, before it is made. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_SPEC_LENGTH, readSpec } from '../../../core/spec/read-spec.js';
import { MAX_TOKENS } from '../../../core/spec/yaml-bounds.js';

const SWEEP = [
  'version: 1',
  'kind: sweep',
  'name: x',
  'adapters: { expert: a, t: b }',
  "chain: 'expert ⊖ a·Ext(t)'",
  '',
].join('\n');

function codes(text: string): readonly string[] {
  return readSpec('x.yaml', text).diagnostics.map(({ code }) => code);
}

/** A text of nearly the largest size. */
function filled(unit: string): string {
  return unit.repeat(Math.floor((MAX_SPEC_LENGTH - 4) / unit.length));
}

describe('bounds of a spec', () => {
  it.each(['}{][,', '"', 'b: [[],', '& ', 'b: [!a 1,', 'a: 1\n', '-\n'])(
    'refuses a text of nothing but %j before it is parsed',
    (unit) => {
      const [opening, repeated] = unit.startsWith('b: [') ? ['b: [', unit.slice(4)] : ['', unit];
      const found = readSpec('x.yaml', opening + filled(repeated)).diagnostics;
      expect(found).toMatchObject([{ code: 'SPEC_SIZE', message: `a spec has at most ${MAX_TOKENS} words and signs` }]);
    },
  );

  it('shows where the limit is passed', () => {
    const text = `a: [${'1,'.repeat(MAX_TOKENS)}]`;
    const [problem] = readSpec('x.yaml', text).diagnostics;
    expect(problem?.location).toMatchObject({ line: 1 });
    expect(problem?.location.column).toBeGreaterThan(MAX_TOKENS / 2);
  });

  it('reads a list of as many values as the limit allows', () => {
    const values = Array.from({ length: 30_000 }, (_, i) => String(i)).join(', ');
    expect(codes(`${SWEEP}over: { a: [${values}] }\n`)).toEqual([]);
  });

  it('names every one of many ranges that are too large', () => {
    const names = Array.from({ length: 50 }, (_, i) => `v${i}`);
    const chain = names.map((name) => `⊖ ${name}·Ext(t)`).join(' ');
    const over = names.map((name) => `  ${name}: { from: 0.001, to: 1, count: 1000000, scale: log }\n`).join('');
    const text = SWEEP.replace(/chain: .*/, `chain: 'expert ${chain}'`) + `over:\n${over}`;
    const found = readSpec('x.yaml', text).diagnostics;
    expect(found).toHaveLength(50);
    expect(found.every(({ message }) => message.includes('must be at most 100000, got 1000000'))).toBe(true);
  });

  it('never makes more values than it allows, whatever the ranges', () => {
    const range = fc.record({
      from: fc.double({ min: 1e-9, max: 1, noNaN: true }),
      count: fc.integer({ min: 2, max: 1e9 }),
    });
    fc.assert(
      fc.property(fc.array(range, { minLength: 1, maxLength: 8 }), (ranges) => {
        const chain = ranges.map((_, i) => `⊖ v${i}·Ext(t)`).join(' ');
        const over = ranges
          .map(({ from, count }, i) => `  v${i}: { from: ${from}, to: 2, count: ${count} }\n`)
          .join('');
        const search = 'search: { method: random, points: 4 }\n';
        const { spec } = readSpec(
          'x.yaml',
          SWEEP.replace(/chain: .*/, `chain: 'expert ${chain}'`) + `over:\n${over}${search}`,
        );
        const made = spec?.kind === 'sweep' ? spec.variables : [];
        const values = made.flatMap((variable) => (variable.kind === 'values' ? variable.values : []));
        expect(values.length).toBeLessThanOrEqual(100_000);
        if (ranges.reduce((sum, { count }) => sum + count, 0) > 100_000) {
          expect(spec).toBeUndefined();
        }
      }),
      { numRuns: 50 },
    );
  });
});
