import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until a check gives something true, and gives that.
 * @template T
 * @param {() => T | Promise<T>} check
 * @param {{ what: string, seconds?: number, every?: number }} options `what` is waited for, as the error says it;
 *   `every`: milliseconds between two checks
 * @returns {Promise<T>}
 */
export async function until(check, { what, seconds = 30, every = 100 }) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await check();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited ${seconds} s for ${what}`);
    await sleep(every);
  }
}
