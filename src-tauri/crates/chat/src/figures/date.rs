//! How dates are written in prose: `2024-03-01`, `3 March 2024`, `March 2024`, `Q1 2024`, `03/04/2024`, `3. März`, `14:30`.

/// A date, or the part of one that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub(super) struct Date {
    pub(super) year: Option<i32>,
    pub(super) quarter: Option<u8>,
    pub(super) month: Option<u8>,
    pub(super) day: Option<u8>,
    /// Hour and minute.
    pub(super) time: Option<(u8, u8)>,
    /// Whether day and month could be exchanged.
    pub(super) either: bool,
}

impl Date {
    /// The same with day and month exchanged.
    pub(super) fn exchanged(self) -> Self {
        Self {
            month: self.day,
            day: self.month,
            ..self
        }
    }

    /// Whether there may be such a date: [`numeric`] also gives what is written as one and is none.
    pub(super) fn is_possible(&self) -> bool {
        self.month != Some(0)
    }

    fn is_valid(&self) -> bool {
        self.month.is_none_or(|month| (1..=12).contains(&month))
            && self.day.is_none_or(|day| (1..=31).contains(&day))
            && self.year.is_none_or(|year| (1000..=2999).contains(&year))
    }
}

/// Reads a date that begins with a digit; the bytes it takes.
pub(super) fn numeric(text: &str) -> Option<(Date, usize)> {
    clock(text)
        .or_else(|| year_first(text))
        .or_else(|| three_parts(text))
        .or_else(|| day_and_month(text))
        .or_else(|| impossible(text))
}

/// Reads a date that begins with a letter: a month or a quarter; the bytes it takes.
pub(super) fn worded(text: &str) -> Option<(Date, usize)> {
    quarter(text).or_else(|| month_first(text))
}

/// The number of a month whose name is folded: in English, German or French, in full or shortened.
pub(super) fn month(name: &str) -> Option<u8> {
    Some(match name {
        "january" | "jan" | "januar" | "janvier" | "janv" | "janner" => 1,
        "february" | "feb" | "februar" | "fevrier" | "fevr" | "febr" => 2,
        "march" | "mar" | "marz" | "mrz" | "mars" => 3,
        "april" | "apr" | "avril" | "avr" => 4,
        "may" | "mai" => 5,
        "june" | "jun" | "juni" | "juin" => 6,
        "july" | "jul" | "juli" | "juillet" | "juil" => 7,
        "august" | "aug" | "aout" => 8,
        "september" | "sep" | "sept" | "septembre" => 9,
        "october" | "oct" | "oktober" | "okt" | "octobre" => 10,
        "november" | "nov" | "novembre" => 11,
        "december" | "dec" | "dezember" | "dez" | "decembre" => 12,
        _ => return None,
    })
}

fn digits_of(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// Digits of one of these lengths at the front.
fn number(text: &str, least: usize, most: usize) -> Option<(i32, usize)> {
    let length = digits_of(text);
    ((least..=most).contains(&length)).then(|| Some((text[..length].parse().ok()?, length)))?
}

fn small(text: &str) -> Option<(u8, usize)> {
    let (value, length) = number(text, 1, 2)?;
    Some((u8::try_from(value).ok()?, length))
}

fn ends_here(text: &str, at: usize) -> bool {
    !text[at..]
        .chars()
        .next()
        .is_some_and(|c| c.is_alphanumeric() || c == '_')
}

/// `14:30`, `14:30:05`.
fn clock(text: &str) -> Option<(Date, usize)> {
    let (hour, length) = small(text)?;
    let rest = text[length..].strip_prefix(':')?;
    let (minute, more) = number(rest, 2, 2)?;
    let mut at = length + 1 + more;
    if let Some((_, seconds)) = text[at..]
        .strip_prefix(':')
        .and_then(|rest| number(rest, 2, 2))
    {
        at += 1 + seconds;
    }
    let minute = u8::try_from(minute).ok()?;
    (hour < 24 && minute < 60 && ends_here(text, at)).then_some((
        Date {
            time: Some((hour, minute)),
            ..Date::default()
        },
        at,
    ))
}

/// `2024-03-01`, `2024-03-01 14:30`, `2024-03`, `2024/03/01`, `2024-Q1`, `2024 Q1`.
fn year_first(text: &str) -> Option<(Date, usize)> {
    let (year, length) = number(text, 4, 4)?;
    let mark = text[length..].chars().next()?;
    let rest = &text[length + mark.len_utf8()..];
    let at = length + mark.len_utf8();
    if matches!(mark, '-' | ' ' | '/')
        && let Some((date, more)) = quarter(rest)
        && date.year.is_none()
    {
        return Some((
            Date {
                year: Some(year),
                ..date
            },
            at + more,
        ));
    }
    if !matches!(mark, '-' | '/' | '.') {
        return None;
    }
    let (month, more) = small(rest)?;
    let at = at + more;
    let mut date = Date {
        year: Some(year),
        month: Some(month),
        ..Date::default()
    };
    let day = text[at..]
        .strip_prefix(mark)
        .and_then(small)
        .filter(|(_, more)| {
            ends_here(text, at + 1 + more) || text[at + 1 + more..].starts_with('T')
        });
    let Some((day, more)) = day else {
        // `2024-25` is no month, and `2024/05` might be a financial year.
        return (mark == '-'
            && (1..=12).contains(&month)
            && rest.len() >= 2
            && digits_of(rest) == 2)
            .then_some((date, at))
            .filter(|_| ends_here(text, at));
    };
    let mut at = at + 1 + more;
    date.day = Some(day);
    if let Some(rest) = text[at..].strip_prefix(['T', ' '])
        && let Some((time, more)) = clock(rest)
    {
        date.time = time.time;
        at += 1 + more;
    }
    date.is_valid().then_some((date, at))
}

/// `03.04.2024`, `03/04/2024`, `03-04-2024`, `3.4.24`.
fn three_parts(text: &str) -> Option<(Date, usize)> {
    let (first, length) = small(text)?;
    let mark = text[length..]
        .chars()
        .next()
        .filter(|c| matches!(c, '.' | '/' | '-'))?;
    let rest = &text[length + 1..];
    let (second, more) = small(rest)?;
    let rest = rest[more..].strip_prefix(mark)?;
    let (year, last) = number(rest, 4, 4).or_else(|| number(rest, 2, 2).filter(|_| mark != '-'))?;
    let year = match year {
        0..70 => year + 2000,
        70..100 => year + 1900,
        _ => year,
    };
    let at = length + 1 + more + 1 + last;
    let mut date = Date {
        year: Some(year),
        month: Some(second),
        day: Some(first),
        either: mark != '.',
        ..Date::default()
    };
    if !date.is_valid() {
        date = date.exchanged();
    }
    date.either &= date.exchanged().is_valid();
    // A third part of a version, as in 1.2.34, has no two digits before it that could be a month.
    (date.is_valid() && ends_here(text, at)).then_some((date, at))
}

/// What has the form of a date and is none, such as `31.13.2024`.
fn impossible(text: &str) -> Option<(Date, usize)> {
    let run: usize = text
        .bytes()
        .take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'/' | b'-'))
        .count();
    let text = text[..run].trim_end_matches(['.', '/', '-']);
    let parts = |mark: char| {
        let lengths: Vec<usize> = text.split(mark).map(digits_of).collect();
        let whole = text.split(mark).map(str::len).eq(lengths.iter().copied());
        whole && matches!(lengths.as_slice(), [4, 1 | 2, 1 | 2] | [2, 2, 4])
    };
    ['.', '/', '-'].into_iter().any(parts).then_some((
        Date {
            month: Some(0),
            ..Date::default()
        },
        text.len(),
    ))
}

/// `3 March 2024`, `3. März`, `3rd of March`, `1er mars 2024`.
fn day_and_month(text: &str) -> Option<(Date, usize)> {
    let (day, length) = small(text)?;
    let mut at = length;
    for suffix in ["st", "nd", "rd", "th", "er", "."] {
        if text[at..].starts_with(suffix) {
            at += suffix.len();
            break;
        }
    }
    let spaces = |at: usize| {
        text[at..].len()
            - text[at..]
                .trim_start_matches([' ', '\u{a0}', '\u{202f}'])
                .len()
    };
    at += spaces(at);
    for word in ["of ", "de "] {
        if text[at..].starts_with(word) {
            at += word.len();
        }
    }
    if at == length {
        return None;
    }
    let (month, more) = month_at(&text[at..])?;
    at += more;
    let mut date = Date {
        month: Some(month),
        day: Some(day),
        ..Date::default()
    };
    if let Some((year, more)) = year_after(&text[at..]) {
        date.year = Some(year);
        at += more;
    }
    date.is_valid().then_some((date, at))
}

/// The month at the front, with the full stop of a shortened name.
fn month_at(text: &str) -> Option<(u8, usize)> {
    let length = text
        .find(|c: char| !c.is_alphabetic())
        .unwrap_or(text.len());
    // Longer than the name of any month; and a name of a month has a capital but in French.
    if !(3..=12).contains(&length) {
        return None;
    }
    let value = month(&buzz_query::fold(&text[..length]))?;
    let stop = text[length..].starts_with('.') && length <= 5;
    Some((value, length + usize::from(stop)))
}

/// A year after a month: ` 2024`, `, 2024`, ` of 2024`.
fn year_after(text: &str) -> Option<(i32, usize)> {
    let rest = text.strip_prefix(',').unwrap_or(text);
    let rest = rest.trim_start_matches([' ', '\u{a0}', '\u{202f}']);
    let rest = rest.strip_prefix("of ").unwrap_or(rest);
    if rest.len() == text.len() {
        return None;
    }
    let (year, length) = number(rest, 4, 4)?;
    let at = text.len() - rest.len() + length;
    ((1900..=2100).contains(&year) && ends_here(text, at)).then_some((year, at))
}

/// `March 2024`, `March 3, 2024`, `March 3`, `Mar-2024`.
fn month_first(text: &str) -> Option<(Date, usize)> {
    let (month, length) = month_at(text)?;
    let mut date = Date {
        month: Some(month),
        ..Date::default()
    };
    if let Some((year, more)) = year_after(&text[length..]) {
        date.year = Some(year);
        return Some((date, length + more));
    }
    if let Some(rest) = text[length..].strip_prefix('-')
        && let Some((year, more)) = number(rest, 4, 4)
    {
        date.year = Some(year);
        return Some((date, length + 1 + more));
    }
    let rest = text[length..].strip_prefix(' ')?;
    let (day, more) = small(rest)?;
    let mut at = length + 1 + more;
    for suffix in ["st", "nd", "rd", "th"] {
        if text[at..].starts_with(suffix) {
            at += 2;
            break;
        }
    }
    // `in March 12 orders` is no date, and neither is `in March 5.4 %`; a comma and a year, or the end of the phrase, is.
    let year = year_after(&text[at..]);
    let after = text[at..].trim_start_matches(' ');
    let closes = after.is_empty()
        || after.starts_with([')', ';', ':', '\n', '–'])
        || (after.starts_with([',', '.']) && !after[1..].starts_with(|c: char| c.is_ascii_digit()));
    if !ends_here(text, at) || year.is_none() && !closes {
        return None;
    }
    date.day = Some(day);
    if let Some((year, more)) = year {
        date.year = Some(year);
        at += more;
    }
    date.is_valid().then_some((date, at))
}

/// `Q1 2024`, `Q1/2024`, `T1 2024`, `Q1`.
fn quarter(text: &str) -> Option<(Date, usize)> {
    let mut chars = text.chars();
    if !matches!(chars.next()?, 'Q' | 'T') {
        return None;
    }
    let quarter = chars.next()?.to_digit(10).filter(|q| (1..=4).contains(q))?;
    if !ends_here(text, 2) {
        return None;
    }
    let mut date = Date {
        quarter: u8::try_from(quarter).ok(),
        ..Date::default()
    };
    let rest = text[2..].trim_start_matches([' ', '/', '-', '\u{a0}']);
    let rest = rest.strip_prefix("of ").unwrap_or(rest);
    let at = text.len() - rest.len();
    match number(rest, 4, 4) {
        Some((year, more)) if at > 2 && ends_here(text, at + more) => {
            date.year = Some(year);
            Some((date, at + more))
        }
        _ => Some((date, 2)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(year: i32, month: u8, day: u8) -> Date {
        Date {
            year: (year > 0).then_some(year),
            month: (month > 0).then_some(month),
            day: (day > 0).then_some(day),
            ..Date::default()
        }
    }

    fn either(date: Date) -> Date {
        Date {
            either: true,
            ..date
        }
    }

    #[test]
    fn every_notation_is_read() {
        for (text, expected, rest) in [
            ("2024-03-01 was", date(2024, 3, 1), " was"),
            ("2024/3/1", date(2024, 3, 1), ""),
            ("2024-03.", date(2024, 3, 0), "."),
            ("3 March 2024,", date(2024, 3, 3), ","),
            ("3. März 2024", date(2024, 3, 3), ""),
            ("3rd of March", date(0, 3, 3), ""),
            ("1er août 2023", date(2023, 8, 1), ""),
            ("03.04.2024", date(2024, 4, 3), ""),
            ("03/04/2024", either(date(2024, 4, 3)), ""),
            ("03/14/2024", date(2024, 3, 14), ""),
            ("31/12/24", date(2024, 12, 31), ""),
        ] {
            let (found, length) = numeric(text).expect(text);
            assert_eq!((found, &text[length..]), (expected, rest), "{text}");
        }
        for (text, expected, rest) in [
            ("March 2024 was", date(2024, 3, 0), " was"),
            ("March 3, 2024", date(2024, 3, 3), ""),
            ("Dec. 2023", date(2023, 12, 0), ""),
            ("May 5, and", date(0, 5, 5), ", and"),
        ] {
            let (found, length) = worded(text).expect(text);
            assert_eq!((found, &text[length..]), (expected, rest), "{text}");
        }
        let quarter = Date {
            year: Some(2024),
            quarter: Some(1),
            ..Date::default()
        };
        assert_eq!(worded("Q1 2024"), Some((quarter, 7)));
        assert_eq!(worded("Q1/2024"), Some((quarter, 7)));
        assert_eq!(numeric("2024-Q1"), Some((quarter, 7)));
        let time = numeric("2024-03-01 14:30:05").unwrap().0;
        assert_eq!(time.time, Some((14, 30)));
        assert_eq!(numeric("9:05").unwrap().0.time, Some((9, 5)));
    }

    #[test]
    fn a_date_that_cannot_be_is_told_from_a_number() {
        for text in ["31.13.2024", "2024-32-01", "42/12/2013."] {
            let (date, length) = numeric(text).expect(text);
            assert!(!date.is_possible() && length == 10, "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "2024",
            "2024-25",
            "12 orders",
            "3. Platz",
            "1.234",
            "25:70",
            "3.5",
            "1.2.34567",
        ] {
            assert_eq!(numeric(text), None, "{text}");
        }
        for text in ["March 12 orders", "Margin 2024", "Q5", "Quarter", "May"] {
            assert_eq!(worded(text), None, "{text}");
        }
    }
}
