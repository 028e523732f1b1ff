// `npm run bench:window`: how fast the real window is, printed and written to bench/WINDOW.md. Nothing fails because of a
// time, for times are those of a machine.
//
// What is measured: the time from the start of the process until the window can be used, with fifty datasets in the library; the
// time from a row's number being given to its cells being there, in a table of twelve million rows; how far frames are apart
// while a file of 1.5 GB is converted; and what the window does when nothing happens. `--profile release` measures an app
// that was built for release; `--starts`, `--jumps` and `--csv FILE` change how often and with what.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { machine } from '../../bench/lib/machine.mjs';
import { median, quantile } from '../../bench/lib/statistics.mjs';
import { main, say, Stop } from '../../scripts/lib/console.mjs';
import { ensureDriver, windowTestsUnavailable } from '../../scripts/lib/driver.mjs';
import { ensureNode, ensureNodePackages } from '../../scripts/lib/node-packages.mjs';
import { CACHE, ROOT } from '../../scripts/lib/project.mjs';
import { build, builtProgram, ensureRust } from '../../scripts/lib/rust.mjs';
import { ensureSystemPackages } from '../../scripts/lib/system-packages.mjs';
import { ensureUi } from '../../scripts/lib/ui.mjs';
import { Computer } from '../e2e/lib/app.mjs';
import * as page from '../e2e/lib/page.mjs';
import { until } from '../e2e/lib/until.mjs';

const DATASETS = 50;
/** Milliseconds within which most frames, and all frames, are to follow each other. */
const FRAMES = { most: 50, all: 150 };
const IDLE_SECONDS = 20;
/** A tick of the kernel's accounts, in milliseconds. */
const TICK_MS = 10;

const { values: options } = parseArgs({
  options: {
    profile: { type: 'string', default: 'dev' },
    starts: { type: 'string', default: '7' },
    jumps: { type: 'string', default: '30' },
    csv: { type: 'string', default: join(CACHE, 'bench', 'lineitem-2.csv') },
  },
});

/** The fields of a process's `stat` after its name, which may hold anything. */
const fields = (pid) =>
  readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');

/** When a process began, in milliseconds of the clock. */
function begunAt(pid) {
  const up = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000;
  return Date.now() - up + Number(fields(pid)[19]) * TICK_MS;
}

/** The processor time of a process and all that it started, in milliseconds. */
function processorTime(pid) {
  const parents = new Map();
  const time = new Map();
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    try {
      const all = fields(name);
      parents.set(Number(name), Number(all[1]));
      time.set(Number(name), (Number(all[11]) + Number(all[12])) * TICK_MS);
    } catch {
      // It has ended since the folder was listed.
    }
  }
  const belongs = (each) => each === pid || (parents.has(each) && belongs(parents.get(each)));
  return [...time].reduce((sum, [each, spent]) => sum + (belongs(each) ? spent : 0), 0);
}

/** Milliseconds from the start of the process until the page begins, and until the window can be used. */
async function start(computer) {
  const window = await computer.open();
  const marked = await until(
    () =>
      window.script(
        `const ready = performance.getEntriesByName('ready')[0];
         return ready && { page: performance.timeOrigin, ready: performance.timeOrigin + ready.startTime };`,
      ),
    { what: 'the window to be ready', every: 20 },
  );
  const began = begunAt(computer.pid);
  return { page: marked.page - began, ready: marked.ready - began };
}

/** Milliseconds from giving a row's number until each cell of that row on the screen is there. */
const jump = (window, row) =>
  window.wait(
    `const done = arguments[arguments.length - 1];
     const row = arguments[0];
     const field = document.querySelector('[data-testid="grid-goto"]');
     const began = performance.now();
     field.value = String(row + 1);
     field.dispatchEvent(new Event('input', { bubbles: true }));
     field.form.requestSubmit();
     const look = () => {
       const cells = document.querySelectorAll('[role="gridcell"][data-row="' + row + '"]');
       if (cells.length > 2 && ![...cells].some((cell) => cell.querySelector('.waiting'))) done(performance.now() - began);
       else requestAnimationFrame(look);
     };
     requestAnimationFrame(look);`,
    row,
  );

/** Begins to note when frames are drawn; with `scrolling`, the table is scrolled a little in each. */
const record = (window, scrolling) =>
  window.script(
    `const frames = (window.frames = []);
     const scroller = document.querySelector('[data-testid="grid"]');
     const run = Symbol();
     window.recording = run;
     let step = 35;
     const draw = (time) => {
       if (window.recording !== run) return;
       frames.push(time);
       if (arguments[0]) {
         if (scroller.scrollTop > 200000) step = -35;
         else if (scroller.scrollTop <= 0) step = 35;
         scroller.scrollTop += step;
       }
       requestAnimationFrame(draw);
     };
     requestAnimationFrame(draw);`,
    scrolling,
  );

/** Milliseconds between the frames that were drawn since `record`. */
async function intervals(window) {
  const frames = await window.script('window.recording = null; return window.frames;');
  return frames.slice(1).map((time, at) => time - frames[at]);
}

/** Converts the file and gives the intervals between frames meanwhile, and how long it took. */
async function converting(computer, window, scrolling) {
  await computer.drop(options.csv);
  await page.untilJob(window, { kind: 'import', state: 'running' });
  await record(window, scrolling);
  const began = Date.now();
  await until(async () => (await window.all(page.job({ kind: 'import', state: 'running' }))).length === 0, {
    what: 'the conversion to end',
    seconds: 600,
    every: 500,
  });
  return { seconds: (Date.now() - began) / 1000, gaps: await intervals(window) };
}

const ms = (value) => `${Math.round(value)} ms`;
const share = (part, whole) => `${((100 * part) / whole).toFixed(part === whole ? 0 : 1)} %`;

/** One line of the table of frames. */
function frameLine(name, gaps) {
  const within = gaps.filter((gap) => gap <= FRAMES.most).length;
  const late = gaps.filter((gap) => gap > FRAMES.all).length;
  const figures = [gaps.length, ms(median(gaps)), ms(quantile(gaps, 0.95)), ms(Math.max(...gaps))];
  return `| ${[name, ...figures, share(within, gaps.length), late].join(' | ')} |`;
}

function report({ starts, jumps, quiet, still, scrolled, idle, rows }) {
  const sorted = (key) => starts.map((each) => each[key]);
  const profile = options.profile === 'release' ? 'a release build' : 'a build for development (`dev` profile)';
  return `# The window's speed

\`npm run bench:window${options.profile === 'dev' ? '' : ` -- --profile ${options.profile}`}\` measured ${profile} and wrote this on ${new Date().toISOString().slice(0, 10)}.
Machine: ${machine()}; no graphics card: the webview draws with the processor, on a virtual screen, and a driver for tests is attached.

| | measured | goal |
| --- | --- | --- |
| From the start of the process until the window can be used, ${DATASETS} datasets, median of ${starts.length} starts after a first | ${ms(median(sorted('ready')))} (${ms(Math.min(...sorted('ready')))} to ${ms(Math.max(...sorted('ready')))}) | 800 ms |
| Of this until the page begins | ${ms(median(sorted('page')))} | |
| From a row's number until its cells are there, ${rows.toLocaleString('en')} rows, median of ${jumps.length} | ${ms(median(jumps))} | |
| 95 % of those | ${ms(quantile(jumps, 0.95))} | |
| The longest of those | ${ms(Math.max(...jumps))} | 100 ms |
| Processor time when nothing happens, of one core, over ${IDLE_SECONDS} s | ${share(idle, IDLE_SECONDS * 1000)} | near 0 |

How far frames are apart (goal while converting: 95 % within ${FRAMES.most} ms, none over ${FRAMES.all} ms):

| | frames | median | 95 % | longest | within ${FRAMES.most} ms | over ${FRAMES.all} ms |
| --- | --- | --- | --- | --- | --- | --- |
${frameLine('The table scrolls, nothing is converted', quiet)}
${frameLine(`${(statSync(options.csv).size / 1e9).toFixed(1)} GB are converted in ${still.seconds.toFixed(1)} s`, still.gaps)}
${frameLine(`The same, and the table scrolls meanwhile, ${scrolled.seconds.toFixed(1)} s`, scrolled.gaps)}
`;
}

/** Makes a library of many datasets, of which the newest is the large table. */
function fill(computer, cli) {
  const small = Array.from({ length: DATASETS - 1 }, (_, at) =>
    computer.file(
      `table ${at + 1}.csv`,
      `id,city,amount\n${Array.from({ length: 200 }, (_, row) => `${row},${['Oslo', 'Rome', 'Lima'][row % 3]},${row * at}.50`).join('\n')}\n`,
    ),
  );
  for (const files of [small, [options.csv]]) {
    const done = spawnSync(cli, ['--quiet', 'convert', ...files], { env: computer.env, encoding: 'utf8' });
    if (done.status !== 0) throw new Stop(`buzz could not make the datasets: ${done.stderr}`);
  }
}

await main(async () => {
  ensureNode(20);
  const unavailable = windowTestsUnavailable();
  if (unavailable) throw new Stop(unavailable);
  if (!existsSync(options.csv)) {
    throw new Stop(`${options.csv} is missing: \`npm run bench -- --file lineitem-2 --data-only\` makes it.`);
  }
  const { profile } = options;
  ensureRust(ROOT);
  await ensureSystemPackages(['compiler', 'window', 'test']);
  await ensureNodePackages(ROOT);
  await ensureUi(ROOT);
  await ensureDriver();
  await build(ROOT, ['buzz-csv', 'buzz'], profile);

  const computer = await Computer.start({ profile });
  try {
    say('Making the datasets');
    fill(computer, builtProgram(ROOT, 'buzz', profile));

    say('Starting');
    const starts = [];
    for (let round = 0; round <= Number(options.starts); round++) {
      const times = await start(computer);
      // The first brings the program from the disk.
      if (round > 0) starts.push(times);
      if (round < Number(options.starts)) await computer.close();
    }

    const { window } = computer;
    await window.patience(60);
    await until(async () => (await page.gridRow(window, 0)).some((cell) => cell !== ''), { what: 'the first row' });
    const rows = await window.script(`return Number(document.querySelector('[aria-current="page"]').dataset.rows)`);

    say('Jumping');
    const jumps = [];
    for (let count = 0; count < Number(options.jumps); count++) {
      jumps.push(await jump(window, Math.floor(Math.random() * rows)));
      await sleep(100);
    }

    say('Resting');
    await sleep(3_000);
    const before = processorTime(computer.pid);
    await sleep(IDLE_SECONDS * 1000);
    const idle = processorTime(computer.pid) - before;

    say('Scrolling');
    await jump(window, 0);
    await record(window, true);
    await sleep(8_000);
    const quiet = await intervals(window);

    say('Converting');
    const still = await converting(computer, window, false);
    await window.click(page.datasetRow('lineitem-2'));
    await until(async () => (await page.gridRow(window, 0)).some((cell) => cell !== ''), { what: 'the first row' });
    const scrolled = await converting(computer, window, true);

    const text = report({ starts, jumps, quiet, still, scrolled, idle, rows });
    writeFileSync(join(ROOT, 'bench', 'WINDOW.md'), text);
    process.stdout.write(text);
  } catch (error) {
    computer.picture('window');
    throw error;
  } finally {
    await computer.stop();
  }
});
