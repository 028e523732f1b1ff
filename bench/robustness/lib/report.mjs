// What is printed: a line for each file, and the means.

import { MEASURES, points } from './measure.mjs';

const HEADINGS = ['', 'header', 'record', 'cell'];

/**
 * A table for people: points, whether the file loaded, and precision, recall and F1 of header, records and cells.
 * @param {{ name: string, measured: Record<string, number>, error: string | null }[]} files
 * @param {Record<string, number>} means
 */
export function table(files, means) {
  const width = Math.max(4, ...files.map(({ name }) => name.length));
  const groups = HEADINGS.map((heading, place) => heading.padEnd(place === 0 ? 14 : 18)).join('');
  const names = ['points', 'loaded', ...Array(3).fill(['P    ', 'R    ', 'F1   ']).flat()];
  const lines = [`${' '.repeat(width)}  ${groups}`.trimEnd(), `${'file'.padEnd(width)}  ${names.join(' ')}`.trimEnd()];
  for (const { name, measured, error } of files) {
    lines.push(line(name.padEnd(width), measured) + (error ? `  ${error}` : ''));
  }
  lines.push(line('mean'.padEnd(width), means));
  return lines.join('\n');
}

function line(name, measured) {
  const [loaded, ...rest] = MEASURES.map((measure) => measured[measure]);
  return `${name}  ${points(measured).toFixed(3).padStart(6)} ${loaded.toFixed(2).padEnd(6)} ${rest.map((value) => value.toFixed(3)).join(' ')}`;
}

/**
 * The last line: how many files were read without a fault, and the points of all.
 * @param {{ measured: Record<string, number> }[]} files
 * @param {Record<string, number>} means
 */
export function summary(files, means) {
  const perfect = files.filter(({ measured }) => MEASURES.every((name) => measured[name] === 1)).length;
  const loaded = files.filter(({ measured }) => measured.loaded === 1).length;
  return `${files.length} files: ${loaded} loaded, ${perfect} without a fault, ${points(means).toFixed(4)} of 10 points`;
}
