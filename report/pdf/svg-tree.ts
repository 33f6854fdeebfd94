/** A drawing's markup as a tree. */
import { SaxesParser } from 'saxes';

/** An element of SVG. */
export interface SvgElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly SvgElement[];
  /** Its own text, without that of its children. */
  readonly text: string;
  readonly parent: SvgElement | undefined;
}

interface Growing extends SvgElement {
  readonly children: Growing[];
  text: string;
}

/** Reads markup that figures are written in; there is one outermost element. */
export function svgTree(markup: string): SvgElement {
  const parser = new SaxesParser();
  const root: Growing = { name: '', attributes: {}, children: [], text: '', parent: undefined };
  const open = [root];
  const innermost = (): Growing => open.at(-1) ?? root;
  parser.on('opentag', ({ name, attributes }) => {
    const made: Growing = { name, attributes, children: [], text: '', parent: innermost() };
    innermost().children.push(made);
    open.push(made);
  });
  parser.on('text', (text) => {
    innermost().text += text;
  });
  parser.on('closetag', () => {
    open.pop();
  });
  parser.write(markup).close();
  return root.children[0] ?? root;
}
