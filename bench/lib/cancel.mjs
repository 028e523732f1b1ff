// How long does a conversion take to stop?

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';

import { say, Stop } from '../../scripts/lib/console.mjs';
import { measure } from './measure.mjs';
import { median } from './statistics.mjs';

/** Conversions that are cancelled, each in another part of its time. */
const TIMES = 50;

/** What a program exits with that was cancelled. */
const CANCELLED = 130;

/**
 * Cancels conversions into a library at random moments, one in each fiftieth of the time that a whole one takes.
 * @param {{ source: string, scratch: string, buzz: string }} options
 * @returns {Promise<{ whole: number, count: number, early: number, median: number, worst: number, left: number }>} seconds;
 *   `early`: conversions that were done before they were cancelled, `left`: those that left something behind
 */
export async function runCancel({ source, scratch, buzz }) {
  const library = join(scratch, 'library');
  const command = [buzz, 'convert', source, '--library', library, '--quiet'];
  try {
    empty(scratch);
    say('cancel: a whole conversion');
    const { error, wall } = await measure(command, { errors: join(scratch, 'errors.txt') });
    if (error) throw new Stop(`The file could not be converted: ${error}`);

    const delays = [];
    let [early, left] = [0, 0];
    for (let at = 0; at < TIMES; at++) {
      empty(scratch);
      const delay = await cancelAfter(command, ((at + Math.random()) / TIMES) * wall * 1000);
      if (delay === null) {
        early += 1;
        continue;
      }
      delays.push(delay);
      const rest = ['datasets', 'incoming'].map((name) => join(library, name)).filter((folder) => existsSync(folder));
      if (rest.some((folder) => readdirSync(folder).length > 0)) left += 1;
      say(`cancel, ${at + 1} of ${TIMES}: ${(delay * 1000).toFixed(0)} ms`);
    }
    return { whole: wall, count: delays.length, early, median: median(delays), worst: Math.max(...delays), left };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function empty(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

/** The seconds that a program takes to end after it was interrupted; null if it was done before. */
async function cancelAfter([program, ...args], milliseconds) {
  const child = spawn(program, args, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  await setTimeout(milliseconds);
  const started = performance.now();
  child.kill('SIGINT');
  const [code] = await ended;
  if (code === CANCELLED) return (performance.now() - started) / 1000;
  if (code === 0) return null;
  throw new Stop(`A conversion that was cancelled failed with exit code ${code}.`);
}
