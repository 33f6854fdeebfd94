/** A figure as a page of PDF, from the same drawing as its SVG. */
import PDFDocument from 'pdfkit';
import { STANDALONE_STYLE, standaloneSvg, type Figure } from '../figures/kit/figure.js';
import { propertiesOf, styleRules, type Properties } from './style-rules.js';
import { svgTree, type SvgElement } from './svg-tree.js';

/** Fonts as files of TrueType; a PDF carries the letters that it uses. */
export interface PdfFonts {
  readonly regular: Uint8Array;
  readonly bold: Uint8Array;
}

/** Points to a CSS pixel. */
const POINT = 0.75;
const RULES = styleRules(STANDALONE_STYLE);
/** What SVG has where nothing is said. */
const INITIAL: Properties = { fill: '#000000', stroke: 'none', 'stroke-width': '1', 'font-size': '12px' };

/** Draws a figure; equal figures give equal bytes. */
export async function figurePdf(figure: Figure, fonts: PdfFonts): Promise<Uint8Array> {
  const root = svgTree(standaloneSvg(figure));
  const [left = 0, top = 0, width = 0, height = 0] = numbersOf(root.attributes['viewBox'] ?? '');
  const pdf = new PDFDocument({
    size: [width * POINT, height * POINT],
    margin: 0,
    info: { Title: figure.title, Subject: figure.caption, Creator: 'ominus', CreationDate: new Date(0) },
  });
  const chunks: Uint8Array[] = [];
  const done = new Promise<void>((resolve, reject) => {
    pdf.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    pdf.on('end', resolve);
    pdf.on('error', reject);
  });
  pdf.registerFont('regular', Buffer.from(fonts.regular));
  pdf.registerFont('bold', Buffer.from(fonts.bold));
  pdf.scale(POINT).translate(-left, -top);
  drawElement(pdf, root, INITIAL);
  pdf.end();
  await done;
  return Buffer.concat(chunks);
}

function drawElement(pdf: PDFKit.PDFDocument, element: SvgElement, outer: Properties): void {
  const style = propertiesOf(element, RULES, outer);
  pdf.save();
  transform(pdf, element.attributes['transform'] ?? '');
  switch (element.name) {
    case 'svg':
    case 'g':
      element.children.forEach((child) => {
        drawElement(pdf, child, style);
      });
      break;
    case 'path':
      paint(pdf, style, () => pdf.path(style['d'] ?? ''));
      break;
    case 'rect':
      paint(pdf, style, () => pdf.rect(of(style, 'x'), of(style, 'y'), of(style, 'width'), of(style, 'height')));
      break;
    case 'line':
      paint(pdf, { ...style, fill: 'none' }, () =>
        pdf.moveTo(of(style, 'x1'), of(style, 'y1')).lineTo(of(style, 'x2'), of(style, 'y2')),
      );
      break;
    case 'text':
      drawText(pdf, element.text.trim(), style);
      break;
    default: // titles, descriptions and rules draw nothing
  }
  pdf.restore();
}

/** Fills and strokes a shape as its properties say. */
function paint(pdf: PDFKit.PDFDocument, style: Properties, shape: () => unknown): void {
  const { fill = 'none', stroke = 'none' } = style;
  pen(pdf, style);
  if (fill !== 'none') {
    shape();
    pdf.fillOpacity(of(style, 'fill-opacity', 1)).fill(fill);
  }
  if (stroke !== 'none') {
    shape();
    pdf.strokeOpacity(of(style, 'stroke-opacity', 1)).stroke(stroke);
  }
}

function pen(pdf: PDFKit.PDFDocument, style: Properties): void {
  pdf.lineWidth(of(style, 'stroke-width', 1));
  const dashes = numbersOf(style['stroke-dasharray'] ?? '');
  if (dashes.length > 0) {
    // `dash` takes one dash and one space; patterns as 9 3 2 3 need the operator itself
    pdf.addContent(`[${dashes.join(' ')}] 0 d`);
  }
  if (style['stroke-linejoin'] === 'round') {
    pdf.lineJoin('round');
  }
}

/** Text with the ground that its rules ask for around it: stroked first, then filled. */
function drawText(pdf: PDFKit.PDFDocument, text: string, style: Properties): void {
  pdf.font(of(style, 'font-weight', 400) >= 600 ? 'bold' : 'regular').fontSize(of(style, 'font-size', 12));
  const anchor = style['text-anchor'];
  const back = anchor === 'end' ? 1 : anchor === 'middle' ? 0.5 : 0;
  const x = of(style, 'x') - back * pdf.widthOfString(text);
  const put = (options: { readonly stroke?: boolean; readonly fill?: boolean }): void => {
    pdf.text(text, x, of(style, 'y'), { lineBreak: false, baseline: 'alphabetic', ...options });
  };
  if (style['stroke'] !== undefined && style['stroke'] !== 'none') {
    pen(pdf, style);
    pdf.strokeColor(style['stroke']);
    put({ stroke: true, fill: false });
  }
  pdf.fillColor(style['fill'] ?? '#000000', 1);
  put({});
}

/** `translate(3 4) rotate(-40)`. */
function transform(pdf: PDFKit.PDFDocument, value: string): void {
  for (const [, name, numbers = ''] of value.matchAll(/(\w+)\(([^)]*)\)/g)) {
    const [first = 0, second = 0] = numbersOf(numbers);
    if (name === 'translate') {
      pdf.translate(first, second);
    } else if (name === 'rotate') {
      pdf.rotate(first);
    }
  }
}

function of(style: Properties, name: string, otherwise = 0): number {
  const number = Number.parseFloat(style[name] ?? '');
  return Number.isFinite(number) ? number : otherwise;
}

function numbersOf(list: string): readonly number[] {
  return list
    .split(/[\s,]+/)
    .map(Number.parseFloat)
    .filter((number) => Number.isFinite(number));
}
