// `npm run buzz -- …`: the command line, built first when its sources have changed.

import { main } from './lib/console.mjs';
import { ensureNode } from './lib/node-packages.mjs';
import { ROOT } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { build, ensureRust } from './lib/rust.mjs';
import { ensureSystemPackages } from './lib/system-packages.mjs';

await main(async () => {
  ensureNode(20);
  ensureRust(ROOT);
  await ensureSystemPackages(['compiler']);
  const [buzz] = await build(ROOT, ['buzz']);
  // npm starts scripts in the project's folder; the paths that were typed are meant from where the person stood.
  return (await run(buzz, process.argv.slice(2), { cwd: process.env.INIT_CWD })).code;
});
