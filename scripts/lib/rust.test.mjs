import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { ROOT } from './project.mjs';
import { atLeast, neededRust } from './rust.mjs';

test('versions compare by number, not by letter', () => {
  assert.ok(atLeast('1.95.0', '1.95'));
  assert.ok(atLeast('1.100.0', '1.95'));
  assert.ok(atLeast('2.0.0', '1.95'));
  assert.ok(!atLeast('1.94.9', '1.95'));
  assert.ok(!atLeast('1.9.0', '1.95'));
  assert.ok(atLeast('1.96.0-nightly', '1.95'));
});

test('the needed Rust is the one the manifest names', () => {
  assert.equal(neededRust('[workspace.package]\nrust-version = "1.88"\n'), '1.88');
  assert.match(neededRust(readFileSync(join(ROOT, 'Cargo.toml'), 'utf8')), /^1\.\d+$/);
});
