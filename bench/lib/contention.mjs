// Does a query stay quick while a file is being converted?

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { say, Stop } from '../../scripts/lib/console.mjs';
import { measure } from './measure.mjs';
import { quantile } from './statistics.mjs';

const QUERIES = 40;

const QUERY =
  'select l_shipmode, l_returnflag, count(*) as items, sum(l_extendedprice * (1 - l_discount)) as revenue ' +
  'from lineitem group by all order by all';

/** How long a conversion may run before the queries beside it begin: it is then past looking at the file. */
const HEAD_START_MS = 500;

/**
 * Times queries alone, then beside a conversion of the same file that begins again whenever it ends. Each query and
 * each conversion is a process of its own.
 * @param {{ source: string, scratch: string, buzz: string }} options
 * @returns {Promise<{ query: string, count: number, idle: object, busy: object, ratio: number, conversions: number }>}
 *   `idle` and `busy` have `p50` and `p95` in seconds; `ratio`: of the p95s; `conversions`: how many ended meanwhile
 */
export async function runContention({ source, scratch, buzz }) {
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  const library = join(scratch, 'library');
  const inLibrary = ['--library', library, '--quiet'];
  const errors = join(scratch, 'errors.txt');
  const query = async () => {
    const { error, wall } = await measure([buzz, 'sql', QUERY, '--format', 'json', ...inLibrary], {
      errors,
      sync: false,
    });
    if (error) throw new Stop(`The query failed: ${error}`);
    return wall;
  };
  const queries = async () => {
    const walls = [];
    while (walls.length < QUERIES) walls.push(await query());
    return { p50: quantile(walls, 0.5), p95: quantile(walls, 0.95) };
  };

  let conversion = null;
  try {
    say('query-while-converting: a dataset to query');
    const { error } = await measure([buzz, 'convert', source, '--name', 'lineitem', ...inLibrary], { errors });
    if (error) throw new Stop(`The file could not be converted: ${error}`);
    await query();
    say(`query-while-converting: ${QUERIES} queries alone`);
    const idle = await queries();

    say(`query-while-converting: ${QUERIES} queries beside a conversion`);
    conversion = convertAgainAndAgain([
      buzz,
      ...['convert', source, '--out', join(scratch, 'again.parquet'), '--force', ...inLibrary],
    ]);
    await setTimeout(HEAD_START_MS);
    const busy = await queries();
    const conversions = await conversion.stop();
    return { query: QUERY, count: QUERIES, idle, busy, ratio: busy.p95 / idle.p95, conversions };
  } finally {
    await conversion?.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Runs a program again whenever it ends; `stop` resolves to how often it ended by itself. */
function convertAgainAndAgain([program, ...args]) {
  let stopping = false;
  let child;
  const ended = (async () => {
    for (let times = 0; ; times++) {
      child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
      const [code] = await once(child, 'close');
      if (stopping) return { times };
      if (code !== 0) return { times, failed: `The conversion beside the queries failed with exit code ${code}.` };
    }
  })();
  return {
    async stop() {
      stopping = true;
      child.kill();
      const { times, failed } = await ended;
      if (failed) throw new Stop(failed);
      return times;
    },
  };
}
