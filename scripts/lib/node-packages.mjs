// The npm packages of the project.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Stop, say } from './console.mjs';
import { must, which } from './run.mjs';

/**
 * The packages of package-lock.json that are not installed as it says. Packages for other platforms are optional and
 * may be absent; one that is there has to be of the right version.
 * @param {{ packages?: Record<string, { version?: string, optional?: boolean, link?: boolean }> }} lock the parsed
 *   package-lock.json
 * @param {{ packages?: Record<string, { version?: string }> } | null} installed the parsed
 *   node_modules/.package-lock.json, which npm writes last; null when there is none
 * @returns {string[]} their places, like `node_modules/vite`
 */
export function stalePackages(lock, installed) {
  const have = installed?.packages ?? {};
  return Object.entries(lock.packages ?? {})
    .filter(([place, wanted]) => {
      if (!place.startsWith('node_modules/') || wanted.link) return false;
      const found = have[place];
      return found ? found.version !== wanted.version : !wanted.optional;
    })
    .map(([place]) => place);
}

/**
 * Runs `npm ci` unless node_modules is what package-lock.json asks for.
 * @param {string} root the project's folder
 */
export async function ensureNodePackages(root) {
  const read = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null);
  const lock = read(join(root, 'package-lock.json'));
  const stale = stalePackages(lock, read(join(root, 'node_modules', '.package-lock.json')));
  if (stale.length === 0) return;
  say(`Installing npm packages (${stale.length} missing or outdated)`);
  const [program, ...args] = npm();
  await must(program, [...args, 'ci', '--no-audit', '--no-fund'], { cwd: root, what: 'Installing the npm packages' });
}

/** The command that starts npm: the very npm that started this script, else the one on PATH. */
export function npm() {
  if (process.env.npm_execpath?.endsWith('.js')) return [process.execPath, process.env.npm_execpath];
  const found = which('npm');
  if (!found) throw new Stop('npm is missing: it comes with Node.js, see https://nodejs.org.');
  return [found];
}

/**
 * Stops unless this Node.js is new enough.
 * @param {number} major
 */
export function ensureNode(major) {
  if (Number(process.versions.node.split('.')[0]) < major) {
    throw new Stop(`Node.js ${major} or newer is needed and this is ${process.versions.node}: see https://nodejs.org.`);
  }
}
