/** The chain drawn as a graph: adapters at the left, operators, what was written at the right. */
import { curveBasis, line } from 'd3-shape';
import { layOut, type LayoutEdge, type Point } from './graph-layout.js';
import { html, type Html } from '../../html/html.js';
import { cells, clip } from '../../words/text-width.js';
import type { ReportedNode } from '../../types.js';
import { visibleLine } from '../../words/visible-text.js';

/** Geometry in CSS pixels; 7.6 px a cell at 13 px is more than common fonts take, so labels stay inside their boxes. */
const CELL = 7.6;
const NODE_CELLS = 26;
const LINE = 17;

interface Box {
  readonly node: ReportedNode;
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
}

/** What an edge says; the role of an output's source needs no words. */
const EDGE_WORDS = { left: 'left', right: 'right', reference: 'reference', source: '' } as const;
type Role = keyof typeof EDGE_WORDS;

/** Draws the nodes of a report. Edges from nodes that do not exist are left out. */
export function drawGraph(nodes: readonly ReportedNode[]): Html {
  const boxes = new Map(nodes.map((node) => [node.id, boxOf(node)]));
  const edges = nodes.flatMap((node) =>
    node.inputs
      .filter(({ from }) => boxes.has(from))
      .map(({ from, role }): LayoutEdge & { readonly role: Role } => ({
        from,
        to: node.id,
        role,
        label: labelSize(role),
      })),
  );
  const layout = layOut(boxes, edges);
  const [width, height] = [Math.ceil(layout.width), Math.ceil(layout.height)];
  return html`<svg
    class="graph"
    xmlns="http://www.w3.org/2000/svg"
    viewBox="0 0 ${width} ${height}"
    width="${width}"
    height="${height}"
    role="img"
    aria-label="${describeGraph(nodes)}"
  >
    <defs>
      <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
        <path d="M0 0.8L7.4 4L0 7.2Z" />
      </marker>
    </defs>
    ${edges.map(({ role }, place) => drawEdge(role, layout.edges[place]))}
    ${[...boxes].map(([id, box]) => drawBox(box, layout.nodes.get(id) ?? { x: 0, y: 0 }))}
  </svg>`;
}

function labelSize(role: Role): { readonly width: number; readonly height: number } {
  const words = EDGE_WORDS[role];
  return words === '' ? { width: 0, height: 0 } : { width: cells(words) * 6.4 + 8, height: 14 };
}

function boxOf(node: ReportedNode): Box {
  const lines = [node.title, node.subtitle].map(visibleLine).filter((text) => text !== '');
  const shown = lines.map((text) => clip(text, NODE_CELLS));
  const width = Math.max(56, ...shown.map((text) => cells(text) * CELL + 26));
  return { node, lines: shown, width, height: 14 + LINE * Math.max(1, shown.length) };
}

function drawBox({ node, lines, width, height }: Box, { x, y }: Point): Html {
  const radius = node.kind === 'combine' ? height / 2 : node.kind === 'output' ? 0 : 6;
  const first = -((lines.length - 1) * LINE) / 2 + 4.5;
  return html`<g class="node ${node.kind}" transform="translate(${px(x)} ${px(y)})">
    <title>${visibleLine(`${node.title} ${node.subtitle}`)}, ${node.digest}</title>
    <rect x="${px(-width / 2)}" y="${px(-height / 2)}" width="${px(width)}" height="${px(height)}" rx="${px(radius)}" />
    ${lines.map(
      (text, place) =>
        html`<text class="${place === 0 ? 'title' : 'subtitle'}" y="${px(first + place * LINE)}">${text}</text>`,
    )}
  </g>`;
}

function drawEdge(
  role: Role,
  edge: { readonly points: readonly Point[]; readonly label: Point | undefined } | undefined,
): Html {
  const path = line<Point>()
    .x((point) => point.x)
    .y((point) => point.y)
    .curve(curveBasis)
    .digits(1)([...(edge?.points ?? [])]);
  const words = EDGE_WORDS[role];
  const label = words === '' ? undefined : edge?.label;
  return html`<g class="edge ${role}">
    <path d="${path ?? ''}" marker-end="url(#arrow)" />
    ${label !== undefined && html`<text x="${px(label.x)}" y="${px(label.y + 4)}">${words}</text>`}
  </g>`;
}

function describeGraph(nodes: readonly ReportedNode[]): string {
  const titles = new Map(nodes.map((node) => [node.id, visibleLine(`${node.title} ${node.subtitle}`)]));
  return nodes
    .filter(({ inputs }) => inputs.length > 0)
    .map((node) => {
      const inputs = node.inputs.map(({ from, role }) => `${role} ${titles.get(from) ?? from}`).join(', ');
      return `${titles.get(node.id) ?? node.id} from ${inputs}`;
    })
    .join('; ');
}

function px(value: number): string {
  return String(Math.round(10 * value) / 10);
}
