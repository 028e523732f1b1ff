// `npm run fuzz`: looks for inputs that break a promise of the conversion, a minute for each target.
// `npm run fuzz -- --target records --seconds 3600` looks longer; `-- --target records --input FILE` runs one input.

import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { main, say, Stop } from './lib/console.mjs';
import { ensureNode } from './lib/node-packages.mjs';
import { CACHE, ROOT } from './lib/project.mjs';
import { must, run } from './lib/run.mjs';
import { builtProgram, ensureRust } from './lib/rust.mjs';
import { ensureSystemPackages } from './lib/system-packages.mjs';

const TARGETS = ['records', 'types', 'texts', 'archives', 'json', 'workbooks', 'convert'];
const PACKAGE = join(ROOT, 'src-tauri', 'crates', 'ingest', 'fuzz');

/** What was asked for on the command line. */
function asked() {
  let values;
  try {
    const text = { type: 'string' };
    ({ values } = parseArgs({ options: { seconds: { ...text, default: '60' }, target: text, input: text } }));
  } catch (error) {
    throw new Stop(error.message, 2);
  }
  const { seconds, target, input } = values;
  if (target !== undefined && !TARGETS.includes(target)) {
    throw new Stop(`There is no target \`${target}\`; the targets are ${TARGETS.join(', ')}.`, 2);
  }
  if (!/^[1-9]\d*$/.test(seconds)) throw new Stop(`\`${seconds}\` is no number of seconds.`, 2);
  if (input !== undefined && target === undefined) throw new Stop('Name the target that the input is for.', 2);
  // npm starts scripts in the project's folder; a path that was typed is meant from where the person stood.
  const path = input && resolve(process.env.INIT_CWD ?? '.', input);
  return { seconds: Number(seconds), targets: target ? [target] : TARGETS, input: path };
}

/** Builds the targets and returns their paths. */
async function build(targets) {
  const programs = targets.map((target) => `fuzz-${target}`);
  const args = ['build', '--locked', '--workspace', '--features', 'buzz-ingest-fuzz/engine'];
  await must('cargo', [...args, ...programs.flatMap((name) => ['--bin', name])], {
    cwd: ROOT,
    env: { ...process.env, RUSTC_WORKSPACE_WRAPPER: join(PACKAGE, 'rustc-with-coverage') },
    what: 'The build of the fuzz targets',
  });
  return programs.map((name) => builtProgram(ROOT, name));
}

/** Fuzzes one target; returns whether nothing was found. */
async function fuzz(target, program, seconds) {
  // What reached new code is kept, so that the next run begins there.
  const corpus = join(CACHE, 'fuzz', target);
  const finds = join(CACHE, 'fuzz', 'finds', target);
  mkdirSync(corpus, { recursive: true });
  mkdirSync(finds, { recursive: true });
  const before = new Set(readdirSync(finds));
  say(`── ${target}: ${seconds} s ──`);
  const { code } = await run(
    program,
    [
      corpus,
      join(PACKAGE, 'seeds', target),
      `-max_total_time=${seconds}`,
      `-dict=${join(PACKAGE, 'dictionary.txt')}`,
      `-artifact_prefix=${finds}/`,
      '-max_len=800',
      '-timeout=20',
      '-rss_limit_mb=1000',
      '-verbosity=0',
      '-print_funcs=0',
      '-print_final_stats=1',
    ],
    { cwd: ROOT },
  );
  for (const find of readdirSync(finds).filter((name) => !before.has(name))) {
    const path = join(finds, find);
    say(`The input is in ${path}`);
    say(`Run it again with: npm run fuzz -- --target ${target} --input ${path}`);
    say(`Once that is mended, copy it to ${join(PACKAGE, 'seeds', target)}: every test run then runs it.`);
  }
  return code === 0;
}

await main(async () => {
  ensureNode(20);
  const { seconds, targets, input } = asked();
  if (process.platform === 'win32') throw new Stop('The fuzz targets run on Linux and macOS.');
  if (input !== undefined && !existsSync(input)) throw new Stop(`${input} was not found.`, 2);
  ensureRust(ROOT);
  await ensureSystemPackages(['compiler']);
  const programs = await build(targets);
  if (input !== undefined) return (await run(programs[0], [input])).code;
  const failed = [];
  for (const [i, target] of targets.entries()) {
    if (!(await fuzz(target, programs[i], seconds))) failed.push(target);
  }
  process.stdout.write(
    `fuzz: ${targets.length - failed.length} passed, ${failed.length} failed${failed.length ? ` (${failed.join(', ')})` : ''}\n`,
  );
  return failed.length === 0 ? 0 : 1;
});
