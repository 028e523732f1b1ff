// The files of a benchmark: dirty ones, and clean ones that say what is in them.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Stop } from '../../../scripts/lib/console.mjs';
import { parseCsv } from './csv.mjs';

/**
 * The names of the dirty files that have an expectation, sorted. A folder counts as one.
 * @param {string} dirty
 * @param {string} clean
 * @returns {string[]}
 */
export function pairedNames(dirty, clean) {
  const names = list(dirty).filter((name) => cleanFile(clean, name) !== null);
  if (names.length === 0) {
    throw new Stop(`No file of ${dirty} has one of its name in ${clean}: NAME.EXT.csv or NAME.EXT.`, 2);
  }
  return names;
}

function list(folder) {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .sort();
  } catch (error) {
    throw new Stop(`The folder ${folder} cannot be read: ${error.message}`, 2);
  }
}

/** Where the first table of a dirty file is expected; null where nothing is. */
function cleanFile(clean, name) {
  return [join(clean, `${name}.csv`), join(clean, name)].find(existsSync) ?? null;
}

/**
 * The tables that a dirty file holds, and others that would be right as well.
 *
 * `NAME.EXT.csv`, or `NAME.EXT` itself, is its first table, `NAME.EXT.2.csv` the second and so on. `NAME.EXT.alt.csv`,
 * `NAME.EXT.alt.2.csv` and so on is a second reading that is as good.
 * @param {string} clean
 * @param {string} name
 * @returns {string[][][][]}
 */
export function expectations(clean, name) {
  const readings = [tables(cleanFile(clean, name), join(clean, name))];
  const alternative = join(clean, `${name}.alt.csv`);
  if (existsSync(alternative)) readings.push(tables(alternative, join(clean, `${name}.alt`)));
  return readings;
}

function tables(first, stem) {
  const files = [first];
  for (let number = 2; existsSync(`${stem}.${number}.csv`); number++) files.push(`${stem}.${number}.csv`);
  return files.map((file) => {
    try {
      return parseCsv(readFileSync(file, 'utf8'));
    } catch (error) {
      throw new Stop(`${file} is no CSV after RFC 4180: ${error.message}.`, 2);
    }
  });
}
