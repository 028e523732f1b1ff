/**
 * Cells as text, exactly as a CSV export would write them, but for the space between day and time; `shown.ts` makes of them
 * what a person reads. NULL and an empty text are told apart by their kind, not by their text.
 */
import { TimeUnit, Type, type Column, type DataType } from '@uwdata/flechette';

/** How a cell is drawn: numbers and times stand to the right, NULL and empty texts are faint. */
export type CellKind = 'null' | 'empty' | 'number' | 'time' | 'truth' | 'text';

/** One cell. */
export interface Cell {
  kind: CellKind;
  text: string;
}

/** Reads a row's cell of one column of an Arrow table. */
export type CellReader = (row: number) => Cell;

/** How values are taken out of Arrow without losing a digit. */
export const EXACT = { useBigInt: true, useBigIntTimestamp: true, useDecimalInt: true } as const;

const NULL: Cell = { kind: 'null', text: '' };
const EMPTY: Cell = { kind: 'empty', text: '' };

const DAY_MS = 86_400_000;
const pad = (value: number, width: number) => String(value).padStart(width, '0');

/** A scaled integer with its decimal point put back: `decimalText(-1205n, 2)` is `-12.05`. */
export function decimalText(value: bigint | number, scale: number): string {
  const digits = String(value);
  if (scale <= 0) return scale === 0 ? digits : digits + '0'.repeat(-scale);
  const negative = digits.startsWith('-');
  const bare = (negative ? digits.slice(1) : digits).padStart(scale + 1, '0');
  return `${negative ? '-' : ''}${bare.slice(0, -scale)}.${bare.slice(-scale)}`;
}

/** Days since 1970 as an ISO date; years before 1 and after 9999 carry a sign and six digits. */
export function dateText(days: number): string {
  const date = new Date(days * DAY_MS);
  return Number.isNaN(date.getTime()) ? String(days) : (date.toISOString().split('T')[0] ?? '');
}

/** Units since midnight as `hh:mm:ss`, with the fraction that is there. */
export function timeText(value: bigint, unitsPerSecond: bigint): string {
  const seconds = Number(value / unitsPerSecond);
  const fraction = value % unitsPerSecond;
  const digits = String(unitsPerSecond).length - 1;
  const tail = fraction === 0n ? '' : `.${String(fraction).padStart(digits, '0').replace(/0+$/, '')}`;
  return `${pad(Math.floor(seconds / 3600), 2)}:${pad(Math.floor(seconds / 60) % 60, 2)}:${pad(seconds % 60, 2)}${tail}`;
}

/** Units since 1970 as `YYYY-MM-DD hh:mm:ss`, with the fraction that is there. */
export function timestampText(value: bigint, unitsPerSecond: bigint): string {
  const perDay = 86_400n * unitsPerSecond;
  let days = value / perDay;
  let rest = value % perDay;
  if (rest < 0n) {
    days -= 1n;
    rest += perDay;
  }
  return `${dateText(Number(days))} ${timeText(rest, unitsPerSecond)}`;
}

/** A floating point number as the shortest text that reads back the same. */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return 'inf';
  if (value === -Infinity) return '-inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

function unitsPerSecond(unit: number): bigint {
  if (unit === TimeUnit.SECOND) return 1n;
  if (unit === TimeUnit.MILLISECOND) return 1_000n;
  return unit === TimeUnit.MICROSECOND ? 1_000_000n : 1_000_000_000n;
}

function nestedText(value: unknown): string {
  return (
    JSON.stringify(value, (_key, inner: unknown) => {
      if (typeof inner === 'bigint') return String(inner);
      if (ArrayBuffer.isView(inner)) return Array.from(inner as unknown as ArrayLike<number | bigint>, String);
      return inner;
    }) ?? ''
  );
}

function bytesText(value: Uint8Array): string {
  return Array.from(value, (byte) => `\\x${byte.toString(16).padStart(2, '0').toUpperCase()}`).join('');
}

function textOf(type: DataType): { kind: CellKind; text: (value: never) => string } {
  switch (type.typeId) {
    case Type.Int:
      return { kind: 'number', text: (value: bigint | number) => String(value) };
    case Type.Float:
      return { kind: 'number', text: doubleText };
    case Type.Decimal:
      return { kind: 'number', text: (value: bigint | number) => decimalText(value, type.scale) };
    case Type.Bool:
      return { kind: 'truth', text: (value: boolean) => String(value) };
    case Type.Date:
      return { kind: 'time', text: (value: number) => dateText(value / DAY_MS) };
    case Type.Time: {
      const units = unitsPerSecond(type.unit);
      return { kind: 'time', text: (value: bigint | number) => timeText(BigInt(value), units) };
    }
    case Type.Timestamp: {
      const units = unitsPerSecond(type.unit);
      return { kind: 'time', text: (value: bigint) => timestampText(value, units) };
    }
    case Type.Dictionary:
      return textOf(type.dictionary);
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Utf8View:
      return { kind: 'text', text: (value: string) => value };
    case Type.Binary:
    case Type.LargeBinary:
    case Type.BinaryView:
    case Type.FixedSizeBinary:
      return { kind: 'text', text: bytesText };
    default:
      return { kind: 'text', text: nestedText };
  }
}

/** A reader for one column of an Arrow table that was decoded with `EXACT`. */
export function cellReader(column: Column<unknown>): CellReader {
  const { kind, text } = textOf(column.type);
  return (row) => {
    const value = column.at(row);
    if (value === null || value === undefined) return NULL;
    const written = text(value as never);
    return written === '' ? EMPTY : { kind, text: written };
  };
}

/** At most this much of a text stands in a cell: a cell may hold megabytes. */
const SHOWN = 300;

/** A text on one line and no longer than a cell can show. */
export function oneLine(text: string): string {
  const cut = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  return cut.replace(/\r\n|\r|\n/g, '↵').replace(/\t/g, '⇥');
}

/** The kind of a SQL type, for the icon and the side a column stands on. */
export function kindOfType(sqlType: string): Exclude<CellKind, 'null' | 'empty'> {
  const base = sqlType.toUpperCase().replace(/\(.*$/, '').trim();
  if (/^(U?(TINY|SMALL|BIG|HUGE)?INT|U?INTEGER|DECIMAL|DOUBLE|FLOAT)$/.test(base)) return 'number';
  if (/^(DATE|TIME|TIMESTAMP|INTERVAL)/.test(base)) return 'time';
  return base === 'BOOLEAN' ? 'truth' : 'text';
}
