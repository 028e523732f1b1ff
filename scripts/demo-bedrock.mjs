// `npm run demo:bedrock`: the window with the stand-in for Amazon Bedrock, to see a conversation without an AWS account.
// It has a library of its own, so that the person's own conversations and ledger stay what they are.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { startBedrock } from './lib/bedrock.mjs';
import { main, say, Stop } from './lib/console.mjs';
import { ensureNode, ensureNodePackages } from './lib/node-packages.mjs';
import { CACHE, hasDisplay, ROOT } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { build, ensureRust } from './lib/rust.mjs';
import { ensureSystemPackages } from './lib/system-packages.mjs';
import { ensureUi } from './lib/ui.mjs';

await main(async () => {
  ensureNode(20);
  if (!hasDisplay()) throw new Stop('There is no display here, so the window cannot open.');
  ensureRust(ROOT);
  await ensureSystemPackages(['compiler', 'window']);
  await ensureNodePackages(ROOT);
  await ensureUi(ROOT);
  const [window, standIn] = await build(ROOT, ['buzz-csv', 'bedrock-stand-in']);

  const folder = join(CACHE, 'demo');
  mkdirSync(folder, { recursive: true });
  const bedrock = await startBedrock(standIn, folder);
  try {
    say(`Opening the window in front of the stand-in at ${bedrock.url}`);
    const env = { ...process.env, ...bedrock.env, BUZZ_LIBRARY: join(folder, 'library') };
    return (await run(window, [], { env })).code;
  } finally {
    bedrock.stop();
  }
});
