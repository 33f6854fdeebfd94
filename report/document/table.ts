/** Tables of a document: every column defines its cells once, and every form prints the same ones. */
import type { Form, Words } from './words.js';

/** What the page knows of a cell beside its words. */
export interface CellLook {
  /** Class of the cell. */
  readonly look?: string;
  /** More about it, for a pointer that rests on it. */
  readonly title?: string;
  /** How dark it is shaded, in per cent. */
  readonly share?: number;
}

/** A cell. */
export interface Cell extends CellLook {
  readonly words: Words;
}

/** What a form needs to know of a column. */
export interface TableColumn {
  readonly title: Words;
  /** What the heading says to a pointer. */
  readonly hint?: string;
  /** Class of its heading in the page. */
  readonly look?: string;
  readonly isNumber?: boolean;
  /** Whether it names the row; absent in all: the first one does. */
  readonly isHead?: boolean;
  /** The forms that have it; absent: all. */
  readonly forms?: readonly Form[];
  /** Longest text in a terminal, in character cells. */
  readonly most?: number;
  /** Neighbours of one group stay in one table where a terminal has room for all of them. */
  readonly group?: string;
}

/** One column over rows of a type. */
export interface Column<Row> extends TableColumn {
  readonly cell: (row: Row) => Words;
  readonly about?: (row: Row) => CellLook;
}

/** A row: its cells in the order of the columns. */
export interface TableRow {
  /** Class in the page. */
  readonly look: string;
  /** Whether the page alone has it. */
  readonly isAside: boolean;
  readonly cells: readonly Cell[];
}

/** How a table differs from a plain one. */
export interface TableOptions {
  readonly forms?: readonly Form[];
  /** Class in the page. */
  readonly look?: string;
  readonly caption?: Words;
  /** Rows that the page's text filter may hide. */
  readonly isFiltered?: boolean;
  /** The most rows that a form prints. */
  readonly most?: Readonly<Partial<Record<Form, number>>>;
  /** What rows are called where not all are printed. */
  readonly noun?: string;
}

/** A table with its cells. */
export interface Table extends TableOptions {
  readonly kind: 'table';
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
}

/** A table of rows; nothing where there are none. */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  options: TableOptions & {
    readonly rowLook?: (row: Row) => string;
    /** Rows that the page alone has. */
    readonly isAside?: (row: Row) => boolean;
  } = {},
): Table | false {
  const { rowLook, isAside, ...common } = options;
  return (
    rows.length > 0 && {
      kind: 'table',
      ...common,
      columns,
      rows: rows.map((row) => ({
        look: rowLook?.(row) ?? '',
        isAside: isAside?.(row) ?? false,
        cells: columns.map(({ cell, about }) => ({ words: cell(row), ...about?.(row) })),
      })),
    }
  );
}

type More<Row> = Omit<Partial<Column<Row>>, 'title' | 'cell' | 'isNumber'>;

/** A column of words. */
export function column<Row>(title: Words, cell: (row: Row) => Words, more: More<Row> = {}): Column<Row> {
  return { ...more, title, cell };
}

/** A column of numbers. */
export function numberColumn<Row>(title: Words, cell: (row: Row) => Words, more: More<Row> = {}): Column<Row> {
  return { ...more, title, cell, isNumber: true };
}

/** A table as one form has it: its columns and rows, and what its caption says of rows that are left out. */
export function tableFor(
  form: Form,
  { columns, rows, most, noun = 'rows' }: Table,
): { readonly columns: readonly TableColumn[]; readonly rows: readonly TableRow[]; readonly left: string } {
  const has = columns.map(({ forms }) => forms?.includes(form) ?? true);
  const all = rows.filter(({ isAside }) => form === 'page' || !isAside);
  const shown = all.slice(0, most?.[form]);
  return {
    columns: columns.filter((_, place) => has[place]),
    rows: shown.map((row) => ({ ...row, cells: row.cells.filter((_, place) => has[place]) })),
    left: shown.length < all.length ? `the first ${shown.length} of ${all.length} ${noun}` : '',
  };
}
