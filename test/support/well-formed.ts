/** A strict little reader of markup: every tag closed, every attribute quoted, every `&` an entity. Test oracle only. */

/** One start tag. */
export interface Tag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

/** What a document holds. */
export interface Markup {
  readonly tags: readonly Tag[];
  /** Text between tags, entities resolved, with the name of the element around it. */
  readonly texts: readonly { readonly parent: string; readonly text: string }[];
}

const TOKEN = /<!doctype html>|<(\/?)([a-zA-Z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/y;
const ENTITY = /&(?:amp|lt|gt|quot|#39);/g;
const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

/** Reads a document; throws at the first thing that is not well formed. */
export function readMarkup(source: string): Markup {
  const tags: Tag[] = [];
  const texts: { parent: string; text: string }[] = [];
  const open: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(source);
    if (match === null) {
      throw new Error(`not well formed at ${at}: ${source.slice(at, at + 80)}`);
    }
    const [, slash, name, attributes, empty, text] = match;
    if (text !== undefined) {
      texts.push({ parent: open.at(-1) ?? '', text: resolve(text) });
    } else if (name !== undefined && slash === '/') {
      const expected = open.pop();
      if (expected !== name) {
        throw new Error(`</${name}> closes <${expected ?? ''}> at ${at}`);
      }
    } else if (name !== undefined) {
      tags.push({ name, attributes: readAttributes(attributes ?? '') });
      if (empty !== '/') {
        open.push(name);
      }
    }
  }
  if (open.length > 0) {
    throw new Error(`never closed: ${open.join(', ')}`);
  }
  return { tags, texts };
}

function readAttributes(source: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', value = ''] of source.matchAll(/([\w:-]+)="([^"]*)"/g)) {
    if (found.has(name)) {
      throw new Error(`attribute twice: ${name}`);
    }
    found.set(name, resolve(value));
  }
  return found;
}

function resolve(text: string): string {
  if (text.replace(ENTITY, '').includes('&')) {
    throw new Error(`bare ampersand in ${text.slice(0, 80)}`);
  }
  return text.replace(ENTITY, (entity) => ENTITIES[entity] ?? entity);
}
