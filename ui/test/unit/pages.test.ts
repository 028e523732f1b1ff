import { int64, tableFromArrays, tableToIPC } from '@uwdata/flechette';
import { describe, expect, it, vi } from 'vitest';
import { Pages, rowsPerPage, type RowSource } from '$lib/grid/pages';

const settled = () => new Promise((resolve) => setTimeout(resolve));

function bytes(offset: number, count: number): Uint8Array {
  const x = Array.from({ length: count }, (_, index) => BigInt(offset + index));
  return tableToIPC(tableFromArrays({ x }, { types: { x: int64() } }), { format: 'stream' }) ?? new Uint8Array();
}

/** A table whose pages come when the test lets them. */
function held(rows: number) {
  const asked: { offset: number; come: () => void; fail: (why: Error) => void }[] = [];
  const source: RowSource = {
    key: 'x',
    rows,
    page: (offset, limit) =>
      new Promise((resolve, reject) => {
        asked.push({ offset, come: () => resolve(bytes(offset, Math.min(limit, rows - offset))), fail: reject });
      }),
  };
  return { asked, source };
}

describe('pages', () => {
  it('are smaller the wider a table is', () => {
    expect(rowsPerPage(1)).toBe(256);
    expect(rowsPerPage(5_000)).toBe(128);
    expect(rowsPerPage(10_000)).toBe(64);
  });

  it('give the cells of rows far into a table', async () => {
    const { asked, source } = held(12_000_000);
    const changed = vi.fn();
    const pages = new Pages(source, 1, changed);
    pages.want(11_999_990, 12_000_050);
    expect(pages.cell(11_999_995, 0)).toBeUndefined();
    asked.forEach((page) => page.come());
    await settled();
    expect(changed).toHaveBeenCalled();
    expect(pages.cell(11_999_999, 0)?.text).toBe('11999999');
    expect(pages.cell(11_999_999, 1)).toBeUndefined();
  });

  it('are fetched two at a time, and only the newest wish is kept waiting', async () => {
    const { asked, source } = held(1_000_000);
    const pages = new Pages(source, 1, () => undefined);
    pages.want(0, 256 * 9);
    pages.want(500_000, 500_100);
    pages.want(900_096, 900_200);
    expect(asked.map((page) => page.offset)).toEqual([0, 256]);
    asked.forEach((page) => page.come());
    await settled();
    const first = Math.floor(900_096 / 256) * 256;
    expect(asked.map((page) => page.offset)).toEqual([0, 256, first]);
  });

  it('that are at hand are not fetched again', async () => {
    const { asked, source } = held(500);
    const pages = new Pages(source, 1, () => undefined);
    pages.want(0, 20);
    asked[0]?.come();
    await settled();
    pages.want(5, 30);
    expect(asked).toHaveLength(1);
  });

  it('that fail tell why, are not asked for in a circle, and can be tried again', async () => {
    const { asked, source } = held(500);
    const pages = new Pages(source, 1, () => undefined);
    pages.want(0, 20);
    asked[0]?.fail(new Error('gone'));
    await settled();
    expect(pages.failure(3)).toEqual(new Error('gone'));
    pages.want(0, 20);
    expect(asked).toHaveLength(1);
    pages.retry();
    pages.want(0, 20);
    asked[1]?.come();
    await settled();
    expect(pages.failure(3)).toBeUndefined();
    expect(pages.cell(3, 0)?.text).toBe('3');
  });

  it('are let go when the table is left, and come to nothing afterwards', async () => {
    const { asked, source } = held(500);
    const changed = vi.fn();
    const pages = new Pages(source, 1, changed);
    pages.want(0, 20);
    pages.close();
    asked[0]?.come();
    await settled();
    expect(changed).not.toHaveBeenCalled();
    expect(pages.cell(0, 0)).toBeUndefined();
  });

  it('with fewer rows than there must be are a failure', async () => {
    const pages = new Pages({ key: 'x', rows: 50, page: () => Promise.resolve(bytes(0, 49)) }, 1, () => undefined);
    pages.want(0, 4);
    await settled();
    expect(pages.cell(0, 0)).toBeUndefined();
    expect(pages.failure(0)).toBeDefined();
  });

  it('of damaged bytes are a failure', async () => {
    const pages = new Pages(
      { key: 'x', rows: 5, page: () => Promise.resolve(new Uint8Array([1, 2, 3])) },
      1,
      () => undefined,
    );
    pages.want(0, 4);
    await settled();
    expect(pages.cell(0, 0)).toBeUndefined();
    expect(pages.failure(0)).toBeDefined();
  });

  it('of a table without rows are never asked for', () => {
    const { asked, source } = held(0);
    new Pages(source, 3, () => undefined).want(0, 10);
    expect(asked).toHaveLength(0);
  });
});
