// The installers: what goes into them, where they are, and how large they may be.

import { copyFileSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { Stop } from './console.mjs';
import { asText, collect } from './licences.mjs';
import { capture } from './run.mjs';
import { targetFolder } from './rust.mjs';

/** What can be built on a platform; the first ones are built unless others are named. */
export const KINDS = {
  linux: { usual: ['deb', 'rpm'], all: ['deb', 'rpm', 'appimage'] },
  darwin: { usual: ['app', 'dmg'], all: ['app', 'dmg'] },
  win32: { usual: ['nsis', 'msi'], all: ['nsis', 'msi'] },
};

/** The endings of installers by their kind; an `app` is a folder, which the `dmg` holds. */
const ENDINGS = { deb: '.deb', rpm: '.rpm', appimage: '.AppImage', dmg: '.dmg', nsis: '.exe', msi: '.msi' };

/** The most bytes that an installer may have. */
const MOST = { deb: 45_000_000 };

/**
 * The kinds to build.
 * @param {NodeJS.Platform} platform
 * @param {string | undefined} named like `deb,appimage`
 * @returns {string[]}
 */
export function chosenKinds(platform, named) {
  const kinds = KINDS[platform];
  if (!kinds) throw new Stop('There are installers for Linux, macOS and Windows only.');
  if (named === undefined) return kinds.usual;
  const chosen = named.split(',').filter(Boolean);
  const unknown = chosen.find((kind) => !kinds.all.includes(kind));
  if (unknown !== undefined) {
    throw new Stop(`\`${unknown}\` cannot be built here; what can is ${kinds.all.join(', ')}.`, 2);
  }
  return chosen;
}

/** The host's name in Rust's words, like `x86_64-unknown-linux-gnu`. */
function hostTriple() {
  const triple = /^host: (.+)$/m.exec(capture('rustc', ['-vV']) ?? '')?.[1];
  if (!triple) throw new Stop('`rustc -vV` does not say what it builds for.');
  return triple;
}

/**
 * The programs that go into the installers. In those of Linux the window's program is the command line, too; elsewhere
 * a program either has a window or a console.
 * @param {NodeJS.Platform} platform
 */
export const programs = (platform) => (platform === 'linux' ? ['buzz-csv'] : ['buzz-csv', 'buzz']);

/**
 * Puts what goes into the installers besides the window's program where the bundler finds it, and says so in its words.
 * These are files that are built, so that tauri.conf.json, which every build reads, cannot name them.
 * @param {string} root the project's folder
 * @param {string | undefined} commandLine the path of `buzz`, where it is a program of its own
 * @returns {object} what to merge into the configuration
 */
export function stage(root, commandLine) {
  const folder = join(targetFolder(root), 'release', 'bundle-files');
  mkdirSync(folder, { recursive: true });
  const licences = join(folder, 'third-party-licences.txt');
  writeFileSync(licences, asText(collect(root)));
  const files = { '/usr/share/doc/buzz-csv/third-party-licences.txt': licences };
  const bundle = { linux: { deb: { files }, rpm: { files } } };
  if (commandLine === undefined) return { bundle };
  copyFileSync(commandLine, join(folder, `buzz-${hostTriple()}${process.platform === 'win32' ? '.exe' : ''}`));
  return { bundle: { ...bundle, externalBin: [join(folder, 'buzz')] } };
}

/**
 * The installers of these kinds that were built last.
 * @param {string} root the project's folder
 * @param {string[]} kinds
 * @returns {{ kind: string, path: string, bytes: number }[]}
 */
export function built(root, kinds) {
  return kinds
    .filter((kind) => ENDINGS[kind] !== undefined)
    .map((kind) => {
      const folder = join(targetFolder(root), 'release', 'bundle', kind);
      const newest = readdirSync(folder)
        .filter((name) => name.endsWith(ENDINGS[kind]))
        .map((name) => join(folder, name))
        .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
      if (newest === undefined) throw new Stop(`No ${ENDINGS[kind]} was built.`);
      return { kind, path: newest, bytes: statSync(newest).size };
    });
}

/**
 * Which installers are too large, in a sentence for each.
 * @param {{ kind: string, path: string, bytes: number }[]} installers
 * @returns {string[]}
 */
export function tooLarge(installers) {
  return installers
    .filter(({ kind, bytes }) => bytes > (MOST[kind] ?? Infinity))
    .map(
      ({ kind, path, bytes }) => `${basename(path)} has ${megabytes(bytes)}, and may have ${megabytes(MOST[kind])}.`,
    );
}

/** `12.3 MB`, for a number of bytes. */
export const megabytes = (bytes) => `${(bytes / 1_000_000).toFixed(1)} MB`;
