// The whole path: a real file dropped into the window, converted, asked about, answered, exported, and still there
// after the window was closed.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { withWindow } from './lib/app.mjs';
import { rows } from './lib/csv.mjs';
import { FLIGHTS, flightsCsv } from './lib/flights.mjs';
import { inEnglish } from './lib/numbers.mjs';
import * as page from './lib/page.mjs';
import { until } from './lib/until.mjs';

const QUESTION = 'How many flights left New York?';

/** The columns of flights.csv whose values are text; the rest but `time_hour` are whole numbers. */
const TEXT_COLUMNS = ['carrier', 'tailnum', 'origin', 'dest'];

/**
 * What a cell of flights.csv has to be in the exported file. `NA` is missing in a column of numbers, and text in a
 * column of text; a time with an offset becomes the same moment in UTC, without it.
 */
function exported(column, cell) {
  if (TEXT_COLUMNS.includes(column)) return cell;
  if (column === 'time_hour') return cell.replace(/Z$/, '');
  return cell === 'NA' ? null : cell;
}

/** Date and time with a space or a T between them are the same. */
const comparable = (column, cell) => (column === 'time_hour' && cell !== null ? cell.replace(' ', 'T') : cell);

test('a real file from the drop to the export', async (t) => {
  const source = flightsCsv();
  await withWindow(t, { aws: true }, async (computer, window, step) => {
    await step('a dropped file becomes a dataset', async () => {
      await window.get(page.DROP_ZONE);
      assert.equal(await computer.drop(source), 'accepted');
      await page.untilListed(window, 'flights', { seconds: 180 });
      assert.deepEqual(computer.inLibrary('incoming'), []);
      assert.equal(computer.inLibrary('datasets').length, 1);
    });

    await step('it shows its size, its columns and its first rows', async () => {
      await window.click(page.datasetRow('flights'));
      await until(async () => (await window.text(page.COUNTS)).includes(`${inEnglish(FLIGHTS)} rows`), {
        what: 'the number of rows',
      });
      assert.match(await window.text(page.COUNTS), /19 columns/);
      const first = await until(
        async () => {
          const cells = await page.gridRow(window, 0);
          return cells.length >= 4 && cells.every((cell) => cell !== '') && cells;
        },
        { what: 'the first row in the table' },
      );
      assert.deepEqual(first.slice(0, 4), ['2013', '1', '1', '517']);

      await window.click(page.tab('columns'));
      assert.match(await page.column(window, 'dep_time'), /BIGINT/);
      assert.match(await page.column(window, 'tailnum'), /VARCHAR/);
      assert.match(await page.column(window, 'time_hour'), /TIMESTAMP/);
    });

    await step('a question is answered with the number, its SQL and its table', async () => {
      await page.ask(window, QUESTION);
      const answer = await page.answer(window);
      assert.match(answer, new RegExp(`336[,.\\s]?776`));
      const [sql] = await page.texts(window, page.CHAT_SQL);
      assert.match(sql, /select count\(\*\)/i);
      const [table] = await page.texts(window, page.CHAT_TABLE);
      assert.match(table.replaceAll(/\D/g, ''), /336776/);
    });

    await step('the exported file has every cell of the dropped one', async () => {
      const target = computer.file('out.csv');
      await window.click(page.EXPORT_DATASET);
      await computer.screen.answerDialog(() => window.click(page.EXPORT_SAVE), target);
      await page.untilJob(window, { kind: 'export', name: 'out.csv', state: 'done' }, { seconds: 120 });
      compareCells(readFileSync(source, 'utf8'), readFileSync(target, 'utf8'));
    });

    await step('datasets and conversations are there after closing and opening', async () => {
      await computer.close();
      const reopened = await computer.open();
      await page.untilListed(reopened, 'flights');
      await page.openConversation(reopened, QUESTION);
      assert.match(await page.answer(reopened), /336[,.\s]?776/);
    });
  });
});

/** Compares two whole files cell by cell, each read by the tests' own reader. */
function compareCells(sourceText, exportedText) {
  const [source, result] = [rows(sourceText), rows(exportedText)];
  const header = source.next().value;
  assert.deepEqual(result.next().value, header);
  let count = 0;
  for (const wanted of source) {
    count++;
    const found = result.next().value;
    assert.ok(found, `row ${count} is missing`);
    assert.equal(found.length, header.length, `row ${count}`);
    for (let place = 0; place < header.length; place++) {
      const column = header[place];
      const expected = exported(column, wanted[place]);
      const cell = comparable(column, found[place]);
      if (cell !== expected) assert.fail(`row ${count}, ${column}: ${cell} instead of ${expected}`);
    }
  }
  assert.equal(count, FLIGHTS);
  assert.ok(result.next().done, 'there are more rows than the source has');
}
