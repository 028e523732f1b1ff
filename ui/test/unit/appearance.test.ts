import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as api from '$lib/api';
import { layout } from '$lib/state/layout.svelte';
import { library } from '$lib/state/library.svelte';
import { preferences } from '$lib/state/settings.svelte';
import { toasts } from '$lib/state/toasts.svelte';
import { shown } from './shown';

vi.mock('$lib/api', async () => ({ ...(await import('../mocked-api')).default }));

const core = vi.mocked(api);
const root = document.documentElement;

beforeEach(() => {
  library.datasets = [];
  library.state = 'loading';
  library.show({ kind: 'welcome' });
  toasts.list = [];
  preferences.open = false;
});

afterEach(async () => {
  await preferences.setAppearance({ theme: 'system', text_percent: 100 });
  root.style.fontSize = '';
});

async function openSettings() {
  await shown();
  await screen.findByTestId('dataset-title');
  await fireEvent.click(screen.getByTestId('nav-settings'));
  await screen.findByTestId('settings-theme');
}

describe('how the window looks', () => {
  it('is light or dark as the person says, and the core keeps it', async () => {
    await openSettings();
    expect(screen.getByTestId('settings-theme')).toHaveValue('system');
    await fireEvent.change(screen.getByTestId('settings-theme'), { target: { value: 'dark' } });
    expect(core.appearanceSet.mock.lastCall?.[0]).toEqual({ theme: 'dark', text_percent: 100, locale: null });
    await fireEvent.change(screen.getByTestId('settings-text'), { target: { value: '125' } });
    expect(core.appearanceSet.mock.lastCall?.[0]).toEqual({ theme: 'dark', text_percent: 125, locale: null });
  });

  it('has text of the size that the person says, at once and from the next start on', async () => {
    await openSettings();
    await fireEvent.change(screen.getByTestId('settings-text'), { target: { value: '150' } });
    await waitFor(() => expect(root.style.fontSize).toBe('150%'));
    await fireEvent.change(screen.getByTestId('settings-text'), { target: { value: '100' } });
    await waitFor(() => expect(root.style.fontSize).toBe(''));

    core.appearanceGet.mockResolvedValueOnce({ theme: 'light', text_percent: 200, locale: null });
    await preferences.load();
    await waitFor(() => expect(root.style.fontSize).toBe('200%'));
    expect(screen.getByTestId('settings-text')).toHaveValue('200');
    expect(screen.getByTestId('settings-theme')).toHaveValue('light');
  });

  it('stays as it was where the core cannot keep it, and says so', async () => {
    core.appearanceSet.mockRejectedValueOnce(new api.ApiError({ code: 'io', message: 'The disk is full.' }));
    await openSettings();
    await fireEvent.change(screen.getByTestId('settings-text'), { target: { value: '175' } });
    expect(await screen.findByText('The disk is full.')).toBeInTheDocument();
    expect(root.style.fontSize).toBe('');
    expect(screen.getByTestId('settings-text')).toHaveValue('100');
  });

  it('says how many cores the computer has, and not what the webview makes of it', async () => {
    vi.spyOn(navigator, 'hardwareConcurrency', 'get').mockReturnValue(3);
    await openSettings();
    expect(screen.getByTestId('settings-threads')).toHaveTextContent('All of them (8)');
    vi.restoreAllMocks();
  });

  it('puts the question panel away where large text leaves no room for it', async () => {
    await openSettings();
    expect(layout.narrow).toBe(false);
    // jsdom gives every element the usual size: what large text comes to is said here.
    const style = window.getComputedStyle(root);
    vi.spyOn(window, 'getComputedStyle').mockReturnValue({ ...style, fontSize: '32px' });
    await fireEvent.change(screen.getByTestId('settings-text'), { target: { value: '200' } });
    await waitFor(() => expect(layout.narrow).toBe(true));
    expect(screen.queryByTestId('chat')).toBeNull();
    vi.restoreAllMocks();
  });
});
