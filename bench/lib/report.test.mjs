import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { goals } from './goals.mjs';
import { report, sectionTable, table } from './report.mjs';
import { keep } from './results.mjs';

const run = (wall, peak = 100e6, size = 50e6) => ({ wall, cpu: wall * 2, peak, size });

const contender = (id, kind, runs, error = null) => ({ id, title: id, kind, error, rows: error ? null : 12, runs });

const part = (name, results) => ({
  file: { bytes: 1.5e9, rows: 12 },
  measured: '2026-01-31',
  command: 'npm run bench',
  rounds: 3,
  machine: 'a machine',
  tools: 'tools',
  load: 0,
  stolen: 0,
  cached: true,
  sections: [{ id: `${name}-zstd`, title: 'zstd', results }],
});

const USUAL = [
  contender('buzz', 'buzz', [run(3), run(4), run(3)]),
  contender('buzz-no-profile', 'buzz', [run(2), run(8), run(2)]),
  contender('duckdb', 'peer', [run(6, 500e6, 40e6), run(20, 500e6, 40e6), run(6, 500e6, 40e6)]),
  contender('polars', 'peer', [run(5), run(16), run(8)]),
];

test('a table is as wide as its widest cells', () => {
  assert.equal(table(['a', 'name'], [['long', 'x']]), '| a    | name |\n| ---- | ---- |\n| long | x    |');
});

test('a section shows medians and compares buzz with the faster peer', () => {
  const [, , buzz, bare, duckdb] = sectionTable(USUAL)
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));
  assert.deepEqual(buzz, ['', 'buzz', '3.00', '3.00 to 4.00', '6.00', '100.0', '50.0', '0.50 ×', '1.25 ×', '']);
  assert.equal(bare[7], '0.40 ×');
  assert.deepEqual(duckdb.slice(7), ['', '', '']);
});

test('a peer that stops is shown with what it said, and nothing is compared with it', () => {
  const stopped = contender('duckdb', 'peer', [], 'Conversion Error: a | b');
  const results = [contender('buzz', 'buzz', [run(1)]), stopped];
  const page = report({ late: part('late', results) });
  assert.match(page, /\| duckdb +\| stops/);
  assert.ok(page.includes('duckdb stops: `` Conversion Error: a | b ``'));
  assert.match(page, /\| buzz +\| 1\.00 .*\| +\| +\|$/m);
});

test('files that do not hold the same number of rows are pointed out', () => {
  const results = [contender('buzz', 'buzz', [run(1)]), { ...contender('polars', 'peer', [run(1)]), rows: 11 }];
  assert.match(report({ text: part('text', results) }), /polars wrote 11 rows, buzz 12/);
});

test('goals are met or not by ratio, by the highest peak and by size', () => {
  const met = Object.fromEntries(goals({ taxi: part('taxi', USUAL) }).map(({ goal, ...rest }) => [goal, rest]));
  assert.deepEqual(met, {
    'taxi, zstd, --no-profile: wall against the faster peer at most 0.5 ×': { measured: '0.400 ×', met: true },
    'taxi, zstd: wall against the faster peer at most 0.6 ×': { measured: '0.500 ×', met: true },
    'taxi, zstd: never more than 256 MB in memory': { measured: '100.0 MB', met: true },
    "taxi, zstd: size against DuckDB's at most 1.05 ×": { measured: '1.250 ×', met: false },
  });
  const [over] = goals({ late: part('late', [contender('buzz', 'buzz', [run(1), run(1, 257e6), run(1)])]) });
  assert.deepEqual(over, { goal: 'late, zstd: never more than 256 MB in memory', measured: '257.0 MB', met: false });
});

test('memory of the large file is compared with that of the small one', () => {
  const of = (peak) => [contender('buzz', 'buzz', [run(1, peak)])];
  const list = goals({ 'lineitem-2': part('lineitem-2', of(200e6)), 'lineitem-20': part('lineitem-20', of(230e6)) });
  const grown = list.find(({ goal }) => goal.startsWith('memory for lineitem-20'));
  assert.deepEqual([grown.measured, grown.met], ['1.150 ×', false]);
});

test('queries and what waits beside a conversion are shown, and have goals', () => {
  const rest = { ...part('queries', []), sections: [] };
  const parts = {
    queries: {
      ...rest,
      queries: [{ name: 'scan', buzz: 0.0211, duckdb: 0.02, ratio: 1.055, cpuRatio: 0.9, same: false }],
    },
    'query-while-converting': {
      ...rest,
      contention: {
        query: 'select 1',
        count: 40,
        idle: { p50: 0.1, p95: 0.2 },
        busy: { p50: 0.15, p95: 0.3 },
        ratio: 1.5,
        conversions: 1,
      },
    },
  };
  const page = report(parts);
  assert.match(page, /\| scan +\| 21\.1 +\| 20\.0 +\| 1\.055 × \| 0\.900 × +\| \*\*no\*\* +\|/);
  assert.match(page, /\| beside a conversion \| 150 +\| 300 +\| 1\.50 × +\|/);
  assert.deepEqual(
    goals(parts).map(({ met }) => met),
    [false, true],
  );
});

test('measuring one part anew leaves the others', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'buzz-bench-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const order = ['wide', 'text', 'late'];
  const slow = [contender('buzz', 'buzz', [run(9)])];
  keep(folder, { text: part('text', slow) }, order);
  keep(folder, { wide: part('wide', slow) }, order);
  keep(folder, { text: part('text', USUAL) }, order);
  assert.deepEqual(Object.keys(JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8'))), ['wide', 'text']);
  const page = readFileSync(join(folder, 'RESULTS.md'), 'utf8');
  assert.ok(page.indexOf('## wide') < page.indexOf('## text'));
  assert.equal(page.match(/\| 9\.00 +\|/g).length, 1);
});

test('what it takes to look at a file is shown, and the median decides', () => {
  const detect = { count: 15, median: 0.09, worst: 0.25 };
  const parts = { detect: { ...part('detect', []), sections: undefined, detect } };
  parts.detect.file.bytes = 15e9;
  assert.match(report(parts), /\| 15 +\| 90 +\| 250 +\|/);
  assert.deepEqual(goals(parts), [
    { goal: 'how a file of 15 GB is to be read is seen within 150 ms', measured: '90 ms', met: true },
  ]);
});

test('conversions that were cancelled are shown, and the slowest of them decides', () => {
  const cancel = { whole: 2.5, count: 49, early: 1, median: 0.02, worst: 0.25, left: 0 };
  const parts = { cancel: { ...part('cancel', []), sections: undefined, cancel } };
  assert.match(report(parts), /\| 49 +\| 20 +\| 250 +\| 1 +\| 0 +\|/);
  assert.deepEqual(goals(parts), [
    { goal: 'a conversion that is cancelled ends within 200 ms', measured: '250 ms', met: false },
  ]);
});
