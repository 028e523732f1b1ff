//! Answering with SQL that is known already, without any model: questions that were suggested or verified.

use std::path::PathBuf;
use std::sync::Arc;

use buzz_ingest::Cancel;
use buzz_library::{Library, SendMode};
use buzz_query::{Engine, Stored};
use jiff::civil::DateTime;
use serde_json::json;

use crate::chart::{self, Chart, ChartInput};
use crate::context::DatasetContext;
use crate::conversation::{Ended, Error, Limits, Statement, title, with_rows_set_aside};
use crate::model::{Identity, Message, Usage};
use crate::prompt::PROMPT_VERSION;
use crate::record::{AssistantRecord, Step, UserRecord};
use crate::rerun::{result_name, run_step};
use crate::scope::Scope;
use crate::suggest::ChartHint;
use crate::tools::RUN_SQL;

/// A question whose SQL is known.
#[derive(Debug, Clone)]
pub struct Direct {
    /// The conversation that it continues; `None` begins a new one.
    pub conversation_id: Option<String>,
    /// The question.
    pub question: String,
    /// The SQL that answers it.
    pub sql: String,
    /// How its result may be drawn.
    pub chart: Option<ChartHint>,
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

/// The answer to a question whose SQL is known.
#[derive(Debug)]
pub struct DirectAnswer {
    /// The conversation in which it is kept.
    pub conversation_id: String,
    /// The number of the message that holds the question.
    pub question_id: i64,
    /// The number of the message that holds the answer.
    pub message_id: i64,
    /// The answer as it is kept; its text is empty.
    pub record: AssistantRecord,
    /// The whole result; `None` where the SQL failed.
    pub result: Option<Arc<Stored>>,
}

/// Runs the SQL of a question and keeps both in a conversation, which a model may then be asked to go on with. Nothing
/// leaves the machine. SQL that fails is kept with its error. Blocks.
///
/// # Errors
/// [`Error::Library`] where the conversation cannot be read or kept, [`Error::Cancelled`]; nothing is kept then.
pub fn answer_directly(
    library: &Library,
    engine: &Arc<Engine>,
    direct: &Direct,
    cancel: &Cancel,
) -> Result<DirectAnswer, Error> {
    let earlier = match &direct.conversation_id {
        Some(id) => library.conversation(id)?.1,
        None => Vec::new(),
    };
    let scope = Arc::new(Scope::new(engine, &direct.datasets, direct.send));
    let statement = Statement {
        scope: Arc::clone(&scope),
        sql: direct.sql.clone(),
        name: result_name(&earlier, 1),
        now: direct.now,
        time: direct.limits.sql_time,
        limits: direct.limits.clone(),
        temp_root: direct.temp_root.clone(),
        cancel: cancel.clone(),
        datasets: with_rows_set_aside(library, &direct.datasets),
    };
    let mut step = Step::new(1, RUN_SQL);
    let (told, result) = run_step(&statement, &mut step)?;
    let charts = direct
        .chart
        .as_ref()
        .and_then(|hint| drawn(hint, &step))
        .into_iter()
        .collect();
    let record = AssistantRecord {
        text: String::new(),
        result_step: Some(1),
        charts,
        matches: Vec::new(),
        readings: Vec::new(),
        facts: Vec::new(),
        clarification: None,
        figures: Vec::new(),
        notes: step.notes.clone(),
        ended: if step.error.is_some() {
            Ended::Failed
        } else {
            Ended::Complete
        },
        error: step.error.clone(),
        usage: Usage::default(),
        requests: 0,
        model: Identity {
            model: String::new(),
            profile: None,
            region: String::new(),
        },
        prompt_version: PROMPT_VERSION.to_owned(),
        now: direct.now.to_string(),
        sent: Some(scope.exposures().clone()),
        transcript: vec![Message::assistant(format!(
            "(The app answered this itself, with SQL that it had:\n{}\nThis is its result: {told})",
            direct.sql
        ))],
        steps: vec![step],
    };
    let conversation_id = match &direct.conversation_id {
        Some(id) => id.clone(),
        None => {
            let ids: Vec<String> = direct
                .datasets
                .iter()
                .map(|dataset| dataset.id.clone())
                .collect();
            library
                .start_conversation(&title(&direct.question), &ids)?
                .id
        }
    };
    let question = UserRecord {
        text: direct.question.clone(),
        matches: Vec::new(),
    };
    let question_id = library.append_message(&conversation_id, "user", &json!(question))?;
    let message_id = library.append_message(&conversation_id, "assistant", &json!(record))?;
    Ok(DirectAnswer {
        conversation_id,
        question_id,
        message_id,
        record,
        result,
    })
}

/// The chart of a step's result; none where it does not fit, or where there is nothing to compare.
fn drawn(hint: &ChartHint, step: &Step) -> Option<Chart> {
    let input: ChartInput = serde_json::from_value(json!({
        "result": "r1",
        "kind": hint.kind,
        "x": { "field": hint.x },
        "y": { "field": hint.y },
    }))
    .ok()?;
    let (kind, spec) = chart::specify(&input, &step.columns).ok()?;
    (step.rows? > 1).then(|| Chart {
        step: step.step,
        result_id: step.result_id.clone().unwrap_or_default(),
        kind,
        spec,
    })
}
