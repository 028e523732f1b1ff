import assert from 'node:assert/strict';
import { test } from 'node:test';

import { rows } from './csv.mjs';

const read = (text) => [...rows(text)];

test('fields, quotes and line ends', () => {
  assert.deepEqual(read('a,b\n1,2\n'), [
    ['a', 'b'],
    ['1', '2'],
  ]);
  assert.deepEqual(read('a\r\n"x ""y"", z\n."\r\n'), [['a'], ['x "y", z\n.']]);
});

test('a bare empty field is NULL, a quoted one an empty text', () => {
  assert.deepEqual(read(',"",\n'), [[null, '', null]]);
  assert.deepEqual(read('a,\nb,'), [
    ['a', null],
    ['b', null],
  ]);
  assert.deepEqual(read('\n'), [[null]]);
});

test('what is no CSV is refused', () => {
  assert.throws(() => read('"a'), /no end/);
  assert.throws(() => read('"a"b'), /unexpected/);
});
