// What the window keeps of what a person knows: notes that the model drafted and the person changed, and a question whose SQL
// they trust.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { withWindow } from './lib/app.mjs';
import * as page from './lib/page.mjs';
import { until } from './lib/until.mjs';

const ORDERS = 'customer,amt\nAcme,10.50\nGlobex,7.00\n';
const SQL = 'SELECT sum(amt) AS total FROM orders';
const reply = (...parts) => ({ type: 'reply', parts });
const SCRIPT = {
  turns: [
    reply({
      tool: {
        name: 'write_context',
        input: {
          about: 'One row is one order.',
          columns: [{ name: 'amt', description: 'Probably the amount in euros.' }],
        },
      },
    }),
    reply({ tool: { name: 'run_sql', input: { sql: SQL } } }),
    reply({ text: 'All orders come to 17.50.' }),
  ],
};

test('what a person knows is kept', async (t) => {
  await withWindow(t, { aws: true, script: SCRIPT }, async (computer, window, step) => {
    await window.get(page.DROP_ZONE);
    await computer.drop(computer.file('orders.csv', ORDERS));
    await page.untilListed(window, 'orders');

    await step('a draft of the model is shown, changed and kept', async () => {
      await window.click(page.tab('notes'));
      await window.click(page.byId('draft-open'));
      await until(async () => (await page.texts(window, page.byId('draft-payload')))[0]?.includes('orders'), {
        what: 'what will be sent',
      });
      await window.click(page.byId('draft-send'));
      await window.get(page.byId('draft-about'));
      await window.fill(page.byId('draft-about'), 'One row is one order of the shop.');
      await window.click(page.byId('draft-keep'));
      const kept = () =>
        window.script('return document.querySelector(arguments[0])?.value', page.byId('dataset-context'));
      await until(async () => (await kept()) === 'One row is one order of the shop.', { what: 'the notes to be kept' });
    });

    await step('it goes with a question', async () => {
      await page.ask(window, 'How much in all?');
      assert.match(await page.answer(window), /17\.50/);
      await window.click(page.SENT);
      const [newest] = await until(
        async () => {
          const found = await page.texts(window, page.LEDGER_ROW);
          return found.length === 2 && found;
        },
        { what: 'the requests' },
      );
      assert.match(newest, /How much in all\?/);
      await window.click(page.LEDGER_ROW);
      await until(
        async () => {
          const [text] = await page.texts(window, page.byId('ledger'));
          return /One row is one order of the shop/.test(text ?? '') && /Probably the amount in euros/.test(text ?? '');
        },
        { what: 'the notes in what was sent' },
      );
      await window.click(page.closeDialog('ledger'));
    });

    await step('a question whose SQL is trusted is asked again without the model', async () => {
      await window.click(page.byId('chat-verify'));
      await window.click(page.byId('chat-new'));
      await window.click(page.byId('chat-verified'));
      await until(async () => (await window.all(page.CHAT_LOCAL)).length > 0, { what: 'an answer without the model' });
      const [table] = await page.texts(window, page.CHAT_TABLE);
      assert.match(table, /17\.50/);
    });
  });
});
