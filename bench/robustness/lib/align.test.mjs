import assert from 'node:assert/strict';
import { test } from 'node:test';

import { alignRecords, commonSubsequence } from './align.mjs';

/** The length of the longest common subsequence by the textbook's table. */
function lengthByTable(left, right) {
  const best = Array.from({ length: left.length + 1 }, () => new Array(right.length + 1).fill(0));
  for (let row = left.length - 1; row >= 0; row--) {
    for (let column = right.length - 1; column >= 0; column--) {
      best[row][column] =
        left[row] === right[column]
          ? 1 + best[row + 1][column + 1]
          : Math.max(best[row + 1][column], best[row][column + 1]);
    }
  }
  return best[0][0];
}

test('a common subsequence is common, ascending and as long as the table of the textbook says', () => {
  let state = 7;
  const below = (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
  for (let round = 0; round < 2000; round++) {
    const letters = 1 + below(4);
    const make = () => Array.from({ length: below(12) }, () => 'abcd'[below(letters)]);
    const [left, right] = [make(), make()];
    const pairs = commonSubsequence(left, right);
    assert.equal(pairs.length, lengthByTable(left, right), `${left} ${right}`);
    pairs.forEach(([l, r], place) => {
      assert.equal(left[l], right[r]);
      if (place > 0) assert.ok(l > pairs[place - 1][0] && r > pairs[place - 1][1]);
    });
  }
});

test('a record that is missing does not spoil those after it', () => {
  const table = Array.from({ length: 50 }, (_, row) => [String(row), `name ${row}`]);
  const pairs = alignRecords(table, table.toSpliced(20, 1));
  assert.equal(pairs.length, 49);
  assert.ok(pairs.every(({ equal, cells }) => equal && cells === 2));
});

test('records that differ are paired by the cells they have in common', () => {
  const left = [
    ['1', 'a', 'x'],
    ['2', 'b', 'y'],
    ['3', 'c', 'z'],
  ];
  const right = [
    ['2', 'b', 'changed'],
    ['3', 'c', 'changed'],
  ];
  assert.deepEqual(alignRecords(left, right), [
    { left: 1, right: 0, equal: false, cells: 2 },
    { left: 2, right: 1, equal: false, cells: 2 },
  ]);
  assert.deepEqual(alignRecords([['a']], [['b']]), []);
});

test('a gap that is too large to compare is paired in order', () => {
  const left = Array.from({ length: 3000 }, (_, row) => [String(row), 'left']);
  const right = left.map(([row]) => [row, 'right']);
  const pairs = alignRecords(left, right);
  assert.equal(pairs.length, 3000);
  assert.ok(pairs.every((pair) => pair.left === pair.right && pair.cells === 1));
});
