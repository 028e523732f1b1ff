//! What a person should know about a result before believing it: joins that lose or multiply rows, cells that are missing
//! from a number, and the filter that left nothing.

use std::time::Duration;

use buzz_ingest::Cancel;
use buzz_query::{Engine, RunOptions};
use jiff::civil::DateTime;

use crate::context::DatasetContext;
use crate::health::{self, HealthFacts};

/// A look at one statement.
pub(super) struct Checkup<'a> {
    pub(super) engine: &'a Engine,
    pub(super) sql: &'a str,
    pub(super) now: DateTime,
    /// The time that each check may take.
    pub(super) time: Duration,
    pub(super) cancel: &'a Cancel,
}

impl Checkup<'_> {
    fn options(&self) -> RunOptions {
        RunOptions {
            timeout: Some(self.time),
            max_rows: None,
            now: Some(self.now),
        }
    }

    /// What the joins of the statement lose or multiply, one sentence each.
    pub(super) fn joins(&self) -> Vec<String> {
        match self
            .engine
            .join_health(self.sql, &self.options(), self.cancel)
        {
            Ok(joins) => joins.iter().flat_map(|join| join.sentences()).collect(),
            Err(error) => self.could_not("the joins", &error),
        }
    }

    /// Which cells of the columns that the statement uses are missing or could not be read, one sentence each.
    pub(super) fn missing(&self, datasets: &[(DatasetContext, u64)]) -> Vec<String> {
        let facts: Vec<HealthFacts<'_>> = datasets
            .iter()
            .map(|(dataset, rows_set_aside)| HealthFacts {
                dataset,
                rows_set_aside: *rows_set_aside,
            })
            .collect();
        health::notes(self.engine, self.sql, &facts)
            .into_iter()
            .map(|note| note.message)
            .collect()
    }

    /// Why the statement gives no rows, where a filter can be named.
    pub(super) fn emptiness(&self) -> Vec<String> {
        match self
            .engine
            .why_empty(self.sql, &self.options(), self.cancel)
        {
            Ok(diagnosis) => diagnosis
                .iter()
                .map(|diagnosis| diagnosis.sentence())
                .collect(),
            Err(error) => self.could_not("the filters", &error),
        }
    }

    /// A check that fails says nothing about the result, so the result is shown without it.
    fn could_not(&self, what: &str, error: &buzz_query::Error) -> Vec<String> {
        tracing::debug!(%error, what, "a check could not be made");
        Vec::new()
    }
}
