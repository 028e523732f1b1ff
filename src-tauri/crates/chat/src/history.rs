//! What of a conversation is sent again with the next question.

use buzz_library::Message as Kept;

use crate::Ended;
use crate::model::{Content, Message, Role};
use crate::record::{AssistantRecord, UserRecord};

/// The newest turns of a conversation that fit the budget, as messages that alternate and begin with the
/// user; and how many older turns were left out.
///
/// A question that has no answer on record (the program died meanwhile) is left out too.
pub(crate) fn recalled(kept: &[Kept], budget: usize) -> (Vec<Message>, usize) {
    let mut turns: Vec<Vec<Message>> = Vec::new();
    let mut question: Option<UserRecord> = None;
    for message in kept {
        match message.role.as_str() {
            "user" => question = serde_json::from_value(message.content.clone()).ok(),
            _ => {
                let answer =
                    serde_json::from_value::<AssistantRecord>(message.content.clone()).ok();
                let (Some(question), Some(answer)) = (question.take(), answer) else {
                    continue;
                };
                if question.text.trim().is_empty() {
                    continue;
                }
                let mut turn = vec![Message::user(question.text)];
                turn.extend(answer.transcript);
                turns.push(turn);
            }
        }
    }
    let mut size = 0;
    let mut first = turns.len();
    while first > 0 {
        size += turns[first - 1].iter().map(bytes).sum::<usize>();
        if size > budget {
            break;
        }
        first -= 1;
    }
    let left_out = first;
    (turns.into_iter().skip(first).flatten().collect(), left_out)
}

fn bytes(message: &Message) -> usize {
    let of = |content: &Content| match content {
        Content::Text { text } | Content::ToolResult { text, .. } => text.len(),
        Content::ToolUse { input, .. } => input.to_string().len(),
    };
    message.content.iter().map(of).sum()
}

/// Brings a turn to an end that another question can follow: every tool use has its result, and the
/// model has the last word.
pub(crate) fn close(transcript: &mut Vec<Message>, text: &str, ended: Ended) {
    let unanswered = |message: &Message| {
        message.role == Role::Assistant
            && message
                .content
                .iter()
                .any(|content| matches!(content, Content::ToolUse { .. }))
    };
    if transcript.last().is_some_and(unanswered) {
        transcript.pop();
    }
    let complete = ended == Ended::Complete
        && transcript
            .last()
            .is_some_and(|last| last.role == Role::Assistant);
    if complete {
        return;
    }
    let why = match ended {
        Ended::Complete => "(No answer was given.)",
        Ended::StepLimit => "(The answer ended here: all queries were used up.)",
        Ended::TokenLimit => "(The answer was cut here: it reached its length.)",
        Ended::TimeLimit => "(The answer was cut here: its time was up.)",
        Ended::Cancelled => "(The person stopped the answer here.)",
        Ended::Failed => "(The answer was cut here: the connection failed.)",
    };
    match transcript.last_mut() {
        Some(last) if last.role == Role::Assistant => last.content.push(Content::Text {
            text: why.to_owned(),
        }),
        _ if text.trim().is_empty() => transcript.push(Message::assistant(why)),
        _ => {
            let mut message = Message::assistant(text);
            message.content.push(Content::Text {
                text: why.to_owned(),
            });
            transcript.push(message);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::{Identity, Usage};

    fn tool_use() -> Message {
        Message {
            role: Role::Assistant,
            content: vec![Content::ToolUse {
                id: "t".into(),
                name: "run_sql".into(),
                input: json!({"sql": "select 1"}),
            }],
        }
    }

    fn tool_result() -> Message {
        Message {
            role: Role::User,
            content: vec![Content::ToolResult {
                id: "t".into(),
                text: "{}".into(),
                is_error: false,
            }],
        }
    }

    fn kept(id: i64, role: &str, content: serde_json::Value) -> Kept {
        Kept {
            id,
            role: role.into(),
            content,
            created: String::new(),
        }
    }

    fn answered(text: &str) -> serde_json::Value {
        json!(AssistantRecord {
            text: text.into(),
            steps: vec![],
            notes: vec![],
            ended: Ended::Complete,
            error: None,
            usage: Usage::default(),
            requests: 1,
            model: Identity {
                model: "m".into(),
                profile: None,
                region: "r".into()
            },
            prompt_version: "1".into(),
            now: "2026-01-01T00:00:00".into(),
            transcript: vec![tool_use(), tool_result(), Message::assistant(text)],
        })
    }

    #[test]
    fn whatever_broke_off_can_be_followed() {
        for ended in [
            Ended::Complete,
            Ended::StepLimit,
            Ended::TokenLimit,
            Ended::TimeLimit,
            Ended::Cancelled,
            Ended::Failed,
        ] {
            for text in ["", "half an ans"] {
                for transcript in [
                    vec![],
                    vec![tool_use()],
                    vec![tool_use(), tool_result()],
                    vec![tool_use(), tool_result(), tool_use()],
                    vec![tool_use(), tool_result(), Message::assistant("done")],
                ] {
                    let mut closed = transcript;
                    close(&mut closed, text, ended);
                    let roles: Vec<Role> = closed.iter().map(|message| message.role).collect();
                    let expected: Vec<Role> = [Role::Assistant, Role::User]
                        .into_iter()
                        .cycle()
                        .take(closed.len())
                        .collect();
                    assert_eq!(roles, expected);
                    assert_eq!(roles.last(), Some(&Role::Assistant));
                    assert!(
                        !closed
                            .last()
                            .unwrap()
                            .content
                            .iter()
                            .any(|c| matches!(c, Content::ToolUse { .. }))
                    );
                }
            }
        }
    }

    #[test]
    fn the_newest_turns_are_recalled_within_the_budget() {
        let kept = [
            kept(1, "user", json!({"text": "first?"})),
            kept(2, "assistant", answered("one")),
            kept(3, "user", json!({"text": "lost?"})),
            kept(4, "user", json!({"text": "second?"})),
            kept(5, "assistant", answered("two")),
        ];
        let (all, left_out) = recalled(&kept, 10_000);
        assert_eq!((all.len(), left_out), (8, 0));
        assert_eq!(all[0], Message::user("first?"));
        assert_eq!(all[4], Message::user("second?"));
        let (newest, left_out) = recalled(&kept, 40);
        assert_eq!((newest.len(), left_out), (4, 1));
        assert_eq!(newest[0], Message::user("second?"));
        assert_eq!(recalled(&kept, 0), (vec![], 2));
    }
}
