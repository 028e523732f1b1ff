// `npm run screenshots`: pictures of every screen of the real window, for the guide and for whoever wants to look at the
// window without opening it. `npm run screenshots -- rows answer` makes only those.
//
// Every screen is taken light and dark at 1280 × 800, and the screens of MAIN also at 900 × 600 and 1920 × 1080: all at every
// size would be some 12 MB in the repository. `--all DIR` writes every screen at every size to another folder, to look at.

import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { Computer } from '../tests/e2e/lib/app.mjs';
import { EMPTY, FURNISHED, Tour, overlay, script } from '../tests/e2e/lib/tour.mjs';
import { main, say, Stop } from './lib/console.mjs';
import { ensureDriver, windowTestsUnavailable } from './lib/driver.mjs';
import { ensureNode, ensureNodePackages } from './lib/node-packages.mjs';
import { ROOT } from './lib/project.mjs';
import { build, ensureRust } from './lib/rust.mjs';
import { ensureSystemPackages } from './lib/system-packages.mjs';
import { ensureUi } from './lib/ui.mjs';

const SIZES = {
  '': { width: 1280, height: 800 },
  small: { width: 900, height: 600 },
  large: { width: 1920, height: 1080 },
};
/** The screens that are kept at every size. */
const MAIN = ['welcome', 'no-aws', 'rows', 'answer'];
/** The home of the person in the pictures: paths in it are in some of them, and the same each time. */
const HOME = join(tmpdir(), 'anna');
const THEMES = ['light', 'dark'];
/** More colours than a screen of the window has, but for the edges of its letters. */
const COLOURS = 128;

const { values, positionals: wanted } = parseArgs({ allowPositionals: true, options: { all: { type: 'string' } } });
const folder = resolve(values.all ?? join(ROOT, 'docs', 'images'));

/** Writes what the window shows with a palette, which takes a quarter of the room. */
function write(tour, name) {
  const path = join(folder, `${name}.png`);
  tour.computer.screen.windowPicture(`png:${path}.part`);
  const colours = ['+dither', '-colors', COLOURS, '-define', 'png:compression-level=9', '-strip'].map(String);
  const done = spawnSync('convert', [`png:${path}.part`, ...colours, `png8:${path}.part`], { encoding: 'utf8' });
  if (done.status !== 0) throw new Stop(`ImageMagick could not write ${path}: ${done.stderr}`);
  renameSync(`${path}.part`, path);
}

/** Takes a screen in both themes. */
async function take(tour, name, size) {
  for (const theme of THEMES) {
    await tour.theme(theme);
    await tour.settle(theme === THEMES[0]);
    write(tour, [name, size, theme].filter(Boolean).join('-'));
  }
}

/** Beside the first screen of a wide window stands what the second of a small one shows. */
const isTwice = (name, size) => name === 'no-aws' && size !== 'small';

const isWanted = (name, size) =>
  (wanted.length === 0 || wanted.includes(name)) &&
  (size === '' || values.all !== undefined || MAIN.includes(name)) &&
  !isTwice(name, size);

async function walk(tour, stops, size) {
  for (const stop of stops.filter(({ name }) => isWanted(name, size))) {
    say(`${stop.name} ${size}`);
    await stop.show(tour);
    await take(tour, stop.name, size);
    await stop.leave?.(tour);
  }
}

await main(async () => {
  ensureNode(20);
  const known = [...EMPTY, ...FURNISHED].map(({ name }) => name).concat('drop');
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown) throw new Stop(`There is no screen \`${unknown}\`; the screens are ${known.join(', ')}.`, 2);
  const unavailable = windowTestsUnavailable();
  if (unavailable) throw new Stop(unavailable);
  ensureRust(ROOT);
  await ensureSystemPackages(['compiler', 'window', 'test']);
  await ensureNodePackages(ROOT);
  await ensureUi(ROOT);
  await ensureDriver();
  await build(ROOT, ['buzz-csv', 'bedrock-stand-in']);

  mkdirSync(folder, { recursive: true });
  const computer = await Computer.start({
    aws: true,
    script: script(Object.keys(SIZES).length),
    largest: SIZES.large,
    home: HOME,
  });
  try {
    const tour = new Tour(computer);
    computer.signIn(false);
    await computer.open();
    for (const [size, pixels] of Object.entries(SIZES)) {
      await tour.resize(pixels);
      await walk(tour, EMPTY, size);
    }
    if (wanted.length > 0 && wanted.every((name) => EMPTY.some((stop) => stop.name === name))) return;

    await computer.close();
    computer.signIn(true);
    await computer.open();
    await tour.furnish();
    for (const [size, pixels] of Object.entries(SIZES)) {
      await tour.resize(pixels);
      await walk(tour, FURNISHED, size);
      if (isWanted('drop', size)) await overlay(tour, () => take(tour, 'drop', size));
    }
  } catch (error) {
    computer.picture('screenshots');
    throw error;
  } finally {
    await computer.stop();
  }
});
