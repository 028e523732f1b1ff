//! What the sample says of a table's columns: their types, and whether their values repeat.

use std::collections::HashSet;
use std::hash::BuildHasher;

use super::ColumnPlan;
use crate::types::{ColumnType, Evidence};
use crate::{DateOrder, Options, Types};

/// The columns of a sample of rows.
#[derive(Debug)]
pub(super) struct Columns {
    columns: Vec<Sampled>,
}

/// What the sample says of one column.
#[derive(Debug, Default)]
struct Sampled {
    evidence: Evidence,
    values: usize,
    distinct: HashSet<u64>,
}

impl Columns {
    pub(super) fn new(columns: usize) -> Self {
        Self {
            columns: (0..columns).map(|_| Sampled::default()).collect(),
        }
    }

    /// Takes the cells of a row into account.
    pub(super) fn add<'a>(&mut self, cells: impl Iterator<Item = &'a [u8]>) {
        for (column, text) in self.columns.iter_mut().zip(cells) {
            if !text.is_empty() {
                column.evidence.add(text);
                column.values += 1;
                let hash = foldhash::fast::FixedState::default().hash_one(text);
                column.distinct.insert(hash);
            }
        }
    }

    /// The types that the rows so far ask for.
    pub(super) fn types(&self, order: Option<DateOrder>) -> Vec<ColumnType> {
        (self.columns.iter())
            .map(|column| column.evidence.decide(order).column_type)
            .collect()
    }

    /// How the columns are to be converted; `of_head` are the types that the beginning of the source asks for.
    pub(super) fn plans(
        self,
        names: impl IntoIterator<Item = (String, String)>,
        of_head: &[ColumnType],
        options: &Options,
    ) -> Vec<ColumnPlan> {
        (self.columns.into_iter().zip(names).zip(of_head))
            .map(|((column, (name, source_name)), &of_head)| {
                let column_type = match options.types {
                    Types::Text => ColumnType::Text,
                    Types::Auto => column.evidence.decide(options.date_order).column_type,
                };
                ColumnPlan {
                    name,
                    source_name,
                    column_type,
                    is_doubtful: options.types == Types::Auto
                        && column_type == ColumnType::Text
                        && (column.values == 0 || of_head != ColumnType::Text),
                    // A dictionary pays when a value comes back about three times in what was looked at.
                    repeats: column.distinct.len() * 3 <= column.values + 30,
                    unit: None,
                }
            })
            .collect()
    }
}
