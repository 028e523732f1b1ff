// The files to measure with: what they are and how they are made.

import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';

import { say } from '../../scripts/lib/console.mjs';
import { CACHE } from '../../scripts/lib/project.mjs';
import { must } from '../../scripts/lib/run.mjs';
import { late, taxi, text, wide } from './tables.mjs';
import { program, PYTHON, TPCHGEN, VERSIONS } from './tools.mjs';

/** Where data, results of trials and what the contenders write are kept. */
export const FOLDER = join(CACHE, 'bench');

/** With --small, everything is a hundredth of its size. */
const SMALL = 100;

const GB = 1e9;

/** Each file with the size it will have, roughly, and its maker: a CSV unless it says otherwise. */
const FILES = {
  'lineitem-2': { bytes: 1.5 * GB, scale: 2 },
  'lineitem-20': { bytes: 15.8 * GB, scale: 20 },
  taxi: { bytes: 4.8 * GB, sql: (part) => taxi(50e6 / part) },
  wide: { bytes: 0.62 * GB, sql: (part) => wide(200e3 / part, 600) },
  text: { bytes: 1.9 * GB, sql: (part) => text(5e6 / part) },
  late: { bytes: 0.11 * GB, sql: (part) => late(3e6 / part) },
  sheet: { bytes: 0.058 * GB, workbook: (part) => 1e6 / part, extension: 'xlsx' },
};

export const NAMES = Object.keys(FILES);

/** What contenders write for a file, all at once, is no more than this share of it. */
const OUTPUTS = 0.6;

/**
 * Makes a file unless it is there, whole and made as it is made now.
 * @param {string} name
 * @param {boolean} small
 * @returns {Promise<{ path: string, bytes: number, format: string } | { missing: string }>} `missing`: why there is none, as a sentence
 */
export async function ensureFile(name, small) {
  const part = small ? SMALL : 1;
  const { bytes, scale, sql, workbook, extension = 'csv' } = FILES[name];
  const folder = small ? join(FOLDER, 'small') : FOLDER;
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.${extension}`);
  const digest = (text) => createHash('sha256').update(text).digest('hex');
  let made;
  if (scale) made = { tpchgen: VERSIONS['tpchgen-cli'], scale: scale / part };
  else if (sql) made = { duckdb: VERSIONS.duckdb, sql: digest(sql(part)) };
  else {
    const maker = digest(readFileSync(program('write_xlsx.py')));
    made = { xlsxwriter: VERSIONS.xlsxwriter, rows: workbook(part), program: maker };
  }
  const recipe = `${JSON.stringify(made)}\n`;
  const recipePath = `${path}.recipe`;
  const present = existsSync(path) && existsSync(recipePath) && readFileSync(recipePath, 'utf8') === recipe;

  const needed = (bytes / part) * ((present ? 0 : 1) + OUTPUTS);
  const room = statfsSync(folder);
  const free = room.bavail * room.bsize + (!present && existsSync(path) ? statSync(path).size : 0);
  if (free < needed) {
    return {
      missing: `${name} is left out: it needs ${gigabytes(needed)} of disk, and ${gigabytes(free)} are free.`,
    };
  }
  if (!present) {
    say(`Making ${name}, about ${gigabytes(bytes / part)}`);
    rmSync(path, { force: true });
    if (scale) await makeLineitem(path, scale / part);
    else if (sql) await makeWithSql(path, sql(part));
    else await makeWorkbook(path, workbook(part));
    writeFileSync(recipePath, recipe);
  }
  return { path, bytes: statSync(path).size, format: extension };
}

const gigabytes = (bytes) => `${(bytes / GB).toFixed(bytes < GB ? 3 : 1)} GB`;

async function makeLineitem(path, scale) {
  const folder = `${path}.part`;
  rmSync(folder, { recursive: true, force: true });
  const args = ['csv', '--scale-factor', String(scale), '--tables', 'lineitem', '--output-dir', folder, '--quiet'];
  await must(TPCHGEN, args, { what: 'Making the data of TPC-H' });
  renameSync(join(folder, 'lineitem.csv'), path);
  rmSync(folder, { recursive: true });
}

async function makeWithSql(path, statements) {
  const [part, sql] = [`${path}.part`, `${path}.sql`];
  writeFileSync(sql, statements);
  await must(PYTHON, [program('write_csv.py'), sql, part], { what: 'Making the data' });
  rmSync(sql);
  renameSync(part, path);
}

async function makeWorkbook(path, rows) {
  const part = `${path}.part`;
  await must(PYTHON, [program('write_xlsx.py'), String(rows), part], { what: 'Making the workbook' });
  renameSync(part, path);
}

/**
 * Reads a file once, so that it is in the page cache for the first contender as for the last.
 * @param {string} path
 * @returns {Promise<boolean>} whether it can stay there: with less memory, every contender reads from the disk
 */
export async function warm(path) {
  for await (const chunk of createReadStream(path, { highWaterMark: 8 << 20 })) void chunk;
  return statSync(path).size < totalmem() * 0.75;
}
