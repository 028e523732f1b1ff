// Is buzz's Parquet as quick to query as DuckDB's own?

import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { say, Stop } from '../../scripts/lib/console.mjs';
import { ROOT } from '../../scripts/lib/project.mjs';
import { sections } from './contenders.mjs';
import { measure, output } from './measure.mjs';
import { median, pairwiseRatio, sameRows } from './statistics.mjs';
import { program, PYTHON } from './tools.mjs';

/** How often a process runs each query, after once to warm up. */
const REPETITIONS = 5;

/** DuckDB's threads. */
export const THREADS = 2;

/**
 * The queries of a file of SQL in which a line `-- name: …` stands before each.
 * @param {string} sql
 * @returns {Record<string, string>}
 */
export function namedQueries(sql) {
  const [, ...pieces] = sql.split(/^-- name: (.+)\n/m);
  const queries = {};
  for (let at = 0; at < pieces.length; at += 2) queries[pieces[at].trim()] = pieces[at + 1].trim().replace(/;$/, '');
  return queries;
}

/**
 * Converts the file with buzz and with DuckDB, and runs the queries over both, in turn.
 * @param {{ source: string, rounds: number, scratch: string, buzz: string }} options
 * @returns {Promise<object[]>} for each query `name`, `buzz` and `duckdb` (median seconds), `ratio`, `cpuRatio` and `same`:
 *   whether both gave the same rows
 */
export async function runQueries({ source, rounds, scratch, buzz }) {
  const queries = namedQueries(readFileSync(join(ROOT, 'bench', 'queries.sql'), 'utf8'));
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  try {
    const [{ contenders }] = sections('lineitem-2', buzz, join(scratch, 'library'));
    const files = {};
    for (const id of ['buzz', 'duckdb']) {
      files[id] = join(scratch, `${id}.parquet`);
      const contender = contenders.find((one) => one.id === id);
      const errors = join(scratch, 'errors.txt');
      const { error } = await measure(contender.command(source, files[id]), { errors });
      if (error) throw new Stop(`${contender.title} could not convert the file to query: ${error}`);
    }

    const answers = { buzz: [], duckdb: [] };
    for (let round = 1; round <= rounds; round++) {
      say(`queries, round ${round} of ${rounds}`);
      for (const id of ['buzz', 'duckdb']) {
        const args = [program('query.py'), files[id], String(THREADS), String(REPETITIONS)];
        answers[id].push(JSON.parse(await output(PYTHON, args, JSON.stringify(queries))));
      }
    }
    return Object.keys(queries).map((name) => {
      const of = (id, key) => answers[id].map((answer) => median(answer[name][key]));
      const [own, peer] = [of('buzz', 'wall'), of('duckdb', 'wall')];
      return {
        name,
        buzz: median(own),
        duckdb: median(peer),
        ratio: pairwiseRatio(own, [peer]),
        cpuRatio: pairwiseRatio(of('buzz', 'cpu'), [of('duckdb', 'cpu')]),
        same: sameRows(answers.buzz[0][name].rows, answers.duckdb[0][name].rows),
      };
    });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
