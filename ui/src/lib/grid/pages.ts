/**
 * Rows by the page. A table of any length is read in pages of Arrow; the pages around what is on screen are kept, and
 * while a person scrolls only the newest wish is fetched, so that no jump waits for rows nobody looks at any more.
 */
import { tableFromIPC } from '@uwdata/flechette';
import { ApiError, type StrayCell } from '$lib/api';
import { strings } from '$lib/strings';
import { cellReader, EXACT, type Cell, type CellReader } from './cells';

/** Where the rows of a table come from. */
export interface RowSource {
  /** Names the rows: another key is another table. */
  key: string;
  /** Rows in all. */
  rows: number;
  /** Rows `offset` to `offset + limit` as an Arrow IPC stream. */
  page(offset: number, limit: number): Promise<Uint8Array>;
  /**
   * Where the number of each row in the table, counted from 1, stands behind the columns: the highest that there may be.
   * Else the number of a row is its place.
   */
  numberedTo?: number;
  /** The cells of these rows that did not fit their column, by the row's number and the column's place. */
  strays?(numbers: number[]): Promise<StrayCells>;
}

/** What stood in a cell before it was set aside, and why it was. */
export interface Stray {
  text: string;
  reason: string;
}

/** Cells that did not fit: by the number of the row in the table, then by the place of the column. */
export type StrayCells = Map<number, Map<number, Stray>>;

/** The cells that did not fit, by their places in a table of these columns. */
export function strayCells(cells: StrayCell[], columns: { name: string }[]): StrayCells {
  const places = new Map(columns.map((column, place) => [column.name, place]));
  const found: StrayCells = new Map();
  for (const { row, column, text, reason } of cells) {
    const place = places.get(column);
    if (place === undefined) continue;
    const inRow = found.get(row) ?? new Map<number, Stray>();
    found.set(row, inRow.set(place, { text, reason }));
  }
  return found;
}

/** A column of a table. */
export interface GridColumn {
  name: string;
  type: string;
  /** Cells that did not fit the type. */
  strays?: number;
  /** Whether the digits of its numbers are grouped, where that is known. */
  grouped?: boolean | undefined;
}

interface Page {
  readers: CellReader[];
  rows: number;
  strays: StrayCells | undefined;
}

const KEPT = 48;
const CELLS_PER_PAGE = 640_000;
/** From here on a page costs by its columns, whatever its rows: two at once would only delay each other. */
const WIDE = 1_000;

/** How many rows a page holds: fewer where the table is wide, so that a page stays small. */
export function rowsPerPage(columns: number): number {
  return Math.min(256, Math.max(64, Math.floor(CELLS_PER_PAGE / Math.max(1, columns))));
}

/** The pages of one table that are at hand. */
export class Pages {
  readonly size: number;
  readonly #atOnce: number;
  readonly #source: RowSource;
  readonly #columns: number;
  readonly #changed: () => void;
  /** In the order of their last use, oldest first. */
  readonly #pages = new Map<number, Page>();
  readonly #failed = new Map<number, unknown>();
  readonly #loading = new Set<number>();
  #wanted: number[] = [];
  #closed = false;

  /** `changed` is called whenever rows arrived or could not be read. */
  constructor(source: RowSource, columns: number, changed: () => void) {
    this.#source = source;
    this.#columns = columns;
    this.#changed = changed;
    this.size = rowsPerPage(columns);
    this.#atOnce = columns > WIDE ? 1 : 2;
  }

  /** The cell, or undefined while its page is not there. */
  cell(row: number, column: number): Cell | undefined {
    const page = this.#pages.get(Math.floor(row / this.size));
    const within = row % this.size;
    return page !== undefined && within < page.rows ? page.readers[column]?.(within) : undefined;
  }

  /** The number of the row in the table, counted from 1; undefined while its page is not there. */
  number(row: number): number | undefined {
    if (this.#source.numberedTo === undefined) return row + 1;
    const cell = this.cell(row, this.#columns);
    return cell === undefined ? undefined : Number(cell.text);
  }

  /** What stood in a cell before it was set aside; undefined for every other cell. */
  stray(row: number, column: number): Stray | undefined {
    const strays = this.#pages.get(Math.floor(row / this.size))?.strays;
    if (strays === undefined) return undefined;
    const number = this.number(row);
    return number === undefined ? undefined : strays.get(number)?.get(column);
  }

  /** Asks for the rows from `first` to `last`, in place of what was asked for before and is not yet under way. */
  want(first: number, last: number): void {
    if (this.#source.rows === 0) return;
    const from = Math.floor(Math.max(0, first) / this.size);
    const to = Math.floor(Math.min(this.#source.rows - 1, Math.max(0, last)) / this.size);
    this.#wanted = [];
    for (let index = from; index <= to; index += 1) {
      const page = this.#pages.get(index);
      if (page !== undefined) {
        this.#pages.delete(index);
        this.#pages.set(index, page);
      } else if (!this.#loading.has(index) && !this.#failed.has(index)) {
        this.#wanted.push(index);
      }
    }
    this.#next();
  }

  /** Why the row could not be read; undefined where nothing failed. */
  failure(row: number): unknown {
    return this.#failed.get(Math.floor(row / this.size));
  }

  /** Forgets the failures, so that the rows can be asked for again. */
  retry(): void {
    this.#failed.clear();
  }

  /** No more pages are fetched, and those under way are dropped when they come. */
  close(): void {
    this.#closed = true;
    this.#wanted = [];
    this.#pages.clear();
  }

  /** Looks up which cells of a page did not fit; the page is shown meanwhile, and where that fails it stays as it is. */
  async #strays(index: number, page: Page): Promise<void> {
    if (this.#source.strays === undefined) return;
    const first = index * this.size;
    const numbers = Array.from({ length: page.rows }, (_, row) => this.number(first + row) ?? 0);
    try {
      page.strays = await this.#source.strays(numbers);
    } catch {
      return;
    }
    if (!this.#closed && page.strays.size > 0) this.#changed();
  }

  #next(): void {
    while (this.#loading.size < this.#atOnce) {
      const index = this.#wanted.shift();
      if (index === undefined) return;
      void this.#load(index);
    }
  }

  async #load(index: number): Promise<void> {
    this.#loading.add(index);
    try {
      const bytes = await this.#source.page(index * this.size, this.size);
      if (this.#closed) return;
      const table = tableFromIPC(bytes, EXACT);
      // Rows that are not there must not look like rows that are still to come.
      if (table.numRows < Math.min(this.size, this.#source.rows - index * this.size)) {
        throw new ApiError({ code: 'rows_missing', message: strings.grid.missing });
      }
      const page: Page = { readers: table.children.map(cellReader), rows: table.numRows, strays: undefined };
      this.#pages.set(index, page);
      void this.#strays(index, page);
      for (const oldest of this.#pages.keys()) {
        if (this.#pages.size <= KEPT) break;
        this.#pages.delete(oldest);
      }
    } catch (thrown) {
      this.#failed.set(index, thrown);
    } finally {
      this.#loading.delete(index);
      if (!this.#closed) {
        this.#next();
        this.#changed();
      }
    }
  }
}
