import * as api from '$lib/api';
import type {
  Audited,
  ColumnChange,
  Combination,
  DatasetSummary,
  ExportEvent,
  ExportSource,
  ExportStyle,
  Failure,
  FoundFile,
  FoundTable,
  JobEvent,
  Phase,
  Reading,
} from '$lib/api';
import { fileName, safeFileName } from '$lib/format';
import { strings } from '$lib/strings';
import { library, type View } from './library.svelte';
import { toasts } from './toasts.svelte';

/** Where a piece of long work stands. */
export type JobState = 'queued' | 'running' | 'cancelling' | 'done' | 'failed' | 'cancelled';

const LINGERS_MS = 4_000;
let next = 1;

/** A piece of long work: it can be cancelled, also before the core has taken it. */
export abstract class Job {
  /** The window's own number for it. */
  readonly key = next++;
  readonly name: string;
  state = $state<JobState>('queued');
  error = $state.raw<Failure | null>(null);
  rows = $state(0);
  #cancel: (() => Promise<unknown>) | undefined;
  #cancelAsked = false;

  constructor(name: string) {
    this.name = name;
  }

  get ended(): boolean {
    return this.state === 'done' || this.state === 'failed' || this.state === 'cancelled';
  }

  /** From 0 to 1; null as long as nobody can tell. */
  abstract get share(): number | null;

  /** Asks the core to stop; it may be asked before the core has taken the work. */
  async cancel(): Promise<void> {
    if (this.ended) return;
    this.state = 'cancelling';
    this.#cancelAsked = true;
    try {
      await this.#cancel?.();
    } catch (thrown) {
      toasts.bad(thrown);
    }
  }

  /** Whether it is to stop before the core has taken it. */
  get stopped(): boolean {
    return this.#cancelAsked;
  }

  /** The core has taken the work: from now on this cancels it. */
  taken(cancel: () => Promise<unknown>): void {
    this.#cancel = cancel;
    if (this.#cancelAsked && !this.ended) void this.cancel();
  }

  failed(failure: Failure): void {
    this.state = 'failed';
    this.error = { code: failure.code, message: failure.message };
  }
}

/** What becomes a dataset. */
export type Wanted =
  /** A file; what it holds is looked at first. */
  | { kind: 'file'; path: string }
  /** A table of a file. */
  | { kind: 'table'; path: string; table: FoundTable; name: string | null }
  /** Files of one shape, as one dataset. */
  | { kind: 'files'; path: string; paths: string[]; name: string }
  /** The file of a dataset once more, read in another way. */
  | { kind: 'again'; id: string; path: string; reading: Reading }
  /** The file of a dataset once more, because it has changed. */
  | { kind: 'refresh'; id: string; path: string; name: string }
  /** What begins on a line of a dataset's file, as a dataset of its own; the dataset keeps what is above. */
  | { kind: 'split'; id: string; path: string; name: string; line: number }
  /** A column of a dataset, read in another way. */
  | { kind: 'change'; id: string; path: string; name: string; change: ColumnChange }
  /** The sample that comes with the app. */
  | { kind: 'sample'; path: string };

/** What the person has to decide before files are converted. */
export type Choice =
  { kind: 'tables'; file: FoundFile } | { kind: 'files'; combination: Combination; paths: string[]; others: string[] };

function nameOf(wanted: Wanted): string {
  switch (wanted.kind) {
    case 'files':
    case 'refresh':
    case 'split':
      return wanted.name;
    case 'change':
      return strings.columns.of(wanted.change.column, wanted.name);
    case 'table': {
      const title = wanted.name === null ? '' : strings.tables.title(wanted.table.id);
      return fileName(wanted.path) + (title && ` · ${title}`);
    }
    case 'file':
    case 'again':
    case 'sample':
      return fileName(wanted.path);
  }
}

/** Rows that a person wants in a file. */
export interface ExportRequest {
  what: ExportSource;
  /** What the file is called unless the person says otherwise. */
  name: string;
  rows: number;
  /** Where they come from, for the file beside it. */
  origin: Audited;
}

/** Files, or a table of one, that become a dataset. */
export class ImportJob extends Job {
  readonly kind = 'import';
  readonly wanted: Wanted;
  phase = $state<Phase>('detecting');
  bytesDone = $state(0);
  bytesTotal = $state(0);
  bytesPerSecond = $state(0);
  secondsLeft = $state<number | null>(null);

  constructor(wanted: Wanted) {
    super(nameOf(wanted));
    this.wanted = wanted;
  }

  /** Whether it makes a dataset; else it makes one anew, which stays as it was until then. */
  get isNew(): boolean {
    return !['again', 'refresh', 'split', 'change'].includes(this.wanted.kind);
  }

  get path(): string {
    return this.wanted.path;
  }

  get share(): number | null {
    if (this.phase === 'detecting' || this.bytesTotal === 0) return null;
    return Math.min(1, this.bytesDone / this.bytesTotal);
  }

  /** The core looks at the file, before it is asked to convert it. */
  look(): void {
    if (this.state === 'queued') this.state = 'running';
  }

  /** Takes an event of the core. */
  take(event: JobEvent): void {
    switch (event.type) {
      case 'queued':
        if (this.state !== 'cancelling') this.state = 'queued';
        break;
      case 'progress':
        if (this.state !== 'cancelling') this.state = 'running';
        this.phase = event.phase;
        this.bytesDone = event.bytes_done;
        this.bytesTotal = event.bytes_total;
        this.rows = event.rows;
        this.bytesPerSecond = event.bytes_per_second;
        this.secondsLeft = event.seconds_left;
        break;
      case 'done':
        this.rows = event.dataset.rows;
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

/** A dataset or a result that becomes a file. */
export class ExportJob extends Job {
  readonly kind = 'export';
  readonly request: ExportRequest;
  readonly path: string;
  readonly style: ExportStyle;
  bytes = $state(0);

  constructor(request: ExportRequest, path: string, style: ExportStyle) {
    super(fileName(path));
    this.request = request;
    this.path = path;
    this.style = style;
  }

  get share(): number | null {
    return this.request.rows === 0 ? null : Math.min(1, this.rows / this.request.rows);
  }

  /** Takes an event of the core. */
  take(event: ExportEvent): void {
    switch (event.type) {
      case 'progress':
      case 'done':
        this.rows = event.rows;
        this.bytes = event.bytes;
        if (event.type === 'done') this.state = 'done';
        else if (this.state !== 'cancelling') this.state = 'running';
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

/** Everything that takes a while: conversions and exports, running, waiting and just ended. */
export class Activity {
  jobs = $state<(ImportJob | ExportJob)[]>([]);
  /** What waits for the person to decide, the first of it first. */
  choices = $state.raw<Choice[]>([]);
  /** What is to be exported, while the person says how. */
  exporting = $state.raw<ExportRequest | null>(null);
  /** How they exported last. */
  exportStyle: ExportStyle = {
    format: 'csv',
    delimiter: ',',
    byte_order_mark: false,
    guards_formulas: false,
    audit: null,
  };

  /** The native open dialog, and then as with a drop. */
  async pick(): Promise<void> {
    try {
      await this.add(await api.importPick());
    } catch (thrown) {
      toasts.bad(thrown);
    }
  }

  /**
   * Adds files, and those of folders; the person is asked whether those of one shape become one dataset.
   *
   * The first dataset that is done opens, unless the person went elsewhere meanwhile.
   */
  async add(paths: string[]): Promise<void> {
    let files: string[];
    try {
      const dropped = await api.importFiles(paths);
      files = dropped.files;
      const leftOut = dropped.left_out.map(({ path, why }) => strings.files.leftOut(fileName(path), why));
      if (leftOut.length > 0)
        toasts.note(strings.files.leftOutTitle(dropped.left_out_count), leftOut.slice(0, 3).join(' '));
      if (files.length > 1) {
        const combination = await api.importCombinable(files);
        if (combination.is_offered) {
          const belongs = combination.files.filter(({ fit }) => fit !== 'other').map(({ path }) => path);
          this.choices = [
            ...this.choices,
            {
              kind: 'files',
              combination: { ...combination, name: dropped.folder_name ?? combination.name },
              paths: belongs,
              others: files.filter((path) => !belongs.includes(path)),
            },
          ];
          return;
        }
      }
    } catch (thrown) {
      toasts.bad(thrown);
      return;
    }
    const [folder] = paths;
    if (files.length === 0 && folder !== undefined)
      this.#queue({ kind: 'file', path: folder }).failed({ code: 'empty_folder', message: strings.files.nothing });
    this.addFiles(files);
  }

  /** Adds files one after the other, each as what it holds. */
  addFiles(paths: string[]): void {
    const jobs = paths.map((path) => this.#queue({ kind: 'file', path }));
    void this.#lookAt(jobs, library.view);
  }

  /** Adds files of one shape as one dataset. */
  combine(paths: string[], name: string): void {
    const [path = ''] = paths;
    void this.#start(this.#queue({ kind: 'files', path, paths, name }), library.view);
  }

  /** Adds tables of a file that were chosen; a name of their own is needed only where there are several. */
  addTables(path: string, tables: FoundTable[]): void {
    for (const table of tables) {
      const name = tables.length > 1 ? table.name : null;
      void this.#start(this.#queue({ kind: 'table', path, table, name }), library.view);
    }
  }

  /** Reads the file of a dataset once more, in another way. */
  readAgain(id: string, path: string, reading: Reading): void {
    void this.#start(this.#queue({ kind: 'again', id, path, reading }), library.view);
  }

  /** Reads the file of a dataset once more, because it has changed. */
  refresh({ id, source_path: path, name }: DatasetSummary): void {
    void this.#start(this.#queue({ kind: 'refresh', id, path, name }), library.view);
  }

  /** Makes a dataset of its own of what begins on a line of a dataset's file. */
  split({ id, source_path: path, name }: DatasetSummary, line: number): void {
    void this.#start(this.#queue({ kind: 'split', id, path, name, line }), library.view);
  }

  /** Reads a column of a dataset in another way; what is left out stays. */
  change({ id, source_path: path, name }: DatasetSummary, change: Partial<ColumnChange> & { column: string }): void {
    const whole = { type: null, date_order: null, missing: null, ...change };
    void this.#start(this.#queue({ kind: 'change', id, path, name, change: whole }), library.view);
  }

  /** Whether a dataset is being made anew, and of which column; null where it is not. */
  busyWith(id: string): { column: string | null } | null {
    for (const job of this.jobs) {
      if (job.kind !== 'import' || job.ended || !('id' in job.wanted) || job.wanted.id !== id) continue;
      return { column: job.wanted.kind === 'change' ? job.wanted.change.column : null };
    }
    return null;
  }

  /** Adds the sample that comes with the app. */
  sample(): void {
    void this.#start(this.#queue({ kind: 'sample', path: strings.welcome.sampleName }), library.view);
  }

  /** The person has chosen from the first of `choices`, or wants none of it. */
  chosen(): void {
    this.choices = this.choices.slice(1);
  }

  #queue(wanted: Wanted): ImportJob {
    const job = new ImportJob(wanted);
    this.jobs.push(job);
    return job;
  }

  /** One file after the other, so that they are converted in their order. */
  async #lookAt(jobs: ImportJob[], view: View): Promise<void> {
    for (const job of jobs) {
      job.look();
      try {
        const [found] = await api.importLook([job.path]);
        if (job.stopped) this.#take(job, { type: 'cancelled' }, view);
        else if (found?.failure) this.#take(job, { type: 'failed', ...found.failure }, view);
        else if (found !== undefined && found.tables.length > 1) {
          this.dismiss(job);
          this.choices = [...this.choices, { kind: 'tables', file: found }];
        } else void this.#start(job, view);
      } catch (thrown) {
        job.failed(api.toApiError(thrown));
      }
    }
  }

  async #start(job: ImportJob, view: View): Promise<void> {
    const { wanted } = job;
    const take = (event: JobEvent) => this.#take(job, event, view);
    try {
      const id = await this.#ask(wanted, take);
      job.taken(() => api.importCancel(id));
    } catch (thrown) {
      job.failed(api.toApiError(thrown));
    }
  }

  /** Asks the core to convert; its answer is the job's id. */
  #ask(wanted: Wanted, take: (event: JobEvent) => void): Promise<string> {
    switch (wanted.kind) {
      case 'file':
        return api.importStart(wanted.path, null, null, take);
      case 'table':
        return api.importStart(wanted.path, wanted.table.id, wanted.name, take);
      case 'files':
        return api.importCombine(wanted.paths, wanted.name, take);
      case 'again':
        return api.importAgain(wanted.id, wanted.reading, take);
      case 'refresh':
        return api.importRefresh(wanted.id, take);
      case 'split':
        return api.importSplit(wanted.id, wanted.line, take);
      case 'change':
        return api.importChange(wanted.id, wanted.change, take);
      case 'sample':
        return api.importSample(take);
    }
  }

  #take(job: ImportJob, event: JobEvent, viewThen: View): void {
    job.take(event);
    if (event.type === 'done') {
      if (job.wanted.kind === 'split') library.changedElsewhere(job.wanted.id);
      library.added(event.dataset);
      if (library.view === viewThen) library.open(event.dataset.id);
    }
    this.#settle(job);
  }

  /** Asks where to, then exports; a dismissed dialog does nothing. */
  async export(request: ExportRequest, style: ExportStyle): Promise<void> {
    this.exportStyle = { ...style, audit: null };
    let path: string | null;
    try {
      path = await api.exportPick(`${safeFileName(request.name)}.${style.format}`, style.format);
    } catch (thrown) {
      toasts.bad(thrown);
      return;
    }
    if (path !== null) await this.#export(request, path, style);
  }

  async #export(request: ExportRequest, path: string, style: ExportStyle): Promise<void> {
    const job = new ExportJob(request, path, style);
    job.state = 'running';
    this.jobs.push(job);
    try {
      const id = await api.exportStart(request.what, path, style, (event) => {
        job.take(event);
        if (event.type === 'done') {
          const detail = [strings.job.exported(event.rows, event.bytes)];
          if (event.cut > 0) detail.push(strings.job.cut(event.cut));
          toasts.good(strings.toast.exportDone(job.name), detail.join(' '));
        }
        this.#settle(job);
      });
      job.taken(() => api.exportCancel(id));
    } catch (thrown) {
      job.failed(api.toApiError(thrown));
    }
  }

  /** Starts failed or cancelled work once more. */
  retry(job: ImportJob | ExportJob): void {
    this.dismiss(job);
    if (job.kind === 'export') void this.#export(job.request, job.path, job.style);
    else if (job.wanted.kind === 'file') this.addFiles([job.path]);
    else void this.#start(this.#queue(job.wanted), library.view);
  }

  dismiss(job: ImportJob | ExportJob): void {
    this.jobs = this.jobs.filter((each) => each.key !== job.key);
  }

  /** What went as it should needs no attention; what failed stays until it is dismissed. */
  #settle(job: ImportJob | ExportJob): void {
    if (job.state === 'done') setTimeout(() => this.dismiss(job), LINGERS_MS);
    // Somebody may have cancelled the wrong one.
    if (job.state === 'cancelled') setTimeout(() => this.dismiss(job), 3 * LINGERS_MS);
  }
}

export const activity = new Activity();
