//! What the sample says of a table's columns: their types, and whether their values repeat.

use std::collections::HashSet;
use std::hash::BuildHasher;

use foldhash::fast::FixedState;

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
    /// Their hashes.
    distinct: HashSet<u64, FixedState>,
}

/// What samples of one column say together, be they of one file or of several.
#[derive(Debug, Clone, Default)]
pub(crate) struct Samples {
    evidence: Evidence,
    /// Cells with a value.
    values: usize,
    /// Different values in each sample, added up.
    distinct: usize,
    /// Whether the beginning of a source asks for another type than text.
    is_typed_in_head: bool,
}

impl Samples {
    /// Takes the samples of another file into account.
    pub(crate) fn add(&mut self, other: &Self) {
        self.evidence.add_all(&other.evidence);
        self.values += other.values;
        self.distinct += other.distinct;
        self.is_typed_in_head |= other.is_typed_in_head;
    }

    /// The type that the samples ask for.
    pub(crate) fn column_type(&self, options: &Options) -> ColumnType {
        match options.types {
            Types::Text => ColumnType::Text,
            Types::Auto => self.evidence.decide(options.date_order).column_type,
        }
    }

    /// Whether a column of this type is text only for want of anything better.
    pub(crate) fn is_doubtful(&self, column_type: ColumnType, options: &Options) -> bool {
        options.types == Types::Auto
            && column_type == ColumnType::Text
            && (self.values == 0 || self.is_typed_in_head)
    }

    /// Whether a dictionary pays: when a value comes back about three times in what was looked at.
    pub(crate) fn repeats(&self) -> bool {
        self.distinct * 3 <= self.values + 30
    }
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
                let hash = FixedState::default().hash_one(text);
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
                let samples = Samples {
                    evidence: column.evidence,
                    values: column.values,
                    distinct: column.distinct.len(),
                    is_typed_in_head: of_head != ColumnType::Text,
                };
                let column_type = samples.column_type(options);
                ColumnPlan {
                    name,
                    source_name,
                    column_type,
                    is_doubtful: samples.is_doubtful(column_type, options),
                    repeats: samples.repeats(),
                    unit: None,
                    remark: None,
                    missing: Vec::new(),
                    samples: Some(Box::new(samples)),
                }
            })
            .collect()
    }
}
