// The rows of a dataset: sorted, filtered, added up, found, copied, and laid out as the person wants.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { withWindow } from './lib/app.mjs';
import { rows } from './lib/csv.mjs';
import { FLIGHTS, flightsCsv } from './lib/flights.mjs';
import { inEnglish } from './lib/numbers.mjs';
import * as page from './lib/page.mjs';
import { until } from './lib/until.mjs';
import { KEYS } from './lib/webdriver.mjs';

const GRID = page.byId('grid');

/** The flights as the tests' own reader reads them, each with its number. */
function flights() {
  const all = rows(readFileSync(flightsCsv(), 'utf8'));
  const header = all.next().value;
  const read = [];
  for (const cells of all) read.push({ number: read.length + 1, cells });
  return { header, read, of: (name) => header.indexOf(name) };
}

/** The number beside a row that is shown. */
const numberOf = (window, row) =>
  window.script('return document.querySelector(`[data-gutter="${arguments[0]}"]`)?.textContent.trim() ?? ""', row);

/** The cell of a shown row in a column, by the column's place among those that are shown. */
const cellOf = (window, row, place) =>
  window.script(
    'return document.querySelector(`[role=gridcell][data-row="${arguments[0]}"][data-column="${arguments[1]}"]`)?.textContent.trim()',
    row,
    place,
  );

/** Clicks something in the head of a column. */
const clickHead = (window, name, part) =>
  window.script(
    'document.querySelector(`[data-testid=grid-header][data-name="${arguments[0]}"] [data-testid=${arguments[1]}]`).click()',
    name,
    part,
  );

const focusGrid = (window) => window.script('document.querySelector(arguments[0]).focus()', GRID);

test('the rows of a table are arranged, added up, found and copied', async (t) => {
  const { header, read, of } = flights();
  const delay = of('dep_delay');
  const delayed = read.filter(({ cells }) => cells[delay] !== 'NA').sort((a, b) => b.cells[delay] - a.cells[delay]);
  const late = delayed.filter(({ cells }) => Number(cells[delay]) > 600);

  await withWindow(t, {}, async (computer, window, step) => {
    await window.get(page.DROP_ZONE);
    await computer.drop(flightsCsv());
    await page.untilListed(window, 'flights', { seconds: 180 });
    await until(async () => (await cellOf(window, 0, 0)) === '2013', { what: 'the first row' });

    await step('a click on a head sorts, and rows keep their number', async () => {
      const began = Date.now();
      await clickHead(window, 'dep_delay', 'grid-sort');
      await until(async () => (await cellOf(window, 0, delay)) === delayed.at(-1).cells[delay], {
        what: 'the earliest flight on top',
        every: 20,
      });
      t.diagnostic(`sorted ${Date.now() - began} ms after the click`);
      await clickHead(window, 'dep_delay', 'grid-sort');
      await until(async () => (await cellOf(window, 0, delay)) === '1301', { what: 'the latest flight on top' });
      assert.equal(await numberOf(window, 0), inEnglish(delayed[0].number));
      assert.match(
        await window.script('return document.querySelector("[data-testid=grid-announced]").textContent'),
        /sorted by dep_delay, descending/,
      );
    });

    await step('a condition leaves the rows that it holds for', async () => {
      await clickHead(window, 'dep_delay', 'grid-menu');
      await window.get(page.byId('histogram'));
      await window.click(page.byId('column-filter-open'));
      await window.script(
        `const select = document.querySelector('[data-testid=filter-test]');
         select.value = 'greater';
         select.dispatchEvent(new Event('change', { bubbles: true }));`,
      );
      await window.fill(page.byId('filter-value'), '600');
      await window.click(page.byId('filter-apply'));
      const count = `${inEnglish(late.length)} of ${inEnglish(FLIGHTS)} rows`;
      await until(async () => (await window.text(page.byId('grid-count'))) === count, { what: count });
      assert.equal(await cellOf(window, 0, delay), '1301');
      assert.match(await window.text(page.byId('filter-chip')), /dep_delay is greater than 600/);
    });

    await step('a column is added up', async () => {
      await focusGrid(window);
      await window.press(KEYS.home, KEYS.control);
      for (let place = 0; place < delay; place++) await window.press(KEYS.right);
      await window.press(' ', KEYS.control);
      const sum = late.reduce((total, { cells }) => total + Number(cells[delay]), 0);
      const wanted = new RegExp(
        `${late.length} cells.*Sum ${inEnglish(sum)}.*Min ${late.at(-1).cells[delay]}.*Max 1301`,
      );
      await until(async () => wanted.test((await window.text(page.byId('grid-summary'))).replace(/\s+/g, ' ')), {
        what: `the figures ${wanted}`,
      });
    });

    await step('a text is found in the rows that are shown', async () => {
      await focusGrid(window);
      await window.press(KEYS.home, KEYS.control);
      await window.press('f', KEYS.control);
      await window.fill(page.byId('find-text'), 'hnl');
      await window.press(KEYS.enter);
      await until(async () => (await window.text(page.byId('grid-active'))) === 'HNL', {
        what: 'the flight to Honolulu',
      });
      await window.fill(page.byId('find-text'), 'nowhere');
      await window.press(KEYS.enter);
      await until(async () => (await window.text(page.byId('find-said'))) === 'Not found', {
        what: 'that it is not found',
      });
      await window.press(KEYS.escape);
    });

    await step('cells are copied with their heads', async () => {
      await focusGrid(window);
      await window.press(KEYS.home, KEYS.control);
      await window.press(KEYS.down, KEYS.shift);
      await window.press(KEYS.right, KEYS.shift);
      await window.press('c', KEYS.control, KEYS.shift);
      await until(async () => /copied/.test(await window.text(page.byId('grid-status'))), {
        what: 'the cells to be copied',
      });
      await window.click(page.tab('notes'));
      await (await window.get(page.byId('dataset-context'))).click();
      await window.press('v', KEYS.control);
      const wanted = [header.slice(0, 2), ...late.slice(0, 2).map(({ cells }) => cells.slice(0, 2))];
      const pasted = () => window.script('return document.querySelector("[data-testid=dataset-context]").value');
      await until(async () => (await pasted()) === wanted.map((row) => row.join('\t')).join('\n'), {
        what: 'the copied cells in a field',
      });
    });

    await step('the rows are as they were after a look elsewhere, and all of them come back', async () => {
      await window.click(page.tab('rows'));
      await window.get(page.byId('filter-chip'));
      await window.click(page.byId('grid-clear'));
      await until(async () => (await window.text(page.byId('grid-count'))) === `${inEnglish(FLIGHTS)} rows`, {
        what: 'all rows',
      });
    });

    await step('a hidden column stays hidden when the dataset is opened again', async () => {
      await clickHead(window, 'month', 'grid-menu');
      await window.click(page.byId('column-hide'));
      const second = async () => (await page.texts(window, `${page.byId('grid-header')} .name`))[1];
      await until(async () => (await second()) === 'day', { what: 'the column to go' });
      await window.click(page.byId('dataset-sql'));
      await window.get(page.byId('sql-summary'));
      await window.click(page.datasetRow('flights'));
      await window.get(page.byId('dataset-title'));
      await until(async () => (await second()) === 'day', { what: 'the column to be hidden still' });
    });
  });
});
