//! The core's types as the window gets them.

use buzz_chat as chat;
use buzz_ingest::{Fit, Visibility};
use buzz_library as library;

use crate::error::failure;
use crate::wire;

impl From<library::Dataset> for wire::DatasetSummary {
    fn from(dataset: library::Dataset) -> Self {
        Self {
            id: dataset.id,
            generation: dataset.generation,
            name: dataset.name,
            rows: dataset.rows,
            columns: dataset.columns.len() as u64,
            bytes: dataset.parquet_bytes,
            source_bytes: dataset.source_bytes,
            source_path: dataset.source_path,
            created: dataset.created,
            strays: dataset.strays,
            tags: dataset.notes.tags,
        }
    }
}

impl From<library::PlannedTable> for wire::FoundTable {
    fn from(planned: library::PlannedTable) -> Self {
        let table = planned.table;
        Self {
            title: table.id.to_string(),
            name: planned.name,
            id: wire::TableId {
                number: table.id.number.max(1),
                member: table.id.member,
                sheet: table.id.sheet,
            },
            visibility: match table.visibility {
                Visibility::Visible => wire::Visibility::Visible,
                Visibility::Hidden => wire::Visibility::Hidden,
                Visibility::VeryHidden => wire::Visibility::VeryHidden,
            },
            rows: table.rows,
            columns: table.columns,
            preview: table.preview,
        }
    }
}

impl From<buzz_ingest::LeftOut> for wire::LeftOut {
    fn from(left_out: buzz_ingest::LeftOut) -> Self {
        Self {
            path: left_out.path.to_string_lossy().into_owned(),
            why: left_out.why,
        }
    }
}

impl From<buzz_ingest::Combination> for wire::Combination {
    fn from(found: buzz_ingest::Combination) -> Self {
        let path = |at: &usize| found.files[*at].path.to_string_lossy().into_owned();
        let differing = |column: &buzz_ingest::SharedColumn| wire::DifferingColumn {
            name: column.name.clone(),
            missing_in: column.missing_in.iter().map(path).collect(),
        };
        Self {
            is_offered: found.is_offered(),
            differing: found.differing().map(differing).collect(),
            name: library::combined_name(&found.belongs()),
            file_column: found.file_column.clone(),
            files: (found.files.iter())
                .map(|file| wire::Candidate {
                    path: file.path.to_string_lossy().into_owned(),
                    bytes: file.bytes,
                    fit: match file.fit {
                        Fit::ByName => wire::Fit::ByName,
                        Fit::ByPosition => wire::Fit::ByPosition,
                        Fit::Other | Fit::Unreadable { .. } => wire::Fit::Other,
                    },
                })
                .collect(),
        }
    }
}

impl From<wire::TableId> for buzz_ingest::TableId {
    fn from(id: wire::TableId) -> Self {
        Self {
            member: id.member,
            sheet: id.sheet,
            number: id.number,
        }
    }
}

impl From<buzz_updates::Release> for wire::NewVersion {
    fn from(release: buzz_updates::Release) -> Self {
        Self {
            version: release.version,
            page: release.page,
            notes: release.notes,
        }
    }
}

impl From<wire::LineRange> for buzz_ingest::LineRange {
    fn from(lines: wire::LineRange) -> Self {
        Self {
            first: lines.first,
            last: lines.last,
        }
    }
}

impl From<buzz_ingest::Column> for wire::ColumnInfo {
    fn from(column: buzz_ingest::Column) -> Self {
        Self {
            name: column.name,
            source_name: column.source_name,
            sql_type: column.sql_type,
            nulls: column.nulls,
            strays: column.strays,
            format: column.format,
            missing: column.missing,
            notes: column.notes,
        }
    }
}

impl From<wire::ColumnChange> for library::Change {
    fn from(change: wire::ColumnChange) -> Self {
        Self {
            column: change.column,
            name: None,
            column_type: change.sql_type,
            date_order: change.date_order.map(|order| match order {
                wire::DateOrder::Dmy => library::DateOrder::Dmy,
                wire::DateOrder::Mdy => library::DateOrder::Mdy,
            }),
            missing: change.missing,
        }
    }
}

impl From<buzz_query::StrayText> for wire::StrayText {
    fn from(stray: buzz_query::StrayText) -> Self {
        Self {
            text: stray.text,
            count: stray.count,
        }
    }
}

impl From<buzz_query::Column> for wire::ResultColumn {
    fn from(column: buzz_query::Column) -> Self {
        Self {
            name: column.name,
            sql_type: column.sql_type,
        }
    }
}

impl From<wire::Arrangement> for buzz_query::Arrangement {
    fn from(arrangement: wire::Arrangement) -> Self {
        let sort = arrangement.sort.into_iter().map(|key| buzz_query::SortKey {
            column: key.column,
            descending: key.descending,
        });
        Self {
            sort: sort.collect(),
            filters: arrangement.filters.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<wire::Filter> for buzz_query::Filter {
    fn from(filter: wire::Filter) -> Self {
        use buzz_query::Condition as Core;
        use wire::Condition as Wire;
        Self {
            column: filter.column,
            condition: match filter.condition {
                Wire::OneOf { values } => Core::OneOf(values),
                Wire::NoneOf { values } => Core::NoneOf(values),
                Wire::Contains { value } => Core::Contains(value),
                Wire::Lacks { value } => Core::Lacks(value),
                Wire::StartsWith { value } => Core::StartsWith(value),
                Wire::Equal { value } => Core::Equal(value),
                Wire::Other { value } => Core::Other(value),
                Wire::Less { value } => Core::Less(value),
                Wire::AtMost { value } => Core::AtMost(value),
                Wire::Greater { value } => Core::Greater(value),
                Wire::AtLeast { value } => Core::AtLeast(value),
                Wire::Between { from, to } => Core::Between(from, to),
                Wire::IsNull => Core::IsNull,
                Wire::IsNotNull => Core::IsNotNull,
            },
        }
    }
}

impl From<buzz_query::ValueCount> for wire::ColumnValue {
    fn from(value: buzz_query::ValueCount) -> Self {
        Self {
            value: value.value,
            count: value.rows,
        }
    }
}

impl From<buzz_query::Summary> for wire::CellsSummary {
    fn from(summary: buzz_query::Summary) -> Self {
        Self {
            cells: summary.cells,
            values: summary.values,
            numbers: summary.numbers,
            sum: summary.sum,
            exact: summary.exact,
            // What is no finite number has no place in JSON.
            mean: summary.mean.filter(|mean| mean.is_finite()),
            min: summary.min,
            max: summary.max,
        }
    }
}

impl From<buzz_query::FoundCell> for wire::CellPlace {
    fn from(found: buzz_query::FoundCell) -> Self {
        Self {
            row: found.row,
            column: found.column,
        }
    }
}

impl From<buzz_query::StrayCell> for wire::StrayCell {
    fn from(stray: buzz_query::StrayCell) -> Self {
        Self {
            row: stray.row,
            column: stray.column,
            text: stray.text,
            reason: stray.reason,
        }
    }
}

impl From<chat::ErrorRecord> for wire::Failure {
    fn from(error: chat::ErrorRecord) -> Self {
        Self {
            code: error.code,
            message: error.message,
        }
    }
}

impl From<chat::Ended> for wire::Ended {
    fn from(ended: chat::Ended) -> Self {
        match ended {
            chat::Ended::Complete => Self::Complete,
            chat::Ended::Clarification => Self::Clarification,
            chat::Ended::StepLimit => Self::StepLimit,
            chat::Ended::TokenLimit => Self::TokenLimit,
            chat::Ended::TimeLimit => Self::TimeLimit,
            chat::Ended::Cancelled => Self::Cancelled,
            chat::Ended::Failed => Self::Failed,
        }
    }
}

impl From<chat::Step> for wire::ChatStep {
    fn from(step: chat::Step) -> Self {
        Self {
            step: step.step,
            tool: step.tool,
            text: step.text,
            sql: step.sql,
            reading: step.reading,
            input: step.input,
            output: step.output,
            result_id: step.result_id,
            columns: step.columns.into_iter().map(Into::into).collect(),
            rows: step.rows,
            preview: step.preview,
            withheld: step.withheld,
            notes: step.notes,
            error: step.error.map(Into::into),
            seconds: step.seconds,
        }
    }
}

impl From<chat::Chart> for wire::ChatChart {
    fn from(chart: chat::Chart) -> Self {
        Self {
            step: chart.step,
            result_id: chart.result_id,
            kind: chart.kind.name().to_owned(),
            spec: chart.spec,
        }
    }
}

impl From<chat::Matched> for wire::ChatMatch {
    fn from(matched: chat::Matched) -> Self {
        Self {
            word: matched.word,
            dataset: matched.dataset,
            column: matched.column,
            values: matched
                .values
                .into_iter()
                .map(|value| (value.value, value.count))
                .collect(),
            rows: matched.rows,
        }
    }
}

impl From<chat::Clarification> for wire::ChatClarification {
    fn from(asked: chat::Clarification) -> Self {
        Self {
            question: asked.question,
            options: asked.options,
        }
    }
}

/// A figure as the window marks it in a text; it names results by the steps that gave them.
fn figure(figure: &chat::figures::Figure, text: &str, steps: &[chat::Step]) -> wire::ChatFigure {
    use chat::figures::{How, Origin, Source};
    let step_of = |result: &str| {
        steps
            .iter()
            .find(|step| step.result_id.as_deref() == Some(result))
            .map(|step| step.step)
    };
    let places = |cells: &[chat::figures::CellRef]| {
        cells
            .iter()
            .filter_map(|cell| {
                Some(wire::ChatCell {
                    step: step_of(&cell.result)?,
                    row: cell.row,
                    column: cell.column,
                })
            })
            .collect::<Vec<_>>()
    };
    let (source, step, cells) = match &figure.traced {
        None => (None, None, Vec::new()),
        Some(Source::Cell { cell }) => (
            Some(wire::FigureSource::Cell),
            step_of(&cell.result),
            places(std::slice::from_ref(cell)),
        ),
        Some(Source::Derived { how, cells }) => {
            let source = match how {
                How::Sum => wire::FigureSource::Sum,
                How::Difference => wire::FigureSource::Difference,
                How::Ratio => wire::FigureSource::Ratio,
                How::Change => wire::FigureSource::Change,
                How::Share => wire::FigureSource::Share,
                How::Total => wire::FigureSource::Total,
            };
            let step = cells.first().and_then(|cell| step_of(&cell.result));
            (Some(source), step, places(cells))
        }
        Some(Source::RowCount { result }) => (
            Some(wire::FigureSource::RowCount),
            step_of(result),
            Vec::new(),
        ),
        Some(Source::Selection { result }) => (
            Some(wire::FigureSource::Selection),
            step_of(result),
            Vec::new(),
        ),
        Some(Source::Stated { origin }) => {
            let source = match origin {
                Origin::Question => wire::FigureSource::Question,
                Origin::Context => wire::FigureSource::Context,
                Origin::Query => wire::FigureSource::Query,
            };
            (Some(source), None, Vec::new())
        }
    };
    let (start, end) = figure.utf16(text);
    wire::ChatFigure {
        start,
        end,
        text: figure.text.clone(),
        source,
        step,
        cells,
        doubt: figure.doubt.clone(),
    }
}

/// Which model gave an answer, and what it took.
fn usage(model: String, usage: chat::Usage, requests: u32) -> wire::ChatUsage {
    wire::ChatUsage {
        model,
        input_tokens: usage.input_tokens,
        output_tokens: usage.output_tokens,
        cached_tokens: usage.cached_tokens,
        requests,
    }
}

impl From<library::SendMode> for wire::SendMode {
    fn from(mode: library::SendMode) -> Self {
        match mode {
            library::SendMode::Schema => Self::Schema,
            library::SendMode::Profile => Self::Profile,
            library::SendMode::Rows => Self::Rows,
        }
    }
}

impl From<wire::SendMode> for library::SendMode {
    fn from(mode: wire::SendMode) -> Self {
        match mode {
            wire::SendMode::Schema => Self::Schema,
            wire::SendMode::Profile => Self::Profile,
            wire::SendMode::Rows => Self::Rows,
        }
    }
}

impl From<chat::Confirm> for wire::Confirm {
    fn from(confirm: chat::Confirm) -> Self {
        match confirm {
            chat::Confirm::Nothing => Self::Nothing,
            chat::Confirm::Sql => Self::Sql,
            chat::Confirm::Requests => Self::Requests,
            chat::Confirm::Everything => Self::Everything,
        }
    }
}

impl From<wire::Confirm> for chat::Confirm {
    fn from(confirm: wire::Confirm) -> Self {
        match confirm {
            wire::Confirm::Nothing => Self::Nothing,
            wire::Confirm::Sql => Self::Sql,
            wire::Confirm::Requests => Self::Requests,
            wire::Confirm::Everything => Self::Everything,
        }
    }
}

impl From<library::RememberedMatch> for wire::KeptMatch {
    fn from(kept: library::RememberedMatch) -> Self {
        Self {
            word: kept.word,
            column: kept.column,
            values: kept.values,
        }
    }
}

impl From<wire::KeptMatch> for library::RememberedMatch {
    fn from(kept: wire::KeptMatch) -> Self {
        Self {
            word: kept.word,
            column: kept.column,
            values: kept.values,
        }
    }
}

impl From<chat::Draft> for wire::DatasetDraft {
    fn from(draft: chat::Draft) -> Self {
        let columns = draft.columns.into_iter();
        Self {
            about: draft.about,
            columns: columns
                .map(|(name, description)| wire::DraftedColumn { name, description })
                .collect(),
        }
    }
}

impl From<library::Notes> for wire::DatasetNotes {
    fn from(notes: library::Notes) -> Self {
        let columns = notes
            .columns
            .into_iter()
            .map(|(column, said)| wire::ColumnNotes {
                column,
                description: said.description,
                never_send: said.never_send,
            });
        Self {
            send: notes.send.map(Into::into),
            columns: columns.collect(),
            facts: notes.facts,
            matches: notes.matches.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<chat::suggest::Suggestion> for wire::SuggestedQuestion {
    fn from(suggestion: chat::suggest::Suggestion) -> Self {
        use chat::suggest::ChartKind;
        Self {
            question: suggestion.question,
            sql: suggestion.sql,
            chart: suggestion.chart.map(|chart| wire::SuggestedChart {
                kind: match chart.kind {
                    ChartKind::Bar => wire::SuggestedKind::Bar,
                    ChartKind::Line => wire::SuggestedKind::Line,
                },
                x: chart.x,
                y: chart.y,
            }),
        }
    }
}

impl From<wire::SuggestedChart> for chat::suggest::ChartHint {
    fn from(chart: wire::SuggestedChart) -> Self {
        use chat::suggest::ChartKind;
        Self {
            kind: match chart.kind {
                wire::SuggestedKind::Bar => ChartKind::Bar,
                wire::SuggestedKind::Line => ChartKind::Line,
            },
            x: chart.x,
            y: chart.y,
        }
    }
}

impl From<library::VerifiedQuestion> for wire::VerifiedQuestion {
    fn from(verified: library::VerifiedQuestion) -> Self {
        Self {
            id: verified.id,
            question: verified.question,
            sql: verified.sql,
            dataset_ids: verified.dataset_ids,
        }
    }
}

impl From<library::FoundConversation> for wire::FoundConversation {
    fn from(found: library::FoundConversation) -> Self {
        Self {
            conversation: found.conversation.into(),
            excerpt: found.excerpt,
        }
    }
}

/// What belongs to an answer besides its text and its steps.
#[derive(Default)]
struct Extras {
    result_step: Option<u32>,
    charts: Vec<chat::Chart>,
    matches: Vec<chat::Matched>,
    readings: Vec<chat::Reading>,
    facts: Vec<chat::OfferedFact>,
    clarification: Option<chat::Clarification>,
    figures: Vec<chat::figures::Figure>,
}

impl Extras {
    fn of(self, text: &str, steps: &[chat::Step]) -> wire::ChatExtras {
        let readings = self.readings.iter().map(|reading| wire::ChatReading {
            label: reading.label.clone(),
            step: reading.step,
            fact: reading.as_fact(&self.readings),
        });
        let facts = self.facts.into_iter().map(|offered| wire::ChatFact {
            dataset: offered.dataset,
            fact: offered.fact,
        });
        wire::ChatExtras {
            result_step: self.result_step,
            charts: self.charts.into_iter().map(Into::into).collect(),
            matches: self.matches.into_iter().map(Into::into).collect(),
            readings: readings.collect(),
            facts: facts.collect(),
            clarification: self.clarification.map(Into::into),
            figures: self
                .figures
                .iter()
                .map(|found| figure(found, text, steps))
                .collect(),
        }
    }
}

impl From<chat::Answer> for wire::ChatAnswer {
    fn from(answer: chat::Answer) -> Self {
        let extras = Extras {
            result_step: answer.result_step,
            charts: answer.charts,
            matches: answer.matches,
            readings: answer.readings,
            facts: answer.facts,
            clarification: answer.clarification,
            figures: answer.figures,
        };
        Self {
            conversation_id: answer.conversation_id,
            message_id: answer.message_id,
            extras: extras.of(&answer.text, &answer.steps),
            text: answer.text,
            steps: answer.steps.into_iter().map(Into::into).collect(),
            notes: answer.notes,
            ended: answer.ended.into(),
            usage: usage(answer.model.model, answer.usage, answer.requests),
        }
    }
}

impl From<chat::ChatEvent> for wire::ChatEvent {
    fn from(event: chat::ChatEvent) -> Self {
        match event {
            chat::ChatEvent::Started {
                conversation_id,
                question_id,
            } => Self::Started {
                conversation_id,
                question_id,
            },
            chat::ChatEvent::Text { delta } => Self::Text { delta },
            chat::ChatEvent::Correcting { figures } => Self::Correcting { figures },
            chat::ChatEvent::Sql { step, sql, reading } => Self::Sql { step, sql, reading },
            chat::ChatEvent::Checked { step, notes } => Self::Checked { step, notes },
            chat::ChatEvent::Tool { step, tool, input } => Self::Tool { step, tool, input },
            chat::ChatEvent::ToolResult {
                step,
                output,
                error,
            } => Self::ToolResult {
                step,
                output,
                error,
            },
            chat::ChatEvent::Chart { chart } => Self::Chart {
                chart: chart.into(),
            },
            chat::ChatEvent::Confirm {
                pending,
                approval: _,
            } => {
                let (sql, payload) = match pending {
                    chat::Pending::Sql { sql, .. } => (Some(sql), None),
                    chat::Pending::Request { payload } => (None, Some(payload)),
                };
                Self::Confirm { sql, payload }
            }
            chat::ChatEvent::Table {
                step,
                result_id,
                columns,
                rows,
                preview,
                seconds,
                withheld,
                stored: _,
            } => {
                let columns = columns.into_iter().map(Into::into).collect();
                Self::Table {
                    step,
                    result_id,
                    columns,
                    rows,
                    preview,
                    seconds,
                    withheld,
                }
            }
            chat::ChatEvent::SqlError {
                step,
                code,
                message,
            } => Self::SqlError {
                step,
                code,
                message,
            },
            chat::ChatEvent::Notice { message } => Self::Notice { message },
            chat::ChatEvent::Done { answer } => Self::Done {
                answer: answer.into(),
            },
            chat::ChatEvent::Failed {
                code,
                message,
                kept_text,
            } => Self::Failed {
                code,
                message,
                kept_text,
            },
        }
    }
}

impl From<library::Conversation> for wire::ConversationSummary {
    fn from(conversation: library::Conversation) -> Self {
        Self {
            id: conversation.id,
            title: conversation.title,
            created: conversation.created,
            updated: conversation.updated,
            dataset_ids: conversation.dataset_ids,
        }
    }
}

impl From<library::Message> for wire::ChatMessage {
    /// A message that this version cannot read becomes one that says so: the rest of the conversation can be read all
    /// the same.
    fn from(message: library::Message) -> Self {
        let library::Message {
            id,
            role,
            content,
            created,
        } = message;
        let mut shown = Self {
            id,
            role: if role == "user" {
                wire::Role::User
            } else {
                wire::Role::Assistant
            },
            created,
            text: String::new(),
            steps: Vec::new(),
            notes: Vec::new(),
            extras: wire::ChatExtras::default(),
            ended: None,
            usage: None,
            error: None,
        };
        let is_readable = match shown.role {
            wire::Role::User => serde_json::from_value(content).map(|record: chat::UserRecord| {
                shown.text = record.text;
            }),
            wire::Role::Assistant => {
                serde_json::from_value(content).map(|record: chat::AssistantRecord| {
                    let extras = Extras {
                        result_step: record.result_step,
                        charts: record.charts,
                        matches: record.matches,
                        readings: record.readings,
                        facts: record.facts,
                        clarification: record.clarification,
                        figures: record.figures,
                    };
                    shown.extras = extras.of(&record.text, &record.steps);
                    shown.usage = Some(usage(record.model.model, record.usage, record.requests));
                    shown.text = record.text;
                    shown.steps = record.steps.into_iter().map(Into::into).collect();
                    shown.notes = record.notes;
                    shown.ended = Some(record.ended.into());
                    shown.error = record.error.map(Into::into);
                })
            }
        }
        .is_ok();
        if !is_readable {
            tracing::warn!(message = id, "a message cannot be read");
            shown.error = Some(failure(
                "unreadable_message",
                "this message was written by another version of Buzz CSV and cannot be shown",
            ));
        }
        shown
    }
}

impl From<library::LedgerRecord> for wire::LedgerRecord {
    fn from(record: library::LedgerRecord) -> Self {
        let library::LedgerRecord {
            id,
            created,
            entry,
            outcome,
        } = record;
        let outcome = outcome.unwrap_or_else(|| library::LedgerOutcome {
            status: "sent".to_owned(),
            ..Default::default()
        });
        Self {
            id,
            sent: created,
            conversation_id: entry.conversation_id,
            service: entry.service,
            endpoint: entry.endpoint,
            operation: entry.operation,
            profile: entry.profile,
            region: entry.region,
            model: entry.model,
            payload: entry.payload,
            status: outcome.status,
            error: outcome.error,
            input_tokens: outcome.input_tokens,
            output_tokens: outcome.output_tokens,
            latency_ms: outcome.latency_ms,
        }
    }
}

impl From<chat::bedrock::ProfileInfo> for wire::ProfileInfo {
    fn from(profile: chat::bedrock::ProfileInfo) -> Self {
        use chat::bedrock::ProfileKind;
        Self {
            name: profile.name,
            kind: match profile.kind {
                ProfileKind::Sso => wire::ProfileKind::Sso,
                ProfileKind::Login => wire::ProfileKind::Login,
                ProfileKind::AssumeRole => wire::ProfileKind::AssumeRole,
                ProfileKind::WebIdentity => wire::ProfileKind::WebIdentity,
                ProfileKind::CredentialProcess => wire::ProfileKind::CredentialProcess,
                ProfileKind::StaticKeys => wire::ProfileKind::StaticKeys,
                ProfileKind::None => wire::ProfileKind::None,
            },
            region: profile.region,
        }
    }
}

impl From<chat::bedrock::ModelInfo> for wire::ModelInfo {
    fn from(model: chat::bedrock::ModelInfo) -> Self {
        Self {
            id: model.id,
            name: model.name,
            provider: model.provider,
            default: model.is_default,
            geography: model.geography,
            may_leave: model.may_leave,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_message_of_another_version_does_not_hide_the_rest() {
        let message = |role: &str, content| library::Message {
            id: 7,
            role: role.to_owned(),
            content,
            created: "2026-01-01T00:00:00Z".to_owned(),
        };
        let question =
            wire::ChatMessage::from(message("user", json!({"text": "How many?", "later": 1})));
        assert_eq!(
            (question.text.as_str(), question.error),
            ("How many?", None)
        );
        let answer = wire::ChatMessage::from(message("assistant", json!({"blocks": []})));
        assert_eq!(
            answer.error.map(|error| error.code).as_deref(),
            Some("unreadable_message")
        );
    }

    #[test]
    fn what_has_no_outcome_yet_was_sent() {
        let record = library::LedgerRecord {
            id: 1,
            created: String::new(),
            entry: library::LedgerEntry {
                conversation_id: None,
                service: "sts".to_owned(),
                endpoint: String::new(),
                operation: "GetCallerIdentity".to_owned(),
                profile: None,
                region: None,
                model: None,
                payload: String::new(),
            },
            outcome: None,
        };
        assert_eq!(wire::LedgerRecord::from(record).status, "sent");
    }
}
