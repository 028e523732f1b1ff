import assert from 'node:assert/strict';
import { test } from 'node:test';

import { stalePackages } from './node-packages.mjs';

const lock = {
  packages: {
    '': { version: '0.1.0' },
    'node_modules/vite': { version: '8.0.0' },
    'node_modules/vite/node_modules/esbuild': { version: '1.0.0' },
    'node_modules/fsevents': { version: '2.3.3', optional: true },
    'node_modules/own': { link: true },
  },
};
const installed = (changes) => ({
  packages: {
    'node_modules/vite': { version: '8.0.0' },
    'node_modules/vite/node_modules/esbuild': { version: '1.0.0' },
    ...changes,
  },
});

test('without node_modules everything but the optional is missing', () => {
  assert.deepEqual(stalePackages(lock, null), ['node_modules/vite', 'node_modules/vite/node_modules/esbuild']);
});

test('what is installed as locked is fresh, also without the packages of other platforms', () => {
  assert.deepEqual(stalePackages(lock, installed({})), []);
  assert.deepEqual(stalePackages(lock, installed({ 'node_modules/fsevents': { version: '2.3.3' } })), []);
});

test('another version is stale, optional or not', () => {
  assert.deepEqual(stalePackages(lock, installed({ 'node_modules/vite': { version: '7.9.0' } })), [
    'node_modules/vite',
  ]);
  assert.deepEqual(stalePackages(lock, installed({ 'node_modules/fsevents': { version: '1.0.0' } })), [
    'node_modules/fsevents',
  ]);
});
