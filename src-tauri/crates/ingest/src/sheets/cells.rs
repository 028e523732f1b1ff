//! What is stored in a cell, as the text that a person sees where it matters, and what is to be said about it.

use std::io::Write;
use std::path::Path;

use super::format::Format;
use super::row::Row;
use super::serial::{self, Epoch, Shown};
use super::strings::SharedStrings;
use super::styles::Styles;
use crate::Error;

/// What was met in one column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ColumnCounts {
    /// Numbers shown as percentages; their value is the number, so 12 % is 0.12.
    pub(crate) percent: u64,
    /// Numbers shown as money.
    pub(crate) money: u64,
    /// Numbers shown with leading zeros; they are that text.
    pub(crate) padded: u64,
    /// Lengths of time.
    pub(crate) elapsed: u64,
    /// Texts that read as numbers.
    pub(crate) text_numbers: u64,
    /// Whole numbers beyond 2^53, of which Excel keeps 15 digits.
    pub(crate) big_integers: u64,
    /// Error cells other than `#N/A`; they are their text.
    pub(crate) errors: u64,
    /// `#N/A`, which is missing.
    pub(crate) not_available: u64,
    /// Formulas of which no result was stored; they are missing.
    pub(crate) without_result: u64,
    /// Dates with a time that their format hides; they have it.
    pub(crate) hidden_times: u64,
    /// Numbers with a format of dates that no date has; they are the number.
    pub(crate) no_dates: u64,
    /// Dates of day 0, which Excel shows as 1900-01-00; they are 1899-12-31.
    pub(crate) day_zero: u64,
    /// References to a shared string that does not exist; they are missing.
    pub(crate) lost_texts: u64,
}

/// What was met in a sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Rows that have a value and are hidden, by hand or by a filter.
    pub(crate) hidden_rows: u64,
    /// Rows that stand in the file after one with a higher number.
    pub(crate) rows_out_of_order: u64,
    /// By column, counted from 0, as far as there is anything to say.
    pub(crate) columns: Vec<ColumnCounts>,
    /// What the file's damage cost; one sentence, without the file's name in front.
    pub(crate) damage: Option<String>,
}

impl Counts {
    /// The counts of a column.
    pub(crate) fn column(&mut self, column: u32) -> &mut ColumnCounts {
        let column = column as usize;
        if column >= self.columns.len() {
            self.columns.resize(column + 1, ColumnCounts::default());
        }
        &mut self.columns[column]
    }

    /// The sum over all columns.
    #[cfg(test)]
    pub(crate) fn sum(&self, of: impl Fn(&ColumnCounts) -> u64) -> u64 {
        self.columns.iter().map(of).sum()
    }
}

/// Whole numbers from here on are not all doubles.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Turns what is stored into the cells of a row.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    pub(crate) row: Row,
    pub(crate) counts: Counts,
    pub(crate) styles: Styles,
    pub(crate) epoch: Epoch,
    /// The columns of which all dates have a time.
    with_times: Vec<u32>,
    /// Bytes that texts took which are stored once and used many times.
    copied: u64,
}

impl Cells {
    /// No row yet.
    pub(crate) fn new(styles: Styles, epoch: Epoch) -> Self {
        Self {
            styles,
            epoch,
            ..Self::default()
        }
    }

    /// From now on, all dates of these columns have a time.
    pub(crate) fn with_times(&mut self, columns: &[u32]) {
        self.with_times = columns.to_vec();
    }

    /// A number as the file writes it in decimal digits.
    #[inline]
    pub(crate) fn decimal(&mut self, column: u32, style: u32, written: &[u8]) {
        match self.styles.format(style) {
            Format::Plain if is_shortest(written) => {
                let mark = self.row.mark();
                self.row.text().extend_from_slice(written);
                self.row.end_cell(column, mark);
            }
            _ => self.odd_decimal(column, style, written),
        }
    }

    #[cold]
    fn parse(written: &[u8]) -> Option<f64> {
        let text = std::str::from_utf8(written).ok()?.trim();
        text.parse::<f64>().ok().filter(|value| value.is_finite())
    }

    fn odd_decimal(&mut self, column: u32, style: u32, written: &[u8]) {
        let value = small_decimal(written).or_else(|| Self::parse(written));
        let Some(value) = value else {
            // No number at all, as damage leaves it: the text is what there is.
            self.text(column, written);
            return;
        };
        let is_plain = matches!(
            self.styles.format(style),
            Format::Plain | Format::Percent | Format::Money
        );
        if is_plain && (is_shortest(written) || is_long_integer(written)) {
            // More digits than a double has are kept, for the program that wrote them meant them.
            self.count_plain(column, style, value);
            let mark = self.row.mark();
            self.row.text().extend_from_slice(written);
            self.row.end_cell(column, mark);
            return;
        }
        self.number(column, style, value);
    }

    fn count_plain(&mut self, column: u32, style: u32, value: f64) {
        match self.styles.format(style) {
            Format::Percent => self.counts.column(column).percent += 1,
            Format::Money => self.counts.column(column).money += 1,
            _ => {}
        }
        if value.abs() >= EXACT && value.fract() == 0.0 {
            self.counts.column(column).big_integers += 1;
        }
    }

    /// A number as it is shown.
    pub(crate) fn number(&mut self, column: u32, style: u32, value: f64) {
        let mark = self.row.mark();
        match self.styles.format(style) {
            Format::Date(shown) => {
                let mut shown = *shown;
                if shown == Shown::Date {
                    self.counts.column(column).hidden_times += u64::from(value.fract() != 0.0);
                    if self.with_times.contains(&column) {
                        shown = Shown::Moment;
                    }
                }
                if serial::append(value, self.epoch, shown, self.row.text()) {
                    if shown == Shown::Elapsed {
                        self.counts.column(column).elapsed += 1;
                    } else if self.epoch == Epoch::Y1900
                        && (0.0..1.0).contains(&value)
                        && shown != Shown::Time
                    {
                        self.counts.column(column).day_zero += 1;
                    }
                } else {
                    self.counts.column(column).no_dates += 1;
                    append_number(value, self.row.text());
                }
            }
            Format::Padded(padding) if value.fract() == 0.0 && value.abs() < 1e15 => {
                padding.append(value as i64, self.row.text());
                self.counts.column(column).padded += 1;
            }
            _ => {
                self.count_plain(column, style, value);
                append_number(value, self.row.text());
            }
        }
        self.row.end_cell(column, mark);
    }

    /// A text.
    pub(crate) fn text(&mut self, column: u32, text: &[u8]) {
        let mark = self.row.mark();
        self.row.text().extend_from_slice(text);
        self.end_text(column, mark);
    }

    /// Takes what was appended to the row's text since `mark` as a text.
    #[inline]
    pub(crate) fn end_text(&mut self, column: u32, mark: usize) {
        if reads_as_number(&self.row.text()[mark..]) {
            self.counts.column(column).text_numbers += 1;
        }
        self.row.end_cell(column, mark);
    }

    /// The shared string of that number.
    ///
    /// # Errors
    /// [`Error::Read`] if strings that were spilled cannot be read back; `path` is the workbook's.
    #[inline]
    pub(crate) fn shared(
        &mut self,
        column: u32,
        number: u64,
        strings: &mut SharedStrings,
        path: &Path,
    ) -> Result<(), Error> {
        let mark = self.row.mark();
        if strings
            .append(number, self.row.text())
            .map_err(|cause| Error::reading(path, cause))?
        {
            self.copied(self.row.mark() - mark, path)?;
            self.end_text(column, mark);
        } else {
            self.counts.column(column).lost_texts += 1;
        }
        Ok(())
    }

    /// Counts what a few bytes of the file stood for many times, and refuses a file that is made of nothing else.
    ///
    /// # Errors
    /// [`Error::Workbook`].
    #[inline]
    pub(crate) fn copied(&mut self, bytes: usize, path: &Path) -> Result<(), Error> {
        const MOST: u64 = 8_000_000_000;
        // A cell costs something even if its text is short.
        self.copied += bytes as u64 + 16;
        if self.copied > MOST {
            return Err(Error::Workbook {
                path: path.to_owned(),
                what: "has a sheet that repeats the same few texts for more than 8 GB: no real spreadsheet does that; ask where it comes from".into(),
            });
        }
        Ok(())
    }

    /// Says how much of the sheet its damage left: nothing after row `line` if it breaks off among the rows.
    pub(crate) fn note_damage(&mut self, why: &str, line: u64, is_in_rows: bool) {
        // Of a row that breaks off before its first cell there is nothing.
        let line = line - u64::from(line > 0 && self.row.is_blank());
        self.counts.damage = Some(match line {
            0 => format!("The sheet is damaged ({why}): no row of it could be read."),
            line if is_in_rows => {
                format!("The sheet is damaged ({why}): what could be read ends in row {line}.")
            }
            _ => format!("The sheet is damaged ({why}): some of its cells may be wrong."),
        });
    }

    /// A truth value.
    pub(crate) fn boolean(&mut self, column: u32, value: bool) {
        let mark = self.row.mark();
        let text: &[u8] = if value { b"true" } else { b"false" };
        self.row.text().extend_from_slice(text);
        self.row.end_cell(column, mark);
    }

    /// An error such as `#DIV/0!`; `#N/A` means that there is no value.
    pub(crate) fn error(&mut self, column: u32, text: &[u8]) {
        if text == b"#N/A" {
            self.counts.column(column).not_available += 1;
            return;
        }
        self.counts.column(column).errors += 1;
        let mark = self.row.mark();
        self.row.text().extend_from_slice(text);
        self.row.end_cell(column, mark);
    }

    /// A date and time in ISO 8601, as ods and a few other programs store it.
    pub(crate) fn iso(&mut self, column: u32, text: &[u8]) {
        let mark = self.row.mark();
        let to = self.row.text();
        to.extend_from_slice(text.trim_ascii());
        if to.len() > mark + 10 && to[mark + 10] == b'T' {
            to[mark + 10] = b' ';
        }
        self.row.end_cell(column, mark);
    }
}

/// Appends a number as the shortest decimal text that reads back as it, with an exponent where it would be very long.
pub(crate) fn append_number(value: f64, to: &mut Vec<u8>) {
    const LARGEST_PLAIN: f64 = 1e21;
    const SMALLEST_PLAIN: f64 = 1e-7;
    let size = value.abs();
    // A Vec takes whatever is written.
    if value == 0.0 {
        to.push(b'0');
    } else if (SMALLEST_PLAIN..LARGEST_PLAIN).contains(&size) {
        drop(write!(to, "{value}"));
    } else {
        drop(write!(to, "{value:e}"));
    }
}

/// Whether digits are written as the shortest text of their value: at most fifteen of them, which every double tells
/// apart, no zeros that mean nothing and no exponent.
#[inline]
fn is_shortest(written: &[u8]) -> bool {
    let digits = written.strip_prefix(b"-").unwrap_or(written);
    if digits.len() > 16 {
        return false;
    }
    let mut point = None;
    for (i, &byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {}
            b'.' if point.is_none() => point = Some(i),
            _ => return false,
        }
    }
    let (whole, count) = match point {
        None => (digits.len(), digits.len()),
        Some(at) => (at, digits.len() - 1),
    };
    match (digits, point) {
        ([], _) | ([b'.', ..], _) => false,
        (_, Some(_)) if matches!(digits.last(), Some(b'0' | b'.')) => false,
        ([b'0', ..], _) if whole > 1 => false,
        ([b'0'], _) => written.len() == 1,
        _ => count <= 15,
    }
}

/// Whether digits are a whole number with more of them than a double surely keeps.
fn is_long_integer(written: &[u8]) -> bool {
    const MOST_DIGITS: usize = 38;
    let digits = written.strip_prefix(b"-").unwrap_or(written);
    (16..=MOST_DIGITS).contains(&digits.len())
        && digits[0] != b'0'
        && digits.iter().all(u8::is_ascii_digit)
}

/// The value of a few digits, the sooner: both numbers are exact, so their quotient is the nearest double (Clinger's
/// fast path).
#[inline]
fn small_decimal(written: &[u8]) -> Option<f64> {
    const POWERS: [f64; 16] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    ];
    let (digits, sign) = match written {
        [b'-', rest @ ..] => (rest, -1.0),
        all => (all, 1.0),
    };
    if !matches!(digits.len(), 1..=16) {
        return None;
    }
    let mut value = 0_u64;
    let mut point = None;
    for (i, &byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => value = value * 10 + u64::from(byte - b'0'),
            b'.' if point.is_none() && i > 0 => point = Some(i),
            _ => return None,
        }
    }
    let decimals = point.map_or(0, |at| digits.len() - 1 - at);
    // Fifteen digits are exact.
    if digits.len() == 16 && point.is_none() {
        return None;
    }
    Some(sign * (value as f64 / POWERS.get(decimals)?))
}

/// Whether a text reads as a number, as Excel marks with a green corner.
#[inline]
fn reads_as_number(text: &[u8]) -> bool {
    const LONGEST: usize = 40;
    match text.first() {
        Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b' ') if text.len() <= LONGEST => {}
        _ => return false,
    }
    let text = text.trim_ascii();
    text.iter()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'))
        && std::str::from_utf8(text).is_ok_and(|text| text.parse::<f64>().is_ok())
}

/// Decodes the escapes `_xHHHH_` that spreadsheets use for characters that XML cannot hold (ISO/IEC 29500-1, 22.9.2.19),
/// in what was appended since `mark`.
pub(crate) fn decode_escapes(text: &mut Vec<u8>, mark: usize) {
    const ESCAPE: usize = 7;
    let unit = |at: &[u8]| -> Option<u16> {
        match at {
            [b'_', b'x', hex @ ..] if hex.get(4) == Some(&b'_') => {
                let hex = &hex[..4];
                if !hex.iter().all(u8::is_ascii_hexdigit) {
                    return None;
                }
                u16::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()
            }
            _ => None,
        }
    };
    if memchr::memmem::find(&text[mark..], b"_x").is_none() {
        return;
    }
    let escaped = text.split_off(mark);
    let mut rest = &escaped[..];
    while let Some(at) = memchr::memmem::find(rest, b"_x") {
        text.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let first = unit(rest);
        let pair = [first, rest.get(ESCAPE..).and_then(unit)];
        let decoded = match pair {
            [Some(first), second] => match char::decode_utf16([first]).next() {
                Some(Ok(character)) => Some((character, ESCAPE)),
                _ => second
                    .and_then(|second| char::decode_utf16([first, second]).next()?.ok())
                    .map(|character| (character, 2 * ESCAPE)),
            },
            _ => None,
        };
        match decoded {
            Some((character, length)) => {
                text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                rest = &rest[length..];
            }
            None => {
                text.push(b'_');
                rest = &rest[1..];
            }
        }
    }
    text.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decimal(written: &str) -> String {
        let mut cells = Cells::default();
        cells.row.begin(1, false);
        cells.decimal(0, 0, written.as_bytes());
        let text = cells.row.cells().next().map(|(_, text)| text.to_vec());
        String::from_utf8(text.unwrap()).unwrap()
    }

    #[test]
    fn numbers_are_the_shortest_text_that_reads_back_the_same() {
        for (written, expected) in [
            ("1", "1"),
            ("-0.5", "-0.5"),
            ("1.1000000000000001", "1.1"),
            ("0.30000000000000004", "0.30000000000000004"),
            ("1.50", "1.5"),
            ("007", "7"),
            ("-0", "0"),
            ("1E3", "1000"),
            ("1.0000000000000001E-5", "0.00001"),
            ("1E-300", "1e-300"),
            ("1.2345678901234568E+16", "12345678901234568"),
            ("12345678901234567890", "12345678901234567890"),
            (" 5 ", "5"),
            ("nonsense", "nonsense"),
        ] {
            assert_eq!(decimal(written), expected, "{written}");
        }
    }

    #[test]
    fn escapes_stand_for_characters() {
        for (escaped, expected) in [
            ("a_x000D_b", "a\rb"),
            ("_x005F_x000D_", "_x000D_"),
            ("_xD83D__xDE00_", "😀"),
            ("_xD83D_", "_xD83D_"),
            ("_x00_ _xZZZZ_ _x", "_x00_ _xZZZZ_ _x"),
            ("_x+041_", "_x+041_"),
        ] {
            let mut text = b"kept".to_vec();
            text.extend_from_slice(escaped.as_bytes());
            decode_escapes(&mut text, 4);
            assert_eq!(String::from_utf8(text).unwrap(), format!("kept{expected}"));
        }
    }

    #[test]
    fn texts_that_read_as_numbers_are_noticed() {
        for text in ["12", "-1.5", " 7", "1e5", "007", "+3"] {
            assert!(reads_as_number(text.as_bytes()), "{text}");
        }
        for text in ["", "-", "12 Main Street", "2020-01-01", "1.2.3", "inf"] {
            assert!(!reads_as_number(text.as_bytes()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_double_reads_back_the_same(value in any::<f64>().prop_filter("finite", |v| v.is_finite())) {
            for written in [format!("{value}"), format!("{value:e}"), format!("{value:.17e}")] {
                prop_assert_eq!(decimal(&written).parse::<f64>().unwrap(), value);
            }
        }

        #[test]
        fn few_digits_are_the_nearest_double(written in "-?[0-9]{1,8}(\\.[0-9]{0,7})?") {
            prop_assert_eq!(small_decimal(written.as_bytes()), Some(written.parse::<f64>().unwrap()));
            if is_shortest(written.as_bytes()) {
                prop_assert_eq!(format!("{}", written.parse::<f64>().unwrap()), written);
            }
        }
    }
}
