/**
 * Cells as a person reads them, in their locale, with every digit that is there: `1234567.50` is 1,234,567.50 here and
 * 1.234.567,50 there, `2026-03-14` is Mar 14, 2026 or 14. März 2026. What is copied, exported or shown in the status bar
 * stays as it is.
 */
import { locale } from '$lib/format';
import type { Cell } from './cells';

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?$/;
const DAY = /^(\d{4})-(\d{2})-(\d{2})(?: (.+))?$/;
const SPACES = /[\u00a0\u202f\u2009]/g;

/** A person's way of writing the values of cells; made once per locale. */
export class Shown {
  readonly #whole: Intl.NumberFormat;
  readonly #amount: Intl.NumberFormat;
  readonly #day: Intl.DateTimeFormat;
  readonly #decimal: string;
  readonly #group: string;
  readonly #months: Map<string, string>;

  constructor(locale?: string) {
    // Where nothing is known of their column, whole numbers of four digits are not grouped: most of those are years and the
    // like. Digits stay Western ones, as the fraction's are.
    this.#whole = new Intl.NumberFormat(locale, { useGrouping: 'min2', numberingSystem: 'latn' });
    this.#amount = new Intl.NumberFormat(locale, { useGrouping: 'auto', numberingSystem: 'latn' });
    const parts = this.#amount.formatToParts(1_234_567.5);
    this.#decimal = parts.find((part) => part.type === 'decimal')?.value ?? '.';
    this.#group = parts.find((part) => part.type === 'group')?.value ?? '';
    const day = { year: 'numeric', month: 'short', day: 'numeric', timeZone: 'UTC', numberingSystem: 'latn' } as const;
    this.#day = new Intl.DateTimeFormat(locale, { ...day, calendar: 'gregory' });
    this.#months = new Map();
    for (const style of ['long', 'short'] as const) {
      const name = new Intl.DateTimeFormat(locale, { ...day, month: style, calendar: 'gregory' });
      for (let month = 0; month < 12; month += 1) {
        const text = name.formatToParts(Date.UTC(2026, month, 15)).find((part) => part.type === 'month')?.value ?? '';
        if (/\p{L}/u.test(text)) this.#months.set(bare(text), String(month + 1).padStart(2, '0'));
      }
    }
  }

  /** What stands in a cell; `grouped` is whether a number's digits are, where that is known. */
  cell(cell: Cell, grouped?: boolean): string {
    if (cell.kind === 'number') return this.number(cell.text, grouped);
    return cell.kind === 'time' ? this.time(cell.text) : cell.text;
  }

  /** A number as it stands in CSV, in the locale's way and with the same digits. */
  number(text: string, grouped?: boolean): string {
    const found = NUMBER.exec(text);
    // With an exponent there is nothing to group.
    if (found === null) return /\d/.test(text) ? text.replace('.', this.#decimal) : text;
    const [, sign = '', whole = '', fraction] = found;
    const way = fraction === undefined && grouped === undefined ? this.#whole : this.#amount;
    const digits = grouped === false ? whole : way.format(BigInt(whole));
    return `${sign}${digits}${fraction === undefined ? '' : this.#decimal + fraction}`;
  }

  /** A date, or a date and a time; a time alone, and years beyond four digits, are the same everywhere. */
  time(text: string): string {
    const found = DAY.exec(text);
    if (found === null) return text;
    const [, year, month, day, clock] = found;
    const date = this.#day.format(Date.UTC(Number(year), Number(month) - 1, Number(day)));
    return clock === undefined ? date : `${date} ${clock}`;
  }

  /** What a person typed as a number of CSV; null where it is none. */
  toNumber(text: string): string | null {
    let plain = text.trim().replace('−', '-').replace(SPACES, ' ');
    const group = this.#group.replace(SPACES, ' ');
    if (/^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(plain) && !(group === '.' && /\.\d{3}$/.test(plain))) return plain;
    if (group !== '') plain = plain.replaceAll(group, '');
    plain = plain.replaceAll(' ', '').replace(this.#decimal, '.');
    return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? plain : null;
  }

  /** What a person typed as a date of CSV, with the time behind it where there is one; null where it is none. */
  toTime(text: string): string | null {
    const trimmed = text.trim().replace(SPACES, ' ');
    if (/^\d{4}-\d{2}(-\d{2})?([ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?$/.test(trimmed)) return trimmed.replace('T', ' ');
    if (/^\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(trimmed))
      return trimmed.padStart(trimmed.indexOf(':') === 1 ? trimmed.length + 1 : 0, '0');
    const clock = /\s(\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)$/.exec(trimmed)?.[1];
    const words = (clock === undefined ? trimmed : trimmed.slice(0, -clock.length)).split(/[\s,]+/).filter(Boolean);
    let year: string | undefined;
    let month: string | undefined;
    let day: string | undefined;
    for (const word of words) {
      const number = /^(\d+)\.?$/.exec(word)?.[1];
      if (number === undefined) month ??= this.#months.get(bare(word));
      else if (number.length === 4) year = number;
      else if (number.length <= 2) day = number.padStart(2, '0');
    }
    if (year === undefined || month === undefined) return null;
    const date = day === undefined ? `${year}-${month}` : `${year}-${month}-${day}`;
    return clock === undefined ? date : `${date} ${clock}`;
  }

  /** What to look for in cells where a person looks for this: the text itself, and what it is in CSV. */
  searched(text: string): string[] {
    const texts = [text, this.toNumber(text), this.toTime(text)].filter((each) => each !== null && each !== '');
    return [...new Set(texts as string[])];
  }
}

/** A month's name however it is cut and written. */
function bare(month: string): string {
  return month.toLocaleLowerCase().replace(/\.$/, '');
}

/** The person's own way of writing the values of cells. */
export let shown = new Shown(locale());

/** Has cells written in a locale from now on; what is shown already has to be shown anew. */
export function showIn(chosen: string | null): void {
  shown = new Shown(locale(chosen));
}

/** What is known of a column's numbers. */
interface Numbers {
  distinct: number;
  min: string | null;
  max: string | null;
}

/**
 * Whether the digits of a column's numbers are grouped: not where they name something rather than count it, nor where
 * none has more than four of them. Undefined where that cannot be told.
 */
export function isGrouped(
  column: { name: string; type: string },
  known: Numbers | undefined,
  rows: number,
): boolean | undefined {
  const name = column.name.trim();
  if (/[.(]|DOUBLE|FLOAT/.test(column.type.toUpperCase()) && !/\(\d+,\s*0\)/.test(column.type)) return true;
  if (/(^|[^a-z])(id|ids|key|no|nr|number|code|zip|year|plz|isbn|ean|phone)$/i.test(name)) return false;
  if (/[a-z](Id|ID|Key|No|Nr|Code|Year)$/.test(name)) return false;
  if (known === undefined) return undefined;
  if (rows >= 50 && known.distinct >= 0.98 * rows) return false;
  return Math.max(...[known.min, known.max].map((value) => value?.replace('-', '').length ?? 0)) > 4;
}
