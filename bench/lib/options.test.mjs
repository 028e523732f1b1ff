import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Stop } from '../../scripts/lib/console.mjs';
import { readOptions } from './options.mjs';

const refused = (args) =>
  assert.throws(
    () => readOptions(args, ['wide', 'text']),
    (error) => error instanceof Stop && error.code === 2,
  );

test('no name means every part, and names keep the usual order', () => {
  assert.deepEqual(readOptions([], ['wide', 'text']).parts, ['wide', 'text']);
  const { parts, rounds, small } = readOptions(
    ['--file', 'text', '--file', 'wide', '--rounds', '7', '--small'],
    ['wide', 'text'],
  );
  assert.deepEqual([parts, rounds, small], [['wide', 'text'], 7, true]);
});

test('what does not exist is refused', () => {
  refused(['--file', 'deep']);
  refused(['--rounds', '0']);
  refused(['--rounds', 'many']);
  refused(['--fast']);
});
