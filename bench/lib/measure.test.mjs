import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { ROOT } from '../../scripts/lib/project.mjs';
import { which } from '../../scripts/lib/run.mjs';
import { firstLine, measure } from './measure.mjs';
import { namedQueries } from './queries.mjs';

const python = which('python3');
const skip = process.platform === 'linux' && python ? false : 'it measures with Python, as Linux counts';

test('a process is measured: its time, its peak, its exit code', { skip }, async () => {
  const options = { errors: '/dev/null', sync: false, python, cores: 1 };
  const sleeping = await measure([python, '-c', 'import time; time.sleep(0.3)'], options);
  assert.equal(sleeping.code, 0);
  assert.ok(sleeping.wall >= 0.3, `${sleeping.wall} s`);
  assert.ok(sleeping.cpu < sleeping.wall, `${sleeping.cpu} s`);
  const large = await measure([python, '-c', 'x = bytearray(b"x" * 200_000_000)'], options);
  assert.ok(large.peak > 200e6, `${large.peak} bytes`);
  assert.ok(sleeping.peak < 100e6, `${sleeping.peak} bytes`);
  assert.equal((await measure([python, '-c', 'raise SystemExit(3)'], options)).error, 'exit code 3');
  assert.equal((await measure([python, '-c', 'import os; os.kill(os.getpid(), 9)'], options)).error, 'signal 9');
});

test('of an error the first line that says something is shown', () => {
  assert.equal(firstLine('\n  Conversion Error: no date\nLINE 1: …\n', 1), 'Conversion Error: no date');
  assert.equal(firstLine('', 137), 'signal 9');
});

test('the queries are the five that are promised', () => {
  const queries = namedQueries(readFileSync(join(ROOT, 'bench', 'queries.sql'), 'utf8'));
  assert.deepEqual(Object.keys(queries), ['scan', 'filter', 'group', 'top-n', 'distinct']);
  for (const sql of Object.values(queries)) assert.match(sql, /^SELECT [^;]*$/);
});
