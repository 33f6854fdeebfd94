/** A bundle that lacks our workflow. */
export function somethingElse(): Promise<void> {
  return Promise.resolve();
}
