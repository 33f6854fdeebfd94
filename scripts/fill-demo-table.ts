/** Writes the table of demo/README.md from what ominus measured. Part of `npm run generate`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DEMO_STEPS, measured } from './demo-results.js';

const PAGE = new URL('../demo/README.md', import.meta.url);
const BLOCK = /(<!-- table: made by npm run generate -->\n).*?(<!-- end of table -->)/su;

const LAMBDAS = ['0.4', '1', '2'];
const DIRECT = ['0.2', '0.4', 'half', '1', '2'];

/** The rows, by what is removed. */
const GROUPS: readonly { readonly title: string; readonly steps: readonly string[] }[] = [
  { title: 'where it starts', steps: ['base', 'expert'] },
  ...['truth', 'tox'].map((name) => ({
    title: `remove ${name}⁻`,
    steps: [
      ...LAMBDAS.map((lambda) => `${name}-${lambda}`),
      ...LAMBDAS.map((lambda) => `extrapolated-${name}-${lambda}`),
      ...DIRECT.map((lambda) => `direct-${name}-${lambda}`),
    ],
  })),
  {
    title: 'remove both',
    steps: ['both', 'swapped', 'order-free', 'extrapolated-both', 'direct-both-half', 'direct-both'],
  },
];

const COLUMNS: readonly { readonly title: string; readonly metric: string; readonly scale: number }[] = [
  { title: 'mc1 ↑', metric: 'truthfulqa-mc.mc1', scale: 100 },
  { title: 'mc2 ↑', metric: 'truthfulqa-mc.mc2', scale: 100 },
  { title: 'toxicity ↓', metric: 'toxicity.mean', scale: 100 },
  { title: 'rep-4 ↓', metric: 'repetition.rep-4', scale: 100 },
  { title: 'gsm ↑', metric: 'gsm.accuracy', scale: 100 },
  { title: 'perplexity ↓', metric: 'perplexity.perplexity', scale: 1 },
];

/** The table, GitHub-flavoured. */
export function renderTable(): string {
  const header = ['candidate', ...COLUMNS.map(({ title }) => title)];
  const rows = GROUPS.flatMap(({ title, steps }) => [
    [`**${title}**`, ...COLUMNS.map(() => '')],
    ...steps.map((step) => [
      `\`${(DEMO_STEPS.get(step)?.expression ?? step).replaceAll('|', '\\|')}\``,
      ...COLUMNS.map(({ metric, scale }) => (scale * measured(step, metric)).toFixed(scale === 1 ? 2 : 1)),
    ]),
  ]);
  return [header, ['---', ...COLUMNS.map(() => '---:')], ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('');
}

/** The page with the table as it should be. */
export function fillTable(text: string): string {
  return text.replace(BLOCK, (_, begin: string, end: string) => `${begin}\n${renderTable()}\n${end}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(PAGE, fillTable(readFileSync(PAGE, 'utf8')));
}
