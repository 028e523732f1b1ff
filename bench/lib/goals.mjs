// What the project promises of its speed, size and memory, and whether the results keep it.

import { median, pairwiseRatio } from './statistics.mjs';

/** Megabytes, as limits are given. */
const MB = 1e6;

const values = (result, key) => result.runs.map((run) => run[key]);

/**
 * How one contender's runs compare with those of the best peer, null where there is none.
 * @param {object} result
 * @param {object[]} results of the same section
 * @param {string} key like `wall`
 * @param {(peer: object) => boolean} [wanted] which peers
 */
export function against(result, results, key, wanted = () => true) {
  const peers = results.filter((one) => one.kind === 'peer' && !one.error && wanted(one));
  return pairwiseRatio(
    values(result, key),
    peers.map((peer) => values(peer, key)),
  );
}

/** Milliseconds in which it is seen how a file is to be read. */
const DETECT_MS = 150;

/** Milliseconds in which a conversion ends that is cancelled. */
const STOP_MS = 200;

/** Wall time against the faster peer: for which files, with everything on and with `--no-profile`. */
const WALL = {
  'lineitem-2': [0.6, 0.5],
  'lineitem-20': [0.6, 0.5],
  taxi: [0.6, 0.5],
  wide: [0.7, null],
  text: [0.7, null],
  sheet: [0.8, null],
};

/** Megabytes of memory that a conversion may come to hold, where that is not the usual budget. */
const MEMORY = { sheet: 250 };

/**
 * Every goal that the results so far can tell about.
 * @param {Record<string, object>} parts
 * @returns {{ goal: string, measured: string, met: boolean }[]}
 */
export function goals(parts) {
  const list = [];
  const add = (goal, value, limit, shown) => {
    if (value !== null) list.push({ goal, measured: shown, met: value <= limit });
  };
  const ratio = (goal, value, limit) => add(`${goal} at most ${limit} ×`, value, limit, `${value?.toFixed(3)} ×`);
  const find = (part, section, id) => {
    const results = parts[part]?.sections?.find((one) => one.id === `${part}-${section}`)?.results;
    const result = results?.find((one) => one.id === id);
    return result && !result.error ? { result, results } : null;
  };
  const memory = (goal, found, limit) => {
    if (!found) return;
    const peak = Math.max(...values(found.result, 'peak'));
    add(`${goal}: never more than ${limit} MB in memory`, peak, limit * MB, `${(peak / MB).toFixed(1)} MB`);
  };

  for (const [name, part] of Object.entries(parts)) {
    for (const { id } of part.sections ?? []) {
      const section = id.slice(name.length + 1);
      if (!['zstd', 'snappy'].includes(section)) continue;
      const [full, bare] = [find(name, section, 'buzz'), find(name, section, 'buzz-no-profile')];
      const [fullLimit, bareLimit] = WALL[name] ?? [null, null];
      const title = `${name}, ${section}`;
      if (bare && bareLimit) {
        ratio(
          `${title}, --no-profile: wall against the faster peer`,
          against(bare.result, bare.results, 'wall'),
          bareLimit,
        );
      }
      if (full && fullLimit) {
        ratio(`${title}: wall against the faster peer`, against(full.result, full.results, 'wall'), fullLimit);
      }
      memory(title, full, MEMORY[name] ?? 256);
      if (full) {
        const size = against(full.result, full.results, 'size', (peer) => peer.id === 'duckdb');
        ratio(`${title}: size against DuckDB's`, size, 1.05);
      }
    }
  }
  memory('lineitem-2, zstd, --memory 128MB', find('lineitem-2', 'zstd', 'buzz-128'), 128);

  const [two, twenty] = ['lineitem-2', 'lineitem-20'].map((name) => find(name, 'zstd', 'buzz'));
  if (two && twenty) {
    const grown = median(values(twenty.result, 'peak')) / median(values(two.result, 'peak'));
    ratio('memory for lineitem-20 against lineitem-2', grown, 1.1);
  }
  for (const query of parts.queries?.queries ?? []) {
    ratio(`query ${query.name} over our file against over DuckDB's`, query.ratio, 1.05);
  }
  const contention = parts['query-while-converting']?.contention;
  if (contention) ratio("a query's p95 beside a conversion against alone", contention.ratio, 2);
  const detect = parts.detect?.detect;
  if (detect) {
    add(
      `how a file of ${(parts.detect.file.bytes / 1e9).toFixed(0)} GB is to be read is seen within ${DETECT_MS} ms`,
      detect.median * 1000,
      DETECT_MS,
      `${(detect.median * 1000).toFixed(0)} ms`,
    );
  }
  const cancel = parts.cancel?.cancel;
  if (cancel) {
    add(
      `a conversion that is cancelled ends within ${STOP_MS} ms`,
      cancel.worst * 1000,
      STOP_MS,
      `${(cancel.worst * 1000).toFixed(0)} ms`,
    );
  }
  return list;
}
