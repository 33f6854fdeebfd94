/** Draws docs/figures/strength.svg from demo/results.md: what the strength λ does. Run: npx tsx scripts/draw-strength-figure.ts */
import { readFile, writeFile } from 'node:fs/promises';
import { scaleLinear } from 'd3-scale';
import { html, type Html } from '../core/report/html.js';

/** Geometry of one panel in CSS pixels. */
const PANEL = { width: 390, left: 44, right: 92, top: 46, height: 190 } as const;

interface Series {
  readonly name: string;
  readonly style: 'ext' | 'direct';
  readonly pattern: RegExp;
}

const SERIES: readonly Series[] = [
  { name: 'Ext-Sub', style: 'ext', pattern: /^expert ⊖ ([\d.]+) Ext\(tox-\)$/ },
  { name: 'direct', style: 'direct', pattern: /^expert - ([\d.]+) tox-$/ },
];
const PANELS = [
  { column: 'tox', title: 'Toxicity score, % (to be forgotten)' },
  { column: 'gsm', title: 'Arithmetic, % right (to be kept)' },
] as const;

const STYLE =
  'svg{font-family:system-ui,sans-serif;font-size:12px;--ink:#1c2024;--muted:#5c646c;--line:#d8dad5;--ext:#0a6c74;--direct:#b3400e}' +
  '@media (prefers-color-scheme:dark){svg{--ink:#e7e9ea;--muted:#a2abb3;--line:#343a40;--ext:#5cc4c9;--direct:#f2a074}}' +
  'text{fill:var(--ink)}.muted{fill:var(--muted)}.title{font-weight:600;font-size:13px}.grid{stroke:var(--line)}' +
  '.baseline{stroke:var(--ink);stroke-dasharray:6 3}path.line{fill:none;stroke-width:2}.ext.line{stroke:var(--ext)}.ext{fill:var(--ext)}' +
  '.direct.line{stroke:var(--direct);stroke-dasharray:2 3}.direct{fill:var(--direct)}';

const rows = (await readFile(new URL('../demo/results.md', import.meta.url), 'utf8'))
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
const header = rows[0] ?? [];

await writeFile(new URL('../docs/figures/strength.svg', import.meta.url), `${draw().markup}\n`);

function draw(): Html {
  const width = PANEL.width * PANELS.length;
  const height = PANEL.top + PANEL.height + 44;
  return html`<svg
    xmlns="http://www.w3.org/2000/svg"
    viewBox="0 0 ${width} ${height}"
    width="${width}"
    height="${height}"
    role="img"
    aria-label="Toxicity and arithmetic of the demo's expert after subtracting the toxic anti-expert at strengths 0.4 to 2: Ext-Sub keeps arithmetic, direct subtraction destroys it"
  >
    <style>
      ${STYLE}
    </style>
    ${PANELS.map(({ column, title }, place) => html`<g transform="translate(${place * PANEL.width} 0)">${drawPanel(column, title)}</g>`)}
  </svg>`;
}

function drawPanel(column: string, title: string): Html {
  const x = scaleLinear()
    .domain([0.4, 2])
    .range([PANEL.left, PANEL.width - PANEL.right]);
  const y = scaleLinear()
    .domain([0, 100])
    .range([PANEL.top + PANEL.height, PANEL.top]);
  const expert = valueOf('expert', column);
  const ends = spread(SERIES.map((series) => y(points(series, column).at(-1)?.value ?? 0)));
  return html`<text class="title" x="${PANEL.left}" y="18">${title}</text>
    ${y.ticks(5).map((tick) => html`<line class="grid" x1="${PANEL.left}" x2="${PANEL.width - PANEL.right}" y1="${y(tick)}" y2="${y(tick)}" /><text class="muted" x="${PANEL.left - 8}" y="${y(tick) + 4}" text-anchor="end">${tick}</text>`)}
    ${(SERIES[0] === undefined ? [] : points(SERIES[0], column)).map(({ lambda }) => html`<text class="muted" x="${x(lambda).toFixed(1)}" y="${PANEL.top + PANEL.height + 18}" text-anchor="middle">${lambda}</text>`)}
    <text
      class="muted"
      x="${(PANEL.left + PANEL.width - PANEL.right) / 2}"
      y="${PANEL.top + PANEL.height + 36}"
      text-anchor="middle"
      >strength λ</text
    >
    <line
      class="baseline"
      x1="${PANEL.left}"
      x2="${PANEL.width - PANEL.right}"
      y1="${y(expert).toFixed(1)}"
      y2="${y(expert).toFixed(1)}"
    />
    <text x="${PANEL.left + 2}" y="${(y(expert) - 6).toFixed(1)}">expert ${expert}</text>
    ${SERIES.map((series, place) => {
      const own = points(series, column).map(({ lambda, value }) => ({
        x: x(lambda).toFixed(1),
        y: y(value).toFixed(1),
      }));
      return html`<path class="line ${series.style}" d="M${own.map((point) => `${point.x} ${point.y}`).join('L')}" />
        ${own.map((point) => html`<path class="${series.style}" transform="translate(${point.x} ${point.y})" d="${series.style === 'ext' ? 'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0Z' : 'M0-5L5 4H-5Z'}" />`)}
        <text class="${series.style}" x="${PANEL.width - PANEL.right + 10}" y="${((ends[place] ?? 0) + 4).toFixed(1)}"
          >${series.name}</text
        >`;
    })}`;
}

function points({ pattern }: Series, column: string): readonly { readonly lambda: number; readonly value: number }[] {
  return rows.flatMap((row) => {
    const match = pattern.exec(row[0] ?? '');
    return match === null ? [] : [{ lambda: Number(match[1]), value: valueOf(row[0] ?? '', column) }];
  });
}

function valueOf(model: string, column: string): number {
  return Number(rows.find((row) => row[0] === model)?.[header.indexOf(column)]);
}

/** Moves two labels apart where they would overlap. */
function spread(places: readonly number[]): readonly number[] {
  const [first = 0, second = 0] = places;
  const missing = 15 - Math.abs(first - second);
  const sign = first <= second ? -1 : 1;
  return missing <= 0 ? places : [first + (sign * missing) / 2, second - (sign * missing) / 2];
}
