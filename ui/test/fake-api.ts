/**
 * An in-memory stand-in for `$lib/api`, to look at the page in a plain browser (`vite --mode preview`) and for the unit
 * tests of components. It has the shape of the real module and none of its reach; the product never contains it.
 * `?scene=` in the address chooses what there is to see.
 */
import { dateDay, decimal, float64, int64, tableFromArrays, tableToIPC, timestamp, utf8 } from '@uwdata/flechette';
import type * as real from '../src/lib/api';
import { ApiError } from '../src/lib/api/failure';
import { kindOfType } from '../src/lib/grid/cells';

export type * from '../src/lib/api/types';
export { ApiError, toApiError } from '../src/lib/api/failure';

type Api = typeof real;

const scene = new URLSearchParams(globalThis.location?.search ?? '').get('scene') ?? 'full';
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const columns: real.ColumnInfo[] = [
  ['year', 'BIGINT', 0, 0, null, []],
  ['dep_time', 'BIGINT', 8_255, 0, null, []],
  ['departure', 'TIMESTAMP', 8_255, 0, '%Y-%m-%d %H:%M', []],
  ['dep_delay', 'DOUBLE', 8_255, 0, null, []],
  ['carrier', 'VARCHAR', 0, 0, null, []],
  ['flight', 'VARCHAR', 0, 0, null, ['kept as text: 4 cells have a leading zero']],
  ['origin', 'VARCHAR', 0, 0, null, []],
  ['destination airport', 'VARCHAR', 0, 0, null, []],
  ['fare', 'DECIMAL(10,2)', 12_003, 7, null, ['currency sign $ read as a number']],
  ['day', 'DATE', 0, 0, '%d/%m/%Y', ['day first, decided by 18,332 rows']],
  ['cancelled', 'BOOLEAN', 0, 0, null, []],
  ['remarks', 'VARCHAR', 301_220, 0, null, []],
].map(([name, type, nulls, strays, format, notes]) => ({
  name,
  source_name: name === 'destination airport' ? ' destination airport ' : name,
  type,
  nulls,
  strays,
  format,
  missing: [],
  notes,
})) as real.ColumnInfo[];

const summary = (id: string, name: string, rows: number, width: number, bytes: number, strays = 0) => ({
  id,
  generation: 1,
  name,
  rows,
  columns: width,
  bytes,
  source_bytes: bytes * 5,
  source_path: `/home/ada/Documents/Work/${name}.csv`,
  created: '2026-11-20T09:12:00Z',
  strays,
  tags: id === 'flights' ? ['travel'] : [],
});

let datasets: real.DatasetSummary[] =
  scene === 'empty' || scene === 'noaws'
    ? []
    : [
        summary('flights', 'flights', 336_776, 12, 6_200_000, 7),
        summary('lineitem', 'lineitem', 12_003_456, 12, 402_000_000),
        summary('wide', 'sensor readings (10,000 columns)', 4_200, 10_000, 88_000_000),
        summary('long', 'Quarterly report – final FINAL (3) "approved" by Zoë 🐝 2026-11-20', 812, 12, 91_000),
        summary('header', 'only a header', 0, 12, 900),
        summary('broken', 'broken', 12, 3, 900),
      ];

const wideColumns: real.ColumnInfo[] = Array.from({ length: 10_000 }, (_, index) => ({
  name: `sensor_${index + 1}`,
  source_name: `sensor_${index + 1}`,
  type: index % 3 === 0 ? 'DOUBLE' : index % 3 === 1 ? 'BIGINT' : 'VARCHAR',
  nulls: index % 7 === 0 ? index : 0,
  strays: 0,
  format: null,
  missing: [],
  notes: [],
}));

const receipt = (dataset: real.DatasetSummary): real.Receipt => ({
  source: {
    path: dataset.source_path,
    bytes: dataset.source_bytes,
    modified: '2026-11-19T17:02:00Z',
    blake3: 'af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262',
  },
  format: 'csv',
  encoding: 'utf-8-bom',
  delimiter: ';',
  quote: '"',
  has_header: true,
  preamble_rows: dataset.strays > 0 ? 2 : 0,
  header_rows: 1,
  rows_read: dataset.rows + (dataset.strays > 0 ? 4 : 0),
  rows_written: dataset.rows,
  rows_blank: dataset.strays > 0 ? 3 : 0,
  rows_set_aside: dataset.strays > 0 ? 1 : 0,
  ragged_short: dataset.strays > 0 ? 2 : 0,
  ragged_long: 0,
  decisions: [
    { what: 'delimiter', chosen: ';', confidence: 0.998, runner_up: ',' },
    { what: 'header', chosen: 'yes', confidence: 0.97, runner_up: null },
    { what: 'date_order:day', chosen: 'day first', confidence: 1, runner_up: 'month first' },
  ],
  warnings:
    dataset.strays > 0
      ? [
          {
            kind: 'stray_cells',
            message:
              '7 cells of “fare” are no numbers, such as “see note 4”; they are empty here and kept in the strays.',
            count: 7,
            lines: [812, 9_020, 41_733, 122_004, 200_001, 277_000, 331_450],
          },
          {
            kind: 'short_rows',
            message: '2 rows have fewer fields than the header; the missing ones are empty.',
            count: 2,
            lines: [88, 12_093],
          },
          {
            kind: 'another_table',
            message: 'another table seems to begin on line 300,001: 4 rows from there on have 2 fields.',
            count: 1,
            lines: [300_001],
          },
        ]
      : [],
  seconds: 0.82,
  bytes_per_second: 37_800_000,
  peak_memory_bytes: 143_000_000,
});

const profile = (dataset: real.DatasetSummary): real.Profile => ({
  rows: dataset.rows,
  columns: columns.map((column) => ({
    name: column.name,
    type: column.type,
    nulls: column.nulls,
    distinct: column.name === 'carrier' ? 16 : column.name === 'origin' ? 3 : 5_270,
    min: column.type === 'DATE' ? '2013-01-01' : column.type === 'TIMESTAMP' ? '2013-01-01 05:17:00' : '-43',
    max: column.type === 'DATE' ? '2013-12-31' : column.type === 'TIMESTAMP' ? '2013-12-31 23:59:00' : '1301',
    mean: kindOfType(column.type) === 'number' ? 12.644 : null,
    frequent:
      kindOfType(column.type) === 'text'
        ? [
            { value: 'UA', count: 58_665 },
            { value: 'B6', count: 54_635 },
            { value: '', count: 900 },
          ]
        : [],
    frequent_exact: true,
    histogram: /number|time/.test(kindOfType(column.type))
      ? Array.from({ length: 24 }, (_, bin) => ({
          from: String(bin * 50 - 43),
          to: String(bin * 50 + 6),
          count: Math.round(90_000 * Math.exp(-((bin - 7) ** 2) / 18)),
        }))
      : null,
  })),
});

const carriers = ['UA', 'B6', 'EV', 'DL', 'AA', 'MQ', 'US', '9E'];

/** Rows of the flights, the same for the same place; arranged ones have their number behind them. */
function flights(offset: number, limit: number, arrangement?: ArrangedRows): Uint8Array {
  const at = Array.from({ length: limit }, (_, index) => {
    const row = offset + index;
    return arrangement?.reversed ? arrangement.all - 1 - row : row;
  });
  const data = {
    year: at.map(() => 2013n),
    dep_time: at.map((row) => (row % 41 === 3 ? null : BigInt(500 + (row % 1900)))),
    departure: at.map((row) => (row % 41 === 3 ? null : 1_357_000_000_000 + row * 61_000)),
    dep_delay: at.map((row) => (row % 41 === 3 ? null : ((row * 37) % 190) - 20 + 0.5)),
    carrier: at.map((row) => carriers[row % carriers.length] ?? ''),
    flight: at.map((row) => String((row * 7919) % 8000).padStart(4, '0')),
    origin: at.map((row) => ['EWR', 'LGA', 'JFK'][row % 3] ?? ''),
    'destination airport': at.map(
      (row) => ['Houston, George Bush Intercontinental', 'Miami', 'Zürich', '東京 (羽田)'][row % 4] ?? '',
    ),
    fare: at.map((row) => (row % 29 === 0 ? null : ((row * 7717) % 200_000) / 100)),
    day: at.map((row) => new Date(Date.UTC(2013, 0, 1 + (row % 365)))),
    cancelled: at.map((row) => row % 41 === 3),
    remarks: at.map((row) =>
      row % 9 === 0 ? '' : row % 5 === 0 ? 'late\nbecause of <b>weather</b> at the origin, see the note' : null,
    ),
    ...(arrangement === undefined ? {} : { row: at.map((row) => BigInt(row + 1)) }),
  };
  const types = {
    year: int64(),
    dep_time: int64(),
    departure: timestamp(),
    dep_delay: float64(),
    carrier: utf8(),
    flight: utf8(),
    origin: utf8(),
    'destination airport': utf8(),
    fare: decimal(10, 2),
    day: dateDay(),
    remarks: utf8(),
    ...(arrangement === undefined ? {} : { row: int64() }),
  };
  return tableToIPC(tableFromArrays(data, { types }), { format: 'stream' }) ?? new Uint8Array();
}

function wide(offset: number, limit: number): Uint8Array {
  const at = Array.from({ length: limit }, (_, index) => offset + index);
  const data: Record<string, unknown[]> = {};
  const types: Record<string, ReturnType<typeof float64>> = {};
  wideColumns.forEach((column, index) => {
    data[column.name] = at.map((row) =>
      index % 3 === 0 ? Math.sin(row + index) : index % 3 === 1 ? BigInt(row * index) : `r${row} c${index}`,
    );
    types[column.name] = (index % 3 === 0 ? float64() : index % 3 === 1 ? int64() : utf8()) as never;
  });
  return tableToIPC(tableFromArrays(data as never, { types }), { format: 'stream' }) ?? new Uint8Array();
}

export const appCrashReport: Api['appCrashReport'] = () => Promise.resolve(null);
export const appOpened: Api['appOpened'] = () => Promise.resolve([]);
export const onOpened: Api['onOpened'] = () => Promise.resolve(() => undefined);
export const appInfo: Api['appInfo'] = () =>
  Promise.resolve({ version: '0.1.0', library: '/home/ada/.local/share/buzz-csv', cores: 8 });

export const datasetsList: Api['datasetsList'] = async () => {
  if (scene === 'loading') await wait(1e8);
  if (scene === 'failed')
    throw new ApiError({ code: 'io', message: 'The library at /home/ada/.local/share/buzz-csv cannot be read.' });
  return datasets;
};
export const datasetShow: Api['datasetShow'] = (id) => {
  const dataset = datasets.find((each) => each.id === id);
  if (dataset === undefined || id === 'broken')
    return Promise.reject(
      new ApiError({
        code: 'damaged',
        message: 'Its receipt is damaged: remove the dataset and add the file once more.',
      }),
    );
  return Promise.resolve({
    summary: dataset,
    columns: id === 'wide' ? wideColumns : columns,
    receipt: receipt(dataset),
    profile: id === 'wide' ? null : profile(dataset),
    context: '',
    notes: notes(id),
  });
};

const said = new Map<string, real.DatasetNotes>();
const notes = (id: string): real.DatasetNotes => said.get(id) ?? { send: null, columns: [], facts: [], matches: [] };
const note = (id: string, change: Partial<real.DatasetNotes>) => {
  said.set(id, { ...notes(id), ...change });
  return Promise.resolve(notes(id));
};
export const datasetSetSend: Api['datasetSetSend'] = (id, send) => note(id, { send });
export const datasetSetColumn: Api['datasetSetColumn'] = (id, column, description, neverSend) => {
  const before = notes(id).columns.find((each) => each.column === column);
  const after = {
    column,
    description: description ?? before?.description ?? '',
    never_send: neverSend ?? before?.never_send ?? false,
  };
  return note(id, { columns: [...notes(id).columns.filter((each) => each.column !== column), after] });
};
export const datasetSetFact: Api['datasetSetFact'] = (id, fact, kept) =>
  note(id, { facts: [...notes(id).facts.filter((each) => each !== fact), ...(kept ? [fact] : [])] });
export const datasetSetMatch: Api['datasetSetMatch'] = (id, kept) =>
  note(id, {
    matches: [
      ...notes(id).matches.filter((each) => each.word !== kept.word),
      ...(kept.values.length > 0 ? [kept] : []),
    ],
  });
export const datasetDraftRequest: Api['datasetDraftRequest'] = () =>
  Promise.resolve('{"messages":[{"role":"user","content":[{"text":"table \\"flights\\""}]}]}');
export const datasetDraft: Api['datasetDraft'] = () =>
  Promise.resolve({
    about: 'One row is one flight that left New York.',
    columns: [
      { name: 'carrier', description: 'The airline, by its two-letter code.' },
      { name: 'dep_delay', description: 'Probably minutes; negative is early.' },
    ],
  });
export const datasetSuggestions: Api['datasetSuggestions'] = (id) =>
  Promise.resolve(
    id === 'header'
      ? []
      : [
          {
            question: 'How does the average dep delay develop by month of day?',
            sql: 'SELECT CAST(date_trunc(\'month\', "day") AS DATE) AS "month", avg("dep_delay") AS "average dep_delay" FROM "flights" GROUP BY 1 ORDER BY 1',
            chart: { kind: 'line', x: 'month', y: 'average dep_delay' },
          },
          {
            question: 'How many rows are there for each carrier?',
            sql: 'SELECT "carrier", count(*) AS "flights" FROM "flights" GROUP BY 1 ORDER BY 2 DESC LIMIT 10',
            chart: { kind: 'bar', x: 'carrier', y: 'flights' },
          },
          {
            question: 'Which columns have empty cells?',
            sql: 'SELECT \'fare\' AS "column", count(*) - count("fare") AS "empty cells" FROM "flights"',
            chart: null,
          },
        ],
  );
export const datasetPage: Api['datasetPage'] = async (id, offset, limit) => {
  await wait(30);
  const rows = datasets.find((each) => each.id === id)?.rows ?? 0;
  const there = Math.max(0, Math.min(limit, rows - offset));
  if (scene === 'pagefail' && offset > 0)
    throw new ApiError({ code: 'io', message: 'The file data.parquet is gone: somebody moved or deleted it.' });
  return id === 'wide' ? wide(offset, there) : flights(offset, there);
};
const removed = new Map<string, real.DatasetSummary>();
export const datasetRemove: Api['datasetRemove'] = (id) => {
  for (const each of datasets) if (each.id === id) removed.set(id, each);
  datasets = datasets.filter((each) => each.id !== id);
  return Promise.resolve(null);
};
export const datasetBringBack: Api['datasetBringBack'] = (id) => {
  const back = removed.get(id);
  if (back === undefined)
    return Promise.reject(new ApiError({ code: 'no_such_dataset', message: 'There is no such dataset.' }));
  datasets = [back, ...datasets];
  return Promise.resolve(back);
};
export const datasetTag: Api['datasetTag'] = (id, tag, given) => {
  datasets = datasets.map((each) =>
    each.id === id ? { ...each, tags: [...each.tags.filter((known) => known !== tag), ...(given ? [tag] : [])] } : each,
  );
  return datasetShow(id).then(({ summary }) => summary);
};
export const datasetsChanged: Api['datasetsChanged'] = () => Promise.resolve(scene === 'changed' ? ['flights'] : []);
export const datasetsWithColumn: Api['datasetsWithColumn'] = (text) =>
  Promise.resolve('sensor_'.includes(text) ? ['wide'] : []);
export const datasetStrayTexts: Api['datasetStrayTexts'] = () =>
  Promise.resolve([
    { text: 'see note 4', count: 5 },
    { text: 'tbd', count: 2 },
  ]);
export const datasetStrays: Api['datasetStrays'] = (_id, _column, offset, limit) => {
  const at = Array.from({ length: Math.max(0, Math.min(limit, 7 - offset)) }, (_, index) => offset + index);
  const cells = {
    line: at.map((row) => BigInt(812 + row * 40_000)),
    text: at.map((row) => (row % 3 === 2 ? 'tbd' : 'see note 4')),
    reason: at.map(() => 'not a DECIMAL(10,2)'),
  };
  const types = { line: int64(), text: utf8(), reason: utf8() };
  return Promise.resolve(tableToIPC(tableFromArrays(cells, { types }), { format: 'stream' }) ?? new Uint8Array());
};
export const datasetRename: Api['datasetRename'] = (id, name) => {
  datasets = datasets.map((each) => (each.id === id ? { ...each, name } : each));
  const renamed = datasets.find((each) => each.id === id);
  return renamed === undefined
    ? Promise.reject(new ApiError({ code: 'not_found', message: 'There is no such dataset.' }))
    : Promise.resolve(renamed);
};
export const datasetSetContext: Api['datasetSetContext'] = () => Promise.resolve(null);

let jobs = 0;
const cancelled = new Set<string>();

export const importPick: Api['importPick'] = () =>
  Promise.resolve(['/home/ada/Documents/taxi trips 2025 (all boroughs).csv']);
const preview = [
  ['UA', '58665', '12.11'],
  ['B6', '54635', null],
];
const found = (member: string | null, sheet: string | null, number: number, visible = true): real.FoundTable => ({
  id: { member, sheet, number },
  title: sheet ?? '',
  name: ['book', sheet].filter(Boolean).join(' - '),
  visibility: visible ? 'visible' : 'hidden',
  rows: number === 1 ? 1_204 : null,
  columns: ['carrier', 'flights', 'average_delay'],
  preview,
});
export const importFiles: Api['importFiles'] = (paths) =>
  Promise.resolve({ files: paths, folder_name: null, left_out: [], left_out_count: 0 });
export const importCombinable: Api['importCombinable'] = (paths) =>
  Promise.resolve({
    is_offered: paths.filter((path) => path.includes('sales')).length > 1,
    files: paths.map((path) => ({ path, bytes: 1_200, fit: path.includes('sales') ? 'by_name' : 'other' })),
    differing: [{ name: 'discount', missing_in: paths.slice(0, 1) }],
    file_column: 'file',
    name: 'sales',
  });
export const importCombine: Api['importCombine'] = (paths, _name, onEvent) =>
  importStart(paths[0] ?? '', null, null, onEvent);
export const importLook: Api['importLook'] = async (paths, reading) => {
  await wait(0);
  if (reading?.delimiter === 'fixed')
    throw new ApiError({ code: 'wrong_options', message: 'its columns are not of fixed width' });
  return paths.map((path) => ({
    path,
    failure: null,
    tables: path.endsWith('.xlsx')
      ? [found(null, '2024', 1), found(null, '2025', 1), found(null, '2025', 2), found(null, 'Lists', 1, false)]
      : [found(null, null, 1)],
  }));
};
export const importAgain: Api['importAgain'] = (id, _reading, onEvent) =>
  importStart(datasets.find((each) => each.id === id)?.source_path ?? '', null, null, onEvent);
export const importRefresh: Api['importRefresh'] = (id, onEvent) => rewrite(id, {}, onEvent);
export const importSplit: Api['importSplit'] = (id, _line, onEvent) =>
  importStart(datasets.find((each) => each.id === id)?.source_path ?? '', null, null, onEvent);
export const importChange: Api['importChange'] = (id, change, onEvent) =>
  rewrite(id, change.type === 'VARCHAR' ? { strays: 0 } : {}, onEvent);
export const importSample: Api['importSample'] = (onEvent) =>
  importStart('/home/ada/.local/share/buzz-csv/sample/wildlife strikes.csv', null, null, onEvent);

/** A dataset that is written anew. */
async function rewrite(id: string, change: Partial<real.DatasetSummary>, onEvent: (event: real.JobEvent) => void) {
  jobs += 1;
  const job = `job-${jobs}`;
  void (async () => {
    await wait(20);
    datasets = datasets.map((each) =>
      each.id === id ? { ...each, ...change, generation: each.generation + 1 } : each,
    );
    const dataset = datasets.find((each) => each.id === id);
    onEvent(
      dataset === undefined
        ? { type: 'failed', code: 'no_such_dataset', message: 'There is no such dataset.' }
        : { type: 'done', dataset },
    );
  })();
  await wait(5);
  return job;
}
export const importStart: Api['importStart'] = async (path, _table, _name, onEvent) => {
  jobs += 1;
  const id = `job-${jobs}`;
  const name = path.replace(/^.*\//, '').replace(/\.csv$/, '');
  void (async () => {
    if (path.includes('queued')) return onEvent({ type: 'queued' });
    if (path.includes('bad')) {
      await wait(100);
      return onEvent({
        type: 'failed',
        code: 'binary',
        message: 'This is no text file: it looks like a ZIP archive. Unpack it and add the CSV file in it.',
      });
    }
    const total = 1_540_000_000;
    for (let step = 0; step <= 100; step += 1) {
      if (cancelled.has(id)) return onEvent({ type: 'cancelled' });
      onEvent({
        type: 'progress',
        phase: step < 2 ? 'detecting' : 'converting',
        bytes_done: (total * step) / 100,
        bytes_total: total,
        rows: 120_034 * step,
        bytes_per_second: 352_000_000,
        seconds_left: step < 4 ? null : (100 - step) / 23,
      });
      await wait(path.includes('hold') && step === 42 ? 1e8 : 60);
    }
    const dataset = summary(id, name, 12_003_400, 12, 402_000_000);
    datasets = [dataset, ...datasets];
    onEvent({ type: 'done', dataset });
  })();
  await wait(5);
  return id;
};
export const importCancel: Api['importCancel'] = (id) => {
  cancelled.add(id);
  return Promise.resolve(null);
};

const resultColumns: real.ResultColumn[] = [
  { name: 'carrier', type: 'VARCHAR' },
  { name: 'flights', type: 'BIGINT' },
  { name: 'average_delay', type: 'DOUBLE' },
];
const resultRows: [string, bigint, number | null][] = [
  ['UA', 58_665n, 12.106_072_885_1],
  ['B6', 54_635n, 13.022_5],
  ['EV', 54_173n, 19.955],
  ['DL', 48_110n, 9.264_5],
  ['AA', 32_729n, null],
  ['<img src=x onerror=alert(1)>', 26_397n, 10.55],
];

export const queryRun: Api['queryRun'] = async (_ids, sql) => {
  await wait(sql.includes('slow') ? 1e8 : 40);
  if (sql.includes('oops'))
    throw new ApiError({
      code: 'sql_error',
      message:
        'Binder Error: Referenced column "carier" not found in FROM clause!\nCandidate bindings: "carrier"\n\nLINE 1: select carier from flights\n               ^',
    });
  return {
    result_id: `result-${Math.random()}`,
    columns: resultColumns,
    rows: sql.includes('where false') ? 0 : resultRows.length,
    seconds: 0.012,
  };
};
export const resultPage: Api['resultPage'] = async (id, offset, limit) => {
  const arrangement = arranged.get(id);
  if (arrangement !== undefined) {
    await wait(20);
    return flights(offset, Math.max(0, Math.min(limit, arrangement.rows - offset)), arrangement);
  }
  const rows = resultRows.slice(offset, offset + limit);
  const table = tableFromArrays(
    {
      carrier: rows.map((row) => row[0]),
      flights: rows.map((row) => row[1]),
      average_delay: rows.map((row) => row[2]),
    },
    { types: { carrier: utf8(), flights: int64(), average_delay: float64() } },
  );
  return tableToIPC(table, { format: 'stream' }) ?? new Uint8Array();
};
export const queryCancel: Api['queryCancel'] = () => Promise.resolve(null);

/** Arranged rows: how many there are, and whether they come from the end. */
interface ArrangedRows {
  rows: number;
  all: number;
  reversed: boolean;
}
const arranged = new Map<string, ArrangedRows>();
export const tableArrange: Api['tableArrange'] = async (of, { sort, filters }, _requestId, onProgress) => {
  const all = of.kind === 'dataset' ? (datasets.find((each) => each.id === of.id)?.rows ?? 0) : resultRows.length;
  if (scene === 'slow') {
    for (let step = 1; step < 40; step += 1) {
      await wait(100);
      if (step > 15) onProgress(Math.round((all * (step - 15)) / 25));
    }
  } else await wait(60);
  const rows = filters.reduce((left) => Math.ceil(left / 28), all);
  const result_id = `arranged-${arranged.size + 1}`;
  arranged.set(result_id, { rows, all, reversed: sort[0]?.descending === true });
  return { result_id, columns: [...columns, { name: 'row', type: 'BIGINT' }], rows, seconds: 0.06 };
};
export const tableValues: Api['tableValues'] = async (_of, _column, _filters, containing) => {
  await wait(40);
  const values = [...carriers, null, ''].map((value, at) => ({ value, count: Math.round(58_665 / (at + 1)) }));
  return {
    values: values.filter(({ value }) => (value ?? '').toLowerCase().includes(containing.toLowerCase())),
    more: false,
  };
};
export const tableSummary: Api['tableSummary'] = async (_of, { columns: chosen, first_row, end_row }) => {
  await wait(20);
  const cells = chosen.length * (end_row - first_row);
  return {
    cells,
    values: cells - 1,
    numbers: cells - 1,
    sum: '15123.50',
    exact: true,
    mean: 12.25,
    min: '-43',
    max: '1301',
  };
};
export const tableFind: Api['tableFind'] = async (_of, { texts, row, columns: chosen }) => {
  await wait(30);
  return texts[0] === 'nowhere' ? null : { row: row + 40, column: Math.min(4, chosen.length - 1) };
};
export const tableStrays: Api['tableStrays'] = (_id, rows) =>
  Promise.resolve(
    rows
      .filter((row) => row % 58 === 1)
      .map((row) => ({ row, column: 'fare', text: 'see note 4', reason: 'it is no number' })),
  );
export const resultRelease: Api['resultRelease'] = () => Promise.resolve(null);

export const exportPick: Api['exportPick'] = (name) => Promise.resolve(`/home/ada/Desktop/${name}`);
export const exportStart: Api['exportStart'] = async (_what, path, _style, onEvent) => {
  void (async () => {
    for (let step = 1; step <= 20; step += 1) {
      onEvent({ type: 'progress', rows: step * 16_838, bytes: step * 1_500_000 });
      await wait(60);
    }
    onEvent({ type: 'done', rows: 336_776, bytes: 31_200_000, cut: 0, path });
  })();
  await wait(5);
  return 'export-1';
};
export const pictureSave: Api['pictureSave'] = (name, kind) => Promise.resolve(`/home/ada/Desktop/${name}.${kind}`);
export const exportCancel: Api['exportCancel'] = () => Promise.resolve(null);

const step: real.ChatStep = {
  step: 1,
  tool: 'run_sql',
  text: 'I’ll count the flights of each carrier and take the mean of their departure delays.',
  reading: null,
  input: null,
  output: null,
  withheld: false,
  notes: [],
  sql: 'SELECT carrier,\n       count(*) AS flights,\n       avg(dep_delay) AS average_delay\nFROM "flights"\nGROUP BY carrier\nORDER BY flights DESC',
  result_id: 'answer-1',
  columns: resultColumns,
  rows: 16,
  preview: resultRows.map((row) => [row[0], String(row[1]), row[2] === null ? null : String(row[2])]),
  error: null,
  seconds: 0.012,
};
const answerText =
  '**United (UA)** flies most often, with 58,665 flights and an average delay of about 12 minutes.\n\n' +
  '- **ExpressJet (EV)** is late the most: 20 minutes on average.\n- **Delta (DL)** is the most punctual of the large ones, 31 minutes ahead.\n\n' +
  'Delays are missing for `AA`, so its average cannot be told. See [the data](https://example.org/x).';

/** Figures of the answer: its numbers are cells, but for one that no result has. */
function figures(): real.ChatFigure[] {
  const found: [string, real.FigureSource | null, [number, number] | null][] = [
    ['58,665', 'cell', [0, 1]],
    ['12', 'cell', [0, 2]],
    ['20', 'cell', [2, 2]],
    ['31', null, null],
  ];
  return found.map(([text, source, place]) => {
    const start = answerText.indexOf(text);
    return {
      start,
      end: start + text.length,
      text,
      source,
      step: place === null ? null : 2,
      cells: place === null ? [] : [{ step: 2, row: place[0], column: place[1] }],
      doubt: null,
    };
  });
}

const bars = (stepNumber: number): real.ChatChart => ({
  step: stepNumber,
  result_id: 'answer-1',
  kind: 'bar',
  spec: {
    mark: 'bar',
    encoding: {
      x: { field: 'carrier', type: 'nominal', title: 'carrier', sort: null },
      y: { field: 'flights', type: 'quantitative', title: 'flights' },
    },
  },
});

const extras: real.ChatExtras = {
  result_step: 2,
  charts: [bars(2)],
  matches: [
    {
      word: 'United',
      dataset: 'flights',
      column: 'carrier',
      values: [
        ['UA', 58_665],
        ['UAX', 12],
      ],
      rows: 58_677,
    },
  ],
  readings: [],
  facts: [{ dataset: 'flights', fact: 'A flight counts as late from 15 minutes on.' }],
  clarification: null,
  figures: figures(),
};
const noExtras: real.ChatExtras = {
  result_step: null,
  charts: [],
  matches: [],
  readings: [],
  facts: [],
  clarification: null,
  figures: [],
};
const usage: real.ChatUsage = {
  model: 'Claude Sonnet 5',
  input_tokens: 4_812,
  output_tokens: 322,
  cached_tokens: 0,
  requests: 2,
};

const failedStep: real.ChatStep = {
  ...step,
  text: '',
  result_id: null,
  rows: null,
  columns: [],
  preview: [],
  sql: 'SELECT carier FROM flights',
  error: { code: 'sql_error', message: 'There is no column “carier”; did you mean “carrier”?' },
};

export const chatAsk: Api['chatAsk'] = async (_id, _datasets, question, _request, onEvent) => {
  if (scene === 'noaws')
    throw new ApiError({ code: 'no_credentials', message: 'No AWS credentials were found: set up a profile first.' });
  onEvent({ type: 'started', conversation_id: 'c1', question_id: 3 });
  void (async () => {
    if (scene === 'thinking') return;
    await wait(60);
    onEvent({ type: 'text', delta: step.text });
    onEvent({ type: 'sql', step: 1, sql: failedStep.sql, reading: null });
    if (scene === 'running') return;
    onEvent({ type: 'sql_error', step: 1, code: 'sql_error', message: failedStep.error?.message ?? '' });
    onEvent({ type: 'sql', step: 2, sql: step.sql, reading: null });
    if (scene === 'confirm') return onEvent({ type: 'confirm', sql: step.sql, payload: null });
    await wait(30);
    onEvent({
      type: 'table',
      step: 2,
      result_id: 'answer-1',
      columns: step.columns,
      rows: 16,
      preview: step.preview,
      seconds: 0.012,
      withheld: false,
    });
    onEvent({ type: 'chart', chart: bars(2) });
    for (const piece of answerText.match(/.{1,9}/gs) ?? []) {
      await wait(4);
      onEvent({ type: 'text', delta: piece });
    }
    if (question.includes('cut')) {
      return onEvent({
        type: 'failed',
        code: 'stream_cut',
        message: 'The connection to Amazon Bedrock broke in the middle of the answer: check the network and ask again.',
        kept_text: answerText,
      });
    }
    onEvent({
      type: 'done',
      answer: {
        conversation_id: 'c1',
        message_id: 4,
        text: answerText,
        steps: [failedStep, { ...step, step: 2 }],
        notes: ['12,003 rows have no fare and were left out of averages.'],
        extras,
        ended: 'complete',
        usage,
      },
    });
  })();
  return 'c1';
};
export const chatConfirm: Api['chatConfirm'] = () => Promise.resolve(null);

const message = (id: number, change: Partial<real.ChatMessage>): real.ChatMessage => ({
  id,
  role: 'assistant',
  created: '2026-11-22T20:12:30Z',
  text: '',
  steps: [],
  notes: [],
  extras: noExtras,
  ended: 'complete',
  usage: null,
  error: null,
  ...change,
});
const unasked: real.ChatUsage = { model: '', input_tokens: 0, output_tokens: 0, cached_tokens: 0, requests: 0 };

export const chatRun: Api['chatRun'] = async (_id, _datasets, _question, sql, chart) => {
  await wait(20);
  return {
    conversation_id: 'c1',
    question_id: 5,
    answer: message(6, {
      steps: [{ ...step, text: '', sql, rows: resultRows.length }],
      extras: { ...noExtras, result_step: 1, charts: chart === null ? [] : [bars(1)] },
      usage: unasked,
    }),
  };
};
export const chatRerun: Api['chatRerun'] = async (_id, messageId, _step, sql) => {
  await wait(20);
  return message(messageId, {
    text: answerText,
    steps: [{ ...step, step: 2, sql, rows: resultRows.length }],
    extras: { ...extras, figures: figures().map((each) => ({ ...each, source: null, step: null, cells: [] })) },
    usage,
  });
};
export const chatStop: Api['chatStop'] = () => Promise.resolve(null);

const conversations: real.ConversationSummary[] =
  scene === 'empty' || scene === 'noaws'
    ? []
    : [
        ['c1', 'Which carrier is late the most, and on how many flights?', new Date().toISOString()],
        ['c2', 'How many rows are there per month of departure?', '2026-11-18T08:00:00Z'],
        ['c3', 'What is in lineitem?', '2026-11-02T08:00:00Z'],
      ].map(
        ([id, title, created]) =>
          ({ id, title, created, updated: created, dataset_ids: ['flights'] }) as real.ConversationSummary,
      );

export const conversationsList: Api['conversationsList'] = () => Promise.resolve(conversations);
export const conversationShow: Api['conversationShow'] = (id) =>
  Promise.resolve({
    conversation: conversations.find((each) => each.id === id) ?? {
      id,
      title: '',
      created: '2026-11-02T08:00:00Z',
      updated: '2026-11-02T08:00:00Z',
      dataset_ids: [],
    },
    messages: [
      message(1, { role: 'user', text: 'Which carrier is late the most?', ended: null }),
      message(2, { text: answerText, steps: [failedStep, { ...step, step: 2 }], extras, usage }),
    ],
  });
export const conversationsSearch: Api['conversationsSearch'] = (text) =>
  Promise.resolve(
    conversations
      .filter((each) => each.title.toLowerCase().includes(text.toLowerCase()))
      .map((conversation) => ({ conversation, excerpt: null })),
  );
export const conversationRename: Api['conversationRename'] = () => Promise.resolve(null);
export const conversationExport: Api['conversationExport'] = () => Promise.resolve(null);
export const conversationRemove: Api['conversationRemove'] = () => Promise.resolve(null);

let settings: real.Settings = { profile: null, region: null, model: null };
export const settingsGet: Api['settingsGet'] = () => Promise.resolve(settings);
export const settingsSet: Api['settingsSet'] = (values) => {
  settings = values;
  return Promise.resolve(null);
};
let privacy: real.Privacy = { send: 'rows', confirm: 'nothing', tokens_per_day: null, ledger_days: 90 };
let appearance: real.Appearance = { theme: 'system', text_percent: 100, locale: null };
export const appearanceGet: Api['appearanceGet'] = () => Promise.resolve(appearance);
export const appearanceSet: Api['appearanceSet'] = (wanted) => {
  appearance = wanted;
  return Promise.resolve(null);
};
let resources: real.Resources = { conversion_mb: 256, query_mb: 1000, threads: 0 };
export const resourcesGet: Api['resourcesGet'] = () => Promise.resolve(resources);
export const resourcesSet: Api['resourcesSet'] = (values) => {
  resources = values;
  return Promise.resolve(null);
};
export const appRestart: Api['appRestart'] = () => Promise.resolve(null);
export const libraryPick: Api['libraryPick'] = () => Promise.resolve('/media/stick');
export const libraryBackUp: Api['libraryBackUp'] = async (into, onEvent) => {
  void wait(10).then(() => onEvent({ type: 'progress', done: 5, total: 10 }));
  void wait(20).then(() => onEvent({ type: 'done', folder: `${into}/Buzz CSV backup 2026-11-30 12.00` }));
  await wait(0);
  return 'copy-1';
};
export const libraryMove: Api['libraryMove'] = async (into, onEvent) => {
  void wait(20).then(() => onEvent({ type: 'done', folder: `${into}/Buzz CSV library` }));
  await wait(0);
  return 'copy-2';
};
export const libraryCopyCancel: Api['libraryCopyCancel'] = () => Promise.resolve(null);
let daily = false;
export const updatesGet: Api['updatesGet'] = () => Promise.resolve({ can_look: true, daily });
export const updatesSet: Api['updatesSet'] = (wanted) => {
  daily = wanted;
  return Promise.resolve(null);
};
export const updatesLook: Api['updatesLook'] = () =>
  Promise.resolve({ version: '99.1.0', page: 'https://example.org/buzz-csv/99.1.0', notes: 'Reads punched cards.' });
export const updatesLookDaily: Api['updatesLookDaily'] = () => Promise.resolve(null);
export const privacyGet: Api['privacyGet'] = () => Promise.resolve(privacy);
export const privacySet: Api['privacySet'] = (values) => {
  privacy = values;
  return Promise.resolve(null);
};
let verified: real.VerifiedQuestion[] = [];
export const verifiedList: Api['verifiedList'] = () => Promise.resolve(verified);
export const verifiedAdd: Api['verifiedAdd'] = (question, sql, dataset_ids) => {
  const added = { id: `v${verified.length + 1}`, question, sql, dataset_ids };
  verified = [added, ...verified];
  return Promise.resolve(added);
};
export const verifiedRemove: Api['verifiedRemove'] = (id) => {
  verified = verified.filter((each) => each.id !== id);
  return Promise.resolve(null);
};
export const awsProfiles: Api['awsProfiles'] = () =>
  Promise.resolve(
    scene === 'noaws'
      ? []
      : [
          { name: 'default', kind: 'static_keys', region: 'eu-central-1' },
          { name: 'analytics-sso', kind: 'sso', region: 'eu-west-1' },
        ],
  );
export const awsTest: Api['awsTest'] = async (profileName) => {
  await wait(60);
  if (profileName === 'analytics-sso')
    throw new ApiError({
      code: 'sso_expired',
      message: 'The sign-in of profile “analytics-sso” has expired: run `aws sso login --profile analytics-sso`.',
    });
  return {
    account: '123456789012',
    arn: 'arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Analyst_0123456789abcdef/ada@example.org',
    region: 'eu-central-1',
    models: [
      {
        id: 'eu.anthropic.claude-sonnet-5',
        name: 'Claude Sonnet 5',
        provider: 'Anthropic',
        default: true,
        geography: 'eu',
        may_leave: false,
      },
      {
        id: 'amazon.nova-pro-v1:0',
        name: 'Nova Pro',
        provider: 'Amazon',
        default: false,
        geography: null,
        may_leave: false,
      },
    ],
  };
};
export const ledgerList: Api['ledgerList'] = () =>
  Promise.resolve(
    scene === 'empty' || scene === 'noaws'
      ? []
      : [
          {
            id: 2,
            sent: '2026-11-22T20:12:00Z',
            conversation_id: 'c1',
            service: 'bedrock-runtime',
            endpoint: 'https://bedrock-runtime.eu-central-1.amazonaws.com',
            operation: 'ConverseStream',
            profile: 'default',
            region: 'eu-central-1',
            model: 'eu.anthropic.claude-sonnet-5',
            payload: '{"messages":[{"role":"user","content":[{"text":"Which carrier is late the most?"}]}]}',
            status: 'ok',
            error: null,
            input_tokens: 4_812,
            output_tokens: 322,
            latency_ms: 5_120,
          },
          {
            id: 1,
            sent: '2026-11-22T20:10:00Z',
            conversation_id: null,
            service: 'sts',
            endpoint: 'https://sts.eu-central-1.amazonaws.com',
            operation: 'GetCallerIdentity',
            profile: 'default',
            region: 'eu-central-1',
            model: null,
            payload: 'Action=GetCallerIdentity&Version=2011-06-15',
            status: 'failed',
            error: 'the sign-in has expired',
            input_tokens: null,
            output_tokens: null,
            latency_ms: 90,
          },
        ],
  );

export const ledgerClear: Api['ledgerClear'] = () => Promise.resolve(2);
export const ledgerExport: Api['ledgerExport'] = () => Promise.resolve(2);

export const onDrop: Api['onDrop'] = (listener) => {
  Object.assign(globalThis, { fakeDrop: listener });
  return Promise.resolve(() => undefined);
};
