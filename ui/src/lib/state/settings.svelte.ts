import * as api from '$lib/api';
import type { AppInfo, Appearance, AwsStatus, Failure, Privacy, ProfileInfo, Resources, Settings } from '$lib/api';
import { formatIn } from '$lib/format';
import { showIn } from '$lib/grid/shown';
import { toasts } from './toasts.svelte';

/** The person's choices, and what is known about AWS on this computer. */
export class Preferences {
  /** Whether the dialog is open. */
  open = $state(false);
  values = $state<Settings>({ profile: null, region: null, model: null });
  /** What may leave the computer; until it has been read, the app shows what is usual. */
  privacy = $state<Privacy>({ send: 'rows', confirm: 'nothing', tokens_per_day: null, ledger_days: 90 });
  appearance = $state<Appearance>({ theme: 'system', text_percent: 100, locale: null });
  /** Until they have been read, the app shows what is usual. */
  resources = $state<Resources>({ conversion_mb: 256, query_mb: 1000, threads: 0 });
  /** Null until they have been looked for. */
  profiles = $state.raw<ProfileInfo[] | null>(null);
  info = $state.raw<AppInfo | null>(null);
  testing = $state(false);
  status = $state.raw<AwsStatus | null>(null);
  failure = $state.raw<Failure | null>(null);
  #test = 0;

  async load(): Promise<void> {
    try {
      const [values, info, privacy, appearance, resources] = await Promise.all([
        api.settingsGet(),
        api.appInfo(),
        api.privacyGet(),
        api.appearanceGet(),
        api.resourcesGet(),
      ]);
      this.#writeIn(appearance.locale);
      Object.assign(this, { values, info, privacy, appearance, resources });
    } catch (thrown) {
      toasts.bad(thrown);
    }
    // Only the chat and the settings ask for them.
    void this.findProfiles();
  }

  /** Looks for AWS profiles; nothing leaves the machine. */
  async findProfiles(): Promise<void> {
    try {
      this.profiles = await api.awsProfiles();
    } catch (thrown) {
      this.profiles = [];
      toasts.bad(thrown);
    }
  }

  /** Keeps a choice. Another profile or region has other models, so that what a test said holds no more. */
  async set(change: Partial<Settings>): Promise<void> {
    const before = $state.snapshot(this.values);
    const elsewhere =
      (change.profile !== undefined && change.profile !== before.profile) ||
      (change.region !== undefined && change.region !== before.region);
    const values = { ...before, ...change, ...(elsewhere ? { model: null } : {}) };
    if (elsewhere) this.#forget();
    this.values = values;
    try {
      await api.settingsSet(values);
    } catch (thrown) {
      this.values = before;
      toasts.bad(thrown);
    }
  }

  /** Keeps a choice about what may leave the computer. */
  async setPrivacy(change: Partial<Privacy>): Promise<void> {
    const before = $state.snapshot(this.privacy);
    this.privacy = { ...before, ...change };
    try {
      await api.privacySet({ ...before, ...change });
    } catch (thrown) {
      this.privacy = before;
      toasts.bad(thrown);
    }
  }

  /** Keeps how the window looks. */
  async setAppearance(change: Partial<Appearance>): Promise<void> {
    const before = $state.snapshot(this.appearance);
    const wanted = { ...before, ...change };
    this.#writeIn(wanted.locale);
    this.appearance = wanted;
    try {
      await api.appearanceSet(wanted);
    } catch (thrown) {
      this.#writeIn(before.locale);
      this.appearance = before;
      toasts.bad(thrown);
    }
  }

  /** Keeps how much of the computer the app may use. */
  async setResources(change: Partial<Resources>): Promise<void> {
    const before = $state.snapshot(this.resources);
    this.resources = { ...before, ...change };
    try {
      await api.resourcesSet({ ...before, ...change });
    } catch (thrown) {
      this.resources = before;
      toasts.bad(thrown);
    }
  }

  /** Asks AWS who the profile is and what it may call. */
  async test(): Promise<void> {
    this.#forget();
    const test = this.#test;
    this.testing = true;
    try {
      const status = await api.awsTest(this.values.profile, this.values.region);
      if (test === this.#test) this.status = status;
    } catch (thrown) {
      const { code, message } = api.toApiError(thrown);
      if (test === this.#test) this.failure = { code, message };
    } finally {
      if (test === this.#test) this.testing = false;
    }
  }

  #writeIn(locale: string | null): void {
    formatIn(locale);
    showIn(locale);
  }

  #forget(): void {
    this.#test += 1;
    this.status = null;
    this.failure = null;
    this.testing = false;
  }
}

export const preferences = new Preferences();
