import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { sourceHash } from './ui.mjs';

test('the hash follows contents and names, not times, tests or what was built', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'buzz-ui-'));
  t.after(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'ui', 'src'), { recursive: true });
  const page = join(root, 'ui', 'src', 'App.svelte');
  writeFileSync(page, '<p>one</p>');
  writeFileSync(join(root, 'package-lock.json'), '{}');
  const first = sourceHash(root);

  utimesSync(page, new Date(0), new Date(0));
  mkdirSync(join(root, 'ui', 'dist'));
  mkdirSync(join(root, 'ui', 'node_modules'));
  writeFileSync(join(root, 'ui', 'node_modules', 'cached.js'), 'kept by vitest');
  writeFileSync(join(root, 'ui', 'dist', 'index.html'), 'built');
  writeFileSync(join(root, 'ui', 'src', 'App.test.ts'), 'test');
  writeFileSync(join(root, 'README.md'), 'words');
  assert.equal(sourceHash(root), first);

  writeFileSync(page, '<p>two</p>');
  const second = sourceHash(root);
  assert.notEqual(second, first);
  writeFileSync(join(root, 'package-lock.json'), '{"packages":{}}');
  assert.notEqual(sourceHash(root), second);
});
