// `npm run bench:chat`: what a question takes besides the model and the SQL, with the stand-in at zero delay.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { main, say, Stop } from '../scripts/lib/console.mjs';
import { ensureNode } from '../scripts/lib/node-packages.mjs';
import { CACHE, ROOT } from '../scripts/lib/project.mjs';
import { run } from '../scripts/lib/run.mjs';
import { ensureRust } from '../scripts/lib/rust.mjs';
import { ensureSystemPackages } from '../scripts/lib/system-packages.mjs';

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
  return (await run(program, [folder, ...process.argv.slice(2)], { cwd: ROOT })).code;
});
