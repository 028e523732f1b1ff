// An answer of a model: what was looked up, the figures that were found in its result and the one that was not, the chart,
// and the SQL that a person changes.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import { withWindow } from './lib/app.mjs';
import * as page from './lib/page.mjs';
import { until } from './lib/until.mjs';

const ORDERS = `customer,amount
ACME Ltd.,10.50
ACME Ltd.,20.00
Acme Inc,12.25
Globex,7.00
Globex,8.00
Initech,1.00
`;
const QUESTION = 'How much did Acme spend?';
const SQL = `SELECT customer, sum(amount) AS total FROM orders WHERE customer IN ('ACME Ltd.', 'Acme Inc') GROUP BY 1 ORDER BY 2 DESC`;
// The model says a number that nobody can know, and keeps to it when it is asked to correct it.
const TEXT = 'Acme spent **42.75**: ACME Ltd. 30.50 and Acme Inc 12.25, in 97 orders.';

const reply = (...parts) => ({ type: 'reply', parts });
const SCRIPT = {
  turns: [
    reply({ tool: { name: 'find_values', input: { words: ['Acme'] } } }),
    reply({ tool: { name: 'run_sql', input: { sql: SQL } } }),
    reply(
      { text: TEXT },
      {
        tool: {
          name: 'show_chart',
          input: { result: 'r2', kind: 'bar', x: { field: 'customer' }, y: { field: 'total' } },
        },
      },
      { tool: { name: 'final_answer', input: { result: 'r2' } } },
    ),
    reply({ text: TEXT }),
  ],
};

test('an answer that can be checked', async (t) => {
  await withWindow(t, { aws: true, script: SCRIPT }, async (computer, window, step) => {
    await window.get(page.DROP_ZONE);
    await computer.drop(computer.file('orders.csv', ORDERS));
    await page.untilListed(window, 'orders');

    await step('the words, the table, the chart and the SQL are there', async () => {
      await page.ask(window, QUESTION);
      const answer = await page.answer(window);
      assert.match(answer, /Acme spent 42\.75/);
      const [table] = await page.texts(window, page.CHAT_TABLE);
      assert.match(table, /ACME Ltd\..*30\.50/s);
      const [sql] = await page.texts(window, page.CHAT_SQL);
      assert.equal(sql, SQL);
      assert.equal((await window.all(`${page.CHAT_CHART} rect`)).length, 2);
    });

    await step('the chart is saved as a picture', async () => {
      const png = computer.file('chart.png');
      await computer.screen.answerDialog(() => window.click(page.byId('chart-png')), png);
      await until(() => existsSync(png), { what: 'the picture' });
      const bytes = readFileSync(png);
      assert.equal(bytes.toString('latin1', 1, 4), 'PNG');
      // Its width and height stand in the first chunk.
      const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
      const shown = await window.script(
        `const { width, height } = document.querySelector(arguments[0]).getBoundingClientRect(); return { width, height };`,
        `${page.CHAT_CHART} svg.plot, ${page.CHAT_CHART} svg`,
      );
      const wanted = `at least twice ${JSON.stringify(shown)}`;
      assert.ok(
        width >= 2 * Math.floor(shown.width) && height >= 2 * Math.floor(shown.height),
        `${width} × ${height}, ${wanted}`,
      );
      const svg = computer.file('chart.svg');
      await computer.screen.answerDialog(() => window.click(page.byId('chart-svg')), svg);
      await until(() => existsSync(svg), { what: 'the drawing' });
      assert.match(readFileSync(svg, 'utf8'), /^<svg [^]*ACME Ltd\.[^]*<\/svg>$/);
      assert.doesNotMatch(readFileSync(svg, 'utf8'), /var\(|<script/);
    });

    await step('a figure leads to its cell', async () => {
      await window.click(await page.figure(window, '30.50'));
      assert.deepEqual(await page.texts(window, page.MARKED_CELL).then((all) => all.map((each) => each.trim())), [
        '30.50',
      ]);
      assert.match(await window.text(page.FIGURE_EXPLAINED), /row 1 of total/);
      // What is the sum of two cells leads to both.
      await window.click(await page.figure(window, '42.75'));
      assert.equal((await window.all(page.MARKED_CELL)).length, 2);
      await window.click(await page.figure(window, '42.75'));
    });

    await step('the figure that is in no result is marked, and only that', async () => {
      assert.deepEqual(await page.texts(window, page.DOUBTFUL_FIGURE), ['97']);
      assert.match(await window.text(page.DOUBTFUL), /One figure/);
      await window.click(await page.figure(window, '97'));
      assert.match(await window.text(page.FIGURE_EXPLAINED), /was not found/);
    });

    await step('a chip says what a word was taken to mean', async () => {
      assert.match(await window.text(page.CHIP), /Acme matched 2 spellings \(3 rows\)/);
    });

    await step('what was sent can be read', async () => {
      await window.click(page.SENT);
      const rows = await until(
        async () => {
          const found = await page.texts(window, page.LEDGER_ROW);
          return found.length > 0 && found;
        },
        { what: 'the requests' },
      );
      assert.equal(rows.length, 4);
      assert.match(rows[0], /How much did Acme spend\?/);
      await window.click(page.closeDialog('ledger'));
    });

    await step('changed SQL runs, and the figures that no longer hold are marked', async () => {
      await window.script('document.querySelector(arguments[0]).closest("details").open = true', page.CHAT_SQL);
      await window.click(page.EDIT_SQL);
      await window.fill(page.SQL_EDITOR, SQL.replace("'ACME Ltd.', ", ''));
      await window.click(page.RERUN);
      await until(async () => (await page.texts(window, page.DOUBTFUL_FIGURE)).includes('30.50'), {
        what: 'the figure 30.50 to be marked',
      });
      const marked = await page.texts(window, page.DOUBTFUL_FIGURE);
      assert.ok(!marked.includes('12.25'), `12.25 still holds: ${marked}`);
    });
  });
});
