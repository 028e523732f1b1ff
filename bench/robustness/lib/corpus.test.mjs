import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { ROOT } from '../../../scripts/lib/project.mjs';
import { capture, which } from '../../../scripts/lib/run.mjs';
import { parseCsv } from './csv.mjs';
import { expectations, pairedNames } from './files.mjs';

const ROBUSTNESS = join(ROOT, 'bench', 'robustness');
const [DIRTY, CLEAN] = ['dirty', 'clean'].map((name) => join(ROBUSTNESS, 'corpus', name));

/** All files below a folder, as paths from there. */
const filesBelow = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
    .sort();

test('every file of the corpus says what is in it, and nothing else is there', () => {
  const dirty = readdirSync(DIRTY);
  assert.ok(dirty.length >= 600, `${dirty.length} files`);
  assert.equal(pairedNames(DIRTY, CLEAN).length, dirty.length);
  for (const name of readdirSync(CLEAN)) {
    const file = name.replace(/(\.alt)?(\.\d+)?\.csv$|\.expect\.json$/, '');
    assert.ok(dirty.includes(file), `${name} is about no file`);
    if (name.endsWith('.json')) JSON.parse(readFileSync(join(CLEAN, name), 'utf8'));
  }
  const bytes = filesBelow(join(ROBUSTNESS, 'corpus')).reduce(
    (sum, path) => sum + statSync(join(ROBUSTNESS, 'corpus', path)).size,
    0,
  );
  assert.ok(bytes < 3_000_000, `${bytes} bytes`);
});

test('what is expected are tables with names that differ, and rows as wide as they', () => {
  for (const name of readdirSync(DIRTY)) {
    const readings = expectations(CLEAN, name);
    for (const [header, ...rows] of readings.flat()) {
      assert.equal(new Set(header.map((column) => column.toLowerCase())).size, header.length, `${name}: ${header}`);
      assert.ok(
        header.every((column) => column !== '' && column === column.trim()),
        `${name}: ${header}`,
      );
      for (const row of rows) assert.equal(row.length, header.length, `${name}: ${row}`);
    }
    // A second reading that says the same as the first says nothing.
    if (readings.length > 1) assert.notDeepEqual(readings[0], readings[1], name);
  }
  assert.deepEqual(parseCsv(readFileSync(join(CLEAN, 'header-none--readings.csv.csv'), 'utf8'))[0], [
    'column_1',
    'column_2',
    'column_3',
    'column_4',
  ]);
});

const python = which('python3');

test('the corpus is what its maker writes', { skip: python ? false : 'it is written by Python' }, (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'buzz-robustness-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const done = capture(python, ['-B', join(ROBUSTNESS, 'make-corpus.py'), folder]);
  assert.notEqual(done, null, 'make-corpus.py failed');
  const made = filesBelow(folder);
  const elsewhere = /^(dirty|clean).(columnar|workbook)-/;
  assert.deepEqual(
    made,
    filesBelow(join(ROBUSTNESS, 'corpus')).filter((path) => !elsewhere.test(path)),
  );
  for (const path of made) {
    // Compressors of another version may write other bytes for the same content.
    if (/^dirty.*\.(gz|bz2|xz|zip)$/.test(path)) continue;
    const same = readFileSync(join(folder, path)).equals(readFileSync(join(ROBUSTNESS, 'corpus', path)));
    assert.ok(same, `${path} is not what make-corpus.py writes`);
  }
});
