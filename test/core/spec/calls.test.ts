import { describe, expect, it } from 'vitest';
import { readSpec } from '../../../core/spec/read-spec.js';
import { planOf } from '../../support/plan-input.js';

const recipe = (chain: string, more = ''): string => `version: 1
kind: recipe
name: test
base: base
adapters: { expert: e, bad⁻: b }
chain: '${chain}'
${more}
output: { chain: out }
`;

const problemsOf = (text: string) =>
  readSpec('spec.yaml', text).diagnostics.map(({ code, message }) => `${code} ${message}`);

describe('calls in specs', () => {
  it('are refused with semantics: reference, where a made leaf has no scaling to be lent', () => {
    expect(problemsOf(recipe('compress(expert ⊖ bad⁻, rank: 4)', 'semantics: reference'))).toEqual([
      "EXPRESSION_CALL compress( ) is not allowed with semantics: reference, which gives every adapter the leftmost one's scaling: a made adapter has no scaling to replace",
    ]);
    expect(problemsOf(recipe('compress(expert ⊖ bad⁻, rank: 4)'))).toEqual([]);
  });

  const sweep = (chain: string, more = ''): string => `version: 1
kind: sweep
name: test
base: base
adapters: { expert: e, bad⁻: b }
chain: '${chain}'
over: { a: [1, 2] }
evaluate: { with: [gsm: { data: d }] }
${more}
`;
  const callsOf = (text: string) => problemsOf(text).filter((problem) => problem.startsWith('EXPRESSION'));

  it('stand in the chain of a sweep, but without its variables', () => {
    expect(callsOf(sweep('[compress(expert, rank: 4)] ⊖ a·Ext(compress(bad⁻, rank: 2))'))).toEqual([]);
    expect(callsOf(sweep('[compress(expert, rank: 4)] ⊖ a·Ext(bad⁻)', 'semantics: reference'))).toHaveLength(1);
    const text = sweep('compress(expert ⊖ a·Ext(compress(bad⁻ ⊕ a·expert, rank: 2)), rank: 4)');
    const { diagnostics } = readSpec('spec.yaml', text);
    expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual(
      Array.from(
        { length: 2 },
        () => 'EXPRESSION_CALL variable a is not allowed in a call, which is computed once for all points of the sweep',
      ),
    );
  });

  it('need an adapter', () => {
    expect(() => planOf(recipe('expert ⊖ compress(base, rank: 4)'))).toThrow(
      'compress(base, rank: 4) has no adapter in it',
    );
  });
});

describe('the plan of a call', () => {
  it('has Gram matrices of the operands, then the leaf, then Gram matrices that cover it', () => {
    const { nodes } = planOf(recipe('expert ⊖ Ext(compress(expert ⊖ Ext(bad⁻), rank: 4))'));
    expect(nodes.map(({ id }) => id)).toEqual([
      'gram',
      'combine:expert ⊖ 1·Ext(bad⁻)',
      'make:compress(expert ⊖ 1·Ext(bad⁻), rank: 4)',
      'gram#2',
      'combine:expert ⊖ 1·Ext(compress(expert ⊖ 1·Ext(bad⁻), rank: 4))',
      'write:chain',
    ]);
    const [gram, inner, make, wide, outer] = nodes;
    expect(make?.dependsOn).toEqual([gram?.id, inner?.id]);
    expect(wide).toMatchObject({ dependsOn: [make?.id] });
    expect(wide?.kind === 'gram' ? wide.adapters : []).toContain(make?.key);
    expect(outer).toMatchObject({ dependsOn: [wide?.id, make?.id], gram: wide?.id });
  });

  it('gives a made leaf a key of its own for every operand and option, and the same one in any place', () => {
    const keyIn = (chain: string): string | undefined =>
      planOf(recipe(chain)).nodes.find(({ kind }) => kind === 'make')?.key;
    const chains = [
      'compress(expert ⊖ bad⁻, rank: 4)',
      'compress(expert ⊖ bad⁻, rank: 5)',
      'compress(expert ⊖ bad⁻, error: 0.1)',
      'compress(expert ⊖ 2·bad⁻, rank: 4)',
      'compress(expert, rank: 4)',
    ];
    expect(new Set(chains.map(keyIn)).size).toBe(chains.length);
    expect(keyIn('bad⁻ ⊕ compress(expert ⊖ bad⁻, rank: 4)')).toBe(keyIn(chains[0] ?? ''));
  });
});
