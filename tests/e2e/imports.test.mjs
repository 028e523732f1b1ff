// Files that come in: several at once, one that is stopped on the way, and some that are no tables.

import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { withWindow } from './lib/app.mjs';
import { flightsCsv } from './lib/flights.mjs';
import * as page from './lib/page.mjs';
import { until } from './lib/until.mjs';

/** How many times over the flights are written to make a file whose conversion takes a while. */
const TIMES = 20;

/** Writes a file whose conversion takes a while, drops it, and waits until rows are being counted. */
async function dropBigFile(computer, window) {
  const flights = readFileSync(flightsCsv());
  const body = flights.subarray(flights.indexOf('\n') + 1);
  const big = computer.file('big.csv', flights);
  for (let copy = 1; copy < TIMES; copy++) appendFileSync(big, body);

  await window.get(page.DROP_ZONE);
  await computer.drop(big);
  await page.untilJob(window, { kind: 'import', name: 'big.csv', state: 'running' });
  await until(async () => /[1-9]/.test(await window.text(page.JOB_ROWS)), { what: 'rows to be counted', every: 20 });
}

test('a conversion that is cancelled leaves nothing behind', async (t) => {
  await withWindow(t, {}, async (computer, window) => {
    await dropBigFile(computer, window);
    assert.match(await window.text(page.JOB_BYTES), / of 621 MB/);

    const clicked = Date.now();
    await window.click(page.JOB_CANCEL);
    await page.untilJob(window, { kind: 'import', name: 'big.csv', state: 'cancelled' });
    t.diagnostic(`cancelled ${Date.now() - clicked} ms after the click`);
    assert.deepEqual(computer.inLibrary('incoming'), []);
    assert.deepEqual(computer.inLibrary('datasets'), []);
    assert.deepEqual(await page.datasets(window), []);
  });
});

test('a conversion that a crash ended leaves nothing behind after the next start', async (t) => {
  await withWindow(t, {}, async (computer, window) => {
    await dropBigFile(computer, window);
    await computer.crash();
    assert.notDeepEqual(computer.inLibrary('incoming'), [], 'the crash came in the middle');

    const reopened = await computer.open();
    await reopened.get(page.DROP_ZONE);
    assert.deepEqual(await page.datasets(reopened), []);
    assert.deepEqual(computer.inLibrary('incoming'), []);
    assert.deepEqual(computer.inLibrary('datasets'), []);
  });
});

test('a file is chosen in the native dialog', async (t) => {
  await withWindow(t, {}, async (computer, window) => {
    const path = computer.file('chosen.csv', 'a;b\n1;2\n');
    await window.get(page.DROP_ZONE);
    await computer.screen.answerDialog(() => window.click(page.CHOOSE_FILE), path);
    await page.untilListed(window, 'chosen');
    assert.match(await window.text(page.COUNTS), /^1 row · 2 columns/);
  });
});

test('several files queue, and each becomes a dataset', async (t) => {
  await withWindow(t, {}, async (computer, window, step) => {
    const names = ['north', 'south', 'it\u2019s "quoted" 🐝'];
    const files = names.map((name, at) => computer.file(`${name}.csv`, `id,amount\n${at},1.50\n`));
    await window.get(page.DROP_ZONE);
    await computer.drop(flightsCsv(), ...files);
    // Three of them have one shape, and could become one dataset.
    await window.get(page.byId('files-dialog'));
    await window.click(page.byId('files-each'));
    await window.click(page.byId('files-add'));
    for (const name of ['flights', ...names]) await page.untilListed(window, name, { seconds: 180 });
    assert.equal((await page.datasets(window)).length, 4);
    assert.deepEqual(computer.inLibrary('incoming'), []);

    await step('the same file again gets a name of its own', async () => {
      await computer.drop(files[0]);
      await page.untilListed(window, 'north 2');
    });
  });
});

test('a second table far down a large file becomes a dataset of its own', async (t) => {
  await withWindow(t, {}, async (computer, window) => {
    const rows = Array.from({ length: 200_000 }, (_, at) => `${at},name ${at % 997},${at % 100}.25`);
    const below = ['', 'city,country', 'Oslo,NO', 'Rome,IT', 'Lima,PE', ''];
    const path = computer.file('two.csv', ['id,name,amount', ...rows, ...below].join('\n'));
    await window.get(page.DROP_ZONE);
    await computer.drop(path);
    await page.untilListed(window, 'two');
    assert.match(await window.text(page.COUNTS), /^200,004 rows · 3 columns/);
    await window.click(page.byId('tab-receipt'));
    await window.click(page.byId('split'));
    await page.untilListed(window, 'two 2');
    await until(async () => /^3 rows · 2 columns/.test(await window.text(page.COUNTS)), { what: 'the second table' });
    await window.click(page.datasetRow('two'));
    await until(async () => /^200,000 rows · 3 columns/.test(await window.text(page.COUNTS)), {
      what: 'the first table without the second',
    });
    await window.click(page.byId('tab-receipt'));
    assert.equal((await window.all(page.byId('warning'))).length, 0);
  });
});

test('what is no table is refused in one sentence', async (t) => {
  await withWindow(t, {}, async (computer, window, step) => {
    const empty = computer.file('empty.csv', '');
    const binary = computer.file('program.csv', readFileSync(process.execPath).subarray(0, 100_000));
    const folder = computer.file('folder.csv');
    mkdirSync(folder);
    await window.get(page.DROP_ZONE);
    await computer.drop(empty, binary);
    await computer.drop(folder);
    for (const name of ['empty.csv', 'program.csv', 'folder.csv']) {
      await page.untilJob(window, { kind: 'import', name, state: 'failed' });
      const why = await window.text(`${page.job({ name })} ${page.JOB_ERROR}`);
      // One sentence: a capital or a name at its start, no line break, no trace of a program's insides.
      assert.match(why, /^\S.{10,300}$/);
      assert.doesNotMatch(why, /panick|unwrap|Error\(|os error/i);
      t.diagnostic(`${name}: ${why}`);
    }
    assert.deepEqual(computer.inLibrary('incoming'), []);
    assert.deepEqual(computer.inLibrary('datasets'), []);

    await step('and the window goes on working', async () => {
      await computer.drop(computer.file('good.csv', 'a,b\n1,2\n'));
      await page.untilListed(window, 'good');
    });

    await step('a file of only a header is a dataset of no rows', async () => {
      await computer.drop(computer.file('header.csv', 'name,amount\n'));
      await page.untilListed(window, 'header');
      await window.click(page.datasetRow('header'));
      await until(async () => (await window.text(page.COUNTS)).startsWith('0 rows · 2 columns'), {
        what: 'a dataset of no rows',
      });
    });
  });
});

test('the tables of a file are chosen, and the file is read differently', async (t) => {
  await withWindow(t, {}, async (computer, window, step) => {
    const file = computer.file(
      'two.csv',
      'city,people\nOslo,709037\nRome,2748109\nLima,10092000\n\ncode,country,phone\nNO,Norway,47\nIT,Italy,39\nPE,Peru,51\n',
    );
    await window.get(page.DROP_ZONE);

    await step('both are shown, and one of them is taken', async () => {
      await computer.drop(file);
      await window.get(page.byId('tables-dialog'));
      const titles = await window.script(
        'return [...document.querySelectorAll("[data-testid=table-tick]")].map((tick) => tick.dataset.title)',
      );
      assert.deepEqual(titles, ['Table 1', 'Table 2']);
      await window.click(`${page.byId('table-tick')}[data-title="Table 2"]`);
      await window.click(page.byId('add-tables'));
      await page.untilListed(window, 'two');
      assert.match(await window.text(page.COUNTS), /^3 rows · 2 columns/);
      assert.equal((await page.datasets(window)).length, 1);
    });

    await step('its header is taken for a row', async () => {
      await window.click(page.tab('receipt'));
      await window.click(page.byId('read-differently'));
      await window.script(
        `const select = document.querySelector('[data-testid=reading-header]');
         select.value = 'no';
         select.dispatchEvent(new Event('change', { bubbles: true }));`,
      );
      await until(() => window.script('return !document.querySelector("[data-testid=reading-do]").disabled'), {
        what: 'the first rows to be shown',
      });
      await window.click(page.byId('reading-do'));
      await until(async () => (await window.text(page.COUNTS)).startsWith('4 rows · 2 columns'), {
        what: 'the dataset to have its header among its rows',
      });
    });
  });
});

test('files of one shape become one dataset', async (t) => {
  await withWindow(t, {}, async (computer, window) => {
    const folder = computer.file('sales');
    mkdirSync(folder);
    for (const month of [1, 2, 10]) {
      const discount = month === 1 ? ['', ''] : [',discount', ',0.1'];
      writeFileSync(join(folder, `${month}.csv`), `id,amount${discount[0]}\n${month},2.50${discount[1]}\n`);
    }
    await window.get(page.DROP_ZONE);
    await computer.drop(folder);
    await window.get(page.byId('files-dialog'));
    await window.click(page.byId('files-add'));
    await page.untilListed(window, 'sales');
    assert.match(await window.text(page.COUNTS), /^3 rows · 4 columns/);
    await page.untilRows(window, [
      ['1', '2.50', 'null', '1.csv'],
      ['2', '2.50', '0.1', '2.csv'],
      ['10', '2.50', '0.1', '10.csv'],
    ]);
  });
});
