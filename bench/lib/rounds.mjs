// The rounds of a section: A B C A B C …

import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

import { say } from '../../scripts/lib/console.mjs';
import { measure, output } from './measure.mjs';
import { program, PYTHON } from './tools.mjs';

/** A contender that once failed fails again: it is tried in the warm-up, and in no round. */
const WARM_UP = 0;

/**
 * Runs every contender of a section once to warm up, then so many times that count, in turn.
 * @param {import('./contenders.mjs').Section} section
 * @param {string} source the file to convert
 * @param {number} rounds
 * @param {string} scratch a folder for what is written, emptied after each run
 * @returns {Promise<object[]>} for each contender `id`, `title`, `kind`, `error`, `rows` and, for each round, `runs`
 */
export async function runRounds(section, source, rounds, scratch) {
  const results = section.contenders.map(({ id, title, kind }) => ({
    id,
    title,
    kind,
    error: null,
    rows: null,
    runs: [],
  }));
  for (let round = WARM_UP; round <= rounds; round++) {
    for (const [at, contender] of section.contenders.entries()) {
      const result = results[at];
      if (result.error) continue;
      const { error, rows, ...run } = await runOnce(contender, source, scratch, round === WARM_UP);
      if (error) {
        Object.assign(result, { error: error.replaceAll(source, basename(source)), runs: [] });
      } else if (round === WARM_UP) {
        result.rows = rows;
      } else {
        result.runs.push(run);
      }
      const which = round === WARM_UP ? 'warm-up' : `round ${round} of ${rounds}`;
      const shown = error ? `stops: ${error}` : `${run.wall.toFixed(2)} s, ${Math.round(run.peak / 1e6)} MB`;
      say(`${section.id}, ${which}, ${contender.title}: ${shown}`);
    }
  }
  return results;
}

async function runOnce(contender, source, scratch, counted) {
  rmSync(scratch, { recursive: true, force: true });
  const folder = join(scratch, 'out');
  mkdirSync(folder, { recursive: true });
  try {
    const target = join(folder, 'data.parquet');
    const options = { errors: join(scratch, 'errors.txt'), cores: contender.cores };
    const { error, wall, cpu, peak } = await measure(contender.command(source, target), options);
    if (error) return { error };
    const written = readdirSync(folder).filter((name) => name.endsWith('.parquet'));
    const size = written.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    const rows = counted ? Number(await output(PYTHON, [program('count_rows.py'), target])) : null;
    return { error: null, rows, wall, cpu, peak, size };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
