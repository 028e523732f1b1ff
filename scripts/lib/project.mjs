// Where things are.

import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Where the tests keep what they have fetched or built once: tools and data. */
export const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'buzz-csv');

/**
 * Can a window open here? On Linux that takes a display; elsewhere there always is one.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {NodeJS.Platform} [platform]
 */
export function hasDisplay(env = process.env, platform = process.platform) {
  return platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}
