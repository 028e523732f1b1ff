import * as api from '$lib/api';
import type { Failure, NewVersion, Updates } from '$lib/api';
import { strings } from '$lib/strings';
import { toasts } from './toasts.svelte';

/** After the start everything else comes first. */
const START_MS = 10_000;

/** Whether there is a newer version, which is looked for only if the person wishes. */
export class NewerVersions {
  choice = $state.raw<Updates>({ can_look: false, daily: false });
  looking = $state(false);
  /** What the last look found; undefined until somebody looked. */
  found = $state.raw<NewVersion | null | undefined>(undefined);
  failure = $state.raw<Failure | null>(null);

  async load(): Promise<void> {
    try {
      this.choice = await api.updatesGet();
    } catch (thrown) {
      toasts.bad(thrown);
    }
    if (this.choice.daily) setTimeout(() => void this.#daily(), START_MS);
  }

  async setDaily(daily: boolean): Promise<void> {
    const before = this.choice;
    this.choice = { ...before, daily };
    try {
      await api.updatesSet(daily);
    } catch (thrown) {
      this.choice = before;
      toasts.bad(thrown);
    }
  }

  /** Looks because the person asks for it. */
  async look(): Promise<void> {
    this.looking = true;
    this.failure = null;
    this.found = undefined;
    try {
      this.found = await api.updatesLook();
    } catch (thrown) {
      const { code, message } = api.toApiError(thrown);
      this.failure = { code, message };
    } finally {
      this.looking = false;
    }
  }

  /** Nobody asked, so that only a newer version is worth a word. */
  async #daily(): Promise<void> {
    try {
      const found = await api.updatesLookDaily();
      if (found === null) return;
      this.found = found;
      toasts.note(strings.settings.updatesFound(found.version), `${strings.settings.updatesPage} ${found.page}`);
    } catch (thrown) {
      const { code, message } = api.toApiError(thrown);
      this.failure = { code, message };
    }
  }
}

export const updates = new NewerVersions();
