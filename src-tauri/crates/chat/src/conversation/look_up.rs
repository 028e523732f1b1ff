//! Which cells the words of a question mean.

use std::sync::Arc;

use buzz_query::{Lookup, MatchKind, Place};
use serde_json::{Value, json};

use super::{FoundCells, Stopped, Turn};
use crate::matches::{self, Claimed, Matched};
use crate::scope::Scope;
use crate::tools::FindValues;

/// Cells that `find_values` gives of one word.
const CELLS_OF_A_WORD: usize = 25;
/// Words whose cells are counted for one answer.
const MATCHES: usize = 12;

impl Turn<'_> {
    /// Looks words up in the cells; gives what was found, and what the model is told.
    pub(super) async fn find_values(
        &mut self,
        input: &Value,
    ) -> Result<Result<(Value, String), String>, Stopped> {
        let asked = match FindValues::parse(input) {
            Ok(asked) => asked,
            Err(wrong) => return Ok(Err(wrong)),
        };
        let place = |table: &str| Place {
            table: table.to_owned(),
            column: asked.column.clone(),
        };
        let lookup = Lookup {
            words: asked.words.clone(),
            // Of tables and columns that hold back their cells the engine of values knows nothing.
            places: self
                .ask
                .datasets
                .iter()
                .filter(|dataset| {
                    asked
                        .dataset
                        .as_ref()
                        .is_none_or(|name| dataset.name.eq_ignore_ascii_case(name))
                })
                .filter(|dataset| {
                    let exposure = &self.scope.exposures()[&dataset.id];
                    exposure.looks_up(asked.column.as_deref())
                })
                .map(|dataset| place(&dataset.name))
                .collect(),
            limit: CELLS_OF_A_WORD,
            timeout: self.ask.limits.check_time,
        };
        if lookup.places.is_empty() {
            return Ok(Err(
                "there is no such table or column whose cells can be looked up".to_owned(),
            ));
        }
        let (scope, vocabulary, cancel) = (
            Arc::clone(&self.scope),
            Arc::clone(&self.ask.vocabulary),
            self.cancel.clone(),
        );
        let found = self
            .blocking(move || {
                let Some(engine) = scope.values()? else {
                    return Ok(None);
                };
                vocabulary.find(&engine, &lookup, &cancel).map(Some)
            })
            .await?;
        let found = match found {
            Ok(Some(found)) => found,
            Ok(None) => return Ok(Err("no cells can be looked up".to_owned())),
            Err(error) => return Ok(Err(error.to_string())),
        };
        for found in &found.matches {
            // Only what really resembles the word explains what it was taken to mean.
            let same = |known: &&mut FoundCells| {
                known.word == found.word
                    && known.dataset == found.table
                    && known.column == found.column
            };
            match self.found.iter_mut().find(same) {
                Some(known) => known.values.push(found.value.clone()),
                None => self.found.push(FoundCells {
                    word: found.word.clone(),
                    dataset: found.table.clone(),
                    column: found.column.clone(),
                    values: vec![found.value.clone()],
                }),
            }
        }
        let cells: Vec<Value> = found
            .matches
            .iter()
            .map(|found| {
                json!({
                    "word": found.word, "dataset": found.table, "column": found.column,
                    "value": found.value, "rows": found.count, "match": kind_name(found.kind),
                })
            })
            .collect();
        let mut told = json!({ "values": cells });
        if cells.is_empty() {
            told["note"] = json!(
                "no cell resembles these words: the data may use other words for the same thing; look at its distinct values"
            );
        }
        if !found.incomplete.is_empty() {
            told["incomplete"] = json!(found.incomplete);
        }
        let text = told.to_string();
        Ok(Ok((told, text)))
    }

    /// Counts the cells that words were taken to mean: those that the model says, else those that were looked up and stand
    /// in the SQL.
    pub(super) async fn count_matches(&mut self, claimed: Vec<Claimed>) -> Result<(), Stopped> {
        let mut claimed: Vec<Claimed> = claimed
            .into_iter()
            .filter(|claimed| !claimed.values.is_empty())
            .collect();
        if claimed.is_empty() {
            claimed = self.inferred_matches();
        }
        claimed.retain(|claimed| {
            self.ask.datasets.iter().any(|dataset| {
                dataset.name == claimed.dataset
                    && dataset
                        .columns
                        .iter()
                        .any(|column| column.name == claimed.column)
            })
        });
        claimed.truncate(MATCHES);
        if claimed.is_empty() {
            return Ok(());
        }
        let (scope, cancel, time) = (
            Arc::clone(&self.scope),
            self.cancel.clone(),
            self.ask.limits.check_time,
        );
        self.matches = self
            .blocking(move || Ok(count_all(&scope, &claimed, time, &cancel)))
            .await?
            .unwrap_or_default();
        Ok(())
    }

    /// The cells that were looked up and stand as literals in the SQL that ran.
    fn inferred_matches(&self) -> Vec<Claimed> {
        let is_filtered_on = |value: &String| {
            let literal = buzz_query::quote_text(value);
            self.steps
                .iter()
                .any(|step| step.error.is_none() && step.sql.contains(&literal))
        };
        self.found
            .iter()
            .map(|found| Claimed {
                word: found.word.clone(),
                dataset: found.dataset.clone(),
                column: found.column.clone(),
                values: found
                    .values
                    .iter()
                    .filter(|value| is_filtered_on(value))
                    .cloned()
                    .collect(),
            })
            .filter(|claimed| !claimed.values.is_empty())
            .collect()
    }
}

fn count_all(
    scope: &Scope,
    claimed: &[Claimed],
    time: std::time::Duration,
    cancel: &buzz_ingest::Cancel,
) -> Vec<Matched> {
    claimed
        .iter()
        .filter_map(|claimed| matches::counted(scope.engine(), claimed, time, cancel).ok())
        .filter(|matched| !matched.values.is_empty())
        .collect()
}

fn kind_name(kind: MatchKind) -> &'static str {
    match kind {
        MatchKind::Exact => "exact",
        MatchKind::Case => "letter case",
        MatchKind::Accent => "accents",
        MatchKind::Prefix => "beginning",
        MatchKind::Substring => "part",
        MatchKind::Token => "words",
        MatchKind::Similar => "similar",
    }
}
