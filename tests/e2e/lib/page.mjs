// The parts of the window's page, and what a person does with them.

import { until } from './until.mjs';
import { KEYS } from './webdriver.mjs';

export const byId = (name) => `[data-testid="${name}"]`;
const attribute = (name, value) => (value === undefined ? '' : `[data-${name}=${JSON.stringify(value)}]`);

export const DROP_ZONE = byId('drop-zone');
export const CHOOSE_FILE = byId('choose-file');
export const COUNTS = byId('dataset-counts');
export const COLUMN_FILTER = byId('column-filter');
export const COLUMN_ROW = byId('column-row');
export const EXPORT_DATASET = byId('export-dataset');
export const EXPORT_RESULT = byId('export-result');
export const EXPORT_SAVE = byId('export-save');
export const JOB_BYTES = byId('job-bytes');
export const JOB_CANCEL = byId('job-cancel');
export const JOB_ERROR = byId('job-error');
export const JOB_ROWS = byId('job-rows');
export const NO_AWS = byId('no-aws');
export const CHAT_SQL = byId('chat-sql');
export const CHAT_TABLE = byId('chat-table');
export const CHAT_CHART = byId('chat-chart');
export const CHAT_LOCAL = byId('chat-local');
export const CHIP = byId('chat-match');
export const DOUBTFUL = byId('chat-doubtful');
export const DOUBTFUL_FIGURE = `${byId('chat-answer')} .doubtful`;
export const EDIT_SQL = byId('chat-edit-sql');
export const FIGURE_EXPLAINED = byId('chat-figure-explained');
export const LEDGER_ROW = byId('ledger-row');
export const MARKED_CELL = byId('chat-marked-cell');
export const RERUN = byId('chat-rerun');
export const SENT = byId('chat-sent');
export const SQL_EDITOR = byId('chat-sql-editor');
export const SUGGESTION = byId('chat-suggestion');

/** One of a dataset's tabs: rows, columns, receipt or notes. */
export const tab = (name) => byId(`tab-${name}`);

/** A dataset in the list, by its name. */
export const datasetRow = (name) => byId('dataset-row') + attribute('name', name);

/** A piece of work in the list, by its kind, its file's name and its state, as far as they are given. */
export const job = ({ kind, name, state }) =>
  byId('job-row') + attribute('kind', kind) + attribute('name', name) + attribute('state', state);

/** The texts of all elements that match, those that cannot be seen included. */
export const texts = (window, selector) =>
  window.script('return [...document.querySelectorAll(arguments[0])].map((each) => each.textContent)', selector);

/** The names of the datasets in the list. */
export const datasets = (window) =>
  window.script('return [...document.querySelectorAll(arguments[0])].map((each) => each.dataset.name)', datasetRow());

/** Waits until a dataset is in the list; a failed conversion of a file of that name ends the wait at once. */
export async function untilListed(window, name, { seconds = 60 } = {}) {
  await until(
    async () => {
      const failed = `${job({ kind: 'import', state: 'failed' })}[data-name^=${JSON.stringify(name)}]`;
      const failure = await window.text(`${failed} ${JOB_ERROR}`);
      if (failure) throw new Error(`a conversion failed: ${failure}`);
      return (await datasets(window)).includes(name);
    },
    { what: `the dataset ${name}`, seconds },
  );
}

/** Waits until a piece of work is in a state; one that failed instead ends the wait at once. */
export async function untilJob(window, { kind, name, state }, { seconds = 60 } = {}) {
  await until(
    async () => {
      if ((await window.all(job({ kind, name, state }))).length > 0) return true;
      const failure = await window.text(`${job({ kind, name, state: 'failed' })} ${JOB_ERROR}`);
      if (failure) throw new Error(`the ${kind} of ${name} failed: ${failure}`);
      return false;
    },
    { what: `the ${kind} of ${name} to be ${state}`, seconds, every: 30 },
  );
}

/** The cells of a row of the table that is shown, as they are shown; empty until its page has come. */
export const gridRow = (window, row) =>
  window.script(
    `return [...document.querySelectorAll('${byId('grid')} [role="gridcell"][data-row="' + arguments[0] + '"]')]
       .sort((a, b) => a.dataset.column - b.dataset.column)
       .map((cell) => cell.querySelector('.waiting') ? '' : cell.textContent.trim())`,
    row,
  );

/** Waits until the table shows exactly these rows. */
export async function untilRows(window, wanted) {
  let found;
  await until(
    async () => {
      const rows = [];
      for (let row = 0; row <= wanted.length; row++) rows.push(await gridRow(window, row));
      found = JSON.stringify(rows.filter((cells) => cells.length > 0));
      return found === JSON.stringify(wanted);
    },
    { what: `the rows ${JSON.stringify(wanted)}` },
  ).catch((error) => {
    throw new Error(`${error.message}; there were ${found}`);
  });
}

/** What the list of columns says about one of them. */
export async function column(window, name) {
  await window.fill(COLUMN_FILTER, name);
  const row = COLUMN_ROW + attribute('name', name);
  await window.get(row);
  return window.text(row);
}

/** Opens the panel of questions, unless it is open. */
export async function openChat(window) {
  const open = await until(
    async () => {
      if ((await window.all(byId('chat'))).length > 0) return 'already';
      return (await window.all(byId('chat-open'))).length > 0 && 'not yet';
    },
    { what: 'the panel of questions or the way to it' },
  );
  if (open === 'not yet') await window.click(byId('chat-open'));
  await window.get(byId('chat'));
}

/** Asks a question. */
export async function ask(window, question) {
  await openChat(window);
  await window.fill(byId('chat-input'), question);
  await window.click(byId('chat-send'));
}

/** The text of the newest answer, once it is complete. */
export async function answer(window, { seconds = 60 } = {}) {
  await until(
    async () => {
      const failure = await window.text(byId('chat-error'));
      if (failure) throw new Error(`there was no answer: ${failure}`);
      return (await window.all(byId('chat-answer') + attribute('state', 'done'))).length > 0;
    },
    { what: 'an answer', seconds },
  );
  return (await texts(window, byId('chat-answer'))).at(-1);
}

/** The selector of a figure in an answer, by its text. */
export async function figure(window, text) {
  const index = await window.script(
    `return [...document.querySelectorAll('${byId('chat-answer')} [data-figure]')]
       .find((each) => each.textContent === arguments[0])?.dataset.figure ?? null`,
    text,
  );
  if (index === null) throw new Error(`the answer has no figure ${text}`);
  return `${byId('chat-answer')} [data-figure="${index}"]`;
}

/** The button that closes a dialog. */
export const closeDialog = (name) => `${byId(name)} header button`;

/** Opens a conversation that was kept, by its title. */
export async function openConversation(window, title) {
  await openChat(window);
  await window.click(byId('chat-history'));
  await window.click(`${byId('conversation-row')}[title=${JSON.stringify(title)}]`);
}

/** Types a statement into the SQL box in place of what is there, and runs it with the keyboard. */
export async function runSql(window, statement) {
  const editor = `${byId('sql-editor')} .cm-content, .cm-editor .cm-content`;
  if ((await window.all(editor)).length === 0) await window.click(byId('nav-sql'));
  await window.fill(editor, statement);
  await (await window.get(editor)).type(`${KEYS.control}${KEYS.enter}${KEYS.control}`);
}

/** What the SQL box says against the statement that was run last. */
export const sqlError = async (window) => (await window.get(byId('sql-error'))).text();
