// The peers and the makers of data, in a virtual environment of Python.

import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { say, Stop } from '../../scripts/lib/console.mjs';
import { CACHE } from '../../scripts/lib/project.mjs';
import { capture, must, which } from '../../scripts/lib/run.mjs';

/** What is installed, and in which version: results of different versions cannot be compared. */
export const VERSIONS = {
  duckdb: '2.0.0',
  fastexcel: '0.21.0',
  polars: '2.1.0',
  'tpchgen-cli': '4.0.0',
  xlsxwriter: '3.3.1',
};

const PACKAGES = Object.entries(VERSIONS).map(([name, version]) => `${name}==${version}`);

const FOLDER = join(CACHE, 'tools', `bench-${PACKAGES.join('-').replaceAll('==', '-')}`);

/** The environment's Python. */
export const PYTHON = join(FOLDER, 'bin', 'python');

export const TPCHGEN = join(FOLDER, 'bin', 'tpchgen-cli');

/** The path of one of this folder's Python programs. */
export const program = (name) => join(dirname(dirname(fileURLToPath(import.meta.url))), 'python', name);

/** Makes the environment, unless it is there. */
export async function ensureTools() {
  if (existsSync(FOLDER)) return;
  const python = which('python3');
  // Debian keeps the module that fills a new environment in a package of its own.
  if (!python || capture(python, ['-c', 'import ensurepip, venv']) === null) {
    throw new Stop('Python 3.10 or newer with its module venv is missing: on Debian, `apt install python3-venv`.');
  }
  say(`Installing ${PACKAGES.join(', ')} for the benchmark`);
  const part = `${FOLDER}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(dirname(part), { recursive: true });
  await must(python, ['-m', 'venv', part], { what: 'Making a virtual environment of Python' });
  await must(join(part, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', ...PACKAGES], {
    what: 'Installing what the benchmark compares with',
  });
  renameSync(part, FOLDER);
}
