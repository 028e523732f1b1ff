// Medians, percentiles and ratios.

/**
 * The value that a share of the others do not exceed; between two of them, their weighted mean.
 * @param {number[]} values at least one
 * @param {number} share from 0 to 1
 */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)];
  return below + (sorted[Math.ceil(place)] - below) * (place - Math.floor(place));
}

/** @param {number[]} values at least one */
export const median = (values) => quantile(values, 0.5);

/**
 * How one contender compares with the best of its peers: in each round against the best of that same round, because
 * what disturbs a machine disturbs neighbours alike; then the median over the rounds.
 * @param {number[]} own one value for each round; less is better
 * @param {number[][]} peers the same for each peer
 * @returns {number | null} null where there is no peer to compare with
 */
export function pairwiseRatio(own, peers) {
  if (own.length === 0 || peers.length === 0) return null;
  return median(own.map((value, round) => value / Math.min(...peers.map((peer) => peer[round]))));
}

/**
 * Are two results the same, apart from what summing doubles in another order does?
 * @param {unknown[][]} left
 * @param {unknown[][]} right
 */
export function sameRows(left, right) {
  const same = (a, b) =>
    typeof a === 'number' && typeof b === 'number'
      ? Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b))
      : a === b;
  return (
    left.length === right.length &&
    left.every(
      (row, at) => row.length === right[at].length && row.every((value, column) => same(value, right[at][column])),
    )
  );
}
