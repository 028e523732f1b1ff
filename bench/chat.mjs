// `npm run bench:chat`: what a question takes besides the model and the SQL, with the stand-in at zero delay, and what SQL
// takes against bare DuckDB; printed and written to bench/CHAT.md.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { main, say, Stop } from '../scripts/lib/console.mjs';
import { ensureNode } from '../scripts/lib/node-packages.mjs';
import { CACHE, ROOT } from '../scripts/lib/project.mjs';
import { run } from '../scripts/lib/run.mjs';
import { ensureRust } from '../scripts/lib/rust.mjs';
import { ensureSystemPackages } from '../scripts/lib/system-packages.mjs';
import { load, machine } from './lib/machine.mjs';
import { table } from './lib/report.mjs';

await main(async () => {
  ensureNode(20);
  ensureRust(ROOT);
  await ensureSystemPackages(['compiler', 'window']);
  const folder = join(CACHE, 'bench-chat');
  mkdirSync(folder, { recursive: true });
  say('Building, and making three datasets of twelve million rows the first time');
  // The whole workspace, as everywhere: a selection of packages would compile their dependencies anew.
  const command = ['build', '--workspace', '--release', '--example', 'bench_chat'];
  const built = await run('cargo', command, { cwd: ROOT });
  if (built.code !== 0) throw new Stop('The benchmark could not be built.');
  const target = process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target');
  const program = join(target, 'release', 'examples', 'bench_chat');
  const args = process.argv.slice(2);
  const before = load();
  const { code, lines } = await run(program, [folder, ...args], { cwd: ROOT, keep: 1 });
  if (code !== 0) throw new Stop('The benchmark failed.');
  const text = report(JSON.parse(lines.at(-1)), args, before);
  console.log(text);
  if (args.length === 0) writeFileSync(join(ROOT, 'bench', 'CHAT.md'), text);
});

/**
 * The page of the results.
 * @param {object} measured what the program printed
 * @param {string[]} args
 * @param {number} before how many processes wanted to run before
 */
function report(measured, args, before) {
  const ms = (value) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
  const times = ({ median, p95, max }) => [ms(median), ms(p95), ms(max)];
  const command = ['npm run bench:chat', ...(args.length > 0 ? ['--', ...args] : [])].join(' ');
  const { own_ms: own, first_text_ms: first, first_look_up_ms: cold } = measured;
  return `# The speed of answers

\`${command}\` wrote this on ${new Date().toISOString().slice(0, 10)}.
Machine: ${machine()}. Load before: ${before.toFixed(1)}.

${measured.datasets} datasets of ${measured.rows.toLocaleString('en')} rows each, ${measured.questions} questions through the real SDK and a stand-in for the model that answers at
once. Each question looks a customer up among 100,000 names, runs one query, and answers with a figure that is traced and one
that is sent back once: ${measured.requests_per_question.toFixed(1)} requests.

${table(
  ['per question', 'median', '95 %', 'longest', 'goal'],
  [
    ['Everything but the model and the SQL', ...times(own), '95 % within 100 ms'],
    ['From the first byte of an answer in words to its first text', ...times(first), '50 ms'],
    ['The first look-up in a column, which reads its texts', ...times(cold), ''],
  ],
)}

The first text is measured up to the window's channel. What SQL takes, through the engine (checked, run in its sandbox, kept as
a result) against a DuckDB in the same process that does nothing but read the same Parquet, in turn:

${table(
  ['aggregate over all rows of one dataset', 'ours, median', 'bare, median', 'median of the ratios', 'goal'],
  measured.aggregates.map(({ name, ours_ms: ours, bare_ms: bare, ratio }) => [
    name,
    ms(ours.median),
    ms(bare.median),
    `${ratio.toFixed(3)} ×`,
    '1.1 ×',
  ]),
)}
`;
}
