/** Widths of columns, and which of them are on screen. */
import { oneLine } from './cells';

const PADDING = 28;
/** Room for the icon beside the type. */
const ICON = 18;
/** The type is set smaller than the rest. */
const SMALL = 0.86;
/** Room for the count of cells that did not fit. */
const STRAYS = 40;
/** Room for the arrow of a sorted column. */
const MARKS = 14;
const NARROWEST = 72;
const WIDEST = 340;

interface Pen {
  digit: number;
  letter: number;
  /** How much wider a strong letter is. */
  strong: number;
}

let measured: Pen | undefined;

/** How wide characters are at the normal text size of 13 pixels: measured once, or guessed where nothing can be drawn. */
function pen(): Pen {
  if (measured !== undefined) return measured;
  const canvas = typeof OffscreenCanvas === 'undefined' ? null : new OffscreenCanvas(1, 1).getContext('2d');
  if (canvas === null) return (measured = { digit: 7.6, letter: 7.4, strong: 1.1 });
  const family = getComputedStyle(document.body).fontFamily;
  const letters = 'etaoinshrdlu_cmfwyp';
  canvas.font = `13px ${family}`;
  const digit = canvas.measureText('0').width;
  const letter = canvas.measureText(letters).width / letters.length;
  canvas.font = `600 13px ${family}`;
  const strong = canvas.measureText(letters).width / letters.length / letter;
  return (measured = { digit, letter, strong });
}

/** About how wide a text is, in pixels. */
function widthOf(text: string): number {
  const { digit, letter } = pen();
  let width = 0;
  for (const each of text) {
    if (each > '\u2e80') width += 13;
    else if ((each >= '0' && each <= '9') || (each >= 'A' && each <= 'Z')) width += digit;
    else width += letter;
  }
  return width;
}

/** A width in pixels that shows the header and the sampled texts of cells, within reason. */
export function fittingWidth(
  column: { name: string; type: string; strays?: number },
  texts: (string | undefined)[],
): number {
  let wide = Math.max(
    widthOf(oneLine(column.name)) * pen().strong * 1.06 + PADDING + MARKS,
    widthOf(column.type) * SMALL * 1.08 + ICON + PADDING + (column.strays ? STRAYS : 0),
  );
  for (const text of texts) {
    if (text !== undefined) wide = Math.max(wide, widthOf(oneLine(text).slice(0, 60)) + PADDING);
  }
  return Math.round(Math.min(WIDEST, Math.max(NARROWEST, wide)));
}

/** Where each column begins, and, last, where the table ends. */
export function lefts(widths: ArrayLike<number>): Float64Array {
  const begins = new Float64Array(widths.length + 1);
  for (let index = 0; index < widths.length; index += 1)
    begins[index + 1] = (begins[index] ?? 0) + (widths[index] ?? 0);
  return begins;
}

/** The columns that a window from `left`, `view` pixels wide, shows a part of: first and one past the last. */
export function visible(begins: Float64Array, left: number, view: number): [number, number] {
  const columns = begins.length - 1;
  if (columns <= 0) return [0, 0];
  let low = 0;
  let high = columns - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((begins[middle] ?? 0) <= left) low = middle;
    else high = middle - 1;
  }
  let end = low + 1;
  while (end < columns && (begins[end] ?? 0) < left + view) end += 1;
  return [low, end];
}

/** The column that a place is in, or the nearest one. */
export function columnAt(begins: Float64Array, place: number): number {
  return visible(begins, Math.max(0, place), 0)[0];
}
