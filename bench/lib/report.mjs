// Results as a table for people.

import { against, goals } from './goals.mjs';
import { median } from './statistics.mjs';

const HEAD = `# Results of the benchmark

Written by \`npm run bench\`, which replaces the parts it has measured anew; the rounds themselves are in \`results.json\`.

Each contender is a whole process, run in turn with the others on the same file (A B C A B C …) after one round to warm
up. Times, peak resident sizes and sizes are medians over the rounds. *Against the faster peer* compares within each round,
with the faster of DuckDB and Polars in that round, and gives the median. The codec and, for zstd, its level are the same on
all sides. buzz hashes the source, checks every cell, makes the profile (unless \`--no-profile\`) and syncs what it wrote to
the disk; the peers do none of this. MB are 10⁶ bytes.
`;

/**
 * The whole page.
 * @param {Record<string, object>} parts results by the name of their part, in the order to show them
 */
export function report(parts) {
  const list = goals(parts);
  const texts = [HEAD];
  if (list.length > 0) {
    const rows = list.map(({ goal, measured, met }) => [goal, measured, met ? 'yes' : '**no**']);
    texts.push('## Goals\n', `${table(['goal', 'measured', 'met'], rows)}\n`);
  }
  for (const [name, part] of Object.entries(parts)) texts.push(partReport(name, part));
  return `${texts.join('\n')}`;
}

/**
 * One part of the page.
 * @param {string} name
 * @param {object} part
 */
export function partReport(name, part) {
  const texts = [`## ${name}\n`, `${circumstances(part)}\n`];
  for (const section of part.sections ?? []) {
    texts.push(`### ${name}, ${section.title}\n`, `${sectionTable(section.results)}\n`, ...remarks(section.results));
  }
  if (part.queries) texts.push(`${queryTable(part.queries)}\n`);
  if (part.contention) texts.push(contentionReport(part.contention));
  if (part.detect) texts.push(detectReport(part.detect));
  if (part.cancel) texts.push(cancelReport(part.cancel));
  return texts.join('\n');
}

function circumstances({ file, measured, command, rounds, machine, tools, load, stolen, cached, starts }) {
  const sentences = [
    `${file.rows === null ? '' : `${file.rows.toLocaleString('en-US')} rows, `}${(file.bytes / 1e6).toFixed(1)} MB of ${file.format ?? 'CSV'}.`,
    `Measured on ${measured} by \`${command}\` (${rounds} ${rounds === 1 ? 'round' : 'rounds'}).`,
    `${machine}.`,
    `${tools}.`,
    `Load before: ${load.toFixed(1)}; taken by other guests of the host: ${(stolen * 100).toFixed(1)} % of the processor.`,
    cached
      ? 'The page cache was warm.'
      : 'The file does not fit into the page cache, so that it was read from the disk.',
  ];
  if (starts) {
    const [duckdb, polars] = [starts.duckdb, starts.polars].map((value) => value.toFixed(2));
    sentences.push(`Starting Python and loading the peer is part of its time: DuckDB ${duckdb} s, Polars ${polars} s.`);
  }
  return sentences.join('\n');
}

const seconds = (value) => (value < 10 ? value.toFixed(2) : value.toFixed(1));
const megabytes = (value) => (value / 1e6).toFixed(1);
const times = (value) => (value === null ? '' : `${value.toFixed(2)} ×`);

/** @param {object[]} results of one section */
export function sectionTable(results) {
  const rows = results.map((result) => {
    if (result.error) return [result.title, 'stops', '', '', '', '', '', ''];
    const of = (key) => result.runs.map((run) => run[key]);
    const walls = of('wall');
    const own = result.kind === 'buzz';
    return [
      result.title,
      seconds(median(walls)),
      `${seconds(Math.min(...walls))} to ${seconds(Math.max(...walls))}`,
      seconds(median(of('cpu'))),
      megabytes(median(of('peak'))),
      megabytes(median(of('size'))),
      own ? times(against(result, results, 'wall')) : '',
      own ? times(against(result, results, 'size', (peer) => peer.id === 'duckdb')) : '',
    ];
  });
  const head = [
    'contender',
    'wall, s',
    'least to most',
    'CPU, s',
    'peak, MB',
    'Parquet, MB',
    'wall against the faster peer',
    "size against DuckDB's",
  ];
  return table(head, rows);
}

/** What the table does not say: why a contender stops, files that do not hold the same, and how it scales. */
function remarks(results) {
  const done = results.filter(({ error }) => !error);
  const stops = results.filter(({ error }) => error).map(({ title, error }) => `${title} stops: ${plain(error)}\n`);
  const differ = done
    .filter(({ rows }) => rows !== done[0].rows)
    .map(({ title, rows }) => `**${title} wrote ${rows} rows, ${done[0].title} ${done[0].rows}.**\n`);
  const [one, two, four] = ['buzz-1', 'buzz-2', 'buzz-4'].map((id) => done.find((result) => result.id === id));
  const scaling = [];
  if (one && two && four) {
    const wall = ({ runs }) => median(runs.map((run) => run.wall));
    const faster = (result) => (wall(one) / wall(result)).toFixed(2);
    scaling.push(
      `Against one thread on one core: ${faster(two)} × as fast with two on two, ${faster(four)} × with four.\n`,
    );
  }
  return [...stops, ...differ, ...scaling];
}

function queryTable(queries) {
  const milliseconds = (value) => (value * 1000).toFixed(1);
  const rows = queries.map(({ name, buzz, duckdb, ratio, cpuRatio, same }) => [
    name,
    milliseconds(buzz),
    milliseconds(duckdb),
    `${ratio.toFixed(3)} ×`,
    `${cpuRatio.toFixed(3)} ×`,
    same ? 'yes' : '**no**',
  ]);
  return table(
    ['query in DuckDB, zstd', "over buzz's file, ms", "over DuckDB's, ms", 'ratio', 'ratio of CPU', 'same rows'],
    rows,
  );
}

function contentionReport({ query, count, idle, busy, ratio, conversions }) {
  const milliseconds = (value) => (value * 1000).toFixed(0);
  const rows = [
    ['alone', milliseconds(idle.p50), milliseconds(idle.p95), ''],
    ['beside a conversion', milliseconds(busy.p50), milliseconds(busy.p95), times(ratio)],
  ];
  return [
    `\`buzz sql "${query}"\`, ${count} processes alone and ${count} beside \`buzz convert\` of the same file, which came to`,
    `its end ${conversions} ${conversions === 1 ? 'time' : 'times'} meanwhile.\n`,
    `${table(['', 'p50, ms', 'p95, ms', 'p95 against alone'], rows)}\n`,
  ].join('\n');
}

function detectReport({ count, median, worst }) {
  const milliseconds = (value) => (value * 1000).toFixed(0);
  return [
    'The whole process `buzz convert --explain`, which decides how the file is to be read and converts nothing.\n',
    `${table(['times', 'median, ms', 'worst, ms'], [[String(count), milliseconds(median), milliseconds(worst)]])}\n`,
  ].join('\n');
}

function cancelReport({ whole, count, early, median, worst, left }) {
  const milliseconds = (value) => (value * 1000).toFixed(0);
  const head = ['cancelled', 'median, ms', 'worst, ms', 'done before', 'left something behind'];
  return [
    '`buzz convert` into a library, interrupted (SIGINT) at a random moment in each fiftieth of the',
    `${seconds(whole)} s that a whole conversion takes; the time until the process has ended.\n`,
    `${table(head, [[String(count), milliseconds(median), milliseconds(worst), String(early), String(left)]])}\n`,
  ].join('\n');
}

/** Text from elsewhere as Markdown that shows it as it is. */
const plain = (text) => `\`\` ${text} \`\``;

/**
 * A table of Markdown whose columns are as wide as their widest cell, so that it can be read as it stands.
 * @param {string[]} head
 * @param {string[][]} rows
 */
export function table(head, rows) {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => row[column].length)));
  const line = (row) => `| ${row.map((text, column) => text.padEnd(widths[column])).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
