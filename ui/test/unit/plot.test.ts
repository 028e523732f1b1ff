import { describe, expect, it } from 'vitest';
import type { ChatChart } from '$lib/api';
import { changed, choiceOf } from '$lib/chat/chart-edit';
import { plotOf, ticks, timeTicks } from '$lib/chat/plot';

const columns = [
  { name: 'region', type: 'VARCHAR' },
  { name: 'total', type: 'BIGINT' },
  { name: 'day', type: 'DATE' },
];
const rows = [
  ['South', '30', '2024-01-01'],
  ['North', '10', '2024-02-01'],
  ['East', '-20', '2024-03-01'],
];

function chart(kind: string, encoding: Record<string, unknown>): ChatChart {
  return { step: 1, result_id: 'r', kind, spec: { mark: 'bar', encoding } };
}
const region = { field: 'region', type: 'nominal', title: 'region', sort: null };
const total = { field: 'total', type: 'quantitative', title: 'total' };
const day = { field: 'day', type: 'temporal', title: 'day' };

describe('ticks', () => {
  it('are round, and within their range', () => {
    expect(ticks(0, 97, 5)).toEqual([0, 20, 40, 60, 80]);
    expect(ticks(-0.3, 0.3, 3)).toEqual([-0.2, 0, 0.2]);
    expect(ticks(5, 5, 4)).toEqual([5]);
  });

  it('of times begin where a day, a month or a year does', () => {
    const [from, to] = [Date.UTC(2024, 0, 15), Date.UTC(2024, 11, 20)];
    expect(timeTicks(from, to, 6).map((tick) => tick.text)).toEqual([
      '2024-03',
      '2024-05',
      '2024-07',
      '2024-09',
      '2024-11',
    ]);
    expect(timeTicks(Date.UTC(2000, 0, 1), Date.UTC(2020, 0, 1), 5).map((tick) => tick.text)).toEqual([
      '2000',
      '2005',
      '2010',
      '2015',
      '2020',
    ]);
  });
});

describe('a chart', () => {
  it('of names has one bar for each, as long as its number and on the right side of zero', () => {
    const plot = plotOf(chart('bar', { x: region, y: total }), columns, rows, 400);
    expect(plot?.rects.map((rect) => rect.title)).toEqual(['South: 30', 'North: 10', 'East: -20']);
    const [south, north, east] = plot?.rects ?? [];
    expect(south?.width).toBeCloseTo(3 * (north?.width ?? 0), 5);
    expect(south?.x).toBeCloseTo(plot?.zero ?? NaN, 5);
    expect((east?.x ?? 0) + (east?.width ?? 0)).toBeCloseTo(plot?.zero ?? NaN, 5);
  });

  it('is ordered as it is asked to', () => {
    const plot = plotOf(chart('bar', { x: { ...region, sort: 'ascending' }, y: total }), columns, rows, 400);
    expect(plot?.yTicks.map((tick) => tick.text)).toEqual(['East', 'North', 'South']);
  });

  it('of times has its points in their order and where their time is', () => {
    const plot = plotOf(chart('line', { x: day, y: total }), columns, [...rows].reverse(), 400);
    const xs = plot?.lines[0]?.points.map((point) => point.x) ?? [];
    expect(xs).toEqual([...xs].sort((a, b) => a - b));
    // January is as long as it is: 31 of the 60 days.
    expect(((xs[1] ?? 0) - (xs[0] ?? 0)) / ((xs[2] ?? 0) - (xs[0] ?? 0))).toBeCloseTo(31 / 60, 5);
  });

  it('tells groups apart by colour, and says which is which', () => {
    const color = { field: 'region', type: 'nominal', title: 'region' };
    const plot = plotOf(chart('scatter', { x: day, y: total, color }), columns, rows, 400);
    expect(plot?.legend).toEqual(['South', 'North', 'East']);
    expect(plot?.dots.map((dot) => dot.series)).toEqual([0, 1, 2]);
  });

  it('counts values into ranges, each once', () => {
    const many = Array.from({ length: 100 }, (_, index) => ['a', String(index), '2024-01-01']);
    const plot = plotOf(chart('histogram', { x: total }), columns, many, 400);
    const counted = plot?.rects.map((rect) => Number(rect.title.split(': ')[1])) ?? [];
    expect(counted.reduce((sum, each) => sum + each, 0)).toBe(100);
  });

  it('draws a pair of names the stronger the larger its number is', () => {
    const color = { field: 'total', type: 'quantitative', title: 'total' };
    const plot = plotOf(chart('heatmap', { x: { ...day, type: 'ordinal' }, y: region, color }), columns, rows, 400);
    expect(plot?.rects.map((rect) => rect.strength)).toEqual([1, expect.closeTo(0.648, 3), expect.closeTo(0.12, 3)]);
  });

  it('finds columns whose names would lead into an object', () => {
    const dotted = [{ name: 'a.b[0]', type: 'VARCHAR' }, columns[1] as (typeof columns)[0]];
    const x = { ...region, field: 'a\\.b\\[0\\]' };
    expect(plotOf(chart('bar', { x, y: total }), dotted, rows, 400)?.rects).toHaveLength(3);
  });

  it('is none where its columns or its numbers are not there', () => {
    expect(plotOf(chart('bar', { x: { ...region, field: 'gone' }, y: total }), columns, rows, 400)).toBeNull();
    expect(plotOf(chart('line', { x: day, y: total }), columns, [['a', null, '2024-01-01']], 400)).toBeNull();
    expect(plotOf(chart('bar', { x: region, y: total }), columns, [], 400)).toBeNull();
  });
});

describe('a chart that a person changes', () => {
  const columns = [
    { name: 'carrier', type: 'VARCHAR' },
    { name: 'dep.delay', type: 'DOUBLE' },
    { name: 'day', type: 'DATE' },
  ];
  const chart: ChatChart = {
    step: 1,
    result_id: 'r1',
    kind: 'bar',
    spec: {
      title: 'Delays',
      encoding: { x: { field: 'carrier', type: 'nominal' }, y: { field: 'dep\\.delay', type: 'quantitative' } },
    },
  };

  it('says what it draws, and draws what it is told', () => {
    const now = choiceOf(chart);
    expect(now).toEqual({ kind: 'bar', x: 'carrier', y: 'dep.delay', color: '' });
    expect(choiceOf(changed(chart, columns, now))).toEqual(now);
    const line = changed(chart, columns, { kind: 'line', x: 'day', y: 'dep.delay', color: 'carrier' });
    expect(line.spec['encoding']).toEqual({
      x: { field: 'day', type: 'temporal', title: 'day' },
      y: { field: 'dep\\.delay', type: 'quantitative', title: 'dep.delay' },
      color: { field: 'carrier', type: 'nominal', title: 'carrier' },
    });
    expect(line.spec['title']).toBe('Delays');
  });

  it('counts rows itself as a histogram', () => {
    const drawn = changed(chart, columns, { kind: 'histogram', x: 'dep.delay', y: 'carrier', color: 'carrier' });
    expect(Object.keys(drawn.spec['encoding'] as object)).toEqual(['x']);
    const rows = [
      ['UA', '1', '2024-01-01'],
      ['AA', '3', '2024-01-02'],
    ];
    expect(plotOf(drawn, columns, rows, 400)?.summary).toBe('2 values from 1 to 3.');
  });

  it('is told in one sentence', () => {
    const rows = [
      ['UA', '12.5', null],
      ['AA', '-3', null],
      ['B6', null, null],
    ];
    expect(plotOf(chart, columns, rows, 400)?.summary).toBe(
      '2 values: the largest is 12.5 at UA, the smallest -3 at AA.',
    );
  });
});
