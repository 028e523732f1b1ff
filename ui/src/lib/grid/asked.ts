/** Questions to the core of which only the newest matters. */
import { queryCancel } from '$lib/api';

/** Asks one thing after the other; what was asked before is cancelled, and its answer counts no more. */
export class Newest {
  #requestId: string | null = null;

  /** The answer; undefined where something newer was asked meanwhile, or the wait was ended. Throws what `ask` throws. */
  async ask<T>(ask: (requestId: string) => Promise<T>): Promise<T | undefined> {
    this.stop();
    const requestId = crypto.randomUUID();
    this.#requestId = requestId;
    try {
      const answer = await ask(requestId);
      return this.#requestId === requestId ? answer : undefined;
    } catch (thrown) {
      if (this.#requestId === requestId) throw thrown;
      return undefined;
    } finally {
      if (this.#requestId === requestId) this.#requestId = null;
    }
  }

  /** Whether an answer is being waited for. */
  get waits(): boolean {
    return this.#requestId !== null;
  }

  /** Nobody waits for the answer any more. */
  stop(): void {
    if (this.#requestId !== null) queryCancel(this.#requestId).catch(() => undefined);
    this.#requestId = null;
  }
}
