// A reader of CSV that shares nothing with the program under test.

/** Stands for a field that is empty and not quoted. */
export const NULL = null;

/**
 * Reads RFC 4180 text with commas into rows.
 * @param {string} text
 * @returns {Generator<(string | null)[]>} a bare empty field is NULL, a quoted one an empty text
 */
export function* rows(text) {
  let row = [];
  let at = 0;
  while (at < text.length) {
    let field;
    if (text[at] === '"') {
      field = '';
      for (;;) {
        const quote = text.indexOf('"', at + 1);
        if (quote < 0) throw new Error('a quoted field has no end');
        field += text.slice(at + 1, quote);
        at = quote + 1;
        if (text[at] !== '"') break;
        field += '"';
      }
    } else {
      let end = at;
      while (end < text.length && text[end] !== ',' && text[end] !== '\n' && text[end] !== '\r') end++;
      field = end === at ? NULL : text.slice(at, end);
      at = end;
    }
    row.push(field);
    if (text[at] === ',') {
      at++;
      // A comma at the very end of the text is followed by one more field, an empty one.
      if (at === text.length) row.push(NULL);
      else continue;
    } else if (text[at] === '\r' && text[at + 1] === '\n') {
      at += 2;
    } else if (text[at] === '\n') {
      at++;
    } else if (at < text.length) {
      throw new Error(`unexpected ${JSON.stringify(text[at])} after a field at ${at}`);
    }
    yield row;
    row = [];
  }
}
