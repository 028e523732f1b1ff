//! Which columns are likely to join two datasets.

use std::time::{Duration, Instant};

use crate::{Cancel, Engine, Error, RunOptions, fold, quote_identifier};

/// A column that may be a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyColumn {
    /// The dataset's name.
    pub table: String,
    /// The column's name.
    pub column: String,
    /// Its SQL type.
    pub sql_type: String,
    /// Its distinct values, where a profile tells.
    pub distinct: Option<u64>,
}

/// Two columns that are likely to join their datasets.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct LikelyKey {
    /// The dataset with more distinct values in the sample's place, and its column.
    pub left: (String, String),
    /// The other dataset and its column.
    pub right: (String, String),
    /// The share of up to a thousand distinct values of the left column that the right one has.
    pub overlap: f64,
    /// Whether each value of the left column stands in one row, as far as its number of distinct values tells.
    pub left_unique: bool,
    /// The same of the right column.
    pub right_unique: bool,
    /// How alike the names are and how much the values overlap, from 0 to 1.
    pub score: f64,
}

/// Pairs of columns whose values are compared.
const MOST_PAIRS: usize = 24;
/// Distinct values of one column that are looked for in the other.
const SAMPLE: u32 = 1_000;
/// What fewer of them does not make a key.
const LEAST_OVERLAP: f64 = 0.2;

impl Engine {
    /// Finds columns of two datasets each that are likely to be keys for a join: of like names, of types that compare, and
    /// with values in common; the likeliest first. It takes at most `time`, and nearly none when the same columns are
    /// asked about again: the files of an engine do not change. What there was no time for is not looked for again.
    ///
    /// # Errors
    /// [`Error::Cancelled`], and [`Error::NoSuchTable`] for a dataset that is not in scope.
    pub fn likely_keys(
        &self,
        columns: &[KeyColumn],
        time: Duration,
        cancel: &Cancel,
    ) -> Result<Vec<LikelyKey>, Error> {
        if let Some(known) = self.known_keys(columns) {
            return Ok(known);
        }
        let begun = Instant::now();
        let mut pairs: Vec<(f64, &KeyColumn, &KeyColumn)> = Vec::new();
        for (index, a) in columns.iter().enumerate() {
            for b in &columns[index + 1..] {
                if a.table == b.table
                    || kind(&a.sql_type) != kind(&b.sql_type)
                    || kind(&a.sql_type).is_none()
                {
                    continue;
                }
                let alike = likeness(a, b);
                if alike > 0.0 {
                    pairs.push((alike, a, b));
                }
            }
        }
        pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
        pairs.truncate(MOST_PAIRS);
        let mut found = Vec::new();
        for (alike, a, b) in pairs {
            // The column with fewer values is the one to be looked up.
            let (a, b) = if a.distinct.unwrap_or(0) <= b.distinct.unwrap_or(0) {
                (a, b)
            } else {
                (b, a)
            };
            let left = time.saturating_sub(begun.elapsed());
            if left.is_zero() {
                break;
            }
            let run = RunOptions {
                timeout: Some(left),
                ..RunOptions::default()
            };
            let numbers = match self.numbers(&overlap_sql(a, b), &run, cancel) {
                Ok(numbers) => numbers,
                Err(Error::Cancelled) => return Err(Error::Cancelled),
                Err(Error::TimedOut { .. }) => break,
                // Columns whose values cannot be compared are no keys.
                Err(Error::Sql(_)) => continue,
                Err(error) => return Err(error),
            };
            let [
                Some(sampled),
                Some(shared),
                Some(a_rows),
                Some(a_distinct),
                Some(b_rows),
                Some(b_distinct),
            ] = numbers[..]
            else {
                continue;
            };
            let overlap = shared as f64 / sampled.max(1) as f64;
            if sampled == 0 || overlap < LEAST_OVERLAP {
                continue;
            }
            // The number of distinct values is estimated, within a few in a hundred.
            let unique = |rows: u64, distinct: u64| distinct as f64 >= rows as f64 * 0.95;
            found.push(LikelyKey {
                left: (a.table.clone(), a.column.clone()),
                right: (b.table.clone(), b.column.clone()),
                overlap,
                left_unique: unique(a_rows, a_distinct),
                right_unique: unique(b_rows, b_distinct),
                score: alike.mul_add(0.5, overlap * 0.5),
            });
        }
        found.sort_by(|a, b| b.score.total_cmp(&a.score));
        self.keep_keys(columns, &found);
        Ok(found)
    }
}

fn overlap_sql(a: &KeyColumn, b: &KeyColumn) -> String {
    let (a_table, a_column) = (quote_identifier(&a.table), quote_identifier(&a.column));
    let (b_table, b_column) = (quote_identifier(&b.table), quote_identifier(&b.column));
    let distinct = |key: &KeyColumn, column: &str| match key.distinct {
        Some(distinct) => distinct.to_string(),
        None => format!("approx_count_distinct({column})"),
    };
    let (a_distinct, b_distinct) = (distinct(a, &a_column), distinct(b, &b_column));
    // Texts are compared as a join would compare them, but for nothing else: `a ` and `a` are two.
    format!(
        "WITH s AS MATERIALIZED (SELECT DISTINCT {a_column} AS v FROM main.{a_table} WHERE {a_column} IS NOT NULL LIMIT {SAMPLE}), \
         a AS (SELECT count({a_column}) AS n, {a_distinct} AS d FROM main.{a_table}), \
         b AS (SELECT count({b_column}) AS n, {b_distinct} AS d FROM main.{b_table}) \
         SELECT (SELECT count(*) FROM s), \
         (SELECT count(DISTINCT {b_column}) FROM main.{b_table} WHERE {b_column} IN (SELECT v FROM s)), \
         (SELECT n FROM a), (SELECT d FROM a), (SELECT n FROM b), (SELECT d FROM b)"
    )
}

/// The kind of types that compare with each other; `None` for types that are no keys.
fn kind(sql_type: &str) -> Option<u8> {
    match sql_type.split('(').next().unwrap_or_default() {
        "VARCHAR" => Some(0),
        "TINYINT" | "SMALLINT" | "INTEGER" | "BIGINT" | "HUGEINT" | "UTINYINT" | "USMALLINT"
        | "UINTEGER" | "UBIGINT" => Some(1),
        "DATE" => Some(2),
        "UUID" => Some(3),
        _ => None,
    }
}

/// How alike the names of two columns are, from 0 to 1; a key is often called after the dataset that it leads to.
fn likeness(a: &KeyColumn, b: &KeyColumn) -> f64 {
    let (x, y) = (words(&a.column), words(&b.column));
    if x == y {
        // `id` on both sides is as often two different ids.
        let says_nothing = x.len() == 1
            && ["id", "name", "nr", "no", "key", "code", "date", "type"].contains(&x[0].as_str());
        return if says_nothing { 0.5 } else { 1.0 };
    }
    let leads_to = |from: &[String], table: &str, to: &[String]| {
        let table: Vec<String> = words(table)
            .iter()
            .map(|word| singular(word).to_owned())
            .collect();
        let from: Vec<&str> = from.iter().map(|word| singular(word)).collect();
        let last = to.len() == 1;
        // `customer_id` leads to the `id` of customers, and `customer` to their `id`, `name` or `customer`.
        last && table.iter().any(|word| from.contains(&word.as_str()))
    };
    if leads_to(&x, &b.table, &y) || leads_to(&y, &a.table, &x) {
        return 0.9;
    }
    let common = x.iter().filter(|word| y.contains(word)).count();
    let telling = x
        .iter()
        .any(|word| y.contains(word) && word.len() > 2 && word != "name" && word != "date");
    if telling {
        return 0.4 + 0.4 * common as f64 / x.len().max(y.len()) as f64;
    }
    let (x, y) = (x.concat(), y.concat());
    if x == y || x.len().min(y.len()) > 3 && (x.starts_with(&y) || y.starts_with(&x)) {
        return 0.6;
    }
    0.0
}

/// The words of a name: parted by anything but letters and digits, and where a capital follows a small letter.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut was_small = false;
    for c in name.chars() {
        let is_between = !c.is_alphanumeric() || c.is_uppercase() && was_small;
        if is_between && !word.is_empty() {
            words.push(fold(&word));
            word.clear();
        }
        if c.is_alphanumeric() {
            word.push(c);
        }
        was_small = c.is_lowercase();
    }
    if !word.is_empty() {
        words.push(fold(&word));
    }
    words
}

fn singular(word: &str) -> &str {
    if word.len() > 3 {
        word.strip_suffix('s').unwrap_or(word)
    } else {
        word
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(table: &str, column: &str) -> KeyColumn {
        KeyColumn {
            table: table.to_owned(),
            column: column.to_owned(),
            sql_type: "BIGINT".to_owned(),
            distinct: None,
        }
    }

    #[test]
    fn names_of_keys_are_alike() {
        let alike =
            |a: (&str, &str), b: (&str, &str)| likeness(&column(a.0, a.1), &column(b.0, b.1));
        assert_eq!(
            alike(("orders", "customer_id"), ("payments", "customer_id")),
            1.0
        );
        assert_eq!(
            alike(("orders", "CustomerID"), ("payments", "customer id")),
            1.0
        );
        assert_eq!(alike(("orders", "customer_id"), ("Customers", "id")), 0.9);
        assert_eq!(alike(("flights", "carrier"), ("carriers", "code")), 0.9);
        assert!(alike(("orders", "id"), ("payments", "id")) < 0.6);
        assert_eq!(alike(("orders", "amount"), ("customers", "city")), 0.0);
    }
}
