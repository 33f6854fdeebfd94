/** What a spec says of its run to people: shown in lists and reports, and in no key or digest. */

/** Absent where the spec does not say. */
export interface AboutRun {
  readonly description?: string;
  readonly tags?: readonly string[];
}

/** What is said, without what is not. */
export function aboutRun({
  description,
  tags = [],
}: {
  readonly description?: string | undefined;
  readonly tags?: readonly string[] | undefined;
}): AboutRun {
  return { ...(description === undefined ? {} : { description }), ...(tags.length === 0 ? {} : { tags }) };
}
