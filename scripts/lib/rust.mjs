// The Rust toolchain and what cargo builds.

import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

import { Stop, say } from './console.mjs';
import { capture, must, which } from './run.mjs';

const windows = process.platform === 'win32';

/**
 * Is one version at least another?
 * @param {string} version like `1.95.0`
 * @param {string} least like `1.95`
 */
export function atLeast(version, least) {
  const parts = (text) => text.split('.').map(Number);
  const [have, want] = [parts(version), parts(least)];
  for (let place = 0; place < want.length; place++) {
    if ((have[place] ?? 0) !== want[place]) return (have[place] ?? 0) > want[place];
  }
  return true;
}

/**
 * The oldest Rust that the project builds with.
 * @param {string} manifest the text of the workspace's Cargo.toml
 */
export function neededRust(manifest) {
  return /^rust-version = "([^"]+)"$/m.exec(manifest)?.[1] ?? '1.95';
}

/**
 * Finds cargo, also where rustup puts it when the shell does not know yet, and stops when it is missing or too old.
 * @param {string} root the project's folder
 */
export function ensureRust(root) {
  if (!which('cargo')) {
    const folder = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'bin');
    process.env.PATH = `${process.env.PATH}${delimiter}${folder}`;
  }
  if (!which('cargo')) {
    const command = windows ? 'winget install Rustlang.Rustup' : 'curl https://sh.rustup.rs -sSf | sh';
    throw new Stop(`Rust is missing: install it with \`${command}\`, then start again.`);
  }
  const needed = neededRust(readFileSync(join(root, 'Cargo.toml'), 'utf8'));
  const version = /^rustc (\S+)/.exec(capture('rustc', ['--version'], { cwd: root }) ?? '')?.[1];
  if (!version || !atLeast(version, needed)) {
    throw new Stop(
      `Rust ${needed} or newer is needed and this is ${version ?? 'unknown'}: run \`rustup update stable\`.`,
    );
  }
}

/**
 * Where cargo puts what it builds: CARGO_TARGET_DIR, cargo's own configuration, or the project's target folder.
 * @param {string} root the project's folder
 */
export function targetFolder(root) {
  const metadata = capture('cargo', ['metadata', '--no-deps', '--offline', '--format-version=1'], { cwd: root });
  return metadata ? JSON.parse(metadata).target_directory : (process.env.CARGO_TARGET_DIR ?? join(root, 'target'));
}

/**
 * The path of a program of the workspace once it is built.
 * @param {string} root the project's folder
 * @param {string} name like `buzz`
 * @param {'dev' | 'release'} [profile]
 */
export function builtProgram(root, name, profile = 'dev') {
  return join(targetFolder(root), profile === 'dev' ? 'debug' : profile, windows ? `${name}.exe` : name);
}

/**
 * Builds programs of the workspace. The dev profile optimises what must be fast, and a second profile compiles every
 * dependency again: only what is measured is built for release.
 * @param {string} root the project's folder
 * @param {string[]} programs like `buzz-csv`
 * @param {'dev' | 'release'} [profile]
 * @returns {Promise<string[]>} their paths
 */
export async function build(root, programs, profile = 'dev') {
  const paths = programs.map((name) => builtProgram(root, name, profile));
  if (!paths.some(existsSync)) {
    say('Building. The first time this compiles DuckDB and everything else: plan half an hour or more.');
  }
  const args = ['build', '--locked', '--workspace', '--profile', profile];
  await must('cargo', [...args, ...programs.flatMap((name) => ['--bin', name])], { cwd: root, what: 'The build' });
  return paths;
}
