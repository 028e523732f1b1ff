// CSV after RFC 4180, read without any guess: what `buzz` exports and what is expected are both written so.

/**
 * The records of a CSV text, each as the texts of its fields.
 *
 * Records end with LF, CRLF or CR, the last one also with the text. Within quotes everything is text and a doubled quote
 * is one. Nothing is trimmed, and a byte order mark at the start is no text.
 * @param {string} text
 * @returns {string[][]}
 * @throws {SyntaxError} for a quote where RFC 4180 has none: this is no place to guess what was meant
 */
export function parseCsv(text) {
  const records = [];
  let record = [];
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  if (at >= text.length) return records;
  for (;;) {
    let field;
    if (text[at] === '"') {
      [field, at] = quoted(text, at);
    } else {
      const start = at;
      while (at < text.length && !ENDS.has(text[at])) {
        if (text[at] === '"') throw wrong(text, at, 'a quote within a field that has none around it');
        at++;
      }
      field = text.slice(start, at);
    }
    record.push(field);
    if (text[at] === ',') {
      at++;
      continue;
    }
    if (text[at] === '\r' && text[at + 1] === '\n') at++;
    at++;
    records.push(record);
    if (at >= text.length) return records;
    record = [];
  }
}

/** What ends a field that has no quotes around it. */
const ENDS = new Set([',', '\n', '\r']);

/** The text of the quoted field that begins at `at`, and where it ends. */
function quoted(text, at) {
  const start = at;
  let field = '';
  for (;;) {
    const quote = text.indexOf('"', at + 1);
    if (quote < 0) throw wrong(text, start, 'a quote that is never closed');
    field += text.slice(at + 1, quote);
    at = quote + 1;
    if (text[at] !== '"') break;
    field += '"';
  }
  if (at < text.length && !ENDS.has(text[at])) throw wrong(text, at, 'text after a closing quote');
  return [field, at];
}

function wrong(text, at, what) {
  const line = text.slice(0, at).split(/\r\n|\n|\r/).length;
  return new SyntaxError(`line ${line} has ${what}`);
}
