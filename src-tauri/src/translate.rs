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

impl From<buzz_ingest::Column> for wire::ColumnInfo {
    fn from(column: buzz_ingest::Column) -> Self {
        Self {
            name: column.name,
            source_name: column.source_name,
            sql_type: column.sql_type,
            nulls: column.nulls,
            strays: column.strays,
            format: column.format,
            notes: column.notes,
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
            text: step.text,
            sql: step.sql,
            result_id: step.result_id,
            columns: step.columns.into_iter().map(Into::into).collect(),
            rows: step.rows,
            preview: step.preview,
            error: step.error.map(Into::into),
            seconds: step.seconds,
        }
    }
}

impl From<chat::Answer> for wire::ChatAnswer {
    fn from(answer: chat::Answer) -> Self {
        Self {
            conversation_id: answer.conversation_id,
            text: answer.text,
            steps: answer.steps.into_iter().map(Into::into).collect(),
            notes: answer.notes,
            ended: answer.ended.into(),
            model: answer.model.model,
            input_tokens: answer.usage.input_tokens,
            output_tokens: answer.usage.output_tokens,
        }
    }
}

impl From<chat::ChatEvent> for wire::ChatEvent {
    fn from(event: chat::ChatEvent) -> Self {
        match event {
            chat::ChatEvent::Started { conversation_id } => Self::Started { conversation_id },
            chat::ChatEvent::Text { delta } => Self::Text { delta },
            chat::ChatEvent::Sql { step, sql } => Self::Sql { step, sql },
            chat::ChatEvent::Table {
                step,
                result_id,
                columns,
                rows,
                preview,
                seconds,
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
            ended: None,
            error: None,
        };
        let is_readable = match shown.role {
            wire::Role::User => serde_json::from_value(content).map(|record: chat::UserRecord| {
                shown.text = record.text;
            }),
            wire::Role::Assistant => {
                serde_json::from_value(content).map(|record: chat::AssistantRecord| {
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
