// `npm run robustness`: how well buzz reads files that nobody told it anything about.
//
// node bench/robustness/score.mjs [DIRTY_DIR CLEAN_DIR] [--buzz PATH] [--json FILE] [--min POINTS] [--only TEXT] [--all]
//
// Without folders it is the corpus beside this file. `lib/files.mjs` says how files are paired, `lib/measure.mjs` what
// is measured.

import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { duration, main, say, Stop } from '../../scripts/lib/console.mjs';
import { ensureNode } from '../../scripts/lib/node-packages.mjs';
import { ROOT } from '../../scripts/lib/project.mjs';
import { build, ensureRust } from '../../scripts/lib/rust.mjs';
import { ensureSystemPackages } from '../../scripts/lib/system-packages.mjs';
import { expectations, pairedNames } from './lib/files.mjs';
import { bestMeasures, mean, MEASURES, points } from './lib/measure.mjs';
import { readAll } from './lib/read.mjs';
import { summary, table } from './lib/report.mjs';

const CORPUS = join(ROOT, 'bench', 'robustness', 'corpus');

/** Paths that were typed are meant from where the person stood; npm starts scripts in the project's folder. */
const typed = (path) => resolve(process.env.INIT_CWD ?? process.cwd(), path);

await main(async () => {
  ensureNode(20);
  const { dirty, clean, buzz: named, json, least, only, all } = readOptions(process.argv.slice(2));
  const names = pairedNames(dirty, clean).filter((name) => name.includes(only));
  if (names.length === 0) throw new Stop(`No name of a file has \`${only}\` in it.`, 2);
  const expected = new Map(names.map((name) => [name, expectations(clean, name)]));
  const buzz = named ?? (await programToMeasure());

  const started = Date.now();
  const read = await readAll(
    buzz,
    names.map((name) => join(dirty, name)),
  );
  const files = names.map((name) => {
    const { tables, error } = read.get(join(dirty, name));
    return { name, measured: bestMeasures(expected.get(name), tables), error };
  });
  const means = mean(files.map(({ measured }) => measured));
  // What is perfect says nothing new; a person looks for the others.
  const shown = all ? files : files.filter(({ measured }) => points(measured) < MEASURES.length);
  process.stdout.write(`${table(shown, means)}\n\n${summary(files, means)}\n`);
  say(`It took ${duration(Date.now() - started)}.`);
  if (json) {
    const document = { points: points(means), means, files: files.map(flat) };
    writeFileSync(json, `${JSON.stringify(document, null, 2)}\n`);
  }
  if (points(means) < least) {
    say(`That is less than the ${least} points that are asked for.`);
    return 1;
  }
});

function readOptions(args) {
  let given;
  try {
    given = parseArgs({
      args,
      allowPositionals: true,
      options: {
        buzz: { type: 'string' },
        json: { type: 'string' },
        min: { type: 'string', default: '0' },
        only: { type: 'string', default: '' },
        all: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new Stop(error.message, 2);
  }
  const { values, positionals } = given;
  if (positionals.length !== 0 && positionals.length !== 2) {
    throw new Stop('Name two folders, one with dirty files and one with clean ones, or none for the corpus.', 2);
  }
  const least = Number(values.min);
  if (!(least >= 0 && least <= 10)) throw new Stop('--min has to be a number of points from 0 to 10.', 2);
  const [dirty, clean] = positionals.length === 2 ? positionals.map(typed) : ['dirty', 'clean'].map(inCorpus);
  return {
    dirty,
    clean,
    least,
    only: values.only,
    all: values.all,
    buzz: values.buzz && typed(values.buzz),
    json: values.json && typed(values.json),
  };
}

function inCorpus(folder) {
  return join(CORPUS, folder);
}

async function programToMeasure() {
  ensureRust(ROOT);
  await ensureSystemPackages(['compiler']);
  const [buzz] = await build(ROOT, ['buzz']);
  return buzz;
}

function flat({ name, measured, error }) {
  return { name, points: points(measured), ...measured, error };
}
