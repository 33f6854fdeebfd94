/** Holm's step-down adjustment of a family of p-values (Holm 1979). */

/**
 * Adjusted p-values, in the order given: the i-th smallest of m times (m − i + 1), made monotone, at most 1.
 * Nulls (tests that were not possible) stay null and do not count in m.
 */
export function adjustHolm(pValues: readonly (number | null)[]): readonly (number | null)[] {
  const family = pValues
    .map((pValue, place) => ({ pValue, place }))
    .filter((entry): entry is { pValue: number; place: number } => entry.pValue !== null)
    .sort((a, b) => a.pValue - b.pValue);
  const adjusted: (number | null)[] = pValues.map(() => null);
  let running = 0;
  family.forEach(({ pValue, place }, index) => {
    running = Math.max(running, Math.min(1, pValue * (family.length - index)));
    adjusted[place] = running;
  });
  return adjusted;
}

/** Holm's adjustment within each family, in the order given. */
export function adjustHolmWithin(
  tests: readonly { readonly family: string; readonly pValue: number | null }[],
): readonly (number | null)[] {
  const adjusted: (number | null)[] = tests.map(() => null);
  for (const family of new Set(tests.map((test) => test.family))) {
    const places = tests.flatMap((test, place) => (test.family === family ? [place] : []));
    const values = adjustHolm(places.map((place) => tests[place]?.pValue ?? null));
    places.forEach((place, i) => {
      adjusted[place] = values[i] ?? null;
    });
  }
  return adjusted;
}
