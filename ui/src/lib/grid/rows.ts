/** Rows of an Arrow IPC stream as text, for tables that are small enough to be shown whole. */
import { tableFromIPC } from '@uwdata/flechette';
import { cellReader, EXACT } from './cells';

/** Every row; NULL is null. */
export function textRows(bytes: Uint8Array): (string | null)[][] {
  const table = tableFromIPC(bytes, EXACT);
  const readers = table.children.map(cellReader);
  return Array.from({ length: table.numRows }, (_, row) =>
    readers.map((read) => {
      const cell = read(row);
      return cell.kind === 'null' ? null : cell.text;
    }),
  );
}
