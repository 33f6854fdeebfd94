/** Sizes for people. */

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Decimal units, three significant digits: `34.1 MB`. */
export function humanBytes(bytes: number): string {
  let value = bytes;
  let place = 0;
  while (value >= 1000 && place < UNITS.length - 1) {
    value /= 1000;
    place++;
  }
  const digits = place === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${UNITS[place] ?? 'B'}`;
}
