/** A whole number as the window writes it: 336776 → 336,776. */
export const inEnglish = (value) => value.toLocaleString('en-US');
