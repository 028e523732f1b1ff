import { tableFromArrays, tableToIPC } from '@uwdata/flechette';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import * as api from '$lib/api';
import type {
  ChatEvent,
  DatasetSummary,
  ExportEvent,
  ExportStyle,
  FoundConversation,
  JobEvent,
  QueryResult,
  Reading,
} from '$lib/api';
import { Activity, ImportJob, type ExportRequest } from '$lib/state/activity.svelte';
import { NO_EXTRAS } from '$lib/chat/turns';
import * as written from '$lib/format';
import * as cells from '$lib/grid/shown';
import { Chat } from '$lib/state/chat.svelte';
import { library } from '$lib/state/library.svelte';
import { Preferences } from '$lib/state/settings.svelte';
import { quoteIdentifier, Sql } from '$lib/state/sql.svelte';
import { Toasts, toasts } from '$lib/state/toasts.svelte';

vi.mock('$lib/api', async () => ({ ...(await import('../mocked-api')).default }));

const core = vi.mocked(api);
const settled = () => new Promise((resolve) => setTimeout(resolve));

const dataset: DatasetSummary = {
  id: 'd1',
  generation: 1,
  name: 'flights',
  rows: 3,
  columns: 2,
  bytes: 10,
  source_bytes: 50,
  source_path: '/a/flights.csv',
  created: '2026-11-20T09:12:00Z',
  strays: 0,
  tags: [],
};
const AS_FOUND: Reading = { delimiter: null, quote: null, encoding: null, header: null, skip_rows: null, lines: null };
const progress: JobEvent = {
  type: 'progress',
  phase: 'converting',
  bytes_done: 25,
  bytes_total: 50,
  rows: 1,
  bytes_per_second: 10,
  seconds_left: 2.5,
};

beforeEach(() => {
  library.datasets = [];
  library.state = 'loading';
  library.show({ kind: 'welcome' });
  toasts.list = [];
  core.datasetsList.mockResolvedValue([dataset]);
});

describe('a conversion', () => {
  /** Drops a file, which is looked at, and gives the means to be its core. */
  async function drop(activity: Activity, path = '/a/flights.csv') {
    let emit: (event: JobEvent) => void = () => undefined;
    let take: (id: string) => void = () => undefined;
    core.importStart.mockImplementationOnce((_path, _table, _name, onEvent) => {
      emit = onEvent;
      return new Promise((resolve) => (take = resolve));
    });
    activity.addFiles([path]);
    const job = activity.jobs.at(-1) as ImportJob;
    await vi.waitFor(() => expect(core.importStart).toHaveBeenCalled());
    return { job, emit: (event: JobEvent) => emit(event), take: () => take('j1') };
  }

  it('shows how far it is, and its dataset when it is done', async () => {
    const activity = new Activity();
    const { job, emit, take } = await drop(activity);
    take();
    emit({ type: 'queued' });
    expect(job.state).toBe('queued');
    expect(job.share).toBeNull();
    emit(progress);
    expect(job).toMatchObject({ state: 'running', rows: 1, bytesPerSecond: 10, secondsLeft: 2.5 });
    expect(job.share).toBe(0.5);
    emit({ type: 'done', dataset });
    await settled();
    expect(job.state).toBe('done');
    expect(library.datasets).toEqual([dataset]);
    expect(library.view).toEqual({ kind: 'dataset', id: 'd1' });
  });

  it('does not take a person away from where they went meanwhile', async () => {
    const { emit } = await drop(new Activity());
    library.show({ kind: 'sql' });
    emit({ type: 'done', dataset });
    expect(library.view).toEqual({ kind: 'sql' });
  });

  it('is cancelled once, even before the core has taken it', async () => {
    const activity = new Activity();
    const { job, emit, take } = await drop(activity);
    await job.cancel();
    expect(job.state).toBe('cancelling');
    expect(core.importCancel).not.toHaveBeenCalled();
    take();
    await settled();
    expect(core.importCancel).toHaveBeenCalledExactlyOnceWith('j1');
    emit(progress);
    expect(job.state).toBe('cancelling');
    emit({ type: 'cancelled' });
    expect(job.state).toBe('cancelled');
    expect(library.datasets).toEqual([]);
  });

  it('that fails says why, stays to be seen, and can be tried again', async () => {
    const activity = new Activity();
    const { job, emit } = await drop(activity);
    emit({ type: 'failed', code: 'empty', message: 'The file is empty.' });
    expect(job).toMatchObject({ state: 'failed', error: { code: 'empty', message: 'The file is empty.' } });
    expect(activity.jobs).toHaveLength(1);
    activity.retry(job);
    await vi.waitFor(() => expect(core.importStart).toHaveBeenCalledTimes(2));
    expect(core.importStart.mock.lastCall?.[0]).toBe('/a/flights.csv');
  });

  it('that the core refuses is a failed one', async () => {
    core.importStart.mockRejectedValueOnce(new api.ApiError({ code: 'closing', message: 'The app is closing.' }));
    const activity = new Activity();
    activity.addFiles(['/a/x.csv']);
    await vi.waitFor(() =>
      expect(activity.jobs[0]).toMatchObject({ state: 'failed', error: { message: 'The app is closing.' } }),
    );
  });

  it('of a file that cannot be read says why, and the next file is converted', async () => {
    const failure = { code: 'empty_file', message: 'The file is empty.' };
    core.importLook.mockResolvedValueOnce([{ path: '/a/empty.csv', tables: [], failure }]);
    const activity = new Activity();
    activity.addFiles(['/a/empty.csv', '/a/next.csv']);
    await vi.waitFor(() => expect(core.importStart).toHaveBeenCalled());
    expect(activity.jobs[0]).toMatchObject({ state: 'failed', error: failure });
    expect(core.importStart.mock.lastCall?.slice(0, 3)).toEqual(['/a/next.csv', null, null]);
  });

  it('that is cancelled while the file is looked at never begins', async () => {
    const activity = new Activity();
    activity.addFiles(['/a/flights.csv']);
    const job = activity.jobs[0] as ImportJob;
    await job.cancel();
    await vi.waitFor(() => expect(job.state).toBe('cancelled'));
    expect(core.importStart).not.toHaveBeenCalled();
  });

  it('of a file of several tables waits for the person to choose', async () => {
    const activity = new Activity();
    activity.addFiles(['/a/book.xlsx']);
    await vi.waitFor(() => expect(activity.choices).toHaveLength(1));
    expect(activity.jobs).toEqual([]);
    const [choice] = activity.choices;
    const tables = choice?.kind === 'tables' ? choice.file.tables : [];
    activity.chosen();
    activity.addTables('/a/book.xlsx', tables.slice(1, 3));
    expect(activity.choices).toEqual([]);
    const asked = core.importStart.mock.calls.map(([path, table, name]) => [path, table?.number, name]);
    expect(asked).toEqual([
      ['/a/book.xlsx', 1, 'book - 2025'],
      ['/a/book.xlsx', 2, 'book - 2025'],
    ]);
    expect(activity.jobs.map((job) => job.name)).toEqual(['book.xlsx · 2025', 'book.xlsx · 2025 · Table 2']);
    activity.addTables('/a/book.xlsx', tables.slice(0, 1));
    expect(core.importStart.mock.lastCall?.[2]).toBeNull();
  });

  it('of several files of one shape waits for the person to decide', async () => {
    const activity = new Activity();
    const files = ['/a/sales-1.csv', '/a/staff.csv', '/a/sales-2.csv'];
    await activity.add(files);
    expect(activity.choices).toMatchObject([
      { kind: 'files', paths: ['/a/sales-1.csv', '/a/sales-2.csv'], others: ['/a/staff.csv'] },
    ]);
    expect(activity.jobs).toEqual([]);
    activity.combine(['/a/sales-1.csv', '/a/sales-2.csv'], 'All sales');
    expect(core.importCombine.mock.lastCall?.slice(0, 2)).toEqual([['/a/sales-1.csv', '/a/sales-2.csv'], 'All sales']);
    expect(activity.jobs.map((job) => job.name)).toEqual(['All sales']);
  });

  it('of a folder is one of its files, and what was left out is said', async () => {
    core.importFiles.mockResolvedValueOnce({
      files: ['/a/all/one.csv'],
      folder_name: 'all',
      left_out: [{ path: '/a/all/.hidden', why: 'it is hidden' }],
      left_out_count: 1,
    });
    const activity = new Activity();
    await activity.add(['/a/all']);
    await vi.waitFor(() => expect(core.importStart.mock.lastCall?.[0]).toBe('/a/all/one.csv'));
    expect(toasts.list).toMatchObject([{ title: '1 file was left out', detail: '“.hidden”: it is hidden.' }]);
  });

  it('of a folder without any table says so', async () => {
    core.importFiles.mockResolvedValueOnce({ files: [], folder_name: 'all', left_out: [], left_out_count: 0 });
    const activity = new Activity();
    await activity.add(['/a/all']);
    expect(activity.jobs[0]).toMatchObject({ name: 'all', state: 'failed', error: { code: 'empty_folder' } });
  });

  it('of a dataset once more shows its new rows', async () => {
    const old = { ...dataset, id: 'flights' };
    const read = { ...old, generation: 2, rows: 5 };
    library.datasets = [old];
    library.open('flights');
    await library.detail('flights');
    const activity = new Activity();
    core.importAgain.mockImplementationOnce((_id, _reading, onEvent) => {
      onEvent({ type: 'done', dataset: read });
      return Promise.resolve('j1');
    });
    core.datasetsList.mockResolvedValue([read]);
    activity.readAgain('flights', '/a/flights.csv', { ...AS_FOUND, delimiter: ';' });
    expect(core.importAgain.mock.lastCall?.slice(0, 2)).toEqual(['flights', { ...AS_FOUND, delimiter: ';' }]);
    expect(library.current).toMatchObject({ generation: 2, rows: 5 });
    expect(library.known('flights')).toBeUndefined();
  });
});

const style: ExportStyle = {
  format: 'csv',
  delimiter: ',',
  byte_order_mark: false,
  guards_formulas: false,
  audit: null,
};
const wanted: ExportRequest = {
  what: { kind: 'dataset', id: 'd1' },
  name: 'x',
  rows: 3,
  origin: { question: null, sql: null, dataset_ids: ['d1'] },
};

describe('an export', () => {
  it('does nothing when the dialog is dismissed', async () => {
    core.exportPick.mockResolvedValueOnce(null);
    const activity = new Activity();
    await activity.export({ ...wanted, name: 'a/b' }, style);
    expect(core.exportPick).toHaveBeenCalledWith('a_b.csv', 'csv');
    expect(activity.jobs).toEqual([]);
    expect(core.exportStart).not.toHaveBeenCalled();
  });

  it('counts its rows and tells where the file is', async () => {
    let emit: (event: ExportEvent) => void = () => undefined;
    core.exportPick.mockResolvedValueOnce('/a/out.csv');
    core.exportStart.mockImplementationOnce((_what, _path, _style, onEvent) => {
      emit = onEvent;
      return Promise.resolve('e1');
    });
    const activity = new Activity();
    await activity.export({ ...wanted, rows: 4 }, style);
    emit({ type: 'progress', rows: 1, bytes: 10 });
    expect(activity.jobs[0]).toMatchObject({ state: 'running', rows: 1 });
    expect(activity.jobs[0]?.share).toBe(0.25);
    emit({ type: 'done', rows: 4, bytes: 40, cut: 1, path: '/a/out.csv' });
    expect(toasts.list[0]).toMatchObject({ kind: 'good', title: 'Saved out.csv' });
    expect(toasts.list[0]?.detail).toContain('was cut there');
  });

  it('tells of a dialog that cannot be opened', async () => {
    core.exportPick.mockRejectedValueOnce(new api.ApiError({ code: 'dialog', message: 'No dialog can be opened.' }));
    await new Activity().export(wanted, style);
    expect(toasts.list[0]).toMatchObject({ kind: 'bad', detail: 'No dialog can be opened.' });
  });
});

describe('the library', () => {
  it('that cannot be read says why', async () => {
    core.datasetsList.mockRejectedValueOnce(new api.ApiError({ code: 'io', message: 'The disk is gone.' }));
    await library.load();
    expect(library).toMatchObject({ state: 'failed', error: 'The disk is gone.' });
    await library.load();
    expect(library.state).toBe('ready');
  });

  it('keeps what it showed when a later reading fails', async () => {
    await library.load();
    core.datasetsList.mockRejectedValueOnce(new api.ApiError({ code: 'io', message: 'The disk is gone.' }));
    await library.load();
    expect(library.datasets).toEqual([dataset]);
    expect(library.state).toBe('ready');
    expect(toasts.list[0]?.detail).toBe('The disk is gone.');
  });

  it('is looked through by names, tags and columns', async () => {
    const other = { ...dataset, id: 'd2', name: 'Sales', tags: ['money'] };
    library.datasets = [dataset, other];
    const found = () => library.found.map(({ id }) => id);
    core.datasetsWithColumn.mockResolvedValue(['d1']);
    library.search(' sal ');
    expect(found()).toEqual(['d2']);
    await vi.waitFor(() => expect(found()).toEqual(['d1', 'd2']));
    expect(core.datasetsWithColumn).toHaveBeenCalledExactlyOnceWith('sal');
    library.search('');
    library.tag = 'money';
    expect(found()).toEqual(['d2']);
    // A tag that nothing has any more hides nothing.
    library.datasets = [dataset];
    expect(found()).toEqual(['d1']);
    library.tag = null;
  });

  it('shows the same part of a dataset when it was read anew, and the rows of another', () => {
    library.open('d1');
    library.tab = 'receipt';
    library.open('d1');
    expect(library.tab).toBe('receipt');
    library.open('d2');
    expect(library.tab).toBe('rows');
  });

  it('leaves a dataset that was removed', async () => {
    await library.load();
    library.open('d1');
    core.datasetsList.mockResolvedValue([]);
    await library.remove(dataset);
    expect(library.view).toEqual({ kind: 'welcome' });
    expect(core.datasetRemove).toHaveBeenCalledWith('d1');
  });
});

describe('the SQL box', () => {
  const result: QueryResult = { result_id: 'r1', columns: [], rows: 1, seconds: 0.1 };

  it('quotes names', () => {
    expect(quoteIdentifier('a "b" c')).toBe('"a ""b"" c"');
  });

  it('lets go of its last result when there is another, but not of one that a conversation keeps', async () => {
    const sql = new Sql();
    sql.show('select 0', { ...result, result_id: 'kept' });
    core.queryRun.mockResolvedValueOnce(result).mockResolvedValueOnce({ ...result, result_id: 'r2' });
    await sql.run();
    expect(core.resultRelease).not.toHaveBeenCalled();
    await sql.run();
    expect(core.resultRelease).toHaveBeenCalledExactlyOnceWith('r1');
    expect(sql.result?.result_id).toBe('r2');
  });

  it('shows how a statement would run in place of its result, and does not remember it as run', async () => {
    const sql = new Sql();
    sql.text = 'select 1';
    const data = { explain_key: ['physical_plan'], explain_value: ['┌──┐\n│ SCAN │\n└──┘'] };
    core.queryRun.mockResolvedValueOnce({ ...result, result_id: 'plan' });
    core.resultPage.mockResolvedValueOnce(tableToIPC(tableFromArrays(data), { format: 'stream' }) ?? new Uint8Array());
    await sql.explain();
    expect(core.queryRun.mock.lastCall?.[1]).toBe('EXPLAIN select 1');
    expect(sql).toMatchObject({ busy: false, result: null, plan: '┌──┐\n│ SCAN │\n└──┘' });
    expect(core.resultRelease).toHaveBeenCalledExactlyOnceWith('plan');
    expect(sql.history).not.toContain('EXPLAIN select 1');
    core.queryRun.mockResolvedValueOnce(result);
    await sql.run();
    expect(sql).toMatchObject({ plan: null, ran: 'select 1' });
  });

  it('does not show how a statement would run over what was asked for meanwhile', async () => {
    const sql = new Sql();
    sql.text = 'select 1';
    let come: (bytes: Uint8Array) => void = () => undefined;
    core.queryRun.mockResolvedValueOnce({ ...result, result_id: 'plan' });
    core.resultPage.mockReturnValueOnce(new Promise((resolve) => (come = resolve)));
    const explained = sql.explain();
    await settled();
    sql.show('select 2', { ...result, result_id: 'kept' });
    come(tableToIPC(tableFromArrays({ k: ['a'], v: ['b'] }), { format: 'stream' }) ?? new Uint8Array());
    await explained;
    expect(sql).toMatchObject({ plan: null, ran: 'select 2', result: { result_id: 'kept' } });
    expect(core.resultRelease).toHaveBeenCalledExactlyOnceWith('plan');
  });

  it('shows an error in place of a result', async () => {
    const sql = new Sql();
    sql.text = 'drop table x';
    core.queryRun.mockRejectedValueOnce(new api.ApiError({ code: 'not_one_read', message: 'Only a read may run.' }));
    await sql.run();
    expect(sql).toMatchObject({ busy: false, result: null, error: { message: 'Only a read may run.' } });
  });

  it('runs one query at a time, cancels it, and runs nothing for an empty text', async () => {
    const sql = new Sql();
    await sql.run();
    expect(core.queryRun).not.toHaveBeenCalled();
    let stop: (why: unknown) => void = () => undefined;
    core.queryRun.mockReturnValueOnce(new Promise((_resolve, reject) => (stop = reject)));
    sql.text = 'select 1';
    const run = sql.run();
    void sql.run();
    expect(sql.busy).toBe(true);
    await sql.cancel();
    expect(core.queryCancel).toHaveBeenCalledWith(core.queryRun.mock.lastCall?.[2]);
    stop(new api.ApiError({ code: 'cancelled', message: 'Cancelled.' }));
    await run;
    expect(core.queryRun).toHaveBeenCalledTimes(1);
    expect(sql).toMatchObject({ busy: false, error: { code: 'cancelled' } });
  });

  it('lets go of a result that came after the person went on', async () => {
    const sql = new Sql();
    let come: (result: QueryResult) => void = () => undefined;
    core.queryRun.mockReturnValueOnce(new Promise((resolve) => (come = resolve)));
    sql.text = 'select slow';
    const run = sql.run();
    sql.show('select 1', { ...result, result_id: 'kept' });
    come(result);
    await run;
    expect(sql.result?.result_id).toBe('kept');
    expect(core.resultRelease).toHaveBeenCalledWith('r1');
  });
});

describe('a conversation', () => {
  /** Asks and gives the means to be its core. */
  function ask(chat: Chat, question = 'How many?') {
    let emit: (event: ChatEvent) => void = () => undefined;
    core.chatAsk.mockImplementationOnce((_id, _scope, _question, _request, onEvent) => {
      emit = onEvent;
      return Promise.resolve('c1');
    });
    void chat.ask(question);
    return { emit: (event: ChatEvent) => emit(event) };
  }
  const done: ChatEvent = {
    type: 'done',
    answer: {
      conversation_id: 'c1',
      text: 'Three.',
      steps: [],
      notes: [],
      message_id: 2,
      extras: NO_EXTRAS,
      ended: 'complete',
      usage: { model: 'm', input_tokens: 1, output_tokens: 1, cached_tokens: 0, requests: 1 },
    },
  };

  it('goes on under the id that the core gave it', async () => {
    await library.load();
    const chat = new Chat();
    const { emit } = ask(chat);
    expect(chat.busy).toBe(true);
    emit({ type: 'started', conversation_id: 'c1', question_id: 1 });
    emit({ type: 'text', delta: 'Thr' });
    emit(done);
    expect(chat.busy).toBe(false);
    expect(chat.turns).toMatchObject([{ text: 'How many?' }, { state: 'done', parts: [{ text: 'Three.' }] }]);
    ask(chat, 'And now?');
    expect(core.chatAsk.mock.lastCall?.slice(0, 3)).toEqual(['c1', ['d1'], 'And now?']);
  });

  it('shows text soon after it came', async () => {
    const chat = new Chat();
    const { emit } = ask(chat);
    emit({ type: 'text', delta: 'Thr' });
    emit({ type: 'text', delta: 'ee' });
    await vi.waitFor(() => expect(chat.turns[1]).toMatchObject({ parts: [{ text: 'Three' }] }));
  });

  it('takes one question at a time, and no empty one', async () => {
    const chat = new Chat();
    await chat.ask('  ');
    ask(chat);
    await chat.ask('Another?');
    expect(core.chatAsk).toHaveBeenCalledTimes(1);
  });

  it('shows why there is no answer', async () => {
    const chat = new Chat();
    core.chatAsk.mockRejectedValueOnce(new api.ApiError({ code: 'no_credentials', message: 'Set up a profile.' }));
    await chat.ask('How many?');
    expect(chat.busy).toBe(false);
    expect(chat.turns[1]).toMatchObject({ state: 'failed', error: { message: 'Set up a profile.' } });
  });

  it('stops what is under way, and is not disturbed by it after a new one began', async () => {
    const chat = new Chat();
    const { emit } = ask(chat);
    chat.fresh();
    await settled();
    expect(core.chatStop).toHaveBeenCalledWith(core.chatAsk.mock.lastCall?.[3]);
    emit(done);
    expect(chat.turns).toEqual([]);
  });

  it('asks an edited question in place of the former one and of what came after it', async () => {
    const chat = new Chat();
    const { emit } = ask(chat);
    emit({ type: 'started', conversation_id: 'c1', question_id: 7 });
    emit(done);
    const meant = { word: 'Acme', column: 'name', values: ['ACME Ltd.'] };
    core.chatAsk.mockResolvedValueOnce('c1');
    void chat.askFrom(0, 'How many of Acme?', [{ dataset: 'flights', meant }]);
    expect(core.chatAsk.mock.lastCall?.[2]).toBe('How many of Acme?');
    expect(core.chatAsk.mock.lastCall?.[5]).toEqual({ matches: [{ dataset: 'flights', meant }], fromMessage: 7 });
    expect(chat.turns).toMatchObject([{ text: 'How many of Acme?' }, { state: 'waiting' }]);
  });

  it('answers a suggested question without asking any model', async () => {
    const chat = new Chat();
    await chat.run({ question: 'Which?', sql: 'select 1', chart: null, datasetIds: ['flights'] });
    expect(core.chatAsk).not.toHaveBeenCalled();
    expect(chat.conversationId).toBe('c1');
    expect(chat.busy).toBe(false);
    expect(chat.turns).toMatchObject([
      { text: 'Which?', messageId: 5 },
      { state: 'done', messageId: 6, usage: { requests: 0 } },
    ]);
  });

  it('runs a step anew, and what came after the answer goes', async () => {
    const chat = new Chat();
    const known = { question: 'Which?', sql: 'select 1', chart: null, datasetIds: ['flights'] };
    await chat.run(known);
    await chat.run(known);
    await chat.rerun(1, 1, 'select 2');
    expect(core.chatRerun.mock.lastCall?.slice(0, 4)).toEqual(['c1', 6, 1, 'select 2']);
    expect(chat.turns).toHaveLength(2);
    expect(chat.busy).toBe(false);
  });

  it('tells the core what the person allowed, once', async () => {
    const chat = new Chat();
    const { emit } = ask(chat);
    emit({ type: 'confirm', sql: 'select 1', payload: null });
    expect(chat.turns[1]).toMatchObject({ pending: { kind: 'sql', text: 'select 1' } });
    await chat.confirm(false);
    expect(core.chatConfirm).toHaveBeenCalledWith(core.chatAsk.mock.lastCall?.[3], false);
    expect(chat.turns[1]).toMatchObject({ pending: null, state: 'streaming' });
  });

  it('shows only the newest of two searches', async () => {
    const chat = new Chat();
    let late: (found: FoundConversation[]) => void = () => undefined;
    core.conversationsSearch.mockReturnValueOnce(new Promise((resolve) => (late = resolve)));
    const first = chat.search('a');
    await chat.search('late');
    late([]);
    await first;
    expect(chat.found?.map((each) => each.conversation.id)).toEqual(['c1']);
    await chat.search(' ');
    expect(chat.found).toBeNull();
  });

  it('adds up the tokens of its answers', () => {
    const chat = new Chat();
    ask(chat).emit(done);
    ask(chat).emit(done);
    expect(chat.tokens).toEqual({ input: 2, output: 2 });
  });

  it('that was kept can be opened again', async () => {
    const chat = new Chat();
    await chat.loadConversations();
    const [first] = chat.conversations;
    if (first === undefined) throw new Error('the fake has none');
    await chat.open(first);
    expect(chat.conversationId).toBe(first.id);
    expect(chat.turns.map((turn) => turn.role)).toEqual(['user', 'assistant']);
  });
});

describe('settings', () => {
  it('forget what a test said, and the model, when the profile changes', async () => {
    const preferences = new Preferences();
    await preferences.test();
    expect(preferences.status?.account).toBe('123456789012');
    await preferences.set({ model: 'm' });
    expect(preferences.status).not.toBeNull();
    await preferences.set({ profile: 'other' });
    expect(preferences.status).toBeNull();
    expect(core.settingsSet.mock.lastCall?.[0]).toEqual({ profile: 'other', region: null, model: null });
  });

  it('show why a connection failed', async () => {
    const preferences = new Preferences();
    await preferences.set({ profile: 'analytics-sso' });
    await preferences.test();
    expect(preferences.failure?.message).toContain('aws sso login --profile analytics-sso');
    expect(preferences.testing).toBe(false);
  });

  it('that cannot be kept are put back', async () => {
    core.settingsSet.mockRejectedValueOnce(new api.ApiError({ code: 'io', message: 'The disk is full.' }));
    const preferences = new Preferences();
    await preferences.set({ region: 'eu-west-1' });
    expect(preferences.values.region).toBeNull();
    expect(toasts.list[0]?.detail).toBe('The disk is full.');
  });
});

describe('numbers and dates', () => {
  it('are written as the person chose, and as the computer does where that is unknown', async () => {
    const preferences = new Preferences();
    await preferences.setAppearance({ locale: 'de-DE' });
    expect([written.format.count(1_234_567), cells.shown.number('1234.5', true)]).toEqual(['1.234.567', '1.234,5']);
    await preferences.setAppearance({ locale: 'a-' });
    expect(written.format.count(1_234_567)).toBe('1,234,567');
    core.appearanceSet.mockRejectedValueOnce(new api.ApiError({ code: 'io', message: 'The disk is full.' }));
    await preferences.setAppearance({ locale: 'de-DE' });
    expect(written.format.count(1_234_567)).toBe('1,234,567');
  });
});

describe('messages', () => {
  it('are shown once, and not too many of them', () => {
    const list = new Toasts();
    list.bad('same');
    list.bad('same');
    expect(list.list).toHaveLength(1);
    for (let index = 0; index < 9; index += 1) list.bad(`other ${index}`);
    expect(list.list).toHaveLength(4);
    list.dismiss(list.list[0]?.id ?? 0);
    expect(list.list).toHaveLength(3);
  });
});
