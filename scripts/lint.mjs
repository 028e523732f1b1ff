// `npm run lint`: every check that needs no run of the program. All of them run, whatever the first ones find.
// `npm run lint -- --advisories` also asks whether faults of what the app is made of are known, which needs the network.

import { join } from 'node:path';

import { main, say } from './lib/console.mjs';
import { ensureDeny } from './lib/deny.mjs';
import { ensureNode, ensureNodePackages, npm } from './lib/node-packages.mjs';
import { ROOT } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { ensureRust } from './lib/rust.mjs';
import { ensureSystemPackages } from './lib/system-packages.mjs';
import { ensureUi } from './lib/ui.mjs';

const [npmProgram, ...npmArgs] = npm();
const script = (name) => [npmProgram, [...npmArgs, 'run', '--silent', name]];

const CHECKS = {
  rustfmt: ['cargo', ['fmt', '--all', '--check']],
  'svelte-check': script('ui:check'),
  'eslint and prettier of the window': script('ui:lint'),
  'eslint and prettier of the scripts': script('scripts:lint'),
  'licences of what is shipped': [process.execPath, [join('scripts', 'licences.mjs'), '--check']],
  // One test of the app's compares the TypeScript of the wire types with what its Rust types would give.
  'generated types': [
    'cargo',
    [
      'test',
      '--quiet',
      '--locked',
      '--package',
      'buzz-csv',
      '--lib',
      'the_committed_types_of_the_window_are_up_to_date',
    ],
  ],
  clippy: ['cargo', ['clippy', '--locked', '--workspace', '--all-targets', '--', '--deny', 'warnings']],
};

await main(async () => {
  ensureNode(20);
  ensureRust(ROOT);
  await ensureSystemPackages(['compiler', 'window']);
  await ensureNodePackages(ROOT);
  await ensureUi(ROOT);

  const deny = await ensureDeny();
  // It looks at the packages of every platform, and a build has fetched only those of this one. Where all are there, this
  // needs no network.
  await run('cargo', ['fetch', '--locked', '--quiet'], { cwd: ROOT });
  const checks = {
    ...CHECKS,
    'cargo deny': [deny, ['--offline', 'check', '--hide-inclusion-graph', 'licenses', 'bans', 'sources']],
    ...(process.argv.includes('--advisories') && { advisories: [deny, ['check', 'advisories']] }),
  };
  const failed = [];
  for (const [name, [program, args]] of Object.entries(checks)) {
    say(`── ${name} ──`);
    const { code } = await run(program, args, { cwd: ROOT });
    if (code !== 0) failed.push(name);
  }
  const passed = Object.keys(checks).length - failed.length;
  process.stdout.write(
    `lint: ${passed} passed, ${failed.length} failed${failed.length ? ` (${failed.join(', ')})` : ''}\n`,
  );
  return failed.length === 0 ? 0 : 1;
});
