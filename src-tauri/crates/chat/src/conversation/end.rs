//! How a turn ends: the answer, or what there is of it, is kept and told.

use super::{Answer, ChatEvent, Ended, Error, Stopped, Turn};
use crate::history;
use crate::prompt::PROMPT_VERSION;
use crate::record::{AssistantRecord, ErrorRecord};

impl Turn<'_> {
    /// Keeps the answer, or what there is of it, and tells the last event.
    pub(super) fn end(mut self, outcome: Result<Ended, Stopped>) -> Result<Answer, Error> {
        let (ended, error) = match outcome {
            Ok(ended) => (ended, None),
            Err(Stopped::OutOfTime) => {
                let seconds = self.ask.limits.time.as_secs();
                self.note(format!(
                    "Stopped after {seconds} s, the time that one answer may take."
                ));
                (Ended::TimeLimit, None)
            }
            Err(Stopped::Error(error @ (Error::Cancelled | Error::NotAllowed))) => {
                (Ended::Cancelled, Some(error))
            }
            Err(Stopped::Error(error)) => (Ended::Failed, Some(error)),
        };
        if error.is_some() {
            // What was being corrected when it ended is more than what had arrived of the correction.
            self.or_draft(ended);
        }
        let mut text = std::mem::take(&mut self.text);
        if text.trim().is_empty() && error.is_none() {
            // An answer is never empty: where the model said nothing, the bound that it hit is the answer.
            text = self
                .notes
                .last()
                .cloned()
                .unwrap_or_else(|| "The model gave no answer.".to_owned());
        }
        if ended != Ended::Complete && ended != Ended::Clarification {
            // What is left of an answer is checked too: its figures are as tempting to believe.
            self.figures = self.traced(&text);
        }
        for step in &self.steps {
            for note in &step.notes {
                if !self.notes.contains(note) {
                    self.notes.push(note.clone());
                }
            }
        }
        let mut transcript = self.messages.split_off(self.own + 1);
        history::close(&mut transcript, &text, ended);
        let model = self.model.identity();
        let record = AssistantRecord {
            text: text.clone(),
            steps: self.steps.clone(),
            result_step: self.result_step,
            charts: self.charts.clone(),
            matches: self.matches.clone(),
            readings: self.readings.clone(),
            facts: self.facts.clone(),
            clarification: self.clarification.clone(),
            figures: self.figures.clone(),
            notes: self.notes.clone(),
            ended,
            error: error.as_ref().map(|error| ErrorRecord {
                code: error.code().to_owned(),
                message: error.to_string(),
            }),
            usage: self.usage,
            requests: self.requests,
            model: model.clone(),
            prompt_version: PROMPT_VERSION.to_owned(),
            now: self.ask.now.to_string(),
            sent: Some(self.scope.exposures().clone()),
            transcript,
        };
        let kept = self.library.append_message(
            &self.conversation_id,
            "assistant",
            &serde_json::json!(record),
        );
        let kept = match (error, kept) {
            (Some(error), kept) => {
                if let Err(lost) = kept {
                    tracing::warn!(error = %lost, "what had arrived of an answer could not be kept");
                }
                Err(error)
            }
            (None, kept) => kept.map_err(Error::from),
        };
        let message_id = match kept {
            Ok(id) => id,
            Err(error) => {
                (self.events)(ChatEvent::Failed {
                    code: error.code().to_owned(),
                    message: error.to_string(),
                    kept_text: text,
                });
                return Err(error);
            }
        };
        let answer = Answer {
            conversation_id: self.conversation_id,
            message_id,
            text,
            steps: self.steps,
            result_step: self.result_step,
            charts: self.charts,
            matches: self.matches,
            readings: self.readings,
            facts: self.facts,
            clarification: self.clarification,
            figures: self.figures,
            notes: self.notes,
            ended,
            usage: self.usage,
            requests: self.requests,
            model,
            results: self.results,
        };
        (self.events)(ChatEvent::Done {
            answer: answer.clone(),
        });
        Ok(answer)
    }
}
