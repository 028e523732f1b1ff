import { fireEvent, screen, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { matching, ranked } from '$lib/palette/match';
import { activity } from '$lib/state/activity.svelte';
import { layout } from '$lib/state/layout.svelte';
import { library } from '$lib/state/library.svelte';
import { preferences } from '$lib/state/settings.svelte';
import { shown } from './shown';

vi.mock('$lib/api', async () => ({ ...(await import('../mocked-api')).default }));

beforeEach(() => {
  layout.commanding = false;
  layout.helping = false;
  preferences.open = false;
  activity.exporting = null;
});

describe('matching', () => {
  it('finds letters in their order, whatever their case and accents', () => {
    expect(matching('fl24', 'flights_2024')).not.toBeNull();
    expect(matching('MUL', 'Müller')).not.toBeNull();
    expect(matching('lf', 'flights')).toBeNull();
    expect(matching('x', '')).toBeNull();
  });

  it('puts the beginnings of words and what stands together first', () => {
    const found = ranked('so', ['person', 'shop orders', 'sort', 'also'], (each) => each);
    expect(found.slice(0, 2).sort()).toEqual(['shop orders', 'sort']);
    expect(ranked(' ', ['b', 'a'], (each) => each)).toEqual(['b', 'a']);
  });
});

describe('the palette', () => {
  const open = async () => {
    await shown();
    await screen.findByTestId('dataset-title');
    await fireEvent.keyDown(window, { key: 'k', ctrlKey: true });
    return screen.findByTestId('palette-input');
  };

  it('opens by a key, finds by a few letters, and goes there', async () => {
    const field = await open();
    await fireEvent.input(field, { target: { value: 'settn' } });
    const [first] = screen.getAllByTestId('palette-command');
    expect(first).toHaveTextContent('Settings');
    expect(field).toHaveAttribute('aria-activedescendant', first?.id);
    await fireEvent.keyDown(field, { key: 'Enter' });
    expect(preferences.open).toBe(true);
    expect(screen.queryByTestId('palette')).toBeNull();
  });

  it('lists the datasets, and moves with the arrows', async () => {
    const field = await open();
    const other = library.datasets.find((each) => each.id !== library.current?.id);
    await fireEvent.input(field, { target: { value: other?.name } });
    const list = within(screen.getByRole('listbox'));
    expect(list.getAllByRole('option')[0]).toHaveTextContent(other?.name ?? '');
    await fireEvent.keyDown(field, { key: 'ArrowUp' });
    await fireEvent.keyDown(field, { key: 'ArrowDown' });
    expect(list.getAllByRole('option')[0]).toHaveAttribute('aria-selected', 'true');
    await fireEvent.keyDown(field, { key: 'Enter' });
    expect(library.current?.id).toBe(other?.id);
  });

  it('says when nothing is called so', async () => {
    const field = await open();
    await fireEvent.input(field, { target: { value: 'zzzzqq' } });
    expect(screen.getByRole('listbox')).toHaveTextContent('Nothing is called “zzzzqq”.');
    await fireEvent.keyDown(field, { key: 'Enter' });
    expect(screen.getByTestId('palette')).toBeInTheDocument();
  });

  it('exports the dataset that is open', async () => {
    const field = await open();
    await fireEvent.input(field, { target: { value: 'export' } });
    await fireEvent.keyDown(field, { key: 'Enter' });
    expect(activity.exporting).toMatchObject({ what: { kind: 'dataset', id: library.current?.id } });
  });
});

describe('help', () => {
  it('is the guide, a section at a time', async () => {
    await shown();
    await screen.findByTestId('dataset-title');
    await fireEvent.click(screen.getByTestId('nav-help'));
    const text = await screen.findByTestId('help-text');
    expect(text).toHaveTextContent('Your first file');
    await fireEvent.click(screen.getByRole('button', { name: 'Setting up AWS' }));
    expect(screen.getByTestId('help-text')).toHaveTextContent('bedrock:InvokeModelWithResponseStream');
  });
});
