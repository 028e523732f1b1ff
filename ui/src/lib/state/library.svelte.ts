import { SvelteMap } from 'svelte/reactivity';
import * as api from '$lib/api';
import type { DatasetDetail, DatasetNotes, DatasetSummary, SuggestedQuestion } from '$lib/api';
import type { Base } from '$lib/grid/arranged.svelte';
import { strayCells, type StrayCells } from '$lib/grid/pages';
import { strings } from '$lib/strings';
import { toasts } from './toasts.svelte';

/** The parts of a dataset. */
export const TABS = ['rows', 'columns', 'receipt', 'notes'] as const;
export type Tab = (typeof TABS)[number];

/** Long enough for typing a letter, short enough to seem at once. */
const PAUSE_MS = 150;

/** What the middle of the window shows. */
export type View = { kind: 'welcome' } | { kind: 'dataset'; id: string } | { kind: 'sql' };

/** The datasets of the library and which of them is open. */
export class Library {
  datasets = $state.raw<DatasetSummary[]>([]);
  /** `loading` only before the first list has come. */
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state('');
  view = $state.raw<View>({ kind: 'welcome' });
  /** The part of the open dataset that is shown; it stays when the dataset is read anew. */
  tab = $state<Tab>('rows');
  /** The datasets whose file has changed since it was read. */
  changed = $state.raw<string[]>([]);
  /** What is looked for in the list. */
  query = $state('');
  /** The tag that is looked for; null looks for none. */
  tag = $state<string | null>(null);
  /** The datasets that have a column of the name that is looked for. */
  #withColumn = $state.raw<string[]>([]);
  #searched = 0;
  /** What is known about datasets that were open, by id; what changes of it is taken up here. */
  readonly #details = new SvelteMap<string, DatasetDetail>();

  /** The dataset that is open, or was open last. */
  readonly current: DatasetSummary | undefined = $derived.by(() => {
    const view = this.view;
    return view.kind === 'dataset' ? this.datasets.find((each) => each.id === view.id) : undefined;
  });

  /** Every tag, in the order of the alphabet. */
  readonly tags: string[] = $derived(
    this.datasets
      .flatMap((each) => each.tags)
      .sort((a, b) => a.localeCompare(b))
      .filter((tag, at, all) => tag !== all[at - 1]),
  );

  /** The datasets that are looked for. */
  readonly found: DatasetSummary[] = $derived.by(() => {
    const wanted = this.query.trim().toLocaleLowerCase();
    const tag = this.tag !== null && this.tags.includes(this.tag) ? this.tag : null;
    const contains = (text: string) => text.toLocaleLowerCase().includes(wanted);
    return this.datasets.filter(
      (each) =>
        (tag === null || each.tags.includes(tag)) &&
        (wanted === '' || contains(each.name) || each.tags.some(contains) || this.#withColumn.includes(each.id)),
    );
  });

  /** Looks for datasets by their names, tags and columns. */
  search(query: string): void {
    this.query = query;
    const turn = ++this.#searched;
    const wanted = query.trim();
    this.#withColumn = [];
    if (wanted === '') return;
    setTimeout(() => {
      if (turn !== this.#searched) return;
      // Without an answer, names and tags are found all the same.
      api.datasetsWithColumn(wanted).then(
        (ids) => {
          if (turn === this.#searched) this.#withColumn = ids;
        },
        () => undefined,
      );
    }, PAUSE_MS);
  }

  /** Looks whether files have changed since they were read; where that cannot be told, nothing is said. */
  async check(): Promise<void> {
    try {
      this.changed = await api.datasetsChanged();
    } catch {
      this.changed = [];
    }
  }

  /**
   * Reads the list for the first time, and opens the newest dataset with it: both are drawn at once, when what else the window
   * needs is there too.
   */
  async begin(needed: Promise<unknown>): Promise<void> {
    try {
      const datasets = await api.datasetsList();
      const newest = datasets[0];
      if (newest !== undefined) this.detail(newest.id).catch(() => undefined);
      await needed;
      this.#take(datasets);
      if (this.view.kind === 'welcome' && newest !== undefined) this.open(newest.id);
    } catch (thrown) {
      this.#failed(thrown);
    }
  }

  /** Reads the list anew. */
  async load(): Promise<void> {
    try {
      this.#take(await api.datasetsList());
      if (this.view.kind === 'dataset' && this.current === undefined) this.show({ kind: 'welcome' });
    } catch (thrown) {
      this.#failed(thrown);
    }
  }

  #take(datasets: DatasetSummary[]): void {
    this.datasets = datasets;
    this.state = 'ready';
    void this.check();
  }

  #failed(thrown: unknown): void {
    this.error = api.toApiError(thrown).message;
    this.state = this.state === 'ready' ? 'ready' : 'failed';
    if (this.state === 'ready') toasts.bad(thrown);
  }

  show(view: View): void {
    this.view = view;
  }

  open(id: string): void {
    if (this.view.kind === 'dataset' && this.view.id === id) return;
    this.tab = 'rows';
    this.show({ kind: 'dataset', id });
  }

  /** What is known about a dataset; asked for at most once. */
  async detail(id: string): Promise<DatasetDetail> {
    const known = this.#details.get(id);
    if (known !== undefined) return known;
    const detail = await api.datasetShow(id);
    this.#details.set(id, detail);
    return detail;
  }

  /** What is known about a dataset already. */
  known(id: string): DatasetDetail | undefined {
    return this.#details.get(id);
  }

  /** The rows of a dataset, as they are in it. */
  rowsOf({ id, generation, rows, strays }: DatasetSummary): Base {
    return {
      of: { kind: 'dataset', id },
      source: {
        key: `${id} ${generation}`,
        rows,
        page: (offset, limit) => api.datasetPage(id, offset, limit),
        ...(strays === 0 ? {} : { strays: (numbers: number[]) => this.#strays(id, numbers) }),
      },
    };
  }

  /** The cells of these rows that did not fit. */
  async #strays(id: string, numbers: number[]): Promise<StrayCells> {
    const [{ columns }, cells] = await Promise.all([this.detail(id), api.tableStrays(id, numbers)]);
    return strayCells(cells, columns);
  }

  /** Takes up what is said about a dataset now. */
  noted(id: string, notes: DatasetNotes): void {
    const known = this.#details.get(id);
    if (known !== undefined) this.#details.set(id, { ...known, notes });
  }

  /** Keeps what the person wrote about a dataset. */
  async setContext(id: string, context: string): Promise<void> {
    await api.datasetSetContext(id, context);
    const known = this.#details.get(id);
    if (known !== undefined) this.#details.set(id, { ...known, context });
  }

  /** Questions that a dataset can answer without any model; none where they cannot be told. */
  async suggestions(id: string): Promise<SuggestedQuestion[]> {
    try {
      return await api.datasetSuggestions(id);
    } catch {
      return [];
    }
  }

  /** Takes up a dataset that was just made, or made anew, before the list is read. */
  added(dataset: DatasetSummary): void {
    this.#details.delete(dataset.id);
    this.datasets = [dataset, ...this.datasets.filter((each) => each.id !== dataset.id)];
    void this.load();
  }

  /** Forgets what is known of a dataset whose rows are others now. */
  changedElsewhere(id: string): void {
    this.#details.delete(id);
  }

  async rename(id: string, name: string): Promise<void> {
    const renamed = await api.datasetRename(id, name);
    const known = this.#details.get(id);
    if (known !== undefined) this.#details.set(id, { ...known, summary: renamed });
    await this.load();
  }

  /** Gives a dataset a tag, or takes it away. */
  async setTag(id: string, tag: string, given: boolean): Promise<void> {
    const changed = await api.datasetTag(id, tag, given);
    this.datasets = this.datasets.map((each) => (each.id === id ? changed : each));
    const known = this.#details.get(id);
    if (known !== undefined) this.#details.set(id, { ...known, summary: changed });
  }

  /** Removes a dataset; it can be brought back for a while. */
  async remove(dataset: DatasetSummary): Promise<void> {
    await api.datasetRemove(dataset.id);
    this.#details.delete(dataset.id);
    const at = this.datasets.findIndex((each) => each.id === dataset.id);
    this.datasets = this.datasets.filter((each) => each.id !== dataset.id);
    if (this.view.kind === 'dataset' && this.view.id === dataset.id) {
      const neighbour = this.datasets[at] ?? this.datasets[at - 1];
      if (neighbour === undefined) this.show({ kind: 'welcome' });
      else this.open(neighbour.id);
    }
    toasts.undoable(strings.dataset.removed(dataset.name), () => void this.#bringBack(dataset.id));
    await this.load();
  }

  async #bringBack(id: string): Promise<void> {
    try {
      this.added(await api.datasetBringBack(id));
      this.open(id);
    } catch (thrown) {
      toasts.bad(thrown);
    }
  }
}

export const library = new Library();
