/** Specs of tests that must be valid, of any kind. */
import { formatDiagnostic } from '../../core/diagnostic.js';
import { readSpec } from '../../core/spec/read-spec.js';
import type { Spec } from '../../core/spec/types.js';

/** Reads a spec of a kind; fails the test when it is none. */
export function readSpecOf<K extends Spec['kind']>(kind: K, text: string): Extract<Spec, { readonly kind: K }> {
  const { spec, diagnostics } = readSpec('case.yaml', text);
  if (spec === undefined || !isOfKind(kind, spec)) {
    throw new Error(diagnostics.map((diagnostic) => formatDiagnostic(diagnostic)).join('\n'));
  }
  return spec;
}

function isOfKind<K extends Spec['kind']>(kind: K, spec: Spec): spec is Extract<Spec, { readonly kind: K }> {
  return spec.kind === kind;
}
