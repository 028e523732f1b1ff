//! Running the SQL of an answer anew, as a person has changed it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use buzz_ingest::Cancel;
use buzz_library::{Library, SendMode};
use buzz_query::{Engine, Stored};
use jiff::civil::DateTime;

use crate::context::DatasetContext;
use crate::conversation::{Ended, Error, Limits, Statement, with_rows_set_aside};
use crate::figures::{self, Evidence, Figure, Origin, Source};
use crate::model::{Message, ModelError};
use crate::record::{AssistantRecord, ErrorRecord, Step};
use crate::scope::Scope;

/// Rows of a result in which figures are looked for.
const ROWS: u64 = 1_000;

/// A step of an answer that is to be run anew.
#[derive(Debug, Clone)]
pub struct Rerun {
    /// The conversation.
    pub conversation_id: String,
    /// The number of the message that holds the answer.
    pub message_id: i64,
    /// The number of the step.
    pub step: u32,
    /// The SQL, as the person has changed it.
    pub sql: String,
    /// The datasets in scope; the engine must know the same ones.
    pub datasets: Vec<DatasetContext>,
    /// How much may be sent with the next question.
    pub send: SendMode,
    /// The person's local date and time.
    pub now: DateTime,
    /// The folder for results that are too large for memory.
    pub temp_root: PathBuf,
    /// The bounds.
    pub limits: Limits,
}

/// Runs a step's SQL anew, without any model, and keeps what comes of it in its answer. What came after the answer in the
/// conversation is removed, for it rested on the former result; the model is told of the change with the next question.
///
/// The answer's text stays as it was written; its figures are traced anew, so that those that no longer hold are marked.
/// Those that rest on something else than the former result stay traced. A statement that fails is kept with its error,
/// and there is no table then. Blocks.
///
/// # Errors
/// [`Error::Library`] where the conversation cannot be read or kept, [`Error::Model`] with the code `no_such_step` where
/// there is no such step, [`Error::Cancelled`].
pub fn rerun(
    library: &Library,
    engine: &Arc<Engine>,
    rerun: &Rerun,
    cancel: &Cancel,
) -> Result<(AssistantRecord, Option<Arc<Stored>>), Error> {
    let missing = || {
        ModelError::new(
            "no_such_step",
            "The answer has no such step any more: open the conversation again.",
        )
    };
    let (_, messages) = library.conversation(&rerun.conversation_id)?;
    let position = messages
        .iter()
        .position(|message| message.id == rerun.message_id)
        .ok_or_else(missing)?;
    let mut record: AssistantRecord =
        serde_json::from_value(messages[position].content.clone()).map_err(|_| missing())?;
    let name = result_name(&messages[..position], rerun.step);
    let step = record
        .steps
        .iter_mut()
        .find(|step| step.step == rerun.step && !step.sql.is_empty())
        .ok_or_else(missing)?;

    let scope = Arc::new(Scope::new(engine, &rerun.datasets, rerun.send));
    let statement = Statement {
        scope: Arc::clone(&scope),
        sql: rerun.sql.clone(),
        name: name.clone(),
        now: rerun.now,
        time: rerun.limits.sql_time,
        limits: rerun.limits.clone(),
        temp_root: rerun.temp_root.clone(),
        cancel: cancel.clone(),
        datasets: with_rows_set_aside(library, &rerun.datasets),
    };
    let (former_id, former_columns) = (step.result_id.take(), step.columns.clone());
    let former_notes = std::mem::take(&mut step.notes);
    let (told, stored) = run_step(&statement, step)?;
    let mut evidence = Evidence::new();
    if let (Some(id), Some(stored)) = (&step.result_id, &stored)
        && let Ok(batches) = stored.page(0, ROWS)
    {
        evidence.add_result(id, &batches, stored.rows());
    }
    evidence.add_stated(&rerun.sql, Origin::Query);
    // A chart of the former result fits this one where the columns are the same.
    let same_columns = step.columns == former_columns;
    let result_id = step.result_id.clone();
    record.charts.retain_mut(|chart| {
        if chart.step != rerun.step {
            return true;
        }
        if let Some(id) = &result_id {
            chart.result_id.clone_from(id);
        }
        same_columns && result_id.is_some()
    });
    record.notes.retain(|note| !former_notes.contains(note));
    record.notes.extend(step.notes.iter().cloned());
    if record.requests == 0 {
        // No model wrote anything, so the statement is the whole answer.
        record.error.clone_from(&step.error);
        record.ended = if step.error.is_some() {
            Ended::Failed
        } else {
            Ended::Complete
        };
    }
    let before = std::mem::take(&mut record.figures);
    record.figures = figures::trace(&record.text, &evidence);
    keep_traces(&mut record.figures, &before, former_id.as_deref());
    record.now = rerun.now.to_string();
    record.sent = Some(scope.exposures().clone());
    record.transcript.push(Message::user(format!(
        "(I changed the SQL of {name} and ran it:\n{}\nThis is its result now: {told})",
        rerun.sql
    )));
    record
        .transcript
        .push(Message::assistant("(I go on from there.)"));
    let content = serde_json::json!(record);
    library.replace_message(&rerun.conversation_id, rerun.message_id, &content)?;
    library.truncate_conversation(&rerun.conversation_id, rerun.message_id + 1)?;
    Ok((record, stored))
}

/// The id by which a model knows the result of a step of the answer that follows these messages.
pub(crate) fn result_name(earlier: &[buzz_library::Message], step: u32) -> String {
    let steps: usize = earlier
        .iter()
        .filter_map(|message| {
            serde_json::from_value::<AssistantRecord>(message.content.clone()).ok()
        })
        .map(|earlier| earlier.steps.len())
        .sum();
    format!("r{}", steps + step as usize)
}

/// Runs a statement and puts into its step what came of it; gives what a model is told of it, and the whole result.
pub(crate) fn run_step(
    statement: &Statement,
    step: &mut Step,
) -> Result<(String, Option<Arc<Stored>>), Error> {
    let started = Instant::now();
    let ran = statement.run();
    if statement.cancel.is_cancelled() {
        return Err(Error::Cancelled);
    }
    step.sql.clone_from(&statement.sql);
    step.seconds = started.elapsed().as_secs_f64();
    match ran {
        Ok(ran) => {
            step.result_id = Some(uuid::Uuid::now_v7().to_string());
            step.columns = ran.stored.columns();
            step.rows = Some(ran.stored.rows());
            step.preview = ran.preview;
            step.notes = ran.notes;
            step.withheld = ran.withheld;
            step.error = None;
            Ok((ran.told, Some(ran.stored)))
        }
        Err(failed) => {
            step.result_id = None;
            step.columns.clear();
            step.rows = None;
            step.preview.clear();
            step.notes.clear();
            step.error = Some(ErrorRecord {
                code: failed.error.code().to_owned(),
                message: failed.error.to_string(),
            });
            let told = serde_json::json!({ "error": failed.told }).to_string();
            Ok((told, None))
        }
    }
}

/// Keeps the traces of figures that do not rest on the result that is gone.
fn keep_traces(figures: &mut [Figure], before: &[Figure], gone: Option<&str>) {
    for figure in figures.iter_mut().filter(|figure| figure.traced.is_none()) {
        let known = before
            .iter()
            .find(|known| (known.start, known.end) == (figure.start, figure.end));
        if let Some(Figure {
            traced: Some(source),
            ..
        }) = known
            && gone.is_none_or(|gone| !rests_on(source, gone))
        {
            figure.traced = Some(source.clone());
            figure.doubt = None;
        }
    }
}

/// Whether a figure comes from a result.
fn rests_on(source: &Source, result: &str) -> bool {
    match source {
        Source::Cell { cell } => cell.result == result,
        Source::Derived { cells, .. } => cells.iter().any(|cell| cell.result == result),
        Source::RowCount { result: known } | Source::Selection { result: known } => known == result,
        Source::Stated { .. } => false,
    }
}
