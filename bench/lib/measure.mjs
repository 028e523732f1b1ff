// Whole processes, measured one after the other.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { Stop } from '../../scripts/lib/console.mjs';
import { program, PYTHON } from './tools.mjs';

/**
 * Runs a program and gives what it printed.
 * @param {string} file
 * @param {string[]} args
 * @param {string} [input] for its standard input
 * @returns {Promise<string>}
 */
export function output(file, args, input = '') {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => (text += chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(text) : reject(new Stop(`\`${[file, ...args].join(' ')}\` failed with exit code ${code}.`)),
    );
    child.stdin.end(input);
  });
}

/**
 * Runs one process and measures it.
 * @param {string[]} command program and arguments
 * @param {{ errors: string, cores?: number, sync?: boolean, python?: string }} options `errors`: a file for its standard
 *   error; `cores`: how many it may use; `sync`: whether to wait first until the disk is at rest
 * @returns {Promise<{ code: number, wall: number, cpu: number, peak: number, error: string | null }>} seconds and
 *   bytes; `error`: the first line of what it said, where it failed
 */
export async function measure(command, { errors, cores, sync = true, python = PYTHON }) {
  const args = [...(cores ? ['--cores', String(cores)] : []), ...(sync ? [] : ['--no-sync'])];
  const measured = JSON.parse(await output(python, [program('measure.py'), ...args, errors, ...command]));
  const error = measured.code === 0 ? null : firstLine(readFileSync(errors, 'utf8'), measured.code);
  return { ...measured, error };
}

/**
 * The first line that says something.
 * @param {string} text
 * @param {number} code the exit code, for a program that said nothing
 */
export function firstLine(text, code) {
  return (
    text
      .split('\n')
      .map((line) => line.trim())
      .find(Boolean) ?? (code > 128 ? `signal ${code - 128}` : `exit code ${code}`)
  );
}
