// AWS's own client for Python: an independent reader that tells whether the stand-in for Bedrock speaks the real wire.

import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { say } from './console.mjs';
import { CACHE } from './project.mjs';
import { must } from './run.mjs';

const VERSION = '1.44.5';

/** The system's own Python, which the test packages bring. */
const PYTHON = '/usr/bin/python3';

const FOLDER = join(CACHE, 'tools', `boto3-${VERSION}`);

/**
 * The variables with which a test finds a Python that has boto3; none where there is none.
 * @returns {NodeJS.ProcessEnv}
 */
export function boto3() {
  return existsSync(FOLDER) ? { BOTO3_PYTHON: PYTHON, PYTHONPATH: FOLDER } : {};
}

/** Installs boto3 where the tests keep their tools, unless it is there; nothing but that one test needs it. */
export async function ensureBoto3() {
  if (existsSync(FOLDER) || process.platform !== 'linux' || !existsSync(PYTHON)) return;
  say(`Installing boto3 ${VERSION} for the tests`);
  const part = `${FOLDER}.part`;
  rmSync(part, { recursive: true, force: true });
  await must(PYTHON, ['-m', 'pip', 'install', '--quiet', `--target=${part}`, `boto3==${VERSION}`], {
    what: 'Installing boto3',
    // It goes into a folder of its own, so that pip's warning about the system's packages is beside the point.
    env: { ...process.env, PIP_ROOT_USER_ACTION: 'ignore' },
  });
  renameSync(part, FOLDER);
}
