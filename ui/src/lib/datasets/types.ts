/** The types that a person may choose for a column, and what a column's own says of it. */
import type { ColumnInfo, DateOrder } from '$lib/api';

/** As the core takes them. DECIMAL gets the scale of its cells. */
export const TYPES = ['VARCHAR', 'BIGINT', 'DECIMAL', 'DOUBLE', 'DATE', 'TIMESTAMP', 'TIME', 'BOOLEAN'] as const;

/** The choice that a column's type is: `DECIMAL(9,2)` is DECIMAL; null where it is none of them. */
export function choiceOf(type: string): (typeof TYPES)[number] | null {
  const base = type.toUpperCase().replace(/\(.*$/, '');
  return TYPES.find((each) => each === base) ?? null;
}

/** What comes first in a column of dates; null where there is no choice. */
export function orderOf(column: Pick<ColumnInfo, 'type' | 'format'>): DateOrder | null {
  if (!['DATE', 'TIMESTAMP'].includes(column.type)) return null;
  if (column.format?.startsWith('%d')) return 'dmy';
  return column.format?.startsWith('%m') ? 'mdy' : null;
}
