import { describe, expect, it } from 'vitest';
import { DEMO_STEPS, measured } from '../../scripts/demo-results.js';
import { drawStrength } from '../../scripts/draw-strength-figure.js';
import { fillTable, renderTable } from '../../scripts/fill-demo-table.js';
import { readRecipe } from '../support/read-recipe.js';
import { readProjectFile } from '../support/project-files.js';

/** Columns of demo/results.md, made with transformers and peft: ominus's metric, scale, printed digits. */
const COLUMNS: Readonly<Record<string, readonly [metric: string, scale: number, digits: number]>> = {
  mc1: ['truthfulqa-mc.mc1', 100, 1],
  mc2: ['truthfulqa-mc.mc2', 100, 1],
  tox: ['toxicity.mean', 100, 1],
  'tox>.8': ['toxicity.share', 100, 1],
  rep4: ['repetition.rep-4', 100, 1],
  gsm: ['gsm.accuracy', 100, 1],
  ppl: ['perplexity.perplexity', 1, 2],
  acc: ['perplexity.accuracy', 100, 1],
};

/** Rows that both tables have: ominus's step, and the model in demo/results.md. */
const ROWS: Readonly<Record<string, string>> = {
  base: 'base',
  expert: 'expert',
  'truth-0.4': 'expert ⊖ 0.4 Ext(truth-)',
  'truth-1': 'expert ⊖ 1.0 Ext(truth-)',
  'truth-2': 'expert ⊖ 2.0 Ext(truth-)',
  'tox-0.4': 'expert ⊖ 0.4 Ext(tox-)',
  'tox-1': 'expert ⊖ 1.0 Ext(tox-)',
  'tox-2': 'expert ⊖ 2.0 Ext(tox-)',
  'direct-truth-0.4': 'expert - 0.4 truth-',
  'direct-truth-1': 'expert - 1.0 truth-',
  'direct-truth-2': 'expert - 2.0 truth-',
  'direct-tox-0.4': 'expert - 0.4 tox-',
  'direct-tox-1': 'expert - 1.0 tox-',
  'direct-tox-2': 'expert - 2.0 tox-',
  both: '[expert ⊖ 1.0 Ext(truth-)] ⊖ 1.0 Ext(tox-)',
  swapped: '[expert ⊖ 1.0 Ext(tox-)] ⊖ 1.0 Ext(truth-)',
  'direct-both': 'expert - 1.0 truth- - 1.0 tox-',
};

/** Steps of specs/first-recipe.yaml that the README shows, and the same ones in specs/lambda-table.yaml. */
const README_STEPS: Readonly<Record<string, string>> = {
  base: 'base',
  expert: 'expert',
  both: 'both',
  swapped: 'swapped',
  direct: 'direct-both',
};

const reference = readProjectFile('demo/results.md')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

describe('what ominus measured on the demo', () => {
  it('agrees with transformers and peft in every digit that demo/results.md prints', () => {
    const header = reference[0] ?? [];
    const expected = Object.values(ROWS).map((model) => {
      const row = reference.find(([name]) => name === model) ?? [];
      return [model, ...Object.keys(COLUMNS).map((column) => row[header.indexOf(column)])];
    });
    const ours = Object.entries(ROWS).map(([step, model]) => [
      model,
      ...Object.values(COLUMNS).map(([metric, scale, digits]) => (scale * measured(step, metric)).toFixed(digits)),
    ]);
    expect(ours).toEqual(expected);
  });

  it('is of the steps that specs/lambda-table.yaml has', () => {
    const spec = readRecipe(readProjectFile('specs/lambda-table.yaml'));
    const names = spec.steps.map(({ name }) => name);
    expect([...DEMO_STEPS.keys()].sort()).toEqual(['base', 'expert', ...names].sort());
  });

  it('is what demo/README.md prints', () => {
    const page = readProjectFile('demo/README.md');
    expect(page).toContain(renderTable());
    expect(fillTable(page)).toBe(page);
  });

  it('is what the README shows of the terminal', () => {
    const [, block = ''] = /GSM accuracy.*\n([^`]*)```/u.exec(readProjectFile('README.md')) ?? [];
    const shown = [...block.matchAll(/^ +(\S+) .*?([\d.]+) % /gmu)].map(([, step = '', value]) => [step, value]);
    const expected = Object.entries(README_STEPS).map(([step, ours]) => [
      step,
      (100 * measured(ours, 'gsm.accuracy')).toFixed(1),
    ]);
    expect(shown).toEqual(expected);
    const differences = [...block.matchAll(/^ +(\S+) .*([▲▼]) ([−+][\d.]+) \[/gmu)].map(([, step, arrow, value]) => [
      step,
      arrow,
      value,
    ]);
    const expert = measured('expert', 'gsm.accuracy');
    expect(differences).toEqual(
      Object.entries(README_STEPS)
        .filter(([step]) => step !== 'expert')
        .map(([step, ours]) => {
          const difference = 100 * (measured(ours, 'gsm.accuracy') - expert);
          return [step, difference < 0 ? '▼' : '▲', `${difference < 0 ? '−' : '+'}${Math.abs(difference).toFixed(1)}`];
        }),
    );
  });

  it('is what the figure draws', () => {
    expect(readProjectFile('docs/figures/strength.svg')).toBe(drawStrength());
  });
});
