/**
 * Everything the window can ask of the core, one function for each command. This folder is the only place that knows
 * the shell; every function throws `ApiError`.
 */
import { Channel, invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import { getCurrentWebview } from '@tauri-apps/api/webview';
import { format } from '../format';
import { toApiError } from './failure';
import type {
  AppInfo,
  Appearance,
  Arrangement,
  AskedMatch,
  AwsStatus,
  CellPlace,
  CellRange,
  CellSearch,
  CellsSummary,
  ChatEvent,
  ChatMessage,
  ColumnValues,
  ColumnChange,
  Combination,
  ConversationDetail,
  ConversationSummary,
  CopyEvent,
  DatasetDetail,
  DatasetDraft,
  DatasetNotes,
  DatasetSummary,
  DirectReply,
  DroppedFiles,
  ExportEvent,
  ExportSource,
  ExportStyle,
  FileKind,
  Filter,
  FoundConversation,
  FoundFile,
  JobEvent,
  KeptMatch,
  LedgerRecord,
  NewVersion,
  PictureKind,
  Privacy,
  ProfileInfo,
  Resources,
  QueryResult,
  Reading,
  RowsOf,
  SendMode,
  Settings,
  StrayCell,
  StrayText,
  SuggestedChart,
  SuggestedQuestion,
  TableId,
  Updates,
  VerifiedQuestion,
} from './types';

export type * from './types';
export { ApiError, toApiError } from './failure';

async function call<T>(command: string, args?: Record<string, unknown>): Promise<T> {
  try {
    return await invoke<T>(command, args);
  } catch (thrown) {
    throw toApiError(thrown);
  }
}

async function bytes(command: string, args: Record<string, unknown>): Promise<Uint8Array> {
  const answer = await call<ArrayBuffer | number[]>(command, args);
  return answer instanceof ArrayBuffer ? new Uint8Array(answer) : Uint8Array.from(answer);
}

function channel<T>(onEvent: (event: T) => void): Channel<T> {
  const made = new Channel<T>();
  made.onmessage = onEvent;
  return made;
}

/** The file decides everything. */
const AS_FOUND: Reading = { delimiter: null, quote: null, encoding: null, header: null, skip_rows: null, lines: null };

/** The version, the library's folder and the memory budget in bytes. */
export const appInfo = () => call<AppInfo>('app_info');
/** The report of a fault that the person was not told of yet; null where there is none. */
export const appCrashReport = () => call<string | null>('app_crash_report');
/** Ends the app and starts it anew. */
export const appRestart = () => call<null>('app_restart');
/** Asks for a folder in the native dialog; null where it was dismissed. */
export const libraryPick = () => call<string | null>('library_pick');
/** Starts copying the library into a folder of its own in there, and tells the copy's id. */
export const libraryBackUp = (into: string, onEvent: (event: CopyEvent) => void) =>
  call<string>('library_back_up', { into, channel: channel(onEvent) });
/** Starts copying the library to where it is used from the next start on, and tells the copy's id. */
export const libraryMove = (into: string, onEvent: (event: CopyEvent) => void) =>
  call<string>('library_move', { into, channel: channel(onEvent) });
/** Cancels a copy. */
export const libraryCopyCancel = (copyId: string) => call<null>('library_copy_cancel', { copy_id: copyId });
/** The files that were opened with the app and that the window has not taken in yet. */
export const appOpened = () => call<string[]>('app_opened');
/** Listens to files being opened with the app while it runs; the answer stops listening. */
export async function onOpened(listener: () => void): Promise<() => void> {
  try {
    return await listen('files-opened', listener);
  } catch (thrown) {
    throw toApiError(thrown);
  }
}

/** Every dataset of the library. */
export const datasetsList = () => call<DatasetSummary[]>('datasets_list');
/** Columns, receipt and profile of one dataset. */
export const datasetShow = (id: string) => call<DatasetDetail>('dataset_show', { id });
/** Rows `offset` to `offset + limit` as an Arrow IPC stream. */
export const datasetPage = (id: string, offset: number, limit: number) => bytes('dataset_page', { id, offset, limit });
/** What did not fit into a column, cell by cell, as an Arrow IPC stream: line, text, reason, and of several files the file. */
export const datasetStrays = (id: string, column: string, offset: number, limit: number) =>
  bytes('dataset_strays', { id, column, offset, limit });
/** The texts that did not fit into a column, the most frequent first. */
export const datasetStrayTexts = (id: string, column: string, limit: number) =>
  call<StrayText[]>('dataset_stray_texts', { id, column, limit });
/** Gives the dataset a tag, or takes it away. */
export const datasetTag = (id: string, tag: string, given: boolean) =>
  call<DatasetSummary>('dataset_tag', { id, tag, given });
/** The ids of the datasets whose file has changed since it was read. */
export const datasetsChanged = () => call<string[]>('datasets_changed');
/** The ids of the datasets that have a column whose name contains the text. */
export const datasetsWithColumn = (text: string) => call<string[]>('datasets_with_column', { text });
/** Removes the dataset; it can be brought back for some seconds. The file it was made from stays. */
export const datasetRemove = (id: string) => call<null>('dataset_remove', { id });
/** Brings a dataset back that was just removed. */
export const datasetBringBack = (id: string) => call<DatasetSummary>('dataset_bring_back', { id });
/** Renames the dataset and its view in SQL. */
export const datasetRename = (id: string, name: string) => call<DatasetSummary>('dataset_rename', { id, name });
/** Keeps what the person wrote about the dataset. */
export const datasetSetContext = (id: string, text: string) => call<null>('dataset_set_context', { id, text });
/** Sets how much of the dataset may be sent; null leaves it to the app's own mode. */
export const datasetSetSend = (id: string, send: SendMode | null) =>
  call<DatasetNotes>('dataset_set_send', { id, send });
/** Sets what a column holds, whether its cells may be sent, or both; null stays. */
export const datasetSetColumn = (id: string, column: string, description: string | null, neverSend: boolean | null) =>
  call<DatasetNotes>('dataset_set_column', { id, column, description, never_send: neverSend });
/** Keeps a fact about the dataset, or forgets it. */
export const datasetSetFact = (id: string, fact: string, kept: boolean) =>
  call<DatasetNotes>('dataset_set_fact', { id, fact, kept });
/** Remembers which cells a word means; no cells forget it. */
export const datasetSetMatch = (id: string, kept: KeptMatch) => call<DatasetNotes>('dataset_set_match', { id, kept });
/** What would be sent to have the model draft what to write about a dataset. */
export const datasetDraftRequest = (id: string) => call<string>('dataset_draft_request', { id, locale: format.locale });
/** Has the model draft what to write about a dataset; `chatStop` stops it. Nothing is kept. */
export const datasetDraft = (id: string, requestId: string) =>
  call<DatasetDraft>('dataset_draft', { id, locale: format.locale, request_id: requestId });
/** Questions that the dataset can answer without any model. */
export const datasetSuggestions = (id: string) => call<SuggestedQuestion[]>('dataset_suggestions', { id });

/** The native open dialog; empty when it is dismissed. */
export const importPick = () => call<string[]>('import_pick');
/** The files behind paths, some of which may be folders. */
export const importFiles = (paths: string[]) => call<DroppedFiles>('import_files', { paths });
/** Looks whether files are of one shape, so that they may become one dataset. */
export const importCombinable = (paths: string[]) => call<Combination>('import_combinable', { paths });
/** Queues the conversion of files of one shape to one dataset, and tells the job's id. */
export const importCombine = (paths: string[], name: string, onEvent: (event: JobEvent) => void) =>
  call<string>('import_combine', { paths, name, channel: channel(onEvent) });
/** Looks at files: which tables they hold. */
export const importLook = (paths: string[], reading: Reading = AS_FOUND) =>
  call<FoundFile[]>('import_look', { paths, reading });
/** Queues the conversion of a table of a file, by default the first under the file's name, and tells its id. */
export const importStart = (
  path: string,
  table: TableId | null,
  name: string | null,
  onEvent: (event: JobEvent) => void,
) => call<string>('import_start', { path, table, name, channel: channel(onEvent) });
/** Queues reading the file of a dataset once more, in another way, and tells the job's id. */
export const importAgain = (id: string, reading: Reading, onEvent: (event: JobEvent) => void) =>
  call<string>('import_again', { id, reading, channel: channel(onEvent) });
/** Queues reading the file of a dataset once more, as it was read before, and tells the job's id. */
export const importRefresh = (id: string, onEvent: (event: JobEvent) => void) =>
  call<string>('import_refresh', { id, channel: channel(onEvent) });
/** Queues making a dataset of what begins on a line of a dataset's file, and tells the job's id. */
export const importSplit = (id: string, line: number, onEvent: (event: JobEvent) => void) =>
  call<string>('import_split', { id, line, channel: channel(onEvent) });
/** Queues reading a column of a dataset in another way, and tells the job's id. */
export const importChange = (id: string, change: ColumnChange, onEvent: (event: JobEvent) => void) =>
  call<string>('import_change', { id, change, channel: channel(onEvent) });
/** Queues the conversion of the sample, and tells the job's id. */
export const importSample = (onEvent: (event: JobEvent) => void) =>
  call<string>('import_sample', { channel: channel(onEvent) });
/** Cancels a conversion that waits or runs. */
export const importCancel = (jobId: string) => call<null>('import_cancel', { job_id: jobId });

/** Runs one read; no ids means every dataset. The result is kept until it is released. */
export const queryRun = (datasetIds: string[], sql: string, requestId: string) =>
  call<QueryResult>('query_run', { dataset_ids: datasetIds, sql, request_id: requestId });
/** Rows `offset` to `offset + limit` of a kept result as an Arrow IPC stream. */
export const resultPage = (resultId: string, offset: number, limit: number) =>
  bytes('result_page', { result_id: resultId, offset, limit });
/** Interrupts a query that runs. */
export const queryCancel = (requestId: string) => call<null>('query_cancel', { request_id: requestId });
/** Lets go of a kept result. */
export const resultRelease = (resultId: string) => call<null>('result_release', { result_id: resultId });

/**
 * Sorts and filters the rows of a table and keeps them as a result; behind the columns stands the number of each row in
 * the table. `onProgress` gets the rows that are ready.
 */
export const tableArrange = (
  of: RowsOf,
  arrangement: Arrangement,
  requestId: string,
  onProgress: (rows: number) => void,
) => call<QueryResult>('table_arrange', { of, arrangement, request_id: requestId, channel: channel(onProgress) });
/** The most frequent values of a column in the rows that the filters leave. */
export const tableValues = (of: RowsOf, column: number, filters: Filter[], containing: string, requestId: string) =>
  call<ColumnValues>('table_values', { of, column, filters, containing, request_id: requestId });
/** What a rectangle of cells comes to. */
export const tableSummary = (of: RowsOf, cells: CellRange, requestId: string) =>
  call<CellsSummary>('table_summary', { of, cells, request_id: requestId });
/** The next cell that has a text in it; null where there is none. */
export const tableFind = (of: RowsOf, search: CellSearch, requestId: string) =>
  call<CellPlace | null>('table_find', { of, search, request_id: requestId });
/** The cells of these rows of a dataset, counted from 1, that did not fit their column. */
export const tableStrays = (id: string, rows: number[]) => call<StrayCell[]>('table_strays', { id, rows });

/** The native save dialog; null when it is dismissed. */
export const exportPick = (suggestedName: string, kind: FileKind) =>
  call<string | null>('export_pick', { suggested_name: suggestedName, kind });
/** Starts an export to `path` and tells its id. */
export const exportStart = (
  what: ExportSource,
  path: string,
  style: ExportStyle,
  onEvent: (event: ExportEvent) => void,
) => call<string>('export_start', { what, path, style, channel: channel(onEvent) });
/** Asks in the native dialog where to keep a picture, and keeps it; tells the file, or null when it is dismissed. */
export const pictureSave = (suggestedName: string, kind: PictureKind, bytes: Uint8Array) =>
  call<string | null>('picture_save', { suggested_name: suggestedName, kind, bytes: [...bytes] });
/** Cancels an export; no file is left. */
export const exportCancel = (exportId: string) => call<null>('export_cancel', { export_id: exportId });

/** What belongs to a question besides its text. */
export interface Asking {
  /** What words of it mean, where the person has edited what was found. */
  matches?: AskedMatch[];
  /** The message that it takes the place of, with everything that came after it. */
  fromMessage?: number | null;
}

/** Asks a question and tells the conversation's id; no id begins a new conversation. */
export const chatAsk = (
  conversationId: string | null,
  datasetIds: string[],
  question: string,
  requestId: string,
  onEvent: (event: ChatEvent) => void,
  { matches = [], fromMessage = null }: Asking = {},
) =>
  call<string>('chat_ask', {
    conversation_id: conversationId,
    dataset_ids: datasetIds,
    question,
    matches,
    from_message: fromMessage,
    locale: format.locale,
    request_id: requestId,
    channel: channel(onEvent),
  });
/** Allows or refuses what an answer waits for. */
export const chatConfirm = (requestId: string, allowed: boolean) =>
  call<null>('chat_confirm', { request_id: requestId, allowed });
/** Answers a question with SQL that is known, without any model. */
export const chatRun = (
  conversationId: string | null,
  datasetIds: string[],
  question: string,
  sql: string,
  chart: SuggestedChart | null,
  requestId: string,
) =>
  call<DirectReply>('chat_run', {
    conversation_id: conversationId,
    dataset_ids: datasetIds,
    question,
    sql,
    chart,
    request_id: requestId,
  });
/** Runs a step of an answer anew with other SQL; what came after the answer is removed. */
export const chatRerun = (
  conversationId: string,
  messageId: number,
  step: number,
  sql: string,
  datasetIds: string[],
  requestId: string,
) =>
  call<ChatMessage>('chat_rerun', {
    conversation_id: conversationId,
    message_id: messageId,
    step,
    sql,
    dataset_ids: datasetIds,
    request_id: requestId,
  });
/** Stops an answer; what had arrived is kept. */
export const chatStop = (requestId: string) => call<null>('chat_stop', { request_id: requestId });

/** Every conversation, newest first. */
export const conversationsList = () => call<ConversationSummary[]>('conversations_list');
/** The conversations in which a text is found. */
export const conversationsSearch = (text: string) => call<FoundConversation[]>('conversations_search', { text });
/** Gives a conversation another title. */
export const conversationRename = (id: string, title: string) => call<null>('conversation_rename', { id, title });
/** Writes a conversation to a file as Markdown. */
export const conversationExport = (id: string, path: string) => call<null>('conversation_export', { id, path });
/** One conversation with its messages. */
export const conversationShow = (id: string) => call<ConversationDetail>('conversation_show', { id });
/** Deletes a conversation. */
export const conversationRemove = (id: string) => call<null>('conversation_remove', { id });

/** The person's choices. */
export const settingsGet = () => call<Settings>('settings_get');
/** Keeps the person's choices. */
export const settingsSet = (settings: Settings) => call<null>('settings_set', { settings });
/** How the window looks. */
export const appearanceGet = () => call<Appearance>('appearance_get');
/** Keeps how the window looks, and makes it look so. */
export const appearanceSet = (appearance: Appearance) => call<null>('appearance_set', { appearance });
/** How much of the computer the app may use. */
export const resourcesGet = () => call<Resources>('resources_get');
/** Keeps how much of the computer the app may use, for what begins from now on. */
export const resourcesSet = (resources: Resources) => call<null>('resources_set', { resources });
/** Whether the person is told of newer versions. */
export const updatesGet = () => call<Updates>('updates_get');
/** Keeps whether newer versions are looked for once a day. */
export const updatesSet = (daily: boolean) => call<null>('updates_set', { daily });
/** Looks for a newer version now. */
export const updatesLook = () => call<NewVersion | null>('updates_look');
/** Looks for a newer version if the person wishes that once a day and a day has passed. */
export const updatesLookDaily = () => call<NewVersion | null>('updates_look_daily');
/** What the person chose about what leaves the machine. */
export const privacyGet = () => call<Privacy>('privacy_get');
/** Keeps what the person chose about what leaves the machine. */
export const privacySet = (privacy: Privacy) => call<null>('privacy_set', { privacy });
/** Questions whose SQL the person has checked, newest first. */
export const verifiedList = () => call<VerifiedQuestion[]>('verified_list');
/** Keeps a question with its SQL as trusted. */
export const verifiedAdd = (question: string, sql: string, datasetIds: string[]) =>
  call<VerifiedQuestion>('verified_add', { question, sql, dataset_ids: datasetIds });
/** Takes the trust in a question's SQL back. */
export const verifiedRemove = (id: string) => call<null>('verified_remove', { id });
/** The AWS profiles that are set up on this machine. */
export const awsProfiles = () => call<ProfileInfo[]>('aws_profiles');
/** Who the profile is and which models it may call. */
export const awsTest = (profile: string | null, region: string | null) =>
  call<AwsStatus>('aws_test', { profile, region });
/** Which requests of the ledger are wanted; what is left out does not matter. */
export interface LedgerSearch {
  text?: string;
  conversationId?: string | null;
  /** Those before the record of this number. */
  before?: number | null;
}

/** Requests that left this machine, the newest first. */
export const ledgerList = (limit: number, { text = '', conversationId = null, before = null }: LedgerSearch = {}) =>
  call<LedgerRecord[]>('ledger_list', { limit, text: text.trim() || null, conversation_id: conversationId, before });
/** Forgets everything that was recorded; tells how many requests it was. */
export const ledgerClear = () => call<number>('ledger_clear');
/** Writes everything that was recorded to a file; tells how many requests it was. */
export const ledgerExport = (path: string) => call<number>('ledger_export', { path });

/** What is being dragged over the window. */
export type DropEvent = { type: 'over'; paths: string[] } | { type: 'leave' } | { type: 'drop'; paths: string[] };

/** Listens to files that are dragged onto the window; the answer stops listening. */
export async function onDrop(listener: (event: DropEvent) => void): Promise<() => void> {
  try {
    return await getCurrentWebview().onDragDropEvent(({ payload }) => {
      if (payload.type === 'enter' && payload.paths.length > 0) listener({ type: 'over', paths: payload.paths });
      else if (payload.type === 'drop') listener({ type: 'drop', paths: payload.paths });
      else if (payload.type === 'leave') listener({ type: 'leave' });
    });
  } catch (thrown) {
    throw toApiError(thrown);
  }
}
