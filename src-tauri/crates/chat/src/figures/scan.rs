//! Finds the numbers and dates of a prose.

use std::ops::Range;

use super::date::{self, Date};
use super::number::{self, Form, Hedge, Number, Reading, Sign};
use super::prose::{GAP, MARK, Prose};

/// A number or a date in its place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spoken {
    pub(super) range: Range<usize>,
    pub(super) said: Said,
    /// What a number is if it shares the unit of the one after it, as `5` does in `5 to 10 %`.
    pub(super) shared: Option<Number>,
    /// The word after a number that is written as a word, folded.
    pub(super) counted: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Said {
    Number(Number),
    Date(Date),
}

/// The numbers and dates of a prose, in order, without those in `taken`, which is in order too.
pub(super) fn spoken(prose: &Prose, taken: &[Range<usize>]) -> Vec<Spoken> {
    let mut scan = Scan {
        text: &prose.text,
        found: Vec::new(),
        decimals: Vec::new(),
        floor: 0,
    };
    let mut taken = taken.iter().peekable();
    let mut at = 0;
    while let Some(c) = prose.text[at..].chars().next() {
        while taken.next_if(|range| range.end <= at).is_some() {}
        if let Some(range) = taken.peek()
            && range.start <= at
        {
            at = range.end;
            scan.floor = at;
            continue;
        }
        at = if c.is_ascii_digit() {
            scan.digit(at)
        } else if c.is_alphabetic() || c == '_' {
            scan.word(at)
        } else {
            at + c.len_utf8()
        };
        if let Some(last) = scan.found.last() {
            scan.floor = scan.floor.max(last.range.end);
        }
    }
    scan.settle_marks();
    scan.share_units();
    scan.found
}

struct Scan<'a> {
    text: &'a str,
    found: Vec<Spoken>,
    /// The decimal marks of numbers that can be read in one way only.
    decimals: Vec<char>,
    /// Where what was found last ends.
    floor: usize,
}

impl Scan<'_> {
    /// Reads what begins with a letter; where to go on.
    fn word(&mut self, at: usize) -> usize {
        let text = &self.text[at..];
        if let Some((date, length)) = date::worded(text) {
            self.push(at..at + length, Said::Date(date));
            return at + length;
        }
        let letters = run(text, char::is_alphabetic);
        let length = run(text, |c| c.is_alphanumeric() || c == '_');
        let word = &text[..letters];
        if length > letters {
            // A financial year and an amount after its currency are figures, `B2B` and `col_5` are not.
            return match word {
                "FY" | "GJ" | "EUR" | "USD" | "GBP" | "CHF" => at + letters,
                _ => at + length,
            };
        }
        if let Some(value) = number::word(&word.to_lowercase()) {
            self.number_word(at, at + length, value);
            return at + length;
        }
        let rest = &text[length..];
        if let Some(after) = rest.strip_prefix('-')
            && after.starts_with(|c: char| c.is_ascii_digit())
            && !is_prefix(word)
        {
            // `COVID-19` is a name.
            return at + length + 1 + run(after, |c| c.is_alphanumeric() || c == '_' || c == '-');
        }
        at + length
    }

    fn number_word(&mut self, start: usize, end: usize, value: f64) {
        let (before, _) = self.words_before(start);
        let after = self.word_after(end);
        let number = Number {
            readings: vec![Reading {
                value,
                step: 1.0,
                scale: 1.0,
            }],
            digits: String::new(),
            form: Form::Plain,
            hedge: Hedge::None,
            sign: None,
            year: false,
            optional: true,
            picks: number::picks(&before) || number::picks(&after),
        };
        let unit = number::unit(&self.text[end..]);
        let (number, end) = if unit.form == Form::Plain && unit.scales == [1.0] {
            (number, end)
        } else {
            let mut number = scaled(number, unit.scales);
            number.form = unit.form;
            number.optional = false;
            (number, end + unit.length)
        };
        self.found.push(Spoken {
            range: start..end,
            said: Said::Number(number),
            shared: None,
            counted: Some(buzz_query::fold(&after)),
        });
    }

    /// Reads what begins with a digit; where to go on.
    fn digit(&mut self, at: usize) -> usize {
        let text = &self.text[at..];
        if let Some((date, length)) = date::numeric(text) {
            self.push(at..at + length, Said::Date(date));
            return at + length;
        }
        let joined = |c: char| c.is_alphanumeric() || c == '_';
        let Some(digits) = number::digits(text) else {
            // A version, an address.
            return at + run(text, |c| joined(c) || c == '.' || c == ',');
        };
        let rest = &text[digits.length..];
        if digits.bare && parts(text) > 2 {
            // A telephone number, an identifier.
            return at + run(text, |c| joined(c) || c == '-');
        }
        if let Some(length) = season(text) {
            self.found.push(Spoken {
                range: at..at + length,
                said: Said::Date(Date {
                    year: text[..4].parse().ok(),
                    ..Date::default()
                }),
                shared: None,
                counted: None,
            });
            return at + length;
        }
        let unit = number::unit(rest);
        let mut optional = false;
        if unit.length == 0 && rest.starts_with(joined) {
            let suffix = &rest[..run(rest, joined)];
            let after = at + digits.length + suffix.len();
            let measure = suffix.chars().all(char::is_alphabetic) && suffix.chars().count() <= 4;
            if !measure || is_ordinal(suffix) || suffix == "s" && digits.digits.len() == 4 {
                return after;
            }
        } else if digits.bare && self.is_ordinal_with_stop(&digits.digits, rest) {
            return at + digits.length;
        } else if let Some(after) = rest.strip_prefix(['-', '/']) {
            // `a 12-month average`, `24/7`.
            optional = unit.length == 0
                && (after.starts_with(char::is_alphabetic)
                    || rest.starts_with('/') && after.starts_with(|c: char| c.is_ascii_digit()));
        }
        let before = &self.text[..at];
        if before.ends_with('#') && digits.digits.len() < 3 || before.ends_with('/') {
            optional = true;
        }
        if let Some(mark) = digits.decimal {
            self.decimals.push(mark);
        }
        let (start, sign) = match self.sign(at) {
            // `5€3`: the sign is the first one's.
            (start, _) if start < self.floor => (at, None),
            found => found,
        };
        let mut end = at + digits.length + unit.length;
        let (last, earlier) = self.words_before(start);
        let after = self.word_after(end);
        let mut hedge = number::hedge(&last, &earlier);
        match self.text[..start]
            .trim_end_matches([MARK, ' '])
            .chars()
            .next_back()
        {
            Some('~' | '≈') => hedge = Hedge::About,
            Some('>') => hedge = Hedge::Over,
            Some('<') => hedge = Hedge::Under,
            _ => {}
        }
        let readings = digits
            .readings
            .iter()
            .map(|(value, decimals)| Reading {
                value: *value,
                step: 0.1_f64.powi(i32::try_from(*decimals).unwrap_or(i32::MAX)),
                scale: 1.0,
            })
            .collect();
        let plain = unit.length == 0 && sign.is_none() && digits.bare;
        let year = plain
            && digits.digits.len() == 4
            && digits
                .digits
                .parse()
                .is_ok_and(|year: u32| (1900..=2100).contains(&year));
        let number = Number {
            readings,
            digits: digits.digits,
            form: unit.form,
            hedge,
            sign,
            year,
            optional,
            picks: plain && (number::picks(&last) || number::picks(&after)),
        };
        let tail = self.text[end..].trim_start_matches([' ', '\u{a0}', '\u{202f}']);
        if unit.form == Form::Plain && tail.starts_with(['€', '$', '£']) {
            let sign = tail.chars().next().map_or(0, char::len_utf8);
            end = self.text.len() - tail.len() + sign;
        }
        self.push(start..end, Said::Number(scaled(number, unit.scales)));
        end
    }

    fn push(&mut self, range: Range<usize>, said: Said) {
        self.found.push(Spoken {
            range,
            said,
            shared: None,
            counted: None,
        });
    }

    /// The sign before a number, and where the number begins with it and its currency.
    fn sign(&self, at: usize) -> (usize, Option<Sign>) {
        let mut start = at;
        let mut before = &self.text[..at];
        if let Some(rest) = before.strip_suffix(['$', '€', '£', '¥']) {
            before = rest.strip_suffix("US").unwrap_or(rest);
            start = before.len();
        }
        let sign = match before.chars().next_back() {
            Some('-' | '−' | '–') => Sign::Minus,
            Some('+') => Sign::Plus,
            _ => return (start, None),
        };
        let rest = &before[..before.len() - before.chars().next_back().map_or(0, char::len_utf8)];
        // Between two numbers or words it is a dash.
        let stands_alone = rest.chars().next_back().is_none_or(|c| {
            c.is_whitespace() || matches!(c, '(' | '|' | ':' | '=' | '"') || c == MARK || c == GAP
        });
        // A dash between spaces parts, one at the number is its sign.
        if stands_alone {
            (rest.len(), Some(sign))
        } else {
            (start, None)
        }
    }

    /// `3. Quartal`: an ordinal of a language that writes a full stop.
    fn is_ordinal_with_stop(&self, digits: &str, rest: &str) -> bool {
        let Some(after) = rest.strip_prefix(". ") else {
            return false;
        };
        let word = &after[..run(after, char::is_alphabetic)];
        digits.len() <= 2
            && !word.is_empty()
            && (word.starts_with(char::is_lowercase)
                || [
                    "Quartal",
                    "Halbjahr",
                    "Platz",
                    "Rang",
                    "Stelle",
                    "Woche",
                    "Monat",
                    "Tag",
                    "Position",
                    "Spalte",
                    "Zeile",
                    "Jahrhundert",
                    "Kalenderwoche",
                    "Dezil",
                    "Jahr",
                ]
                .contains(&word))
    }

    /// The two words before a place, in lower case, the nearest first.
    fn words_before(&self, at: usize) -> (String, String) {
        let take = |text: &str| {
            let text = text.trim_end_matches([' ', '\u{a0}', '\u{202f}', MARK, '$', '€', '£']);
            let length: usize = text
                .chars()
                .rev()
                .take_while(|c| c.is_alphabetic())
                .map(char::len_utf8)
                .sum();
            (
                text[text.len() - length..].to_lowercase(),
                text.len() - length,
            )
        };
        let (mut last, mut at) = take(&self.text[..at]);
        if matches!(
            last.as_str(),
            "eur" | "usd" | "gbp" | "chf" | "the" | "a" | "den" | "die" | "der" | "les" | "des"
        ) {
            let article = last;
            (last, at) = take(&self.text[..at]);
            if last.is_empty() {
                return (article, String::new());
            }
        }
        let (earlier, _) = take(&self.text[..at]);
        (last, earlier)
    }

    /// The word after a place, in lower case.
    fn word_after(&self, at: usize) -> String {
        let text = self.text[at..].trim_start_matches([' ', '\u{a0}', '\u{202f}', MARK]);
        text[..run(text, char::is_alphabetic)].to_lowercase()
    }

    /// Where the other numbers of the text leave no doubt which mark is the decimal one, `1.234` is read so too.
    fn settle_marks(&mut self) {
        let Some(mark) = self.decimals.first().copied() else {
            return;
        };
        if self.decimals.iter().any(|other| *other != mark) {
            return;
        }
        for spoken in &mut self.found {
            let Said::Number(number) = &mut spoken.said else {
                continue;
            };
            let written = &self.text[spoken.range.clone()];
            if number.readings.len() >= 2 && written.contains(['.', ',']) {
                // The whole number comes first, once for each scale.
                let is_decimal = written.contains(mark);
                number
                    .readings
                    .retain(|reading| (reading.step < reading.scale * 0.9) == is_decimal);
            }
        }
    }

    /// In `5 to 10 %`, `12, 15 and 20 %` and `1.2 to 1.4 million` the unit belongs to all of them.
    fn share_units(&mut self) {
        for index in (1..self.found.len()).rev() {
            let (before, after) = self.found.split_at_mut(index);
            let Some(Spoken {
                range,
                said: Said::Number(number),
                shared,
                ..
            }) = before.last_mut()
            else {
                continue;
            };
            let Said::Number(said) = &after[0].said else {
                continue;
            };
            let next = after[0].shared.as_ref().unwrap_or(said);
            let scale = next.readings.first().map_or(1.0, |reading| reading.scale);
            if number.form != Form::Plain
                || number.readings.iter().any(|reading| reading.scale != 1.0)
                || next.form == Form::Plain && scale == 1.0
            {
                continue;
            }
            let between: String = self.text[range.end..after[0].range.start]
                .chars()
                .filter(|c| *c != MARK)
                .collect();
            let joins = [
                "-",
                "–",
                "to",
                "and",
                "bis",
                "und",
                "à",
                "et",
                "or",
                "oder",
                "ou",
                ",",
                "/",
                "through",
                "respectively",
            ];
            if joins.contains(&between.trim()) {
                let mut with_unit = scaled(number.clone(), &[scale]);
                with_unit.form = next.form;
                *shared = Some(with_unit);
            }
        }
    }
}

/// A number multiplied, once for each scale.
fn scaled(number: Number, scales: &[f64]) -> Number {
    let readings = scales
        .iter()
        .flat_map(|scale| {
            number.readings.iter().map(move |reading| Reading {
                value: reading.value * scale,
                step: reading.step * scale,
                scale: reading.scale * scale,
            })
        })
        .collect();
    Number { readings, ..number }
}

/// The bytes at the front whose characters are such.
fn run(text: &str, is_such: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is_such(c)).unwrap_or(text.len())
}

/// The length of a year that runs into the next, such as `2024/25` and `2024-25`.
fn season(text: &str) -> Option<usize> {
    let year: u32 = text.get(..4)?.parse().ok()?;
    let next: u32 = text.get(5..7)?.parse().ok()?;
    let joined = matches!(text.as_bytes()[4], b'/' | b'-');
    let ends = !text[7..].starts_with(|c: char| c.is_alphanumeric());
    (joined && ends && (1900..=2100).contains(&year) && (year + 1) % 100 == next).then_some(7)
}

/// The groups of digits that hyphens join.
fn parts(text: &str) -> usize {
    text[..run(text, |c| c.is_ascii_digit() || c == '-')]
        .split('-')
        .filter(|part| !part.is_empty())
        .count()
}

/// Words that a hyphen joins to a number which still is one.
fn is_prefix(word: &str) -> bool {
    matches!(
        word.to_lowercase().as_str(),
        "top"
            | "mid"
            | "pre"
            | "post"
            | "sub"
            | "unter"
            | "über"
            | "nach"
            | "vor"
            | "mitte"
            | "ende"
            | "anfang"
    )
}

fn is_ordinal(suffix: &str) -> bool {
    matches!(
        suffix,
        "st" | "nd"
            | "rd"
            | "th"
            | "er"
            | "re"
            | "e"
            | "ème"
            | "eme"
            | "ter"
            | "te"
            | "ten"
            | "ers"
    )
}
