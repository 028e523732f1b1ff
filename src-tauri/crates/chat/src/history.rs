//! What of a conversation is sent again with the next question.

use buzz_library::Message as Kept;

use crate::Ended;
use crate::model::{Content, Message, Role};
use crate::record::{AssistantRecord, UserRecord};
use crate::scope::Exposures;

/// What is sent again of a conversation.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Recalled {
    /// Messages that alternate and begin with the user.
    pub(crate) messages: Vec<Message>,
    /// How many older turns were left out.
    pub(crate) left_out: usize,
    /// How many turns are sent without what the model was shown and said, because less may be sent now.
    pub(crate) withheld: usize,
    /// What was said before and may be said again: the questions, and those figures of the answers that were traced.
    pub(crate) texts: Vec<String>,
    /// Steps of all earlier answers.
    pub(crate) steps: u32,
}

/// What stands in place of an answer that may not be sent again.
const WITHHELD: &str =
    "(This answer was given to the person when more could be sent, and is not sent again.)";

/// The newest turns of a conversation that fit the budget.
///
/// A question that has no answer on record (the program died meanwhile) is left out. An answer that holds more than may
/// be sent now, as `may_send` tells from what was sent then, is replaced by a remark.
pub(crate) fn recalled(
    kept: &[Kept],
    budget: usize,
    may_send: impl Fn(Option<&Exposures>) -> bool,
) -> Recalled {
    struct Past {
        messages: Vec<Message>,
        texts: Vec<String>,
        withheld: bool,
    }
    let mut recalled = Recalled::default();
    let mut turns: Vec<Past> = Vec::new();
    let mut question: Option<UserRecord> = None;
    for message in kept {
        match message.role.as_str() {
            "user" => question = serde_json::from_value(message.content.clone()).ok(),
            _ => {
                let answer =
                    serde_json::from_value::<AssistantRecord>(message.content.clone()).ok();
                if let Some(answer) = &answer {
                    recalled.steps += u32::try_from(answer.steps.len()).unwrap_or(u32::MAX);
                }
                let (Some(question), Some(answer)) = (question.take(), answer) else {
                    continue;
                };
                if question.text.trim().is_empty() {
                    continue;
                }
                let mut messages = vec![Message::user(&question.text)];
                let withheld = !may_send(answer.sent.as_ref());
                if withheld {
                    messages.push(Message::assistant(WITHHELD));
                } else {
                    messages.extend(answer.transcript);
                }
                let traced = answer.figures.into_iter().filter(|f| f.traced.is_some());
                let mut texts = vec![question.text];
                texts.extend(traced.map(|figure| figure.text));
                turns.push(Past {
                    messages,
                    texts,
                    withheld,
                });
            }
        }
    }
    let mut size = 0;
    let mut first = turns.len();
    while first > 0 {
        size += turns[first - 1].messages.iter().map(bytes).sum::<usize>();
        if size > budget {
            break;
        }
        first -= 1;
    }
    recalled.left_out = first;
    for turn in turns.into_iter().skip(first) {
        recalled.withheld += usize::from(turn.withheld);
        recalled.messages.extend(turn.messages);
        recalled.texts.extend(turn.texts);
    }
    recalled
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
    if ended == Ended::Clarification {
        // The reply comes as the next question, so what was asked becomes plain text.
        transcript.pop();
        transcript.push(Message::assistant(text));
        return;
    }
    let unanswered = |message: &Message| {
        message.role == Role::Assistant
            && message
                .content
                .iter()
                .any(|content| matches!(content, Content::ToolUse { .. }))
    };
    if ended == Ended::Complete && transcript.last().is_some_and(unanswered) {
        // It ended with a final answer: its text is what matters.
        transcript.pop();
        transcript.push(Message::assistant(text));
        return;
    }
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
        Ended::Complete | Ended::Clarification => "(No answer was given.)",
        Ended::StepLimit => "(The answer ended here: all steps were used up.)",
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
            result_step: None,
            charts: vec![],
            matches: vec![],
            readings: vec![],
            facts: vec![],
            clarification: None,
            figures: vec![],
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
            sent: None,
            transcript: vec![tool_use(), tool_result(), Message::assistant(text)],
        })
    }

    #[test]
    fn whatever_broke_off_can_be_followed() {
        for ended in [
            Ended::Complete,
            Ended::Clarification,
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
                    if ended == Ended::Clarification
                        && (text.is_empty()
                            || transcript.last().is_none_or(|last| last.role == Role::User))
                    {
                        // A question back is a message of the model, and never empty.
                        continue;
                    }
                    if ended == Ended::Complete && text.is_empty() {
                        continue;
                    }
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
        let all = recalled(&kept, 10_000, |_| true);
        assert_eq!((all.messages.len(), all.left_out), (8, 0));
        assert_eq!(all.messages[0], Message::user("first?"));
        assert_eq!(all.messages[4], Message::user("second?"));
        assert_eq!(all.texts, ["first?", "second?"]);
        let newest = recalled(&kept, 40, |_| true);
        assert_eq!((newest.messages.len(), newest.left_out), (4, 1));
        assert_eq!(newest.messages[0], Message::user("second?"));
        let none = recalled(&kept, 0, |_| true);
        assert_eq!((none.messages.len(), none.left_out), (0, 2));
    }

    #[test]
    fn what_may_no_longer_be_sent_is_replaced() {
        let kept = [
            kept(1, "user", json!({"text": "first?"})),
            kept(2, "assistant", answered("one")),
        ];
        let recalled = recalled(&kept, 10_000, |_| false);
        assert_eq!(recalled.withheld, 1);
        assert_eq!(
            recalled.messages,
            [Message::user("first?"), Message::assistant(WITHHELD)]
        );
    }
}
