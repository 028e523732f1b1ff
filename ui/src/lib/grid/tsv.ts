/** Cells as text that a spreadsheet takes: tabs between cells, lines between rows. */
import { tableFromIPC } from '@uwdata/flechette';
import { cellReader, EXACT } from './cells';
import { rowsPerPage, type RowSource } from './pages';
import type { Rectangle } from './selection';

/** Rows that are copied at most; beyond that a file is the better way. */
export const MOST_ROWS = 100_000;
/** Cells that are copied at most. */
export const MOST_CELLS = 2_000_000;
/** Pages that are asked for at once. */
const PAGES = 16;

/** A cell between tabs: in quotes where it holds a tab, a line end or a quote. */
export function field(text: string): string {
  return /["\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** How many rows of a selection are copied. */
export function copiedRows({ top, left, bottom, right }: Rectangle): number {
  const columns = Math.max(1, right - left + 1);
  return Math.min(bottom - top + 1, MOST_ROWS, Math.max(1, Math.floor(MOST_CELLS / columns)));
}

/**
 * Some cells of a table, each as a CSV export writes it; NULL is nothing. `columns` are the places in the table of those
 * that are wanted, `names` their names where a row of headers goes first.
 */
export async function copyOf(
  source: RowSource,
  first: number,
  rows: number,
  columns: number[],
  width: number,
  names: string[] | null,
): Promise<string> {
  const lines = names === null ? [] : [names.map(field).join('\t')];
  const step = rowsPerPage(width) * PAGES;
  for (let at = first; at < first + rows; at += step) {
    const limit = Math.min(step, first + rows - at);
    const table = tableFromIPC(await source.page(at, limit), EXACT);
    const readers = columns.map((column) => {
      const vector = table.children[column];
      return vector === undefined ? () => ({ text: '' }) : cellReader(vector);
    });
    for (let row = 0; row < Math.min(limit, table.numRows); row += 1)
      lines.push(readers.map((read) => field(read(row).text)).join('\t'));
  }
  return lines.join('\n');
}
