/**
 * How well a text answers to what was typed: every character in its order, better at the beginning of words and in one piece.
 * Null where it does not. Upper case, accents and spaces make no difference.
 */
export function matching(typed: string, text: string): number | null {
  const wanted = plain(typed).replaceAll(' ', '');
  const given = plain(text);
  let score = 0;
  let at = 0;
  let together = 0;
  for (const character of wanted) {
    const found = given.indexOf(character, at);
    if (found < 0) return null;
    const beginsWord = found === 0 || !/[\p{L}\p{N}]/u.test(given[found - 1] ?? '');
    together = found === at && at > 0 ? together + 1 : 0;
    score += beginsWord ? 8 : together > 0 ? 4 + together : 1;
    // What lies between costs a little, so that of two texts the tighter one is better.
    score -= Math.min(3, (found - at) * 0.1);
    at = found + 1;
  }
  return score - given.length * 0.01;
}

/** Those that answer to what was typed, the best first; all of them, in their order, where nothing was typed. */
export function ranked<T>(typed: string, all: readonly T[], text: (each: T) => string): T[] {
  if (typed.trim() === '') return [...all];
  return all
    .map((each) => ({ each, score: matching(typed, text(each)) }))
    .filter((found): found is { each: T; score: number } => found.score !== null)
    .sort((a, b) => b.score - a.score)
    .map(({ each }) => each);
}

function plain(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
