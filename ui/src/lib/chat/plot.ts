/**
 * Charts as shapes. What the core lets through of Vega-Lite is little: six kinds, one or two axes and a colour; it is
 * drawn here rather than by a library of a megabyte that would need an interpreter for its expressions. Pure: rows in,
 * shapes out.
 */
import type { ChatChart, ResultColumn } from '$lib/api';
import { strings } from '$lib/strings';

type Row = (string | null)[];

/** A bar, a cell of a heat map. */
export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
  /** Which colour, from 0. */
  series: number;
  /** How strong the colour is, from 0 to 1. */
  strength: number;
  /** What a person is told of it. */
  title: string;
}

/** A line, or the upper edge of an area. */
export interface Line {
  points: { x: number; y: number; title: string }[];
  series: number;
}

/** A mark on an axis. */
export interface Tick {
  at: number;
  text: string;
}

/** A chart as shapes, in pixels. */
export interface Plot {
  kind: string;
  title: string;
  width: number;
  height: number;
  /** Where the shapes stand within that. */
  area: { left: number; top: number; right: number; bottom: number };
  rects: Rect[];
  lines: Line[];
  dots: { x: number; y: number; series: number; title: string }[];
  /** Ticks along the bottom, and along the left. */
  xTicks: Tick[];
  yTicks: Tick[];
  /** The side whose ticks have lines across the chart; categories need none. */
  grid: 'x' | 'y' | 'none';
  /** Where 0 lies on the axis of numbers; null where it is not shown. */
  zero: number | null;
  xTitle: string;
  yTitle: string;
  /** The names of the colours; empty where there is one. */
  legend: string[];
  /** Values that were left out for want of room. */
  left: number;
  /** What it is, for somebody who cannot see it. */
  spoken: string;
  /** What it shows, in one sentence: how many values, the largest and the smallest. */
  summary: string;
}

interface Channel {
  field: string;
  type: string;
  title: string;
  sort: string | null;
}

const BARS = 24;
const SERIES = 6;
const POINTS = 2_000;
const BINS = 20;
const HEIGHT = 220;
const LABEL = 17;
/** About as wide as a character of the small text is. */
const CHARACTER = 6.2;

/** A name as it stands in the result: the core puts a backslash before what would lead into an object. */
function unescaped(field: string): string {
  return field.replace(/\\(.)/g, '$1');
}

function channel(encoding: Record<string, unknown>, name: string): Channel | null {
  const given = encoding[name] as Record<string, unknown> | undefined;
  if (given === undefined || typeof given['field'] !== 'string') return null;
  const field = unescaped(given['field']);
  return {
    field,
    type: typeof given['type'] === 'string' ? given['type'] : 'nominal',
    title: typeof given['title'] === 'string' ? given['title'] : field,
    sort: typeof given['sort'] === 'string' ? given['sort'] : null,
  };
}

/** A cell as a number: a moment in milliseconds where the column is one of times. */
function number(text: string | null | undefined, type: string): number | null {
  if (text === null || text === undefined || text === '') return null;
  const value =
    type === 'temporal'
      ? Date.parse(text.length > 10 ? `${text.replace(' ', 'T')}Z` : `${text}T00:00:00Z`)
      : Number(text);
  return Number.isFinite(value) ? value : null;
}

/** Round numbers between two others, about as many as wanted. */
export function ticks(from: number, to: number, count: number): number[] {
  if (!(to > from)) return [from];
  const rough = (to - from) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const found: number[] = [];
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  for (let index = Math.ceil(from / step - 1e-9); index * step <= to + step * 1e-9; index += 1) {
    found.push(Number((index * step).toFixed(Math.min(20, digits))));
  }
  return found;
}

/** A number on an axis: 1200000 → 1.2M */
const exact = new Intl.NumberFormat('en', { maximumFractionDigits: 10 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

/** Round moments between two others, and how they are written. */
export function timeTicks(from: number, to: number, count: number): Tick[] {
  const day = 86_400_000;
  const days = (to - from) / day;
  const iso = (at: number) => new Date(at).toISOString();
  if (days <= 2) return ticks(from, to, count).map((at) => ({ at, text: iso(at).slice(11, 16) }));
  if (days <= 62) {
    const step = Math.max(1, Math.ceil(days / count)) * day;
    const found: Tick[] = [];
    for (let at = Math.ceil(from / day) * day; at <= to; at += step) found.push({ at, text: iso(at).slice(5, 10) });
    return found;
  }
  const months = days / 30.44;
  const step = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200].find((each) => months / each <= count) ?? 1200;
  const first = new Date(from);
  const found: Tick[] = [];
  for (let month = first.getUTCFullYear() * 12 + first.getUTCMonth(); found.length < 200; month += 1) {
    const at = Date.UTC(Math.floor(month / 12), month % 12, 1);
    if (at > to) break;
    if (at < from || month % step !== 0) continue;
    found.push({ at, text: step >= 12 ? iso(at).slice(0, 4) : iso(at).slice(0, 7) });
  }
  return found;
}

interface Scale {
  from: number;
  to: number;
  /** Where a value stands, in pixels. */
  at(value: number): number;
}

function scale(from: number, to: number, start: number, end: number): Scale {
  const span = to === from ? 1 : to - from;
  return { from, to, at: (value) => start + ((value - from) / span) * (end - start) };
}

function extent(values: number[]): [number, number] {
  let least = Infinity;
  let most = -Infinity;
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return least > most ? [0, 1] : [least, most];
}

/** A range that begins and ends at round numbers. */
function rounded([from, to]: [number, number], count: number): [number, number] {
  let range: [number, number] = [from, to];
  // A wider range may have wider steps, so that it is rounded once more.
  for (let round = 0; round < 2; round += 1) {
    const marks = ticks(range[0], range[1], count);
    const step = (marks[1] ?? to) - (marks[0] ?? from);
    if (!(step > 0)) return range;
    range = [Math.floor(range[0] / step + 1e-9) * step, Math.ceil(range[1] / step - 1e-9) * step];
  }
  return range;
}

/** What is drawn. */
interface Data {
  kind: string;
  x: Channel;
  y: Channel | null;
  color: Channel | null;
  rows: { x: string; y: string | null; color: string; xNumber: number | null; yNumber: number | null }[];
  names: string[];
}

function read(chart: ChatChart, columns: ResultColumn[], rows: Row[]): Data | null {
  const encoding = (chart.spec['encoding'] ?? {}) as Record<string, unknown>;
  const x = channel(encoding, 'x');
  const y = channel(encoding, 'y');
  const color = channel(encoding, 'color');
  if (x === null) return null;
  const place = (each: Channel | null) =>
    each === null ? -1 : columns.findIndex((column) => column.name === each.field);
  const [xAt, yAt, colorAt] = [place(x), place(y), place(color)];
  if (xAt < 0 || (y !== null && yAt < 0)) return null;
  const read = rows.map((row) => ({
    x: row[xAt] ?? '',
    y: yAt < 0 ? null : (row[yAt] ?? null),
    color: colorAt < 0 ? '' : (row[colorAt] ?? ''),
    xNumber: number(row[xAt], x.type),
    yNumber: yAt < 0 ? null : number(row[yAt], y?.type === 'temporal' ? 'temporal' : 'quantitative'),
  }));
  const byColor = color !== null && chart.kind !== 'heatmap' && color.type !== 'quantitative';
  const names = byColor ? [...new Set(read.map((row) => row.color))] : [];
  return { kind: chart.kind, x, y, color, rows: read, names };
}

function empty(data: Data, title: string, width: number, height: number): Plot {
  return {
    kind: data.kind,
    title,
    width,
    height,
    area: { left: 0, top: 6, right: width - 8, bottom: height - 24 },
    rects: [],
    lines: [],
    dots: [],
    xTicks: [],
    yTicks: [],
    grid: 'none',
    zero: null,
    xTitle: data.x.title,
    yTitle: data.y?.title ?? '',
    legend: data.names.length > 1 ? data.names.slice(0, SERIES) : [],
    left: Math.max(0, data.names.length - SERIES),
    spoken: '',
    summary: '',
  };
}

const shortened = (text: string, most: number) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** Bars that lie, one for each value of a column of names: its labels can be read, however narrow the panel is. */
function lyingBars(data: Data, plot: Plot): Plot {
  const series = Math.max(1, plot.legend.length);
  const groups = new Map<string, (number | null)[]>();
  for (const row of data.rows) {
    const at = Math.max(0, data.names.indexOf(row.color));
    if (at >= series) continue;
    const group = groups.get(row.x) ?? Array.from({ length: series }, () => null);
    group[at] = (group[at] ?? 0) + (row.yNumber ?? 0);
    groups.set(row.x, group);
  }
  let entries = [...groups.entries()];
  const size = ([, values]: (typeof entries)[number]) => values.reduce<number>((sum, each) => sum + (each ?? 0), 0);
  if (data.x.sort === '-y') entries.sort((a, b) => size(b) - size(a));
  else if (data.x.sort === 'ascending') entries.sort(([a], [b]) => a.localeCompare(b));
  else if (data.x.sort === 'descending') entries.sort(([a], [b]) => b.localeCompare(a));
  const left = Math.max(0, entries.length - BARS);
  entries = entries.slice(0, BARS);
  const values = entries.flatMap(([, each]) => each.filter((value) => value !== null));
  const [least, most] = extent(values);
  const longest = Math.max(...entries.map(([name]) => Math.min(22, name.length)), 1);
  const band = Math.max(LABEL, series * 9 + 6);
  const area = {
    left: Math.min(plot.width * 0.4, longest * CHARACTER + 10),
    top: 4,
    right: plot.width - 14,
    bottom: 4 + entries.length * band,
  };
  const [from, to] = rounded([Math.min(0, least), Math.max(0, most)], 4);
  const across = scale(from, to, area.left, area.right);
  const zero = across.at(0);
  const rects = entries.flatMap(([name, each], index) =>
    each.flatMap((value, at): Rect[] => {
      if (value === null) return [];
      const end = across.at(value);
      const height = (band - 5) / series;
      const what = plot.legend.length > 0 ? `${name}, ${plot.legend[at] ?? ''}` : name;
      return [
        {
          x: Math.min(zero, end),
          y: area.top + index * band + 2 + at * height,
          width: Math.max(1, Math.abs(end - zero)),
          height: Math.max(2, height - (series > 1 ? 1 : 0)),
          series: at,
          strength: 1,
          title: `${what}: ${value}`,
        },
      ];
    }),
  );
  return {
    ...plot,
    height: area.bottom + 22,
    area,
    rects,
    xTicks: ticks(from, to, 4).map((at) => ({ at: across.at(at), text: compact.format(at) })),
    yTicks: entries.map(([name], index) => ({ at: area.top + (index + 0.5) * band, text: shortened(name, 22) })),
    grid: 'x',
    zero,
    xTitle: plot.yTitle,
    yTitle: plot.xTitle,
    left,
  };
}

/** Room for the labels of the left axis. */
function leftOf(texts: string[]): number {
  return Math.max(...texts.map((text) => text.length), 1) * CHARACTER + 12;
}

/** Marks on an axis of numbers or times that do not run into each other. */
function marks(from: number, to: number, type: string, room: number): Tick[] {
  const count = Math.max(2, Math.floor(room / (type === 'temporal' ? 62 : 48)));
  if (type === 'temporal') return timeTicks(from, to, count);
  return ticks(from, to, count).map((at) => ({ at, text: compact.format(at) }));
}

/** Lines, areas, points, and bars that stand: both axes are of numbers or times, or the bottom one of names in order. */
function standing(data: Data, plot: Plot): Plot {
  const rows = data.rows.filter((row) => row.yNumber !== null).slice(0, POINTS);
  const ordinal = data.x.type === 'nominal' || data.x.type === 'ordinal';
  const names = ordinal ? [...new Set(rows.map((row) => row.x))] : [];
  const place = (row: (typeof rows)[number]) => (ordinal ? names.indexOf(row.x) : row.xNumber);
  const shown = rows.filter((row) => place(row) !== null);
  const [least, most] = extent(shown.map((row) => row.yNumber ?? 0));
  const fromZero = data.kind !== 'scatter' && (data.kind !== 'line' || (least >= 0 && least < most * 0.6));
  const [yFrom, yTo] = rounded(fromZero ? [Math.min(0, least), Math.max(0, most)] : [least, most], 4);
  const yMarks = ticks(yFrom, yTo, 4).map((at) => ({ at, text: compact.format(at) }));
  const area = { ...plot.area, left: leftOf(yMarks.map((mark) => mark.text)), top: 8 };
  const up = scale(yFrom, yTo, area.bottom, area.top);
  const xs = shown.map((row) => place(row) ?? 0);
  const [xFrom, xTo] = ordinal ? [0, Math.max(1, names.length - 1)] : extent(xs);
  const bars = data.kind === 'bar';
  // Bars need room on both sides of their place.
  const step = bars ? smallestStep(xs) : 0;
  const pad = bars ? Math.max(2, ((area.right - area.left) * step) / (xTo - xFrom + step || 1) / 2) : 6;
  const across = scale(xFrom, xTo, area.left + pad, area.right - pad);
  const title = (row: (typeof rows)[number]) => `${row.x}${row.color === '' ? '' : `, ${row.color}`}: ${row.y ?? ''}`;
  const series = (row: (typeof rows)[number]) => Math.max(0, data.names.indexOf(row.color));
  const visible = shown.filter((row) => series(row) < SERIES);
  const points = visible.map((row) => ({
    x: across.at(place(row) ?? 0),
    y: up.at(row.yNumber ?? 0),
    series: series(row),
    title: title(row),
  }));
  const zero = yFrom <= 0 && yTo >= 0 ? up.at(0) : null;
  const base = zero ?? area.bottom;
  const width = Math.max(1, pad * 2 - Math.min(3, pad * 0.4));
  const lines: Line[] = [];
  if (data.kind === 'line' || data.kind === 'area') {
    for (const point of [...points].sort((a, b) => a.x - b.x)) {
      const line = lines.find((each) => each.series === point.series);
      if (line === undefined) lines.push({ series: point.series, points: [point] });
      else line.points.push(point);
    }
  }
  const every = Math.max(1, Math.ceil((names.length * 52) / (area.right - area.left)));
  const xTicks = ordinal
    ? names.flatMap((name, index) => (index % every === 0 ? [{ at: across.at(index), text: shortened(name, 10) }] : []))
    : marks(xFrom, xTo, data.x.type, area.right - area.left).map((mark) => ({ ...mark, at: across.at(mark.at) }));
  return {
    ...plot,
    area,
    rects: bars
      ? points.map((point) => ({
          x: point.x - width / 2,
          y: Math.min(point.y, base),
          width,
          height: Math.max(1, Math.abs(point.y - base)),
          series: point.series,
          strength: 1,
          title: point.title,
        }))
      : [],
    lines,
    dots: data.kind === 'scatter' ? points : [],
    xTicks,
    yTicks: yMarks.map((mark) => ({ ...mark, at: up.at(mark.at) })),
    grid: 'y',
    zero,
    left: Math.max(0, data.rows.length - rows.length) + Math.max(0, data.names.length - SERIES),
  };
}

/** The smallest distance between two different values. */
function smallestStep(values: number[]): number {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  let step = Infinity;
  for (let index = 1; index < sorted.length; index += 1) {
    step = Math.min(step, (sorted[index] ?? 0) - (sorted[index - 1] ?? 0));
  }
  return Number.isFinite(step) ? step : 1;
}

/** How often values fall into each of some ranges of one width, with round ends. */
function histogram(data: Data, plot: Plot): Plot {
  const values = data.rows.flatMap((row) => (row.xNumber === null ? [] : [row.xNumber]));
  const [least, most] = extent(values);
  const [from, to] = rounded([least, most], BINS);
  const bins = Math.max(1, ticks(from, to, BINS).length - 1);
  const width = (to - from) / bins || 1;
  const counts = Array.from({ length: bins }, () => 0);
  for (const value of values) {
    const at = Math.min(bins - 1, Math.max(0, Math.floor((value - from) / width)));
    counts[at] = (counts[at] ?? 0) + 1;
  }
  const yMarks = ticks(0, Math.max(1, ...counts), 4).filter(Number.isInteger);
  const top = Math.max(1, ...counts, ...yMarks);
  const area = { ...plot.area, left: leftOf(yMarks.map((mark) => compact.format(mark))), top: 8 };
  const up = scale(0, top, area.bottom, area.top);
  const across = scale(from, to, area.left, area.right);
  const written = (value: number) =>
    data.x.type === 'temporal' ? new Date(value).toISOString().slice(0, 10) : compact.format(value);
  return {
    ...plot,
    area,
    rects: counts.map((count, index) => ({
      x: across.at(from + index * width) + 0.5,
      y: up.at(count),
      width: Math.max(1, across.at(from + (index + 1) * width) - across.at(from + index * width) - 1),
      height: area.bottom - up.at(count),
      series: 0,
      strength: 1,
      title: `${written(from + index * width)} – ${written(from + (index + 1) * width)}: ${count}`,
    })),
    xTicks: marks(from, to, data.x.type, area.right - area.left).map((mark) => ({ ...mark, at: across.at(mark.at) })),
    yTicks: yMarks.map((at) => ({ at: up.at(at), text: compact.format(at) })),
    grid: 'y',
    zero: area.bottom,
  };
}

/** A rectangle for each pair of names, the stronger the larger its number. */
function heatmap(data: Data, plot: Plot): Plot {
  const columns = [...new Set(data.rows.map((row) => row.x))].slice(0, 60);
  const lines = [...new Set(data.rows.map((row) => row.y ?? ''))].slice(0, 40);
  const strengths = data.rows.map((row) => number(row.color, 'quantitative'));
  const [least, most] = extent(strengths.filter((value) => value !== null));
  const band = LABEL;
  const area = {
    left: Math.min(plot.width * 0.35, leftOf(lines.map((line) => shortened(line, 18)))),
    top: 4,
    right: plot.width - 8,
    bottom: 4 + lines.length * band,
  };
  const width = (area.right - area.left) / Math.max(1, columns.length);
  const every = Math.max(1, Math.ceil(48 / width));
  return {
    ...plot,
    height: area.bottom + 22,
    area,
    rects: data.rows.flatMap((row, index): Rect[] => {
      const [x, y, value] = [columns.indexOf(row.x), lines.indexOf(row.y ?? ''), strengths[index]];
      if (x < 0 || y < 0 || value === null || value === undefined) return [];
      return [
        {
          x: area.left + x * width,
          y: area.top + y * band,
          width: Math.max(1, width - 1),
          height: band - 1,
          series: 0,
          strength: most > least ? 0.12 + (0.88 * (value - least)) / (most - least) : 1,
          title: `${row.x}, ${row.y ?? ''}: ${row.color}`,
        },
      ];
    }),
    xTicks: columns.flatMap((name, index) =>
      index % every === 0 ? [{ at: area.left + (index + 0.5) * width, text: shortened(name, 10) }] : [],
    ),
    yTicks: lines.map((name, index) => ({ at: area.top + (index + 0.5) * band, text: shortened(name, 18) })),
  };
}

/** The shapes of a chart of these rows; null where the rows do not fit the chart. */
export function plotOf(chart: ChatChart, columns: ResultColumn[], rows: Row[], width: number): Plot | null {
  const data = read(chart, columns, rows);
  if (data === null || data.rows.length === 0) return null;
  const title = typeof chart.spec['title'] === 'string' ? chart.spec['title'] : '';
  const plot = empty(data, title, width, HEIGHT);
  const drawn =
    data.kind === 'heatmap'
      ? heatmap(data, plot)
      : data.kind === 'histogram'
        ? histogram(data, plot)
        : data.kind === 'bar' && (data.x.type === 'nominal' || data.x.type === 'ordinal')
          ? lyingBars(data, plot)
          : standing(data, plot);
  const shapes =
    drawn.rects.length + drawn.dots.length + drawn.lines.reduce((sum, line) => sum + line.points.length, 0);
  if (shapes === 0) return null;
  const what = data.y === null ? data.x.title : `${data.y.title} by ${data.x.title}`;
  return { ...drawn, spoken: title === '' ? what : `${title}: ${what}`, summary: summary(data) };
}

/** One sentence about the values. */
function summary(data: Data): string {
  const values = data.rows
    .map((row) => ({ at: row.x, value: data.y === null ? row.xNumber : row.yNumber }))
    .filter((each): each is { at: string; value: number } => each.value !== null);
  const [first] = values;
  if (first === undefined) return '';
  const most = values.reduce((a, b) => (b.value > a.value ? b : a), first);
  const least = values.reduce((a, b) => (b.value < a.value ? b : a), first);
  const isTime = (data.y === null ? data.x : data.y).type === 'temporal';
  const text = ({ value }: { value: number }) =>
    isTime ? (new Date(value).toISOString().split('T')[0] ?? '') : exact.format(value);
  return data.y === null
    ? strings.chart.spread(values.length, text(least), text(most))
    : strings.chart.extremes(values.length, text(most), most.at, text(least), least.at);
}
