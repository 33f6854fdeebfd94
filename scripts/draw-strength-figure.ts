/** Writes docs/figures/strength.svg: what the strength λ does, from what ominus measured. Part of `npm run generate`. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { scaleLinear } from 'd3-scale';
import { html, type Html } from '../report/html/html.js';
import { DEMO_STEPS, measured } from './demo-results.js';

/** Geometry of one panel in CSS pixels. */
const PANEL = { width: 400, height: 236, left: 40, right: 24, top: 34, bottom: 46 } as const;
const LEGEND_HEIGHT = 34;

const SERIES = [
  { name: 'Ext-Sub', prefix: '', lambdas: ['0.4', '1', '2'], style: 'ext' },
  { name: 'scalar extrapolation', prefix: 'extrapolated-', lambdas: ['0.4', '1', '2'], style: 'scalar' },
  { name: 'direct subtraction', prefix: 'direct-', lambdas: ['0.2', '0.4', 'half', '1', '2'], style: 'direct' },
] as const;
type Series = (typeof SERIES)[number];

const PANELS = [
  { anti: 'truth', metric: 'truthfulqa-mc.mc1', title: 'remove truth⁻: truthful choices, % (mc1)' },
  { anti: 'truth', metric: 'gsm.accuracy', title: 'remove truth⁻: word problems right, %' },
  { anti: 'tox', metric: 'toxicity.mean', title: 'remove tox⁻: toxicity of answers, %' },
  { anti: 'tox', metric: 'gsm.accuracy', title: 'remove tox⁻: word problems right, %' },
] as const;
type Panel = (typeof PANELS)[number];

const STYLE =
  'svg{font-family:system-ui,sans-serif;font-size:12px;--ink:#1c2024;--muted:#5c646c;--line:#d8dad5;--ext:#0a6c74;--direct:#b3400e;--scalar:#6b56b5}' +
  '@media (prefers-color-scheme:dark){svg{--ink:#e7e9ea;--muted:#a2abb3;--line:#343a40;--ext:#5cc4c9;--direct:#f2a074;--scalar:#b3a4f0}}' +
  'text{fill:var(--ink)}.muted{fill:var(--muted)}.title{font-weight:600;font-size:13px}.grid{stroke:var(--line)}' +
  '.baseline{stroke:var(--ink);stroke-dasharray:6 3}path.line{fill:none;stroke-width:2}' +
  '.ext.line{stroke:var(--ext)}.ext.mark{fill:var(--ext)}' +
  '.scalar.line{stroke:var(--scalar);stroke-dasharray:7 3}.scalar.mark{fill:var(--scalar)}' +
  '.direct.line{stroke:var(--direct);stroke-dasharray:2 3}.direct.mark{fill:var(--direct)}';

/** Shapes around the origin, so that no series is told by colour alone. */
const MARKS = {
  ext: 'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0Z',
  scalar: 'M-4-4H4V4H-4Z',
  direct: 'M0-5L5 4H-5Z',
} as const;

const x = scaleLinear()
  .domain([0, 2])
  .range([PANEL.left, PANEL.width - PANEL.right]);
const y = scaleLinear()
  .domain([0, 100])
  .range([PANEL.height - PANEL.bottom, PANEL.top]);

/** The figure. */
export function drawStrength(): string {
  const width = 2 * PANEL.width;
  const height = LEGEND_HEIGHT + 2 * PANEL.height;
  return `${
    html`<svg
      xmlns="http://www.w3.org/2000/svg"
      viewBox="0 0 ${width} ${height}"
      width="${width}"
      height="${height}"
      role="img"
      aria-label="Four panels over the strength λ: Ext-Sub and scalar extrapolation keep the word problems up to λ = 2, direct subtraction loses them from λ = 0.4 on"
    >
      <style>
        ${STYLE}
      </style>
      ${SERIES.map((series, place) => drawLegend(series, PANEL.left + place * 190))}
      ${PANELS.map((panel, place) => {
        const left = (place % 2) * PANEL.width;
        const top = LEGEND_HEIGHT + Math.floor(place / 2) * PANEL.height;
        return html`<g transform="translate(${left} ${top})">${drawPanel(panel)}</g>`;
      })}
    </svg>`.markup
  }\n`;
}

function drawLegend({ name, style }: Series, left: number): Html {
  return html`<path class="line ${style}" d="M${left} 16H${left + 28}" /><path
      class="mark ${style}"
      transform="translate(${left + 14} 16)"
      d="${MARKS[style]}"
    /><text x="${left + 36}" y="20">${name}</text>`;
}

function drawPanel({ anti, metric, title }: Panel): Html {
  const right = PANEL.width - PANEL.right;
  const floor = PANEL.height - PANEL.bottom;
  const expert = 100 * measured('expert', metric);
  return html`<text class="title" x="${PANEL.left}" y="18">${title}</text>
    ${y
      .ticks(5)
      .map(
        (tick) =>
          html`<line class="grid" x1="${PANEL.left}" x2="${right}" y1="${y(tick)}" y2="${y(tick)}" /><text
              class="muted"
              x="${PANEL.left - 8}"
              y="${y(tick) + 4}"
              text-anchor="end"
              >${tick}</text
            >`,
      )}
    ${[0, 0.4, 1, 2].map(
      (tick) => html`<text class="muted" x="${x(tick)}" y="${floor + 18}" text-anchor="middle">${tick}</text>`,
    )}
    <text class="muted" x="${(PANEL.left + right) / 2}" y="${floor + 34}" text-anchor="middle">strength λ</text>
    <line class="baseline" x1="${PANEL.left}" x2="${right}" y1="${y(expert).toFixed(1)}" y2="${y(expert).toFixed(1)}" />
    <text x="${right}" y="${(y(expert) - 6).toFixed(1)}" text-anchor="end">expert ${expert.toFixed(0)}</text>
    ${SERIES.map((series) => drawSeries(series, anti, metric, expert))}`;
}

function drawSeries({ prefix, lambdas, style }: Series, anti: string, metric: string, expert: number): Html {
  const points = lambdas
    .map((lambda) => ({ lambda, step: `${prefix}${anti}-${lambda}` }))
    .filter(({ step }) => DEMO_STEPS.has(step))
    .map(({ lambda, step }) => ({
      left: x(lambda === 'half' ? 0.5 : Number(lambda)).toFixed(1),
      top: y(100 * measured(step, metric)).toFixed(1),
    }));
  // at λ = 0 every operator gives the expert itself
  const path = [`${x(0).toFixed(1)} ${y(expert).toFixed(1)}`, ...points.map(({ left, top }) => `${left} ${top}`)];
  return html`<path class="line ${style}" d="M${path.join('L')}" />${points.map(
      ({ left, top }) => html`<path class="mark ${style}" transform="translate(${left} ${top})" d="${MARKS[style]}" />`,
    )}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('../docs/figures/strength.svg', import.meta.url), drawStrength());
}
