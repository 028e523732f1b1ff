// `npm run bench`: buzz against DuckDB and Polars, on this machine, with the results in RESULTS.md.

import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { main, say, Stop } from '../scripts/lib/console.mjs';
import { ensureNode } from '../scripts/lib/node-packages.mjs';
import { ROOT } from '../scripts/lib/project.mjs';
import { build, ensureRust } from '../scripts/lib/rust.mjs';
import { ensureSystemPackages } from '../scripts/lib/system-packages.mjs';
import { runCancel } from './lib/cancel.mjs';
import { runContention } from './lib/contention.mjs';
import { runDetect } from './lib/detect.mjs';
import { sections } from './lib/contenders.mjs';
import { ensureFile, FOLDER, NAMES, warm } from './lib/files.mjs';
import { load, machine, stolen, tools } from './lib/machine.mjs';
import { measure } from './lib/measure.mjs';
import { readOptions } from './lib/options.mjs';
import { runQueries } from './lib/queries.mjs';
import { partReport } from './lib/report.mjs';
import { keep } from './lib/results.mjs';
import { runRounds } from './lib/rounds.mjs';
import { median } from './lib/statistics.mjs';
import { ensureTools, PYTHON } from './lib/tools.mjs';

/** The parts that are about something else than converting each file, and the file that they use. */
const FURTHER = {
  queries: 'lineitem-2',
  'query-while-converting': 'lineitem-2',
  detect: 'lineitem-20',
  cancel: 'lineitem-2',
};

const PARTS = [...NAMES, ...Object.keys(FURTHER)];

/** How often an empty Python with a peer in it is started to see how long that takes. */
const STARTS = 5;

await main(async () => {
  ensureNode(20);
  const args = process.argv.slice(2);
  const options = readOptions(args, PARTS);
  if (process.platform !== 'linux') throw new Stop('The benchmark measures memory as Linux counts it: run it there.');
  await ensureTools();

  const files = {};
  for (const name of new Set(options.parts.map((part) => FURTHER[part] ?? part))) {
    files[name] = await ensureFile(name, options.small);
    if (files[name].missing) say(files[name].missing);
  }
  if (options.dataOnly) return;
  const buzz = await programToMeasure(options.buzz);
  const scratch = join(FOLDER, 'scratch');

  const measured = {};
  for (const part of options.parts) {
    const file = files[FURTHER[part] ?? part];
    if (file.missing) continue;
    const circumstances = {
      measured: new Date().toISOString().slice(0, 10),
      command: ['npm run bench', ...(args.length > 0 ? ['--', ...withoutPaths(args)] : [])].join(' '),
      rounds: options.rounds,
      machine: machine(),
      tools: tools(buzz, !options.buzz),
      load: load(),
      cached: await warm(file.path),
    };
    const before = stolen();
    const { rows = null, ...results } = await measurePart(part, file.path, options.rounds, scratch, buzz);
    const after = stolen();
    measured[part] = {
      file: { bytes: file.bytes, format: file.format === 'csv' ? 'CSV' : file.format, rows },
      ...circumstances,
      stolen: (after.stolen - before.stolen) / Math.max(1, after.all - before.all),
      ...results,
    };
    process.stdout.write(`\n${partReport(part, measured[part])}\n`);
    // What was measured so far is kept, whatever becomes of the next part.
    const folder = options.small ? join(FOLDER, 'small') : join(ROOT, 'bench');
    mkdirSync(folder, { recursive: true });
    keep(folder, { [part]: measured[part] }, PARTS);
  }
  const failed = Object.entries(measured).filter(([, part]) => !sound(part));
  for (const [part] of failed) say(`${part}: buzz failed or its answer differs; see above.`);
  return failed.length === 0 ? 0 : 1;
});

async function programToMeasure(named) {
  if (named) return resolve(process.env.INIT_CWD ?? process.cwd(), named);
  ensureRust(ROOT);
  await ensureSystemPackages(['compiler']);
  const [buzz] = await build(ROOT, ['buzz'], 'release');
  return buzz;
}

/** Arguments to show: where somebody keeps their programs is nobody's business. */
function withoutPaths(args) {
  return args.map((arg) => arg.replace(/[^=]*\//, ''));
}

async function measurePart(part, source, rounds, scratch, buzz) {
  if (part === 'queries') return { queries: await runQueries({ source, rounds, scratch, buzz }) };
  if (part === 'query-while-converting') return { contention: await runContention({ source, scratch, buzz }) };
  if (part === 'detect') return { detect: await runDetect({ source, scratch, buzz }) };
  if (part === 'cancel') return { cancel: await runCancel({ source, scratch, buzz }) };
  const done = [];
  for (const section of sections(part, buzz, join(scratch, 'library'))) {
    const { id, title } = section;
    done.push({ id, title, results: await runRounds(section, source, rounds, scratch) });
  }
  return { rows: done[0].results[0].rows, starts: await startTimes(), sections: done };
}

async function startTimes() {
  const times = {};
  for (const peer of ['duckdb', 'polars']) {
    const walls = [];
    for (let run = 0; run < STARTS; run++) {
      const { wall } = await measure([PYTHON, '-c', `import ${peer}`], { errors: '/dev/null', sync: false });
      walls.push(wall);
    }
    times[peer] = median(walls);
  }
  return times;
}

/** Did buzz do what it was asked to everywhere, and do all files hold the same? */
function sound({ sections: done = [], queries = [], cancel = null }) {
  return (
    !cancel?.left &&
    queries.every(({ same }) => same) &&
    done.every(({ results }) =>
      results.every(({ kind, error, rows }) => kind !== 'buzz' || (!error && rows === results[0].rows)),
    )
  );
}
