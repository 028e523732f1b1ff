/** Which cells are selected: one rectangle, by the places at which rows and columns stand on the screen. */

/** A cell: its row, and its column among those that are shown. */
export interface Place {
  row: number;
  column: number;
}

/** What was selected: cells, or whole rows and columns, which stay whole however the table grows or is arranged. */
export type Reach = 'cells' | 'rows' | 'columns' | 'all';

/** From the cell where it began to the one that has the keyboard. */
export interface Selection {
  reach: Reach;
  anchor: Place;
  active: Place;
}

/** Rows and columns from the first to the last, both of them selected. */
export interface Rectangle {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

/** How large the table is. */
export interface Extent {
  rows: number;
  columns: number;
}

/** One cell. */
export function selectCell(row: number, column: number): Selection {
  return { reach: 'cells', anchor: { row, column }, active: { row, column } };
}

/** The place that is in the table and nearest. */
export function within({ row, column }: Place, { rows, columns }: Extent): Place {
  return {
    row: Math.max(0, Math.min(rows - 1, row)),
    column: Math.max(0, Math.min(columns - 1, column)),
  };
}

/** Moves the active cell; the selection becomes that cell, or grows as far as it where it is `extended`. */
export function moveTo(selection: Selection, to: Place, extent: Extent, extended: boolean): Selection {
  const active = within(to, extent);
  if (!extended) return selectCell(active.row, active.column);
  return { ...selection, reach: selection.reach === 'all' ? 'cells' : selection.reach, active };
}

/** Whole rows, from the row where the selection began where it is `extended`. */
export function selectRows(selection: Selection, row: number, extended: boolean): Selection {
  const anchor = extended ? selection.anchor : { row, column: 0 };
  return { reach: 'rows', anchor, active: { row, column: extended ? selection.active.column : 0 } };
}

/** The columns of the selection, whole. */
export function selectColumns(selection: Selection): Selection {
  return { ...selection, reach: selection.reach === 'rows' || selection.reach === 'all' ? 'all' : 'columns' };
}

/** The rows of the selection, whole. */
export function widenRows(selection: Selection): Selection {
  return { ...selection, reach: selection.reach === 'columns' || selection.reach === 'all' ? 'all' : 'rows' };
}

/** Everything; the active cell stays. */
export function selectAll(selection: Selection): Selection {
  return { ...selection, reach: 'all' };
}

/** The cells that are selected. */
export function rectangle({ reach, anchor, active }: Selection, { rows, columns }: Extent): Rectangle {
  const wholeRows = reach === 'rows' || reach === 'all';
  const wholeColumns = reach === 'columns' || reach === 'all';
  return {
    top: wholeColumns ? 0 : Math.min(anchor.row, active.row),
    bottom: wholeColumns ? rows - 1 : Math.max(anchor.row, active.row),
    left: wholeRows ? 0 : Math.min(anchor.column, active.column),
    right: wholeRows ? columns - 1 : Math.max(anchor.column, active.column),
  };
}

/** Whether a cell is selected. */
export function holds({ top, left, bottom, right }: Rectangle, row: number, column: number): boolean {
  return row >= top && row <= bottom && column >= left && column <= right;
}

/** How many cells are selected. */
export function cellsOf({ top, left, bottom, right }: Rectangle): number {
  return Math.max(0, bottom - top + 1) * Math.max(0, right - left + 1);
}
