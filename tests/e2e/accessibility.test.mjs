// Every screen can be used by everybody: axe-core finds nothing in either theme, text of twice the size is not cut off, and
// whoever wants no motion gets none.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';

import { withWindow } from './lib/app.mjs';
import * as page from './lib/page.mjs';
import { EMPTY, FURNISHED, Tour, script } from './lib/tour.mjs';
import { until } from './lib/until.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core has against what the window shows: a line for each thing, with what it is about. */
async function faults(window) {
  if (!(await window.script('return typeof axe === "object"'))) await window.script(AXE);
  return window.wait(
    // Styles are looked at as they are computed: the page may fetch nothing, not even its own style sheets.
    `const done = arguments[arguments.length - 1];
     axe.run(document, { preload: false, resultTypes: ['violations'] }).then(
       ({ violations }) => done(violations.flatMap(({ id, help, nodes }) =>
         nodes.map((node) => [id, help, node.target.join(' '), node.any[0]?.message ?? ''].join(' | ')))),
       (error) => done([String(error)]));`,
  );
}

/**
 * Words that are cut off where nothing says so: not those that end in an ellipsis, and not those that one can scroll to.
 * With them what sticks out of the window.
 */
const cutOff = (window) =>
  window.script(`
    const found = [];
    const name = (element) => element.tagName.toLowerCase() + '.' + [...element.classList].filter((each) => !each.startsWith('svelte-')).join('.')
      + (element.dataset.testid ? '#' + element.dataset.testid : '') + ' ' + JSON.stringify(element.textContent.trim().slice(0, 40));
    for (const element of document.querySelectorAll('body *')) {
      if (element.closest('svg, .unseen, option, [inert], .cm-editor') || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== '');
      if (!own) continue;
      const range = document.createRange();
      range.selectNodeContents(element);
      const text = range.getBoundingClientRect();
      if (text.width === 0) continue;
      for (let box = element; box && box !== document.body; box = box.parentElement) {
        const style = getComputedStyle(box);
        const rect = box.getBoundingClientRect();
        const said = style.textOverflow === 'ellipsis';
        const across = style.overflowX !== 'visible';
        const down = style.overflowY !== 'visible';
        if (across || down) {
          const scrolls = /auto|scroll/;
          if (across && !said && !scrolls.test(style.overflowX) && (text.right > rect.right + 1.5 || text.left < rect.left - 1.5)) found.push('across: ' + name(element) + ' in ' + name(box));
          if (down && !scrolls.test(style.overflowY) && (text.bottom > rect.bottom + 3 || text.top < rect.top - 3)) found.push('down: ' + name(element) + ' in ' + name(box));
          if (said || scrolls.test(style.overflowX) || scrolls.test(style.overflowY)) break;
        }
        if (style.position === 'fixed') break;
      }
      const control = element.closest('button, a, input, select, textarea');
      const scrolled = element.closest('[role=grid], .turns, .body, .names, .receipt, .notes, .columns, .table, .datasets, .welcome, .jobs');
      if (control && !scrolled && (text.right > innerWidth + 1 || text.bottom > innerHeight + 1)) found.push('outside: ' + name(control));
    }
    return [...new Set(found)];
  `);

/** Shows one screen after the other and collects what is said against them. */
async function collect(tour, stops, themes, look) {
  const found = [];
  for (const stop of stops) {
    await stop.show(tour);
    for (const theme of themes) {
      if (theme !== null) await tour.theme(theme);
      await tour.settle();
      for (const line of await look(tour.window))
        found.push(`${stop.name}${theme === null ? '' : ` (${theme})`}: ${line}`);
    }
    await stop.leave?.(tour);
  }
  return found;
}

const nothing = (found) => assert.deepEqual(found, [], found.join('\n'));

/** The screens on which people spend their day. */
const MAIN = [
  'rows',
  'columns',
  'receipt',
  'notes',
  'answer',
  'suggestions',
  'sql',
  'export',
  'settings',
  'palette',
  'help',
];

test('everybody can use every screen', async (t) => {
  await withWindow(t, { aws: true, script: script(1) }, async (computer, window, step) => {
    const tour = new Tour(computer);
    await step('without data and without AWS', async () => {
      await computer.close();
      computer.signIn(false);
      await computer.open();
      nothing(await collect(tour, EMPTY, ['light', 'dark'], faults));
    });

    await step('with data, light and dark', async () => {
      await computer.close();
      computer.signIn(true);
      await computer.open();
      await tour.furnish();
      nothing(await collect(tour, FURNISHED, ['light', 'dark'], faults));
    });

    await step('in the smallest window', async () => {
      await tour.resize({ width: 900, height: 600 });
      const stops = FURNISHED.filter(({ name }) => MAIN.includes(name));
      nothing(
        await collect(tour, stops, ['light'], async () => [
          ...(await faults(tour.window)),
          ...(await cutOff(tour.window)),
        ]),
      );
    });

    await step('with text of twice the size', async () => {
      await tour.resize({ width: 1280, height: 800 });
      await tour.textSize(200);
      assert.equal(await tour.window.script('return getComputedStyle(document.documentElement).fontSize'), '32px');
      const stops = FURNISHED.filter(({ name }) => MAIN.includes(name));
      nothing(
        await collect(tour, stops, [null], async () => [
          ...(await faults(tour.window)),
          ...(await cutOff(tour.window)),
        ]),
      );
      await tour.textSize(100);
    });
  });
});

test('whoever wants no motion gets none', async (t) => {
  await withWindow(t, { aws: true, script: script(1) }, async (computer, window, step) => {
    const settings = join(computer.home, 'config', 'gtk-3.0');
    mkdirSync(settings, { recursive: true });
    writeFileSync(join(settings, 'settings.ini'), '[Settings]\ngtk-enable-animations=0\n');
    await computer.close();
    const still = await computer.open();
    await still.get(page.DROP_ZONE);
    await until(() => still.script('return matchMedia("(prefers-reduced-motion: reduce)").matches'), {
      what: 'the wish for no motion to be known',
    });

    await step('nothing moves that has come to rest, and nothing takes time to come', async () => {
      // Every rule of the style sheets that moves something, as it holds for an element of its kind.
      const moving = () =>
        still.script(`
          return document.getAnimations().map((each) => each.animationName ?? each.transitionProperty)
            .filter((name) => name !== undefined);
        `);
      await still.script(`
        window.moved = [];
        for (const kind of ['animationstart', 'transitionstart'])
          document.addEventListener(kind, (event) => {
            const style = getComputedStyle(event.target);
            const time = kind === 'animationstart' ? style.animationDuration : style.transitionDuration;
            const longest = Math.max(...time.split(',').map((each) => parseFloat(each) * (each.trim().endsWith('ms') ? 1 : 1000)));
            if (longest > 10) window.moved.push([kind, event.animationName ?? event.propertyName, event.target.className, time].join(' '));
          });
      `);
      await computer.drop(computer.file('few.csv', 'city,amount\nOslo,1\nRome,2\n'));
      await page.untilListed(still, 'few');
      await still.click(page.byId('nav-settings'));
      await still.get(page.byId('settings-theme'));
      await still.click(page.closeDialog('settings'));
      await page.ask(still, 'Which one?');
      await still.get(page.byId('chat-answer'));
      await still.click(page.byId('nav-sql'));
      await page.runSql(still, 'select * from few');
      await page.untilRows(still, [
        ['Oslo', '1'],
        ['Rome', '2'],
      ]);
      assert.deepEqual(await still.script('return window.moved'), []);
      assert.deepEqual(await moving(), []);
    });
  });
});
