//! Which of DuckDB's functions a statement may call.
//!
//! The lists name every function of the DuckDB that this crate is built with; a test holds them against its catalogue,
//! so that a new version cannot bring a function nobody has looked at. Those that compute from their arguments alone
//! are allowed. Refused are those that read files, that tell about the machine, the settings or other statements, that
//! run SQL given as text, that wait, and DuckDB's own building blocks, which trust their arguments.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Scalar, aggregate and window functions and macros that a statement may call.
const ALLOWED: &str = include_str!("functions_allowed.txt");

/// Scalar, aggregate and window functions and macros that it may not call.
const REFUSED: &str = include_str!("functions_refused.txt");

/// Functions that may stand in FROM.
const ALLOWED_TABLES: &[&str] = &[
    "generate_series",
    "json_each",
    "json_tree",
    "range",
    "repeat",
    "repeat_row",
    "unnest",
    "regexp_split_to_table",
    "generate_subscripts",
];

/// What is decided about a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It may be called.
    Allowed,
    /// It may not be called.
    Refused,
    /// DuckDB has no such function and will say so.
    Unknown,
}

/// What is decided about a function of an expression.
pub(super) fn scalar(name: &str) -> Verdict {
    static ALLOWED_SET: LazyLock<HashSet<&str>> = LazyLock::new(|| ALLOWED.lines().collect());
    static REFUSED_SET: LazyLock<HashSet<&str>> = LazyLock::new(|| REFUSED.lines().collect());
    let name = name.to_ascii_lowercase();
    if ALLOWED_SET.contains(name.as_str()) {
        Verdict::Allowed
    } else if REFUSED_SET.contains(name.as_str())
        || [
            "__internal",
            "duckdb_",
            "pg_",
            "pragma_",
            "read_",
            "parquet_",
        ]
        .iter()
        .any(|prefix| name.starts_with(prefix))
    {
        Verdict::Refused
    } else {
        Verdict::Unknown
    }
}

/// Whether a function may stand in FROM; unlike in expressions, what is unknown is refused.
pub(super) fn table(name: &str) -> bool {
    ALLOWED_TABLES.contains(&name.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_of_this_duckdb_was_looked_at() {
        let connection = duckdb::Connection::open_in_memory().unwrap();
        let mut statement = connection
            .prepare(
                "select distinct lower(function_name) from duckdb_functions() \
                 where function_type in ('scalar', 'aggregate', 'window', 'macro') order by 1",
            )
            .unwrap();
        let names: Vec<String> = statement
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        assert!(names.len() > 700);
        let unknown: Vec<_> = names
            .iter()
            .filter(|name| scalar(name) == Verdict::Unknown)
            .collect();
        assert_eq!(unknown, Vec::<&String>::new());
        let known: HashSet<_> = names.iter().map(String::as_str).collect();
        let gone: Vec<_> = ALLOWED
            .lines()
            .filter(|name| !known.contains(name))
            .collect();
        assert_eq!(gone, Vec::<&str>::new(), "allowed, but not in this DuckDB");
    }

    #[test]
    fn both_lists_are_sorted_and_apart() {
        for list in [ALLOWED, REFUSED] {
            let lines: Vec<_> = list.lines().collect();
            assert!(lines.is_sorted());
        }
        assert_eq!(
            ALLOWED
                .lines()
                .filter(|name| REFUSED.lines().any(|other| other == *name))
                .count(),
            0
        );
    }
}
