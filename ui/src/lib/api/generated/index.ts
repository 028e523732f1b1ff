// Generated from src-tauri/src/wire; do not edit. To write it anew:
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
 * The processor cores that the application may use.
 */
cores: number, };

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
strays: number, 
/**
 * Words of the person's own to find it by.
 */
tags: Array<string>, };

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
 * Words that mean a missing value here, as the person has said.
 */
missing: Array<string>, 
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
context: string, 
/**
 * What else the person said about it.
 */
notes: DatasetNotes, };

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
skip_rows: number | null, 
/**
 * The only lines that are read; null means all.
 */
lines: LineRange | null, };

/**
 * Lines of a text that follow one another, counted from 1.
 */
export type LineRange = { 
/**
 * The first of them.
 */
first: number, 
/**
 * The last of them; null means that of the text.
 */
last: number | null, };

/**
 * Which part of a date such as `03/04/2026` comes first.
 */
export type DateOrder = "dmy" | "mdy";

/**
 * What the person overrules of one column; what is null stays.
 */
export type ColumnChange = { 
/**
 * The column.
 */
column: string, 
/**
 * Its new type: `BOOLEAN`, `BIGINT`, `DECIMAL`, `DOUBLE`, `DATE`, `TIME`, `TIMESTAMP` or `VARCHAR`.
 */
type: string | null, 
/**
 * What comes first in its dates.
 */
date_order: DateOrder | null, 
/**
 * All words that mean a missing value in it, besides the usual ones.
 */
missing: Array<string> | null, };

/**
 * A text that did not fit into a column.
 */
export type StrayText = { 
/**
 * The text.
 */
text: string, 
/**
 * In how many cells it stands.
 */
count: number, };

/**
 * How much of a dataset may be sent to a model.
 */
export type SendMode = "schema" | "profile" | "rows";

/**
 * What a person says about one column.
 */
export type ColumnNotes = { 
/**
 * The column's name.
 */
column: string, 
/**
 * What the column holds, in the person's words; may be empty.
 */
description: string, 
/**
 * Whether nothing of its cells may ever leave the machine.
 */
never_send: boolean, };

/**
 * Which cells of a column a word means, as the person has settled it.
 */
export type KeptMatch = { 
/**
 * The word, as people use it in questions.
 */
word: string, 
/**
 * The column.
 */
column: string, 
/**
 * The cells.
 */
values: Array<string>, };

/**
 * What a person says about a dataset besides its context.
 */
export type DatasetNotes = { 
/**
 * How much of it may be sent; null leaves it to the application's own mode. The stricter of the two counts.
 */
send: SendMode | null, 
/**
 * About columns; those of which nothing was said are not here.
 */
columns: Array<ColumnNotes>, 
/**
 * What was learned in conversations and kept.
 */
facts: Array<string>, 
/**
 * Which cells a word means.
 */
matches: Array<KeptMatch>, };

/**
 * What a model proposes to write about a dataset.
 */
export type DatasetDraft = { 
/**
 * For its context; may be empty.
 */
about: string, 
/**
 * For some of its columns.
 */
columns: Array<DraftedColumn>, };

/**
 * What a model proposes to write about a column.
 */
export type DraftedColumn = { 
/**
 * The column's name.
 */
name: string, 
/**
 * What it holds; never empty.
 */
description: string, };

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
 * A table whose rows can be arranged, counted and looked through.
 */
export type RowsOf = { "kind": "dataset", 
/**
 * The dataset's id.
 */
id: string, } | { "kind": "result", 
/**
 * The result's id.
 */
result_id: string, };

/**
 * Which rows of a table are wanted, and in which order.
 */
export type Arrangement = { 
/**
 * What they are sorted by, the most important first; rows that are alike stay in their order.
 */
sort: Array<SortKey>, 
/**
 * What is true for every row that is wanted.
 */
filters: Array<Filter>, };

/**
 * A column to sort by; cells without a value come last either way.
 */
export type SortKey = { 
/**
 * The column's place among those of the table.
 */
column: number, 
/**
 * Whether the largest comes first.
 */
descending: boolean, };

/**
 * A condition on one column.
 */
export type Filter = { 
/**
 * The column's place among those of the table.
 */
column: number, 
/**
 * What its cells have to be.
 */
condition: Condition, };

/**
 * What a cell has to be; values are written as a CSV export writes them, null is no value.
 */
export type Condition = { "is": "one_of", 
/**
 * The values.
 */
values: Array<string | null>, } | { "is": "none_of", 
/**
 * The values.
 */
values: Array<string | null>, } | { "is": "contains", 
/**
 * The part.
 */
value: string, } | { "is": "lacks", 
/**
 * The part.
 */
value: string, } | { "is": "starts_with", 
/**
 * The beginning.
 */
value: string, } | { "is": "equal", 
/**
 * The value.
 */
value: string, } | { "is": "other", 
/**
 * The value.
 */
value: string, } | { "is": "less", 
/**
 * The value.
 */
value: string, } | { "is": "at_most", 
/**
 * The value.
 */
value: string, } | { "is": "greater", 
/**
 * The value.
 */
value: string, } | { "is": "at_least", 
/**
 * The value.
 */
value: string, } | { "is": "between", 
/**
 * The least.
 */
from: string, 
/**
 * The greatest.
 */
to: string, } | { "is": "is_null" } | { "is": "is_not_null" };

/**
 * The most frequent values of a column.
 */
export type ColumnValues = { 
/**
 * The values, the most frequent first.
 */
values: Array<ColumnValue>, 
/**
 * Whether there are more.
 */
more: boolean, };

/**
 * A value of a column.
 */
export type ColumnValue = { 
/**
 * The value, as a CSV export writes it; null is no value.
 */
value: string | null, 
/**
 * Rows that have it.
 */
count: number, };

/**
 * What some cells come to.
 */
export type CellsSummary = { 
/**
 * Cells, those without a value among them.
 */
cells: number, 
/**
 * Cells with a value.
 */
values: number, 
/**
 * Numbers among them.
 */
numbers: number, 
/**
 * The sum of the numbers.
 */
sum: string | null, 
/**
 * Whether the sum has every digit.
 */
exact: boolean, 
/**
 * The mean of the numbers.
 */
mean: number | null, 
/**
 * The smallest number, or the earliest of dates.
 */
min: string | null, 
/**
 * The greatest number, or the latest of dates.
 */
max: string | null, };

/**
 * A rectangle of cells.
 */
export type CellRange = { 
/**
 * The columns' places among those of the table.
 */
columns: Array<number>, 
/**
 * The first row, counted from 0.
 */
first_row: number, 
/**
 * One past the last row.
 */
end_row: number, };

/**
 * What is looked for in the cells of a table.
 */
export type CellSearch = { 
/**
 * What a cell has in it, letter case aside; one of them is enough.
 */
texts: Array<string>, 
/**
 * The places of the columns that are looked through, in the order in which they stand.
 */
columns: Array<number>, 
/**
 * The row from which on is looked, counted from 0.
 */
row: number, 
/**
 * The column in that row, counted among `columns`; the cell itself comes last.
 */
column: number, 
/**
 * Whether to look towards the first row.
 */
backwards: boolean, };

/**
 * A cell that was found.
 */
export type CellPlace = { 
/**
 * Its row, counted from 0.
 */
row: number, 
/**
 * Its column, counted among those that were looked through.
 */
column: number, };

/**
 * A cell that has no value because what stood there did not fit.
 */
export type StrayCell = { 
/**
 * The number of its row in the dataset, counted from 1.
 */
row: number, 
/**
 * Its column.
 */
column: string, 
/**
 * What stood there.
 */
text: string, 
/**
 * Why it did not fit.
 */
reason: string, };

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
result_id: string, } | { "kind": "columns", 
/**
 * The result's id.
 */
result_id: string, 
/**
 * The columns' places.
 */
columns: Array<number>, };

/**
 * The form of an exported table.
 */
export type ExportFormat = "csv" | "xlsx" | "parquet";

/**
 * How a table is exported, and what is written beside it.
 */
export type ExportStyle = { 
/**
 * The form.
 */
format: ExportFormat, 
/**
 * What stands between two fields of a CSV: one ASCII character.
 */
delimiter: string, 
/**
 * Whether a CSV begins with the mark by which Excel knows that it is UTF-8.
 */
byte_order_mark: boolean, 
/**
 * Whether texts of a CSV that a spreadsheet program would run as formulas get an apostrophe before them.
 */
guards_formulas: boolean, 
/**
 * What the file beside it says of where the rows come from; null where there is to be none.
 */
audit: Audited | null, };

/**
 * Where the rows of an export come from.
 */
export type Audited = { 
/**
 * The question that was asked.
 */
question: string | null, 
/**
 * The SQL that gave the rows; null for a whole dataset.
 */
sql: string | null, 
/**
 * The datasets.
 */
dataset_ids: Array<string>, };

/**
 * The form of a picture.
 */
export type PictureKind = "png" | "svg";

/**
 * What a file that is to be saved holds; says how its name ends.
 */
export type FileKind = "csv" | "xlsx" | "parquet" | "markdown" | "json_lines";

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
 * Texts that were longer than a cell of the form can be, and were cut.
 */
cut: number, 
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
 * The tool: `run_sql`, `find_values`, `describe_dataset` or `show_chart`.
 */
tool: string, 
/**
 * What the model said before it asked for the tool; often empty.
 */
text: string, 
/**
 * The SQL as it was run; empty for other tools.
 */
sql: string, 
/**
 * The reading of the question that the SQL answers, where there are several.
 */
reading: string | null, 
/**
 * What another tool was asked, as JSON; null for SQL.
 */
input: unknown, 
/**
 * What another tool gave, as JSON; null for SQL.
 */
output: unknown, 
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
 * Whether the model was not shown the rows.
 */
withheld: boolean, 
/**
 * What a person should know about the result, one sentence each.
 */
notes: Array<string>, 
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
export type Ended = "complete" | "clarification" | "step_limit" | "token_limit" | "time_limit" | "cancelled" | "failed";

/**
 * A chart of a result.
 */
export type ChatChart = { 
/**
 * The number of the step whose result it draws.
 */
step: number, 
/**
 * Names the result, as in the step.
 */
result_id: string, 
/**
 * `bar`, `line`, `area`, `scatter`, `histogram` or `heatmap`.
 */
kind: string, 
/**
 * The Vega-Lite specification, without its data.
 */
spec: Record<string, unknown>, };

/**
 * A word of the question, and the cells that it was taken to mean.
 */
export type ChatMatch = { 
/**
 * The word.
 */
word: string, 
/**
 * The dataset's name.
 */
dataset: string, 
/**
 * The column.
 */
column: string, 
/**
 * The cells and how many rows have each, the most frequent first.
 */
values: Array<[string, number]>, 
/**
 * Rows that have one of them.
 */
rows: number, };

/**
 * What a word of a question is to mean, where the person has edited what was found.
 */
export type AskedMatch = { 
/**
 * The dataset's name.
 */
dataset: string, 
/**
 * What it means there.
 */
meant: KeptMatch, };

/**
 * One of several readings of a question.
 */
export type ChatReading = { 
/**
 * What is meant.
 */
label: string, 
/**
 * The number of the step that ran its SQL.
 */
step: number, 
/**
 * The choice of this reading, as a fact to be kept with a dataset.
 */
fact: string, };

/**
 * Something about a dataset that is offered for keeping.
 */
export type ChatFact = { 
/**
 * The dataset's name.
 */
dataset: string, 
/**
 * One sentence.
 */
fact: string, };

/**
 * A question that the model asks back.
 */
export type ChatClarification = { 
/**
 * The question.
 */
question: string, 
/**
 * Two to four ready answers.
 */
options: Array<string>, };

/**
 * A cell of the result of a step.
 */
export type ChatCell = { 
/**
 * The number of the step.
 */
step: number, 
/**
 * The row, from 0.
 */
row: number, 
/**
 * The column, from 0.
 */
column: number, };

/**
 * Where a figure of an answer's text comes from.
 */
export type FigureSource = "cell" | "sum" | "difference" | "ratio" | "change" | "share" | "total" | "row_count" | "selection" | "question" | "context" | "query";

/**
 * A number, date or name in an answer's text.
 */
export type ChatFigure = { 
/**
 * Where it begins, in UTF-16 units of the text.
 */
start: number, 
/**
 * Where it ends, in UTF-16 units of the text.
 */
end: number, 
/**
 * As it stands in the text.
 */
text: string, 
/**
 * Where it comes from; null where it could not be traced.
 */
source: FigureSource | null, 
/**
 * The number of the step whose result it comes from.
 */
step: number | null, 
/**
 * The cells that it comes from, in the order of the computation.
 */
cells: Array<ChatCell>, 
/**
 * Why it was not traced, where that can be said.
 */
doubt: string | null, };

/**
 * What belongs to an answer besides its text and its steps.
 */
export type ChatExtras = { 
/**
 * The number of the step whose result is behind the answer.
 */
result_step: number | null, 
/**
 * The charts.
 */
charts: Array<ChatChart>, 
/**
 * Which cells the words of the question were taken to mean.
 */
matches: Array<ChatMatch>, 
/**
 * The readings of the question, where there are several.
 */
readings: Array<ChatReading>, 
/**
 * What is offered for keeping.
 */
facts: Array<ChatFact>, 
/**
 * What the model asks back.
 */
clarification: ChatClarification | null, 
/**
 * The figures of the text.
 */
figures: Array<ChatFigure>, };

/**
 * A finished answer.
 */
export type ChatAnswer = { 
/**
 * The conversation it belongs to.
 */
conversation_id: string, 
/**
 * The number of the message that holds it.
 */
message_id: number, 
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
 * What belongs to it besides.
 */
extras: ChatExtras, 
/**
 * How it ended.
 */
ended: Ended, 
/**
 * Which model answered, and what it took.
 */
usage: ChatUsage, };

/**
 * Which model gave an answer, and what it took.
 */
export type ChatUsage = { 
/**
 * The id of the model; empty where none was asked.
 */
model: string, 
/**
 * Tokens that were sent, all requests together.
 */
input_tokens: number, 
/**
 * Tokens that came back, all requests together.
 */
output_tokens: number, 
/**
 * Of the tokens that were sent, those that the service had kept.
 */
cached_tokens: number, 
/**
 * Requests that were sent.
 */
requests: number, };

/**
 * What happens while a question is answered; the last event is `done` or `failed`.
 */
export type ChatEvent = { "type": "started", 
/**
 * The conversation's id.
 */
conversation_id: string, 
/**
 * The number of the message that holds the question.
 */
question_id: number, } | { "type": "text", 
/**
 * To be appended to what came before.
 */
delta: string, } | { "type": "correcting", 
/**
 * The figures that could not be traced.
 */
figures: Array<string>, } | { "type": "sql", 
/**
 * The step's number, from 1.
 */
step: number, 
/**
 * The SQL as it will be run.
 */
sql: string, 
/**
 * The reading of the question that it answers, where there are several.
 */
reading: string | null, } | { "type": "checked", 
/**
 * The step's number.
 */
step: number, 
/**
 * One sentence each.
 */
notes: Array<string>, } | { "type": "tool", 
/**
 * The step's number.
 */
step: number, 
/**
 * The tool's name.
 */
tool: string, 
/**
 * What it is asked, as JSON.
 */
input: unknown, } | { "type": "tool_result", 
/**
 * The step's number.
 */
step: number, 
/**
 * What it gave, as JSON.
 */
output: unknown, 
/**
 * Why it failed; null where it did not.
 */
error: string | null, } | { "type": "chart", 
/**
 * The chart.
 */
chart: ChatChart, } | { "type": "confirm", 
/**
 * The SQL that is about to run.
 */
sql: string | null, 
/**
 * What is about to be sent.
 */
payload: string | null, } | { "type": "table", 
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
seconds: number, 
/**
 * Whether the model is not shown the rows.
 */
withheld: boolean, } | { "type": "sql_error", 
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
 * A conversation in which a text was found.
 */
export type FoundConversation = { 
/**
 * The conversation.
 */
conversation: ConversationSummary, 
/**
 * The text around the first place where it was found; null where only the title has it.
 */
excerpt: string | null, };

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
 * What belongs to an answer besides.
 */
extras: ChatExtras, 
/**
 * How an answer ended; null for a question.
 */
ended: Ended | null, 
/**
 * Which model gave an answer; null for a question.
 */
usage: ChatUsage | null, 
/**
 * What went wrong, where an answer failed.
 */
error: Failure | null, };

/**
 * A question that was answered without any model.
 */
export type DirectReply = { 
/**
 * The conversation in which it is kept.
 */
conversation_id: string, 
/**
 * The number of the message that holds the question.
 */
question_id: number, 
/**
 * The answer.
 */
answer: ChatMessage, };

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
 * The form of a suggested question's chart.
 */
export type SuggestedKind = "bar" | "line";

/**
 * How the result of a suggested question may be drawn.
 */
export type SuggestedChart = { 
/**
 * The form.
 */
kind: SuggestedKind, 
/**
 * The result's column along the bottom.
 */
x: string, 
/**
 * The result's column that gives the heights.
 */
y: string, };

/**
 * A question that a dataset can answer without any model.
 */
export type SuggestedQuestion = { 
/**
 * The question.
 */
question: string, 
/**
 * The SQL that answers it.
 */
sql: string, 
/**
 * How its result may be drawn.
 */
chart: SuggestedChart | null, };

/**
 * A question whose SQL the person has checked.
 */
export type VerifiedQuestion = { 
/**
 * The id.
 */
id: string, 
/**
 * The question.
 */
question: string, 
/**
 * The SQL that answers it.
 */
sql: string, 
/**
 * The datasets that the SQL reads.
 */
dataset_ids: Array<string>, };

/**
 * What the person wants to confirm before it happens.
 */
export type Confirm = "nothing" | "sql" | "requests" | "everything";

/**
 * What the person chose about what leaves the machine.
 */
export type Privacy = { 
/**
 * How much may be sent of any dataset.
 */
send: SendMode, 
/**
 * What is confirmed before it happens.
 */
confirm: Confirm, 
/**
 * Tokens that may be read and written on one day; null is without a ceiling.
 */
tokens_per_day: number | null, 
/**
 * How many days the ledger keeps its records; 0 is for ever.
 */
ledger_days: number, };

/**
 * Light or dark.
 */
export type Theme = "system" | "light" | "dark";

/**
 * How the window looks.
 */
export type Appearance = { 
/**
 * Light or dark.
 */
theme: Theme, 
/**
 * The size of text in percent of the usual one, from 80 to 200.
 */
text_percent: number, 
/**
 * How numbers and dates are written, as a BCP 47 tag such as `de-DE`; null means as the desktop does.
 */
locale: string | null, };

/**
 * How much of the computer the application may use.
 */
export type Resources = { 
/**
 * Megabytes of memory for a conversion, from 64 to 16,000.
 */
conversion_mb: number, 
/**
 * Megabytes of memory for the questions to each set of datasets, from 256 to 256,000.
 */
query_mb: number, 
/**
 * Threads for either; 0 means one for each core.
 */
threads: number, };

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
 * Whether the person is told of newer versions.
 */
export type Updates = { 
/**
 * Whether this copy knows where they are published.
 */
can_look: boolean, 
/**
 * Whether they are looked for once a day.
 */
daily: boolean, };

/**
 * A version that is newer than this one.
 */
export type NewVersion = { 
/**
 * The version.
 */
version: string, 
/**
 * The address of the page that has its installers.
 */
page: string, 
/**
 * What is new; may be empty.
 */
notes: string, };

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
geography: string | null, 
/**
 * Whether requests may be answered outside the region's geography.
 */
may_leave: boolean, };

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

/**
 * What becomes of a copy of the library; the last event is `done`, `failed` or `cancelled`.
 */
export type CopyEvent = { "type": "progress", 
/**
 * Bytes written.
 */
done: number, 
/**
 * Bytes that are to be written.
 */
total: number, } | { "type": "done", 
/**
 * The copy's folder.
 */
folder: string, } | { "type": "failed", 
/**
 * A short stable name for programs.
 */
code: string, 
/**
 * One sentence for a person.
 */
message: string, } | { "type": "cancelled" };
