import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Stop } from './console.mjs';
import { hasDisplay } from './project.mjs';
import { chosenSuites, closingLines } from './suites.mjs';

test('suites keep their order, and no name means all', () => {
  assert.deepEqual(chosenSuites(['scripts', 'ui', 'rust'], []), ['scripts', 'ui', 'rust']);
  assert.deepEqual(chosenSuites(['scripts', 'ui', 'rust'], ['rust', 'scripts']), ['scripts', 'rust']);
  assert.throws(
    () => chosenSuites(['ui'], ['uj']),
    (error) => error instanceof Stop && error.code === 2,
  );
});

test('the closing lines of every runner are found, in colour too', () => {
  const lines = [
    'test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s',
    ' Test Files  9 passed (9)',
    '\x1b[2m      Tests \x1b[22m 41 passed (41)',
    'ℹ tests 8',
    'ℹ pass 8',
    '# fail 0',
    'ℹ duration_ms 1234.5',
    '# cancelled 153 ms after the click',
    'a line that says Tests were run',
  ];
  assert.deepEqual(closingLines(lines), [
    'test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s',
    'Test Files  9 passed (9)',
    'Tests  41 passed (41)',
    'ℹ tests 8',
    'ℹ pass 8',
    '# fail 0',
  ]);
});

test('of nextest only its summary counts, not what a failed test said', () => {
  const lines = [
    '    test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 74 filtered out; finished in 4.36s',
    '\x1b[32;1m     Summary\x1b[0m [  12.345s] 210 tests run: 209 passed, 1 failed, 0 skipped',
  ];
  assert.deepEqual(closingLines(lines), ['Summary [  12.345s] 210 tests run: 209 passed, 1 failed, 0 skipped']);
});

test('only Linux can be without a display', () => {
  assert.equal(hasDisplay({}, 'linux'), false);
  assert.equal(hasDisplay({ DISPLAY: ':0' }, 'linux'), true);
  assert.equal(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux'), true);
  assert.equal(hasDisplay({}, 'darwin'), true);
});
