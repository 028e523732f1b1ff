import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import * as api from '$lib/api';
import { library } from '$lib/state/library.svelte';
import { toasts } from '$lib/state/toasts.svelte';
import { shown } from './shown';

vi.mock('$lib/api', async () => ({ ...(await import('../mocked-api')).default }));

const core = vi.mocked(api);

beforeEach(() => {
  localStorage.clear();
  library.datasets = [];
  library.state = 'loading';
  library.show({ kind: 'welcome' });
  toasts.list = [];
});

/** The table of the flights, once its first rows are there. */
async function table(): Promise<HTMLElement> {
  await shown();
  await screen.findByTestId('dataset-title');
  await screen.findAllByText('2013', { selector: '[role="gridcell"]' });
  return screen.getByRole('grid');
}

const head = (name: string) =>
  screen.getAllByTestId('grid-header').find((each) => each.dataset['name'] === name) as HTMLElement;
const sort = (name: string) => within(head(name)).getByTestId('grid-sort');

/** Opens what there is to do with a column. */
async function open(name: string): Promise<HTMLElement> {
  await fireEvent.click(within(head(name)).getByTestId('grid-menu'));
  return screen.getByTestId('column-sheet');
}

describe('the table of a dataset', () => {
  it('sorts by a click, by another with Shift, and says so', async () => {
    const grid = await table();
    await fireEvent.click(sort('dep_delay'));
    await waitFor(() =>
      expect(screen.getByTestId('grid-announced')).toHaveTextContent('sorted by dep_delay, ascending'),
    );
    expect(head('dep_delay')).toHaveAttribute('aria-sort', 'ascending');
    await fireEvent.click(sort('dep_delay'));
    await fireEvent.click(sort('year'), { shiftKey: true });
    await waitFor(() =>
      expect(screen.getByTestId('grid-announced')).toHaveTextContent('dep_delay, descending, then year, ascending'),
    );
    // The rows keep the numbers that they have in the file.
    await waitFor(() => expect(within(grid).getAllByRole('rowheader')[0]).toHaveTextContent('336,776'));
    await fireEvent.click(screen.getByTestId('grid-clear'));
    await waitFor(() => expect(within(grid).getAllByRole('rowheader')[0]).toHaveTextContent(/^1$/));
    expect(head('year')).toHaveAttribute('aria-sort', 'none');
  });

  it('shows what a column holds, and filters by one of its values', async () => {
    const grid = await table();
    const sheet = await open('carrier');
    expect(sheet).toHaveTextContent('Frequent values');
    await fireEvent.click(within(sheet).getAllByTestId('frequent')[0] as HTMLElement);
    await waitFor(() => expect(screen.getByTestId('grid-count')).toHaveTextContent('12,028 of 336,776 rows'));
    expect(screen.getByTestId('filter-chip')).toHaveTextContent('carrier is UA');
    expect(grid).toHaveAttribute('aria-rowcount', '12029');
    await fireEvent.click(screen.getByTestId('filter-chip-remove'));
    await waitFor(() => expect(screen.getByTestId('grid-count')).toHaveTextContent('336,776 rows'));
    expect(screen.queryByTestId('filter-chip')).toBeNull();
  });

  it('draws how numbers are spread, and opens by keyboard', async () => {
    const grid = await table();
    await fireEvent.keyDown(grid, { key: 'ArrowRight' });
    await fireEvent.keyDown(grid, { key: 'ArrowDown', altKey: true });
    const sheet = screen.getByTestId('column-sheet');
    expect(sheet).toHaveAccessibleName('dep_time');
    expect(within(sheet).getByTestId('histogram').children).toHaveLength(24);
    await fireEvent.keyDown(sheet, { key: 'Escape' });
    expect(screen.queryByTestId('column-sheet')).toBeNull();
    expect(grid).toHaveFocus();
  });

  it('filters by a condition that is typed, and says where it is none', async () => {
    await table();
    await open('dep_delay');
    await fireEvent.click(screen.getByTestId('column-filter-open'));
    await fireEvent.change(screen.getByTestId('filter-test'), { target: { value: 'greater' } });
    const value = screen.getByTestId('filter-value');
    await fireEvent.input(value, { target: { value: 'late' } });
    await fireEvent.submit(screen.getByTestId('filter-form'));
    expect(screen.getByRole('alert')).toHaveTextContent('This is no number.');
    expect(core.tableArrange).not.toHaveBeenCalled();
    await fireEvent.input(value, { target: { value: '1,000.5' } });
    await fireEvent.submit(screen.getByTestId('filter-form'));
    expect(core.tableArrange.mock.lastCall?.[1].filters).toEqual([
      { column: 3, condition: { is: 'greater', value: '1000.5' } },
    ]);
    // Its chip opens it again.
    await fireEvent.click(await screen.findByTestId('filter-chip'));
    expect(screen.getByTestId('filter-value')).toHaveValue('1,000.5');
    await fireEvent.click(screen.getByTestId('filter-remove'));
    await waitFor(() => expect(screen.queryByTestId('filter-chip')).toBeNull());
  });

  it('lists the values of a column under the other filters, and looks for more', async () => {
    await table();
    await open('carrier');
    await fireEvent.click(screen.getByTestId('column-filter-open'));
    const values = screen.getByTestId('filter-values');
    await within(values).findByText('B6');
    await fireEvent.click(within(values).getByRole('checkbox', { name: /B6/ }));
    await fireEvent.click(within(values).getByRole('checkbox', { name: /null/ }));
    await fireEvent.submit(screen.getByTestId('filter-form'));
    expect(core.tableArrange.mock.lastCall?.[1].filters[0]?.condition).toEqual({ is: 'one_of', values: ['B6', null] });
    expect(screen.getByTestId('filter-chip')).toHaveTextContent('carrier is B6 or null');
  });

  it('keeps the rows where they cannot be arranged, and says why', async () => {
    await table();
    core.tableArrange.mockRejectedValueOnce(new api.ApiError({ code: 'disk_full', message: 'The disk is full.' }));
    await fireEvent.click(sort('year'));
    await waitFor(() => expect(toasts.list[0]?.detail).toBe('The disk is full.'));
    expect(head('year')).toHaveAttribute('aria-sort', 'none');
    expect(screen.getByTestId('grid-count')).toHaveTextContent('336,776 rows');
  });

  it('adds up what is selected, and copies it as a spreadsheet takes it', async () => {
    const grid = await table();
    await fireEvent.keyDown(grid, { key: 'ArrowRight', shiftKey: true });
    await fireEvent.keyDown(grid, { key: 'ArrowDown', shiftKey: true });
    expect(within(grid).getAllByRole('gridcell', { selected: true })).toHaveLength(4);
    await waitFor(() => expect(screen.getByTestId('grid-summary')).toHaveTextContent('4 cells 3 values Sum 15,123.50'));
    expect(core.tableSummary.mock.lastCall?.[1]).toEqual({ columns: [0, 1], first_row: 0, end_row: 2 });
    const write = vi.fn(() => Promise.resolve());
    vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText: write } });
    await fireEvent.keyDown(grid, { key: 'C', ctrlKey: true, shiftKey: true });
    await waitFor(() => expect(write).toHaveBeenCalledWith('year\tdep_time\n2013\t500\n2013\t501'));
    vi.unstubAllGlobals();
    await fireEvent.keyDown(grid, { key: ' ', ctrlKey: true });
    await waitFor(() => expect(core.tableSummary.mock.lastCall?.[1].end_row).toBe(336_776));
    await fireEvent.keyDown(grid, { key: 'Escape' });
    expect(screen.queryByTestId('grid-summary')).toBeNull();
  });

  it('finds a text, and says where there is none', async () => {
    const grid = await table();
    await fireEvent.keyDown(grid, { key: 'f', ctrlKey: true });
    const text = screen.getByTestId('find-text');
    await fireEvent.input(text, { target: { value: 'Miami' } });
    await fireEvent.keyDown(text, { key: 'Enter' });
    await waitFor(() => expect(screen.getByTestId('grid-status')).toHaveTextContent('Row 41 of 336,776'));
    expect(core.tableFind.mock.lastCall?.[1]).toMatchObject({ texts: ['Miami'], row: 0, column: 0, backwards: false });
    await fireEvent.input(text, { target: { value: 'nowhere' } });
    await fireEvent.keyDown(text, { key: 'Enter', shiftKey: true });
    await waitFor(() => expect(screen.getByTestId('find-said')).toHaveTextContent('Not found'));
    await fireEvent.keyDown(text, { key: 'Escape' });
    expect(screen.queryByTestId('find-bar')).toBeNull();
  });

  it('hides, moves and keeps columns, and remembers it', async () => {
    const grid = await table();
    await open('year');
    await fireEvent.click(screen.getByTestId('column-hide'));
    expect(grid).toHaveAttribute('aria-colcount', '12');
    await fireEvent.keyDown(grid, { key: 'ArrowRight', altKey: true });
    await open('departure');
    await fireEvent.click(screen.getByTestId('column-freeze'));
    await waitFor(() => expect(localStorage.getItem('buzz-csv.layouts')).toContain('"frozen":1'));
    expect(localStorage.getItem('buzz-csv.layouts')).toContain('"order":["year","departure","dep_time"');
    await fireEvent.click(screen.getByTestId('columns-menu'));
    const [year] = within(screen.getByTestId('columns-list')).getAllByRole('checkbox');
    expect(year).not.toBeChecked();
    await fireEvent.click(year as HTMLElement);
    expect(grid).toHaveAttribute('aria-colcount', '13');
  });

  it('tells cells that did not fit from those without a value', async () => {
    const grid = await table();
    for (let step = 0; step < 8; step += 1) await fireEvent.keyDown(grid, { key: 'ArrowRight' });
    const stray = await within(grid).findAllByTitle(/“see note 4” stood here/);
    expect(stray[0]).toHaveTextContent('see note 4');
    await waitFor(() => expect(screen.getByTestId('grid-active')).toHaveTextContent('it is no number'));
  });
});

describe('the table of a result', () => {
  it('can be sorted and exported as it is sorted', async () => {
    await table();
    await fireEvent.click(screen.getByTestId('dataset-sql'));
    await screen.findByTestId('sql-summary');
    await screen.findAllByText('58,665', { selector: '[role="gridcell"]' });
    await fireEvent.click(sort('flights'));
    await waitFor(() => expect(core.tableArrange.mock.lastCall?.[0].kind).toBe('result'));
    await fireEvent.click(await screen.findByTestId('grid-export'));
    const dialog = await screen.findByTestId('export-dialog');
    await fireEvent.submit(dialog.querySelector('form') as HTMLElement);
    await waitFor(() =>
      expect(core.exportStart.mock.lastCall?.[0]).toMatchObject({ kind: 'columns', columns: [0, 1, 2] }),
    );
  });
});
