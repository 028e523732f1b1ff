import {
  bool,
  dateDay,
  decimal,
  dictionary,
  float64,
  int64,
  tableFromArrays,
  tableFromIPC,
  tableToIPC,
  timestamp,
  utf8,
  type DataType,
} from '@uwdata/flechette';
import { describe, expect, it } from 'vitest';
import {
  cellReader,
  dateText,
  decimalText,
  doubleText,
  EXACT,
  kindOfType,
  oneLine,
  timestampText,
  timeText,
} from '$lib/grid/cells';

/** The texts of a column after it went over the wire. */
function texts(values: unknown[], type: DataType): [string, string][] {
  const bytes = tableToIPC(tableFromArrays({ x: values }, { types: { x: type } }), { format: 'stream' });
  const column = tableFromIPC(bytes ?? new Uint8Array(), EXACT).getChildAt(0);
  const read = cellReader(column);
  return values.map((_, row) => {
    const { kind, text } = read(row);
    return [kind, text];
  });
}

describe('cells over Arrow', () => {
  it('keep every digit of long whole numbers', () => {
    expect(texts([9_007_199_254_740_993n, -1n, null], int64())).toEqual([
      ['number', '9007199254740993'],
      ['number', '-1'],
      ['null', ''],
    ]);
  });

  it('show decimals at their full scale', () => {
    expect(texts([12.5, 0, -0.05, null], decimal(12, 2))).toEqual([
      ['number', '12.50'],
      ['number', '0.00'],
      ['number', '-0.05'],
      ['null', ''],
    ]);
  });

  it('tell NULL and an empty text apart, and leave text as it is', () => {
    const text = ' a,"b"\n<b>x</b> ';
    expect(texts(['', null, text], utf8())).toEqual([
      ['empty', ''],
      ['null', ''],
      ['text', text],
    ]);
    expect(texts(['UA', null, 'UA'], dictionary(utf8()))).toEqual([
      ['text', 'UA'],
      ['null', ''],
      ['text', 'UA'],
    ]);
  });

  it('show dates, times and truth as an export writes them', () => {
    expect(texts([new Date(Date.UTC(2024, 1, 29)), null], dateDay())).toEqual([
      ['time', '2024-02-29'],
      ['null', ''],
    ]);
    expect(texts([Date.UTC(2024, 1, 29, 5, 6, 7, 80)], timestamp())).toEqual([['time', '2024-02-29 05:06:07.08']]);
    expect(texts([true, false], bool())).toEqual([
      ['truth', 'true'],
      ['truth', 'false'],
    ]);
    expect(texts([0.1, 1e300, NaN], float64())).toEqual([
      ['number', '0.1'],
      ['number', '1e+300'],
      ['number', 'NaN'],
    ]);
  });
});

describe('the parts of a cell', () => {
  it('put the decimal point back', () => {
    expect(decimalText(-1205n, 2)).toBe('-12.05');
    expect(decimalText(5n, 3)).toBe('0.005');
    expect(decimalText(170_141_183_460_469_231_731_687_303_715n, 0)).toBe('170141183460469231731687303715');
  });

  it('count days before 1970 and seconds before midnight', () => {
    expect(dateText(-1)).toBe('1969-12-31');
    expect(timestampText(-1n, 1_000_000n)).toBe('1969-12-31 23:59:59.999999');
    expect(timeText(3_723_000_001n, 1_000_000n)).toBe('01:02:03.000001');
  });

  it('write the signs of floating point numbers', () => {
    expect([Infinity, -Infinity, -0].map(doubleText)).toEqual(['inf', '-inf', '-0']);
  });

  it('stay on one line and within reason', () => {
    expect(oneLine('a\r\nb\tc')).toBe('a↵b⇥c');
    expect(oneLine('x'.repeat(5_000_000))).toHaveLength(301);
  });

  it.each([
    ['BIGINT', 'number'],
    ['DECIMAL(38,0)', 'number'],
    ['HUGEINT', 'number'],
    ['DOUBLE', 'number'],
    ['INTERVAL', 'time'],
    ['TIMESTAMP WITH TIME ZONE', 'time'],
    ['BOOLEAN', 'truth'],
    ['VARCHAR', 'text'],
    ['INTEGER[]', 'text'],
  ])('%s is of the kind %s', (type, kind) => {
    expect(kindOfType(type)).toBe(kind);
  });
});
