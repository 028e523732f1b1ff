// Files become tables through `buzz` alone: converted into a scratch library, exported to CSV, and read back from that.

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';

import { parseCsv } from './csv.mjs';

/** How many files one process converts: starting one takes longer than converting a small file. */
const BATCH = 20;

/** Milliseconds after which a process is ended, and with it the files that it has not converted yet. */
const PATIENCE = 120_000;

/**
 * Reads files with `buzz convert --types text` and `buzz export`.
 *
 * Several files share a process. When one of them takes it down, those without a result are tried again one by one,
 * so that only the one to blame is lost.
 * @param {string} buzz the program
 * @param {string[]} paths files or folders
 * @returns {Promise<Map<string, { tables: string[][][] | null, error: string | null }>>} by path
 */
export async function readAll(buzz, paths) {
  const results = new Map();
  const batches = [];
  for (let from = 0; from < paths.length; from += BATCH) batches.push(paths.slice(from, from + BATCH));
  const next = async () => {
    for (let batch = batches.pop(); batch; batch = batches.pop()) {
      for (const [path, result] of await readBatch(buzz, batch)) results.set(path, result);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, next));
  return results;
}

async function readBatch(buzz, paths) {
  const library = mkdtempSync(join(tmpdir(), 'buzz-robustness-'));
  try {
    const { datasets, error } = await convert(buzz, library, paths);
    const results = new Map();
    for (const path of paths) {
      const found = datasets.get(path);
      if (found) results.set(path, await exported(buzz, library, found));
      else if (paths.length === 1) results.set(path, { tables: null, error });
      else for (const [alone, result] of await readBatch(buzz, [path])) results.set(alone, result);
    }
    return results;
  } finally {
    rmSync(library, { recursive: true, force: true });
  }
}

/** Converts files into a library; gives the ids of the datasets that each became, and what was said if one failed. */
async function convert(buzz, library, paths) {
  const args = ['--library', library, '--json', '--quiet', 'convert', '--types', 'text', '--no-profile', ...paths];
  const { stdout, stderr, ended } = await run(buzz, args);
  const datasets = new Map();
  for (const document of documents(stdout)) {
    const path = resolve(document.source.path);
    datasets.set(path, [...(datasets.get(path) ?? []), document.dataset.id]);
  }
  const said = stderr.split('\n').find((line) => line.startsWith('error: '));
  return { datasets, error: ended ?? said?.slice('error: '.length) ?? (stderr.trim().split('\n')[0] || 'no result') };
}

/** The receipts that were printed; none where the process did not come so far. */
function documents(stdout) {
  try {
    const printed = JSON.parse(stdout);
    return Array.isArray(printed) ? printed : [printed];
  } catch {
    return [];
  }
}

async function exported(buzz, library, ids) {
  const tables = [];
  for (const id of ids) {
    const out = join(library, `${id}.csv`);
    const { stderr, ended } = await run(buzz, ['--library', library, '--quiet', 'export', id, '--out', out]);
    try {
      tables.push(parseCsv(readFileSync(out, 'utf8')));
    } catch (error) {
      return { tables: null, error: ended ?? (stderr.trim().split('\n')[0] || `${basename(out)}: ${error.message}`) };
    }
  }
  return { tables, error: null };
}

/** Runs a program to its end whatever it is; `ended` says how if it did not end by itself. */
function run(program, args) {
  return new Promise((done) => {
    const options = { timeout: PATIENCE, killSignal: 'SIGKILL', maxBuffer: 1 << 28, encoding: 'utf8' };
    execFile(program, args, options, (error, stdout, stderr) => {
      let ended = null;
      if (error?.killed) ended = `ended after ${PATIENCE / 1000} s`;
      else if (error?.signal) ended = `ended by ${error.signal}`;
      else if (typeof error?.code === 'string') ended = `could not be started: ${error.message}`;
      done({ stdout, stderr, ended });
    });
  });
}
