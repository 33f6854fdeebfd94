/** Base model and adapters: where they are, and which digest they must have. */
import { isDigest } from '../digest.js';
import type { Span } from '../diagnostic.js';
import { ALL_URI_FORMS, uriForm } from '../source-uri.js';
import type { Namespace } from './namespace.js';
import type { SpecProblems } from './problem.js';
import type { SpecSource } from './types.js';
import { entriesOf, entryOf, textOf, type YamlNode } from './yaml-tree.js';

const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//;

/** The base model, if there is one. */
export function readBase(root: YamlNode, problems: SpecProblems): SpecSource | undefined {
  return readSource(entryOf(root, 'base')?.value, problems);
}

/** Adapters by their normal names; declares them. */
export function readAdapters(
  root: YamlNode,
  names: Namespace,
  problems: SpecProblems,
): ReadonlyMap<string, SpecSource> {
  const adapters = new Map<string, SpecSource>();
  for (const entry of entriesOf(entryOf(root, 'adapters')?.value)) {
    const name = names.declare('adapter', entry);
    const source = readSource(entry.value, problems);
    if (name !== undefined && source !== undefined) {
      adapters.set(name, source);
    }
  }
  return adapters;
}

function readSource(node: YamlNode | undefined, problems: SpecProblems): SpecSource | undefined {
  const place = node?.kind === 'map' ? entryOf(node, 'path')?.value : node;
  const path = textOf(place);
  if (place === undefined || path === undefined) {
    return undefined;
  }
  checkUri(path, place.span, problems);
  const digest = textOf(entryOf(node, 'digest')?.value);
  return { path, digest: digest !== undefined && isDigest(digest) ? digest : undefined, span: place.span };
}

/** Reports what cannot be a path or a URI of a known form. */
export function checkUri(path: string, span: Span, problems: SpecProblems): void {
  const scheme = SCHEME.exec(path)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    if (path.trim() === '' || path.startsWith('~')) {
      const message = path.startsWith('~') ? '~ is not expanded in a spec' : 'a path is empty';
      problems.add({ code: 'SPEC_SOURCE', message, hint: 'Write an absolute or relative path.', span });
    }
    return;
  }
  const form = uriForm(scheme);
  if (form === undefined) {
    const hint = `Write a path${scheme === 'file' ? ' without file://' : ''}, ${ALL_URI_FORMS}.`;
    problems.add({ code: 'SPEC_SOURCE', message: `${scheme}:// is not supported`, hint, span });
  } else if (!form.pattern.test(path)) {
    const message = `this must have the form ${form.form}`;
    problems.add({ code: 'SPEC_SOURCE', message, hint: 'Never write credentials in a spec.', span });
  }
}

/** Whether the path is a URI rather than a local path. */
export function isUri(path: string): boolean {
  return SCHEME.test(path);
}
