import { render } from '@testing-library/svelte';
import { tick } from 'svelte';
import { vi } from 'vitest';
import App from '../../src/App.svelte';

/** Shows the window, with the parts in it that are loaded when it is drawn. */
export async function shown(): Promise<void> {
  render(App);
  await vi.dynamicImportSettled();
  await tick();
}
