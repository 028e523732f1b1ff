import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { ROOT } from '../../../scripts/lib/project.mjs';
import { run } from '../../../scripts/lib/run.mjs';

/**
 * Stands in for `buzz`: a file's bytes are the CSV that it "becomes". One that says `crash` takes the process down, one
 * that says `refuse` fails with a sentence, and one with `---` lines holds several tables.
 */
const STAND_IN = `#!/usr/bin/env node
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
const [, library, ...rest] = process.argv.slice(2);
const words = rest.filter((word) => !word.startsWith('--'));
mkdirSync(library, { recursive: true });
if (words[0] === 'export') {
  writeFileSync(words[2], readFileSync(library + '/' + words[1]));
  process.exit(0);
}
const files = words.slice(2);
const done = [];
let failed = 0;
for (const path of files) {
  const text = readFileSync(path, 'utf8');
  if (text === 'crash') process.kill(process.pid, 'SIGSEGV');
  if (text === 'refuse') {
    process.stderr.write('error: this is no table\\n');
    failed = 1;
    continue;
  }
  for (const table of text.split('---\\n')) {
    let id = 0;
    while (existsSync(library + '/' + id)) id++;
    writeFileSync(library + '/' + id, table);
    done.push({ source: { path }, dataset: { id: String(id) } });
  }
}
if (files.length > 1 || done.length > 0) {
  process.stdout.write(JSON.stringify(files.length === 1 && done.length === 1 ? done[0] : done));
}
process.exit(failed);
`;

test('a folder is scored: perfect files have ten points, damaged ones fewer, and one that crashes harms no other', async (context) => {
  if (process.platform === 'win32') return context.skip('the stand-in is started by its first line');
  const folder = mkdtempSync(join(tmpdir(), 'buzz-robustness-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const [dirty, clean, buzz, json] = ['dirty', 'clean', 'buzz.mjs', 'scores.json'].map((name) => join(folder, name));
  mkdirSync(dirty);
  mkdirSync(clean);
  writeFileSync(buzz, STAND_IN);
  chmodSync(buzz, 0o755);
  const good = 'id,name\n1,Anna\n2,Bob\n3,Cleo\n4,Dora\n';
  const read = {
    'good.csv': good,
    'crash.csv': 'crash',
    'refuse.csv': 'refuse',
    'short.csv': good.replace('2,Bob\n', ''),
    'two.csv': `${good}---\nx\n1\n`,
  };
  for (const [name, text] of Object.entries(read)) {
    writeFileSync(join(dirty, name), text);
    writeFileSync(join(clean, `${name}.csv`), good);
  }
  writeFileSync(join(clean, 'two.csv.2.csv'), 'x\n1\n');
  const score = (...args) =>
    run(process.execPath, [join(ROOT, 'bench', 'robustness', 'score.mjs'), dirty, clean, '--buzz', buzz, ...args], {
      keep: 100,
    });

  const { code } = await score('--json', json, '--min', '5');
  const { files, points } = JSON.parse(readFileSync(json, 'utf8'));
  const found = Object.fromEntries(files.map((file) => [file.name, file]));
  assert.equal(found['good.csv'].points, 10);
  assert.equal(found['two.csv'].points, 10);
  assert.equal(found['crash.csv'].points, 0);
  assert.equal(found['crash.csv'].error, 'ended by SIGSEGV');
  assert.equal(found['refuse.csv'].points, 0);
  assert.equal(found['refuse.csv'].error, 'this is no table');
  // One of four records is missing: recall 3/4 and F1 6/7, of records and of cells.
  assert.ok(Math.abs(found['short.csv'].points - (10 - 2 * (1 / 4 + 1 / 7))) < 1e-9, found['short.csv'].points);
  assert.ok(Math.abs(points - (20 + found['short.csv'].points) / 5) < 1e-9, points);
  assert.equal(code, 0);
  assert.equal((await score('--min', '9')).code, 1);
  assert.equal((await score('--min', 'many')).code, 2);
});
