// `npm run licences`: writes down the licences of everything that is shipped, for the window and the packages.
// `npm run licences -- --check` only says whether what is written is up to date, as `npm run lint` does.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { main, say, Stop } from './lib/console.mjs';
import { asJson, collect, LICENCES } from './lib/licences.mjs';
import { ensureNode, ensureNodePackages } from './lib/node-packages.mjs';
import { ROOT } from './lib/project.mjs';
import { ensureRust } from './lib/rust.mjs';

await main(async () => {
  ensureNode(20);
  ensureRust(ROOT);
  await ensureNodePackages(ROOT);
  const found = collect(ROOT);
  const path = join(ROOT, LICENCES);
  const text = asJson(found);
  if (process.argv.includes('--check')) {
    if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
    throw new Stop(`${LICENCES} is not up to date: run \`npm run licences\` and commit the result.`);
  }
  writeFileSync(path, text);
  say(`${LICENCES}: ${found.works.length} works, ${found.texts.length} texts, ${text.length} bytes`);
});
