/** The chain drawn as a graph, laid out by dagre: adapters at the left, operators, what was written at the right. */
import { Graph, layout, type Edge } from '@dagrejs/dagre';
import { curveBasis, line } from 'd3-shape';
import { html, type Html } from './html.js';
import { cells, clip } from './text-width.js';
import type { ReportedNode } from './types.js';
import { visibleLine } from './visible-text.js';

/** Geometry in CSS pixels; 7.6 px a cell at 13 px is more than common fonts take, so labels stay inside their boxes. */
const CELL = 7.6;
const NODE_CELLS = 26;
const LINE = 17;
const MARGIN = 10;

interface Box {
  readonly node: ReportedNode;
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
}

/** What an edge says; the role of an output's source needs no words. */
const EDGE_WORDS = { left: 'left', right: 'right', reference: 'reference', source: '' } as const;

/** Draws the nodes of a report. Edges from nodes that do not exist are left out. */
export function drawGraph(nodes: readonly ReportedNode[]): Html {
  const boxes = new Map(nodes.map((node) => [node.id, boxOf(node)]));
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 18, ranksep: 34, edgesep: 12, marginx: MARGIN, marginy: MARGIN });
  for (const [id, { width, height }] of boxes) {
    graph.setNode(id, { width, height });
  }
  for (const node of nodes) {
    node.inputs.forEach(({ from, role }, place) => {
      if (boxes.has(from)) {
        const words = EDGE_WORDS[role];
        const size = words === '' ? { width: 0, height: 0 } : { width: cells(words) * 6.4 + 8, height: 14 };
        graph.setEdge(from, node.id, { ...size, labelpos: 'c', role }, String(place));
      }
    });
  }
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { readonly width?: number; readonly height?: number };
  return html`<svg
    class="graph"
    xmlns="http://www.w3.org/2000/svg"
    viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}"
    width="${Math.ceil(width)}"
    height="${Math.ceil(height)}"
    role="img"
    aria-label="${describeGraph(nodes)}"
  >
    <defs>
      <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
        <path d="M0 0.8L7.4 4L0 7.2Z" />
      </marker>
    </defs>
    ${graph.edges().map((edge: Edge) => drawEdge(graph.edge(edge) as LaidOutEdge))}
    ${[...boxes].map(([id, box]) => drawBox(box, graph.node(id) as { readonly x: number; readonly y: number }))}
  </svg>`;
}

/** What the layout writes into an edge's label. */
interface LaidOutEdge {
  readonly role: keyof typeof EDGE_WORDS;
  readonly x?: number;
  readonly y?: number;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

function boxOf(node: ReportedNode): Box {
  const lines = [node.title, node.subtitle].map(visibleLine).filter((text) => text !== '');
  const shown = lines.map((text) => clip(text, NODE_CELLS));
  const width = Math.max(56, ...shown.map((text) => cells(text) * CELL + 26));
  return { node, lines: shown, width, height: 14 + LINE * Math.max(1, shown.length) };
}

function drawBox({ node, lines, width, height }: Box, { x, y }: { readonly x: number; readonly y: number }): Html {
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

function drawEdge({ role, x, y, points }: LaidOutEdge): Html {
  const path = line<{ readonly x: number; readonly y: number }>()
    .x((point) => point.x)
    .y((point) => point.y)
    .curve(curveBasis)
    .digits(1)([...points]);
  const words = EDGE_WORDS[role];
  return html`<g class="edge ${role}">
    <path d="${path ?? ''}" marker-end="url(#arrow)" />
    ${words !== '' && x !== undefined && y !== undefined && html`<text x="${px(x)}" y="${px(y + 4)}">${words}</text>`}
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
