/** Tables as CSV (RFC 4180): numbers in full precision, texts quoted where needed, no cell that a spreadsheet would run. */

/** What a cell may hold; null and undefined are empty. */
export type CsvValue = string | number | boolean | null | undefined;

/** The columns of a table over rows of a type: their names and cells. */
export type CsvColumns<Row> = readonly (readonly [name: string, cell: (row: Row) => CsvValue])[];

/** First characters that a spreadsheet would take for a formula in a text cell. */
const FORMULA = /^[=+\-@\t\r]/;

/** A header and rows; lines end in CR LF. */
export function csvTable<Row>(rows: readonly Row[], columns: CsvColumns<Row>): string {
  const lines = rows.map((row) => columns.map(([, cell]) => cell(row)));
  return [columns.map(([name]) => name), ...lines].map((line) => `${line.map(csvCell).join(',')}\r\n`).join('');
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
