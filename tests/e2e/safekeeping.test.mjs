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

/** Waits until a part of the window says something, and gives what it says. */
async function said(window, name, wanted) {
  let text = '';
  await until(async () => wanted.test((text = await window.text(page.byId(name)))), {
    what: `${name} to say ${wanted}`,
  });
  return text;
}

test('the library is copied, and put somewhere else', async (t) => {
  await withWindow(t, { named: false }, async (computer, window, step) => {
    await window.get(page.DROP_ZONE);
    await computer.drop(computer.file('sales.csv', SALES));
    await page.untilListed(window, 'sales');
    const [stick, disk] = [computer.file('stick'), computer.file('disk')];
    mkdirSync(stick);
    mkdirSync(disk);

    await step('a copy of it is a library', async () => {
      await settings(window);
      await computer.screen.answerDialog(() => window.click(page.byId('library-back-up')), stick);
      const text = await said(window, 'library-kept', /Buzz CSV backup/);
      const [copy] = readdirSync(stick);
      assert.match(copy, /^Buzz CSV backup \d{4}-\d\d-\d\d \d\d\.\d\d$/);
      assert.ok(text.includes(join(stick, copy)), text);
      assert.equal(readdirSync(join(stick, copy, 'datasets')).length, 1);
    });

    await step('moved, it is used from the next start on', async () => {
      await computer.screen.answerDialog(() => window.click(page.byId('library-move')), disk);
      const text = await said(window, 'library-moved', /Buzz CSV library/);
      const place = join(disk, 'Buzz CSV library');
      assert.ok(text.includes(place) && text.includes(computer.library), text);
      assert.equal(readFileSync(join(computer.library, 'library.place'), 'utf8'), `${place}\n`);
      // That of before is as it was.
      assert.equal(computer.inLibrary('datasets').length, 1);

      // The app starts anew by itself; the driver knows only the first one, which is gone.
      const before = computer.pid;
      await window.click(page.byId('library-restart')).catch(() => {});
      const after = await until(() => Number.isInteger(computer.pid) && computer.pid !== before && computer.pid, {
        what: 'the app to start anew',
      });
      process.kill(after);
      await until(() => !existsSync(`/proc/${after}`), { what: 'it to end' });

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
      await said(window, 'updates-found', /99\.1\.0 is there[^]*https:\/\/example\.org/);
      assert.deepEqual(asked, ['/release.json', '/release.json.minisig']);
    });
    await step('what was asked stands in the record', async () => {
      await window.click(page.byId('settings-ledger'));
      await said(window, 'ledger', /LookForNewerVersion/);
    });
  });
});
