import { describe, expect, it } from 'vitest';
import { checkAdapters } from '../../../core/plan/check-adapters.js';
import type { NamedAdapter } from '../../../core/adapter/combinable.js';
import type { AdapterDescription, LoraModule } from '../../../core/adapter/types.js';
import { readRecipe } from '../../support/read-recipe.js';
import type { Experiment } from '../../../core/plan/experiment.js';
import type { RecipeSpec } from '../../../core/spec/types.js';

type Checked = Pick<Experiment, 'steps' | 'candidates' | 'missing' | 'outputs'>;

function specOf(evaluated: readonly string[]): Checked {
  const text = `version: 1
kind: recipe
name: r
base: base
adapters: { e: e, t: t }
steps: { merged: "e ⊖ Ext(t)" }
${evaluated.length === 0 ? '' : `evaluate: { steps: [${evaluated.join(', ')}], with: [ perplexity: { data: d } ] }\n`}`;
  return experimentOf(readRecipe(text));
}

function experimentOf({ steps, evaluate, missing, outputs }: RecipeSpec): Checked {
  return { steps: steps.map((step) => ({ ...step, listed: true })), candidates: evaluate.candidates, missing, outputs };
}

function adapter(name: string, changes: Partial<AdapterDescription> = {}, outFeatures = 8): [string, NamedAdapter] {
  const tensor = { name: 'x', dtype: 'F32' as const, shape: [1], offset: 0, sizeBytes: 4 };
  const module = {
    path: 'q',
    rank: 1,
    outFeatures,
    inFeatures: 4,
    scaling: 1,
    a: tensor,
    b: tensor,
  } as unknown as LoraModule;
  const description = {
    modules: new Map([['q', module]]),
    savedTensors: [],
    modulesToSave: [],
    warnings: [],
    fanInFanOut: false,
    baseModel: 'base',
    ...changes,
  } as unknown as AdapterDescription;
  return [name, { name, description }];
}

const saved = {
  savedTensors: [{ name: 'lm_head.weight' }],
  modulesToSave: ['lm_head'],
} as unknown as Partial<AdapterDescription>;

describe('checkAdapters', () => {
  it('passes adapters that fit, and warns about other base models and doubtful configs by name', () => {
    const adapters = new Map([adapter('e'), adapter('t', { baseModel: 'other', warnings: ['odd pattern'] })]);
    expect(checkAdapters(specOf(['merged']), adapters)).toEqual([
      'adapter t: odd pattern',
      'adapters name different base models: e "base", t "other"',
    ]);
  });

  it('refuses other shapes before anything runs', () => {
    expect(() => checkAdapters(specOf([]), new Map([adapter('e'), adapter('t', {}, 9)]))).toThrow(
      /different models \[adapters=e, t\]: module q is \[8, 4\]/,
    );
  });

  it('refuses an anti-expert without a module of the expert, and under missing: error one with a module more', () => {
    const [, { description }] = adapter('t');
    const renamed = new Map([...description.modules].map(([path, module]) => [`x.${path}`, module]));
    const more = new Map([...description.modules, ...renamed]);
    const strict: Checked = { ...specOf([]), missing: 'error' };
    const check = (modules: typeof renamed, spec: Checked) => () =>
      checkAdapters(spec, new Map([adapter('e'), adapter('t', { modules })]));
    expect(check(renamed, specOf([]))).toThrow(/t has no target module of e, so e ⊖ 1·Ext\(t\) would change none/);
    expect(check(more, specOf([]))).not.toThrow();
    expect(check(more, strict)).toThrow(/the left one lacks: x\.q/);
  });

  it('refuses an output of which nothing is left', () => {
    const spec = (text: string): Checked =>
      experimentOf(
        readRecipe(
          `version: 1\nkind: recipe\nname: r\nadapters: { e: e }\nsteps: { s: "${text}" }\noutput: { s: out }`,
        ),
      );
    const adapters = new Map([adapter('e')]);
    expect(() => checkAdapters(spec('base ⊖ Ext(e)'), adapters)).toThrow(/output of s would be the zero adapter/);
    expect(() => checkAdapters(spec('0·e'), adapters)).toThrow(/nothing is left of 0·e/);
    expect(checkAdapters(spec('2·e'), adapters)).toEqual([]);
  });

  it('lets modules_to_save of the expert pass into an output, but never into an evaluation', () => {
    const adapters = new Map([adapter('e', saved), adapter('t')]);
    expect(checkAdapters(specOf([]), adapters)).toEqual([]);
    expect(() => checkAdapters(specOf(['merged']), adapters)).toThrow(
      /cannot evaluate an adapter with modules_to_save \[adapter=e\]/,
    );
  });

  it('refuses modules_to_save of an anti-expert', () => {
    expect(() => checkAdapters(specOf([]), new Map([adapter('e'), adapter('t', saved)]))).toThrow(
      /\[adapter=t\]: it has modules_to_save/,
    );
  });

  it('refuses modules_to_save of an anti-expert alone, of which no expert is the head', () => {
    const spec = experimentOf(
      readRecipe(`version: 1
kind: recipe
name: r
adapters: { t: t }
steps: { negated: "base ⊖ t" }
output: { negated: out }`),
    );
    expect(() => checkAdapters(spec, new Map([adapter('t', saved)]))).toThrow(/\[adapter=t\]: it has modules_to_save/);
  });

  it.each([
    [
      'lacks',
      new Map([['k', { in: 4, out: 8 }]]),
      /\[module=q\], which is not a linear module of the base model \[adapter=e\]/,
    ],
    [
      'has in another shape',
      new Map([['q', { in: 5, out: 8 }]]),
      /does not fit \[module=q\]: it is 8×4, but the model's is 8×5 \[adapter=e\]/,
    ],
  ])('refuses an adapter on a module that the model %s, where it is evaluated', (_title, model, message) => {
    const adapters = new Map([adapter('e'), adapter('t')]);
    expect(() => checkAdapters(specOf(['merged']), adapters, model)).toThrow(message);
    expect(checkAdapters(specOf([]), adapters, model)).toEqual([]);
    expect(checkAdapters(specOf(['merged']), adapters, new Map([['q', { in: 4, out: 8 }]]))).toEqual([]);
  });
});
