//! How a turn begins: the question is kept, and what the model is told is put together.

use std::sync::Arc;
use std::time::Duration;

use buzz_ingest::Cancel;
use buzz_library::Library;
use buzz_query::KeyColumn;
use tokio::time::Instant;

use super::{Ask, ChatEvent, Error, Turn, checking};
use crate::history;
use crate::model::{Message, Model, Usage};
use crate::prompt::{Briefing, quoted, system_prompt};
use crate::record::UserRecord;
use crate::scope::{self, Exposures, Scope};
use crate::tools::tools;

/// Likely keys that are told at most.
const KEYS: usize = 12;
/// The time that looking for them may take.
const KEY_TIME: Duration = Duration::from_millis(500);

impl<'a> Turn<'a> {
    /// Keeps the question, and puts together what the model is told.
    pub(super) fn begin(
        library: &'a Library,
        scope: Arc<Scope>,
        model: &'a dyn Model,
        ask: &'a Ask,
        events: &'a (dyn Fn(ChatEvent) + Send + Sync),
        cancel: &'a Cancel,
    ) -> Result<Self, Error> {
        let begun = (|| {
            let (conversation_id, asked_of, earlier) = match &ask.conversation_id {
                Some(id) => {
                    let (conversation, messages) = library.conversation(id)?;
                    (id.clone(), conversation.dataset_ids, messages)
                }
                None => {
                    let ids: Vec<String> = ask
                        .datasets
                        .iter()
                        .map(|dataset| dataset.id.clone())
                        .collect();
                    let id = library.start_conversation(&title(&ask.question), &ids)?.id;
                    (id, ids, Vec::new())
                }
            };
            let record = UserRecord {
                text: ask.question.clone(),
                matches: ask.matches.clone(),
            };
            let question_id =
                library.append_message(&conversation_id, "user", &serde_json::json!(record))?;
            let verified = trusted(library, ask)?;
            Ok::<_, buzz_library::Error>((
                conversation_id,
                question_id,
                asked_of,
                earlier,
                verified,
            ))
        })();
        let (conversation_id, question_id, asked_of, earlier, verified) = match begun {
            Ok(begun) => begun,
            Err(error) => {
                let error = Error::from(error);
                events(ChatEvent::Failed {
                    code: error.code().to_owned(),
                    message: error.to_string(),
                    kept_text: String::new(),
                });
                return Err(error);
            }
        };
        events(ChatEvent::Started {
            conversation_id: conversation_id.clone(),
            question_id,
        });
        let may_send = |then: Option<&Exposures>| {
            let all = || {
                // Before there were modes, all rows of all datasets were sent.
                asked_of
                    .iter()
                    .map(|id| (id.clone(), scope::Exposure::everything()))
                    .collect()
            };
            let then = then.cloned().unwrap_or_else(all);
            scope::may_send_again(&then, ask.send, |id| library.dataset(id).ok())
        };
        let recalled = history::recalled(&earlier, ask.limits.history_bytes, may_send);
        let mut messages = recalled.messages;
        let own = messages.len();
        messages.push(question(ask));
        let system = system_prompt(&Briefing {
            datasets: &ask.datasets,
            send: ask.send,
            now: ask.now,
            locale: ask.locale.as_deref(),
            limits: &ask.limits,
            question: &ask.question,
            verified: &verified,
            keys: &likely_keys(&scope, ask, cancel),
        });
        let evidence = checking::evidence(ask, &system, &recalled.texts);
        let mut turn = Self {
            library,
            tools: tools(scope.looks_up()),
            scope,
            model,
            ask,
            events,
            cancel,
            conversation_id,
            system,
            deadline: Instant::now() + ask.limits.time,
            messages,
            own,
            earlier_steps: recalled.steps,
            text: String::new(),
            steps: Vec::new(),
            results: Vec::new(),
            result_step: None,
            charts: Vec::new(),
            found: Vec::new(),
            matches: Vec::new(),
            readings: Vec::new(),
            facts: Vec::new(),
            clarification: None,
            evidence,
            figures: Vec::new(),
            draft: None,
            corrected: false,
            notes: Vec::new(),
            usage: Usage::default(),
            requests: 0,
        };
        if recalled.left_out > 0 {
            let left_out = recalled.left_out;
            turn.note(format!(
                "The conversation is long: its first {left_out} questions were not sent again and are no longer known to the model."
            ));
        }
        if recalled.withheld > 0 {
            turn.note(
                "Earlier answers were not sent again, because less may be sent now than when they were given."
                    .to_owned(),
            );
        }
        Ok(turn)
    }
}

/// The verified questions that may be shown to the model: those whose datasets are all in scope, and hold back nothing
/// that a literal in the SQL could give away.
fn trusted(
    library: &Library,
    ask: &Ask,
) -> Result<Vec<buzz_library::VerifiedQuestion>, buzz_library::Error> {
    let open = |id: &String| {
        ask.datasets.iter().any(|dataset| {
            let exposure = scope::Exposure::of(&dataset.notes, ask.send);
            dataset.id == *id && exposure.is_open()
        })
    };
    let mut verified = library.verified_questions()?;
    verified.retain(|verified| verified.dataset_ids.iter().all(open));
    Ok(verified)
}

/// What is likely to join the datasets, one sentence each; the values that were compared are none of it, but that they
/// are alike is, so nothing is said of datasets of which less than the profile may be sent.
fn likely_keys(scope: &Scope, ask: &Ask, cancel: &Cancel) -> Vec<String> {
    if ask.datasets.len() < 2 {
        return Vec::new();
    }
    let columns: Vec<KeyColumn> = ask
        .datasets
        .iter()
        .flat_map(|dataset| {
            let exposure = &scope.exposures()[&dataset.id];
            dataset
                .columns
                .iter()
                .filter(|column| exposure.looks_up(Some(&column.name)))
                .map(|column| KeyColumn {
                    table: dataset.name.clone(),
                    column: column.name.clone(),
                    sql_type: column.sql_type.clone(),
                    distinct: column.profile.as_ref().map(|profile| profile.distinct),
                })
        })
        .collect();
    let keys = match scope.engine().likely_keys(&columns, KEY_TIME, cancel) {
        Ok(keys) => keys,
        Err(error) => {
            tracing::debug!(%error, "likely keys are not known");
            return Vec::new();
        }
    };
    let name = |(table, column): &(String, String)| {
        format!(
            "{}.{}",
            buzz_query::quote_identifier(table),
            buzz_query::quote_identifier(column)
        )
    };
    keys.iter()
        .take(KEYS)
        .map(|key| {
            format!(
                "{} = {} ({:.0} % of the values of the first are in the second)",
                name(&key.left),
                name(&key.right),
                key.overlap * 100.0
            )
        })
        .collect()
}

/// The question as the model gets it.
fn question(ask: &Ask) -> Message {
    let mut text = match ask.question.trim() {
        // A vendor refuses a message of nothing; the person is told so by the model.
        "" => "(The question is empty.)".to_owned(),
        _ => ask.question.clone(),
    };
    for (dataset, meant) in &ask.matches {
        let values: Vec<String> = meant
            .values
            .iter()
            .map(|value| quoted(value, 200))
            .collect();
        text.push_str(&format!(
            "\n(By {} I mean these cells of the column {} of {}: {}.)",
            quoted(&meant.word, 200),
            buzz_query::quote_identifier(&meant.column),
            buzz_query::quote_identifier(dataset),
            values.join(", ")
        ));
    }
    Message::user(text)
}

/// A conversation's title: the first line of its first question, at most 80 characters.
pub(crate) fn title(question: &str) -> String {
    let line = question
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or("New conversation");
    match line.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line.to_owned(),
    }
}
