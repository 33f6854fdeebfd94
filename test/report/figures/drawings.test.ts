import { describe, expect, it } from 'vitest';
import { metricDots } from '../../../report/figures/metric-dots.js';
import { inlineSvg } from '../../../report/figures/kit/figure.js';
import { drawGraph } from '../../../report/figures/chain/graph-svg.js';
import { placeOf } from '../../../core/adapter/module-place.js';
import { heatTables } from '../../../report/document/heat.js';
import { blocksHtml } from '../../../report/html/blocks.js';
import type { ReportedNode, RunReport } from '../../../report/types.js';
import { sampleReport } from '../../support/sample-report.js';
import { readMarkup } from '../../support/well-formed.js';

const report = sampleReport();
const dotsOf = (of: RunReport, metric: RunReport['metrics'][number]): string => {
  const figure = metricDots(of, metric);
  return figure === undefined ? '' : inlineSvg(figure.drawing).markup;
};
const numberOf = (value: string | undefined): number => Number(value ?? Number.NaN);

describe('metricDots', () => {
  it('places every dot inside the drawing, in the order of the values', () => {
    for (const metric of report.metrics) {
      const { tags } = readMarkup(dotsOf(report, metric));
      const [, , width = 0, height = 0] = (tags[0]?.attributes.get('viewBox') ?? '').split(' ').map(Number);
      const dots = tags
        .filter(({ attributes }) => attributes.get('class') === 'dot')
        .map(({ attributes }) => /translate\((\S+) (\S+)\)/.exec(attributes.get('transform') ?? ''))
        .map((match) => ({ x: numberOf(match?.[1]), y: numberOf(match?.[2]) }));
      expect(dots).toHaveLength(report.steps.length);
      for (const { x, y } of dots) {
        expect(x).toBeGreaterThan(100);
        expect(x).toBeLessThan(width - 80);
        expect(y).toBeLessThan(height);
      }
      const values = report.steps.map(
        (step) => step.evaluations.find(({ label }) => label === metric.label)?.metrics[metric.name]?.value ?? 0,
      );
      const byValue = values.map((_, place) => place).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
      const xs = byValue.map((place) => dots[place]?.x ?? Number.NaN);
      expect(xs).toEqual([...xs].sort((a, b) => a - b));
    }
  });

  it('draws a metric whose values are all equal, and nothing where there is no value', () => {
    const metric = report.metrics[0];
    expect(metric).toBeDefined();
    if (metric !== undefined) {
      const flat = sampleReport({
        steps: report.steps.map((step) => ({
          ...step,
          evaluations: [
            {
              label: metric.label,
              benchmark: 'b',
              metrics: { [metric.name]: { value: 0, stderr: null, n: 1 } },
              warnings: [],
            },
          ],
        })),
      });
      expect(dotsOf(flat, metric)).not.toMatch(/NaN|Infinity|undefined/);
      const empty = sampleReport({ steps: report.steps.map((step) => ({ ...step, evaluations: [] })) });
      expect(metricDots(empty, metric)).toBeUndefined();
    }
  });
});

describe('drawGraph', () => {
  it('draws every node and every edge, labelled with its role, boxes apart from one another', () => {
    const { tags, texts } = readMarkup(drawGraph(report.graph).markup);
    const edges = report.graph.flatMap(({ inputs }) => inputs);
    const classes = tags.map(({ attributes }) => attributes.get('class') ?? '');
    expect(classes.filter((name) => name.startsWith('edge '))).toHaveLength(edges.length);
    expect(classes.filter((name) => name.startsWith('node '))).toHaveLength(report.graph.length);
    const labels = texts.map(({ text }) => text.trim());
    expect(labels.filter((text) => text === 'left')).toHaveLength(edges.filter(({ role }) => role === 'left').length);
    expect(labels.filter((text) => text === 'right')).toHaveLength(edges.filter(({ role }) => role === 'right').length);
    const boxes = tags.flatMap((tag, place) => {
      const center = /translate\((\S+) (\S+)\)/.exec(tag.attributes.get('transform') ?? '');
      const rect = tags.slice(place).find(({ name }) => name === 'rect');
      return center === null || rect === undefined
        ? []
        : [
            {
              x: Number(center[1]),
              y: Number(center[2]),
              width: numberOf(rect.attributes.get('width')),
              height: numberOf(rect.attributes.get('height')),
            },
          ];
    });
    expect(boxes).toHaveLength(report.graph.length);
    const overlapping = boxes.flatMap((a, i) =>
      boxes
        .slice(i + 1)
        .filter(
          (b) => Math.abs(a.x - b.x) < (a.width + b.width) / 2 && Math.abs(a.y - b.y) < (a.height + b.height) / 2,
        ),
    );
    expect(overlapping).toEqual([]);
  });

  it('draws two edges between the same nodes, and leaves out edges from nowhere', () => {
    const [expert] = report.graph;
    expect(expert).toBeDefined();
    if (expert !== undefined) {
      const twice: ReportedNode = {
        ...expert,
        id: 'twice',
        kind: 'combine',
        inputs: [
          { from: expert.id, role: 'left' },
          { from: expert.id, role: 'right' },
          { from: 'nowhere', role: 'reference' },
        ],
      };
      const { tags } = readMarkup(drawGraph([expert, twice]).markup);
      const edges = tags.filter(({ attributes }) => attributes.get('class')?.startsWith('edge '));
      expect(edges.map(({ attributes }) => attributes.get('class'))).toEqual(['edge left', 'edge right']);
    }
  });
});

describe('placeOf and heatTables', () => {
  it('reads layer and kind of module paths', () => {
    expect(placeOf('model.layers.3.self_attn.q_proj')).toEqual({
      prefix: 'model.layers',
      layer: 3,
      kind: 'self_attn.q_proj',
    });
    expect(placeOf('model.layers.12.mlp.experts.5.w1')).toEqual({
      prefix: 'model.layers',
      layer: 12,
      kind: 'mlp.experts.5.w1',
    });
    expect(placeOf('0.attn')).toEqual({ prefix: '', layer: 0, kind: 'attn' });
    expect(placeOf('lm_head')).toBeUndefined();
    expect(placeOf('blocks.4')).toBeUndefined();
  });

  it('shades from the smallest to the largest value and prints every number', () => {
    const tables = heatTables(
      [
        { module: 'h.0.q_proj', value: 1 },
        { module: 'h.10.q_proj', value: 3 },
        { module: 'h.2.q_proj', value: null },
        { module: 'lm_head', value: 9 },
      ],
      { title: 'norm', format: (value) => value.toFixed(1) },
    );
    expect(tables).toHaveLength(1);
    const { tags, texts } = readMarkup(blocksHtml(tables)[0]?.markup ?? '');
    expect(texts.map(({ text }) => text.trim()).filter((text) => text !== '')).toEqual([
      'norm',
      'layer',
      'q',
      '0',
      '1.0',
      '2',
      '–',
      '10',
      '3.0',
    ]);
    // The value without a layer belongs to the caller's own table, but the shading is over all values.
    expect(tags.flatMap(({ attributes }) => attributes.get('style') ?? [])).toEqual(['--share:0%', '--share:15%']);
  });
});

describe('heatTables with both signs', () => {
  it('shade sizes from zero, with a colour of their own for what is negative', () => {
    const [table] = heatTables(
      [-0.5, 0, 1].map((value, layer) => ({ module: `model.layers.${layer}.self_attn.q_proj`, value })),
      { title: 'cosine', format: String },
    );
    expect(table === false ? [] : table?.rows.map(({ cells }) => cells[1])).toMatchObject([
      { share: 30, look: 'negative' },
      { share: 0 },
      { share: 60 },
    ]);
  });
});
