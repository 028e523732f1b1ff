/** Widths of columns, and which of them are on screen. */
import { oneLine, type Cell } from './cells';

const CHARACTER = 7.4;
const PADDING = 26;
/** Room for the icon and the type in the header. */
const HEADER_PADDING = 46;
const NARROWEST = 72;
const WIDEST = 340;

/** About how many Latin letters wide a text is. */
function letters(text: string): number {
  let width = 0;
  for (const character of text) width += character > '\u2e80' ? 2 : 1;
  return width;
}

/** A width in pixels that shows the header and the sampled cells, within reason. */
export function fittingWidth(name: string, cells: (Cell | undefined)[]): number {
  let wide = letters(oneLine(name)) * CHARACTER + HEADER_PADDING;
  for (const cell of cells) {
    if (cell !== undefined) wide = Math.max(wide, letters(oneLine(cell.text).slice(0, 80)) * CHARACTER + PADDING);
  }
  return Math.round(Math.min(WIDEST, Math.max(NARROWEST, wide)));
}

/** Where each column begins, and, last, where the table ends. */
export function lefts(widths: ArrayLike<number>): Float64Array {
  const begins = new Float64Array(widths.length + 1);
  for (let index = 0; index < widths.length; index += 1) begins[index + 1] = (begins[index] ?? 0) + (widths[index] ?? 0);
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
