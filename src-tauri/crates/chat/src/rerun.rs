//! Running the SQL of an answer anew, as a person has changed it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use buzz_ingest::Cancel;
use buzz_library::{Library, SendMode};
use buzz_query::{Engine, Stored};
use jiff::civil::DateTime;

use crate::context::DatasetContext;
use crate::conversation::{Error, Limits, Statement};
use crate::figures::{self, Evidence, Origin};
use crate::model::{Message, ModelError};
use crate::record::{AssistantRecord, ErrorRecord};
use crate::scope::Scope;

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
/// A statement that fails is kept with its error, and there is no table then. Blocks.
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
    let earlier: usize = messages[..position]
        .iter()
        .filter_map(|message| {
            serde_json::from_value::<AssistantRecord>(message.content.clone()).ok()
        })
        .map(|earlier| earlier.steps.len())
        .sum();
    let step = record
        .steps
        .iter_mut()
        .find(|step| step.step == rerun.step && !step.sql.is_empty())
        .ok_or_else(missing)?;

    let scope = Arc::new(Scope::new(engine, &rerun.datasets, rerun.send));
    let name = format!("r{}", earlier + rerun.step as usize);
    let statement = Statement {
        scope: Arc::clone(&scope),
        sql: rerun.sql.clone(),
        name: name.clone(),
        now: rerun.now,
        time: rerun.limits.sql_time,
        limits: rerun.limits.clone(),
        temp_root: rerun.temp_root.clone(),
        cancel: cancel.clone(),
        datasets: rerun
            .datasets
            .iter()
            .map(|dataset| {
                let receipt = library.receipt(&dataset.id);
                let aside = receipt.map_or(0, |receipt| receipt.rows_set_aside);
                (dataset.clone(), aside)
            })
            .collect(),
    };
    let started = Instant::now();
    let ran = statement.run();
    if cancel.is_cancelled() {
        return Err(Error::Cancelled);
    }
    step.sql.clone_from(&rerun.sql);
    step.seconds = started.elapsed().as_secs_f64();
    step.notes.clear();
    let mut evidence = Evidence::new();
    let (told, stored) = match ran {
        Ok(ran) => {
            let result_id = uuid::Uuid::now_v7().to_string();
            if let Ok(batches) = ran.stored.page(0, 1_000) {
                evidence.add_result(&result_id, &batches, ran.stored.rows());
            }
            step.result_id = Some(result_id);
            step.columns = ran.stored.columns();
            step.rows = Some(ran.stored.rows());
            step.preview = ran.preview;
            step.notes = ran.notes;
            step.withheld = ran.withheld;
            step.error = None;
            (ran.told, Some(ran.stored))
        }
        Err(failed) => {
            step.result_id = None;
            step.columns.clear();
            step.rows = None;
            step.preview.clear();
            step.error = Some(ErrorRecord {
                code: failed.error.code().to_owned(),
                message: failed.error.to_string(),
            });
            (
                serde_json::json!({ "error": failed.told }).to_string(),
                None,
            )
        }
    };
    // A chart of the former result may not fit this one.
    record.charts.retain(|chart| chart.step != rerun.step);
    evidence.add_stated(&rerun.sql, Origin::Query);
    record.figures = figures::trace(&record.text, &evidence);
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
