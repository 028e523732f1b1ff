import assert from 'node:assert/strict';
import { test } from 'node:test';

import { median, pairwiseRatio, quantile, sameRows } from './statistics.mjs';

test('a median lies in the middle, of an even number between the two', () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(median([7]), 7);
  assert.equal(median([10, 9, 100]), 10);
});

test('a quantile is weighted between its neighbours', () => {
  assert.equal(quantile([0, 10, 20, 30, 40], 0.95), 38);
  assert.equal(quantile([5, 1], 0), 1);
  assert.equal(quantile([5, 1], 1), 5);
});

test('the ratio is that of each round against the best peer of that round', () => {
  // The machine was slow in the second round, for everybody.
  assert.equal(
    pairwiseRatio(
      [1, 5, 1],
      [
        [2, 10, 4],
        [4, 20, 2],
      ],
    ),
    0.5,
  );
  // Of the medians it would be 0.6.
  assert.equal(pairwiseRatio([2, 3, 9], [[2, 6, 5]]), 1);
  assert.equal(pairwiseRatio([1], []), null);
  assert.equal(pairwiseRatio([], [[]]), null);
});

test('results are the same but for how doubles round', () => {
  assert.ok(sameRows([['A', 0.1 + 0.2, null]], [['A', 0.3, null]]));
  assert.ok(!sameRows([['A', 0.3]], [['A', 0.3001]]));
  assert.ok(!sameRows([['A', 0]], [['A', null]]));
  assert.ok(!sameRows([[1]], [[1], [2]]));
  assert.ok(!sameRows([['1']], [[1]]));
});
