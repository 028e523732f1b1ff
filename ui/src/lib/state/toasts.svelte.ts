import { toApiError } from '$lib/api';
import { sentence } from '$lib/format';
import { strings } from '$lib/strings';

/** A short message at the edge of the window. */
export interface Toast {
  id: number;
  kind: 'good' | 'note' | 'bad';
  title: string;
  detail: string;
  /** What can be done about it; then it goes away. */
  action: { label: string; run: () => void } | null;
}

const STAYS_MS = 5_000;
/** The core keeps what can be undone a little longer. */
const UNDO_MS = 8_000;
const AT_ONCE = 4;

/** The one place where passing messages and errors that belong to no part of the window are shown. */
export class Toasts {
  list = $state<Toast[]>([]);
  #next = 1;

  /** Something went well; goes away by itself. */
  good(title: string, detail = ''): void {
    const id = this.#add('good', title, detail);
    setTimeout(() => this.dismiss(id), STAYS_MS);
  }

  /** Something to know; goes away by itself once it could be read. */
  note(title: string, detail: string): void {
    const id = this.#add('note', title, detail);
    setTimeout(() => this.dismiss(id), 2 * STAYS_MS);
  }

  /** Something that can be undone for a while. */
  undoable(title: string, undo: () => void): void {
    const id = this.#add('good', title, '', { label: strings.undo, run: undo });
    setTimeout(() => this.dismiss(id), UNDO_MS);
  }

  /** Something failed; stays until it is dismissed. */
  bad(thrown: unknown, title = strings.toast.failed): void {
    this.#add('bad', title, sentence(toApiError(thrown).message));
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  #add(kind: Toast['kind'], title: string, detail: string, action: Toast['action'] = null): number {
    const id = this.#next;
    this.#next += 1;
    const others = this.list.filter((toast) => toast.title !== title || toast.detail !== detail || action !== null);
    this.list = [...others, { id, kind, title, detail, action }].slice(-AT_ONCE);
    return id;
  }
}

export const toasts = new Toasts();
