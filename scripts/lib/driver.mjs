// The driver of the window tests.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { say } from './console.mjs';
import { CACHE } from './project.mjs';
import { must, which } from './run.mjs';
import { family } from './system-packages.mjs';

const VERSION = '2.1.0';

/** Where a tauri-driver that was installed for these tests is. */
const TOOLS = join(CACHE, 'tools');

/** Why the window tests cannot run on this system, in one sentence; null where they can. */
export function windowTestsUnavailable() {
  if (process.platform !== 'linux') return 'The window tests need Xvfb and WebKitWebDriver, so they run on Linux only.';
  if (family(readFileSync('/etc/os-release', 'utf8')) === 'debian' || which('WebKitWebDriver')) return null;
  return 'The window tests need WebKitWebDriver for GTK 3, which Debian and Ubuntu have; they do not run here.';
}

/** The path of tauri-driver, or null before it is installed. */
export function driver() {
  return which('tauri-driver', { PATH: `${join(TOOLS, 'bin')}:${process.env.PATH}` });
}

/** Installs tauri-driver where these tests keep their tools, unless there is one. */
export async function ensureDriver() {
  if (driver()) return;
  say(`Installing tauri-driver ${VERSION}`);
  await must('cargo', ['install', 'tauri-driver', '--locked', '--version', VERSION, '--root', TOOLS], {
    what: 'Installing tauri-driver',
  });
}
