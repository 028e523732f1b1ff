import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseCsv } from './csv.mjs';

test('records, fields and every line end', () => {
  assert.deepEqual(parseCsv(''), []);
  assert.deepEqual(parseCsv('\uFEFF'), []);
  assert.deepEqual(parseCsv('a'), [['a']]);
  assert.deepEqual(parseCsv('a,b\n1,2\n'), [
    ['a', 'b'],
    ['1', '2'],
  ]);
  assert.deepEqual(parseCsv('\uFEFFa,b\r\n1,2\r3,4'), [
    ['a', 'b'],
    ['1', '2'],
    ['3', '4'],
  ]);
});

test('empty fields and empty lines are there', () => {
  assert.deepEqual(parseCsv(',\n'), [['', '']]);
  assert.deepEqual(parseCsv('a\n\nb\n'), [['a'], [''], ['b']]);
  assert.deepEqual(parseCsv('\n'), [['']]);
  assert.deepEqual(parseCsv('a,'), [['a', '']]);
  assert.deepEqual(parseCsv('"",""\n'), [['', '']]);
});

test('quoted fields hold anything', () => {
  assert.deepEqual(parseCsv('"a,b","say ""hi""","two\r\nlines"\n""""\n'), [['a,b', 'say "hi"', 'two\r\nlines'], ['"']]);
  assert.deepEqual(parseCsv(' a , b\n'), [[' a ', ' b']]);
});

test('what RFC 4180 does not know is refused', () => {
  assert.throws(() => parseCsv('a\nb"c\n'), /line 2 has a quote within a field/);
  assert.throws(() => parseCsv('a\n"b\nc'), /line 2 has a quote that is never closed/);
  assert.throws(() => parseCsv('"a" ,b'), /line 1 has text after a closing quote/);
});

test('every table comes back from its own CSV', () => {
  // A linear congruential generator: the same tables each time.
  let state = 1;
  const below = (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
  const alphabet = ['a', ',', '"', '\n', '\r', ' ', 'é', '🐝'];
  for (let round = 0; round < 500; round++) {
    const columns = 1 + below(4);
    const table = Array.from({ length: 1 + below(6) }, () =>
      Array.from({ length: columns }, () => Array.from({ length: below(5) }, () => alphabet[below(8)]).join('')),
    );
    const write = (cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
    for (const end of ['\n', '\r\n', '\r']) {
      assert.deepEqual(parseCsv(table.map((cells) => cells.map(write).join(',') + end).join('')), table);
    }
  }
});
