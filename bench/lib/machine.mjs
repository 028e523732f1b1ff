// What a result was measured on.

import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';

import { ROOT } from '../../scripts/lib/project.mjs';
import { capture } from '../../scripts/lib/run.mjs';
import { PYTHON, VERSIONS } from './tools.mjs';

/** The machine in one line. */
export function machine() {
  const memory = `${Math.round(totalmem() / 1e9)} GB of memory`;
  const cores = availableParallelism();
  const named = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `${named}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${memory}, ${type()} ${release()} (${arch()})`;
}

/**
 * The versions of the tools in one line.
 * @param {string} buzz the path of `buzz`
 * @param {boolean} built whether it was built from these sources, rather than named
 */
export function tools(buzz, built) {
  const own = capture(buzz, ['--version'])?.trim() ?? 'buzz of unknown version';
  const commit = capture('git', ['rev-parse', '--short=8', 'HEAD'], { cwd: ROOT })?.trim();
  const changed = capture('git', ['status', '--porcelain', '--untracked-files=no', '--', ':!bench'], {
    cwd: ROOT,
  })?.trim();
  const source = built && commit ? ` (${commit}${changed ? ' with changes' : ''})` : '';
  const python = capture(PYTHON, ['--version'])?.trim() ?? 'Python';
  return `${own}${source}, DuckDB ${VERSIONS.duckdb} and Polars ${VERSIONS.polars} in ${python}`;
}

/** How many processes wanted to run in the last minute, before anything was measured. */
export const load = () => loadavg()[0];

/** Ticks of the processors since the start, and how many of them other guests of the same host took. */
export function stolen() {
  const [, ...ticks] = readFileSync('/proc/stat', 'utf8').split('\n')[0].trim().split(/\s+/).map(Number);
  return { stolen: ticks[7], all: ticks.slice(0, 8).reduce((sum, value) => sum + value, 0) };
}
