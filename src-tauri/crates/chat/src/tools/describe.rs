//! `describe_dataset`: everything that is known about a dataset and may be sent.

use std::fmt::Write as _;

use buzz_ingest::Warning;
use buzz_library::SendMode;

use super::DescribeDataset;
use crate::context::DatasetContext;
use crate::prompt::{Detail, column_line, heading, quoted};
use crate::scope::Exposure;

/// Frequent values of one column.
const FREQUENT: usize = 60;
/// Bytes of a description at most.
const BYTES: usize = 24_000;
/// Characters of a warning at most.
const WARNING_CHARS: usize = 300;

/// Describes a dataset, or the columns of it that are asked for; the error is for the model.
pub(crate) fn describe(
    asked: &DescribeDataset,
    datasets: &[DatasetContext],
    send: SendMode,
    warnings: impl FnOnce(&DatasetContext) -> Vec<Warning>,
) -> Result<String, String> {
    let dataset = datasets
        .iter()
        .find(|dataset| dataset.name.eq_ignore_ascii_case(&asked.dataset))
        .ok_or_else(|| {
            let names: Vec<_> = datasets.iter().map(|dataset| &dataset.name).collect();
            format!("there is no table {:?}; there are {names:?}", asked.dataset)
        })?;
    let exposure = Exposure::of(&dataset.notes, send);
    let mut out = String::new();
    heading(&mut out, dataset, &exposure);
    // A warning may quote a cell, and does not say of which column.
    if exposure.mode >= SendMode::Profile && exposure.never.is_empty() {
        for warning in warnings(dataset) {
            let _ = writeln!(
                out,
                "noticed when it was read: {}",
                quoted(&warning.message, WARNING_CHARS)
            );
        }
    }
    let named = |name: &str| {
        asked.columns.is_empty()
            || asked
                .columns
                .iter()
                .any(|asked| asked.eq_ignore_ascii_case(name))
    };
    let columns: Vec<_> = dataset
        .columns
        .iter()
        .filter(|column| named(&column.name))
        .collect();
    if columns.is_empty() {
        return Err(format!(
            "{:?} has no such column: leave columns out, or DESCRIBE it",
            dataset.name
        ));
    }
    let _ = writeln!(
        out,
        "columns ({} of {}):",
        columns.len(),
        dataset.columns.len()
    );
    for (index, column) in columns.iter().enumerate() {
        column_line(
            &mut out,
            dataset,
            column,
            &exposure,
            Detail::Everything(FREQUENT),
        );
        if out.len() > BYTES && index + 1 < columns.len() {
            let _ = writeln!(
                out,
                "and {} more columns: name those that you need",
                columns.len() - index - 1
            );
            break;
        }
    }
    Ok(out)
}
