// `npm test`: installs what the tests need and runs them all; `npm test -- rust ui` runs only those.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { boto3, ensureBoto3 } from './lib/boto3.mjs';
import { duration, main, say, Stop } from './lib/console.mjs';
import { ensureDriver, windowTestsUnavailable } from './lib/driver.mjs';
import { ensureNode, ensureNodePackages } from './lib/node-packages.mjs';
import { ROOT } from './lib/project.mjs';
import { capture, run } from './lib/run.mjs';
import { build, ensureRust } from './lib/rust.mjs';
import { chosenSuites, closingLines } from './lib/suites.mjs';
import { ensureSystemPackages } from './lib/system-packages.mjs';
import { ensureUi } from './lib/ui.mjs';

/** How many of a runner's last lines are kept to find its closing lines in. */
const KEPT_LINES = 400;

/** Where scripts have tests of their own. */
const SCRIPT_FOLDERS = ['scripts/lib', 'tests/e2e/lib', 'bench/lib', 'bench/robustness/lib'];

const testFiles = (folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.test.mjs'))
    .sort()
    .map((name) => join(folder, name));

const node = (...args) => run(process.execPath, args, { cwd: ROOT, keep: KEPT_LINES });

/** Every suite with what it is called, in the order in which they run: quick ones first. */
const SUITES = {
  scripts: () => node('--test', ...SCRIPT_FOLDERS.flatMap(testFiles)),
  ui: () => node(join('node_modules', 'vitest', 'vitest.mjs'), 'run', '--root', 'ui'),
  rust: async () => {
    const runner = capture('cargo', ['nextest', '--version']) === null ? ['test'] : ['nextest', 'run'];
    const args = [...runner, '--locked', '--workspace', '--no-fail-fast'];
    return run('cargo', args, { cwd: ROOT, env: { ...process.env, ...boto3() }, keep: KEPT_LINES });
  },
  e2e: async () => {
    await build(ROOT, ['buzz-csv', 'buzz', 'bedrock-stand-in']);
    // One window at a time: they share one pointer, one keyboard and two cores.
    return node('--test', '--test-concurrency=1', ...testFiles('tests/e2e'));
  },
};

await main(async () => {
  ensureNode(20);
  const suites = chosenSuites(Object.keys(SUITES), process.argv.slice(2));
  const unavailable = suites.includes('e2e') ? windowTestsUnavailable() : null;
  if (unavailable) {
    say(unavailable);
    suites.splice(suites.indexOf('e2e'), 1);
  }

  const compiled = suites.includes('rust') || suites.includes('e2e');
  if (compiled) {
    ensureRust(ROOT);
    await ensureSystemPackages(['compiler', 'window', 'test']);
  }
  if (compiled || suites.includes('ui')) await ensureNodePackages(ROOT);
  // The pages are part of the app, so that nothing of it compiles without them.
  if (compiled) await ensureUi(ROOT);
  if (suites.includes('rust')) await ensureBoto3();
  if (suites.includes('e2e')) await ensureDriver();

  const results = [];
  for (const name of suites) {
    say(`\n── ${name} ──`);
    const started = Date.now();
    try {
      const { code, lines } = await SUITES[name]();
      results.push({ name, code, lines: closingLines(lines), took: Date.now() - started });
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      results.push({ name, code: error.code, lines: [error.message], took: Date.now() - started });
    }
  }

  process.stdout.write('\n');
  for (const { name, code, lines, took } of results) {
    process.stdout.write(`${name}: ${code === 0 ? 'passed' : `FAILED with exit code ${code}`} in ${duration(took)}\n`);
    for (const line of lines) process.stdout.write(`  ${line}\n`);
  }
  return results.length > 0 && results.every(({ code }) => code === 0) ? 0 : 1;
});
