// Generated from src-tauri/src/wire.rs; do not edit. To write it anew:
// BUZZ_WRITE_WIRE=1 cargo test -p buzz-csv --lib wire

/**
 * Why a command did not do what it was asked; every command fails with this.
 */
export type Failure = { 
/**
 * A short stable name for programs, such as `not_found`.
 */
code: string, 
/**
 * One sentence for a person: what happened and what to do.
 */
message: string, };

/**
 * The application as it runs.
 */
export type AppInfo = { 
/**
 * The application's version.
 */
version: string, 
/**
 * The library's folder.
 */
library: string, 
/**
 * Bytes of memory that a conversion may use at most.
 */
memory_budget: number, };

/**
 * A dataset in a list.
 */
export type DatasetSummary = { 
/**
 * The dataset's id; stays when it is renamed.
 */
id: string, 
/**
 * Grows each time its rows are written anew.
 */
generation: number, 
/**
 * The name, which is also the name of its view in SQL.
 */
name: string, 
/**
 * Rows of the table.
 */
rows: number, 
/**
 * Columns of the table.
 */
columns: number, 
/**
 * Bytes of the Parquet file.
 */
bytes: number, 
/**
 * Bytes of the file it was made from.
 */
source_bytes: number, 
/**
 * The path of the file it was made from.
 */
source_path: string, 
/**
 * When it was made, RFC 3339.
 */
created: string, 
/**
 * Rows of its strays: cells and records that did not fit; 0 where everything did.
 */
strays: number, };

/**
 * One column of a dataset.
 */
export type ColumnInfo = { 
/**
 * The name in the dataset.
 */
name: string, 
/**
 * The name in the file; empty where the file has none.
 */
source_name: string, 
/**
 * The SQL type, such as `BIGINT` or `DECIMAL(12,2)`.
 */
type: string, 
/**
 * Rows where the column is NULL.
 */
nulls: number, 
/**
 * Cells that did not fit the type.
 */
strays: number, 
/**
 * How the text was read where there is more than one way, such as `%d/%m/%Y`.
 */
format: string | null, 
/**
 * Remarks for a person.
 */
notes: Array<string>, };

/**
 * Everything about one dataset but its rows.
 */
export type DatasetDetail = { 
/**
 * The dataset as in the list.
 */
summary: DatasetSummary, 
/**
 * Its columns, in their order.
 */
columns: Array<ColumnInfo>, 
/**
 * The receipt of its conversion, as in `receipt.json`.
 */
receipt: unknown, 
/**
 * The profile of its columns, as in `profile.json`.
 */
profile: unknown, 
/**
 * What the person wrote about it; empty where they did not.
 */
context: string, };

/**
 * Which table of a file: a workbook has sheets, an archive has files, and tables may stand one below the other.
 */
export type TableId = { 
/**
 * The file inside an archive; null where the file is no archive.
 */
member: string | null, 
/**
 * The sheet of a workbook; null where there are no sheets.
 */
sheet: string | null, 
/**
 * The table's number in the sheet or text, from 1.
 */
number: number, };

/**
 * Whether a sheet is shown by the program that made it.
 */
export type Visibility = "visible" | "hidden" | "very_hidden";

/**
 * A table that a file holds, as far as a sample tells.
 */
export type FoundTable = { 
/**
 * Which of the file's tables.
 */
id: TableId, 
/**
 * What it is called within the file; empty where the file is the table.
 */
title: string, 
/**
 * The name that its dataset will have.
 */
name: string, 
/**
 * Whether its sheet is shown.
 */
visibility: Visibility, 
/**
 * Its rows, where that is known without reading all of them.
 */
rows: number | null, 
/**
 * The names of its columns.
 */
columns: Array<string>, 
/**
 * Its first rows as text, a NULL as null.
 */
preview: Array<Array<string | null>>, };

/**
 * A file that was looked at.
 */
export type FoundFile = { 
/**
 * Its path.
 */
path: string, 
/**
 * Its tables; none where it cannot be read.
 */
tables: Array<FoundTable>, 
/**
 * Why it cannot be read.
 */
failure: Failure | null, };

/**
 * The files behind paths that a person dropped, some of which may be folders.
 */
export type DroppedFiles = { 
/**
 * The files, in the order of the paths, those of a folder in their natural order.
 */
files: Array<string>, 
/**
 * The name for a dataset of all of them, where one folder was dropped and nothing else.
 */
folder_name: string | null, 
/**
 * The first files of folders that were left out.
 */
left_out: Array<LeftOut>, 
/**
 * How many were left out.
 */
left_out_count: number, };

/**
 * A file of a folder that was left out.
 */
export type LeftOut = { 
/**
 * Its path.
 */
path: string, 
/**
 * Why, such as `it is hidden`.
 */
why: string, };

/**
 * Whether files are of one shape, so that they may become one dataset.
 */
export type Combination = { 
/**
 * Whether at least two of the files belong together.
 */
is_offered: boolean, 
/**
 * All files that were looked at, in their order.
 */
files: Array<Candidate>, 
/**
 * Columns of the one dataset that some of the files lack.
 */
differing: Array<DifferingColumn>, 
/**
 * The column with the names of the files.
 */
file_column: string, 
/**
 * A name for the dataset.
 */
name: string, };

/**
 * A file that was looked at together with others.
 */
export type Candidate = { 
/**
 * Its path.
 */
path: string, 
/**
 * Its size in bytes.
 */
bytes: number, 
/**
 * Whether it is of the others' shape.
 */
fit: Fit, };

/**
 * How a file fits the others.
 */
export type Fit = "by_name" | "by_position" | "other";

/**
 * A column that some of the files lack.
 */
export type DifferingColumn = { 
/**
 * The column's name.
 */
name: string, 
/**
 * The paths of the files that lack it.
 */
missing_in: Array<string>, };

/**
 * How a text is to be read where the person knows better; null lets the file decide.
 */
export type Reading = { 
/**
 * What stands between two fields: its own characters, or `tab`, `space`, `spaces`, `none` or `fixed`.
 */
delimiter: string | null, 
/**
 * The character around a quoted field, or `none`.
 */
quote: string | null, 
/**
 * The encoding's name, such as `windows-1252`.
 */
encoding: string | null, 
/**
 * Whether the first record names the columns.
 */
header: boolean | null, 
/**
 * Records to leave out before the header.
 */
skip_rows: number | null, };

/**
 * What a conversion is busy with.
 */
export type Phase = "detecting" | "converting" | "correcting" | "finishing";

/**
 * What becomes of one conversion; the last event is `done`, `failed` or `cancelled`.
 */
export type JobEvent = { "type": "queued" } | { "type": "progress", 
/**
 * What it is busy with.
 */
phase: Phase, 
/**
 * Bytes of the file that are done in this phase.
 */
bytes_done: number, 
/**
 * Bytes of the file in all.
 */
bytes_total: number, 
/**
 * Rows that are done in this phase.
 */
rows: number, 
/**
 * Bytes per second of this phase.
 */
bytes_per_second: number, 
/**
 * Seconds that are left in this phase; null as long as nobody can tell.
 */
seconds_left: number | null, } | { "type": "done", 
/**
 * The new dataset.
 */
dataset: DatasetSummary, } | { "type": "failed", 
/**
 * A short stable name for programs.
 */
code: string, 
/**
 * One sentence for a person.
 */
message: string, } | { "type": "cancelled" };

/**
 * One column of a result.
 */
export type ResultColumn = { 
/**
 * The column's name.
 */
name: string, 
/**
 * The SQL type.
 */
type: string, };

/**
 * A result that the core keeps until it is released; its rows come in pages.
 */
export type QueryResult = { 
/**
 * Names the result in `result_page`, `result_release` and `export_start`.
 */
result_id: string, 
/**
 * Its columns, in their order.
 */
columns: Array<ResultColumn>, 
/**
 * Rows in all.
 */
rows: number, 
/**
 * Wall time of the query in seconds.
 */
seconds: number, };

/**
 * What to export.
 */
export type ExportSource = { "kind": "dataset", 
/**
 * The dataset's id.
 */
id: string, } | { "kind": "result", 
/**
 * The result's id.
 */
result_id: string, };

/**
 * What becomes of one export; the last event is `done`, `failed` or `cancelled`.
 */
export type ExportEvent = { "type": "progress", 
/**
 * Rows written.
 */
rows: number, 
/**
 * Bytes written.
 */
bytes: number, } | { "type": "done", 
/**
 * Rows written.
 */
rows: number, 
/**
 * Bytes written.
 */
bytes: number, 
/**
 * The file.
 */
path: string, } | { "type": "failed", 
/**
 * A short stable name for programs.
 */
code: string, 
/**
 * One sentence for a person.
 */
message: string, } | { "type": "cancelled" };

/**
 * One statement that the model ran, and what came of it.
 */
export type ChatStep = { 
/**
 * The step's number within the answer, from 1.
 */
step: number, 
/**
 * What the model said before it ran the statement; often empty.
 */
text: string, 
/**
 * The SQL as it was run.
 */
sql: string, 
/**
 * Names the result in `result_page`, `result_release` and `export_start`; null where it failed or is no longer kept.
 */
result_id: string | null, 
/**
 * The columns of its result; empty where it failed.
 */
columns: Array<ResultColumn>, 
/**
 * Rows of its result; null where it failed.
 */
rows: number | null, 
/**
 * The first rows as text, a NULL as null; kept with the conversation.
 */
preview: Array<Array<string | null>>, 
/**
 * Why it failed; null where it did not.
 */
error: Failure | null, 
/**
 * How long the query took, in seconds.
 */
seconds: number, };

/**
 * How an answer ended.
 */
export type Ended = "complete" | "step_limit" | "token_limit" | "time_limit" | "cancelled" | "failed";

/**
 * A finished answer.
 */
export type ChatAnswer = { 
/**
 * The conversation it belongs to.
 */
conversation_id: string, 
/**
 * The answer in words: Markdown from a model, to be shown as data.
 */
text: string, 
/**
 * What was run on the way to it.
 */
steps: Array<ChatStep>, 
/**
 * What a person should know about the answer, such as a bound that was hit.
 */
notes: Array<string>, 
/**
 * How it ended.
 */
ended: Ended, 
/**
 * The id of the model that answered.
 */
model: string, 
/**
 * Tokens that were sent, all steps together.
 */
input_tokens: number, 
/**
 * Tokens that came back, all steps together.
 */
output_tokens: number, };

/**
 * What happens while a question is answered; the last event is `done` or `failed`.
 */
export type ChatEvent = { "type": "started", 
/**
 * The conversation's id.
 */
conversation_id: string, } | { "type": "text", 
/**
 * To be appended to what came before.
 */
delta: string, } | { "type": "sql", 
/**
 * The step's number, from 1.
 */
step: number, 
/**
 * The SQL as it will be run.
 */
sql: string, } | { "type": "table", 
/**
 * The step's number.
 */
step: number, 
/**
 * Names the result in `result_page`, `result_release` and `export_start`.
 */
result_id: string, 
/**
 * Its columns.
 */
columns: Array<ResultColumn>, 
/**
 * Rows in all.
 */
rows: number, 
/**
 * The first rows as text, a NULL as null.
 */
preview: Array<Array<string | null>>, 
/**
 * How long the query took, in seconds.
 */
seconds: number, } | { "type": "sql_error", 
/**
 * The step's number.
 */
step: number, 
/**
 * A short stable name for programs.
 */
code: string, 
/**
 * Why it failed.
 */
message: string, } | { "type": "notice", 
/**
 * One sentence.
 */
message: string, } | { "type": "done", 
/**
 * The answer.
 */
answer: ChatAnswer, } | { "type": "failed", 
/**
 * A short stable name for programs; `cancelled` where the person stopped it.
 */
code: string, 
/**
 * One sentence for a person.
 */
message: string, 
/**
 * The text that had arrived by then; it is kept in the conversation, marked as cut off.
 */
kept_text: string, };

/**
 * A conversation in a list.
 */
export type ConversationSummary = { 
/**
 * The conversation's id.
 */
id: string, 
/**
 * Its title: the first question.
 */
title: string, 
/**
 * When it began, RFC 3339.
 */
created: string, 
/**
 * When its last message came, RFC 3339.
 */
updated: string, 
/**
 * The ids of the datasets it is about; some may be gone by now.
 */
dataset_ids: Array<string>, };

/**
 * Who wrote a message.
 */
export type Role = "user" | "assistant";

/**
 * One message of a conversation.
 */
export type ChatMessage = { 
/**
 * The message's number; grows within a conversation.
 */
id: number, 
/**
 * Who wrote it.
 */
role: Role, 
/**
 * When, RFC 3339.
 */
created: string, 
/**
 * The question, or the answer's text.
 */
text: string, 
/**
 * What was run on the way to an answer.
 */
steps: Array<ChatStep>, 
/**
 * What a person should know about an answer.
 */
notes: Array<string>, 
/**
 * How an answer ended; null for a question.
 */
ended: Ended | null, 
/**
 * What went wrong, where an answer failed.
 */
error: Failure | null, };

/**
 * A conversation with its messages, oldest first.
 */
export type ConversationDetail = { 
/**
 * The conversation as in the list.
 */
conversation: ConversationSummary, 
/**
 * Its messages, oldest first.
 */
messages: Array<ChatMessage>, };

/**
 * The person's choices; null means that the application chooses.
 */
export type Settings = { 
/**
 * The AWS profile.
 */
profile: string | null, 
/**
 * The AWS region.
 */
region: string | null, 
/**
 * The id of the model or of the inference profile.
 */
model: string | null, };

/**
 * How an AWS profile gets its credentials.
 */
export type ProfileKind = "sso" | "login" | "assume_role" | "web_identity" | "credential_process" | "static_keys" | "none";

/**
 * An AWS profile that is set up on this machine.
 */
export type ProfileInfo = { 
/**
 * The profile's name.
 */
name: string, 
/**
 * How it gets its credentials.
 */
kind: ProfileKind, 
/**
 * The region it names.
 */
region: string | null, };

/**
 * A model that the profile may call.
 */
export type ModelInfo = { 
/**
 * The id to put into the settings.
 */
id: string, 
/**
 * The name for a person.
 */
name: string, 
/**
 * Who made it.
 */
provider: string, 
/**
 * Whether it is the one that is used when none is chosen.
 */
default: boolean, 
/**
 * Where requests may be answered, such as `eu`; null for the region itself.
 */
geography: string | null, };

/**
 * Who the profile is and what it may call.
 */
export type AwsStatus = { 
/**
 * The account's number.
 */
account: string, 
/**
 * Who asks, as AWS names it.
 */
arn: string, 
/**
 * The region that was asked.
 */
region: string, 
/**
 * The models.
 */
models: Array<ModelInfo>, };

/**
 * One request that left this machine, recorded before it did.
 */
export type LedgerRecord = { 
/**
 * The record's number; grows.
 */
id: number, 
/**
 * When it was sent, RFC 3339.
 */
sent: string, 
/**
 * The conversation it belongs to.
 */
conversation_id: string | null, 
/**
 * The service that was asked, such as `bedrock-runtime`.
 */
service: string, 
/**
 * Where it went.
 */
endpoint: string, 
/**
 * The operation, such as `ConverseStream`.
 */
operation: string, 
/**
 * The AWS profile it was sent under.
 */
profile: string | null, 
/**
 * The region.
 */
region: string | null, 
/**
 * The model.
 */
model: string | null, 
/**
 * What was sent, word for word.
 */
payload: string, 
/**
 * `ok`, `failed` or `cancelled`; `sent` while it is under way, or where the program ended meanwhile.
 */
status: string, 
/**
 * Why it failed.
 */
error: string | null, 
/**
 * Tokens that were sent.
 */
input_tokens: number | null, 
/**
 * Tokens that came back.
 */
output_tokens: number | null, 
/**
 * Milliseconds until the answer was complete.
 */
latency_ms: number | null, };
