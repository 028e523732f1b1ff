//! How numbers are written in prose: `1,234.5`, `1.234,5`, `1 234,5`, `1'234.5`, `12 %`, `$1.2m`, `3 Mio. €`, `sieben`.

/// What a number counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Itself.
    Plain,
    /// Hundredths.
    Percent,
    /// Hundredths, as the difference of two shares.
    Points,
    /// Times something else.
    Times,
}

/// What the words before a number make of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hedge {
    None,
    /// About so much: zeros at its end may have been rounded to.
    About,
    /// So much, and up to one unit of its last digit more.
    Over,
    /// So much, and up to one unit of its last digit less.
    Under,
}

/// One way to read a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reading {
    /// The amount, never negative; of a percentage the number before the sign.
    pub(super) value: f64,
    /// What one unit of the last digit is worth.
    pub(super) step: f64,
    /// What the digits were multiplied by.
    pub(super) scale: f64,
}

/// A number as it is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Number {
    /// The ways to read it; more than one where `1.234` could be either.
    pub(super) readings: Vec<Reading>,
    /// Its digits alone.
    pub(super) digits: String,
    pub(super) form: Form,
    pub(super) hedge: Hedge,
    /// The sign it is written with.
    pub(super) sign: Option<Sign>,
    /// Whether it is four bare digits that may be a year.
    pub(super) year: bool,
    /// Whether it may as well be no statement about data, as in `a 12-month average`.
    pub(super) optional: bool,
    /// Whether it says how many are picked out, as in `the top 3`.
    pub(super) picks: bool,
}

/// A written sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Minus,
    Plus,
}

impl Reading {
    /// The values that are written so: those that round to it, and what a hedge allows besides.
    pub(super) fn interval(&self, hedge: Hedge) -> (f64, f64) {
        let half = self.step / 2.0;
        // Zeros at the end of a whole number may stand for digits; how many, a twentieth of it bounds.
        let units = self.value / self.step;
        let mut zeros = 1.0;
        while units > 0.0 && (units / (zeros * 10.0)).fract() == 0.0 && zeros < 1e12 {
            zeros *= 10.0;
        }
        let coarse = (self.step * zeros / 2.0).min(self.value / 20.0).max(half);
        let (low, high) = match hedge {
            Hedge::None => (half, half),
            Hedge::About => (coarse, coarse),
            Hedge::Over => (0.0, (2.0 * coarse).max(self.step)),
            Hedge::Under => ((2.0 * coarse).max(self.step), 0.0),
        };
        // A tie may be rounded either way, and binary fractions are a hair off.
        let hair = self.value.abs() * 1e-12 + self.step * 1e-9;
        (self.value - low - hair, self.value + high + hair)
    }
}

/// The digits of a number from a place on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Digits {
    /// Bytes that it takes.
    pub(super) length: usize,
    /// The number as `1234.5`, for each way to read it, and its decimals.
    pub(super) readings: Vec<(f64, u32)>,
    /// The mark that can only be a decimal one here.
    pub(super) decimal: Option<char>,
    /// The digits alone.
    pub(super) digits: String,
    /// Whether there is no mark in it.
    pub(super) bare: bool,
}

/// Reads digits and the marks between them; `None` where they are no number, such as a version.
pub(super) fn digits(text: &str) -> Option<Digits> {
    let mut groups: Vec<&str> = Vec::new();
    let mut marks: Vec<char> = Vec::new();
    let run = |from: usize| {
        text[from..]
            .find(|c: char| !c.is_ascii_digit())
            .map_or(text.len(), |length| from + length)
    };
    let mut at = run(0);
    if at == 0 {
        return None;
    }
    groups.push(&text[..at]);
    while let Some(mark) = text[at..].chars().next() {
        let from = at + mark.len_utf8();
        let to = run(from);
        if to == from {
            break;
        }
        let group = &text[from..to];
        let spaced = matches!(mark, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '’');
        let first = groups[0].len();
        let fits = match mark {
            '.' | ',' => true,
            // A space parts groups of three only; anything else begins another number.
            _ if spaced => {
                group.len() == 3
                    && first <= 3
                    && groups[0] != "0"
                    && marks.iter().all(|other| *other == mark)
            }
            _ => false,
        };
        if !fits {
            break;
        }
        groups.push(group);
        marks.push(mark);
        at = to;
    }
    let all: String = groups.concat();
    let whole = |groups: &[&str]| {
        groups[0].len() <= 3
            && groups[0] != "0"
            && (groups[1..].iter().all(|group| group.len() == 3)
                // Lakhs and crores: 12,34,567.
                || marks[0] == ','
                    && groups.len() > 2
                    && groups[groups.len() - 1].len() == 3
                    && groups[1..groups.len() - 1].iter().all(|group| group.len() == 2))
    };
    let value = |whole: &[&str], fraction: &str| -> Option<(f64, u32)> {
        let text = format!("{}.{fraction}", whole.concat());
        Some((
            text.trim_end_matches('.').parse().ok()?,
            u32::try_from(fraction.len()).ok()?,
        ))
    };
    let last = groups.len() - 1;
    let mut readings = Vec::new();
    let mut decimal = None;
    match marks.as_slice() {
        [] => readings.push(value(&groups, "")?),
        [mark @ ('.' | ',')] => {
            let grouped = whole(&groups) && groups[1].len() == 3;
            if grouped {
                readings.push(value(&groups, "")?);
            } else {
                decimal = Some(*mark);
            }
            readings.push(value(&groups[..1], groups[1])?);
        }
        [first, rest @ ..] if rest.iter().all(|mark| mark == first) => {
            if !whole(&groups) {
                return None;
            }
            if matches!(first, '.' | ',') {
                decimal = Some(if *first == '.' { ',' } else { '.' });
            }
            readings.push(value(&groups, "")?);
        }
        [first, middle @ .., mark @ ('.' | ',')]
            if first != mark && middle.iter().all(|other| other == first) =>
        {
            if !whole(&groups[..last]) {
                return None;
            }
            decimal = Some(*mark);
            readings.push(value(&groups[..last], groups[last])?);
        }
        _ => return None,
    }
    Some(Digits {
        length: at,
        readings,
        decimal,
        bare: marks.is_empty(),
        digits: all,
    })
}

/// What is written after a number: the bytes it takes, what it multiplies by, and what it makes of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Unit {
    pub(super) length: usize,
    /// More than one where a word is not the same in all languages.
    pub(super) scales: &'static [f64],
    pub(super) form: Form,
}

const THOUSAND: &[f64] = &[1e3];
const MILLION: &[f64] = &[1e6];
const BILLION: &[f64] = &[1e9];

/// Words that multiply, in lower case; the longer ones first where one begins another.
const SCALES: [(&str, &[f64]); 40] = [
    ("thousand", THOUSAND),
    ("tausend", THOUSAND),
    ("mille", THOUSAND),
    ("tsd", THOUSAND),
    ("hundred", &[1e2]),
    ("millionen", MILLION),
    ("millions", MILLION),
    ("million", MILLION),
    ("mio", MILLION),
    ("mln", MILLION),
    ("mn", MILLION),
    ("milliarden", BILLION),
    ("milliards", BILLION),
    ("milliarde", BILLION),
    ("milliard", BILLION),
    ("mrd", BILLION),
    ("mds", BILLION),
    ("md", BILLION),
    ("billionen", &[1e12]),
    ("billions", &[1e9, 1e12]),
    ("billion", &[1e9, 1e12]),
    ("bn", BILLION),
    ("trillion", &[1e12]),
    ("tn", &[1e12]),
    ("lakh", &[1e5]),
    ("crore", &[1e7]),
    ("crores", &[1e7]),
    ("lakhs", &[1e5]),
    ("k", THOUSAND),
    ("k€", THOUSAND),
    ("k$", THOUSAND),
    ("t€", THOUSAND),
    ("teur", THOUSAND),
    ("keur", THOUSAND),
    ("m", MILLION),
    ("m€", MILLION),
    ("m$", MILLION),
    ("meur", MILLION),
    ("b", BILLION),
    ("md€", BILLION),
];

const PERCENT_WORDS: [&str; 5] = ["percent", "prozent", "per cent", "pour cent", "pct"];
const POINT_WORDS: [&str; 8] = [
    "percentage points",
    "percentage point",
    "prozentpunkten",
    "prozentpunkte",
    "prozentpunkt",
    "points de pourcentage",
    "point de pourcentage",
    "pp",
];
const TIMES_WORDS: [&str; 7] = ["times", "-fold", "fold", "-fach", "fach", "mal", "fois"];

/// Reads what comes directly after the digits.
pub(super) fn unit(text: &str) -> Unit {
    let bare = Unit {
        length: 0,
        scales: &[1.0],
        form: Form::Plain,
    };
    let mark = super::prose::MARK;
    let space = |c: char| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}') || c == mark;
    let gap = text.len() - text.trim_start_matches(space).len();
    let rest = &text[gap..];
    // Longer than any word above.
    let end = rest
        .char_indices()
        .nth(24)
        .map_or(rest.len(), |(end, _)| end);
    let lower = rest[..end].to_lowercase();
    let starts = |word: &str| {
        lower.strip_prefix(word).is_some_and(|after| {
            !after
                .chars()
                .next()
                .is_some_and(|c| c.is_alphanumeric() || c == '_')
        })
    };
    for word in POINT_WORDS {
        if starts(word) {
            return Unit {
                length: gap + word.len(),
                form: Form::Points,
                ..bare
            };
        }
    }
    if rest.starts_with('%') {
        let points = lower.starts_with("%-punkt") || lower.starts_with("% points");
        return Unit {
            length: gap + 1,
            form: if points { Form::Points } else { Form::Percent },
            ..bare
        };
    }
    for word in PERCENT_WORDS {
        if starts(word) {
            return Unit {
                length: gap + word.len(),
                form: Form::Percent,
                ..bare
            };
        }
    }
    if (starts("x") && gap == 0) || rest.starts_with('×') && !after_is_digit(rest, 2) {
        let length = if rest.starts_with('×') { 2 } else { 1 };
        return Unit {
            length: gap + length,
            form: Form::Times,
            ..bare
        };
    }
    for word in TIMES_WORDS {
        if starts(word) {
            return Unit {
                length: gap + word.len(),
                form: Form::Times,
                ..bare
            };
        }
    }
    for (word, scales) in SCALES {
        // A single letter is a unit only where it stands at the number, and `5 m` may be metres.
        if starts(word) && (word.len() > 1 || gap == 0 || (word == "k" && rest.starts_with('k'))) {
            let mut length = gap + word.len();
            if text[length..].starts_with('.') && matches!(word, "mio" | "mrd" | "tsd" | "mln") {
                length += 1;
            }
            return Unit {
                length,
                scales,
                ..bare
            };
        }
    }
    bare
}

fn after_is_digit(text: &str, at: usize) -> bool {
    text[at..]
        .trim_start()
        .starts_with(|c: char| c.is_ascii_digit())
}

/// Whole numbers as words; `one` and `ein` say too little to be taken for a number.
const WORDS: [(&str, f64); 23] = [
    ("two", 2.0),
    ("three", 3.0),
    ("four", 4.0),
    ("five", 5.0),
    ("six", 6.0),
    ("seven", 7.0),
    ("eight", 8.0),
    ("nine", 9.0),
    ("ten", 10.0),
    ("eleven", 11.0),
    ("twelve", 12.0),
    ("zwei", 2.0),
    ("drei", 3.0),
    ("vier", 4.0),
    ("fünf", 5.0),
    ("sechs", 6.0),
    ("sieben", 7.0),
    ("acht", 8.0),
    ("neun", 9.0),
    ("zehn", 10.0),
    ("elf", 11.0),
    ("zwölf", 12.0),
    ("zwo", 2.0),
];

/// The value of a word in lower case that is a number.
pub(super) fn word(word: &str) -> Option<f64> {
    WORDS
        .iter()
        .find(|(known, _)| *known == word)
        .map(|(_, value)| *value)
}

const ABOUT: [&str; 19] = [
    "about",
    "around",
    "approximately",
    "approx",
    "roughly",
    "some",
    "circa",
    "ca",
    "c",
    "rund",
    "etwa",
    "ungefähr",
    "gut",
    "environ",
    "près",
    "quelque",
    "~",
    "≈",
    "roughly",
];
const OVER: [&str; 14] = [
    "over",
    "above",
    "exceeding",
    "exceed",
    "exceeds",
    "über",
    "dépasse",
    "than",
    "als",
    "plus",
    "gut",
    "least",
    ">",
    "mindestens",
];
const UNDER: [&str; 10] = [
    "under", "below", "nearly", "almost", "knapp", "fast", "unter", "presque", "<", "beinahe",
];

/// What the word before a number makes of it. `than` is read with the word before it.
pub(super) fn hedge(last: &str, before: &str) -> Hedge {
    match (before, last) {
        ("less" | "fewer" | "weniger", "than" | "als") | ("moins", "de") => Hedge::Under,
        ("more" | "mehr" | "greater" | "higher", "than" | "als")
        | ("plus", "de")
        | ("at", "least") => Hedge::Over,
        (_, "than" | "als" | "plus" | "least") => Hedge::None,
        ("close", "to") | ("près", "de") => Hedge::About,
        _ if ABOUT.contains(&last) => Hedge::About,
        _ if OVER.contains(&last) => Hedge::Over,
        _ if UNDER.contains(&last) => Hedge::Under,
        _ => Hedge::None,
    }
}

/// Words before or after a number by which it picks some out of many.
const PICKS: [&str; 32] = [
    "top",
    "first",
    "last",
    "bottom",
    "best",
    "worst",
    "ersten",
    "letzten",
    "besten",
    "premiers",
    "premières",
    "dernières",
    "derniers",
    "largest",
    "biggest",
    "highest",
    "lowest",
    "smallest",
    "leading",
    "größten",
    "höchsten",
    "kleinsten",
    "wichtigsten",
    "stärksten",
    "meilleurs",
    "meilleures",
    "most",
    "next",
    "remaining",
    "other",
    "übrigen",
    "autres",
];

/// Whether a word makes the number beside it one that picks some out of many.
pub(super) fn picks(word: &str) -> bool {
    PICKS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Vec<f64>> {
        digits(text).map(|digits| digits.readings.iter().map(|(value, _)| *value).collect())
    }

    #[test]
    fn every_notation_is_read() {
        for (text, values) in [
            ("1234", vec![1234.0]),
            ("1,234.5", vec![1234.5]),
            ("1.234,5", vec![1234.5]),
            ("1 234,5", vec![1234.5]),
            ("1\u{202f}234,5", vec![1234.5]),
            ("1'234.5", vec![1234.5]),
            ("1’234’567", vec![1_234_567.0]),
            ("1,234,567", vec![1_234_567.0]),
            ("12,34,567", vec![1_234_567.0]),
            ("1.234", vec![1234.0, 1.234]),
            ("0.234", vec![0.234]),
            ("12,5", vec![12.5]),
            ("1234.567", vec![1234.567]),
            ("2024 100", vec![2024.0]),
            ("3 orders", vec![3.0]),
            ("3, 4", vec![3.0]),
            ("5.", vec![5.0]),
        ] {
            assert_eq!(read(text), Some(values), "{text}");
        }
        for text in ["1.2.3", "192.168.0.1", "1,2,3", "x"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn every_unit_is_read() {
        for (text, length, scale, form) in [
            (" million euros", 8, 1e6, Form::Plain),
            (" Mio. €", 5, 1e6, Form::Plain),
            ("k", 1, 1e3, Form::Plain),
            ("M orders", 1, 1e6, Form::Plain),
            (" milliards", 10, 1e9, Form::Plain),
            (" %", 2, 1.0, Form::Percent),
            ("%", 1, 1.0, Form::Percent),
            (" Prozent", 8, 1.0, Form::Percent),
            (" percentage points", 18, 1.0, Form::Points),
            ("x", 1, 1.0, Form::Times),
            (" times", 6, 1.0, Form::Times),
            ("-fold", 5, 1.0, Form::Times),
            (" kilometres", 0, 1.0, Form::Plain),
            (" m", 0, 1.0, Form::Plain),
            (" more", 0, 1.0, Form::Plain),
            ("", 0, 1.0, Form::Plain),
        ] {
            let unit = unit(text);
            assert_eq!(
                (unit.length, unit.scales[0], unit.form),
                (length, scale, form),
                "{text}"
            );
        }
    }

    #[test]
    fn what_rounds_to_a_number_is_in_its_interval() {
        let interval = |value, step, hedge| {
            Reading {
                value,
                step,
                scale: 1.0,
            }
            .interval(hedge)
        };
        let has = |(low, high): (f64, f64), value| low <= value && value <= high;
        let plain = interval(1234.0, 1.0, Hedge::None);
        assert!(has(plain, 1234.4) && has(plain, 1233.5) && !has(plain, 1235.0));
        let millions = interval(1.2e6, 1e5, Hedge::None);
        assert!(has(millions, 1_204_332.0) && !has(millions, 1_260_000.0));
        let about = interval(1200.0, 1.0, Hedge::About);
        assert!(has(about, 1204.0) && !has(about, 1290.0));
        let over = interval(1200.0, 1.0, Hedge::Over);
        assert!(has(over, 1204.0) && !has(over, 1199.0));
    }
}
