// The window's pages: building them when their sources have changed.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

import { say } from './console.mjs';
import { npm } from './node-packages.mjs';
import { must } from './run.mjs';

/** What the pages are built from besides ui/: the guide and the licences are shown in them. */
const OTHER_SOURCES = ['package-lock.json', 'docs/guide.md', 'docs/licences.json'];

/** Folders in ui/ that nothing of the pages is built from. */
const NOT_SOURCES = ['dist', 'node_modules', 'test'];

/**
 * One hash over the paths and contents of everything the pages are built from. Contents, not times: a fresh checkout
 * of the same sources is the same.
 * @param {string} root the project's folder
 */
export function sourceHash(root) {
  const files = OTHER_SOURCES.map((name) => join(root, name)).filter((path) => existsSync(path));
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!NOT_SOURCES.includes(entry.name)) walk(path);
      } else if (entry.isFile() && !/\.test\.ts$/.test(entry.name)) {
        files.push(path);
      }
    }
  };
  walk(join(root, 'ui'));
  const hash = createHash('sha256');
  for (const path of files.sort()) {
    const content = readFileSync(path);
    hash.update(`${relative(root, path).split(sep).join('/')}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/**
 * Builds ui/dist unless it was built from these very sources.
 * @param {string} root the project's folder
 */
export async function ensureUi(root) {
  // Beside the packages, not in ui/dist: all that is in there goes into the program.
  const stamp = join(root, 'node_modules', '.cache', 'buzz-csv', 'ui-sources');
  const hash = sourceHash(root);
  const built = existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
  if (built && existsSync(join(root, 'ui', 'dist', 'index.html'))) return;
  say("Building the window's pages");
  const [program, ...args] = npm();
  await must(program, [...args, 'run', '--silent', 'ui:build'], { cwd: root, what: "Building the window's pages" });
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
}
