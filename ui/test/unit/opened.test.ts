import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, expect, it, vi } from 'vitest';
import * as api from '$lib/api';
import { activity } from '$lib/state/activity.svelte';
import { layout } from '$lib/state/layout.svelte';
import { toasts } from '$lib/state/toasts.svelte';
import { shown } from './shown';

vi.mock('$lib/api', async () => ({ ...(await import('../mocked-api')).default }));

const core = vi.mocked(api);

beforeEach(() => {
  activity.jobs = [];
  toasts.list = [];
  layout.licences = false;
});

const started = () => core.importStart.mock.calls.map(([path]) => path);

it('takes in the files that were opened with the app, and those that are opened later', async () => {
  core.appOpened.mockResolvedValueOnce(['/a/one.csv']);
  await shown();
  await waitFor(() => expect(started()).toEqual(['/a/one.csv']));
  core.appOpened.mockResolvedValueOnce(['/a/two.csv']);
  core.onOpened.mock.lastCall?.[0]();
  await waitFor(() => expect(started()).toEqual(['/a/one.csv', '/a/two.csv']));
});

it('tells of a crash with the place of its report', async () => {
  core.appCrashReport.mockResolvedValueOnce('/home/ada/crash-1.txt');
  await shown();
  expect(await screen.findByText(/report to \/home\/ada\/crash-1\.txt/)).toBeInTheDocument();
});

it('shows the licence of every work in it', async () => {
  await shown();
  layout.licences = true;
  const dialog = within(await screen.findByTestId('licences'));
  await fireEvent.input(dialog.getByTestId('licences-search'), { target: { value: 'libduckdb' } });
  await fireEvent.click(dialog.getByTestId('licences-work'));
  expect(dialog.getByTestId('licences-text')).toHaveTextContent('Stichting DuckDB Foundation');
});
