// What the test runners of several languages have in common.

import { stripVTControlCharacters } from 'node:util';

import { Stop } from './console.mjs';

/**
 * The suites to run: those that were named, in their usual order, or all.
 * @param {string[]} known
 * @param {string[]} named
 */
export function chosenSuites(known, named) {
  const unknown = named.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Stop(`There is no test suite \`${unknown[0]}\`; the suites are ${known.join(', ')}.`, 2);
  }
  return known.filter((name) => named.length === 0 || named.includes(name));
}

/** The lines in which cargo nextest, cargo test, vitest and Node's runner say how many tests passed. */
const CLOSING =
  /^\s*(Summary \[.*tests? run|test result: .*passed|(Test Files|Tests)\s+.*(passed|failed)|[ℹ#] (tests|pass|fail|cancelled|skipped) \d+$)/;

/**
 * The runners' own closing lines among the last lines of their output.
 * @param {string[]} lines
 */
export function closingLines(lines) {
  const closing = lines.map((line) => stripVTControlCharacters(line).trim()).filter((line) => CLOSING.test(line));
  // nextest shows what each failed test said, which has closing lines of its own.
  const isNextest = closing.some((line) => line.startsWith('Summary ['));
  return closing.filter((line) => !isNextest || line.startsWith('Summary ['));
}
