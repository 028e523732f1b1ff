//! Which byte separates the fields: the one under which the records are most alike and the cells cleanest.
//!
//! The score is a product of two shares, after van den Burg, Nazábal and Sutton, "Wrangling messy CSV files by
//! detecting row and type patterns" (2019): how many records have the usual width, and how many cells look
//! like one value rather than several.

use crate::receipt::Decision;
use crate::records::{Syntax, split};
use crate::types::form;

/// The delimiters that are tried, the likelier first.
const CANDIDATES: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Records of the sample that are looked at.
const RECORDS: usize = 2_000;

/// A delimiter with how well it fits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) delimiter: u8,
    score: f64,
    runner_up: Option<(u8, f64)>,
}

impl Found {
    pub(super) fn decision(self) -> Decision {
        let second = self.runner_up.map_or(0.0, |(_, score)| score);
        let confidence = if self.score > 0.0 {
            self.score / (self.score + second)
        } else {
            0.5
        };
        Decision {
            what: "delimiter".into(),
            chosen: name(self.delimiter),
            confidence: (confidence * 100.0).round() / 100.0,
            runner_up: self.runner_up.map(|(delimiter, _)| name(delimiter)),
        }
    }
}

fn name(delimiter: u8) -> String {
    if delimiter == b'\t' {
        "tab".into()
    } else {
        char::from(delimiter).to_string()
    }
}

/// The delimiter of a sample; a comma where nothing separates anything.
pub(super) fn detect(head: &[u8], at_end: bool, quote: Option<u8>, terminator: u8) -> Found {
    let mut scores: Vec<(u8, f64)> = CANDIDATES
        .into_iter()
        .map(|delimiter| {
            let syntax = Syntax {
                delimiter,
                quote,
                terminator,
            };
            (delimiter, score(head, at_end, syntax))
        })
        .collect();
    // The sort is stable: of equals the likelier stays first.
    scores.sort_by(|a, b| b.1.total_cmp(&a.1));
    let runner_up = Some(scores[1]).filter(|&(_, score)| score > 0.0);
    Found {
        delimiter: scores[0].0,
        score: scores[0].1,
        runner_up,
    }
}

fn score(head: &[u8], at_end: bool, syntax: Syntax) -> f64 {
    let records = split(head, syntax, at_end, RECORDS);
    let records: Vec<_> = records.iter().filter(|record| !record.is_blank()).collect();
    let mut widths: Vec<usize> = records.iter().map(|record| record.cells.len()).collect();
    widths.sort_unstable();
    let Some(&usual) = widths.get(widths.len() / 2) else {
        return 0.0;
    };
    if usual < 2 {
        return 0.0;
    }
    let alike = widths.iter().filter(|&&width| width == usual).count() as f64 / widths.len() as f64;
    let cells = records.iter().flat_map(|record| &record.cells);
    let (mut clean, mut all) = (0usize, 0usize);
    for cell in cells {
        all += 1;
        clean += usize::from(cell.is_quoted() || is_one_value(&cell.text()));
    }
    // More columns are likelier than fewer, but only a little.
    let width = 1.0 - 1.0 / (1.0 + usual as f64 * 4.0);
    alike * (clean as f64 / all.max(1) as f64) * width
}

/// Whether a cell looks like one value: no other delimiter in it, except a decimal comma and commas in prose.
fn is_one_value(text: &[u8]) -> bool {
    let is_number = |text: &[u8]| {
        !text.is_empty()
            && text
                .iter()
                .all(|byte| byte.is_ascii_digit() || b"-+.,' ".contains(byte))
    };
    if is_number(text) {
        return text.iter().filter(|&&byte| byte == b',').count() <= 1 || text.len() > 4;
    }
    if form::read(text).is_some() {
        return true;
    }
    text.iter().enumerate().all(|(i, byte)| match byte {
        b';' | b'\t' | b'|' => false,
        b',' => text.get(i + 1) == Some(&b' '),
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect_in(text: &str) -> char {
        let text = if text.ends_with('\n') {
            text.to_owned()
        } else {
            format!("{text}\n")
        };
        char::from(detect(text.as_bytes(), true, Some(b'"'), b'\n').delimiter)
    }

    #[test]
    fn each_delimiter_is_found() {
        for delimiter in [',', ';', '\t', '|'] {
            let text = "name,amount,day\nAnna,12.5,2024-01-01\nBob,3,2024-01-02\n";
            assert_eq!(
                detect_in(&text.replace(',', &delimiter.to_string())),
                delimiter
            );
        }
    }

    #[test]
    fn a_decimal_comma_is_no_delimiter_in_a_semicolon_file() {
        assert_eq!(detect_in("a;b\n1,5;2,5\n3,5;4,25\n"), ';');
        assert_eq!(detect_in("a;b\n1.234,50 €;2,5 %\n3,50 €;4,5 %\n"), ';');
    }

    #[test]
    fn delimiters_inside_quotes_do_not_count() {
        assert_eq!(detect_in("a,b\n\"x;y;z\",1\n\"p;q;r\",2\n"), ',');
    }

    #[test]
    fn a_file_of_one_column_gets_a_comma() {
        assert_eq!(detect_in("name\nAnna\nBob\n"), ',');
    }
}
