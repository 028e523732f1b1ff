/**
 * Every word of the window, in one place and ready to be translated. Functions take what is filled in; counts come
 * with their plural through `format`.
 */
import type { Confirm, ExportFormat, ProfileKind, SendMode, TableId, Theme } from './api';
import { format } from './format';

const rows = (count: number) => `${format.count(count)} ${format.plural(count, 'row', 'rows')}`;
const columns = (count: number) => `${format.count(count)} ${format.plural(count, 'column', 'columns')}`;
const cells = (count: number) => `${format.count(count)} ${format.plural(count, 'cell', 'cells')}`;
/** The first three, and how many there are besides. */
const few = (values: string[], word: string) => {
  const shown = values.slice(0, values.length > 4 ? 3 : 4);
  const rest = values.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} ${word} ${format.count(rest)} others`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} ${word} ${shown.at(-1) ?? ''}`;
};

/** An amount and a day as a locale writes them. */
function example(tag: string): string {
  const day = new Intl.DateTimeFormat(tag, { dateStyle: 'short', timeZone: 'UTC' });
  return `${new Intl.NumberFormat(tag).format(1_234_567.5)}, ${day.format(new Date(Date.UTC(2026, 2, 14)))}`;
}

export const strings = {
  app: 'Buzz CSV',
  close: 'Close',
  cancel: 'Cancel',
  copy: 'Copy',
  copied: 'Copied',
  dismiss: 'Dismiss',
  retry: 'Try again',
  undo: 'Undo',
  done: 'Done',
  save: 'Save',
  loading: 'Loading',
  payload: 'The request',
  counts: { rows, columns, cells },

  crash: {
    title: 'Buzz CSV met a fault of its own',
    body: (path: string) =>
      `It wrote a report to ${path}. Nothing of your data is in it, and it was sent to nobody: read it, and send it if you like.`,
  },

  licences: {
    title: 'Licences',
    open: 'Licences…',
    intro: (count: number) =>
      `Buzz CSV is free software under the MIT licence, and contains ${format.count(count)} works of others. Choose one to read its licence.`,
    search: 'Find a work or a licence',
    none: 'Nothing of that name.',
    works: 'Works',
  },

  sidebar: {
    label: 'Library',
    add: 'Add a file',
    datasets: 'Datasets',
    none: 'Files you add will be listed here.',
    search: 'Find a dataset or column',
    notFound: 'Nothing of that name.',
    tags: 'Tags',
    changed: 'The file has changed since it was read',
    jobs: 'Activity',
    sql: 'SQL',
    settings: 'Settings',
    summary: (rowCount: number, columnCount: number, bytes: number) =>
      `${format.compact(rowCount)} ${format.plural(rowCount, 'row', 'rows')} · ${format.compact(columnCount)} ${format.plural(columnCount, 'col', 'cols')} · ${format.bytes(bytes)}`,
    strays: (count: number) => `${cells(count)} or lines did not fit and were kept aside`,
  },

  welcome: {
    title: 'Drop a CSV or spreadsheet',
    intro: 'Any size, however it was written. Nothing in it is lost or silently changed.',
    choose: 'Choose a file…',
    sample: 'Try the sample',
    sampleName: 'wildlife strikes.csv',
    sampleHint:
      '10,000 strikes of aircraft and wildlife, 1990–2002, from the FAA Wildlife Strike Database. A work of the U.S. government, in the public domain.',
    privacy:
      'Your files stay on this computer. Only what a question needs is sent, to Amazon Bedrock under your own AWS profile, and only when you ask one.',
  },

  drop: {
    title: ([name = '', ...others]: string[]) =>
      others.length === 0
        ? `Drop to add “${name}” to your library`
        : `Drop to add ${format.count(others.length + 1)} files or folders to your library`,
    detail: 'Files and folders stay where they are, unchanged.',
  },

  job: {
    queued: 'Waiting for its turn',
    phases: {
      detecting: 'Looking at the file',
      converting: 'Converting',
      correcting: 'Correcting column types',
      finishing: 'Saving',
    },
    progress: (done: number, total: number) => `${format.bytes(done)} of ${format.bytes(total)}`,
    left: (seconds: number) => `${format.remaining(seconds)} left`,
    cancel: (name: string) => `Cancel ${name}`,
    cancelling: 'Cancelling…',
    cancelled: 'Cancelled. Nothing was kept.',
    cancelledAnew: 'Cancelled. The dataset is as it was.',
    done: (rowCount: number) => `Done · ${rows(rowCount)}`,
    failed: 'Could not be added',
    failedAnew: 'Could not be changed, and is as it was',
    exportFailed: 'Could not be exported',
    exporting: 'Exporting',
    exported: (rowCount: number, bytes: number) => `Exported ${rows(rowCount)} · ${format.bytes(bytes)}`,
    cut: (count: number) =>
      `${format.count(count)} ${format.plural(count, 'text was', 'texts were')} longer than the 32,767 characters that a cell of Excel can hold, and ${format.plural(count, 'was', 'were')} cut there.`,
    exportCancelled: 'Cancelled. No file was written.',
    retry: (name: string) => `Try ${name} again`,
    remove: (name: string) => `Dismiss ${name}`,
    progressLabel: (name: string) => `Progress of ${name}`,
  },

  tables: {
    /** Which of a file's tables, for a person. */
    title: ({ member, sheet, number }: TableId) => {
      const place = [member, sheet].filter((part) => part !== null);
      return (number > 1 || place.length === 0 ? [...place, `Table ${format.count(number)}`] : place).join(' · ');
    },
    heading: (name: string, count: number) => `“${name}” holds ${format.count(count)} tables`,
    intro: 'Each one that you tick becomes a dataset of its own.',
    list: 'Tables of the file',
    all: 'All',
    none: 'None',
    size: (rowCount: number | null, columnCount: number) =>
      rowCount === null ? columns(columnCount) : `${rows(rowCount)} · ${columns(columnCount)}`,
    hidden: 'Hidden',
    hiddenHint: 'The program that made the file does not show this sheet.',
    preview: (title: string) => `First rows of ${title}`,
    empty: 'No rows',
    add: (count: number) => `Add ${format.count(count)} ${format.plural(count, 'dataset', 'datasets')}`,
  },

  files: {
    heading: (count: number) => `${format.count(count)} files of one shape`,
    choice: 'What they become',
    one: 'One dataset',
    oneHint: (column: string) => `All their rows together, with each row’s file in the column “${column}”.`,
    each: (count: number) => `${format.count(count)} datasets`,
    eachHint: 'Each file by itself.',
    name: 'Name',
    list: 'The files',
    byPosition: 'no header: columns in their order',
    differing: (column: string, files: string[], count: number) =>
      `“${column}” is missing in ${format.list([...files, ...(count > files.length ? [`${format.count(count - files.length)} more`] : [])])}, and empty there.`,
    moreDiffering: (count: number) => `${columns(count)} more are not in every file.`,
    others: (count: number) =>
      `${format.count(count)} more ${format.plural(count, 'file is', 'files are')} of another shape, and added by ${format.plural(count, 'itself', 'themselves')}.`,
    add: 'Add',
    nothing: 'No file in this folder holds a table: choose a file, or another folder.',
    leftOutTitle: (count: number) =>
      `${format.count(count)} ${format.plural(count, 'file was', 'files were')} left out`,
    leftOut: (name: string, why: string) => `“${name}”: ${why}.`,
  },

  reading: {
    open: 'Read it differently…',
    title: (name: string) => `Read “${name}” differently`,
    intro: 'Your file stays as it is. The dataset keeps its name, and its rows are read anew.',
    asFound: 'As found',
    asFoundIs: (choice: string) => `As found: ${choice}`,
    next: (choice: string) => `or ${choice}?`,
    delimiter: 'Between fields',
    delimiters: {
      ',': 'Comma',
      ';': 'Semicolon',
      tab: 'Tab',
      '|': 'Vertical bar',
      ':': 'Colon',
      spaces: 'Spaces',
      fixed: 'Columns of fixed width',
      none: 'Nothing: one column',
    },
    quote: 'Around fields',
    quotes: { '"': 'Double quotes', "'": 'Single quotes', none: 'Nothing' },
    encoding: 'Encoding',
    header: 'First row',
    headers: { yes: 'Names of the columns', no: 'Already data' },
    skip: 'Leave out rows at the top',
    preview: 'So it will be read',
    looking: 'Looking at the file',
    noTable: 'Read so, the file no longer holds this table.',
    do: 'Read again',
  },

  dataset: {
    tabs: { label: 'Parts of the dataset', rows: 'Rows', columns: 'Columns', receipt: 'Receipt', notes: 'Notes' },
    export: 'Export',
    query: 'Open in SQL',
    more: 'More',
    rename: 'Rename…',
    renameTitle: 'Rename dataset',
    renameLabel: 'Name',
    renameHint: 'This is also its name in SQL.',
    renameDo: 'Rename',
    remove: 'Remove',
    removeHint: 'The file it was made from stays where it is.',
    removed: (name: string) => `Removed “${name}”`,
    from: (name: string) => `from ${name}`,
    compact: (bytes: number, sourceBytes: number) => `${format.bytes(sourceBytes)} → ${format.bytes(bytes)}`,
    compactHint: 'Size of the file, and its size here',
    failed: 'This dataset could not be opened',
    noRows: 'This dataset has columns but no rows.',
    tags: 'Tags…',
    tagsTitle: (name: string) => `Tags of “${name}”`,
    tagsHint: 'Words to find it by in the list. They stay on this computer.',
    tagsAdd: 'Another tag',
    changed: 'The file has changed since it was read.',
    refresh: 'Refresh',
    refreshHint: 'Reads it again in the same way. Your notes and what you chose for columns stay.',
    refreshing: 'Reading it again',
    checked: 'Every row accounted for',
    toReview: (count: number) => `${format.count(count)} to review`,
  },

  columns: {
    filter: 'Find a column',
    none: (query: string) => `No column’s name contains “${query}”.`,
    name: 'Column',
    type: 'Type',
    missing: 'Missing',
    strays: 'Did not fit',
    distinct: 'Distinct',
    range: 'Range or most frequent',
    noneMissing: 'None',
    straysHint: 'Cells that did not fit the column’s type. They are empty here; their text is kept in the strays.',
    originally: (name: string) => `“${name}” in the file`,
    format: (text: string) => `read as ${text}`,
    shown: (shown: number, total: number) => `${format.count(shown)} of ${columns(total)}`,
    about: (count: number) => `≈ ${format.compact(count)}`,
    edit: (name: string) => `Describe “${name}”`,
    editHead: 'Describe',
    dialog: (name: string) => `Column “${name}”`,
    description: 'What it holds',
    descriptionHint: 'For example: net amount in euros, after discounts',
    neverSend: 'Never send its cells',
    neverSendHint:
      'No cell of it, nor anything worked out from them, ever leaves this computer. You see them all the same.',
    neverSent: 'Its cells are never sent',
    of: (column: string, dataset: string) => `“${column}” of ${dataset}`,
    changeType: (name: string) => `Type of “${name}”`,
    changeTypeHint: 'Read this column as something else',
    changing: 'Being read anew',
    orders: { dmy: 'Day first, as 31/12/2025', mdy: 'Month first, as 12/31/2025' },
    readAs: 'Read as',
    dateOrder: 'In its dates',
    missingWords: 'Words that mean a missing value',
    missingHint: 'Cells that say nothing else are empty then. NULL, NA, N/A and - are known already.',
    missingAdd: 'Another word, such as unknown',
    missingRemove: (word: string) => `“${word}” is a value again`,
    means: (words: string[]) =>
      `${format.list(words.map((word) => `“${word}”`))} ${words.length === 1 ? 'means' : 'mean'} missing`,
  },

  notes: {
    context: 'About this dataset',
    draft: 'Draft it…',
    contextHint: 'Whatever somebody new to it would have to know. It goes with every question.',
    contextPlaceholder:
      'For example: one row per order line, from the shop’s export. Amounts are net. Status “X” means cancelled and does not count.',
    saving: 'Saving…',
    send: 'What a model may see of it',
    sendDefault: (mode: string) => `As in the settings: ${mode}`,
    stricter: 'The settings are stricter, and count.',
    facts: 'Kept facts',
    factsHint: 'Learned in conversations and kept by you.',
    factPlaceholder: 'For example: the fiscal year starts in July',
    addFact: 'Another fact',
    add: 'Add',
    matches: 'What words mean here',
    match: (word: string, column: string, values: string[]) =>
      `“${word}” means ${format.list(values.map((value) => `“${value}”`))} in ${column}`,
    forget: (what: string) => `Forget “${what}”`,
  },

  draft: {
    title: (dataset: string) => `Draft the notes on “${dataset}”`,
    intro:
      'The model proposes what to write, from what is known of the dataset and may be sent. You change it as you like, and nothing is kept before you say so.',
    sent: 'What will be sent',
    send: 'Send',
    waiting: 'The model is writing…',
    about: 'About this dataset',
    aboutMore: 'To be added to what you wrote',
    columns: 'Columns',
    discard: 'Discard',
    keep: 'Keep',
  },

  chart: {
    name: 'chart',
    edit: 'Change',
    png: 'Save as PNG',
    svg: 'Save as SVG',
    kind: 'Kind',
    kinds: {
      bar: 'Bars',
      line: 'Line',
      area: 'Area',
      scatter: 'Points',
      histogram: 'Histogram',
      heatmap: 'Heat map',
    },
    axes: { x: 'Across', y: 'Up', color: 'Colour' },
    none: 'None',
    spread: (count: number, least: string, most: string) =>
      `${format.count(count)} ${format.plural(count, 'value', 'values')} from ${least} to ${most}.`,
    extremes: (count: number, most: string, mostAt: string, least: string, leastAt: string) =>
      `${format.count(count)} ${format.plural(count, 'value', 'values')}: the largest is ${most} at ${mostAt}, the smallest ${least} at ${leastAt}.`,
  },

  export: {
    title: (name: string) => `Export “${name}”`,
    format: 'Format',
    formats: { csv: 'CSV', xlsx: 'Excel', parquet: 'Parquet' } satisfies Record<ExportFormat, string>,
    hints: {
      csv: 'Text that every program reads.',
      xlsx: 'A workbook with numbers, dates and a header that stays in view.',
      parquet: 'Small and fast, for programs that work with data.',
    } satisfies Record<ExportFormat, string>,
    delimiter: 'Between columns',
    delimiters: { ',': 'Comma', ';': 'Semicolon', '\t': 'Tab', '|': 'Pipe' },
    mark: 'For Excel: mark it as Unicode',
    markHint: 'Without the mark, Excel shows ü as Ã¼ when the file is opened by a double click.',
    guards: 'Guard against formulas',
    guardsHint:
      'Puts an apostrophe before texts that begin with =, +, - or @, which Excel would otherwise run as formulas. These texts are then no longer exactly the same.',
    sheets: (count: string) => `A sheet of Excel holds 1,048,576 rows, so there will be ${count} of them.`,
    audit: 'Save beside it where it comes from',
    auditHint: 'The question, the SQL, the source files with their hashes, and what was noticed when they were read.',
    save: 'Choose where…',
  },

  privacy: {
    modes: {
      schema: 'Names and types only',
      profile: 'Names, types and summaries',
      rows: 'Everything, rows of results too',
    } satisfies Record<SendMode, string>,
    hints: {
      schema: 'No cell ever leaves this computer: results are shown to you, and the model never sees them.',
      profile: 'Ranges and frequent values are sent, and cells that match a word. Results are shown to you alone.',
      rows: 'The first rows of results are sent too, so that the model can put them into words.',
    } satisfies Record<SendMode, string>,
    confirms: {
      nothing: 'Nothing',
      sql: 'Every query, before it runs',
      requests: 'Every request, before it is sent',
      everything: 'Queries and requests',
    } satisfies Record<Confirm, string>,
  },

  types: {
    number: 'Whole number',
    decimal: 'Exact decimal',
    double: 'Decimal',
    text: 'Text',
    date: 'Date',
    time: 'Time',
    timestamp: 'Date and time',
    boolean: 'True or false',
    other: 'Other',
  },

  receipt: {
    accounted: 'Every row of the file, accounted for',
    read: 'rows read',
    written: 'in the dataset',
    blank: 'blank lines',
    aside: 'set aside',
    warnings: 'Worth knowing',
    noWarnings: 'Nothing to report: every cell fitted and every line was whole.',
    lines: (lines: number[], count: number) => {
      const shown = lines.slice(0, 12).map((line) => format.count(line));
      return `${format.plural(count, 'Line', 'Lines')} ${shown.join(', ')}${count > shown.length ? ' …' : ''}`;
    },
    doubt: 'It is not certain how this file is to be read',
    doubts: (found: [string, string, number][]) =>
      `${format.list(found.map(([what, chosen, share]) => `${what}: ${chosen} (${format.percent(share)} sure)`))}. Look at its first rows, and choose otherwise if they are wrong.`,
    look: 'Look at it…',
    split: 'Make it a dataset of its own',
    onlyLines: 'Lines',
    linesValue: (first: number, last: number | null) =>
      last === null ? `${format.count(first)} and on` : `${format.count(first)} to ${format.count(last)}`,
    showStrays: 'Show what was kept aside',
    strays: {
      line: (count: number, column: string) => `${cells(count)} of “${column}” did not fit`,
      invalid: (count: number, column: string) =>
        `${cells(count)} of “${column}” ${format.plural(count, 'has', 'have')} bytes that are no valid text`,
      as: (type: string) => `as ${type.toLocaleLowerCase()}`,
      show: 'Show them',
      asText: 'Treat as text',
      asTextHint: 'The column becomes text, and every cell is as the file has it.',
      swap: 'Swap day and month',
      missing: (text: string) => `“${text}” means missing`,
      missingAll: 'They mean missing',
      missingHint: 'These cells are empty then, and no longer count as not fitting.',
      more: (count: number) => `${columns(count)} more with cells that did not fit are listed under Columns.`,
      intro: (type: string) =>
        `They are no ${type.toLocaleLowerCase()}, so they are empty in the dataset. Their text is kept here.`,
      introInvalid: 'Those bytes show as \ufffd in the dataset. They are kept here as the file has them.',
      texts: 'What they say',
      moreTexts: 'And others, less frequent.',
      means: 'Means missing',
      meansOf: (text: string) => `“${text}” means missing`,
      each: 'Cell by cell',
      eachOf: (column: string) => `Cells of ${column} that did not fit`,
      columns: { line: 'Line', text: 'In the file', reason: 'Why it did not fit', file: 'File' },
    },
    decisions: 'Decided for you',
    /** `date_order:day` → Date order of “day” */
    decided: (what: string) => {
      const [kind = '', ...of] = what.split(':');
      const words = kind.replaceAll('_', ' ');
      const named = words.charAt(0).toUpperCase() + words.slice(1);
      return of.length === 0 ? named : `${named} of “${of.join(':')}”`;
    },
    confidence: (share: number) => `${format.percent(share)} sure`,
    runnerUp: (choice: string) => `next best: ${choice}`,
    file: 'The file',
    path: 'Path',
    size: 'Size',
    modified: 'Last changed',
    encoding: 'Encoding',
    delimiter: 'Delimiter',
    quote: 'Quote',
    noQuote: 'none needed',
    header: 'Header',
    headerRows: (count: number) =>
      count === 0 ? 'none' : `${format.count(count)} ${format.plural(count, 'line', 'lines')}`,
    preamble: 'Lines above the header',
    ragged: 'Short and long rows',
    raggedValue: (short: number, long: number) => `${format.count(short)} short, ${format.count(long)} long`,
    hash: 'BLAKE3',
    took: 'Converted in',
    tookValue: (seconds: number, speed: number) => `${format.duration(seconds)} · ${format.speed(speed)}`,
    memory: 'Peak memory',
    delimiters: { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'vertical bar' } as Record<string, string>,
    quotes: { '"': 'double quote', "'": 'single quote' } as Record<string, string>,
    missing: 'This dataset has no readable receipt.',
  },

  grid: {
    label: (name: string) => `Rows of ${name}`,
    rowNumber: 'Row number',
    selectAll: 'Select everything (Ctrl A)',
    null: 'null',
    nullTitle: 'No value',
    emptyText: '""',
    position: (row: number, total: number) => `Row ${format.count(row)} of ${format.count(total)}`,
    goTo: 'Go to row',
    failed: 'These rows could not be read.',
    missing: 'Some of them are missing.',
    header: (name: string, type: string) =>
      `${name}\n${type}\nClick to sort, Shift click to sort by it too, right click for more`,
    menu: (name: string) => `About “${name}” (Alt ↓)`,
    sortedBy: (place: number) => `${format.count(place)}. of what is sorted by`,
    stray: (text: string, reason: string) =>
      `“${text}” stood here and did not fit: ${reason}. The cell counts as empty.`,
    allRows: rows,
    someRows: (shown: number, all: number) => `${format.count(shown)} of ${rows(all)}`,
    /** For a screen reader, once rows were arranged. */
    arranged: (shown: number, all: number, by: [string, boolean][]) => {
      const left = shown === all ? rows(all) : `${format.count(shown)} of ${rows(all)}`;
      const order = by.map(([name, descending]) => `${name}, ${descending ? 'descending' : 'ascending'}`);
      return order.length === 0 ? left : `${left}, sorted by ${order.join(', then ')}`;
    },
    arranging: (seconds: number) => `Working it out · ${format.remaining(seconds)}`,
    arrangingRows: (ready: number, all: number | null) =>
      all === null ? `${rows(ready)} so far` : `${format.count(ready)} of ${rows(all)}`,
    stop: 'Cancel',
    stopHint: 'Keeps the rows as they are (Esc)',
    notArranged: 'The rows stay as they were.',
    none: 'No row is like that.',
    clear: 'Clear all',
    clearHint: 'Shows all rows in the order of the file',
    export: 'Export these rows',
    find: 'Find',
    findHint: 'Find in cells (Ctrl F)',
    findLabel: 'Find in cells',
    findNext: 'Next (Enter)',
    findBack: 'Previous (Shift Enter)',
    finding: 'Looking…',
    notFound: 'Not found',
    columns: 'Columns',
    columnsHint: 'Show, hide and order columns',
    columnsShown: (shown: number, all: number) => `${format.count(shown)} of ${format.count(all)}`,
    columnsFilter: 'Find a column',
    reset: 'As in the file',
    moveHint: 'Alt ↑ ↓ moves it',
    copied: (rowCount: number, columnCount: number) =>
      rowCount === 1 && columnCount === 1 ? 'Cell copied' : `${rows(rowCount)} × ${columns(columnCount)} copied`,
    copying: 'Copying…',
    copiedPart: (copied: number, chosen: number) => `The first ${rows(copied)} of ${format.count(chosen)} were copied`,
    copiedPartDetail: 'The clipboard holds no more. Export has them all.',
    copyFailed: 'Nothing was copied',
    copyFailedDetail: 'This computer does not let the window use the clipboard. Export writes a file instead.',
    selected: {
      cells: (count: number) => cells(count),
      values: (count: number) => `${format.count(count)} ${format.plural(count, 'value', 'values')}`,
      sum: 'Sum',
      mean: 'Mean',
      min: 'Min',
      max: 'Max',
      rounded: 'Rounded: it has more digits than can be shown',
      working: 'Adding up…',
    },
  },

  column: {
    sortUp: 'Sort ascending',
    sortDown: 'Sort descending',
    filter: 'Filter…',
    hide: 'Hide',
    freeze: 'Keep up to here at the left',
    unfreeze: 'Keep none at the left',
    describe: 'Describe…',
    missing: 'Missing',
    noneMissing: 'none',
    distinct: 'Distinct',
    range: 'Range',
    mean: 'Mean',
    strays: 'Did not fit',
    length: 'Length',
    lengthValue: (shortest: number, longest: number) =>
      shortest === longest
        ? `${format.count(longest)} bytes`
        : `${format.count(shortest)} – ${format.count(longest)} bytes`,
    spread: 'How the values are spread',
    bin: (from: string, to: string, count: number) => `${from} – ${to}: ${rows(count)}`,
    frequent: 'Frequent values',
    estimated: 'estimated',
    only: (value: string) => `Show only “${value}”`,
  },

  filter: {
    title: (name: string) => `Filter “${name}”`,
    back: 'Back',
    condition: 'Condition',
    search: 'Find a value',
    value: 'Value',
    from: 'From',
    to: 'To',
    number: 'A number',
    date: 'Such as 2026-03-14',
    moment: 'Such as 2026-03-14 09:30',
    time: 'Such as 09:30',
    apply: 'Show these rows',
    remove: 'Remove the filter',
    wrong: { number: 'This is no number.', time: 'This is no date or time.', text: 'Something is missing here.' },
    more: (count: number) => `The ${format.count(count)} most frequent. Look for others above.`,
    noValues: 'No such value.',
    valuesFailed: 'The values could not be listed.',
    changed: (name: string, words: string) => `Change: ${name} ${words}`,
    removeChip: (name: string) => `Remove the filter on “${name}”`,
    sortChip: (name: string, descending: boolean) =>
      `Sorted by “${name}”, ${descending ? 'descending' : 'ascending'}: click to turn it round`,
    removeSort: (name: string) => `Do not sort by “${name}”`,
    tests: {
      one_of: 'is one of',
      none_of: 'is none of',
      contains: 'contains',
      lacks: 'does not contain',
      starts_with: 'begins with',
      equal: 'is',
      other: 'is not',
      less: 'is less than',
      at_most: 'is at most',
      greater: 'is greater than',
      at_least: 'is at least',
      between: 'is between',
      is_null: 'has no value',
      is_not_null: 'has a value',
    },
    times: { less: 'is before', at_most: 'is until', greater: 'is after', at_least: 'is from' },
    said: {
      one_of: (values: string[]) => (values.length === 1 ? `is ${values[0] ?? ''}` : `is ${few(values, 'or')}`),
      none_of: (values: string[]) => `is not ${few(values, 'or')}`,
      between: (from: string, to: string) => `is between ${from} and ${to}`,
    },
  },

  sql: {
    history: 'Statements that were run',
    ask: 'Ask about this',
    askDraft: (statement: string) => `About the result of this query:\n\n${statement}\n\n`,
    title: 'SQL',
    label: 'SQL statement',
    run: 'Run',
    runHint: 'Ctrl Enter',
    explain: 'Explain',
    explainHint: 'How DuckDB would go about it, without running it',
    stop: 'Cancel',
    running: 'Running',
    hint: 'Run a query to see its rows here.',
    hintDetail: 'Queries only read: they cannot change your data, open other files or reach the network.',
    noDatasets: 'Add a file first; then query it by its name.',
    export: 'Export',
    summary: (rowCount: number, seconds: number) => `${rows(rowCount)} in ${format.duration(seconds)}`,
    noRows: 'The query ran and found no rows.',
    failed: 'The query did not run',
    cancelled: 'The query was cancelled.',
    editorFailed: 'The editor could not be loaded.',
    resultName: 'result',
    insert: (name: string) => `Insert ${name}`,
    resize: 'Height of the editor',
  },

  chat: {
    title: 'Ask',
    open: 'Ask a question',
    close: 'Close the question panel',
    fresh: 'New conversation',
    history: 'Conversations',
    back: 'Back',
    noHistory: 'Questions you ask are kept here, to be reopened at any time.',
    untitled: 'Untitled conversation',
    remove: (title: string) => `Delete “${title}”`,
    removeTitle: 'Delete this conversation?',
    removeBody: 'Its questions and answers go for good. Your datasets stay.',
    removeDo: 'Delete',
    emptyTitle: 'Ask about your data',
    emptyBody: 'In plain words. Every answer comes with the table and the SQL behind it.',
    emptyNoData: 'Add a file first, then ask about it in plain words.',
    placeholder: 'Ask a question…',
    input: 'Your question',
    send: 'Send',
    stop: 'Stop',
    you: 'You asked',
    answer: 'Answer',
    thinking: 'Thinking',
    runningSql: 'Running a query',
    failedSql: 'A query failed',
    showSql: 'SQL',
    table: (rowCount: number, columnCount: number) => `${rows(rowCount)} · ${columns(columnCount)}`,
    firstRows: (shown: number, total: number) => `First ${format.count(shown)} of ${format.count(total)}`,
    noRows: 'No rows',
    openTable: 'Open in SQL',
    export: 'Export',
    stopped: 'Stopped. What had arrived is kept.',
    cutOff: 'The answer was cut off. What had arrived is kept.',
    failed: 'No answer',
    scope: 'About',
    scopeAll: 'All datasets',
    scopeSome: (count: number) => `${format.count(count)} datasets`,
    scopeLabel: 'Which datasets the question is about',
    usage: (model: string, tokensIn: number, tokensOut: number) =>
      `${model} · ${format.compact(tokensIn)} tokens sent, ${format.compact(tokensOut)} received`,
    tokensInAll: (tokens: string) => `${tokens} in this conversation`,
    seeSent: 'See what was sent for this answer',
    withoutModel: 'Answered on this computer. Nothing was sent.',
    copyAnswer: 'Copy the answer',
    notes: 'Worth knowing',
    verify: 'Trust this SQL: keep the question as verified',
    isVerified: 'Verified: you trust this SQL',
    verifiedDone: 'Verified. It can be asked again without a model.',
    verifiedQuestions: 'Verified by you',
    unverify: (question: string) => `No longer trust “${question}”`,
    suggestedHint: 'These are answered on this computer, without a model.',
    readyAnswers: 'Ready answers',
    readings: 'The question can be read in several ways',
    alwaysThis: 'Always this',
    matched: 'What words were taken to mean',
    match: (word: string, values: number, rowCount: number) =>
      `${word} matched ${format.count(values)} ${format.plural(values, 'spelling', 'spellings')} (${rows(rowCount)})`,
    matchIn: (column: string, dataset: string) => `in ${column} of ${dataset}`,
    matchAsk: 'Ask again',
    matchKeep: 'Remember',
    keepFact: (dataset: string) => `Keep this for ${dataset}?`,
    keep: 'Keep',
    kept: 'Kept with the dataset',
    way: (count: number) => `${format.count(count)} ${format.plural(count, 'step', 'steps')} on the way`,
    lookedUp: (words: string[], found: number | null) => {
      const looked = `Looked up ${words.length === 0 ? 'a word' : format.list(words.map((word) => `“${word}”`))}`;
      return found === null ? looked : `${looked}: ${cells(found)} found.`;
    },
    described: (dataset: string) => (dataset === '' ? 'Looked at the datasets.' : `Looked at “${dataset}”.`),
    drew: 'Drew a chart.',
    chartLeft: (count: number) => `${format.count(count)} more are not drawn.`,
    chartEmpty: 'There is nothing to draw.',
    moreRows: 'Show more',
    withheld: 'The model was not shown these rows',
    editSql: 'Edit the SQL',
    editSqlHint: 'Ctrl Enter runs it. What came after this answer goes, for it rested on the former result.',
    editQuestion: 'Edit the question',
    editQuestionHint: 'What came after it goes, and it is asked again.',
    askAgain: 'Ask again',
    confirm: {
      sql: 'Run this query?',
      request: 'Send this to the model?',
      allow: 'Send',
      refuse: 'Don’t',
    },
    search: 'Search conversations',
    notFound: (text: string) => `No conversation contains “${text}”.`,
    more: (title: string) => `More for “${title}”`,
    rename: 'Rename…',
    renameTitle: 'Rename conversation',
    renameLabel: 'Title',
    exportMarkdown: 'Save as Markdown…',
    exported: 'The conversation was saved',
    removeEllipsis: 'Delete…',
    figures: {
      doubtful: (count: number) =>
        count === 1
          ? 'One figure in this answer was not found in any result. It is underlined; check it before you use it.'
          : `${format.count(count)} figures in this answer were not found in any result. They are underlined; check them before you use them.`,
      none: (text: string, doubt: string | null) =>
        `“${text}” was not found in any result of this answer, and could not be worked out from one.${doubt === null ? '' : ` ${doubt}`}`,
      cell: (value: string | null, column: string, row: number) =>
        value === null ? `row ${format.count(row)} of ${column}` : `${value} (${column}, row ${format.count(row)})`,
      isCell: (text: string, column: string, row: number) =>
        `“${text}” is the cell in row ${format.count(row)} of ${column}, marked in the table.`,
      sum: (text: string, of: string[]) => `“${text}” is ${of.join(' plus ')}.`,
      difference: (text: string, first: string, second: string) => `“${text}” is ${first} less ${second}.`,
      ratio: (text: string, first: string, second: string) => `“${text}” is ${first} divided by ${second}.`,
      change: (text: string, from: string, to: string) => `“${text}” is the change from ${from} to ${to}.`,
      share: (text: string, first: string, second: string | null) =>
        second === null
          ? `“${text}” is the share of ${first} in its whole column.`
          : `“${text}” is the share of ${first} in ${second}.`,
      total: (text: string, column: string) => `“${text}” is the total of the column ${column}.`,
      rowCount: (text: string) => `“${text}” is the number of rows of the result.`,
      selection: (text: string) => `“${text}” counts the rows that the text picks out of the result.`,
      stated: {
        question: (text: string) => `“${text}” comes from your question.`,
        context: (text: string) => `“${text}” comes from what is known about the data.`,
        query: (text: string) => `“${text}” stands in the query.`,
      },
    },
    suggested: 'Suggested questions',
  },

  aws: {
    title: 'Questions need Amazon Bedrock',
    body: 'No AWS profile was found on this computer. Everything else works without one: adding files, looking, SQL and export.',
    steps: [
      { text: 'Install the AWS command line, then set up a profile in a terminal:', command: 'aws configure sso' },
      { text: 'Ask whoever runs your AWS account to let it call a model in Amazon Bedrock.', command: null },
      { text: 'Come back and check. Nothing needs to be restarted.', command: null },
    ],
    check: 'Check again',
    settings: 'Settings',
    stillNone: 'Still no AWS profile on this computer.',
  },

  settings: {
    title: 'Settings',
    aws: 'Amazon Bedrock',
    awsBody:
      'Questions are answered by a model in your own AWS account. Only the question, the columns and the results it needs are sent, and a record of it is kept here.',
    profile: 'AWS profile',
    profileDefault: 'Default',
    noProfiles: 'No profile was found on this computer.',
    region: 'Region',
    regionPlaceholder: (region: string | null) =>
      region === null ? 'The profile’s own' : `${region} (the profile’s own)`,
    model: 'Model',
    modelDefault: 'Best one available',
    modelHint: 'Test the connection to list the models it may call.',
    modelNamed: (name: string, geography: string | null, mayLeave: boolean) => {
      const where = [geography, mayLeave ? 'may leave your region’s geography' : null].filter((part) => part !== null);
      return where.length > 0 ? `${name} (${where.join(', ')})` : name;
    },
    modelDefaultNamed: (name: string) => `Best one available (${name})`,
    privacy: 'What may leave this computer',
    privacyBody:
      'The stricter of this and a dataset’s own choice counts. Columns can be held back for good under Columns.',
    send: 'A model may see',
    confirm: 'Ask me first about',
    tokensPerDay: 'Tokens per day, at most',
    noCeiling: 'No ceiling',
    ledgerDays: 'Days to keep what was sent',
    ledgerDaysHint: '0 keeps it for ever.',
    test: 'Test connection',
    testing: 'Testing…',
    connected: 'Connected',
    account: 'Account',
    identity: 'Identity',
    models: 'Models',
    modelCount: (count: number) => `${format.count(count)} ${format.plural(count, 'model', 'models')} may be called`,
    noModels:
      'This profile may not call any model here. Ask for model access in Amazon Bedrock, or try another region.',
    failed: 'Not connected',
    saved: 'Saved',
    about: 'About',
    version: 'Version',
    library: 'The library',
    libraryBody: 'Your datasets, conversations, settings and the record of what was sent are in one folder.',
    backUp: 'Back it up…',
    copying: 'Copying the library',
    backedUp: 'The library was copied',
    backedUpBody:
      'The copy is a library itself: to go back to it, put the library somewhere else and choose its folder.',
    move: 'Put it somewhere else…',
    moving: 'Copying the library to its new place',
    moved: 'The library has a new place',
    movedBody: (old: string) =>
      `Buzz CSV uses it from its next start on. The one of before stays in ${old}, untouched: remove it yourself when all is as it should be.`,
    restart: 'Start Buzz CSV anew',
    appearance: 'Look',
    theme: 'Light or dark',
    themes: { system: 'As the desktop', light: 'Light', dark: 'Dark' } satisfies Record<Theme, string>,
    textSize: 'Size of text',
    locale: 'Numbers and dates',
    localeSystem: 'As the computer writes them',
    localeNamed: (name: string, tag: string) => `${name}: ${example(tag)}`,
    updates: 'Newer versions',
    updatesBody:
      'Buzz CSV looks for newer versions only if you want it to. It asks for one small signed file, says nothing of you or your data, and installs nothing. Every look stands in the record of what was sent.',
    updatesUnknown: 'This copy does not know where newer versions are published: ask whoever gave it to you.',
    updatesDaily: 'Look once a day',
    updatesLook: 'Look now',
    updatesLooking: 'Looking…',
    updatesNone: (version: string) => `${version} is the newest version.`,
    updatesFound: (version: string) => `Buzz CSV ${version} is there`,
    updatesPage: 'Its installers are at',
    updatesFailed: 'It is not known whether there is a newer version',
    resources: 'Use of this computer',
    resourcesBody:
      'What begins from now on keeps to it. More memory makes long conversions and large questions faster.',
    conversionMemory: 'Memory for a conversion',
    queryMemory: 'Memory for questions',
    threads: 'Processor cores',
    everyThread: (count: number) => `All of them (${format.count(count)})`,
    shortcuts: 'Keyboard',
    kinds: {
      sso: 'single sign-on',
      login: 'console sign-in',
      assume_role: 'role',
      web_identity: 'web identity',
      credential_process: 'credential process',
      static_keys: 'access keys',
      none: 'no credentials',
    } satisfies Record<ProfileKind, string>,
  },

  ledger: {
    title: 'What left this computer',
    open: 'See what was sent…',
    body: 'Every request is written down here before it is sent, word for word. Nothing else leaves this computer.',
    none: 'Nothing has been sent yet.',
    status: { sent: 'under way', ok: 'answered', failed: 'failed', cancelled: 'stopped' } as Record<string, string>,
    tokens: (sent: number, received: number) =>
      `${format.compact(sent)} tokens sent, ${format.compact(received)} received`,
    to: (endpoint: string) => `To ${endpoint}`,
    search: 'Search what was sent',
    export: 'Export…',
    exported: (count: number) => `Saved ${format.count(count)} ${format.plural(count, 'request', 'requests')}`,
    fileName: 'what-was-sent.jsonl',
    clear: 'Clear…',
    clearTitle: 'Forget what was sent?',
    clearBody: 'The record of every request goes for good. What was sent before cannot be looked up any more.',
    clearDo: 'Forget all',
    ofConversation: 'Requests of this conversation',
    showAll: 'Show all',
    notFound: 'Nothing of that kind was sent.',
    older: 'Show older ones',
  },

  shortcuts: {
    run: 'Run the query',
  },

  palette: {
    title: 'Find anything',
    placeholder: 'A dataset, a conversation, or what you want to do',
    none: (typed: string) => `Nothing is called “${typed}”.`,
    actions: 'Actions',
    datasets: 'Datasets',
    conversations: 'Conversations',
    add: 'Add a file',
    ask: 'Ask a question',
    newConversation: 'New conversation',
    sql: 'SQL',
    ledger: 'What was sent',
    settings: 'Settings',
    help: 'Help',
    exportDataset: (name: string) => `Export “${name}”`,
    queryDataset: (name: string) => `Open “${name}” in SQL`,
  },

  help: {
    title: 'Help',
    sections: 'Sections of the guide',
  },

  toast: {
    label: 'Messages',
    failed: 'Something went wrong',
    exportDone: (name: string) => `Saved ${name}`,
  },
};

/** The kind of a SQL type in plain words. */
export function typeInWords(sqlType: string): string {
  const base = sqlType.toUpperCase().replace(/\(.*$/, '').trim();
  if (/^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|U(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT))$/.test(base))
    return strings.types.number;
  if (base === 'DECIMAL') return strings.types.decimal;
  if (base === 'DOUBLE' || base === 'FLOAT') return strings.types.double;
  if (base === 'VARCHAR') return strings.types.text;
  if (base === 'DATE') return strings.types.date;
  if (base === 'TIME') return strings.types.time;
  if (base.startsWith('TIMESTAMP')) return strings.types.timestamp;
  if (base === 'BOOLEAN') return strings.types.boolean;
  return strings.types.other;
}
