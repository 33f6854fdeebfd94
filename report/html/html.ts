/** Markup by tagged templates: everything that is interpolated is escaped, unless it is markup already. */
import { visibleText } from '../words/visible-text.js';

/** Finished markup. Only {@link html} and {@link trusted} make it. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

/** What a template may hold; null, undefined and false give nothing, lists are joined. */
export type HtmlValue = Html | string | number | null | undefined | false | readonly HtmlValue[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes text for element content and for quoted attributes. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** HTML or SVG; attributes must stand in double quotes. Hidden characters of interpolated text are made visible. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(strings.map((part, place) => part + markupOf(values[place])).join(''));
}

/** Marks constant markup (a style sheet) as safe; never for data. */
export function trusted(markup: string): Html {
  return new Html(markup);
}

function markupOf(value: HtmlValue): string {
  if (value instanceof Html) {
    return value.markup;
  }
  if (value === null || value === undefined || value === false) {
    return '';
  }
  return typeof value === 'object' ? value.map(markupOf).join('') : escapeMarkup(visibleText(String(value)));
}

/** Attributes of an element: those without a value are left out, `true` is one that is there and empty. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** An element of HTML or SVG; without children it closes itself, so void elements have none and others at least `''`. */
export function element(name: string, attributes: Attributes, ...children: readonly HtmlValue[]): Html {
  const start = Object.entries(attributes).map(([key, value]) =>
    value === undefined || value === false ? '' : ` ${key}="${value === true ? '' : markupOf(value)}"`,
  );
  const head = `<${name}${start.join('')}`;
  return new Html(children.length === 0 ? `${head} />` : `${head}>${markupOf(children)}</${name}>`);
}
