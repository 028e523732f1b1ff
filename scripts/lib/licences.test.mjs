import assert from 'node:assert/strict';
import { test } from 'node:test';

import { asText, choices, chosen, filesFor } from './licences.mjs';

test('an expression of licences is a choice of those that hold at once', () => {
  assert.deepEqual(choices('MIT'), [['MIT']]);
  assert.deepEqual(choices('MIT/Apache-2.0'), [['MIT'], ['Apache-2.0']]);
  assert.deepEqual(choices('(MIT OR Apache-2.0) AND Unicode-3.0'), [
    ['MIT', 'Unicode-3.0'],
    ['Apache-2.0', 'Unicode-3.0'],
  ]);
  assert.deepEqual(choices('Apache-2.0 WITH LLVM-exception OR MIT'), [['Apache-2.0 WITH LLVM-exception'], ['MIT']]);
  assert.throws(() => choices('MIT Apache-2.0'), /no expression/);
  assert.throws(() => choices('(MIT'), /no expression/);
});

test('a licence that may not be shipped is refused, and one that may is chosen beside it', () => {
  assert.equal(chosen('GPL-3.0-only'), null);
  assert.equal(chosen('MIT AND GPL-3.0-only'), null);
  assert.deepEqual(chosen('LGPL-2.1-or-later OR Apache-2.0 OR MIT'), ['MIT']);
  assert.deepEqual(chosen('Apache-2.0 AND ISC'), ['Apache-2.0', 'ISC']);
});

test('of several files the one of the chosen licence is taken, with the notices of Apache', () => {
  const names = ['Cargo.toml', 'LICENSE-APACHE', 'LICENSE-MIT', 'NOTICE', 'src'];
  assert.deepEqual(filesFor(names, ['MIT']), ['LICENSE-MIT']);
  assert.deepEqual(filesFor(names, ['Apache-2.0']), ['LICENSE-APACHE', 'NOTICE']);
  assert.deepEqual(filesFor(['COPYING', 'README.md', 'UNLICENSE'], ['MIT']), ['COPYING', 'UNLICENSE']);
});

test('the text names every work and has every licence once', () => {
  const text = asText({
    works: [
      { name: 'a', version: '1.0.0', licence: 'MIT', texts: [0] },
      { name: 'b', version: '2.0.0', licence: 'MIT', texts: [0] },
    ],
    texts: ['Permission is granted.'],
  });
  assert.match(text, /a 1\.0\.0: MIT\nb 2\.0\.0: MIT\n/);
  assert.match(text, /a 1\.0\.0, b 2\.0\.0/);
  assert.equal(text.split('Permission is granted.').length, 2);
});
