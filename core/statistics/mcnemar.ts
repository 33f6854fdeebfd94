/** McNemar's test, exact: are two accuracies on the same examples different? */

/**
 * Two-sided exact p-value: twice the lower binomial tail at p = ½ of the discordant pairs, at most 1 (as statsmodels'
 * `mcnemar(exact=True)`); 1 where no pair is discordant.
 *
 * @param onlyFirst - examples only the first has right
 * @param onlySecond - examples only the second has right
 */
export function mcnemarExact(onlyFirst: number, onlySecond: number): number {
  const n = onlyFirst + onlySecond;
  const smaller = Math.min(onlyFirst, onlySecond);
  // in logarithms, since 2^-n underflows beyond n = 1074
  let logTerm = -n * Math.LN2;
  let tail = Math.exp(logTerm);
  for (let k = 1; k <= smaller; k++) {
    logTerm += Math.log((n - k + 1) / k);
    tail += Math.exp(logTerm);
  }
  return Math.min(1, 2 * tail);
}
