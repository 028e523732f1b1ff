import { library } from './library.svelte';
import { preferences } from './settings.svelte';

/** Asks the core for what the window shows first; before the page is drawn, so that the core answers meanwhile. */
export function begin(): Promise<void> {
  return library.begin(preferences.load());
}
