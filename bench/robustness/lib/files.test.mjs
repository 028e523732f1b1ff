import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { Stop } from '../../../scripts/lib/console.mjs';
import { expectations, pairedNames } from './files.mjs';

test('files are paired by name, with further tables and readings', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'buzz-robustness-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const [dirty, clean] = ['dirty', 'clean'].map((name) => join(folder, name));
  for (const path of [dirty, clean, join(dirty, 'months')]) mkdirSync(path);
  for (const name of ['a.txt', 'b.csv', 'lonely.csv', '.hidden']) writeFileSync(join(dirty, name), '');
  for (const name of ['a.txt.csv', 'a.txt.2.csv', 'a.txt.alt.csv', 'b.csv', 'months.csv', '.hidden.csv']) {
    writeFileSync(join(clean, name), `name\n${name}\n`);
  }
  assert.deepEqual(pairedNames(dirty, clean), ['a.txt', 'b.csv', 'months']);
  const table = (name) => [['name'], [name]];
  assert.deepEqual(expectations(clean, 'a.txt'), [
    [table('a.txt.csv'), table('a.txt.2.csv')],
    [table('a.txt.alt.csv')],
  ]);
  assert.deepEqual(expectations(clean, 'b.csv'), [[table('b.csv')]]);
  assert.throws(() => pairedNames(join(dirty, 'months'), clean), Stop);
  assert.throws(() => pairedNames(join(folder, 'missing'), clean), Stop);
  writeFileSync(join(clean, 'b.csv'), 'a"b');
  assert.throws(() => expectations(clean, 'b.csv'), /b\.csv is no CSV after RFC 4180: line 1/);
});
