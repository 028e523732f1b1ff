import { describe, expect, it } from 'vitest';
import { fileName, Format, safeFileName, sentence } from '$lib/format';

const english = new Format('en-GB');
const german = new Format('de-DE');

describe('numbers', () => {
  it('are grouped as in the locale', () => {
    expect(english.count(12_003_456)).toBe('12,003,456');
    expect(german.count(12_003_456)).toBe('12.003.456');
  });

  it('are exact while they are short, and short when they are long', () => {
    expect(english.compact(9_999)).toBe('9,999');
    expect(new Format('en-US').compact(336_776)).toBe('337K');
    expect(german.compact(12_003_456)).toBe('12\u00a0Mio.');
  });

  it('of bytes go in steps of a thousand', () => {
    expect(english.bytes(0)).toBe('0 B');
    expect(english.bytes(999)).toBe('999 B');
    expect(english.bytes(999_600)).toBe('1 MB');
    expect(english.bytes(1_540_000_000)).toBe('1.54 GB');
    expect(german.bytes(1_540_000_000)).toBe('1,54 GB');
    expect(english.speed(352_000_000)).toBe('352 MB/s');
  });

  it('of shares never hide something as nothing, nor almost all as all', () => {
    expect(english.percent(0)).toBe('0%');
    expect(english.percent(0.000_001)).toBe('< 0.1%');
    expect(english.percent(0.999_999)).toBe('> 99.9%');
    expect(english.percent(1)).toBe('100%');
  });
});

describe('times', () => {
  it.each([
    [0.0004, '1 ms'],
    [0.0123, '12 ms'],
    [2.31, '2.3 s'],
    [59.6, '1 min'],
    [95, '1 min 35 s'],
    [3_600, '1 h'],
    [4_200, '1 h 10 min'],
  ])('%s seconds are %s', (seconds, text) => {
    expect(english.duration(seconds)).toBe(text);
  });

  it('that cannot be read show as they came', () => {
    expect(english.dateTime('yesterday')).toBe('yesterday');
    expect(english.moment('')).toBe('');
  });

  it('of today show the clock, others the day', () => {
    const now = new Date(2026, 10, 22, 20, 0);
    expect(english.moment(new Date(2026, 10, 22, 9, 5).toISOString(), now)).toBe('09:05');
    expect(english.moment(new Date(2026, 10, 20, 9, 5).toISOString(), now)).toBe('20 Nov 2026');
  });
});

describe('paths', () => {
  it.each([
    ['/home/ada/a b.csv', 'a b.csv'],
    ['C:\\Users\\ada\\a.csv', 'a.csv'],
    ['a.csv', 'a.csv'],
  ])('%s has a name', (path, name) => {
    expect(fileName(path)).toBe(name);
  });

  it('become names that every platform accepts', () => {
    expect(safeFileName('What is 1/2 of "x"? ')).toBe('What is 1_2 of _x__');
    expect(safeFileName('…')).toBe('…');
    expect(safeFileName('. .')).toBe('export');
  });
});

describe('sentences of the core', () => {
  it.each([
    ['the file is empty: choose another', 'The file is empty: choose another.'],
    ['Done.', 'Done.'],
    ['run `aws sso login`', 'Run `aws sso login`.'],
    ['data.parquet is gone', 'data.parquet is gone.'],
    ['no such column "x"\nLINE 1', 'No such column "x"\nLINE 1'],
    ['', ''],
  ])('%s', (text, shown) => {
    expect(sentence(text)).toBe(shown);
  });
});
