// Everything but questions in own words works without an AWS profile.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import { withWindow } from './lib/app.mjs';
import * as page from './lib/page.mjs';

const SALES = 'city,amount\nOslo,10.50\nRome,2.25\nOslo,4.00\n';

test('without an AWS profile', async (t) => {
  await withWindow(t, { aws: false }, async (computer, window, step) => {
    await window.get(page.DROP_ZONE);
    await computer.drop(computer.file('sales.csv', SALES));
    await page.untilListed(window, 'sales');

    await step('one panel says what to do', async () => {
      await page.openChat(window);
      assert.match(await (await window.get(page.NO_AWS)).text(), /aws configure sso/);
    });

    await step('a suggested question is answered with a table and a chart', async () => {
      await window.click(page.SUGGESTION);
      await page.answer(window);
      assert.match(await window.text(page.CHAT_LOCAL), /Nothing was sent/);
      const [table] = await page.texts(window, page.CHAT_TABLE);
      assert.match(table, /Oslo.*14\.50.*Rome.*2\.25/s);
      assert.equal((await window.all(`${page.CHAT_CHART} rect`)).length, 2);
    });

    await step('a query gives its rows', async () => {
      await page.runSql(window, 'select city, sum(amount) as total from "sales" group by city order by city');
      await page.untilRows(window, [
        ['Oslo', '14.50'],
        ['Rome', '2.25'],
      ]);
    });

    await step('its result can be exported', async () => {
      const target = computer.file('totals.csv');
      await window.click(page.EXPORT_RESULT);
      await window.click(page.byId('export-audit'));
      await computer.screen.answerDialog(() => window.click(page.EXPORT_SAVE), target);
      await page.untilJob(window, { kind: 'export', name: 'totals.csv', state: 'done' });
      assert.equal(readFileSync(target, 'utf8'), 'city,total\nOslo,14.50\nRome,2.25\n');
      assert.match(readFileSync(`${target}.audit.md`, 'utf8'), /## SQL[^]*## Dataset sales[^]*BLAKE3/);
    });

    await step('a query that would write is refused in one sentence and changes nothing', async () => {
      const target = computer.file('stolen.csv');
      await page.runSql(window, `copy "sales" to '${target}'`);
      const why = await page.sqlError(window);
      t.diagnostic(why);
      assert.match(why, /\S.{10,400}/);
      assert.doesNotMatch(why, /panick|unwrap|Error\(/i);
      assert.ok(!existsSync(target));
    });

    await step('a query that reads another file is refused', async () => {
      await page.runSql(window, `select * from read_text('/etc/passwd')`);
      const why = await page.sqlError(window);
      t.diagnostic(why);
      assert.doesNotMatch(why, /root:/);
    });
  });
});
