//! The rows of a table in another order, or only some of them, without any SQL from outside.
//!
//! What a person asks for with clicks is an [`Arrangement`]: columns by their place, conditions as values. It becomes SQL
//! here, with names quoted and every value either checked digit by digit or quoted, so that neither a column's name nor a
//! cell can be anything but data.

use std::ops::Range;
use std::time::Duration;

use arrow::array::{Array, cast::AsArray};
use arrow::datatypes::Int64Type;
use jiff::civil::{Date, DateTime, Time};

use crate::engine::Numbered;
use crate::export::display_value;
use crate::{Cancel, Column, Engine, Error, Rows, RunOptions, quote_identifier, quote_text};

/// Digits that a number in a condition may have: those of the widest DECIMAL.
const MOST_DIGITS: usize = 38;

/// Which rows of a table are wanted, and in which order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arrangement {
    /// What the rows are sorted by, the most important first; rows that are alike stay in the order of the file.
    pub sort: Vec<SortKey>,
    /// What is true for every row that is wanted.
    pub filters: Vec<Filter>,
}

/// A column to sort by. Rows without a value come last either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SortKey {
    /// The place of the column.
    pub column: usize,
    /// Whether the largest comes first.
    pub descending: bool,
}

/// A condition on one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// The place of the column.
    pub column: usize,
    /// What its cells have to be.
    pub condition: Condition,
}

/// What a cell has to be. Values are texts as a CSV export writes them (`12.50`, `2026-01-31`); NULL is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// It is one of these.
    OneOf(Vec<Option<String>>),
    /// It is none of these.
    NoneOf(Vec<Option<String>>),
    /// Its text has this in it, letter case aside.
    Contains(String),
    /// Its text does not have this in it, letter case aside; cells without a value are among these.
    Lacks(String),
    /// Its text begins with this, letter case aside.
    StartsWith(String),
    /// It is this.
    Equal(String),
    /// It is something else, or has no value.
    Other(String),
    /// It is less than this.
    Less(String),
    /// It is this or less.
    AtMost(String),
    /// It is greater than this.
    Greater(String),
    /// It is this or greater.
    AtLeast(String),
    /// It is one of the two or lies between them.
    Between(String, String),
    /// It has no value.
    IsNull,
    /// It has a value.
    IsNotNull,
}

/// A value of a column and the rows that have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueCount {
    /// The value as text, as a CSV export writes it; `None` for NULL.
    pub value: Option<String>,
    /// Rows that have it.
    pub rows: u64,
}

/// The most frequent values of a column, asked for with [`Engine::frequent`].
#[derive(Debug, Clone, Default)]
pub struct Frequent {
    /// The place of the column.
    pub column: usize,
    /// What is true for the rows that are counted.
    pub filters: Vec<Filter>,
    /// Only values whose text has this in it, letter case aside.
    pub containing: Option<String>,
    /// Values at most.
    pub limit: usize,
    /// The time that it may take.
    pub timeout: Option<Duration>,
}

impl Engine {
    /// The rows of a table that are wanted, in their order; behind its columns stands one more, the number of the row in
    /// the table, counted from 1.
    ///
    /// # Errors
    /// [`Error::Condition`] where a value is none of the column's type, [`Error::NoSuchTable`], [`Error::Internal`] where
    /// a column is not there, and those of reading.
    pub fn arrange(
        &self,
        table: &str,
        arrangement: &Arrangement,
        cancel: &Cancel,
    ) -> Result<Rows, Error> {
        let columns = self.columns(table)?;
        let Numbered {
            from, number, all, ..
        } = self.numbered(table, &columns)?;
        let mut statement = format!("SELECT {all}, {number} + 1 AS \"row\" FROM {from}");
        statement.push_str(&restriction(&columns, &arrangement.filters)?);
        if !arrangement.sort.is_empty() {
            let keys = arrangement.sort.iter().map(|key| {
                let column = column_at(&columns, key.column)?;
                let direction = if key.descending { "DESC" } else { "ASC" };
                Ok(format!("{} {direction} NULLS LAST", order(column)))
            });
            let keys = keys.collect::<Result<Vec<_>, Error>>()?;
            statement.push_str(&format!(" ORDER BY {}, {number}", keys.join(", ")));
        }
        self.run(statement, &RunOptions::default(), cancel)
    }

    /// The most frequent values of a column and, last, whether there are more than these.
    ///
    /// # Errors
    /// As [`Engine::arrange`], and [`Error::TimedOut`].
    pub fn frequent(
        &self,
        table: &str,
        wanted: &Frequent,
        cancel: &Cancel,
    ) -> Result<(Vec<ValueCount>, bool), Error> {
        let columns = self.columns(table)?;
        let name = quote_identifier(&column_at(&columns, wanted.column)?.name);
        let mut filters = wanted.filters.clone();
        filters.extend(wanted.containing.clone().map(|text| Filter {
            column: wanted.column,
            condition: Condition::Contains(text),
        }));
        let Numbered { from, .. } = self.numbered(table, &columns)?;
        let statement = format!(
            "SELECT {name}, count(*) FROM {from}{} GROUP BY 1 ORDER BY 2 DESC, 1 NULLS FIRST LIMIT {}",
            restriction(&columns, &filters)?,
            wanted.limit + 1
        );
        let run = RunOptions {
            timeout: wanted.timeout,
            ..RunOptions::default()
        };
        let mut values = Vec::new();
        for batch in self.run(statement, &run, cancel)? {
            let batch = batch?;
            let (cells, counts) = (batch.column(0), batch.column(1).as_primitive::<Int64Type>());
            for row in 0..batch.num_rows() {
                let value = if cells.is_null(row) {
                    None
                } else {
                    let mut text = String::new();
                    display_value(cells.as_ref(), row, &mut text)?;
                    Some(text)
                };
                values.push(ValueCount {
                    value,
                    rows: counts.value(row).unsigned_abs(),
                });
            }
        }
        let more = values.len() > wanted.limit;
        values.truncate(wanted.limit);
        Ok((values, more))
    }

    /// Some columns of some rows of a table, in the order of the file; rows are counted from 0.
    ///
    /// # Errors
    /// As [`Engine::arrange`].
    pub fn part(
        &self,
        table: &str,
        places: &[usize],
        rows: Range<u64>,
        cancel: &Cancel,
    ) -> Result<Rows, Error> {
        let columns = self.columns(table)?;
        let names = places
            .iter()
            .map(|&place| Ok(quote_identifier(&column_at(&columns, place)?.name)))
            .collect::<Result<Vec<_>, Error>>()?;
        let Numbered { from, number, .. } = self.numbered(table, &columns)?;
        let statement = format!(
            "SELECT {} FROM {from} WHERE {number} >= {} AND {number} < {}",
            names.join(", "),
            rows.start,
            rows.end
        );
        self.run(statement, &RunOptions::default(), cancel)
    }
}

fn column_at(columns: &[Column], place: usize) -> Result<&Column, Error> {
    columns
        .get(place)
        .ok_or_else(|| Error::Internal(format!("there is no column {place} here")))
}

/// What a column is sorted by: text as people sort it, letter case and accents aside.
fn order(column: &Column) -> String {
    let name = quote_identifier(&column.name);
    match Kind::of(&column.sql_type) {
        Kind::Text => format!("{name} COLLATE NOCASE.NOACCENT"),
        _ => name,
    }
}

/// The WHERE of a statement, with a space before it; empty where every row is wanted.
fn restriction(columns: &[Column], filters: &[Filter]) -> Result<String, Error> {
    if filters.is_empty() {
        return Ok(String::new());
    }
    let all = filters
        .iter()
        .map(|filter| {
            predicate(column_at(columns, filter.column)?, &filter.condition)
                .map(|sql| format!("({sql})"))
        })
        .collect::<Result<Vec<_>, Error>>()?;
    Ok(format!(" WHERE {}", all.join(" AND ")))
}

/// What a type is to a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Text,
    Date,
    Time,
    Timestamp,
    Truth,
    /// What has no literals that a person would type.
    Nested,
}

impl Kind {
    fn of(sql_type: &str) -> Self {
        let base = sql_type.split('(').next().unwrap_or_default();
        match base {
            "TINYINT" | "SMALLINT" | "INTEGER" | "BIGINT" | "HUGEINT" | "UTINYINT"
            | "USMALLINT" | "UINTEGER" | "UBIGINT" | "FLOAT" | "DOUBLE" | "DECIMAL"
                if !sql_type.ends_with(']') =>
            {
                Self::Number
            }
            "VARCHAR" => Self::Text,
            "DATE" => Self::Date,
            "TIME" => Self::Time,
            "TIMESTAMP" => Self::Timestamp,
            "BOOLEAN" => Self::Truth,
            _ => Self::Nested,
        }
    }
}

/// The condition as SQL that is true or not; NULL counts as not.
fn predicate(column: &Column, condition: &Condition) -> Result<String, Error> {
    let name = quote_identifier(&column.name);
    let kind = Kind::of(&column.sql_type);
    let text = if kind == Kind::Text {
        name.clone()
    } else {
        format!("CAST({name} AS VARCHAR)")
    };
    let compared = |sign: &str, value: &str| {
        literal(column, kind, value).map(|literal| format!("{name} {sign} {literal}"))
    };
    Ok(match condition {
        Condition::OneOf(values) => one_of(column, kind, values),
        Condition::NoneOf(values) => {
            format!("NOT coalesce({}, false)", one_of(column, kind, values))
        }
        Condition::Contains(part) => {
            format!("contains(lower({text}), lower({}))", quote_text(part))
        }
        Condition::Lacks(part) => format!(
            "NOT coalesce(contains(lower({text}), lower({})), false)",
            quote_text(part)
        ),
        Condition::StartsWith(part) => {
            format!("starts_with(lower({text}), lower({}))", quote_text(part))
        }
        Condition::IsNull => format!("{name} IS NULL"),
        Condition::IsNotNull => format!("{name} IS NOT NULL"),
        // A day is all of it where moments are compared with one.
        Condition::Equal(value) => match day(kind, value) {
            Some(day) => format!("{name} >= {day} AND {name} < {day} + INTERVAL 1 DAY"),
            None => compared("=", value)?,
        },
        Condition::Other(value) => match day(kind, value) {
            Some(day) => {
                format!("NOT coalesce({name} >= {day} AND {name} < {day} + INTERVAL 1 DAY, false)")
            }
            None => compared("IS DISTINCT FROM", value)?,
        },
        Condition::Less(value) => compared("<", value)?,
        Condition::AtLeast(value) => compared(">=", value)?,
        Condition::AtMost(value) => match day(kind, value) {
            Some(day) => format!("{name} < {day} + INTERVAL 1 DAY"),
            None => compared("<=", value)?,
        },
        Condition::Greater(value) => match day(kind, value) {
            Some(day) => format!("{name} >= {day} + INTERVAL 1 DAY"),
            None => compared(">", value)?,
        },
        Condition::Between(from, to) => {
            let least = predicate(column, &Condition::AtLeast(from.clone()))?;
            let most = predicate(column, &Condition::AtMost(to.clone()))?;
            format!("{least} AND {most}")
        }
    })
}

/// That a cell is one of these values, which are texts of cells of this column.
fn one_of(column: &Column, kind: Kind, values: &[Option<String>]) -> String {
    let name = quote_identifier(&column.name);
    let mut parts = Vec::new();
    let literals: Vec<String> = values
        .iter()
        .flatten()
        .map(|value| match kind {
            Kind::Text | Kind::Nested => quote_text(value),
            // What is no value of the type is in no cell.
            _ => format!("TRY_CAST({} AS {})", quote_text(value), column.sql_type),
        })
        .collect();
    if !literals.is_empty() {
        let cell = if kind == Kind::Nested {
            format!("CAST({name} AS VARCHAR)")
        } else {
            name.clone()
        };
        parts.push(format!("{cell} IN ({})", literals.join(", ")));
    }
    if values.iter().any(Option::is_none) {
        parts.push(format!("{name} IS NULL"));
    }
    if parts.is_empty() {
        return "false".to_owned();
    }
    parts.join(" OR ")
}

/// The day as SQL, where moments are compared with a day.
fn day(kind: Kind, value: &str) -> Option<String> {
    (kind == Kind::Timestamp)
        .then(|| value.trim().parse::<Date>().ok())
        .flatten()
        .filter(|_| !value.contains(':'))
        .map(|day| format!("TIMESTAMP '{day} 00:00:00'"))
}

/// A value that a person typed as a literal of the column's kind.
fn literal(column: &Column, kind: Kind, value: &str) -> Result<String, Error> {
    let wrong = |what: &str| {
        Error::Condition(format!(
            "{value:?} is no {what}, and the column {:?} holds nothing else: change the condition",
            column.name
        ))
    };
    let trimmed = value.trim();
    match kind {
        Kind::Text => Ok(quote_text(value)),
        Kind::Number => {
            let digits = trimmed.bytes().filter(u8::is_ascii_digit).count();
            if !is_number(trimmed) || digits > MOST_DIGITS {
                return Err(wrong("number"));
            }
            Ok(format!("({trimmed})"))
        }
        Kind::Date => (trimmed.parse::<Date>().ok())
            .filter(|_| !trimmed.contains(':'))
            .map(|day| format!("DATE '{day}'"))
            .ok_or_else(|| wrong("date")),
        Kind::Time => (trimmed.parse::<Time>())
            .map(|time| format!("TIME '{time}'"))
            .map_err(|_| wrong("time of day")),
        Kind::Timestamp => (trimmed.parse::<DateTime>())
            .map(|moment| format!("TIMESTAMP '{} {}'", moment.date(), moment.time()))
            .map_err(|_| wrong("date and time")),
        Kind::Truth => match trimmed.to_ascii_lowercase().as_str() {
            "true" => Ok("true".to_owned()),
            "false" => Ok("false".to_owned()),
            _ => Err(wrong("true or false")),
        },
        Kind::Nested => Err(Error::Condition(format!(
            "the column {:?} holds lists or other values that cannot be compared: look for a part of their text instead",
            column.name
        ))),
    }
}

/// Whether the text is a number as SQL writes it: `12`, `-0.5`, `1e6`.
fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| {
            let bare = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
            !bare.is_empty() && bare.len() <= 3 && digits(bare)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sql(sql_type: &str, condition: Condition) -> Result<String, String> {
        let column = Column {
            name: "a \"b\"".to_owned(),
            sql_type: sql_type.to_owned(),
        };
        predicate(&column, &condition).map_err(|error| error.to_string())
    }

    #[test]
    fn names_and_values_are_quoted_whatever_they_are() {
        let nasty = "x' OR true; DROP VIEW sales; --".to_owned();
        assert_eq!(
            sql("VARCHAR", Condition::Equal(nasty.clone())).unwrap(),
            "\"a \"\"b\"\"\" = 'x'' OR true; DROP VIEW sales; --'"
        );
        assert_eq!(
            sql("BIGINT", Condition::OneOf(vec![Some(nasty.clone()), None])).unwrap(),
            "\"a \"\"b\"\"\" IN (TRY_CAST('x'' OR true; DROP VIEW sales; --' AS BIGINT)) OR \"a \"\"b\"\"\" IS NULL"
        );
        for sql_type in [
            "BIGINT",
            "DECIMAL(9,2)",
            "DOUBLE",
            "DATE",
            "TIME",
            "TIMESTAMP",
            "BOOLEAN",
            "INTEGER[]",
        ] {
            for condition in [
                Condition::Equal(nasty.clone()),
                Condition::Other(nasty.clone()),
                Condition::Less(nasty.clone()),
                Condition::Between("1".to_owned(), nasty.clone()),
            ] {
                let error = sql(sql_type, condition).unwrap_err();
                assert!(error.contains("a \\\"b\\\""), "{error}");
            }
        }
    }

    #[test]
    fn numbers_are_read_digit_by_digit() {
        for good in ["0", "12", "-12.50", "+.5", "5.", "1e6", "1.5E-3"] {
            assert!(is_number(good), "{good}");
        }
        for bad in [
            "", "-", ".", "1,5", "1 2", "0x10", "1e", "1e9999", "inf", "nan", "1_000", "--1",
        ] {
            assert!(!is_number(bad), "{bad}");
        }
        assert!(sql("BIGINT", Condition::Equal("1".repeat(39))).is_err());
    }

    #[test]
    fn a_moment_is_on_a_day() {
        let moment = sql("TIMESTAMP", Condition::Equal("2026-03-14".to_owned())).unwrap();
        assert!(moment.contains("INTERVAL 1 DAY"), "{moment}");
        let exact = sql("TIMESTAMP", Condition::Equal("2026-03-14 05:17".to_owned())).unwrap();
        assert!(
            exact.ends_with("= TIMESTAMP '2026-03-14 05:17:00'"),
            "{exact}"
        );
        assert!(sql("DATE", Condition::Equal("2026-02-30".to_owned())).is_err());
        assert!(sql("DATE", Condition::Less("14.3.2026".to_owned())).is_err());
    }
}
