/** What was decided of how a text is read, and is not certain. */
import type { Decision, Receipt } from '$lib/api';

/** What a person can choose otherwise; see ReadingDialog. */
const CHOICES = ['delimiter', 'quote', 'encoding', 'header', 'preamble_rows'];
/** Less than this is worth a look. */
const CERTAIN = 0.75;

/** Only how a text is read leaves a choice, and each of several files is read in its own way. */
export function isReadAsText(receipt: Receipt | null): boolean {
  return (receipt?.format === 'csv' || receipt?.format === 'fixed-width') && (receipt.sources?.length ?? 0) === 0;
}

/** What is worth a look. A person who has chosen has looked. */
export function doubts(receipt: Receipt | null): Decision[] {
  if (receipt === null || !isReadAsText(receipt) || receipt.overruled !== undefined) return [];
  return receipt.decisions.filter(({ what, confidence }) => CHOICES.includes(what) && confidence < CERTAIN);
}
