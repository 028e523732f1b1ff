import { describe, expect, it } from 'vitest';
import { Track } from '$lib/grid/track';
import { fittingWidth, lefts, visible } from '$lib/grid/widths';

const ROW = 28;
const VIEW = 600;
const FULL = 12_000_000 * ROW;

/** Moves the track as a browser would, and tells the place in the table. */
function move(track: Track, from: number, to: number): { top: number; place: number } {
  const bounded = Math.max(0, Math.min(track.height - VIEW, to));
  const top = track.moved(from, bounded, VIEW) ?? bounded;
  return { top, place: top + track.offset };
}

describe('a track', () => {
  it('of a short table is as high as the table, and exact', () => {
    const track = new Track(1_000 * ROW);
    expect(track.height).toBe(28_000);
    expect(move(track, 0, 12_345)).toEqual({ top: 12_345, place: 12_345 });
  });

  it('is never higher than a browser can lay out', () => {
    expect(new Track(1e12).height).toBeLessThan(10_000_000);
  });

  it('reaches both ends of a long table exactly', () => {
    const track = new Track(FULL);
    expect(move(track, 0, Number.MAX_SAFE_INTEGER).place).toBe(FULL - VIEW);
    expect(move(track, track.height - VIEW, 0).place).toBe(0);
  });

  it('moves to the pixel with a wheel, anywhere in a long table', () => {
    const track = new Track(FULL);
    for (const start of [0, 79_900, 1_000_000, FULL / 2, FULL - VIEW - 5_000]) {
      let top = track.placeAt(start, VIEW);
      let place = top + track.offset;
      expect(place).toBe(start);
      for (let step = 0; step < 200; step += 1) {
        const next = move(track, top, top + 120);
        const wanted = Math.min(FULL - VIEW, place + 120);
        expect(Math.abs(next.place - wanted)).toBeLessThanOrEqual(wanted === FULL - VIEW ? 120 : 0);
        ({ top, place } = next);
      }
      for (let step = 0; step < 200 && place > 120; step += 1) {
        const next = move(track, top, top - 120);
        expect(next.place).toBe(place - 120);
        ({ top, place } = next);
      }
    }
  });

  it('goes in proportion with the thumb', () => {
    const track = new Track(FULL);
    const half = (track.height - VIEW) / 2;
    const { place } = move(track, 0, half);
    expect(Math.abs(place - (FULL - VIEW) / 2)).toBeLessThan(FULL / 50);
  });

  it('shows any row that is asked for', () => {
    const track = new Track(FULL);
    for (const row of [0, 1, 4_321, 5_999_999, 11_999_978]) {
      const top = track.placeAt(row * ROW, VIEW);
      expect(top).toBeGreaterThanOrEqual(0);
      expect(top).toBeLessThanOrEqual(track.height - VIEW);
      expect(top + track.offset).toBe(row * ROW);
    }
    expect(track.placeAt(1e15, VIEW) + track.offset).toBe(FULL - VIEW);
  });
});

describe('columns on screen', () => {
  it('are found among ten thousand', () => {
    const begins = lefts(new Array<number>(10_000).fill(100));
    expect(visible(begins, 0, 350)).toEqual([0, 4]);
    expect(visible(begins, 500_050, 300)).toEqual([5_000, 5_004]);
    expect(visible(begins, 999_900, 900)).toEqual([9_999, 10_000]);
    expect(visible(lefts([]), 0, 900)).toEqual([0, 0]);
  });

  it('are as wide as what they hold, within reason', () => {
    const narrow = fittingWidth({ name: 'x', type: 'BIGINT' }, []);
    const named = fittingWidth({ name: 'a rather long name of a column', type: 'BIGINT' }, []);
    const full = fittingWidth({ name: 'x', type: 'VARCHAR' }, ['y'.repeat(1_000_000)]);
    expect(narrow).toBeLessThan(named);
    expect(full).toBe(340);
  });
});
