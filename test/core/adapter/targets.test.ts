/** Which modules peft adapts, against peft itself (test/golden/peft-targets/make_targets.py). */
import { describe, expect, it } from 'vitest';
import { parseLoraConfig } from '../../../core/adapter/config.js';
import { checkTargets } from '../../../core/adapter/targets.js';
import golden from '../../golden/peft-targets/golden.json' with { type: 'json' };

const configOf = (part: object): ReturnType<typeof parseLoraConfig> =>
  parseLoraConfig('c', JSON.stringify({ peft_type: 'LORA', ...part }));

/** Paths that are not refused one by one. */
function accepted(config: object, paths: readonly string[]): readonly string[] {
  const read = configOf(config);
  return paths.filter((path) => {
    try {
      expect(checkTargets('f', read, [path]).filter((warning) => warning.includes('cannot check'))).toEqual([]);
      return true;
    } catch (error) {
      expect(error).toMatchObject({
        code: 'ADAPTER_INVALID',
        message: expect.stringContaining('peft would ignore') as string,
      });
      return false;
    }
  });
}

describe('checkTargets', () => {
  it.each(golden.cases.map((one) => [JSON.stringify(one.config), one] as const))('agrees with peft on %s', (_, one) => {
    expect(accepted(one.config, golden.paths)).toEqual(one.adapted);
  });

  it('leaves out the head under all-linear, as peft does', () => {
    const paths = ['lm_head', 'model.layers.0.mlp.up_proj', 'score'];
    expect(accepted({ target_modules: 'all-linear' }, paths)).toEqual(['model.layers.0.mlp.up_proj', 'score']);
    expect(accepted({ target_modules: 'All-Linear', task_type: 'SEQ_CLS' }, paths)).toEqual([
      'model.layers.0.mlp.up_proj',
    ]);
  });

  it('trusts the tensors where the config names no targets', () => {
    expect(accepted({}, ['lm_head'])).toEqual(['lm_head']);
  });

  it.each([
    ['a lookahead', '.*(?=q_proj).*'],
    ['a back-reference', '(q)\\1'],
    ['a flag', '(?i).*Q_proj'],
    ['nothing that is well-formed', '(q_proj'],
    ['more states than are followed', '(?:(?:a{1,99}){1,99}){1,99}'],
  ])('warns of an expression with %s, and uses all tensors', (_title, targets) => {
    expect(checkTargets('f', configOf({ target_modules: targets }), ['q_proj'])).toEqual([
      expect.stringMatching(/^target_modules has a regular expression that ominus cannot check/),
    ]);
  });

  it('ends with an expression that would keep a backtracking matcher busy for ever', () => {
    const paths = Array.from({ length: 2000 }, (_, i) => `${'a'.repeat(400)}.${String(i)}`);
    expect(() => checkTargets('f', configOf({ target_modules: '(a*)*(a*)*(a*)*b' }), paths)).toThrow(
      /peft would ignore/,
    );
  });

  it.each([
    [{ target_modules: '.*', layers_to_transform: [0] }, /layers_to_transform together with a target_modules string/],
    [{ target_modules: ['q'], layers_pattern: ['h'] }, /layers_pattern without layers_to_transform/],
    [{ target_modules: ['q'], layers_to_transform: [-1] }, /layers_to_transform is an array, expected integers from 0/],
  ])('refuses %j, which peft refuses', (config, message) => {
    expect(() => checkTargets('f', configOf(config), ['q'])).toThrow(message);
  });
});
