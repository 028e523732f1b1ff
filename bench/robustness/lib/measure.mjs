// How near the tables that were read are to those that were expected: ten measures for each file.

import { alignRecords, commonSubsequence } from './align.mjs';

/** The measures in their order; each is between 0 and 1, and so a file has between 0 and 10. */
export const MEASURES = [
  'loaded',
  'header_precision',
  'header_recall',
  'header_f1',
  'record_precision',
  'record_recall',
  'record_f1',
  'cell_precision',
  'cell_recall',
  'cell_f1',
];

/**
 * The measures of one file.
 *
 * Precision is the share of what was read that is right, recall the share of what is expected that was read, F1 their
 * harmonic mean. Names of columns are right in a longest common subsequence of the two headers, records in one of the
 * two sequences of records; then records that differ are paired by likeness, and of each pair the cells in a longest
 * common subsequence are right. Texts are compared exactly; NULL and an empty text are the same. Tables are paired in
 * their order, and one that has no partner counts as wrong or missing with all it has.
 * @param {string[][][]} expected tables as records, the first of which is the header
 * @param {string[][][] | null} actual the same as it was read; null where the file could not be read
 * @returns {Record<string, number>}
 */
export function measures(expected, actual) {
  if (actual === null) return Object.fromEntries(MEASURES.map((name) => [name, 0]));
  const counts = { header: newCount(), record: newCount(), cell: newCount() };
  for (let place = 0; place < Math.max(expected.length, actual.length); place++) {
    count(counts, expected[place] ?? [[]], actual[place] ?? [[]]);
  }
  const result = { loaded: 1 };
  for (const [name, { expected, actual, right }] of Object.entries(counts)) {
    // Where nothing is expected, reading nothing is right in full.
    const precision = actual === 0 ? Number(expected === 0) : right / actual;
    const recall = expected === 0 ? Number(actual === 0) : right / expected;
    result[`${name}_precision`] = precision;
    result[`${name}_recall`] = recall;
    result[`${name}_f1`] = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  }
  return result;
}

function newCount() {
  return { expected: 0, actual: 0, right: 0 };
}

function count({ header, record, cell }, [names = [], ...expected], [found = [], ...actual]) {
  header.expected += names.length;
  header.actual += found.length;
  header.right += commonSubsequence(names, found).length;
  record.expected += expected.length;
  record.actual += actual.length;
  cell.expected += cells(expected);
  cell.actual += cells(actual);
  for (const pair of alignRecords(expected, actual)) {
    record.right += Number(pair.equal);
    cell.right += pair.cells;
  }
}

function cells(records) {
  return records.reduce((sum, record) => sum + record.length, 0);
}

/** The points of a file, from 0 to 10. */
export function points(measured) {
  return MEASURES.reduce((sum, name) => sum + measured[name], 0);
}

/**
 * The measures under the expectation that gives most points.
 * @param {string[][][][]} alternatives the tables that are expected, or others that would be right as well
 * @param {string[][][] | null} actual
 */
export function bestMeasures(alternatives, actual) {
  return alternatives
    .map((expected) => measures(expected, actual))
    .reduce((best, next) => (points(next) > points(best) ? next : best));
}

/**
 * The mean of each measure over all files.
 * @param {Record<string, number>[]} all
 */
export function mean(all) {
  return Object.fromEntries(
    MEASURES.map((name) => [name, all.reduce((sum, measured) => sum + measured[name], 0) / Math.max(1, all.length)]),
  );
}
