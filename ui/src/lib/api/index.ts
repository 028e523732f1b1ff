/**
 * Everything the window can ask of the core, one function for each command. This folder is the only place that knows
 * the shell; every function throws `ApiError`.
 */
import { Channel, invoke } from '@tauri-apps/api/core';
import { getCurrentWebview } from '@tauri-apps/api/webview';
import { toApiError } from './failure';
import type {
  AppInfo,
  AwsStatus,
  ChatEvent,
  ConversationDetail,
  ConversationSummary,
  DatasetDetail,
  DatasetSummary,
  ExportEvent,
  ExportSource,
  JobEvent,
  LedgerRecord,
  ProfileInfo,
  QueryResult,
  Settings,
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

/** The version, the library's folder and the memory budget in bytes. */
export const appInfo = () => call<AppInfo>('app_info');

/** Every dataset of the library. */
export const datasetsList = () => call<DatasetSummary[]>('datasets_list');
/** Columns, receipt and profile of one dataset. */
export const datasetShow = (id: string) => call<DatasetDetail>('dataset_show', { id });
/** Rows `offset` to `offset + limit` as an Arrow IPC stream. */
export const datasetPage = (id: string, offset: number, limit: number) => bytes('dataset_page', { id, offset, limit });
/** Deletes the dataset; the file it was made from stays. */
export const datasetRemove = (id: string) => call<null>('dataset_remove', { id });
/** Renames the dataset and its view in SQL. */
export const datasetRename = (id: string, name: string) => call<DatasetSummary>('dataset_rename', { id, name });
/** Keeps what the person wrote about the dataset. */
export const datasetSetContext = (id: string, text: string) => call<null>('dataset_set_context', { id, text });

/** The native open dialog; empty when it is dismissed. */
export const importPick = () => call<string[]>('import_pick');
/** Queues a conversion and tells its id. */
export const importStart = (path: string, onEvent: (event: JobEvent) => void) =>
  call<string>('import_start', { path, channel: channel(onEvent) });
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

/** The native save dialog; null when it is dismissed. */
export const exportPick = (suggestedName: string) =>
  call<string | null>('export_pick', { suggested_name: suggestedName });
/** Starts an export to `path` and tells its id. */
export const exportStart = (what: ExportSource, path: string, onEvent: (event: ExportEvent) => void) =>
  call<string>('export_start', { what, path, channel: channel(onEvent) });
/** Cancels an export; no file is left. */
export const exportCancel = (exportId: string) => call<null>('export_cancel', { export_id: exportId });

/** Asks a question and tells the conversation's id; no id begins a new conversation. */
export const chatAsk = (
  conversationId: string | null,
  datasetIds: string[],
  question: string,
  requestId: string,
  onEvent: (event: ChatEvent) => void,
) =>
  call<string>('chat_ask', {
    conversation_id: conversationId,
    dataset_ids: datasetIds,
    question,
    locale: navigator.language,
    request_id: requestId,
    channel: channel(onEvent),
  });
/** Allows or refuses what an answer waits for. */
export const chatConfirm = (requestId: string, allowed: boolean) =>
  call<null>('chat_confirm', { request_id: requestId, allowed });
/** Stops an answer; what had arrived is kept. */
export const chatStop = (requestId: string) => call<null>('chat_stop', { request_id: requestId });

/** Every conversation, newest first. */
export const conversationsList = () => call<ConversationSummary[]>('conversations_list');
/** One conversation with its messages. */
export const conversationShow = (id: string) => call<ConversationDetail>('conversation_show', { id });
/** Deletes a conversation. */
export const conversationRemove = (id: string) => call<null>('conversation_remove', { id });

/** The person's choices. */
export const settingsGet = () => call<Settings>('settings_get');
/** Keeps the person's choices. */
export const settingsSet = (settings: Settings) => call<null>('settings_set', { settings });
/** The AWS profiles that are set up on this machine. */
export const awsProfiles = () => call<ProfileInfo[]>('aws_profiles');
/** Who the profile is and which models it may call. */
export const awsTest = (profile: string | null, region: string | null) =>
  call<AwsStatus>('aws_test', { profile, region });
/** The newest requests that left this machine. */
export const ledgerList = (limit: number) => call<LedgerRecord[]>('ledger_list', { limit });

/** What is being dragged over the window. */
export type DropEvent = { type: 'over' } | { type: 'leave' } | { type: 'drop'; paths: string[] };

/** Listens to files that are dragged onto the window; the answer stops listening. */
export async function onDrop(listener: (event: DropEvent) => void): Promise<() => void> {
  try {
    return await getCurrentWebview().onDragDropEvent(({ payload }) => {
      if (payload.type === 'enter' && payload.paths.length > 0) listener({ type: 'over' });
      else if (payload.type === 'drop') listener({ type: 'drop', paths: payload.paths });
      else if (payload.type === 'leave') listener({ type: 'leave' });
    });
  } catch (thrown) {
    throw toApiError(thrown);
  }
}
