/**
 * Numbers, sizes, times and plurals for a person, in their locale. Values of datasets keep every digit, and have a way of
 * their own (see `grid/shown.ts`).
 */

/** A person's way of writing things down; made once per locale. */
export class Format {
  /** The locale, as a BCP 47 tag. */
  readonly locale: string;
  readonly #integer: Intl.NumberFormat;
  readonly #compact: Intl.NumberFormat;
  readonly #percent: Intl.NumberFormat;
  readonly #short: Intl.NumberFormat;
  readonly #plural: Intl.PluralRules;
  readonly #dateTime: Intl.DateTimeFormat;
  readonly #time: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;
  readonly #list: Intl.ListFormat;

  constructor(locale?: string) {
    this.#integer = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
    this.locale = this.#integer.resolvedOptions().locale;
    this.#compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumSignificantDigits: 3 });
    this.#percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
    this.#short = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 });
    // The catalogue is in English, and so are its plurals.
    this.#plural = new Intl.PluralRules('en');
    this.#dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
    this.#time = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
    this.#day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
    this.#list = new Intl.ListFormat('en', { type: 'conjunction' });
  }

  /** 12003456 → 12,003,456 */
  count(value: number): string {
    return this.#integer.format(value);
  }

  /** 12003456 → 12M */
  compact(value: number): string {
    return value < 10_000 ? this.#integer.format(value) : this.#compact.format(value);
  }

  /** Bytes in steps of a thousand: 1540000000 → 1.54 GB */
  bytes(value: number): string {
    const units = ['B', 'kB', 'MB', 'GB', 'TB'];
    let scaled = value;
    let unit = 0;
    while (scaled >= 999.5 && unit < units.length - 1) {
      scaled /= 1000;
      unit += 1;
    }
    return `${this.#short.format(scaled)} ${units[unit]}`;
  }

  /** Bytes per second: 350000000 → 350 MB/s */
  speed(value: number): string {
    return `${this.bytes(value)}/s`;
  }

  /** A share from 0 to 1; what is not nothing never shows as 0 %, what is not all never as 100 %. */
  percent(value: number): string {
    if (value > 0 && value < 0.001) return `< ${this.#percent.format(0.001)}`;
    if (value < 1 && value > 0.999) return `> ${this.#percent.format(0.999)}`;
    return this.#percent.format(value);
  }

  /** How long something took: 0.004 → 4 ms, 2.31 → 2.3 s, 95 → 1 min 35 s */
  duration(seconds: number): string {
    if (seconds < 1) return `${Math.max(1, Math.round(seconds * 1000))} ms`;
    if (seconds < 10) return `${this.#short.format(Math.round(seconds * 10) / 10)} s`;
    return this.remaining(seconds);
  }

  /** Whole seconds, minutes and hours: 4200 → 1 h 10 min */
  remaining(seconds: number): string {
    const whole = Math.max(1, Math.round(seconds));
    if (whole < 60) return `${whole} s`;
    const minutes = Math.floor(whole / 60);
    if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
    const hours = Math.floor(minutes / 60);
    return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  }

  /** The form that a count takes: `plural(1, 'row', 'rows')`. */
  plural(value: number, one: string, other: string): string {
    return this.#plural.select(value) === 'one' ? one : other;
  }

  /** An RFC 3339 time, day and clock. */
  dateTime(rfc3339: string): string {
    const date = new Date(rfc3339);
    return Number.isNaN(date.getTime()) ? rfc3339 : this.#dateTime.format(date);
  }

  /** An RFC 3339 time as shortly as it is clear: the clock today, the day before. */
  moment(rfc3339: string, now: Date = new Date()): string {
    const date = new Date(rfc3339);
    if (Number.isNaN(date.getTime())) return rfc3339;
    return date.toDateString() === now.toDateString() ? this.#time.format(date) : this.#day.format(date);
  }

  /** "a, b, and c" */
  list(items: string[]): string {
    return this.#list.format(items);
  }
}

function isKnown(tag: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false;
  }
}

/** The locale that the person chose, or that of their system; where none is set up there, numbers are still grouped. */
export function locale(chosen: string | null = null): string | undefined {
  if (chosen !== null && isKnown(chosen)) return chosen;
  return /posix/i.test(new Intl.NumberFormat().resolvedOptions().locale) ? 'en-US' : undefined;
}

/** The person's own way of writing things down. */
export let format = new Format(locale());

/** Has things written in a locale from now on; what is shown already has to be shown anew. */
export function formatIn(chosen: string | null): void {
  format = new Format(locale(chosen));
}

/** A sentence of the core as it stands by itself: with a capital letter and a full stop. */
export function sentence(text: string): string {
  const begun = /^[a-z]+[ ,]/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /[\p{L}\p{N})”"`’']$/u.test(begun) && !begun.includes('\n') ? `${begun}.` : begun;
}

/** The last part of a path of any platform. */
export function fileName(path: string): string {
  return path.split(/[/\\]/).filter(Boolean).at(-1) ?? path;
}

/** A name that every platform accepts for a file. */
export function safeFileName(name: string): string {
  const cleaned = Array.from(name, (character) =>
    character < ' ' || '<>:"/\\|?*'.includes(character) ? '_' : character,
  )
    .join('')
    .replace(/[. ]+$/, '')
    .trim();
  return cleaned || 'export';
}

/** Now, RFC 3339. */
export function thisMoment(): string {
  return new Date().toISOString();
}
