import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import * as api from '$lib/api';
import AnswerView from '$lib/chat/AnswerView.svelte';
import StepCard from '$lib/chat/StepCard.svelte';
import { NO_EXTRAS, waiting, type Step } from '$lib/chat/turns';
import ExportDialog from '$lib/export/ExportDialog.svelte';
import Grid from '$lib/grid/Grid.svelte';
import { activity, type ExportRequest } from '$lib/state/activity.svelte';
import { chat } from '$lib/state/chat.svelte';
import { libraryCopies } from '$lib/state/copies.svelte';
import { layout } from '$lib/state/layout.svelte';
import { library } from '$lib/state/library.svelte';
import { preferences } from '$lib/state/settings.svelte';
import { toasts } from '$lib/state/toasts.svelte';
import { shown } from './shown';

vi.mock('$lib/api', async () => ({ ...(await import('../mocked-api')).default }));

const core = vi.mocked(api);
const HOSTILE = '<img src=x onerror="globalThis.hit = true">';

beforeEach(() => {
  library.datasets = [];
  library.state = 'loading';
  library.show({ kind: 'welcome' });
  chat.fresh();
  chat.draft = '';
  activity.jobs = [];
  toasts.list = [];
  preferences.open = false;
  layout.ledger = null;
});

describe('the grid', () => {
  const columns = [
    { name: 'carrier', type: 'VARCHAR' },
    { name: HOSTILE, type: 'BIGINT' },
    { name: 'average_delay', type: 'DOUBLE' },
  ];
  const source = { key: 'r', rows: 6, page: (offset: number, limit: number) => api.resultPage('r', offset, limit) };

  it('tells a screen reader what it is and where things are', async () => {
    render(Grid, { source, columns, label: 'Rows of result' });
    const grid = screen.getByRole('grid', { name: 'Rows of result' });
    expect(grid).toHaveAttribute('aria-rowcount', '7');
    expect(grid).toHaveAttribute('aria-colcount', '4');
    await screen.findByText('UA', { selector: '[role="gridcell"]' });
    expect(within(grid).getAllByRole('columnheader')).toHaveLength(4);
    expect(within(grid).getAllByRole('row')).toHaveLength(7);
  });

  it('shows cells and headers as text, whatever is in them', async () => {
    render(Grid, { source, columns, label: 'x' });
    expect(await screen.findByText('<img src=x onerror=alert(1)>')).toBeInTheDocument();
    expect(screen.getByText(HOSTILE)).toBeInTheDocument();
    expect(document.querySelector('img')).toBeNull();
  });

  it('moves with the arrow keys and stays inside the table', async () => {
    render(Grid, { source, columns, label: 'x' });
    await screen.findByText('UA', { selector: '[role="gridcell"]' });
    const grid = screen.getByRole('grid');
    const active = () => grid.querySelector('[aria-selected="true"]');
    await fireEvent.keyDown(grid, { key: 'ArrowDown' });
    await fireEvent.keyDown(grid, { key: 'ArrowRight' });
    expect(active()).toHaveTextContent('54,635');
    expect(grid).toHaveAttribute('aria-activedescendant', active()?.id);
    await fireEvent.keyDown(grid, { key: 'End', ctrlKey: true });
    expect(active()).toHaveTextContent('10.55');
    await fireEvent.keyDown(grid, { key: 'ArrowDown' });
    expect(active()).toHaveTextContent('10.55');
    await fireEvent.keyDown(grid, { key: 'Home', ctrlKey: true });
    await fireEvent.keyDown(grid, { key: 'ArrowLeft' });
    expect(active()).toHaveTextContent('UA');
  });

  it('says that rows could not be read, and reads them again', async () => {
    core.resultPage.mockRejectedValueOnce(new api.ApiError({ code: 'io', message: 'The file is gone.' }));
    render(Grid, { source: { ...source, key: 'failing' }, columns, label: 'x' });
    expect(await screen.findByRole('alert')).toHaveTextContent('The file is gone.');
    await fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('UA', { selector: '[role="gridcell"]' })).toBeInTheDocument();
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('draws only what is on screen of ten thousand columns and any number of rows', async () => {
    const wide = Array.from({ length: 10_000 }, (_, index) => ({ name: `c${index}`, type: 'VARCHAR' }));
    const many = { key: 'many', rows: 12_000_000, page: () => new Promise<Uint8Array>(() => undefined) };
    render(Grid, { source: many, columns: wide, label: 'x' });
    expect(screen.getByRole('grid')).toHaveAttribute('aria-rowcount', '12000001');
    expect(screen.getByRole('grid').querySelectorAll('*').length).toBeLessThan(3_000);
  });
});

describe('an answer', () => {
  const step: Step = {
    step: 1,
    sql: `select '${HOSTILE}'`,
    state: 'done',
    resultId: 'r1',
    columns: [{ name: HOSTILE, type: 'VARCHAR' }],
    rows: 60,
    preview: [[HOSTILE], [null], ['']],
    reading: null,
    withheld: false,
    seconds: 0.01,
    error: '',
  };

  it('shows the table and the SQL of a query as text', () => {
    render(StepCard, { step, question: 'x', open: true });
    expect(screen.getByTestId('chat-sql')).toHaveTextContent(`select '${HOSTILE}'`);
    const cells = within(screen.getByTestId('chat-table')).getAllByRole('cell');
    expect(cells.map((cell) => cell.textContent?.trim())).toEqual([HOSTILE, 'null', '""']);
    expect(document.querySelector('img')).toBeNull();
    expect(screen.getByText('First 3 of 60')).toBeInTheDocument();
  });

  it('exports its table under the name of the question', async () => {
    render(StepCard, { step, question: 'Who is late?', open: true });
    await fireEvent.click(screen.getByTestId('chat-export'));
    const request = activity.exporting;
    expect(request).toMatchObject({ origin: { question: 'Who is late?', dataset_ids: [] } });
    render(ExportDialog, { request: request as ExportRequest });
    const dialog = await screen.findByTestId('export-dialog');
    await fireEvent.click(within(dialog).getByTestId('export-xlsx'));
    await fireEvent.click(within(dialog).getByTestId('export-audit'));
    await fireEvent.submit(dialog.querySelector('form') as HTMLElement);
    expect(activity.exporting).toBeNull();
    expect(core.exportPick.mock.lastCall).toEqual(['Who is late_.xlsx', 'xlsx']);
    await waitFor(() => expect(core.exportStart.mock.lastCall?.[0]).toEqual({ kind: 'result', result_id: 'r1' }));
    expect(core.exportStart.mock.lastCall?.[2]).toMatchObject({ format: 'xlsx', audit: request?.origin });
  });

  it('cannot be exported once its result is gone', () => {
    render(StepCard, { step: { ...step, resultId: null }, question: 'x', open: true });
    expect(screen.queryByTestId('chat-export')).toBeNull();
  });

  it('that was cut off keeps its text and says why', () => {
    render(AnswerView, {
      answer: {
        ...waiting(),
        state: 'failed',
        parts: [{ kind: 'text', text: `Half ${HOSTILE}` }],
        error: { code: 'stream_cut', message: 'It broke off.' },
      },
      question: 'x',
      index: 1,
      last: true,
    });
    expect(screen.getByText(/^Half/)).toBeInTheDocument();
    expect(screen.getByTestId('chat-error')).toHaveTextContent('It broke off.');
    expect(document.querySelector('img')).toBeNull();
  });
});

describe('an answer with figures', () => {
  async function answered() {
    await shown();
    await screen.findByTestId('dataset-title');
    const input = screen.getByTestId('chat-input');
    await fireEvent.input(input, { target: { value: 'Which carrier?' } });
    await fireEvent.keyDown(input, { key: 'Enter' });
    await waitFor(() => expect(screen.getByTestId('chat-answer')).toHaveAttribute('data-state', 'done'), {
      timeout: 3_000,
    });
  }

  it('shows the cell that a figure comes from', async () => {
    await answered();
    expect(screen.queryByTestId('chat-marked-cell')).toBeNull();
    await fireEvent.click(screen.getByRole('button', { name: '58,665' }));
    expect(screen.getByTestId('chat-marked-cell')).toHaveTextContent('58665');
    expect(screen.getByTestId('chat-figure-explained')).toHaveTextContent('row 1 of flights');
    await fireEvent.keyDown(screen.getByRole('button', { name: '58,665' }), { key: 'Enter' });
    expect(screen.queryByTestId('chat-marked-cell')).toBeNull();
  });

  it('says that a figure was found nowhere', async () => {
    await answered();
    expect(screen.getByTestId('chat-doubtful')).toHaveTextContent('One figure');
    const doubtful = screen.getByRole('button', { name: '31' });
    expect(doubtful).toHaveClass('doubtful');
    await fireEvent.click(doubtful);
    expect(screen.getByTestId('chat-figure-explained')).toHaveTextContent('was not found in any result');
  });

  it('says what a word was taken to mean, and asks again with less', async () => {
    await answered();
    await fireEvent.click(screen.getByTestId('chat-match'));
    await fireEvent.click(screen.getByRole('checkbox', { name: /UAX/ }));
    await fireEvent.click(screen.getByTestId('chat-match-ask'));
    const meant = { word: 'United', column: 'carrier', values: ['UA'] };
    expect(core.chatAsk.mock.lastCall?.[5]?.matches).toEqual([{ dataset: 'flights', meant }]);
  });

  it('runs edited SQL, and marks the figures that no longer hold', async () => {
    await answered();
    await fireEvent.click(screen.getByTestId('chat-edit-sql'));
    await fireEvent.input(screen.getByTestId('chat-sql-editor'), { target: { value: 'select 2' } });
    await fireEvent.click(screen.getByTestId('chat-rerun'));
    await waitFor(() => expect(screen.getByTestId('chat-doubtful')).toHaveTextContent('4 figures'));
    expect(screen.getByTestId('chat-sql')).toHaveTextContent('select 2');
  });

  it('that asks back is replied to with a ready answer', async () => {
    const clarification = { question: 'Net or gross?', options: ['Net', 'Gross'] };
    const answer = {
      ...waiting(),
      state: 'done' as const,
      parts: [{ kind: 'text' as const, text: clarification.question }],
      extras: { ...NO_EXTRAS, clarification },
    };
    render(AnswerView, { answer, question: 'How much?', index: 1, last: true });
    await fireEvent.click(screen.getByRole('button', { name: 'Gross' }));
    expect(core.chatAsk.mock.lastCall?.[2]).toBe('Gross');
  });

  it('with two readings shows the numbers of both, and the table of the one that is looked at', async () => {
    const one = (step: number, reading: string, value: string): Step => ({
      step,
      sql: `select ${value}`,
      reading,
      state: 'done',
      resultId: null,
      columns: [{ name: 'n', type: 'BIGINT' }],
      rows: 1,
      preview: [[value]],
      withheld: false,
      seconds: 0.01,
      error: '',
    });
    const steps = [one(1, 'net', '10'), one(2, 'gross', '12')];
    const answer = {
      ...waiting(),
      state: 'done' as const,
      parts: [...steps.map((step) => ({ kind: 'step' as const, step })), { kind: 'text' as const, text: '10 or 12.' }],
      extras: {
        ...NO_EXTRAS,
        readings: [
          { label: 'net', step: 1, fact: 'net is meant' },
          { label: 'gross', step: 2, fact: 'gross is meant' },
        ],
      },
    };
    render(AnswerView, { answer, question: 'How much?', index: 1, last: true });
    const [net, gross] = screen.getAllByTestId('chat-reading');
    expect(net).toHaveTextContent('net10');
    expect(gross).toHaveAttribute('aria-pressed', 'true');
    await fireEvent.click(net as HTMLElement);
    expect(within(screen.getAllByTestId('chat-table')[0] as HTMLElement).getByRole('cell')).toHaveTextContent('10');
  });

  it('keeps what was learned only when it is told to', async () => {
    await answered();
    expect(core.datasetSetFact).not.toHaveBeenCalled();
    await fireEvent.click(screen.getByTestId('chat-keep-fact'));
    const fact = 'A flight counts as late from 15 minutes on.';
    expect(core.datasetSetFact).toHaveBeenCalledWith('flights', fact, true);
  });

  it('leads to what was sent for it', async () => {
    await answered();
    await fireEvent.click(screen.getByTestId('chat-sent'));
    expect(await screen.findByTestId('ledger')).toBeInTheDocument();
    expect(core.ledgerList.mock.lastCall?.[1]).toMatchObject({ conversationId: 'c1' });
    await waitFor(() => expect(screen.getAllByTestId('ledger-row')[0]).toHaveTextContent('Which carrier is late'));
  });

  it('is answered on the computer where the question was suggested', async () => {
    core.awsProfiles.mockResolvedValueOnce([]);
    await shown();
    const [first] = await screen.findAllByTestId('chat-suggestion');
    await fireEvent.click(first as HTMLElement);
    expect(await screen.findByTestId('chat-local')).toHaveTextContent('Nothing was sent');
    expect(screen.getByTestId('chat-table')).toBeInTheDocument();
    expect(screen.getByTestId('chat-chart')).toBeInTheDocument();
    expect(core.chatAsk).not.toHaveBeenCalled();
  });
});

describe('what the person says about a dataset', () => {
  it('is kept as it is typed', async () => {
    await shown();
    await screen.findByTestId('dataset-title');
    await fireEvent.click(screen.getByTestId('tab-notes'));
    const context = screen.getByTestId('dataset-context');
    await fireEvent.input(context, { target: { value: 'Amounts are net.' } });
    await fireEvent.blur(context);
    expect(core.datasetSetContext).toHaveBeenCalledWith('flights', 'Amounts are net.');
    await fireEvent.change(screen.getByTestId('dataset-send'), { target: { value: 'schema' } });
    expect(core.datasetSetSend).toHaveBeenCalledWith('flights', 'schema');
  });

  it('may be drafted by the model, and is kept only as far as the person says', async () => {
    await shown();
    await screen.findByTestId('dataset-title');
    await fireEvent.click(screen.getByTestId('tab-notes'));
    const context = screen.getByTestId('dataset-context');
    await fireEvent.input(context, { target: { value: 'From the airport.' } });
    await fireEvent.click(screen.getByTestId('draft-open'));
    await waitFor(() => expect(screen.getByTestId('draft-payload')).toHaveTextContent('flights'));
    expect(core.datasetDraft).not.toHaveBeenCalled();
    await waitFor(() => expect(screen.getByTestId('draft-send')).toBeEnabled());
    await fireEvent.click(screen.getByTestId('draft-send'));
    expect(await screen.findByTestId('draft-about')).toHaveValue('One row is one flight that left New York.');
    await fireEvent.click(screen.getByRole('checkbox', { name: 'dep_delay' }));
    core.datasetSetColumn.mockClear();
    await fireEvent.submit(screen.getByTestId('draft-about').closest('form') as HTMLElement);
    await waitFor(() => expect(screen.queryByTestId('draft-dialog')).toBeNull());
    const text = 'From the airport.\n\nOne row is one flight that left New York.';
    expect(core.datasetSetContext).toHaveBeenLastCalledWith('flights', text);
    expect(context).toHaveValue(text);
    expect(core.datasetSetColumn).toHaveBeenCalledExactlyOnceWith(
      'flights',
      'carrier',
      'The airline, by its two-letter code.',
      null,
    );
  });

  it('says why there is no draft', async () => {
    core.datasetDraft.mockRejectedValueOnce(
      new api.ApiError({ code: 'access_denied', message: 'the model is not enabled' }),
    );
    await shown();
    await screen.findByTestId('dataset-title');
    await fireEvent.click(screen.getByTestId('tab-notes'));
    await fireEvent.click(screen.getByTestId('draft-open'));
    await waitFor(() => expect(screen.getByTestId('draft-send')).toBeEnabled());
    await fireEvent.click(screen.getByTestId('draft-send'));
    expect(await screen.findByText(/The model is not enabled/)).toBeInTheDocument();
    expect(screen.getByTestId('draft-send')).toBeEnabled();
  });

  it('holds a column back', async () => {
    await shown();
    await screen.findByTestId('dataset-title');
    await screen.findByRole('grid');
    await fireEvent.click(screen.getByTestId('tab-columns'));
    await fireEvent.click(screen.getAllByTestId('column-edit')[0] as HTMLElement);
    await fireEvent.click(screen.getByTestId('column-never-send'));
    await fireEvent.submit(screen.getByTestId('column-save').closest('dialog')?.querySelector('form') as HTMLElement);
    expect(core.datasetSetColumn).toHaveBeenCalledWith('flights', 'year', '', true);
    expect(await screen.findByTestId('column-never-sent')).toBeInTheDocument();
  });
});

describe('the window', () => {
  it('invites where the library is empty', async () => {
    core.datasetsList.mockResolvedValue([]);
    await shown();
    expect(await screen.findByTestId('drop-zone')).toBeInTheDocument();
    await fireEvent.click(screen.getByTestId('choose-file'));
    await waitFor(() => expect(core.importStart).toHaveBeenCalled());
    expect(await screen.findByTestId('job-row')).toHaveAttribute('data-name', 'taxi trips 2025 (all boroughs).csv');
  });

  it('says so where the library cannot be read', async () => {
    core.datasetsList.mockRejectedValueOnce(new api.ApiError({ code: 'io', message: 'The disk is gone.' }));
    await shown();
    expect(await screen.findByText('The disk is gone.')).toBeInTheDocument();
  });

  it('opens the newest dataset with its rows, columns and receipt', async () => {
    await shown();
    expect(await screen.findByTestId('dataset-title')).toHaveTextContent('flights');
    expect(screen.getByTestId('dataset-counts')).toHaveTextContent('336,776 rows · 12 columns');
    await screen.findByRole('grid');
    await fireEvent.click(screen.getByTestId('tab-columns'));
    expect(screen.getAllByTestId('column-row')).toHaveLength(12);
    await fireEvent.click(screen.getByTestId('tab-receipt'));
    expect(screen.getAllByTestId('warning').map((each) => each.dataset['kind'])).toEqual([
      'short_rows',
      'another_table',
    ]);
  });

  it('makes a dataset of its own of a table below', async () => {
    await shown();
    await fireEvent.click(await screen.findByTestId('tab-receipt'));
    const split = await screen.findByTestId('split');
    const rows = library.current?.generation;
    await fireEvent.click(split);
    expect(core.importSplit.mock.lastCall?.slice(0, 2)).toEqual(['flights', 300_001]);
    // The dataset that keeps what is above is no new one, and its tab stays open until the other is there.
    expect(activity.busyWith('flights')).toEqual({ column: null });
    expect(split).toBeDisabled();
    expect(library.current?.generation).toBe(rows);
  });

  it('shows the way back where a dataset cannot be opened', async () => {
    await shown();
    await fireEvent.click(await screen.findByTitle('broken'));
    expect(await screen.findByTestId('dataset-error')).toHaveTextContent('Its receipt is damaged');
  });

  it('takes dropped files anywhere, and shows that it would', async () => {
    await shown();
    await screen.findByTestId('dataset-title');
    const listener = core.onDrop.mock.lastCall?.[0];
    listener?.({ type: 'over', paths: ['/a/sales.csv'] });
    expect(await screen.findByTestId('drop-overlay')).toHaveTextContent('Drop to add “sales.csv”');
    listener?.({ type: 'drop', paths: ['/a/one.csv', '/a/two.csv'] });
    await waitFor(() => expect(screen.queryByTestId('drop-overlay')).toBeNull());
    await waitFor(() =>
      expect(core.importStart.mock.calls.map((call) => call[0])).toEqual(['/a/one.csv', '/a/two.csv']),
    );
  });

  it('lets the person choose where a file holds several tables, and shows each', async () => {
    await shown();
    await screen.findByTestId('dataset-title');
    core.onDrop.mock.lastCall?.[0]({ type: 'drop', paths: ['/a/book.xlsx'] });
    const dialog = within(await screen.findByTestId('tables-dialog'));
    expect(dialog.getByText('“book.xlsx” holds 4 tables')).toBeInTheDocument();
    const ticks = dialog.getAllByTestId('table-tick') as HTMLInputElement[];
    expect(ticks.map((tick) => [tick.dataset['title'], tick.checked])).toEqual([
      ['2024', true],
      ['2025', true],
      ['2025 · Table 2', true],
      ['Lists', false],
    ]);
    expect(dialog.getByRole('region', { name: 'First rows of 2024' })).toHaveTextContent('58665');
    await fireEvent.click(ticks[0] as HTMLInputElement);
    await fireEvent.click(dialog.getByRole('button', { name: 'Add 2 datasets' }));
    expect(screen.queryByTestId('tables-dialog')).toBeNull();
    expect(core.importStart.mock.calls.map((call) => call[1])).toEqual([
      { member: null, sheet: '2025', number: 1 },
      { member: null, sheet: '2025', number: 2 },
    ]);
  });

  it('offers files of one shape as one dataset, and says where they differ', async () => {
    await shown();
    await screen.findByTestId('dataset-title');
    core.onDrop.mock.lastCall?.[0]({ type: 'drop', paths: ['/a/sales-1.csv', '/a/sales-2.csv', '/a/staff.csv'] });
    const dialog = within(await screen.findByTestId('files-dialog'));
    expect(dialog.getByText('2 files of one shape')).toBeInTheDocument();
    expect(dialog.getByText('“discount” is missing in “sales-1.csv”, and empty there.')).toBeInTheDocument();
    expect(dialog.getByText(/1 more file is of another shape/)).toBeInTheDocument();
    await fireEvent.input(dialog.getByTestId('files-name'), { target: { value: 'All sales' } });
    await fireEvent.click(dialog.getByTestId('files-add'));
    expect(screen.queryByTestId('files-dialog')).toBeNull();
    expect(core.importCombine.mock.lastCall?.slice(0, 2)).toEqual([['/a/sales-1.csv', '/a/sales-2.csv'], 'All sales']);
    await waitFor(() => expect(core.importStart.mock.lastCall?.[0]).toBe('/a/staff.csv'));
  });

  it('adds files of one shape one by one where the person wants that', async () => {
    await shown();
    await screen.findByTestId('dataset-title');
    core.onDrop.mock.lastCall?.[0]({ type: 'drop', paths: ['/a/sales-1.csv', '/a/sales-2.csv'] });
    const dialog = within(await screen.findByTestId('files-dialog'));
    await fireEvent.click(dialog.getByTestId('files-each'));
    expect(dialog.queryByTestId('files-name')).toBeNull();
    await fireEvent.click(dialog.getByTestId('files-add'));
    await waitFor(() => expect(core.importStart).toHaveBeenCalledTimes(2));
    expect(core.importCombine).not.toHaveBeenCalled();
  });

  it('reads a file differently where the person knows better, and shows first what comes of it', async () => {
    await shown();
    await screen.findByTestId('dataset-title');
    await fireEvent.click(screen.getByTestId('tab-receipt'));
    await fireEvent.click(await screen.findByTestId('read-differently'));
    const dialog = within(await screen.findByTestId('reading-dialog'));
    const again = dialog.getByTestId('reading-do');
    await waitFor(() => expect(again).toBeEnabled());
    expect(dialog.getByTestId('preview')).toHaveTextContent('58665');
    const delimiter = dialog.getByTestId('reading-delimiter');
    await fireEvent.change(delimiter, { target: { value: 'fixed' } });
    expect(again).toBeDisabled();
    expect(await dialog.findByText('Its columns are not of fixed width.')).toBeInTheDocument();
    expect(again).toBeDisabled();
    await fireEvent.change(delimiter, { target: { value: 'tab' } });
    await waitFor(() => expect(again).toBeEnabled());
    await fireEvent.click(again);
    expect(screen.queryByTestId('reading-dialog')).toBeNull();
    expect(core.importAgain.mock.lastCall?.slice(0, 2)).toEqual([
      'flights',
      { delimiter: 'tab', quote: null, encoding: null, header: null, skip_rows: null, lines: null },
    ]);
  });

  it('says where it is not certain how a file is to be read', async () => {
    const detail = await api.datasetShow('long');
    const receipt = detail.receipt as api.Receipt;
    const decisions = [{ what: 'header', chosen: 'no', confidence: 0.6, runner_up: 'yes' }];
    core.datasetShow.mockResolvedValueOnce({ ...detail, receipt: { ...receipt, decisions, warnings: [] } });
    await shown();
    await screen.findByTestId('dataset-title');
    // One of which nothing is known yet.
    library.open('long');
    await waitFor(() => expect(screen.getByTestId('dataset-verdict')).toHaveTextContent('1 to review'));
    await fireEvent.click(screen.getByTestId('dataset-verdict'));
    expect(screen.getByTestId('doubt')).toHaveTextContent('Header: no (60% sure)');
    await fireEvent.click(screen.getByTestId('doubt-look'));
    const dialog = within(await screen.findByTestId('reading-dialog'));
    await fireEvent.click(dialog.getByTestId('reading-header-next'));
    expect(dialog.getByTestId('reading-header')).toHaveValue('yes');
    await waitFor(() => expect(core.importLook.mock.lastCall?.[1]).toMatchObject({ header: true }));
  });

  it('asks, shows the answer and lets it be stopped', async () => {
    await shown();
    await screen.findByTestId('dataset-title');
    const input = screen.getByTestId('chat-input');
    await fireEvent.input(input, { target: { value: 'Which carrier?' } });
    await fireEvent.keyDown(input, { key: 'Enter' });
    expect(screen.getByTestId('chat-question')).toHaveTextContent('Which carrier?');
    await fireEvent.click(screen.getByTestId('chat-stop'));
    expect(core.chatStop).toHaveBeenCalled();
    await waitFor(() => expect(screen.getByTestId('chat-answer')).toHaveAttribute('data-state', 'done'), {
      timeout: 3_000,
    });
    expect(screen.getByTestId('chat-answer')).toHaveTextContent('United (UA) flies most often');
  });

  it('says what to do where no AWS profile is set up, and finds one later', async () => {
    core.awsProfiles.mockResolvedValueOnce([]);
    await shown();
    const panel = await screen.findByTestId('no-aws');
    expect(panel).toHaveTextContent('aws configure sso');
    await fireEvent.click(screen.getByTestId('aws-check'));
    await waitFor(() => expect(screen.queryByTestId('no-aws')).toBeNull());
  });

  it('puts the question panel away where it is narrow, and back on demand', async () => {
    window.innerWidth = 900;
    try {
      await shown();
      await screen.findByTestId('dataset-title');
      expect(screen.queryByTestId('chat')).toBeNull();
      await fireEvent.click(screen.getByTestId('chat-open'));
      expect(screen.getByTestId('chat')).toBeInTheDocument();
      await waitFor(() => expect(screen.getByTestId('chat-input')).toHaveFocus());
      await fireEvent.keyDown(window, { key: 'j', ctrlKey: true });
      expect(screen.queryByTestId('chat')).toBeNull();
    } finally {
      window.innerWidth = 1280;
    }
  });

  it('removes at once, and brings back what was removed', async () => {
    await shown();
    await screen.findByTestId('dataset-title');
    await fireEvent.click(screen.getByTestId('dataset-more'));
    await fireEvent.click(screen.getByTestId('dataset-remove'));
    expect(core.datasetRemove).toHaveBeenCalledWith('flights');
    const toast = within(await screen.findByTestId('toast'));
    expect(toast.getByText('Removed “flights”')).toBeInTheDocument();
    await waitFor(() => expect(document.querySelector('[data-id="flights"]')).toBeNull());
    await fireEvent.click(toast.getByRole('button', { name: 'Undo' }));
    expect(core.datasetBringBack).toHaveBeenCalledWith('flights');
    await waitFor(() => expect(screen.getByTestId('dataset-title')).toHaveTextContent('flights'));
    expect(screen.queryByTestId('toast')).toBeNull();
  });

  it('reads a column as another type, and stays where the person is', async () => {
    await shown();
    await screen.findByTestId('dataset-title');
    await fireEvent.click(screen.getByTestId('tab-columns'));
    await screen.findByTestId('columns');
    // Only what is on screen is drawn, and here nothing has a height.
    const row = (await screen.findAllByTestId('column-row'))[0] as HTMLElement;
    const type = within(row).getByTestId('column-type');
    expect(type).toHaveValue('BIGINT');
    await fireEvent.change(type, { target: { value: 'VARCHAR' } });
    expect(core.importChange.mock.lastCall?.slice(0, 2)).toEqual([
      'flights',
      { column: 'year', type: 'VARCHAR', date_order: null, missing: null },
    ]);
    expect(type).toHaveValue('BIGINT');
    expect(type).toBeDisabled();
    await waitFor(() => expect(library.current?.generation).toBe(2));
    expect(await screen.findByTestId('columns')).toBeInTheDocument();
  });

  it('shows what did not fit, and reads it as the person says', async () => {
    await shown();
    await screen.findByTestId('dataset-title');
    await fireEvent.click(screen.getByTestId('tab-receipt'));
    const line = within(await screen.findByTestId('stray-column'));
    expect(line.getByText(/7 cells of “fare” did not fit/)).toBeInTheDocument();
    await fireEvent.click(line.getByTestId('strays-show'));
    const dialog = within(await screen.findByTestId('strays-dialog'));
    const texts = await dialog.findAllByTestId('stray-text');
    expect(texts.map((each) => each.dataset.text)).toEqual(['see note 4', 'tbd']);
    expect(dialog.getByRole('grid')).toHaveAttribute('aria-rowcount', '8');
    await fireEvent.click(within(texts[1] as HTMLElement).getByTestId('stray-missing'));
    expect(screen.queryByTestId('strays-dialog')).toBeNull();
    expect(core.importChange.mock.lastCall?.[1]).toEqual({
      column: 'fare',
      type: null,
      date_order: null,
      missing: ['tbd'],
    });
    await waitFor(() => expect(library.current?.generation).toBeGreaterThan(1));
    const again = within(await screen.findByTestId('stray-column'));
    await fireEvent.click(await again.findByTestId('strays-missing'));
    expect(core.importChange.mock.lastCall?.[1].missing).toEqual(['see note 4', 'tbd']);
  });

  it('reads a file that has changed once more', async () => {
    core.datasetsChanged.mockResolvedValue(['flights']);
    await shown();
    await fireEvent.click(await screen.findByTestId('dataset-refresh'));
    expect(core.importRefresh.mock.lastCall?.[0]).toBe('flights');
    expect(screen.getByTestId('dataset-changed')).toHaveTextContent('Reading it again');
    core.datasetsChanged.mockResolvedValue([]);
    await waitFor(() => expect(screen.queryByTestId('dataset-changed')).toBeNull());
    core.datasetsChanged.mockResolvedValue(['flights']);
    await fireEvent.focus(window);
    expect(await screen.findByTestId('dataset-changed')).toBeInTheDocument();
    core.datasetsChanged.mockResolvedValue([]);
  });

  it('gives datasets tags and finds them by these', async () => {
    await shown();
    await screen.findByTestId('dataset-title');
    await fireEvent.click(screen.getByTestId('dataset-more'));
    await fireEvent.click(screen.getByTestId('dataset-tags'));
    const dialog = within(await screen.findByTestId('tags-dialog'));
    await fireEvent.input(dialog.getByTestId('tag-name'), { target: { value: 'Air' } });
    await fireEvent.click(dialog.getByTestId('tag-add'));
    await waitFor(() => expect(dialog.getAllByTestId('tag-toggle')).toHaveLength(2));
    await fireEvent.click(dialog.getByRole('button', { name: 'Done' }));
    await fireEvent.click(screen.getByRole('button', { name: 'Air' }));
    const list = screen.getByTestId('dataset-list');
    expect(within(list).getAllByTestId('dataset-row')).toHaveLength(1);
    await fireEvent.click(screen.getByRole('button', { name: 'Air' }));
    expect(within(list).getAllByTestId('dataset-row').length).toBeGreaterThan(1);
  });

  it('shows what left this computer, word for word', async () => {
    await shown();
    await fireEvent.click(screen.getByTestId('nav-settings'));
    await fireEvent.click(screen.getByTestId('settings-ledger'));
    const rows = await screen.findAllByTestId('ledger-row');
    expect(rows).toHaveLength(2);
    await fireEvent.click(within(rows[0] as HTMLElement).getByRole('button'));
    expect(rows[0]).toHaveTextContent('Which carrier is late the most?');
  });

  it('copies the library, and lets nothing be done in one that was moved', async () => {
    await shown();
    await fireEvent.click(await screen.findByTestId('nav-settings'));
    await fireEvent.click(await screen.findByTestId('library-back-up'));
    expect(await screen.findByTestId('library-kept')).toHaveTextContent('/media/stick/Buzz CSV backup');
    expect(core.libraryMove).not.toHaveBeenCalled();
    core.libraryMove.mockRejectedValueOnce(new api.ApiError({ code: 'busy', message: 'something is being converted' }));
    await fireEvent.click(screen.getByTestId('library-move'));
    expect(await screen.findByTestId('library-failure')).toHaveTextContent('Something is being converted');
    await fireEvent.click(screen.getByTestId('library-move'));
    const moved = await screen.findByTestId('library-moved');
    expect(moved).toHaveTextContent('/media/stick/Buzz CSV library');
    expect(core.appRestart).not.toHaveBeenCalled();
    await fireEvent.click(screen.getByTestId('library-restart'));
    expect(core.appRestart).toHaveBeenCalled();
    libraryCopies.current = null;
  });

  it('looks for a newer version only when it is asked to', async () => {
    await shown();
    await fireEvent.click(await screen.findByTestId('nav-settings'));
    const daily = await screen.findByTestId('updates-daily');
    expect(daily).not.toBeChecked();
    expect(core.updatesLook).not.toHaveBeenCalled();
    expect(core.updatesLookDaily).not.toHaveBeenCalled();
    await fireEvent.click(daily);
    expect(core.updatesSet.mock.lastCall).toEqual([true]);
    await fireEvent.click(screen.getByTestId('updates-look'));
    const found = await screen.findByTestId('updates-found');
    expect(found).toHaveTextContent('Buzz CSV 99.1.0 is there');
    expect(found).toHaveTextContent('https://example.org/buzz-csv/99.1.0');
    expect(within(found).queryByRole('link')).toBeNull();
    core.updatesLook.mockResolvedValueOnce(null);
    await fireEvent.click(screen.getByTestId('updates-look'));
    expect(await screen.findByTestId('updates-none')).toHaveTextContent('newest version');
    core.updatesLook.mockRejectedValueOnce(new api.ApiError({ code: 'not_signed', message: 'it is not signed' }));
    await fireEvent.click(screen.getByTestId('updates-look'));
    expect(await screen.findByTestId('updates-failure')).toHaveTextContent('It is not signed');
  });

  it('shows in the settings who the profile is', async () => {
    await shown();
    await fireEvent.click(screen.getByTestId('nav-settings'));
    await fireEvent.click(screen.getByTestId('settings-test'));
    expect(await screen.findByTestId('settings-connected')).toHaveTextContent('123456789012');
    await fireEvent.change(screen.getByTestId('settings-profile'), { target: { value: 'analytics-sso' } });
    await fireEvent.click(screen.getByTestId('settings-test'));
    expect(await screen.findByTestId('settings-failure')).toHaveTextContent('aws sso login');
  });
});
