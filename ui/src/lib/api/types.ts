/** The wire types, as the core generates them, and the parts of a receipt and a profile that the window shows. */
import type { Reading, TableId } from './generated';

export type * from './generated';

/** Where the file came from. */
export interface ReceiptSource {
  path: string;
  bytes: number;
  modified: string | null;
  blake3: string;
}

/** Something that was decided on the person's behalf. */
export interface Decision {
  what: string;
  chosen: string;
  /** From 0 to 1. */
  confidence: number;
  runner_up: string | null;
}

/** Something a person should know, counted; `lines` are the source lines of the first hundred. */
export interface Warning {
  kind: string;
  message: string;
  count: number;
  lines: number[];
}

/** `receipt.json`: fields are added to it, never renamed, so that what is read here may be missing only in older ones. */
export interface Receipt {
  source: ReceiptSource;
  /** The files, where there are several; `source` is the folder that they lie in then. */
  sources?: unknown[];
  /** Missing where the file is the table. */
  table?: TableId;
  format: string;
  encoding: string;
  delimiter: string;
  quote: string;
  has_header: boolean;
  preamble_rows: number;
  header_rows: number;
  rows_read: number;
  rows_written: number;
  rows_blank: number;
  rows_set_aside: number;
  ragged_short: number;
  ragged_long: number;
  decisions: Decision[];
  /** Missing where nothing was. */
  overruled?: Overruled;
  warnings: Warning[];
  /** Wall time of the conversion. */
  seconds: number;
  bytes_per_second: number;
  peak_memory_bytes: number | null;
}

/** What a person overruled of how the file is read; what is not there, the file decided. */
export type Overruled = Partial<Reading>;

/** A value and the rows that hold it. */
export interface FrequentValue {
  value: string;
  count: number;
}

/** What one column holds. */
export interface ColumnProfile {
  name: string;
  type: string;
  nulls: number;
  /** Estimated. */
  distinct: number;
  min: string | null;
  max: string | null;
  mean: number | null;
  frequent: FrequentValue[];
  frequent_exact: boolean;
  /** Of numbers, dates and times; missing in older profiles. */
  histogram?: Bin[] | null;
  /** Bytes of the shortest and of the longest text. */
  shortest?: number | null;
  longest?: number | null;
}

/** A part of a column's range and the rows whose value is in it. */
export interface Bin {
  from: string;
  to: string;
  count: number;
}

/** `profile.json`. */
export interface Profile {
  rows: number;
  columns: ColumnProfile[];
}
