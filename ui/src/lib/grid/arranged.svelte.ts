import * as api from '$lib/api';
import type { Arrangement, Failure, RowsOf } from '$lib/api';
import { AS_IT_IS, isPlain } from './arrangement';
import type { RowSource } from './pages';

/** A table as it is: what the core calls it, and its rows. */
export interface Base {
  of: RowsOf;
  source: RowSource;
}

/**
 * The rows of a table as a person has arranged them. An arrangement is worked out by the core and kept there; until it is
 * ready the former rows stay, and a newer wish takes its place.
 */
export class Arranged {
  readonly base: Base;
  /** What is wanted. */
  wanted = $state.raw<Arrangement>(AS_IT_IS);
  /** What is shown: an arrangement, what the core calls its rows, and the rows. */
  shown = $state.raw<Base & { arrangement: Arrangement }>({} as Base & { arrangement: Arrangement });
  /** When the work under way began, in milliseconds since 1970; null where none is. */
  startedAt = $state<number | null>(null);
  /** Rows of it that are ready. */
  ready = $state(0);
  error = $state.raw<Failure | null>(null);
  #requestId: string | null = null;
  #closed = false;

  constructor(base: Base) {
    this.base = base;
    this.shown = { ...base, arrangement: AS_IT_IS };
  }

  /** Whether rows are being arranged. */
  get busy(): boolean {
    return this.startedAt !== null;
  }

  /** Arranges the rows, in place of whatever was wanted before. */
  async set(wanted: Arrangement): Promise<void> {
    this.#stop();
    this.wanted = wanted;
    this.error = null;
    if (isPlain(wanted)) {
      this.#show({ ...this.base, arrangement: wanted });
      return;
    }
    const requestId = crypto.randomUUID();
    this.#requestId = requestId;
    this.startedAt = Date.now();
    this.ready = 0;
    const isWanted = () => this.#requestId === requestId;
    try {
      const result = await api.tableArrange(this.base.of, wanted, requestId, (rows) => {
        if (isWanted()) this.ready = rows;
      });
      if (!isWanted()) {
        release(result.result_id);
        return;
      }
      const { strays } = this.base.source;
      this.#show({
        of: { kind: 'result', result_id: result.result_id },
        source: {
          key: result.result_id,
          rows: result.rows,
          numberedTo: this.base.source.rows,
          page: (offset, limit) => api.resultPage(result.result_id, offset, limit),
          ...(strays === undefined ? {} : { strays }),
        },
        arrangement: wanted,
      });
    } catch (thrown) {
      if (!isWanted()) return;
      const { code, message } = api.toApiError(thrown);
      if (code !== 'cancelled') this.error = { code, message };
      this.wanted = this.shown.arrangement;
    }
    this.#requestId = null;
    this.startedAt = null;
  }

  /** Gives up what is being arranged; what is shown stays. */
  cancel(): void {
    this.#stop();
    this.wanted = this.shown.arrangement;
  }

  /** Lets everything go. */
  close(): void {
    this.#stop();
    this.#closed = true;
    if (this.shown.source !== this.base.source && this.shown.of.kind === 'result') release(this.shown.of.result_id);
  }

  #stop(): void {
    if (this.#requestId !== null) api.queryCancel(this.#requestId).catch(() => undefined);
    this.#requestId = null;
    this.startedAt = null;
  }

  #show(next: Base & { arrangement: Arrangement }): void {
    const before = this.shown;
    if (this.#closed) {
      if (next.source !== this.base.source && next.of.kind === 'result') release(next.of.result_id);
      return;
    }
    this.shown = next;
    if (before.source !== this.base.source && before.of.kind === 'result') release(before.of.result_id);
  }
}

/** Nobody waits for it, and the core lets go of everything when the window closes. */
function release(resultId: string): void {
  api.resultRelease(resultId).catch(() => undefined);
}
