/**
 * How a person has laid the columns of a table out: their order, their widths, which are hidden and which stay at the
 * left. Columns are known by their place in the table; only what is kept between two visits goes by names, so that it
 * still holds when the table was written anew with other columns.
 */

/** A layout; none of its parts is ever changed, each change makes another layout. */
export interface Layout {
  /** Every column in the order in which they stand, hidden ones too. */
  readonly order: readonly number[];
  readonly hidden: ReadonlySet<number>;
  /** How many of the columns that are shown stay at the left. */
  readonly frozen: number;
  /** Widths that the person chose, in pixels at the normal text size. */
  readonly widths: ReadonlyMap<number, number>;
}

/** What is kept of a layout, by the names of the columns; what is as it was in the beginning is left out. */
export interface SavedLayout {
  order?: string[];
  hidden?: string[];
  frozen?: number;
  widths?: Record<string, number>;
}

const NARROWEST = 48;
const WIDEST = 1600;

/** All columns, as they come. */
export function plainLayout(columns: number): Layout {
  return {
    order: Array.from({ length: columns }, (_, index) => index),
    hidden: new Set(),
    frozen: 0,
    widths: new Map(),
  };
}

/** The columns that are shown, in their order. */
export function shownColumns({ order, hidden }: Layout): number[] {
  return hidden.size === 0 ? order.slice() : order.filter((column) => !hidden.has(column));
}

/** Hides columns, but never the last one. */
export function hide(layout: Layout, columns: Iterable<number>): Layout {
  const hidden = new Set([...layout.hidden, ...columns]);
  const shown = shownColumns(layout);
  if (shown.every((column) => hidden.has(column))) hidden.delete(shown[0] ?? 0);
  const frozen = shown.slice(0, layout.frozen).filter((column) => !hidden.has(column)).length;
  return { ...layout, hidden, frozen };
}

/** Shows columns again, in the place that they had. */
export function show(layout: Layout, columns: Iterable<number>): Layout {
  const hidden = new Set(layout.hidden);
  for (const column of columns) hidden.delete(column);
  const before = new Set(shownColumns(layout).slice(0, layout.frozen));
  const after = shownColumns({ ...layout, hidden });
  // A column that comes back among those that stay at the left stays there, too.
  const last = after.findLastIndex((column) => before.has(column));
  return { ...layout, hidden, frozen: last + 1 };
}

/** Puts the column that is shown at `from` where the one at `to` is, which makes room. */
export function move(layout: Layout, from: number, to: number): Layout {
  const shown = shownColumns(layout);
  const column = shown[from];
  const target = shown[Math.max(0, Math.min(shown.length - 1, to))];
  if (column === undefined || target === undefined || column === target) return layout;
  const order = layout.order.filter((each) => each !== column);
  order.splice(order.indexOf(target) + (from < to ? 1 : 0), 0, column);
  return { ...layout, order };
}

/** Keeps the first columns that are shown at the left. */
export function freeze(layout: Layout, count: number): Layout {
  return { ...layout, frozen: Math.max(0, Math.min(count, shownColumns(layout).length)) };
}

/** Gives a column a width. */
export function resize(layout: Layout, column: number, width: number): Layout {
  const bounded = Math.round(Math.max(NARROWEST, Math.min(WIDEST, width)));
  return { ...layout, widths: new Map(layout.widths).set(column, bounded) };
}

/** Whether nothing but widths was changed. */
export function isPlain({ order, hidden, frozen }: Layout): boolean {
  return frozen === 0 && hidden.size === 0 && order.every((column, index) => column === index);
}

/** What is to be kept; null where the person changed nothing. */
export function toSaved(layout: Layout, names: readonly string[]): SavedLayout | null {
  const name = (column: number) => names[column] ?? '';
  const saved: SavedLayout = {};
  if (layout.order.some((column, index) => column !== index)) saved.order = layout.order.map(name);
  if (layout.hidden.size > 0) saved.hidden = [...layout.hidden].map(name);
  if (layout.frozen > 0) saved.frozen = layout.frozen;
  if (layout.widths.size > 0)
    saved.widths = Object.fromEntries([...layout.widths].map(([at, wide]) => [name(at), wide]));
  return Object.keys(saved).length > 0 ? saved : null;
}

/** The layout that was kept, as far as the columns are still there; new ones come last. */
export function fromSaved(saved: SavedLayout | null, names: readonly string[]): Layout {
  const plain = plainLayout(names.length);
  if (saved === null) return plain;
  const places = new Map(names.map((name, index) => [name, index]));
  const known = (list: unknown): number[] =>
    Array.isArray(list) ? list.flatMap((name) => places.get(String(name)) ?? []) : [];
  const order = [...new Set([...known(saved.order), ...plain.order])];
  const widths = Object.entries(saved.widths ?? {}).flatMap(([name, wide]): [number, number][] => {
    const place = places.get(name);
    return place === undefined || !Number.isFinite(wide) ? [] : [[place, wide]];
  });
  const layout = hide({ ...plain, order, widths: new Map(widths) }, known(saved.hidden));
  return freeze(layout, Number(saved.frozen) || 0);
}

const STORE = 'buzz-csv.layouts';
/** Layouts that are kept; the one that was not used for the longest time goes first. */
const KEPT = 200;

function readAll(): [string, SavedLayout][] {
  try {
    const all: unknown = JSON.parse(localStorage.getItem(STORE) ?? '[]');
    return Array.isArray(all) ? (all as [string, SavedLayout][]) : [];
  } catch {
    return [];
  }
}

/** The layout of a table that was kept in the window's own storage. */
export function loadLayout(key: string, names: readonly string[]): Layout {
  const saved = readAll().find(([known]) => known === key)?.[1] ?? null;
  try {
    return fromSaved(saved, names);
  } catch {
    return plainLayout(names.length);
  }
}

/** Keeps a layout in the window's own storage; where that is refused, it lasts until the window is closed. */
export function saveLayout(key: string, layout: Layout, names: readonly string[]): void {
  const saved = toSaved(layout, names);
  const others = readAll().filter(([known]) => known !== key);
  const all = saved === null ? others : [...others, [key, saved]];
  try {
    localStorage.setItem(STORE, JSON.stringify(all.slice(-KEPT)));
  } catch {
    // The storage is full or switched off.
  }
}
