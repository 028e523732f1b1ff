// Longest common subsequences: which records, names and cells of two sequences are the same ones.

/**
 * The pairs of places of one longest common subsequence of two sequences of strings, in ascending order.
 *
 * After Hunt and Szymanski, "A fast algorithm for computing longest common subsequences", CACM 20 (1977): the longest
 * ascending run of the places that match. Takes O((n + r) log n) for r matching pairs.
 * @param {string[]} left
 * @param {string[]} right
 * @returns {[number, number][]}
 */
export function commonSubsequence(left, right) {
  let start = 0;
  let [leftEnd, rightEnd] = [left.length, right.length];
  while (start < leftEnd && start < rightEnd && left[start] === right[start]) start++;
  while (leftEnd > start && rightEnd > start && left[leftEnd - 1] === right[rightEnd - 1]) {
    leftEnd--;
    rightEnd--;
  }
  const pairs = Array.from({ length: start }, (_, place) => [place, place]);
  pairs.push(...ascending(left, right, start, leftEnd, rightEnd));
  for (let place = 0; leftEnd + place < left.length; place++) pairs.push([leftEnd + place, rightEnd + place]);
  return pairs;
}

function ascending(left, right, start, leftEnd, rightEnd) {
  const places = new Map();
  // From the last to the first, so that one place on the left is used once in a run.
  for (let place = rightEnd - 1; place >= start; place--) {
    const known = places.get(right[place]);
    if (known) known.push(place);
    else places.set(right[place], [place]);
  }
  /** The run of each length that ends earliest on the right. */
  const runs = [];
  for (let place = start; place < leftEnd; place++) {
    for (const match of places.get(left[place]) ?? []) {
      let [low, high] = [0, runs.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (runs[middle].right < match) low = middle + 1;
        else high = middle;
      }
      runs[low] = { left: place, right: match, before: runs[low - 1] };
    }
  }
  const pairs = [];
  for (let run = runs.at(-1); run; run = run.before) pairs.push([run.left, run.right]);
  return pairs.reverse();
}

/** Record pairs times the square of their cells up to which a gap is aligned by likeness rather than in order. */
const LARGEST_GAP = 4_000_000;

/**
 * Pairs the records of two tables: equal ones as {@link commonSubsequence} finds them, and between those the ones that
 * have most cells in common, in order. A record that has no cell in common with any stays alone.
 * @param {string[][]} left
 * @param {string[][]} right
 * @returns {{ left: number, right: number, equal: boolean, cells: number }[]} `cells`: how many they have in common
 */
export function alignRecords(left, right) {
  const key = (record) => JSON.stringify(record);
  const anchors = commonSubsequence(left.map(key), right.map(key));
  const pairs = [];
  let [leftFrom, rightFrom] = [0, 0];
  for (const [leftTo, rightTo] of [...anchors, [left.length, right.length]]) {
    pairs.push(...alignGap(left, leftFrom, leftTo, right, rightFrom, rightTo));
    if (leftTo < left.length) pairs.push({ left: leftTo, right: rightTo, equal: true, cells: left[leftTo].length });
    leftFrom = leftTo + 1;
    rightFrom = rightTo + 1;
  }
  return pairs;
}

function alignGap(left, leftFrom, leftTo, right, rightFrom, rightTo) {
  const [rows, columns] = [leftTo - leftFrom, rightTo - rightFrom];
  if (rows <= 0 || columns <= 0) return [];
  const common = (row, column) => commonSubsequence(left[leftFrom + row], right[rightFrom + column]).length;
  const pair = (row, column, cells) => ({ left: leftFrom + row, right: rightFrom + column, equal: false, cells });
  const width = Math.max(...left.slice(leftFrom, leftTo).map((record) => record.length));
  if (rows * columns * width * width > LARGEST_GAP) {
    return Array.from({ length: Math.min(rows, columns) }, (_, place) => pair(place, place, common(place, place)));
  }
  const likeness = Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (_, c) => common(row, c)));
  const best = Array.from({ length: rows + 1 }, () => new Array(columns + 1).fill(0));
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      best[row][column] = Math.max(
        best[row + 1][column],
        best[row][column + 1],
        likeness[row][column] + best[row + 1][column + 1],
      );
    }
  }
  const pairs = [];
  for (let [row, column] = [0, 0]; row < rows && column < columns;) {
    const cells = likeness[row][column];
    if (cells > 0 && best[row][column] === cells + best[row + 1][column + 1]) pairs.push(pair(row++, column++, cells));
    else if (best[row][column] === best[row + 1][column]) row++;
    else column++;
  }
  return pairs;
}
