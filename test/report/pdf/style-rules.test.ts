import { describe, expect, it } from 'vitest';
import { propertiesOf, styleRules, type Properties } from '../../../report/pdf/style-rules.js';
import { svgTree, type SvgElement } from '../../../report/pdf/svg-tree.js';

const RULES = styleRules(`
.figure text{fill:black;font-size:12px}
.figure .axis line,.figure .grid{stroke:#ccc;stroke-width:1}
.figure .ref.baseline line{stroke:red}
.figure .ref line{stroke:blue}
`);

/** Properties of the first element of a name, with what it inherits. */
function styleOf(markup: string, name: string): Properties | undefined {
  const find = (element: SvgElement, outer: Properties): Properties | undefined => {
    const own = propertiesOf(element, RULES, outer);
    return element.name === name
      ? own
      : element.children.map((child) => find(child, own)).find((found) => found !== undefined);
  };
  return find(svgTree(markup), {});
}

describe('propertiesOf', () => {
  it('takes rules for elements and classes inside others, the more specific last, whatever their order', () => {
    const inside = (groups: string): string =>
      `<svg class="figure"><g class="${groups}"><g><line x1="1"/></g></g></svg>`;
    expect(styleOf(inside('axis'), 'line')).toMatchObject({ stroke: '#ccc', 'stroke-width': '1', x1: '1' });
    expect(styleOf(inside('ref'), 'line')).toMatchObject({ stroke: 'blue' });
    expect(styleOf(inside('baseline ref'), 'line')).toMatchObject({ stroke: 'red' });
    expect(styleOf(inside('other'), 'line')?.['stroke']).toBeUndefined();
    expect(styleOf('<g class="axis"><line/></g>', 'line')?.['stroke']).toBeUndefined();
  });

  it('hands colours down, and places not', () => {
    const style = styleOf(
      '<svg class="figure"><g fill="teal" transform="rotate(1)" x="4"><path d="M0 0"/></g></svg>',
      'path',
    );
    expect(style).toMatchObject({ fill: 'teal', d: 'M0 0' });
    expect(style).not.toHaveProperty('transform');
    expect(style).not.toHaveProperty('x');
  });
});
