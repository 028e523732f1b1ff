//! How numbers are written beyond the plain grammar: thousands separators, decimal commas, units, signs in odd places.
//!
//! [`read`] takes a cell apart without knowing its column; a [`Form`], which is decided by the whole column, then says
//! which number that is. So every cell is judged in the same way, whatever form its column was guessed to have.

use super::number::{self as plain, Fixed, MOST_DIGITS, POWERS_OF_TEN};

/// The mark between a number's whole part and its decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    Point,
    Comma,
}

impl Mark {
    fn byte(self) -> u8 {
        match self {
            Self::Point => b'.',
            Self::Comma => b',',
        }
    }

    /// The marks that may group the digits of a number with this decimal mark.
    pub(crate) fn groups(self) -> [Option<Group>; 4] {
        let other = match self {
            Self::Point => Group::Comma,
            Self::Comma => Group::Point,
        };
        [
            None,
            Some(other),
            Some(Group::Space),
            Some(Group::Apostrophe),
        ]
    }

    /// The grouping mark that looks the same.
    fn as_group(self) -> Group {
        match self {
            Self::Point => Group::Point,
            Self::Comma => Group::Comma,
        }
    }
}

/// The mark between groups of digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    Comma,
    Point,
    /// A space, a no-break space (U+00A0) or a narrow one (U+202F).
    Space,
    /// `'` or U+2019.
    Apostrophe,
}

impl Group {
    pub(crate) const COUNT: usize = 4;
    const ALL: [Self; Self::COUNT] = [Self::Comma, Self::Point, Self::Space, Self::Apostrophe];

    /// The decimal mark that looks the same.
    fn as_decimal(self) -> Option<Mark> {
        match self {
            Self::Point => Some(Mark::Point),
            Self::Comma => Some(Mark::Comma),
            Self::Space | Self::Apostrophe => None,
        }
    }

    fn char(self) -> char {
        match self {
            Self::Comma => ',',
            Self::Point => '.',
            Self::Space => ' ',
            Self::Apostrophe => '\'',
        }
    }
}

/// A percent sign or a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unit(u8);

impl Unit {
    pub(crate) const COUNT: usize = 28;
    const PERCENT: Self = Self(0);
    /// The first of those that are codes of ISO 4217, which need a space between them and the number.
    const FIRST_CODE: usize = 6;
    const TEXTS: [&'static str; Self::COUNT] = [
        "%", "$", "€", "£", "¥", "₹", "EUR", "USD", "GBP", "CHF", "JPY", "CNY", "INR", "AUD",
        "CAD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "BRL", "MXN", "ZAR", "SGD", "HKD",
        "KRW",
    ];

    pub(crate) fn from_index(index: usize) -> Self {
        Self(index as u8)
    }

    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }

    fn text(self) -> &'static str {
        Self::TEXTS[self.index()]
    }

    fn is_code(self) -> bool {
        self.index() >= Self::FIRST_CODE
    }

    /// The unit that `strip` finds at the text's end or beginning, where `byte` stands, and the rest.
    fn find<'a>(
        byte: u8,
        strip: impl Fn(&'static [u8]) -> Option<&'a [u8]>,
    ) -> Option<(Self, &'a [u8])> {
        let candidates = match byte {
            b'A'..=b'Z' => Self::FIRST_CODE..Self::COUNT,
            b'%' | b'$' | 0x80.. => 0..Self::FIRST_CODE,
            _ => return None,
        };
        candidates
            .into_iter()
            .find_map(|i| Some((Self::from_index(i), strip(Self::TEXTS[i].as_bytes())?)))
    }

    /// The unit before a number, and what follows it and one space.
    fn before(text: &[u8]) -> Option<(Self, &[u8])> {
        let (unit, rest) = Self::find(*text.first()?, |unit| text.strip_prefix(unit))?;
        if unit == Self::PERCENT {
            return None;
        }
        let spaced = SPACES
            .iter()
            .find_map(|space| rest.strip_prefix(space.as_bytes()));
        match spaced {
            Some(rest) => Some((unit, rest)),
            None => (!unit.is_code()).then_some((unit, rest)),
        }
    }

    /// The unit after a number, and what stands before it and one space.
    fn after(text: &[u8]) -> Option<(Self, &[u8])> {
        let (unit, rest) = Self::find(*text.last()?, |unit| text.strip_suffix(unit))?;
        let spaced = SPACES
            .iter()
            .find_map(|space| rest.strip_suffix(space.as_bytes()));
        match spaced {
            Some(rest) => Some((unit, rest)),
            None => (!unit.is_code()).then_some((unit, rest)),
        }
    }
}

const SPACES: [&str; 3] = [" ", "\u{a0}", "\u{202f}"];

/// How negative numbers are marked; a minus in front, of the number or of its unit, is read everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Negative {
    Minus,
    /// `12.50-`
    Trailing,
    /// `(12.50)`
    Brackets,
}

/// How the numbers of a column are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) decimal: Mark,
    /// The mark between groups of digits; numbers of the column may also go without.
    pub(crate) group: Option<Group>,
    /// The unit of all numbers but zeros, which may go without.
    pub(crate) unit: Option<Unit>,
    /// Whether the unit mostly stands before the number; it is read in either place.
    pub(crate) unit_first: bool,
    pub(crate) negative: Negative,
}

impl Form {
    /// `-?digits[.digits]`, which [`plain`] reads.
    pub(crate) const PLAIN: Self = Self {
        decimal: Mark::Point,
        group: None,
        unit: None,
        unit_first: false,
        negative: Negative::Minus,
    };

    pub(crate) fn is_plain(self) -> bool {
        self == Self::PLAIN
    }

    /// Whether the numbers are hundredths.
    pub(crate) fn is_percent(self) -> bool {
        self.unit == Some(Unit::PERCENT)
    }

    /// A number of a column of floating-point numbers in this form.
    pub(crate) fn float(self, text: &[u8]) -> Option<f64> {
        if self.is_plain() {
            return plain::float(text);
        }
        let written = number(text)?;
        // Numbers with an exponent have no unit, and in a column of mixed units there are no numbers.
        if !self.fits(&written) || self.unit.is_some() {
            return None;
        }
        written.float(self.decimal)
    }

    /// The integer that a number taken apart is in this form.
    pub(crate) fn integer(self, written: &Written) -> Option<i64> {
        let fixed = self.fixed(written)?;
        (fixed.scale == 0)
            .then(|| i64::try_from(fixed.unscaled).ok())
            .flatten()
    }

    /// The number that a number taken apart is in this form; an integer has no decimals.
    pub(crate) fn fixed(self, written: &Written) -> Option<Fixed> {
        if written.is_float || !self.fits(written) {
            return None;
        }
        let mut fixed = if written.marks.is_open && written.marks.decimal != Some(self.decimal) {
            Fixed {
                unscaled: i128::from(written.whole * 1000 + written.fraction),
                integer_digits: written.integer_digits + 3,
                scale: 0,
            }
        } else {
            let power = POWERS_OF_TEN[usize::from(written.scale)];
            Fixed {
                unscaled: i128::from(written.whole) * i128::from(power)
                    + i128::from(written.fraction),
                integer_digits: written.integer_digits,
                scale: written.scale,
            }
        };
        if self.is_percent() {
            fixed.scale += 2;
            fixed.integer_digits = fixed.integer_digits.saturating_sub(2);
        }
        if written.is_negative() {
            fixed.unscaled = -fixed.unscaled;
        }
        Some(fixed)
    }

    pub(crate) fn fits(self, written: &Written) -> bool {
        let has_unit = match written.unit {
            None => self.unit.is_none() || written.is_zero(),
            unit => unit == self.unit,
        };
        let has_sign = match written.sign {
            Sign::None | Sign::Minus => true,
            Sign::Trailing => self.negative == Negative::Trailing,
            Sign::Brackets => self.negative == Negative::Brackets,
        };
        has_unit && has_sign && written.marks.fit(self.decimal, self.group)
    }

    /// The form as a pattern such as `#.##0,00 €`, with `scale` decimals, or as many as there are.
    pub(crate) fn pattern(self, scale: Option<u8>) -> String {
        let mut number = match self.group {
            Some(group) => format!("#{}##0", group.char()),
            None => "0".into(),
        };
        let decimals = match scale {
            Some(scale) => "0".repeat(usize::from(scale)),
            None => "#".into(),
        };
        if !decimals.is_empty() {
            number.push(char::from(self.decimal.byte()));
            number.push_str(&decimals);
        }
        let number = match self.unit {
            None => number,
            Some(unit) if self.unit_first && unit.is_code() => format!("{} {number}", unit.text()),
            Some(unit) if self.unit_first => format!("{}{number}", unit.text()),
            Some(unit) => format!("{number} {}", unit.text()),
        };
        match self.negative {
            Negative::Minus => number,
            Negative::Trailing => format!("{number};{number}-"),
            Negative::Brackets => format!("{number};({number})"),
        }
    }

    /// What a person should know of how the numbers were read.
    pub(crate) fn notes(self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.decimal == Mark::Comma {
            notes.push("the comma was read as the decimal mark".into());
        }
        match self.group {
            None => {}
            Some(Group::Comma) => notes.push("commas between thousands were left out".into()),
            Some(Group::Point) => notes.push("points between thousands were left out".into()),
            Some(Group::Space) => notes.push("spaces between thousands were left out".into()),
            Some(Group::Apostrophe) => {
                notes.push("apostrophes between thousands were left out".into());
            }
        }
        match self.unit {
            None => {}
            Some(Unit::PERCENT) => {
                notes.push("percent signs were read: 12 % is 0.12".into());
            }
            Some(unit) => notes.push(format!(
                "the unit {} was left out of the numbers",
                unit.text()
            )),
        }
        match self.negative {
            Negative::Minus => {}
            Negative::Trailing => {
                notes.push("numbers with a minus behind them were read as negative".into());
            }
            Negative::Brackets => notes.push("numbers in brackets were read as negative".into()),
        }
        notes
    }
}

/// The marks in a number, as far as the number alone tells them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Marks {
    group: Option<Group>,
    decimal: Option<Mark>,
    /// Whether what is given as the decimal mark may as well be a grouping mark: `1.234`, `12,345`.
    is_open: bool,
}

impl Marks {
    pub(crate) const COUNT: usize = 17;
    pub(crate) const NONE: Self = Self {
        group: None,
        decimal: None,
        is_open: false,
    };
    pub(crate) const POINT: Self = Self {
        decimal: Some(Mark::Point),
        ..Self::NONE
    };
    pub(crate) const OPEN_POINT: Self = Self {
        is_open: true,
        ..Self::POINT
    };
    pub(crate) const OPEN_COMMA: Self = Self {
        decimal: Some(Mark::Comma),
        ..Self::OPEN_POINT
    };

    /// A number below [`Self::COUNT`] that is the marks' own.
    pub(crate) fn index(self) -> usize {
        let group = self.group.map_or(0, |group| 1 + group as usize);
        let decimal = self.decimal.map_or(0, |mark| 1 + mark as usize);
        if self.is_open {
            14 + decimal
        } else {
            3 * group + decimal
        }
    }

    /// The marks with this [`Self::index`].
    pub(crate) fn from_index(index: usize) -> Self {
        let decimal = |i| match i {
            0 => None,
            1 => Some(Mark::Point),
            _ => Some(Mark::Comma),
        };
        match index {
            15.. => Self {
                group: None,
                decimal: decimal(index - 14),
                is_open: true,
            },
            _ => Self {
                group: (index / 3).checked_sub(1).map(|i| Group::ALL[i]),
                decimal: decimal(index % 3),
                is_open: false,
            },
        }
    }

    /// Whether a number with these marks is one where `decimal` and `group` are the marks.
    pub(crate) fn fit(self, decimal: Mark, group: Option<Group>) -> bool {
        let is_decimal = self.decimal.is_none_or(|mark| mark == decimal);
        if self.is_open && !is_decimal {
            self.decimal.map(Mark::as_group) == group
        } else {
            is_decimal && (self.group.is_none() || self.group == group)
        }
    }

    /// The decimal mark, which may be open.
    pub(crate) fn decimal(self) -> Option<Mark> {
        self.decimal
    }

    /// The mark between groups of digits, if it is certain.
    pub(crate) fn group(self) -> Option<Group> {
        self.group
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    None,
    Minus,
    Trailing,
    Brackets,
}

/// A number taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Written<'a> {
    /// Digits and marks.
    body: &'a [u8],
    pub(crate) marks: Marks,
    pub(crate) unit: Option<Unit>,
    /// Whether the unit stands before the number.
    pub(crate) unit_first: bool,
    pub(crate) sign: Sign,
    /// Digits before the decimal mark, which may be open.
    pub(crate) integer_digits: u8,
    /// Digits after the decimal mark, which may be open.
    pub(crate) scale: u8,
    /// Whether the number has an exponent or more than 18 decimals; then it has no value here.
    pub(crate) is_float: bool,
    /// Whether a number in groups is more than groups of three digits, which telephone and part numbers may be too.
    pub(crate) is_quantity: bool,
    whole: i64,
    fraction: i64,
}

impl Written<'_> {
    fn is_negative(&self) -> bool {
        self.sign != Sign::None
    }

    /// The number as a floating-point one, if that is finite.
    pub(crate) fn float(&self, decimal: Mark) -> Option<f64> {
        let mut plain = String::with_capacity(self.body.len() + 1);
        if self.is_negative() {
            plain.push('-');
        }
        for &byte in self.body {
            match byte {
                b'0'..=b'9' | b'e' | b'E' | b'+' | b'-' => plain.push(char::from(byte)),
                _ if byte == decimal.byte() => plain.push('.'),
                _ => {}
            }
        }
        plain::float(plain.as_bytes())
    }

    pub(crate) fn is_zero(&self) -> bool {
        !self.is_float && self.whole == 0 && self.fraction == 0
    }
}

/// What a text with the shape of a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading<'a> {
    Number(Written<'a>),
    /// A leading zero or plus, or more than 18 digits: see [`plain::is_identifier`].
    Identifier,
}

/// Whether the text is a dash where a number should be, as in `-` or, in accounting, `$ -`.
pub(crate) fn is_dash(text: &[u8]) -> bool {
    if !text.contains(&b'-') {
        return false;
    }
    text == b"-"
        || [Unit::before(text), Unit::after(text)]
            .into_iter()
            .flatten()
            .any(|(_, rest)| rest.trim_ascii() == b"-")
}

/// Takes a number apart that is no identifier.
pub(crate) fn number(text: &[u8]) -> Option<Written<'_>> {
    match read(text)? {
        Reading::Number(written) => Some(written),
        Reading::Identifier => None,
    }
}

/// Takes a number apart that may be in any form; `None` for what is a number in none.
pub(crate) fn read(text: &[u8]) -> Option<Reading<'_>> {
    /// Bytes of a text that are not worth being searched for a digit first.
    const LONG: usize = 64;
    if text.len() <= LONG && !text.iter().any(u8::is_ascii_digit) {
        return None;
    }
    let mut text = text;
    let mut sign = Sign::None;
    let mut has_plus = false;
    let mut unit = None;
    let mut unit_first = false;
    // A sign stands outside of the unit or inside of it.
    for is_inside in [false, true] {
        if sign == Sign::None && !has_plus {
            match text {
                [b'(', inner @ .., b')'] => {
                    sign = Sign::Brackets;
                    text = inner.trim_ascii();
                }
                [b'-', rest @ ..] => {
                    sign = Sign::Minus;
                    text = rest;
                }
                [b'+', rest @ ..] => {
                    has_plus = true;
                    text = rest;
                }
                [rest @ .., b'-'] => {
                    sign = Sign::Trailing;
                    text = rest;
                }
                _ => {}
            }
        }
        if is_inside {
            break;
        }
        if let Some((found, rest)) = Unit::before(text) {
            (unit, unit_first, text) = (Some(found), true, rest);
        } else if let Some((found, rest)) = Unit::after(text) {
            (unit, text) = (Some(found), rest);
        }
    }
    let body = Body::of(text)?;
    if body.is_float && unit.is_some() {
        return None;
    }
    let is_bare = unit.is_none() && sign == Sign::None && !has_plus;
    if body.is_address && is_bare {
        return None;
    }
    if has_plus || body.is_identifier {
        // Nobody numbers things with exponents.
        return (!body.has_exponent).then_some(Reading::Identifier);
    }
    let written = Written {
        body: text,
        marks: body.marks,
        unit,
        unit_first,
        sign,
        integer_digits: body.integer_digits.min(255) as u8,
        scale: body.scale.min(255) as u8,
        is_float: body.is_float,
        is_quantity: unit.is_some() || body.first_run < 3 || body.marks.decimal.is_some(),
        whole: body.whole,
        fraction: body.fraction,
    };
    if written.is_float {
        written.float(written.marks.decimal.unwrap_or(Mark::Point))?;
    }
    Some(Reading::Number(written))
}

/// The digits and marks of a number.
struct Body {
    marks: Marks,
    integer_digits: usize,
    scale: usize,
    /// Digits before the first mark.
    first_run: usize,
    whole: i64,
    fraction: i64,
    has_exponent: bool,
    is_float: bool,
    is_identifier: bool,
    /// Whether it is four numbers up to 255 with points between them, as IP addresses are.
    is_address: bool,
}

/// A mark at the beginning of the text: which, and how many bytes of it.
fn mark(text: &[u8]) -> Option<(Group, usize)> {
    match text {
        [b',', ..] => Some((Group::Comma, 1)),
        [b'.', ..] => Some((Group::Point, 1)),
        [b' ', ..] => Some((Group::Space, 1)),
        [b'\'', ..] => Some((Group::Apostrophe, 1)),
        [0xc2, 0xa0, ..] => Some((Group::Space, 2)),
        [0xe2, 0x80, 0xaf, ..] => Some((Group::Space, 3)),
        [0xe2, 0x80, 0x99, ..] => Some((Group::Apostrophe, 3)),
        _ => None,
    }
}

fn digit_run(text: &[u8]) -> (&[u8], &[u8]) {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    text.split_at(digits)
}

/// The value of the digits after those of `value`; what is too large is nobody's value.
fn append(value: i64, digits: &[u8]) -> i64 {
    digits.iter().fold(value, |value, digit| {
        value
            .saturating_mul(10)
            .saturating_add(i64::from(digit - b'0'))
    })
}

/// Whether the runs of digits are groups: of three, the first shorter; or, with commas, as in India, of two before
/// the last.
fn are_groups(runs: &[&[u8]], mark: Group) -> bool {
    let [first, middle @ .., last] = runs else {
        return false;
    };
    let all = |length| middle.iter().all(|run| run.len() == length);
    let is_indian = mark == Group::Comma && first.len() <= 2 && all(2);
    matches!(first.len(), 1..=3) && last.len() == 3 && (all(3) || is_indian)
}

fn is_exponent(text: &[u8]) -> bool {
    match text {
        [b'e' | b'E', b'+' | b'-', digits @ ..] | [b'e' | b'E', digits @ ..] => {
            !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    }
}

impl Body {
    /// Runs of digits that a number may have; 18 digits and a fraction have fewer.
    const MOST_RUNS: usize = 16;

    fn of(text: &[u8]) -> Option<Self> {
        let mut runs: [&[u8]; Self::MOST_RUNS] = [&[]; Self::MOST_RUNS];
        let (first, mut rest) = digit_run(text);
        runs[0] = first;
        let mut count = 1;
        // The mark before the last run, and the one mark before all others but the first.
        let (mut last_mark, mut group) = (None, None);
        while let Some((next, length)) = mark(rest) {
            if group.is_some_and(|group| last_mark != Some(group)) {
                return None;
            }
            group = last_mark.or(group);
            let (run, after) = digit_run(&rest[length..]);
            if run.is_empty() || count == Self::MOST_RUNS {
                return None;
            }
            runs[count] = run;
            count += 1;
            (last_mark, rest) = (Some(next), after);
        }
        let has_exponent = is_exponent(rest);
        if !(rest.is_empty() || has_exponent) {
            return None;
        }
        let mut marks = Marks::NONE;
        let mut decimals: &[u8] = &[];
        let mut groups = &runs[..count];
        if let Some(last) = last_mark {
            let is_group = match group {
                Some(group) => group == last,
                None => last.as_decimal().is_none(),
            };
            if !is_group {
                marks.decimal = Some(last.as_decimal()?);
                decimals = runs[count - 1];
                groups = &runs[..count - 1];
            }
            if groups.len() > 1 {
                let mark = if is_group { last } else { group? };
                if has_exponent || !are_groups(groups, mark) {
                    return None;
                }
                marks.group = Some(mark);
            } else {
                marks.is_open = !has_exponent
                    && first.first().is_some_and(|&digit| digit != b'0')
                    && are_groups(&runs[..count], last);
            }
        }
        let integer_digits: usize = groups.iter().map(|run| run.len()).sum();
        if integer_digits + decimals.len() == 0 {
            return None;
        }
        let has_leading_zero = integer_digits > 1 && first.first() == Some(&b'0');
        Some(Self {
            marks,
            integer_digits,
            scale: decimals.len(),
            first_run: first.len(),
            whole: groups.iter().fold(0, |value, run| append(value, run)),
            fraction: append(0, decimals),
            has_exponent,
            is_float: has_exponent || decimals.len() > MOST_DIGITS,
            is_identifier: has_leading_zero || (integer_digits > MOST_DIGITS && !has_exponent),
            is_address: marks.group == Some(Group::Point)
                && marks.decimal.is_none()
                && groups.len() == 4
                && groups.iter().all(|run| append(0, run) <= 255),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn euro(decimal: Mark, group: Option<Group>) -> Form {
        Form {
            decimal,
            group,
            unit: Some(Unit(2)),
            ..Form::PLAIN
        }
    }

    fn fixed(form: Form, text: &str) -> Option<(i128, u8)> {
        let fixed = form.fixed(&number(text.as_bytes())?)?;
        Some((fixed.unscaled, fixed.scale))
    }

    #[test]
    fn numbers_are_read_in_the_form_of_their_column() {
        let german = euro(Mark::Comma, Some(Group::Point));
        for (text, expected) in [
            ("1.234,50 €", Some((123_450, 2))),
            ("1.234.567 €", Some((1_234_567, 0))),
            ("1.234 €", Some((1234, 0))),
            ("1234,567 €", Some((1_234_567, 3))),
            ("€ -0,5", Some((-5, 1))),
            ("-€0,5", Some((-5, 1))),
            ("- €0,5", None),
            (",5€", Some((5, 1))),
            ("1,234 €", Some((1234, 3))),
            ("12,50\u{a0}€", Some((1250, 2))),
            ("12,50\u{202f}€", Some((1250, 2))),
            ("0", Some((0, 0))),
            ("0,00", Some((0, 2))),
            ("12,50", None),
            ("12,50 $", None),
            ("12,50 €€", None),
            ("1.23,50 €", None),
            ("1.2345 €", None),
            ("1234.567 €", None),
            (".234,50 €", None),
            ("1.234,5.0 €", None),
            ("1,234,567 €", None),
            ("01,50 €", None),
            ("+1,50 €", None),
            ("(1,50 €)", None),
            ("1,50- €", None),
            ("1,5e3 €", None),
            ("€", None),
            ("12,€", None),
        ] {
            assert_eq!(fixed(german, text), expected, "{text}");
        }
    }

    #[test]
    fn percents_are_hundredths() {
        let percent = Form {
            unit: Some(Unit::PERCENT),
            ..Form::PLAIN
        };
        assert_eq!(fixed(percent, "12 %"), Some((12, 2)));
        assert_eq!(fixed(percent, "-12.5%"), Some((-125, 3)));
        assert_eq!(fixed(percent, "0"), Some((0, 2)));
        assert_eq!(fixed(percent, "%12"), None);
        assert_eq!(percent.integer(&number(b"12 %").unwrap()), None);
        let most = format!("{0}.{0} %", "9".repeat(18));
        assert_eq!(
            fixed(percent, &most),
            Some(("9".repeat(36).parse().unwrap(), 20))
        );
    }

    #[test]
    fn groups_are_of_three_digits_or_indian() {
        let english = Form {
            group: Some(Group::Comma),
            ..Form::PLAIN
        };
        for (text, expected) in [
            ("1,234", Some(1234)),
            ("1234", Some(1234)),
            ("123,456,789", Some(123_456_789)),
            ("12,34,567", Some(1_234_567)),
            ("1,23,45,678", Some(12_345_678)),
            ("123,45,678", None),
            ("1,23", None),
            ("1,2345", None),
            ("1,234,56", None),
            ("1234,567", None),
            ("1,,234", None),
            ("1,234,", None),
            (",123,456", None),
            ("0,123,456", None),
            ("123,456,789,012,345,678", Some(123_456_789_012_345_678)),
            ("1,123,456,789,012,345,678", None),
        ] {
            let found = number(text.as_bytes()).and_then(|written| english.integer(&written));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn what_looks_like_an_identifier_is_known_as_one_in_every_form() {
        for text in [
            "01.234",
            "0,123,456",
            "00,5",
            "+1,5",
            "+5 %",
            "€ 007",
            "1,123,456,789,012,345,678",
        ] {
            assert_eq!(read(text.as_bytes()), Some(Reading::Identifier), "{text}");
        }
        for text in [
            "192.168.100.254",
            "12 34",
            "1 23 456",
            "+49 30 1234",
            "1-2",
            "()",
            "-",
            "€ -",
            "EUR12",
        ] {
            assert_eq!(read(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn an_amount_of_four_groups_with_decimals_is_no_address() {
        let form = Form {
            decimal: Mark::Comma,
            group: Some(Group::Point),
            ..Form::PLAIN
        };
        assert_eq!(
            fixed(form, "87.192.224.000,50"),
            Some((8_719_222_400_050, 2))
        );
    }

    #[test]
    fn patterns_say_the_form() {
        let german = euro(Mark::Comma, Some(Group::Point));
        assert_eq!(german.pattern(Some(2)), "#.##0,00 €");
        let brackets = Form {
            unit: Some(Unit(1)),
            unit_first: true,
            group: Some(Group::Comma),
            negative: Negative::Brackets,
            ..Form::PLAIN
        };
        assert_eq!(brackets.pattern(Some(0)), "$#,##0;($#,##0)");
        let swiss = Form {
            unit: Some(Unit(9)),
            unit_first: true,
            group: Some(Group::Apostrophe),
            ..Form::PLAIN
        };
        assert_eq!(swiss.pattern(Some(2)), "CHF #'##0.00");
    }

    #[test]
    fn floats_are_read_with_their_marks() {
        let comma = Form {
            decimal: Mark::Comma,
            group: Some(Group::Point),
            negative: Negative::Brackets,
            ..Form::PLAIN
        };
        for (text, expected) in [
            ("1,5e3", Some(1500.0)),
            ("(1,5E-1)", Some(-0.15)),
            ("1.234,5", Some(1234.5)),
            ("1.234", Some(1234.0)),
            ("1,5e999", None),
            ("1.234,5e1", None),
            ("1.5e3", None),
        ] {
            assert_eq!(comma.float(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn marks_have_numbers_of_their_own() {
        for index in 0..Marks::COUNT {
            assert_eq!(Marks::from_index(index).index(), index);
        }
    }

    fn forms() -> impl Strategy<Value = Form> {
        let negatives = prop_oneof![
            Just(Negative::Minus),
            Just(Negative::Trailing),
            Just(Negative::Brackets)
        ];
        let units = proptest::option::of((0..Unit::COUNT).prop_map(Unit::from_index));
        (any::<bool>(), 0usize..4, units, any::<bool>(), negatives).prop_map(
            |(is_comma, group, unit, unit_first, negative)| {
                let decimal = if is_comma { Mark::Comma } else { Mark::Point };
                Form {
                    decimal,
                    group: decimal.groups()[group],
                    unit,
                    unit_first: unit_first && unit != Some(Unit::PERCENT),
                    negative,
                }
            },
        )
    }

    /// Writes `unscaled` / 10^`scale` in a form, in one of several `styles`.
    fn write(form: Form, unscaled: i64, scale: usize, style: usize) -> String {
        let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = scale + 1);
        let (whole, decimals) = digits.split_at(digits.len() - scale);
        let marks: &[&str] = match form.group {
            None => &[""],
            Some(Group::Comma) => &[","],
            Some(Group::Point) => &["."],
            Some(Group::Space) => &[" ", "\u{a0}", "\u{202f}"],
            Some(Group::Apostrophe) => &["'", "\u{2019}"],
        };
        let mut number = String::new();
        for (i, digit) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i) % 3 == 0 {
                number.push_str(marks[style % marks.len()]);
            }
            number.push(digit);
        }
        if scale > 0 {
            number.push(char::from(form.decimal.byte()));
            number.push_str(decimals);
        }
        let is_inside = style.is_multiple_of(2);
        let sign = |text: String| match form.negative {
            _ if unscaled >= 0 => text,
            Negative::Minus => format!("-{text}"),
            Negative::Trailing => format!("{text}-"),
            Negative::Brackets => format!("({text})"),
        };
        let number = if is_inside { sign(number) } else { number };
        let number = match form.unit {
            None => number,
            Some(unit) => {
                let spaces = if unit.is_code() {
                    &SPACES[..]
                } else {
                    &["", " ", "\u{a0}"]
                };
                let space = spaces[style % spaces.len()];
                if form.unit_first {
                    format!("{}{space}{number}", unit.text())
                } else {
                    format!("{number}{space}{}", unit.text())
                }
            }
        };
        if is_inside { number } else { sign(number) }
    }

    proptest! {
        #[test]
        fn amounts_come_back_in_every_form(
            form in forms(),
            unscaled in prop_oneof![-2_000_000i64..2_000_000, -999_999_999_999_999_999i64..1_000_000_000_000_000_000],
            scale in 0usize..8,
            style in 0usize..12,
        ) {
            let text = write(form, unscaled, scale, style);
            let percent = if form.is_percent() { 2 } else { 0 };
            prop_assert_eq!(fixed(form, &text), Some((i128::from(unscaled), scale as u8 + percent)), "{}", text);
        }

        #[test]
        fn the_plain_form_is_todays_grammar(text in "[-+(]?[0-9,. ]{0,22}[-)]?") {
            let bytes = text.as_bytes();
            let plain = plain::fixed(bytes).map(|fixed| (fixed.unscaled, fixed.scale)).or_else(|| {
                Some((i128::from(plain::integer(bytes)?), 0))
            });
            prop_assert_eq!(fixed(Form::PLAIN, &text), plain);
        }

        #[test]
        fn bytes_never_panic_and_are_read_in_one_way(
            text in prop_oneof![
                proptest::collection::vec(any::<u8>(), 0..24),
                "[-+(]?[$€]?[ \u{a0}]?[-(]?[0-9,.' ]{0,40}[eE]?[0-9]{0,3}[-)]?[ \u{202f}]?(%|EUR|€)?[-)]?".prop_map(String::into_bytes),
            ],
            form in forms(),
        ) {
            let written = number(&text);
            let integer = written.and_then(|written| form.integer(&written));
            let fixed = written.and_then(|written| form.fixed(&written));
            let float = form.float(&text);
            if let Some(value) = integer {
                prop_assert_eq!(fixed.map(|fixed| (fixed.unscaled, fixed.scale)), Some((i128::from(value), 0)));
            }
            if let (Some(fixed), Some(float)) = (fixed, float) {
                let expected: f64 = format!("{}e-{}", fixed.unscaled, fixed.scale).parse().unwrap();
                prop_assert_eq!(float, expected);
            }
            if fixed.is_some() && form.unit.is_none() {
                prop_assert!(float.is_some());
            }
        }
    }
}
