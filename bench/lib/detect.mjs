// How long does it take to see how a file is to be read?

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { say, Stop } from '../../scripts/lib/console.mjs';
import { measure } from './measure.mjs';
import { median } from './statistics.mjs';

/** How often the program is started, after once to warm up. */
const TIMES = 15;

/**
 * Lets `buzz convert --explain` look at a file.
 * @param {{ source: string, scratch: string, buzz: string }} options
 * @returns {Promise<{ count: number, median: number, worst: number }>} seconds for the whole process
 */
export async function runDetect({ source, scratch, buzz }) {
  mkdirSync(scratch, { recursive: true });
  try {
    const walls = [];
    for (let time = 0; time <= TIMES; time++) {
      const options = { errors: join(scratch, 'errors.txt'), sync: false };
      const { error, wall } = await measure([buzz, 'convert', source, '--explain', '--quiet'], options);
      if (error) throw new Stop(`The file could not be looked at: ${error}`);
      if (time > 0) walls.push(wall);
      say(`detect, ${time} of ${TIMES}: ${(wall * 1000).toFixed(0)} ms`);
    }
    return { count: walls.length, median: median(walls), worst: Math.max(...walls) };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
