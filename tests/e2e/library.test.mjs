// The library: the sample, columns that are read in another way, a file that changes, and a dataset that is removed by
// mistake.

import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';

import { withWindow } from './lib/app.mjs';
import * as page from './lib/page.mjs';
import { until } from './lib/until.mjs';

/** Chooses from a menu as a person would. */
const choose = (window, selector, value) =>
  window.script(
    `const select = document.querySelector(arguments[0]);
     select.value = arguments[1];
     select.dispatchEvent(new Event('change', { bubbles: true }));`,
    selector,
    value,
  );

const counts = (window) => window.text(page.COUNTS);

/** Waits until what is shown says something. */
const untilText = (window, selector, wanted) =>
  until(async () => wanted.test(await window.text(selector)), { what: `${selector} to say ${wanted}` });

test('somebody without a file tries the sample', async (t) => {
  await withWindow(t, {}, async (computer, window) => {
    await window.get(page.DROP_ZONE);
    assert.match(await window.text(page.DROP_ZONE), /public domain/);
    await window.click(page.byId('try-sample'));
    await page.untilListed(window, 'wildlife strikes');
    assert.match(await counts(window), /^10,000 rows · 14 columns/);
    await until(async () => (await page.gridRow(window, 0))[0] === 'BARKSDALE AIR FORCE BASE ARPT', {
      what: 'its first row',
    });
  });
});

/** Amounts of which a few are words, and days that can be read in both orders. */
function sales() {
  const rows = Array.from({ length: 3_000 }, (_, at) => {
    const amount = at % 1_000 === 7 ? 'see note 4' : at === 100 ? 'tbd' : `${at}.50`;
    return `${at},${amount},0${(at % 9) + 1}/0${(at % 8) + 1}/2025`;
  });
  return `id,amount,day\n${rows.join('\n')}\n`;
}

test('columns are read in another way, from the receipt and from the list of columns', async (t) => {
  await withWindow(t, {}, async (computer, window, step) => {
    await window.get(page.DROP_ZONE);
    await computer.drop(computer.file('sales.csv', sales()));
    await page.untilListed(window, 'sales');
    await window.click(page.tab('receipt'));
    const line = `${page.byId('stray-column')}[data-name="amount"]`;

    await step('what did not fit is shown, cell by cell and word by word', async () => {
      await untilText(window, line, /4 cells of “amount” did not fit/);
      await window.click(`${line} ${page.byId('strays-show')}`);
      await window.get(page.byId('strays-dialog'));
      await until(async () => (await page.texts(window, page.byId('stray-text'))).length === 2, { what: 'two words' });
      const cells = await until(
        async () => {
          const row = await window.script(
            `return [...document.querySelectorAll('[data-testid="strays-dialog"] [role="gridcell"][data-row="1"]')]
               .map((cell) => cell.textContent.trim())`,
          );
          return row.length === 3 && row.every((cell) => cell !== '') && row;
        },
        { what: 'the second cell that did not fit' },
      );
      assert.deepEqual(cells.slice(0, 2), ['102', 'tbd']);
    });

    await step('one of the words means a missing value', async () => {
      await window.click(`${page.byId('stray-text')}[data-text="tbd"] ${page.byId('stray-missing')}`);
      await untilText(window, line, /3 cells of “amount” did not fit/);
      await window.click(`${line} ${page.byId('strays-missing')}`);
      await until(async () => (await window.all(line)).length === 0, { what: 'everything to fit' });
    });

    await step('the type and the order of the dates are chosen among the columns', async () => {
      await window.click(page.tab('columns'));
      assert.match(await page.column(window, 'amount'), /“see note 4”|see note 4/);
      await choose(window, `${page.COLUMN_ROW}[data-name="amount"] ${page.byId('column-type')}`, 'VARCHAR');
      await untilText(window, `${page.COLUMN_ROW}[data-name="amount"]`, /Text/);
      await page.column(window, 'day');
      await choose(window, `${page.COLUMN_ROW}[data-name="day"] ${page.byId('column-type')}`, 'mdy');
      await untilText(window, `${page.COLUMN_ROW}[data-name="day"]`, /%m\/%d\/%Y/);
    });

    await step('the rows are what was chosen', async () => {
      await window.click(page.tab('rows'));
      const row = await until(
        async () => {
          const cells = await page.gridRow(window, 7);
          return cells.length === 3 && cells.every((cell) => cell !== '') && cells;
        },
        { what: 'the eighth row' },
      );
      assert.deepEqual(row, ['7', 'null', 'Aug 8, 2025']);
    });
  });
});

test('a file that has changed is read again, and stays read as it was chosen', async (t) => {
  await withWindow(t, {}, async (computer, window) => {
    const file = computer.file('codes.csv', 'code,amount\n1,2\n3,4\n');
    await window.get(page.DROP_ZONE);
    await computer.drop(file);
    await page.untilListed(window, 'codes');
    await window.click(page.tab('columns'));
    await page.column(window, 'code');
    await choose(window, `${page.COLUMN_ROW}[data-name="code"] ${page.byId('column-type')}`, 'VARCHAR');
    await untilText(window, `${page.COLUMN_ROW}[data-name="code"]`, /Text/);
    assert.deepEqual(await window.all(page.byId('dataset-changed')), []);

    appendFileSync(file, '5,6\n');
    await window.script('window.dispatchEvent(new Event("focus"))');
    await window.get(page.byId('dataset-changed'));
    await window.click(page.byId('dataset-refresh'));
    await until(async () => (await counts(window)).startsWith('3 rows'), { what: 'the new row' });
    await until(async () => (await window.all(page.byId('dataset-changed'))).length === 0, { what: 'nothing to say' });
    await window.click(page.tab('columns'));
    assert.match(await page.column(window, 'code'), /Text/);
  });
});

test('a dataset that was removed by mistake comes back, and one that was not goes for good', async (t) => {
  await withWindow(t, {}, async (computer, window, step) => {
    await window.get(page.DROP_ZONE);
    await computer.drop(computer.file('dear.csv', 'a,b\n1,2\n'));
    await page.untilListed(window, 'dear');
    const remove = async () => {
      await window.click(page.byId('dataset-more'));
      await window.click(page.byId('dataset-remove'));
      await until(async () => (await page.datasets(window)).length === 0, { what: 'the dataset to be gone' });
    };

    await step('it comes back with one click', async () => {
      await remove();
      assert.equal(computer.inLibrary('datasets').length, 1);
      await window.click(page.byId('toast-action'));
      await page.untilListed(window, 'dear');
      await page.untilRows(window, [['1', '2']]);
    });

    await step('it is deleted when the program ends', async () => {
      await remove();
      const [pid] = computer.screen.xdotool('search', '--name', '^Buzz CSV$', 'getwindowpid').split('\n');
      process.kill(Number(pid), 'SIGTERM');
      const left = () => [...computer.inLibrary('datasets'), ...computer.inLibrary('incoming')];
      await until(() => left().length === 0, { what: 'its files to be gone', seconds: 5 });
    });
  });
});

test('datasets are found by their tags', async (t) => {
  await withWindow(t, {}, async (computer, window) => {
    await window.get(page.DROP_ZONE);
    for (const name of ['one', 'two']) {
      await computer.drop(computer.file(`${name}.csv`, `${name},b\n1,2\n`));
      await page.untilListed(window, name);
    }
    await window.click(page.datasetRow('two'));
    await window.click(page.byId('dataset-more'));
    await window.click(page.byId('dataset-tags'));
    await window.fill(page.byId('tag-name'), 'monthly');
    await window.click(page.byId('tag-add'));
    await window.get(page.byId('tag-toggle'));
    await window.click(`${page.byId('tags-dialog')} footer button`);
    await window.click(page.byId('tag-filter'));
    await until(async () => (await page.datasets(window)).join() === 'two', { what: 'one dataset' });
  });
});

test('what is no table is told apart, each in a sentence of its own', async (t) => {
  await withWindow(t, {}, async (computer, window) => {
    const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    const files = {
      'photo.png': Buffer.from(png, 'base64'),
      'letter.pdf': '%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n',
    };
    await window.get(page.DROP_ZONE);
    for (const [name, content] of Object.entries(files)) {
      const file = computer.file(name);
      writeFileSync(file, content);
      await computer.drop(file);
      await page.untilJob(window, { kind: 'import', name, state: 'failed' });
      const why = await window.text(`${page.job({ name })} ${page.JOB_ERROR}`);
      t.diagnostic(`${name}: ${why}`);
      assert.match(why, /: .+/, 'it says what to do');
    }
  });
});
