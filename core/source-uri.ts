/** The places that sources come from, as a spec writes them. */

/** Scheme of a source's URI. A path without one is `file`. */
export type SchemeName = 'file' | 's3' | 'hf';

/** How URIs of a scheme are written. */
interface UriForm {
  readonly pattern: RegExp;
  /** For advice. */
  readonly form: string;
}

/** Of every scheme that a spec may write; a file is named by its path alone. */
export const URI_FORMS: Readonly<Record<Exclude<SchemeName, 'file'>, UriForm>> = {
  s3: { pattern: /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/[^?#]*)?$/, form: 's3://bucket/prefix' },
  hf: { pattern: /^hf:\/\/[\w.-]+\/[\w.-]+(?:@[\w./-]+)?$/, form: 'hf://owner/name@revision' },
};

const FORMS = Object.values(URI_FORMS).map(({ form }) => form);

/** All forms, for advice: `s3://bucket/prefix or hf://owner/name@revision`. */
export const ALL_URI_FORMS = `${FORMS.slice(0, -1).join(', ')} or ${FORMS.at(-1) ?? ''}`;

/** The form of a scheme; undefined for one that a spec may not write. */
export function uriForm(scheme: string): UriForm | undefined {
  return Object.hasOwn(URI_FORMS, scheme) ? URI_FORMS[scheme as keyof typeof URI_FORMS] : undefined; // checked just now
}
