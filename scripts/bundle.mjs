// `npm run bundle`: the installers for this platform; on Linux a .deb and an .rpm.
// `npm run bundle -- --bundles appimage` builds others, `-- --test` installs the .deb on this very computer, tries it and
// removes it again; `-- --config FILE` merges what a file says into tauri.conf.json, such as how to sign.

import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { built, chosenKinds, megabytes, programs, stage, tooLarge } from './lib/bundles.mjs';
import { main, say, Stop } from './lib/console.mjs';
import { ensureNode, ensureNodePackages } from './lib/node-packages.mjs';
import { ROOT } from './lib/project.mjs';
import { must, run } from './lib/run.mjs';
import { build, ensureRust } from './lib/rust.mjs';
import { ensureSystemPackages } from './lib/system-packages.mjs';
import { ensureUi } from './lib/ui.mjs';

/** Tauri's bundler, as npm installs it. */
const TAURI = join('node_modules', '@tauri-apps', 'cli', 'tauri.js');

/** What was asked for on the command line. */
function asked() {
  try {
    const text = { type: 'string' };
    const { values } = parseArgs({ options: { bundles: text, config: text, test: { type: 'boolean' } } });
    // npm starts scripts in the project's folder; a path that was typed is meant from where the person stood.
    const config = values.config && resolve(process.env.INIT_CWD ?? '.', values.config);
    return { kinds: chosenKinds(process.platform, values.bundles), config, test: Boolean(values.test) };
  } catch (error) {
    throw error instanceof Stop ? error : new Stop(error.message, 2);
  }
}

await main(async () => {
  ensureNode(20);
  const { kinds, config, test } = asked();
  if (test && !kinds.includes('deb')) throw new Stop('The test is one of the .deb, so it runs where that is built.', 2);
  ensureRust(ROOT);
  await ensureSystemPackages(test ? ['compiler', 'window', 'test', 'desktop'] : ['compiler', 'window']);
  await ensureNodePackages(ROOT);
  await ensureUi(ROOT);

  const [, commandLine] = await build(ROOT, programs(process.platform), 'release');
  const extra = stage(ROOT, commandLine);
  const args = ['bundle', '--bundles', kinds.join(','), '--config', JSON.stringify(extra)];
  if (config) args.push('--config', config);
  await must(process.execPath, [TAURI, ...args], { cwd: ROOT, what: 'The bundling' });

  const installers = built(ROOT, kinds);
  for (const { path, bytes } of installers) process.stdout.write(`${megabytes(bytes).padStart(9)}  ${path}\n`);
  const complaints = tooLarge(installers);
  if (complaints.length > 0) throw new Stop(complaints.join('\n'));
  if (!test) return;

  say('\n── the .deb, installed ──');
  const deb = installers.find(({ kind }) => kind === 'deb').path;
  const folder = join('tests', 'bundle');
  const files = readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.test.mjs'));
  const tests = files.map((name) => join(folder, name));
  const env = { ...process.env, BUZZ_DEB: deb };
  return (await run(process.execPath, ['--test', '--test-concurrency=1', ...tests], { cwd: ROOT, env })).code;
});
