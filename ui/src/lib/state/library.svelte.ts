import { SvelteMap } from 'svelte/reactivity';
import * as api from '$lib/api';
import type { DatasetDetail, DatasetNotes, DatasetSummary, SuggestedQuestion } from '$lib/api';
import { strings } from '$lib/strings';
import { toasts } from './toasts.svelte';

/** What the middle of the window shows. */
export type View = { kind: 'welcome' } | { kind: 'dataset'; id: string } | { kind: 'sql' };

/** The datasets of the library and which of them is open. */
export class Library {
  datasets = $state.raw<DatasetSummary[]>([]);
  /** `loading` only before the first list has come. */
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state('');
  view = $state.raw<View>({ kind: 'welcome' });
  /** What is known about datasets that were open, by id; what changes of it is taken up here. */
  readonly #details = new SvelteMap<string, DatasetDetail>();

  /** The dataset that is open, or was open last. */
  readonly current: DatasetSummary | undefined = $derived.by(() => {
    const view = this.view;
    return view.kind === 'dataset' ? this.datasets.find((each) => each.id === view.id) : undefined;
  });

  /** Reads the list anew. */
  async load(): Promise<void> {
    try {
      this.datasets = await api.datasetsList();
      this.state = 'ready';
      if (this.view.kind === 'dataset' && this.current === undefined) this.show({ kind: 'welcome' });
    } catch (thrown) {
      this.error = api.toApiError(thrown).message;
      this.state = this.state === 'ready' ? 'ready' : 'failed';
      if (this.state === 'ready') toasts.bad(thrown);
    }
  }

  show(view: View): void {
    this.view = view;
  }

  open(id: string): void {
    if (this.view.kind !== 'dataset' || this.view.id !== id) this.show({ kind: 'dataset', id });
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

  async rename(id: string, name: string): Promise<void> {
    const renamed = await api.datasetRename(id, name);
    const known = this.#details.get(id);
    if (known !== undefined) this.#details.set(id, { ...known, summary: renamed });
    await this.load();
  }

  async remove(dataset: DatasetSummary): Promise<void> {
    await api.datasetRemove(dataset.id);
    this.datasets = this.datasets.filter((each) => each.id !== dataset.id);
    if (this.view.kind === 'dataset' && this.view.id === dataset.id) this.show({ kind: 'welcome' });
    toasts.good(strings.dataset.removed(dataset.name));
    await this.load();
  }
}

export const library = new Library();
