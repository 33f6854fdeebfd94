/** Tables as CSV (RFC 4180): numbers in full precision, texts quoted where needed, no cell that a spreadsheet would run. */

/** What a cell may hold; null and undefined are empty. */
export type CsvValue = string | number | boolean | null | undefined;

/** First characters that a spreadsheet would take for a formula in a text cell. */
const FORMULA = /^[=+\-@\t\r]/;

/** A header and rows; lines end in CR LF. */
export function csvTable(columns: readonly string[], rows: readonly (readonly CsvValue[])[]): string {
  return [columns, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

function csvCell(value: CsvValue): string {
  if (value === null || value === undefined) {
    return '';
  }
  if (typeof value !== 'string') {
    return String(value);
  }
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
