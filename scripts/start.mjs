// `npm start`: installs what is missing, builds what has changed, opens the window.

import { main, say, Stop } from './lib/console.mjs';
import { ensureNode, ensureNodePackages } from './lib/node-packages.mjs';
import { hasDisplay, ROOT } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { build, ensureRust } from './lib/rust.mjs';
import { ensureSystemPackages } from './lib/system-packages.mjs';
import { ensureUi } from './lib/ui.mjs';

await main(async () => {
  ensureNode(20);
  // Before anything is installed or built for a window that could not open.
  if (!hasDisplay()) {
    throw new Stop(
      'There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so the window cannot open. ' +
        'The command line does the same work: `npm run buzz -- --help`.',
    );
  }
  ensureRust(ROOT);
  await ensureSystemPackages(['compiler', 'window']);
  await ensureNodePackages(ROOT);
  await ensureUi(ROOT);
  const [window] = await build(ROOT, ['buzz-csv']);
  say('Opening the window');
  return (await run(window, process.argv.slice(2))).code;
});
