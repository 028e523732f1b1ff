//! Types that a person chose, and cells that are read by their value because of it.

use super::number::MOST_DIGITS;
use super::temporal::DateForm;
use super::{ColumnType, Form};

/// A type as a person names it; how its text is read may still have to be found from the cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chosen {
    /// A type that needs nothing from the cells.
    Plain(ColumnType),
    /// DECIMAL with the largest scale of the cells.
    Decimal,
    /// DATE in the form of most cells.
    Date,
    /// TIMESTAMP in the form of most cells.
    Timestamp,
}

impl Chosen {
    /// Reads the name of a type, letter case aside.
    ///
    /// # Errors
    /// One sentence that says which types there are.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let name = text.trim().to_ascii_uppercase();
        let plain = match name.as_str() {
            "BOOLEAN" => ColumnType::Boolean,
            "BIGINT" => ColumnType::BigInt { form: Form::PLAIN },
            "DOUBLE" => ColumnType::Double { form: Form::PLAIN },
            "TIME" => ColumnType::Time,
            "VARCHAR" | "TEXT" => ColumnType::Text,
            "DECIMAL" => return Ok(Self::Decimal),
            "DATE" => return Ok(Self::Date),
            "TIMESTAMP" => return Ok(Self::Timestamp),
            _ => decimal(&name)?.ok_or_else(|| {
                format!(
                    "there is no type {text:?}: choose BOOLEAN, BIGINT, DECIMAL, DECIMAL(18,2), DOUBLE, DATE, TIME, TIMESTAMP or VARCHAR"
                )
            })?,
        };
        Ok(Self::Plain(plain))
    }
}

/// The type of `DECIMAL(p,s)` or `DECIMAL(p)`, of which the scale is taken as it stands, and the next larger precision; `None` for other texts.
fn decimal(name: &str) -> Result<Option<ColumnType>, String> {
    const MOST_PRECISION: u8 = 38;
    let Some(arguments) = name
        .strip_prefix("DECIMAL")
        .and_then(|rest| rest.trim().strip_prefix('(')?.strip_suffix(')'))
    else {
        return Ok(None);
    };
    let (precision, scale) = arguments.split_once(',').unwrap_or((arguments, "0"));
    let (Ok(precision), Ok(scale)) = (precision.trim().parse::<u8>(), scale.trim().parse::<u8>())
    else {
        return Ok(None);
    };
    if !(1..=MOST_PRECISION).contains(&precision)
        || scale > precision
        || usize::from(scale) > MOST_DIGITS
    {
        return Err(format!(
            "there is no {name}: the first number is at most {MOST_PRECISION}, and the second at most the first and at most {MOST_DIGITS}"
        ));
    }
    Ok(Some(ColumnType::Decimal {
        precision: super::precision_of(precision),
        scale,
        form: Form::PLAIN,
    }))
}

impl ColumnType {
    /// The type that a receipt names; `None` if it names none of this program's.
    pub(crate) fn of_receipt(sql_type: &str, format: Option<&str>) -> Option<Self> {
        let form = || {
            format
                .and_then(DateForm::of_pattern)
                .unwrap_or(DateForm::ISO)
        };
        match Chosen::parse(sql_type).ok()? {
            Chosen::Plain(column_type) => Some(column_type),
            Chosen::Decimal => None,
            Chosen::Date => Some(Self::Date(form())),
            Chosen::Timestamp => Some(Self::Timestamp {
                form: form(),
                has_offset: false,
            }),
        }
    }
}

/// The same value in the way in which a column of the type has it written; `None` if there is no other way.
///
/// Only columns whose type a person chose read cells so: what looks like an identifier elsewhere is a number there,
/// `7.00` is the integer 7, a moment at midnight is a date and a date is a moment at midnight.
pub(crate) fn same_value(text: &[u8], column_type: ColumnType) -> Option<Vec<u8>> {
    let same = match column_type {
        ColumnType::BigInt { .. } | ColumnType::Decimal { .. } | ColumnType::Double { .. } => {
            number(text)?
        }
        ColumnType::Boolean => match text.to_ascii_lowercase().as_slice() {
            b"yes" | b"y" | b"t" | b"1" => b"true".to_vec(),
            b"no" | b"n" | b"f" | b"0" => b"false".to_vec(),
            _ => return None,
        },
        ColumnType::Date(_) => {
            let at = text.iter().position(|byte| matches!(byte, b' ' | b'T'))?;
            (super::temporal::time(&text[at + 1..]) == Some(0)).then(|| text[..at].to_vec())?
        }
        ColumnType::Timestamp { .. } => [text, b" 00:00"].concat(),
        ColumnType::Time | ColumnType::Text => return None,
    };
    (same != text).then_some(same)
}

/// A number of digits without a plus, leading zeros and zeros at the end of its decimals.
fn number(text: &[u8]) -> Option<Vec<u8>> {
    let (sign, rest) = match text {
        [b'-', rest @ ..] => (&b"-"[..], rest),
        [b'+', rest @ ..] => (&b""[..], rest),
        _ => (&b""[..], text),
    };
    let point = rest.iter().position(|&byte| byte == b'.');
    let (whole, fraction) = match point {
        Some(point) => (&rest[..point], &rest[point + 1..]),
        None => (rest, &b""[..]),
    };
    let is_number =
        whole.len() + fraction.len() > 0 && whole.iter().chain(fraction).all(u8::is_ascii_digit);
    if !is_number {
        return None;
    }
    let zeros = whole.iter().take_while(|&&byte| byte == b'0').count();
    let whole = &whole[zeros.min(whole.len().saturating_sub(1))..];
    let decimals = fraction.iter().rposition(|&byte| byte != b'0');
    let fraction = &fraction[..decimals.map_or(0, |last| last + 1)];
    let whole = if whole.is_empty() { b"0" } else { whole };
    let point: &[u8] = if fraction.is_empty() { b"" } else { b"." };
    Some([sign, whole, point, fraction].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_named_as_in_sql() {
        let decimal =
            |digits, scale| Chosen::Plain(ColumnType::decimal(digits, scale, Form::PLAIN));
        for (text, expected) in [
            (
                "bigint",
                Some(Chosen::Plain(ColumnType::BigInt { form: Form::PLAIN })),
            ),
            (" Text ", Some(Chosen::Plain(ColumnType::Text))),
            ("decimal", Some(Chosen::Decimal)),
            ("Decimal( 10 , 2 )", Some(decimal(18, 2))),
            ("decimal(38,18)", Some(decimal(38, 18))),
            ("decimal(9)", Some(decimal(9, 0))),
            ("timestamp", Some(Chosen::Timestamp)),
            ("decimal(2,3)", None),
            ("decimal(38,19)", None),
            ("decimal(0,0)", None),
            ("decimal(39,1)", None),
            ("decimal(a,b)", None),
            ("int", None),
            ("", None),
        ] {
            assert_eq!(Chosen::parse(text).ok(), expected, "{text}");
        }
    }

    #[test]
    fn every_type_of_a_receipt_is_known_again() {
        for column_type in [
            ColumnType::Boolean,
            ColumnType::BigInt { form: Form::PLAIN },
            ColumnType::decimal(4, 2, Form::PLAIN),
            ColumnType::decimal(18, 2, Form::PLAIN),
            ColumnType::decimal(38, 18, Form::PLAIN),
            ColumnType::Double { form: Form::PLAIN },
            ColumnType::Date(DateForm::of_pattern("%d/%m/%Y").unwrap()),
            ColumnType::Time,
            ColumnType::Timestamp {
                form: DateForm::of_pattern("%m.%d.%Y").unwrap(),
                has_offset: false,
            },
            ColumnType::Text,
        ] {
            let format = column_type.format();
            assert_eq!(
                ColumnType::of_receipt(&column_type.sql(), format.as_deref()),
                Some(column_type)
            );
        }
        assert_eq!(ColumnType::of_receipt("INTERVAL", None), None);
    }

    #[test]
    fn the_same_value_is_written_as_its_type_has_it() {
        let date = ColumnType::Date(DateForm::ISO);
        let moment = ColumnType::Timestamp {
            form: DateForm::ISO,
            has_offset: false,
        };
        for (text, column_type, expected) in [
            ("007", ColumnType::BigInt { form: Form::PLAIN }, Some("7")),
            ("000", ColumnType::BigInt { form: Form::PLAIN }, Some("0")),
            (
                "-007.00",
                ColumnType::BigInt { form: Form::PLAIN },
                Some("-7"),
            ),
            (
                "+.50",
                ColumnType::Double { form: Form::PLAIN },
                Some("0.5"),
            ),
            ("7", ColumnType::BigInt { form: Form::PLAIN }, None),
            ("1e5", ColumnType::BigInt { form: Form::PLAIN }, None),
            (".", ColumnType::BigInt { form: Form::PLAIN }, None),
            ("+", ColumnType::BigInt { form: Form::PLAIN }, None),
            ("Yes", ColumnType::Boolean, Some("true")),
            ("0", ColumnType::Boolean, Some("false")),
            ("2", ColumnType::Boolean, None),
            ("2024-01-31T00:00:00.0", date, Some("2024-01-31")),
            ("2024-01-31 00:01", date, None),
            ("2024-01-31", moment, Some("2024-01-31 00:00")),
            ("x", ColumnType::Text, None),
        ] {
            let same = same_value(text.as_bytes(), column_type);
            assert_eq!(same.as_deref(), expected.map(str::as_bytes), "{text}");
        }
    }
}
