// A tour of the window: every screen there is, with data that makes it what a person would see. The pictures of the guide
// and the test of accessibility take it.

import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { flightsCsv } from './flights.mjs';
import * as page from './page.mjs';
import { until } from './until.mjs';
import { KEYS } from './webdriver.mjs';

const QUESTION = 'Which airlines were late most often from JFK?';
const OPEN_QUESTION = 'Which month was the best?';
const NOTES =
  'Every flight that left one of the three airports of New York in 2013. Delays are in minutes; a negative delay means early.';

const SQL = `SELECT carrier,
       count(*) AS flights,
       round(100.0 * count(*) FILTER (arr_delay > 15) / count(*), 1) AS late_percent
FROM flights
WHERE origin = 'JFK' AND arr_delay IS NOT NULL
GROUP BY carrier
ORDER BY late_percent DESC`;
const ANSWER =
  'From **JFK**, **MQ** was late most often: **27.3 %** of its 6,838 flights arrived more than a quarter of an hour late. ' +
  'EV follows with 26.8 %; the most punctual was **HA** with 12.6 %.';

const reply = (...parts) => ({ type: 'reply', parts });
const tool = (name, input) => ({ tool: { name, input } });

const DRAFT = reply(
  tool('write_context', {
    about:
      'Every flight that left one of the three airports of New York in 2013. One row is one departure; delays are in minutes.',
    columns: [
      { name: 'dep_delay', description: 'Minutes between the planned and the actual departure; negative when early.' },
      { name: 'arr_delay', description: 'Minutes between the planned and the actual arrival; negative when early.' },
      { name: 'tailnum', description: 'The registration of the aircraft.' },
    ],
  }),
);

/**
 * What the model says on the tour.
 * @param {number} times how often the tour is taken: a draft is asked for each time
 */
export const script = (times) => ({
  turns: [
    reply(tool('find_values', { words: ['JFK'] })),
    reply(tool('run_sql', { sql: SQL })),
    reply(
      { text: ANSWER },
      tool('show_chart', {
        result: 'r2',
        kind: 'bar',
        title: 'Flights from JFK that arrived late, in percent',
        x: { field: 'carrier', sort: '-y' },
        y: { field: 'late_percent' },
      }),
      tool('final_answer', {
        result: 'r2',
        matches: [{ word: 'JFK', dataset: 'flights', column: 'origin', values: ['JFK'] }],
        facts: [{ dataset: 'flights', fact: 'A flight is late when it arrives more than 15 minutes after its time.' }],
      }),
    ),
    reply(
      tool('ask_user', {
        question: 'What makes a month the best one for you?',
        options: ['The fewest late arrivals', 'The most flights', 'The shortest delays'],
      }),
    ),
    ...Array.from({ length: times }, () => DRAFT),
  ],
});

/** An export as an office sends it: titles above, a total below, decimal commas, and cells that are no amounts. */
function orders() {
  const customers = ['Müller & Söhne', 'Café Zürich', 'Acme Ltd.', 'Globex', 'Señor López', 'Initech'];
  const odd = { 41: 'see note 4', 230: 'tbd', 412: 'see note 4' };
  const two = (number) => String(number).padStart(2, '0');
  let total = 0;
  const lines = Array.from({ length: 640 }, (_, at) => {
    const cents = 1_900 + ((at * 7_919) % 250_000);
    total += at in odd ? 0 : cents;
    const day = `${two((at % 12) + 1)}/${two((Math.floor(at / 12) % 9) + 1)}/2025`;
    return [
      two(at + 1).padStart(5, '0'),
      customers[(at * 5) % 6],
      day,
      odd[at] ?? euros(cents),
      'open paid'.split(' ')[at % 2],
    ];
  });
  const text = [
    ['Orders of the shop'],
    ['Created on 30/09/2025'],
    [],
    ['Order', 'Customer', 'Placed', 'Amount', 'State'],
    ...lines,
    ['Total', '', '', euros(total), ''],
  ];
  return Buffer.from(text.map((cells) => `${cells.join(';')}\r\n`).join(''), 'latin1');
}

/** An amount as it is written in Germany. */
function euros(cents) {
  const whole = String(Math.floor(cents / 100)).replace(/\B(?=(\d{3})+$)/g, '.');
  return `${whole},${String(cents % 100).padStart(2, '0')}`;
}

/** A folder with a file for each month, one of which lacks a column. */
function monthly(computer) {
  const folder = computer.file('sales');
  mkdirSync(folder, { recursive: true });
  for (const month of [1, 2, 3, 4, 5, 6]) {
    const has = month !== 1;
    const rows = Array.from({ length: 40 }, (_, at) => {
      const cells = [
        `2025-0${month}-${String((at % 28) + 1).padStart(2, '0')}`,
        ['Oslo', 'Rome', 'Lima'][at % 3],
        at + month,
      ];
      return [...cells, `${(at * 3.5 + month).toFixed(2)}`, ...(has ? [`0.${at % 3}`] : [])].join(',');
    });
    writeFileSync(
      join(folder, `2025-0${month}.csv`),
      `day,city,pieces,amount${has ? ',discount' : ''}\n${rows.join('\n')}\n`,
    );
  }
  return folder;
}

const TWO_TABLES = `Inhabitants,,
city,country,people
Oslo,Norway,709037
Rome,Italy,2748109
Lima,Peru,10092000

Telephone codes,,
code,country,prefix
NO,Norway,47
IT,Italy,39
PE,Peru,51
NZ,New Zealand,64
`;

/** How many times over the flights are written to make a file whose conversion takes a while. */
const TIMES = 24;

/** What the tour is taken with: a computer, its files, and the window. */
export class Tour {
  constructor(computer) {
    this.computer = computer;
    this.files = {
      flights: flightsCsv(),
      orders: computer.file('orders 2025.csv', orders()),
      sales: monthly(computer),
      cities: computer.file('cities.csv', TWO_TABLES),
    };
  }

  get window() {
    return this.computer.window;
  }

  /** Brings in the data, asks the questions, and writes the notes. */
  async furnish() {
    const { computer, window, files } = this;
    await window.get(page.DROP_ZONE);
    await window.click(page.byId('try-sample'));
    await page.untilListed(window, 'wildlife strikes');
    await computer.drop(files.orders);
    await page.untilListed(window, 'orders 2025');
    await computer.drop(files.sales);
    await window.get(page.byId('files-dialog'));
    await window.click(page.byId('files-add'));
    await page.untilListed(window, 'sales');
    await computer.drop(files.flights);
    await page.untilListed(window, 'flights', { seconds: 180 });
    await window.click(page.datasetRow('flights'));
    await window.click(page.tab('notes'));
    await window.fill(page.byId('dataset-context'), NOTES);
    await window.click(page.tab('rows'));

    await page.ask(window, QUESTION);
    await page.answer(window);
    await window.click(page.byId('chat-new'));
    await page.ask(window, OPEN_QUESTION);
    await window.get(page.byId('chat-option'));
    await window.click(page.byId('chat-new'));

    const big = computer.file('flights of many years.csv', readFileSync(files.flights));
    const all = readFileSync(files.flights);
    const body = all.subarray(all.indexOf('\n') + 1);
    for (let copy = 1; copy < TIMES; copy++) appendFileSync(big, body);
    files.big = big;
    await this.quiet();
  }

  /** Waits until no work is listed and no message is shown. */
  async quiet() {
    const { window } = this;
    await until(
      async () => {
        await window.script(
          `for (const row of document.querySelectorAll('[data-testid="job-row"]:not([data-state="running"]) button:last-of-type, [data-testid="toast"] button:last-of-type')) row.click();`,
        );
        return (await window.all(`${page.job({})}, ${page.byId('toast')}`)).length === 0;
      },
      { what: 'nothing to be going on' },
    );
  }

  /** Opens a dataset at one of its tabs. */
  async open(name, tab) {
    await this.window.click(page.datasetRow(name));
    await until(async () => (await this.window.text(page.byId('dataset-title'))) === name, {
      what: `the dataset ${name}`,
    });
    await this.window.click(page.tab(tab));
  }

  /** Opens the rows of the flights. */
  async rows() {
    await this.open('flights', 'rows');
    await until(async () => (await page.gridRow(this.window, 0))[0] === '2013', { what: 'the first row' });
  }

  /** Closes the panel of questions where it lies over everything else. */
  async uncover() {
    if ((await this.window.all('aside.over')).length > 0) await this.window.click(page.byId('chat-close'));
  }

  /** Presses Escape and waits until a dialog is gone. */
  async escape(name) {
    await this.window.press(KEYS.escape);
    await until(async () => (await this.window.all(page.byId(name))).length === 0, { what: `${name} to be gone` });
  }

  /** Gives text a size in percent of the usual one, in the settings. */
  async textSize(percent) {
    await this.window.click(element('nav-settings'));
    await this.window.get(element('settings-text'));
    await this.window.script(
      `const select = document.querySelector(arguments[0]);
       select.value = arguments[1];
       select.dispatchEvent(new Event('change', { bubbles: true }));`,
      element('settings-text'),
      String(percent),
    );
    await this.escape('settings');
  }

  /** Makes the window light or dark, whatever is open in it. */
  async theme(theme) {
    await this.window.wait(
      `const done = arguments[arguments.length - 1];
       window.__TAURI_INTERNALS__.invoke('appearance_set', { appearance: { theme: arguments[0], text_percent: 100 } }).then(done);`,
      theme,
    );
    await until(
      () => this.window.script('return matchMedia("(prefers-color-scheme: " + arguments[0] + ")").matches', theme),
      { what: `a ${theme} window` },
    );
  }

  /** Gives the window a size and waits until its page has it. */
  async resize(size) {
    this.computer.screen.resize(size);
    this.computer.screen.away();
    await until(
      () =>
        this.window.script(
          'return innerWidth === arguments[0] && innerHeight === arguments[1]',
          size.width,
          size.height,
        ),
      { what: `a window of ${size.width} × ${size.height}` },
    );
  }

  /** Waits until what is shown stands still; `fully`, so that scroll bars that were shown for a moment are gone too. */
  async settle(fully = false) {
    await this.window.wait(
      `const done = arguments[arguments.length - 1];
       const endless = (animation) => animation.effect?.getComputedTiming().iterations === Infinity;
       Promise.all(document.getAnimations().filter((each) => !endless(each)).map((each) => each.finished.catch(() => {})))
         .then(() => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)), arguments[0]));`,
      fully ? 1300 : 150,
    );
  }
}

const element = (name) => page.byId(name);
const clickHead = (window, name, part) =>
  window.script(
    'document.querySelector(`[data-testid=grid-header][data-name="${arguments[0]}"] [data-testid=${arguments[1]}]`).click()',
    name,
    part,
  );

/** What stands in the table's foot when a filter holds. */
const COUNT = element('grid-count');

/**
 * A screen: how one comes to it, and how one leaves it again.
 * @typedef {{ name: string, show: (tour: Tour) => Promise<void>, leave?: (tour: Tour) => Promise<void> }} Stop
 */

/** Before there is anything: the window without data and without an AWS profile. @type {Stop[]} */
export const EMPTY = [
  {
    name: 'welcome',
    show: async ({ window }) => void (await window.get(page.DROP_ZONE)),
  },
  {
    name: 'no-aws',
    show: async ({ window }) => {
      await page.openChat(window);
      await window.get(page.NO_AWS);
    },
    leave: (tour) => tour.uncover(),
  },
];

/** What is held above the window is not let go of. */
export async function overlay(tour, look) {
  await tour.rows();
  await tour.computer.screen.drop([tour.files.sales, tour.files.orders], { x: 600, y: 400 }, async () => {
    await tour.window.get(element('drop-overlay'));
    await look();
    // Let go beside the window, it is dropped nowhere.
    tour.computer.screen.away();
  });
  await until(async () => (await tour.window.all(element('drop-overlay'))).length === 0, { what: 'the overlay to go' });
}

/** Once there is data. @type {Stop[]} */
export const FURNISHED = [
  { name: 'rows', show: (tour) => tour.rows() },
  {
    name: 'column',
    show: async (tour) => {
      const { window } = tour;
      await tour.rows();
      await clickHead(window, 'dep_delay', 'grid-sort');
      await clickHead(window, 'dep_delay', 'grid-sort');
      await clickHead(window, 'dep_delay', 'grid-menu');
      await window.click(element('column-filter-open'));
      await window.script(
        `const select = document.querySelector('[data-testid=filter-test]');
         select.value = 'greater';
         select.dispatchEvent(new Event('change', { bubbles: true }));`,
      );
      await window.fill(element('filter-value'), '60');
      await window.click(element('filter-apply'));
      await until(async () => / of /.test(await window.text(COUNT)), { what: 'fewer rows' });
      await until(async () => (await page.gridRow(window, 0))[5] === '1301', { what: 'the latest flight on top' });
      await clickHead(window, 'dep_delay', 'grid-menu');
      await window.get(element('histogram'));
    },
    leave: async ({ window }) => {
      await window.press(KEYS.escape);
      await window.click(element('grid-clear'));
    },
  },
  {
    name: 'filter',
    show: async (tour) => {
      const { window } = tour;
      await tour.rows();
      await clickHead(window, 'month', 'grid-menu');
      await window.click(element('column-filter-open'));
      await window.get(`${element('filter-values')} label`);
    },
    leave: (tour) => tour.escape('column-sheet'),
  },
  { name: 'columns', show: (tour) => tour.open('flights', 'columns') },
  { name: 'receipt', show: (tour) => tour.open('orders 2025', 'receipt') },
  {
    name: 'strays',
    show: async (tour) => {
      await tour.open('orders 2025', 'receipt');
      await tour.window.click(element('strays-show'));
      await tour.window.get(element('stray-text'));
      await until(async () => (await tour.window.all(`${element('strays-dialog')} [role="gridcell"]`)).length > 2, {
        what: 'the cells that did not fit',
      });
    },
    leave: (tour) => tour.escape('strays-dialog'),
  },
  {
    name: 'reading',
    show: async (tour) => {
      await tour.open('orders 2025', 'receipt');
      await tour.window.click(element('read-differently'));
      await tour.window.get(element('preview'));
    },
    leave: (tour) => tour.escape('reading-dialog'),
  },
  { name: 'notes', show: (tour) => tour.open('flights', 'notes') },
  {
    name: 'draft',
    show: async (tour) => {
      await tour.open('flights', 'notes');
      await tour.window.click(element('draft-open'));
      await tour.window.click(element('draft-send'));
      await tour.window.get(element('draft-about'));
    },
    leave: (tour) => tour.escape('draft-dialog'),
  },
  {
    name: 'answer',
    show: async (tour) => {
      await tour.rows();
      await page.openConversation(tour.window, QUESTION);
      await page.answer(tour.window);
      await tour.window.get(`${page.CHAT_CHART} rect`);
    },
    leave: (tour) => tour.uncover(),
  },
  {
    name: 'question-back',
    show: async (tour) => {
      await page.openConversation(tour.window, OPEN_QUESTION);
      await tour.window.get(element('chat-option'));
    },
    leave: (tour) => tour.uncover(),
  },
  {
    name: 'conversations',
    show: async (tour) => {
      await page.openChat(tour.window);
      await tour.window.click(element('chat-new'));
      await tour.window.click(element('chat-history'));
      await tour.window.get(element('conversation-row'));
    },
    leave: async (tour) => {
      await tour.window.click(element('chat-history'));
      await tour.uncover();
    },
  },
  {
    name: 'suggestions',
    show: async (tour) => {
      await tour.rows();
      await page.openChat(tour.window);
      await tour.window.click(element('chat-new'));
      await tour.window.get(page.SUGGESTION);
    },
    leave: (tour) => tour.uncover(),
  },
  {
    name: 'sql',
    show: async (tour) => {
      await page.runSql(
        tour.window,
        `select dest, count(*) as flights, round(avg(arr_delay), 1) as mean_delay from flights group by dest order by flights desc`,
      );
      await until(async () => /105/.test(await tour.window.text(element('sql-summary'))), { what: 'the result' });
      await until(async () => (await page.gridRow(tour.window, 0))[0] === 'ORD', { what: 'its first row' });
    },
  },
  {
    name: 'sql-error',
    show: async (tour) => {
      await page.runSql(tour.window, 'select carrier, avg(arrival_delay) from flights group by carrier');
      await tour.window.get(element('sql-error'));
    },
  },
  {
    name: 'export',
    show: async (tour) => {
      await tour.rows();
      await tour.window.click(page.EXPORT_DATASET);
      await tour.window.get(element('export-dialog'));
    },
    leave: (tour) => tour.escape('export-dialog'),
  },
  {
    name: 'settings',
    show: async (tour) => {
      await tour.window.click(element('nav-settings'));
      await tour.window.click(element('settings-test'));
      await tour.window.get(element('settings-connected'));
      await tour.window.script(`document.querySelector('[data-testid="settings"] .body').scrollTop = 0`);
    },
    leave: (tour) => tour.escape('settings'),
  },
  {
    name: 'settings-below',
    show: async (tour) => {
      await tour.window.click(element('nav-settings'));
      await tour.window.get(element('settings-theme'));
      await tour.window.script(`document.querySelector('[data-testid="settings"] .body').scrollTop = 1e6`);
    },
    leave: (tour) => tour.escape('settings'),
  },
  {
    name: 'ledger',
    show: async (tour) => {
      await tour.window.press('k', KEYS.control);
      await tour.window.fill(element('palette-input'), 'sent');
      await tour.window.press(KEYS.enter);
      await tour.window.get(page.LEDGER_ROW);
    },
    leave: (tour) => tour.escape('ledger'),
  },
  {
    name: 'palette',
    show: async (tour) => {
      await tour.window.press('k', KEYS.control);
      await tour.window.get(element('palette-command'));
    },
    leave: (tour) => tour.escape('palette'),
  },
  {
    name: 'help',
    show: async (tour) => {
      await tour.window.press('/', KEYS.control);
      await tour.window.get(element('help-text'));
    },
    leave: (tour) => tour.escape('help'),
  },
  {
    name: 'files',
    show: async (tour) => {
      await tour.rows();
      await tour.computer.drop(tour.files.sales);
      await tour.window.get(element('files-dialog'));
      tour.computer.screen.away();
    },
    leave: (tour) => tour.escape('files-dialog'),
  },
  {
    name: 'tables',
    show: async (tour) => {
      await tour.rows();
      await tour.computer.drop(tour.files.cities);
      await tour.window.get(`${element('tables-dialog')} ${element('preview')}`);
      tour.computer.screen.away();
    },
    leave: (tour) => tour.escape('tables-dialog'),
  },
  {
    name: 'importing',
    show: async (tour) => {
      await tour.rows();
      await tour.computer.drop(tour.files.big);
      await until(async () => /[1-9]/.test(await tour.window.text(page.JOB_ROWS)), {
        what: 'rows to be counted',
        every: 20,
      });
      tour.computer.screen.away();
    },
    leave: async (tour) => {
      if ((await tour.window.all(page.JOB_CANCEL)).length > 0) await tour.window.click(page.JOB_CANCEL);
      await tour.quiet();
    },
  },
];
