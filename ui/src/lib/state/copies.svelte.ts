import * as api from '$lib/api';
import type { CopyEvent, Failure } from '$lib/api';
import { toasts } from './toasts.svelte';

/** What a copy of the library is for: to be kept, or to be the library from the next start on. */
export type Purpose = 'keep' | 'move';

/** A copy of the library, of which there is one at a time. */
export class LibraryCopy {
  purpose = $state<Purpose>('keep');
  running = $state(false);
  done = $state(0);
  total = $state(0);
  /** The folder of the copy, once it is complete. */
  folder = $state.raw<string | null>(null);
  failure = $state.raw<Failure | null>(null);
  #id: string | null = null;
  #stopped = false;

  /** From 0 to 1; null as long as nobody can tell. */
  get share(): number | null {
    return this.total === 0 ? null : Math.min(1, this.done / this.total);
  }

  /** Whether the library is being put somewhere else, or is there: what is changed in this window now would be lost. */
  get moves(): boolean {
    return this.purpose === 'move' && (this.running || this.folder !== null);
  }

  /** Asks for a folder, and copies the library into it; a dismissed dialog does nothing. */
  async start(purpose: Purpose): Promise<void> {
    try {
      const into = await api.libraryPick();
      if (into === null) return;
      Object.assign(this, { purpose, running: true, done: 0, total: 0, folder: null, failure: null });
      this.#stopped = false;
      const begin = purpose === 'keep' ? api.libraryBackUp : api.libraryMove;
      this.#id = await begin(into, (event) => this.#take(event));
      if (this.#stopped) await this.cancel();
    } catch (thrown) {
      const { code, message } = api.toApiError(thrown);
      this.running = false;
      this.failure = { code, message };
    }
  }

  async cancel(): Promise<void> {
    this.#stopped = true;
    try {
      if (this.#id !== null) await api.libraryCopyCancel(this.#id);
    } catch (thrown) {
      toasts.bad(thrown);
    }
  }

  async restart(): Promise<void> {
    try {
      await api.appRestart();
    } catch (thrown) {
      toasts.bad(thrown);
    }
  }

  #take(event: CopyEvent): void {
    if (event.type === 'progress') {
      this.done = event.done;
      this.total = event.total;
      return;
    }
    this.running = false;
    this.#id = null;
    if (event.type === 'done') this.folder = event.folder;
    if (event.type === 'failed') this.failure = { code: event.code, message: event.message };
  }
}

export const libraryCopy = new LibraryCopy();
