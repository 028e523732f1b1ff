//! Number formats: what a format code makes of a number (ISO/IEC 29500-1, 18.8.30 and 18.8.31).
//!
//! Only what changes the meaning of a value is looked at: whether it is a date, a time, a length of time, a percentage or
//! money, or a number with leading zeros. Colours, widths, conditions and how many decimals are shown are not: the value
//! stays what is stored.

use super::serial::Shown;

/// What a format makes of a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Format {
    /// The number as it is.
    Plain,
    Percent,
    Money,
    Date(Shown),
    /// The digits with leading zeros, such as a postcode.
    Padded(Padding),
}

/// A format of digits with leading zeros and whatever stands between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Padding {
    items: Vec<Item>,
    digits: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    Digit,
    Literal(char),
}

impl Padding {
    /// Appends a whole number in this format.
    pub(crate) fn append(&self, value: i64, to: &mut Vec<u8>) {
        let digits = value.unsigned_abs().to_string();
        if value < 0 {
            to.push(b'-');
        }
        let mut missing = self.digits.saturating_sub(digits.len());
        // Digits that the format has no place for stand before the first one.
        let mut surplus = digits.len().saturating_sub(self.digits);
        let mut digits = digits.bytes();
        for item in &self.items {
            match item {
                Item::Literal(character) => {
                    to.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                }
                Item::Digit => {
                    to.extend(digits.by_ref().take(std::mem::take(&mut surplus)));
                    if missing > 0 {
                        missing -= 1;
                        to.push(b'0');
                    } else {
                        to.extend(digits.next());
                    }
                }
            }
        }
    }
}

/// What the formats mean that have a number but need no code in the file (18.8.30; 27 to 81 are those of East Asia and
/// Thailand, some of which are a date in one country and a time in another: those are shown by their value).
pub(crate) fn built_in(id: u32) -> Format {
    match id {
        9 | 10 | 67 | 68 => Format::Percent,
        5..=8 | 42 | 44 => Format::Money,
        14..=17 | 27..=31 | 36 | 50..=54 | 57 | 58 | 71..=74 => Format::Date(Shown::Date),
        18..=21 | 32..=35 | 45 | 47 | 55 | 56 | 75 | 76 | 78 | 80 => Format::Date(Shown::Time),
        22 | 77 => Format::Date(Shown::Moment),
        46 | 79 => Format::Date(Shown::Elapsed),
        _ => Format::Plain,
    }
}

/// A piece of a format code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    /// `0`, `#` or `?`.
    Zero,
    Hash,
    Question,
    /// `.`, `,`, `/`, `%` and `E+`.
    Point,
    Comma,
    Slash,
    Percent,
    Exponent,
    /// A letter of a date: `y`, `m`, `d`, `h` or `s`, how often it is repeated, and whether it is in brackets.
    Letter {
        letter: u8,
        is_elapsed: bool,
    },
    /// `AM/PM` and `A/P`.
    HalfDay,
    Literal(char),
    /// A currency in brackets, such as `[$€-407]`.
    Currency,
    /// The text placeholder.
    At,
}

/// What a format code means.
pub(crate) fn parse(code: &str) -> Format {
    // Excel's own have 255 characters at most.
    const LONGEST_CODE: usize = 2_048;
    if code.len() > LONGEST_CODE {
        return Format::Plain;
    }
    let sections = sections(code);
    let Some(tokens) = sections.first() else {
        return Format::Plain;
    };
    let has = |token: Token| tokens.contains(&token);
    let digits = tokens
        .iter()
        .filter(|token| matches!(token, Token::Zero | Token::Hash | Token::Question))
        .count();
    let letters = tokens
        .iter()
        .any(|token| matches!(token, Token::Letter { .. } | Token::HalfDay));
    if letters && digits_outside_seconds(tokens) == 0 {
        return Format::Date(date(tokens));
    }
    if digits == 0 {
        return Format::Plain;
    }
    if has(Token::Percent) {
        return Format::Percent;
    }
    let is_money = |character: &char| is_currency(*character);
    if has(Token::Currency)
        || tokens
            .iter()
            .any(|token| matches!(token, Token::Literal(character) if is_money(character)))
    {
        return Format::Money;
    }
    padding(tokens).map_or(Format::Plain, Format::Padded)
}

fn is_currency(character: char) -> bool {
    matches!(
        character,
        '$' | '¢' | '£' | '¤' | '¥' | '฿' | '\u{20A0}'..='\u{20CF}' | '＄' | '￠' | '￡' | '￥'
    )
}

/// Digits that are no fraction of a second.
fn digits_outside_seconds(tokens: &[Token]) -> usize {
    let mut is_fraction = false;
    let mut count = 0;
    for (i, token) in tokens.iter().enumerate() {
        match token {
            Token::Point | Token::Comma => {
                is_fraction = matches!(
                    i.checked_sub(1).and_then(|before| tokens.get(before)),
                    Some(Token::Letter { letter: b's', .. })
                );
            }
            Token::Zero if is_fraction => {}
            Token::Zero | Token::Hash | Token::Question => count += 1,
            _ => is_fraction = false,
        }
    }
    count
}

/// What a format with the letters of dates shows.
fn date(tokens: &[Token]) -> Shown {
    let letters: Vec<(u8, bool)> = tokens
        .iter()
        .filter_map(|token| match token {
            Token::Letter { letter, is_elapsed } => Some((*letter, *is_elapsed)),
            Token::HalfDay => Some((b'a', false)),
            _ => None,
        })
        .collect();
    if letters.iter().any(|&(_, is_elapsed)| is_elapsed) {
        return Shown::Elapsed;
    }
    let mut has_date = false;
    let mut has_time = false;
    for (i, &(letter, _)) in letters.iter().enumerate() {
        match letter {
            // A month, unless it stands after hours or before seconds.
            b'm' => {
                let is_minute = i
                    .checked_sub(1)
                    .is_some_and(|before| letters[before].0 == b'h')
                    || letters.get(i + 1).is_some_and(|after| after.0 == b's');
                has_time |= is_minute;
                has_date |= !is_minute;
            }
            b'h' | b's' | b'a' => has_time = true,
            _ => has_date = true,
        }
    }
    match (has_date, has_time) {
        (true, true) => Shown::Moment,
        (false, true) => Shown::Time,
        _ => Shown::Date,
    }
}

/// The padding of a format that shows at least two digits of every number, and no fraction or thousands.
fn padding(tokens: &[Token]) -> Option<Padding> {
    const MOST_ITEMS: usize = 64;
    let mut items = Vec::new();
    let mut digits = 0;
    let mut has_begun = false;
    for token in tokens {
        match token {
            Token::Zero => {
                has_begun = true;
                digits += 1;
                items.push(Item::Digit);
            }
            // In front of the zeros it shows nothing that is not there; after one it would have to be a zero itself.
            Token::Hash if !has_begun => {}
            Token::Literal(character) => items.push(Item::Literal(*character)),
            _ => return None,
        }
    }
    (digits >= 2 && items.len() <= MOST_ITEMS).then_some(Padding { items, digits })
}

/// The sections of a format code, which are for positive and negative numbers, zero and text.
fn sections(code: &str) -> Vec<Vec<Token>> {
    let mut sections = vec![Vec::new()];
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let mut after = &rest[first.len_utf8()..];
        let mut push = |token| {
            if let Some(last) = sections.last_mut() {
                last.push(token);
            }
        };
        match first {
            ';' => sections.push(Vec::new()),
            '"' => {
                let end = after.find('"').unwrap_or(after.len());
                after[..end].chars().for_each(|c| push(Token::Literal(c)));
                after = after.get(end + 1..).unwrap_or("");
            }
            '\\' | '!' => {
                if let Some(literal) = after.chars().next() {
                    push(Token::Literal(literal));
                    after = &after[literal.len_utf8()..];
                }
            }
            // The width of a character, and a character that fills the cell.
            '_' | '*' => {
                let width = after.chars().next().map_or(0, char::len_utf8);
                after = &after[width..];
            }
            '[' => {
                let end = after.find(']').unwrap_or(after.len());
                if let Some(token) = bracket(&after[..end]) {
                    push(token);
                }
                after = after.get(end + 1..).unwrap_or("");
            }
            '0' => push(Token::Zero),
            '#' => push(Token::Hash),
            '?' => push(Token::Question),
            '.' => push(Token::Point),
            ',' => push(Token::Comma),
            '/' => push(Token::Slash),
            '%' => push(Token::Percent),
            '@' => push(Token::At),
            'E' if after.starts_with(['+', '-']) => {
                push(Token::Exponent);
                after = &after[1..];
            }
            _ if starts_with(rest, "General") => after = &rest["General".len()..],
            // What General is called in files that were written with the words of the program's language.
            _ if starts_with(rest, "Standard") => after = &rest["Standard".len()..],
            _ if starts_with(rest, "AM/PM") => {
                push(Token::HalfDay);
                after = &rest["AM/PM".len()..];
            }
            _ if starts_with(rest, "A/P") => {
                push(Token::HalfDay);
                after = &rest["A/P".len()..];
            }
            _ if rest.starts_with("上午/下午") => {
                push(Token::HalfDay);
                after = &rest["上午/下午".len()..];
            }
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' | 'e' | 'E' | 'g' | 'G'
            | 'b' | 'B' => {
                after = after
                    .trim_start_matches([first.to_ascii_lowercase(), first.to_ascii_uppercase()]);
                let repeated = rest.len() - after.len();
                let letter = match first.to_ascii_lowercase() {
                    // Years of an emperor or of Buddha, and the names of eras.
                    'e' | 'g' | 'b' => b'y',
                    // Three or more are the name of a month, never minutes.
                    'm' if repeated > 2 => b'n',
                    letter => letter as u8,
                };
                push(Token::Letter {
                    letter,
                    is_elapsed: false,
                });
            }
            other => push(Token::Literal(other)),
        }
        rest = after;
    }
    sections
}

fn starts_with(text: &str, word: &str) -> bool {
    text.get(..word.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(word))
}

/// What stands in brackets: hours, minutes or seconds that pass a day, or a currency; colours and conditions are nothing.
fn bracket(inside: &str) -> Option<Token> {
    let first = inside.chars().next()?.to_ascii_lowercase();
    if matches!(first, 'h' | 'm' | 's') && inside.chars().all(|c| c.eq_ignore_ascii_case(&first)) {
        return Some(Token::Letter {
            letter: first as u8,
            is_elapsed: true,
        });
    }
    // `[$-409]` is only a language.
    let symbol = inside.strip_prefix('$')?.split('-').next()?;
    (!symbol.is_empty()).then_some(Token::Currency)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_dates_are_told_from_those_of_times() {
        for (code, expected) in [
            ("yyyy-mm-dd", Shown::Date),
            ("m/d/yy", Shown::Date),
            ("[$-409]d-mmm-yy;@", Shown::Date),
            ("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", Shown::Date),
            ("mmm-yy", Shown::Date),
            ("mm", Shown::Date),
            ("yyyy\"年\"m\"月\"d\"日\"", Shown::Date),
            ("[$-411]ggge\"年\"m\"月\"d\"日\";@", Shown::Date),
            ("dd.mm.yyyy hh:mm", Shown::Moment),
            ("yyyy-mm-dd\\Thh:mm:ss.000", Shown::Moment),
            ("m/d/yy h:mm AM/PM", Shown::Moment),
            ("h:mm", Shown::Time),
            ("mm:ss.0", Shown::Time),
            ("[$-409]h:mm:ss AM/PM", Shown::Time),
            ("上午/下午h\"时\"mm\"分\"", Shown::Time),
            ("[h]:mm:ss", Shown::Elapsed),
            ("[HH]:MM", Shown::Elapsed),
            ("[mm]:ss", Shown::Elapsed),
            ("[ss].00", Shown::Elapsed),
        ] {
            assert_eq!(parse(code), Format::Date(expected), "{code}");
        }
    }

    #[test]
    fn codes_of_numbers_are_no_dates() {
        for code in [
            "General",
            "general",
            "Standard",
            "",
            "0",
            "0.00",
            "#,##0.00",
            "@",
            "0.00E+00",
            "# ??/??",
            "[Red]0.0;[Blue]-0.0",
            "0\" days\"",
            "#,##0\\ \\h",
            "[>=1000]#,##0;0",
            "\"yes\";\"yes\";\"no\"",
            "##0",
            "General\" kg\"",
        ] {
            assert_eq!(parse(code), Format::Plain, "{code}");
        }
    }

    #[test]
    fn percentages_and_money_are_noted() {
        assert_eq!(parse("0.00%"), Format::Percent);
        assert_eq!(parse("0\\ %"), Format::Percent);
        for code in [
            "$#,##0.00",
            "#,##0.00\\ \"€\"",
            "[$€-407]#,##0.00",
            "_-[$£-809]* #,##0.00_-;-[$£-809]* #,##0.00_-",
            "[$USD] #,##0",
        ] {
            assert_eq!(parse(code), Format::Money, "{code}");
        }
    }

    #[test]
    fn leading_zeros_are_shown() {
        let padded = |code: &str, value: i64| {
            let Format::Padded(padding) = parse(code) else {
                panic!("{code} is no padding");
            };
            let mut text = Vec::new();
            padding.append(value, &mut text);
            String::from_utf8(text).unwrap()
        };
        assert_eq!(padded("00000", 1_234), "01234");
        assert_eq!(padded("00000", 123_456), "123456");
        assert_eq!(padded("00000", -7), "-00007");
        assert_eq!(padded("000-000", 1_234), "001-234");
        assert_eq!(padded("000-000", 12_345_678), "12345-678");
        assert_eq!(padded("000\\-00\\-0000", 12_345_678), "012-34-5678");
        assert_eq!(padded("\"INV-\"00000", 42), "INV-00042");
        assert_eq!(padded("#00", 5), "05");
        assert_eq!(padded("00000;[Red]-00000", 5), "00005");
        assert_eq!(padded("0000\" \"00", 0), "0000 00");
    }

    #[test]
    fn built_in_formats_need_no_code() {
        assert_eq!(built_in(0), Format::Plain);
        assert_eq!(built_in(14), Format::Date(Shown::Date));
        assert_eq!(built_in(22), Format::Date(Shown::Moment));
        assert_eq!(built_in(46), Format::Date(Shown::Elapsed));
        assert_eq!(built_in(10), Format::Percent);
        assert_eq!(built_in(49), Format::Plain);
    }
}
