// The results that are kept: one part can be measured anew without the others.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { report } from './report.mjs';

/**
 * Puts parts that were measured in the place of what was there of them, and writes the page anew.
 * @param {string} folder that of `results.json` and `RESULTS.md`
 * @param {Record<string, object>} measured
 * @param {string[]} order of all parts
 */
export function keep(folder, measured, order) {
  const path = join(folder, 'results.json');
  const before = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  const merged = { ...before, ...measured };
  const parts = Object.fromEntries(order.filter((name) => name in merged).map((name) => [name, merged[name]]));
  writeFileSync(path, `${JSON.stringify(parts, rounded, 1)}\n`);
  writeFileSync(join(folder, 'RESULTS.md'), report(parts));
}

/** Microseconds are finer than anything that was measured. */
const rounded = (_, value) => (typeof value === 'number' ? Math.round(value * 1e6) / 1e6 : value);
