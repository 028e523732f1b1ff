// Starting other programs.

import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { Stop } from './console.mjs';

const windows = process.platform === 'win32';

/**
 * The full path of a program on PATH, or null.
 * @param {string} program
 * @param {NodeJS.ProcessEnv} [env]
 */
export function which(program, env = process.env) {
  const endings = windows ? (env.PATHEXT ?? '.EXE;.CMD;.BAT').split(';') : [''];
  for (const folder of (env.PATH ?? '').split(delimiter).filter(Boolean)) {
    for (const ending of endings) {
      const path = join(folder, program + ending);
      try {
        accessSync(path, constants.X_OK);
        if (statSync(path).isFile()) return path;
      } catch {
        // Not here: the next folder may have it.
      }
    }
  }
  return null;
}

/**
 * What a short program prints, or null when it is missing or fails.
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, allowFailure?: boolean }} [options] `allowFailure`: its output counts whatever its exit code
 */
export function capture(program, args, { cwd, allowFailure = false } = {}) {
  const done = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 28,
  });
  if (done.error || (done.status !== 0 && !allowFailure)) return null;
  return done.stdout;
}

/**
 * Runs a program to its end with the terminal's own streams.
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, keep?: number }} [options] `keep`: how many of its last lines to
 *   return; its output then goes through a pipe on its way to the terminal
 * @returns {Promise<{ code: number, lines: string[] }>} a signal counts as 128
 */
export function run(program, args, { cwd, env = process.env, keep = 0 } = {}) {
  return new Promise((resolve, reject) => {
    const output = keep > 0 ? 'pipe' : 'inherit';
    const child = spawn(program, args, {
      cwd,
      env,
      // A person may be asked for the password of sudo; nothing else here reads standard input.
      stdio: ['inherit', output, output],
      // npm and the programs it links are command files there, which only the shell can start.
      shell: windows && /\.(cmd|bat)$/i.test(program),
    });
    const lines = [];
    if (keep > 0) {
      for (const [from, to] of [
        [child.stdout, process.stdout],
        [child.stderr, process.stderr],
      ]) {
        let rest = '';
        from.on('data', (chunk) => {
          to.write(chunk);
          const pieces = (rest + chunk.toString()).split('\n');
          rest = pieces.pop();
          lines.push(...pieces);
          lines.splice(0, lines.length - keep);
        });
        from.on('end', () => rest && lines.push(rest));
      }
    }
    child.on('error', (error) =>
      reject(error.code === 'ENOENT' ? new Stop(`The program \`${program}\` is missing.`) : error),
    );
    child.on('close', (code) => resolve({ code: code ?? 128, lines }));
  });
}

/**
 * Runs a program to its end and stops when it fails.
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, what?: string }} [options] `what`: the step's name in the sentence
 */
export async function must(program, args, { what, ...options } = {}) {
  const { code } = await run(program, args, options);
  if (code !== 0)
    throw new Stop(`${what ?? `\`${[program, ...args].join(' ')}\``} failed; the lines above say why.`, code);
}
