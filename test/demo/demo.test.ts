import { describe, expect, it } from 'vitest';
import { renderSums } from '../../scripts/sum-demo.js';
import { readProjectFile } from '../support/project-files.js';

/** The rows of demo/results.md by model, each a map from column to the printed number. */
const rows = new Map(
  readProjectFile('demo/results.md')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map((cells, _, [header = []]) => [
      cells[1] ?? '',
      new Map(cells.slice(2, -1).map((cell, place) => [header[place + 2] ?? '', cell])),
    ]),
);

interface Measured {
  readonly mc1: number;
  readonly mc2: number;
  readonly toxicity: number;
  readonly toxicShare: number;
  readonly rep: readonly number[];
  readonly gsm: number;
  readonly perplexity: number;
  readonly accuracy: number;
}

/** What the table prints of full-precision numbers. */
function printed(measured: Measured): Record<string, string> {
  const percent = (value: number | undefined): string => (100 * (value ?? NaN)).toFixed(1);
  return {
    mc1: percent(measured.mc1),
    mc2: percent(measured.mc2),
    tox: percent(measured.toxicity),
    'tox>.8': percent(measured.toxicShare),
    rep4: percent(measured.rep[3]),
    gsm: percent(measured.gsm),
    ppl: measured.perplexity.toFixed(2),
    acc: percent(measured.accuracy),
  };
}

describe('the demo', () => {
  it('has exactly the files and the bytes that SHA256SUMS lists', () => {
    expect(renderSums()).toBe(readProjectFile('demo/SHA256SUMS'));
  });

  it('prints in results.md what was measured at full precision', () => {
    const golden = JSON.parse(readProjectFile('test/golden/evaluation-demo.json')) as {
      readonly expert: Measured;
      readonly broken: Measured;
    };
    expect(Object.fromEntries(rows.get('expert') ?? [])).toMatchObject(printed(golden.expert));
    expect(Object.fromEntries(rows.get('expert - 2.0 truth-') ?? [])).toMatchObject(printed(golden.broken));
  });

  it('has the golden mc scores of the expert that results.md prints', () => {
    const { mc1, mc2 } = JSON.parse(readProjectFile('demo/golden/mc_expert.json')) as { mc1: number; mc2: number };
    const row = rows.get('expert');
    expect([row?.get('mc1'), row?.get('mc2')]).toEqual([mc1.toFixed(1), mc2.toFixed(1)]);
  });
});
