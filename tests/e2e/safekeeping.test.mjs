// What a person does once in a while: a copy of the library, another place for it, a look for a newer version.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';

import { ROOT } from '../../scripts/lib/project.mjs';
import { withWindow } from './lib/app.mjs';
import * as page from './lib/page.mjs';
import { until } from './lib/until.mjs';

const SALES = 'city,amount\nOslo,10.50\nRome,2.25\nOslo,4.00\n';
/** What is published in the tests of the core, and the key that it is signed with. */
const PUBLISHED = join(ROOT, 'src-tauri', 'crates', 'updates', 'tests', 'release');

const settings = (window) => window.click(page.byId('nav-settings'));

test('the library is copied, and put somewhere else', async (t) => {
  await withWindow(t, { named: false }, async (computer, window, step) => {
    await window.get(page.DROP_ZONE);
    await computer.drop(computer.file('sales.csv', SALES));
    await page.untilListed(window, 'sales');
    const stick = computer.file('stick');
    mkdirSync(stick);

    await step('a copy of it is a library', async () => {
      await settings(window);
      await computer.screen.answerDialog(() => window.click(page.byId('library-back-up')), stick);
      const said = await window.text(page.byId('library-kept'));
      const [copy] = readdirSync(stick);
      assert.match(copy, /^Buzz CSV backup \d{4}-\d\d-\d\d \d\d\.\d\d$/);
      assert.ok(said.includes(join(stick, copy)), said);
      assert.equal(readdirSync(join(stick, copy, 'datasets')).length, 1);
    });

    await step('moved, it is used from the next start on', async () => {
      await computer.screen.answerDialog(() => window.click(page.byId('library-move')), stick);
      const said = await window.text(page.byId('library-moved'));
      const place = join(stick, 'Buzz CSV library');
      assert.ok(said.includes(place) && said.includes(computer.library), said);
      assert.equal(readFileSync(join(computer.library, 'library.place'), 'utf8'), `${place}\n`);
      // That of before is as it was.
      assert.equal(computer.inLibrary('datasets').length, 1);

      await computer.close();
      const reopened = await computer.open();
      await page.untilListed(reopened, 'sales');
      await settings(reopened);
      assert.equal(await reopened.text(page.byId('library-folder')), place);
      await computer.close();
    });
  });
});

test('a newer version is told of when somebody asks', async (t) => {
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    const file = join(PUBLISHED, request.url);
    response.statusCode = existsSync(file) ? 200 : 404;
    response.end(existsSync(file) ? readFileSync(file) : '');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const env = {
    BUZZ_UPDATE_URL: `http://127.0.0.1:${server.address().port}/release.json`,
    BUZZ_UPDATE_KEY: readFileSync(join(PUBLISHED, 'key.pub'), 'utf8').trim().split('\n').at(-1),
  };
  await withWindow(t, { env }, async (computer, window, step) => {
    await window.get(page.DROP_ZONE);
    assert.deepEqual(asked, [], 'nothing is asked before somebody wishes it');
    await step('it is signed, and says where it is', async () => {
      await settings(window);
      assert.equal(
        await window.script(`return document.querySelector(arguments[0]).checked`, page.byId('updates-daily')),
        false,
      );
      await window.click(page.byId('updates-look'));
      assert.match(await window.text(page.byId('updates-found')), /99\.1\.0 is there[^]*https:\/\/example\.org/);
      assert.deepEqual(asked, ['/release.json', '/release.json.minisig']);
    });
    await step('what was asked stands in the record', async () => {
      await window.click(page.byId('settings-ledger'));
      await until(async () => /LookForNewerVersion/.test(await window.text(page.byId('ledger'))), {
        what: 'the look to stand in the record',
      });
    });
  });
});
