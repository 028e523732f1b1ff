import { beforeEach, describe, expect, it, vi } from 'vitest';
import * as api from '$lib/api';
import { Arranged } from '$lib/grid/arranged.svelte';
import * as arranging from '$lib/grid/arrangement';
import * as layouts from '$lib/grid/layout';
import * as selecting from '$lib/grid/selection';
import { isGrouped, Shown } from '$lib/grid/shown';
import { copiedRows, copyOf, field } from '$lib/grid/tsv';

vi.mock('$lib/api', async () => ({ ...(await import('../mocked-api')).default }));
const core = vi.mocked(api);

describe('cells in the locale of the person', () => {
  const english = new Shown('en-US');
  const british = new Shown('en-GB');
  const german = new Shown('de-DE');
  const french = new Shown('fr-FR');

  it('keep every digit', () => {
    expect(english.number('12345678901234567890123456.10')).toBe('12,345,678,901,234,567,890,123,456.10');
    expect(german.number('-1234567.50')).toBe('-1.234.567,50');
    expect(english.number('1003.20')).toBe('1,003.20');
    expect(english.number('2013')).toBe('2013');
    expect(english.number('-0.05')).toBe('-0.05');
    expect(german.number('1.5e+21')).toBe('1,5e+21');
    expect(english.number('NaN')).toBe('NaN');
    expect(english.number('1234567', false)).toBe('1234567');
  });

  it('name the month, so that no day can be taken for one', () => {
    expect(british.time('2026-03-14')).toBe('14 Mar 2026');
    expect(english.time('2026-03-14 05:17:00.25')).toBe('Mar 14, 2026 05:17:00.25');
    expect(german.time('2026-03-04')).toContain('März');
    expect(english.time('05:17:00')).toBe('05:17:00');
    expect(english.time('+012026-03-14')).toBe('+012026-03-14');
  });

  it('are read back as they are written', () => {
    for (const way of [english, german, french]) {
      for (const text of ['1234567.50', '-12.5', '0.05', '1234567']) expect(way.toNumber(way.number(text))).toBe(text);
      for (const text of ['2026-03-14', '2026-12-01 05:17:00']) expect(way.toTime(way.time(text))).toBe(text);
    }
    expect(german.toNumber('1.234')).toBe('1234');
    expect(english.toNumber('1.234')).toBe('1.234');
    expect(english.toNumber('12 apples')).toBeNull();
    expect(english.toTime('soon')).toBeNull();
  });

  it('are searched for as they are written and as they are kept', () => {
    expect(english.searched('1,234.5')).toEqual(['1,234.5', '1234.5']);
    expect(british.searched('14 Mar 2026')).toEqual(['14 Mar 2026', '2026-03-14']);
    expect(british.searched('Mar 2026')).toEqual(['Mar 2026', '2026-03']);
    expect(english.searched('Miami')).toEqual(['Miami']);
  });

  it('are not grouped where they name something', () => {
    expect(isGrouped({ name: 'customer_id', type: 'BIGINT' }, undefined, 0)).toBe(false);
    expect(isGrouped({ name: 'orderNo', type: 'BIGINT' }, undefined, 0)).toBe(false);
    expect(isGrouped({ name: 'anything', type: 'BIGINT' }, { distinct: 1_000, min: '1', max: '99999' }, 1_000)).toBe(
      false,
    );
    expect(isGrouped({ name: 'passengers', type: 'BIGINT' }, { distinct: 200, min: '1', max: '12000' }, 1_000)).toBe(
      true,
    );
    expect(isGrouped({ name: 'built', type: 'BIGINT' }, { distinct: 90, min: '1931', max: '2024' }, 1_000)).toBe(false);
    expect(isGrouped({ name: 'built', type: 'BIGINT' }, undefined, 0)).toBeUndefined();
    expect(isGrouped({ name: 'fare', type: 'DECIMAL(9,2)' }, undefined, 1_000)).toBe(true);
  });
});

describe('a selection', () => {
  const extent = { rows: 100, columns: 5 };

  it('is a rectangle from where it began', () => {
    const grown = selecting.moveTo(selecting.selectCell(10, 3), { row: 7, column: 99 }, extent, true);
    expect(selecting.rectangle(grown, extent)).toEqual({ top: 7, bottom: 10, left: 3, right: 4 });
    expect(selecting.cellsOf(selecting.rectangle(grown, extent))).toBe(8);
    const moved = selecting.moveTo(grown, { row: 8, column: 4 }, extent, false);
    expect(selecting.cellsOf(selecting.rectangle(moved, extent))).toBe(1);
  });

  it('takes whole rows and columns', () => {
    const rows = selecting.selectRows(selecting.selectRows(selecting.selectCell(0, 2), 4, false), 6, true);
    expect(selecting.rectangle(rows, extent)).toEqual({ top: 4, bottom: 6, left: 0, right: 4 });
    const column = selecting.selectColumns(selecting.selectCell(9, 2));
    expect(selecting.rectangle(column, extent)).toEqual({ top: 0, bottom: 99, left: 2, right: 2 });
    expect(selecting.cellsOf(selecting.rectangle(selecting.selectAll(column), extent))).toBe(500);
    expect(selecting.widenRows(column).reach).toBe('all');
  });
});

describe('the layout of columns', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const plain = layouts.plainLayout(5);

  beforeEach(() => localStorage.clear());

  it('moves, hides and freezes', () => {
    const moved = layouts.move(plain, 0, 2);
    expect(layouts.shownColumns(moved)).toEqual([1, 2, 0, 3, 4]);
    expect(layouts.shownColumns(layouts.move(moved, 2, 0))).toEqual([0, 1, 2, 3, 4]);
    const hidden = layouts.hide(layouts.freeze(plain, 2), [1]);
    expect(layouts.shownColumns(hidden)).toEqual([0, 2, 3, 4]);
    expect(hidden.frozen).toBe(1);
    expect(layouts.shownColumns(layouts.move(hidden, 0, 1))).toEqual([2, 0, 3, 4]);
    expect(layouts.shownColumns(layouts.show(hidden, [1]))).toEqual([0, 1, 2, 3, 4]);
    expect(layouts.shownColumns(layouts.hide(plain, [0, 1, 2, 3, 4]))).toEqual([0]);
    expect(layouts.resize(plain, 1, 1).widths.get(1)).toBe(48);
  });

  it('is remembered by names, and holds where columns came and went', () => {
    let layout = layouts.freeze(layouts.hide(layouts.move(plain, 4, 0), [1]), 2);
    layout = layouts.resize(layout, 3, 200);
    layouts.saveLayout('x', layout, names);
    expect(layouts.loadLayout('x', names)).toEqual(layout);
    expect(layouts.shownColumns(layouts.loadLayout('x', ['new', 'd', 'e']))).toEqual([2, 1, 0]);
    expect(layouts.loadLayout('other', names)).toEqual(plain);
    layouts.saveLayout('x', plain, names);
    expect(localStorage.getItem('buzz-csv.layouts')).toBe('[]');
    localStorage.setItem('buzz-csv.layouts', '[["x", {"order": 7, "widths": {"a": "wide"}, "frozen": "many"}]]');
    expect(layouts.loadLayout('x', names)).toEqual(plain);
    localStorage.setItem('buzz-csv.layouts', '{');
    expect(layouts.loadLayout('x', names)).toEqual(plain);
  });
});

describe('what is asked of the rows', () => {
  it('turns from ascending to descending to none, and adds', () => {
    const up = arranging.turned(arranging.AS_IT_IS, 3, false);
    expect(up.sort).toEqual([{ column: 3, descending: false }]);
    const down = arranging.turned(up, 3, false);
    expect(down.sort).toEqual([{ column: 3, descending: true }]);
    expect(arranging.isPlain(arranging.turned(down, 3, false))).toBe(true);
    const both = arranging.turned(down, 1, true);
    expect(both.sort.map((key) => key.column)).toEqual([3, 1]);
    expect(arranging.turned(both, 3, true).sort).toEqual([{ column: 1, descending: false }]);
    expect(arranging.turned(both, 2, false).sort).toEqual([{ column: 2, descending: false }]);
  });

  it('has one condition for each column', () => {
    const one = arranging.filtered(arranging.AS_IT_IS, 2, { is: 'is_null' });
    const two = arranging.filtered(one, 0, { is: 'contains', value: 'x' });
    expect(arranging.filtered(two, 2, { is: 'is_not_null' }).filters.map((filter) => filter.column)).toEqual([2, 0]);
    expect(arranging.filtersBesides(two, 2)).toEqual([{ column: 0, condition: { is: 'contains', value: 'x' } }]);
    expect(arranging.isPlain(arranging.filtered(one, 2, null))).toBe(true);
  });

  it('is typed as the person writes and kept as the core reads', () => {
    const way = new Shown('en-GB');
    expect(arranging.valueFor('DECIMAL(9,2)', '1,234.50', way)).toBe('1234.50');
    expect(arranging.valueFor('DATE', '14 Mar 2026', way)).toBe('2026-03-14');
    expect(arranging.valueFor('DATE', '2026-03', way)).toBeNull();
    expect(arranging.valueFor('DATE', '2026-03-14 05:00', way)).toBeNull();
    expect(arranging.valueFor('TIMESTAMP', '14 Mar 2026 05:17', way)).toBe('2026-03-14 05:17');
    expect(arranging.valueFor('TIME', '9:30', way)).toBe('09:30');
    expect(arranging.valueFor('BIGINT', 'many', way)).toBeNull();
    expect(arranging.valueFor('VARCHAR', ' x ', way)).toBe(' x ');
    expect(arranging.conditionOf('between', '1', null)).toBeNull();
    expect(arranging.testsFor('INTEGER[]')).toEqual(['contains', 'lacks', 'is_null', 'is_not_null']);
  });

  it('is said in words', () => {
    const way = new Shown('en-US');
    const said = (condition: api.Condition, type: string) => arranging.inWords(condition, type, way);
    expect(said({ is: 'one_of', values: ['UA'] }, 'VARCHAR')).toBe('is UA');
    expect(said({ is: 'one_of', values: ['UA', null, ''] }, 'VARCHAR')).toBe('is UA, null or ""');
    expect(said({ is: 'none_of', values: ['1', '2', '3', '4', '50000'] }, 'BIGINT')).toBe('is not 1, 2, 3 or 2 others');
    expect(said({ is: 'between', from: '1000.50', to: '2e3' }, 'DOUBLE')).toBe('is between 1,000.50 and 2e3');
    expect(said({ is: 'is_null' }, 'DATE')).toBe('has no value');
    expect(said({ is: 'at_most', value: '2026-03-14' }, 'DATE')).toContain('Mar 14, 2026');
  });
});

describe('rows that are arranged', () => {
  const base = () => ({
    of: { kind: 'dataset' as const, id: 'flights' },
    source: {
      key: 'flights',
      rows: 336_776,
      page: (offset: number, limit: number) => api.datasetPage('flights', offset, limit),
    },
  });
  const byYear = { sort: [{ column: 0, descending: true }], filters: [] };

  it('take the place of the former ones when they are ready, and are let go after', async () => {
    const arranged = new Arranged(base());
    const first = arranged.set(byYear);
    expect(arranged.busy).toBe(true);
    expect(arranged.shown.source.key).toBe('flights');
    await first;
    expect(arranged.busy).toBe(false);
    expect(arranged.shown.source.numberedTo).toBe(336_776);
    const { of } = arranged.shown;
    await arranged.set(arranging.AS_IT_IS);
    expect(arranged.shown.source.key).toBe('flights');
    expect(core.resultRelease).toHaveBeenCalledWith(of.kind === 'result' ? of.result_id : '');
  });

  it('count only where nothing newer is wanted', async () => {
    const arranged = new Arranged(base());
    const first = arranged.set(byYear);
    const second = arranged.set({ ...byYear, filters: [{ column: 4, condition: { is: 'is_null' } }] });
    expect(core.queryCancel).toHaveBeenCalledTimes(1);
    await Promise.all([first, second]);
    expect(arranged.shown.arrangement.filters).toHaveLength(1);
    expect(core.resultRelease).toHaveBeenCalledTimes(1);
  });

  it('stay as they were where it fails or is given up', async () => {
    const arranged = new Arranged(base());
    core.tableArrange.mockRejectedValueOnce(
      new api.ApiError({ code: 'temporary_space', message: 'The disk is full.' }),
    );
    await arranged.set(byYear);
    expect(arranged.error?.message).toBe('The disk is full.');
    expect(arranging.isPlain(arranged.wanted)).toBe(true);
    const given = arranged.set(byYear);
    arranged.cancel();
    await given;
    expect(arranged.shown.source.key).toBe('flights');
    expect(arranging.isPlain(arranged.wanted)).toBe(true);
    expect(arranged.error).toBeNull();
  });
});

describe('copied cells', () => {
  it('are what a spreadsheet takes', async () => {
    expect(field('a\tb')).toBe('"a\tb"');
    expect(field('say "hi"\n')).toBe('"say ""hi""\n"');
    const source = { key: 'r', rows: 6, page: (offset: number, limit: number) => api.resultPage('r', offset, limit) };
    expect(await copyOf(source, 0, 2, [2, 0], 3, ['average', 'carrier'])).toBe(
      'average\tcarrier\n12.1060728851\tUA\n13.0225\tB6',
    );
    expect(await copyOf(source, 4, 1, [0, 2], 3, null)).toBe('AA\t');
  });

  it('are so many at most', () => {
    expect(copiedRows({ top: 0, bottom: 11_999_999, left: 0, right: 4 })).toBe(100_000);
    expect(copiedRows({ top: 0, bottom: 4_199, left: 0, right: 9_999 })).toBe(200);
    expect(copiedRows({ top: 5, bottom: 5, left: 0, right: 0 })).toBe(1);
  });
});
