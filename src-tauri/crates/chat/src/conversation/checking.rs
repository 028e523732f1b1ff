//! Looking at an answer before it counts: every figure of it is traced to a cell, and what cannot be traced is sent back
//! once.

use buzz_query::Stored;

use super::{Ask, ChatEvent, Draft, Ended, Turn};
use crate::figures::{self, Evidence, Figure, Origin};
use crate::model::Message;
use crate::prompt::SystemPrompt;

/// Rows of a result in which figures are looked for.
const ROWS: u64 = 1_000;
/// Figures that are named when an answer is sent back.
const NAMED: usize = 20;

/// What may state a figure before anything was run: the questions, and what is known about the tables.
pub(super) fn evidence(ask: &Ask, system: &SystemPrompt, earlier: &[String]) -> Evidence {
    let mut evidence = Evidence::new();
    evidence.add_stated(&ask.question, Origin::Question);
    for text in earlier {
        evidence.add_stated(text, Origin::Question);
    }
    for dataset in &ask.datasets {
        evidence.add_stated(&dataset.name, Origin::Context);
        evidence.add_stated(&dataset.about, Origin::Context);
        evidence.add_stated(&dataset.rows.to_string(), Origin::Context);
        for fact in &dataset.notes.facts {
            evidence.add_stated(fact, Origin::Context);
        }
        for column in &dataset.columns {
            evidence.add_stated(&column.name, Origin::Context);
        }
    }
    evidence.add_stated(&system.changing, Origin::Context);
    evidence
}

impl Turn<'_> {
    /// Takes a result and its SQL as evidence.
    pub(super) fn witness(&mut self, result_id: &str, stored: &Stored, sql: &str) {
        match stored.page(0, ROWS) {
            Ok(batches) => self.evidence.add_result(result_id, &batches, stored.rows()),
            Err(error) => tracing::warn!(%error, "a result cannot be searched for figures"),
        }
        self.evidence.add_stated(sql, Origin::Query);
    }

    /// The figures of a text, each with where it comes from.
    pub(super) fn traced(&self, text: &str) -> Vec<Figure> {
        figures::trace(text, &self.evidence)
    }

    /// Traces the figures of the answer that was just written; gives what the model is told where it has to correct them.
    pub(super) fn check(&mut self) -> Option<String> {
        let found = self.traced(&self.text);
        let doubtful: Vec<String> = figures::untraced(&found)
            .iter()
            .map(|figure| figure.text.clone())
            .collect();
        let can_correct = !doubtful.is_empty() && !self.corrected;
        if !can_correct {
            self.figures = found;
            self.draft = None;
            return None;
        }
        self.corrected = true;
        (self.events)(ChatEvent::Correcting {
            figures: doubtful.clone(),
        });
        let named: Vec<String> = doubtful
            .iter()
            .take(NAMED)
            .map(|figure| format!("{figure:?}"))
            .collect();
        self.draft = Some(Draft {
            text: self.text.clone(),
            figures: found,
            messages: self.messages.len(),
        });
        Some(format!(
            "(The app could not find these figures of your answer in any result: {}. Write the whole answer again and nothing else: \
             take each from a result, run a query that computes it, or leave it out.)",
            named.join(", ")
        ))
    }

    /// How the answer ends: as the draft that could not be corrected, if there is one.
    pub(super) fn or_draft(&mut self, ended: Ended) -> Ended {
        let Some(draft) = self.draft.take() else {
            return ended;
        };
        self.text.clone_from(&draft.text);
        self.figures = draft.figures;
        self.messages.truncate(draft.messages);
        // A draft that came with a tool leaves that tool without a result.
        if let Some(last) = self.messages.last_mut()
            && last
                .content
                .iter()
                .any(|content| matches!(content, crate::model::Content::ToolUse { .. }))
        {
            *last = Message::assistant(draft.text);
        }
        Ended::Complete
    }
}
