import * as api from '$lib/api';
import type { CopyEvent } from '$lib/api';
import { Job } from './activity.svelte';
import { toasts } from './toasts.svelte';

/** What a copy of the library is for: to be kept, or to be the library from the next start on. */
export type Purpose = 'keep' | 'move';

/** A copy of the library. */
export class CopyJob extends Job {
  readonly purpose: Purpose;
  done = $state(0);
  total = $state(0);
  /** The folder of the copy, once it is complete. */
  folder = $state.raw<string | null>(null);

  constructor(purpose: Purpose) {
    super(purpose);
    this.purpose = purpose;
  }

  get share(): number | null {
    return this.total === 0 ? null : Math.min(1, this.done / this.total);
  }

  /** Takes an event of the core. */
  take(event: CopyEvent): void {
    switch (event.type) {
      case 'progress':
        this.done = event.done;
        this.total = event.total;
        break;
      case 'done':
        this.folder = event.folder;
        this.state = 'done';
        break;
      case 'failed':
        this.failed(event);
        break;
      case 'cancelled':
        this.state = 'cancelled';
        break;
    }
  }
}

/** Copies of the library, of which there is one at a time. */
export class LibraryCopies {
  /** The one that runs, or ran last. */
  current = $state.raw<CopyJob | null>(null);

  /** Whether the library is being put somewhere else, or is there: what is changed in this window now would be lost. */
  get moves(): boolean {
    const job = this.current;
    return job?.purpose === 'move' && (!job.ended || job.state === 'done');
  }

  /** Asks for a folder, and copies the library into it; a dismissed dialog does nothing. */
  async start(purpose: Purpose): Promise<void> {
    const job = new CopyJob(purpose);
    try {
      const into = await api.libraryPick();
      if (into === null) return;
      job.state = 'running';
      this.current = job;
      const begin = purpose === 'keep' ? api.libraryBackUp : api.libraryMove;
      const id = await begin(into, (event) => job.take(event));
      job.taken(() => api.libraryCopyCancel(id));
    } catch (thrown) {
      this.current = job;
      job.failed(api.toApiError(thrown));
    }
  }

  /** Starts the app anew, with the library that was moved. */
  async restart(): Promise<void> {
    try {
      await api.appRestart();
    } catch (thrown) {
      toasts.bad(thrown);
    }
  }
}

export const libraryCopies = new LibraryCopies();
