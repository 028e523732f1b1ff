/**
 * Scrolling over more rows than a browser can lay out. An element can be some thirty million pixels high, which is
 * about a million rows; so the track is at most `LIMIT` pixels, and what it shows is its place plus an offset that
 * changes from section to section. Small moves (wheel, keys, touch) are exact to the pixel everywhere, large ones (the
 * scrollbar's thumb) are in proportion, and both ends are reached exactly.
 */
const LIMIT = 8_000_000;
const SECTIONS = 100;

/** Maps places on a track of bounded height to places in a table of any height, both in pixels. */
export class Track {
  /** Height of the whole table. */
  readonly full: number;
  /** Height of the element that scrolls. */
  readonly height: number;
  readonly #section: number;
  readonly #sections: number;
  readonly #jump: number;
  #offset = 0;

  constructor(full: number, limit = LIMIT) {
    this.full = full;
    this.height = Math.min(full, limit);
    if (full <= limit) {
      this.#section = Math.max(1, full);
      this.#sections = 1;
      this.#jump = 0;
    } else {
      this.#section = limit / SECTIONS;
      this.#sections = Math.floor(full / this.#section);
      this.#jump = (full - limit) / (this.#sections - 1);
    }
  }

  /** What has to be added to a place on the track to get the place in the table. */
  get offset(): number {
    return this.#offset;
  }

  /**
   * Takes a move of the track from `before` to `now`, in a window of `view` pixels; `exact` where a wheel made it,
   * however far it went. The answer is where the track has to be put instead; undefined where it can stay.
   */
  moved(before: number, now: number, view: number, exact = false): number | undefined {
    if (this.#sections === 1) return undefined;
    const last = this.height - view;
    if ((exact || Math.abs(now - before) < view) && now > 0 && now < last) {
      const place = now + this.#offset;
      const offset = this.#offsetAt(place);
      if (offset === this.#offset) return undefined;
      this.#offset = offset;
      return place - offset;
    }
    const share = last <= 0 ? 0 : Math.min(1, Math.max(0, now / last));
    const place = share * (this.full - view);
    this.#offset = now <= 0 ? 0 : now >= last ? this.full - this.height : this.#offsetAt(place);
    return undefined;
  }

  /** Where the track has to be put so that `place` of the table is at the top of a window of `view` pixels. */
  placeAt(place: number, view: number): number {
    const bounded = Math.max(0, Math.min(place, this.full - view));
    this.#offset = bounded >= this.full - view ? this.full - this.height : this.#offsetAt(bounded);
    return bounded - this.#offset;
  }

  #offsetAt(place: number): number {
    const section = Math.min(this.#sections - 1, Math.max(0, Math.floor(place / this.#section)));
    return Math.round(section * this.#jump);
  }
}
