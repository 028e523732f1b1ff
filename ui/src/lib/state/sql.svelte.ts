import * as api from '$lib/api';
import type { Failure, QueryResult } from '$lib/api';
import type { RowSource } from '$lib/grid/pages';
import { textRows } from '$lib/grid/rows';
import { library } from './library.svelte';
import { toasts } from './toasts.svelte';

/** The name as SQL takes it, whatever is in it. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The rows of a kept result. */
export function resultSource(result: Pick<QueryResult, 'result_id' | 'rows'>): RowSource {
  return {
    key: result.result_id,
    rows: result.rows,
    page: (offset, limit) => api.resultPage(result.result_id, offset, limit),
  };
}

/** Statements that are kept, and under which name. */
const HISTORY = 100;
const KEPT_AS = 'sql-history';

function remembered(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT_AS) ?? '[]');
    return Array.isArray(kept) ? kept.filter((each): each is string => typeof each === 'string') : [];
  } catch {
    return [];
  }
}

/** The line of a statement that a message complains of, counted from 1; null where it names none. */
export function wrongLine(message: string): number | null {
  const line = /^LINE (\d+):/m.exec(message)?.[1];
  return line === undefined ? null : Number(line);
}

/** The SQL box: one statement, at most one query under way, and the last result. */
export class Sql {
  text = $state('');
  result = $state.raw<QueryResult | null>(null);
  /** The statement that gave the result. */
  ran = $state('');
  error = $state.raw<Failure | null>(null);
  /** How DuckDB would go about the statement, in place of its result. */
  plan = $state.raw<string | null>(null);
  /** Statements that were run, the newest first. */
  history = $state.raw<string[]>(remembered());
  /** When the query under way began, in milliseconds since 1970. */
  startedAt = $state(0);
  #requestId = $state<string | null>(null);
  /** Whether the result is the box's own to let go; an answer's result belongs to its conversation. */
  #owned = false;

  readonly busy = $derived(this.#requestId !== null);

  /** Runs a statement, such as the part of the text that is selected; all of the text where none is given. */
  async run(statement: string = this.text): Promise<void> {
    const text = statement.trim();
    if (text === '' || this.busy) return;
    this.#remember(text);
    await this.#ask(text, (result) => this.#replace(result, text, true));
  }

  /** Shows how DuckDB would go about a statement; it is not run. */
  async explain(statement: string = this.text): Promise<void> {
    const text = statement.trim().replace(/^explain\s+/i, '');
    if (text === '' || this.busy) return;
    await this.#ask(`EXPLAIN ${text}`, async (result, isWanted) => {
      const rows = textRows(
        await api.resultPage(result.result_id, 0, result.rows).finally(() => this.#release(result)),
      );
      if (!isWanted()) return;
      this.#replace(null, '', false);
      // The second column is the plan, drawn with characters.
      this.plan = rows.map((row) => row[1] ?? '').join('\n');
    });
  }

  /**
   * Has a statement run, and gives its result to `take` if nothing else was asked for meanwhile; what takes time has to
   * see whether that is still so.
   */
  async #ask(
    text: string,
    take: (result: QueryResult, isWanted: () => boolean) => void | Promise<void>,
  ): Promise<void> {
    const requestId = crypto.randomUUID();
    this.#requestId = requestId;
    this.startedAt = Date.now();
    this.error = null;
    this.plan = null;
    try {
      const result = await api.queryRun([], text, requestId);
      const isWanted = () => this.#requestId === requestId;
      if (isWanted()) await take(result, isWanted);
      else this.#release(result);
    } catch (thrown) {
      if (this.#requestId !== requestId) return;
      this.#replace(null, '', false);
      const { code, message } = api.toApiError(thrown);
      this.error = { code, message };
    } finally {
      if (this.#requestId === requestId) this.#requestId = null;
    }
  }

  /** Keeps a statement as the newest of those that were run, on this computer. */
  #remember(text: string): void {
    this.history = [text, ...this.history.filter((each) => each !== text)].slice(0, HISTORY);
    localStorage.setItem(KEPT_AS, JSON.stringify(this.history));
  }

  async cancel(): Promise<void> {
    if (this.#requestId === null) return;
    try {
      await api.queryCancel(this.#requestId);
    } catch (thrown) {
      toasts.bad(thrown);
    }
  }

  /** Goes to the box with this statement; with a result that is kept, or else by running it. */
  show(sql: string, result: QueryResult | null = null): void {
    if (this.busy) void this.cancel();
    this.#requestId = null;
    this.text = sql;
    this.error = null;
    this.plan = null;
    this.#replace(result, sql, false);
    library.show({ kind: 'sql' });
    if (result === null) void this.run();
  }

  /** Begins a statement about a dataset. */
  about(name: string): void {
    this.show(`SELECT *\nFROM ${quoteIdentifier(name)}\nLIMIT 1000`);
  }

  #replace(result: QueryResult | null, ran: string, owned: boolean): void {
    const before = this.result;
    if (this.#owned && before !== null && before.result_id !== result?.result_id) this.#release(before);
    this.result = result;
    this.ran = ran;
    this.#owned = owned;
  }

  #release(result: QueryResult): void {
    // Nobody waits for it, and the core lets go of everything when the window closes.
    api.resultRelease(result.result_id).catch(() => undefined);
  }
}

export const sql = new Sql();
