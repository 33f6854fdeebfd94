/** Where the nodes and edges of a drawing go: dagre behind a small typed port. */
import * as library from '@dagrejs/dagre';

/** A place in the drawing. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Something with a size. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** An edge to be placed; its label needs room. */
export interface LayoutEdge {
  readonly from: string;
  readonly to: string;
  readonly label: Size;
}

/** Centres of the nodes by id; per edge, in the order given, its bends and the centre of its label. */
export interface GraphLayout extends Size {
  readonly nodes: ReadonlyMap<string, Point>;
  readonly edges: readonly { readonly points: readonly Point[]; readonly label: Point | undefined }[];
}

/** The part of dagre 3 that is used; its own declarations do not resolve under Node's module rules. */
interface Dagre {
  readonly Graph: new (options: { readonly multigraph: boolean }) => DagreGraph;
  readonly layout: (graph: DagreGraph) => void;
}
interface DagreGraph {
  setGraph(options: Readonly<Record<string, string | number>>): void;
  setNode(id: string, size: Size): void;
  setEdge(from: string, to: string, label: Size & { readonly labelpos: 'c' }, name: string): void;
  graph(): Partial<Size>;
  node(id: string): Point;
  edge(edge: { readonly v: string; readonly w: string; readonly name: string }): Partial<Point> & {
    readonly points: readonly Point[];
  };
}
const dagre = library as unknown as Dagre;

/** Room around the drawing, in its own units. */
const MARGIN = 10;

/** Lays a directed graph out from left to right. Equal input gives equal output. */
export function layOut(nodes: ReadonlyMap<string, Size>, edges: readonly LayoutEdge[]): GraphLayout {
  const graph = new dagre.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 18, ranksep: 34, edgesep: 12, marginx: MARGIN, marginy: MARGIN });
  for (const [id, { width, height }] of nodes) {
    graph.setNode(id, { width, height });
  }
  edges.forEach(({ from, to, label }, place) => {
    graph.setEdge(from, to, { ...label, labelpos: 'c' }, String(place));
  });
  dagre.layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    nodes: new Map([...nodes.keys()].map((id) => [id, graph.node(id)])),
    edges: edges.map(({ from, to }, place) => {
      const { points, x, y } = graph.edge({ v: from, w: to, name: String(place) });
      return { points, label: x === undefined || y === undefined ? undefined : { x, y } };
    }),
  };
}
