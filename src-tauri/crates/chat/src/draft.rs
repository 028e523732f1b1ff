//! What a model proposes to write about a dataset, for the person to change, keep or throw away.

use std::collections::HashSet;

use buzz_ingest::Cancel;
use buzz_library::{Library, SendMode};
use futures_util::StreamExt;
use serde::Deserialize;
use serde_json::json;

use crate::cancel::cancelled;
use crate::context::DatasetContext;
use crate::conversation::{Error, day_is_used_up};
use crate::model::{Event, Message, Model, ModelError, Request, Tool, Usage};
use crate::prompt::described;

const INSTRUCTIONS: &str = include_str!("prompts/draft.v1.md");
const TOOL: &str = "write_context";

/// Tokens that a draft may have.
const TOKENS: u32 = 4_000;
/// Characters of what is proposed for the dataset, and for one column.
const ABOUT_CHARS: usize = 2_000;
const DESCRIPTION_CHARS: usize = 300;

/// What is proposed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// For the dataset's context.
    pub about: String,
    /// For columns of the dataset, by their names, each at most once.
    pub columns: Vec<(String, String)>,
    /// What it cost.
    pub usage: Usage,
}

/// The tool's input.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Written {
    about: String,
    columns: Vec<WrittenColumn>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WrittenColumn {
    name: String,
    description: String,
}

/// The request for a draft: what is known of the dataset, as much of it as may be sent.
pub fn draft_request(dataset: &DatasetContext, send: SendMode, locale: Option<&str>) -> Request {
    let language = match locale {
        Some(locale) => format!(
            "The person's locale is {}: write in its language unless the table is in another.",
            crate::prompt::locale_tag(locale)
        ),
        None => "Write in the language of the column names.".to_owned(),
    };
    Request {
        system: INSTRUCTIONS.trim_end().to_owned(),
        situation: language,
        messages: vec![Message::user(described(dataset, send))],
        tools: vec![Tool {
            name: TOOL.to_owned(),
            description: "Hands the draft to the person.".to_owned(),
            input_schema: json!({
                "type": "object",
                "properties": {
                    "about": {
                        "type": "string",
                        "description": "Two to five sentences about the table as a whole."
                    },
                    "columns": {
                        "type": "array",
                        "description": "The columns whose name does not say it all.",
                        "items": {
                            "type": "object",
                            "properties": {
                                "name": { "type": "string", "description": "The column's name, as it stands in the table." },
                                "description": { "type": "string", "description": "One short sentence." }
                            },
                            "required": ["name", "description"]
                        }
                    }
                },
                "required": ["about", "columns"]
            }),
        }],
        max_tokens: TOKENS,
        conversation_id: None,
    }
}

/// Has the model propose what to write about a dataset. Nothing of it is kept.
///
/// # Errors
/// The model's, that the day's tokens are used up, that it proposed nothing, and [`Error::Cancelled`].
pub async fn draft(
    library: &Library,
    model: &dyn Model,
    dataset: &DatasetContext,
    request: &Request,
    tokens_per_day: Option<u64>,
    cancel: &Cancel,
) -> Result<Draft, Error> {
    if let Some(ceiling) = tokens_per_day
        && let Some(why) = day_is_used_up(library, ceiling)?
    {
        return Err(ModelError::new("token_ceiling", why).into());
    }
    let reading = read(model, request);
    let (written, usage) = tokio::select! {
        biased;
        () = cancelled(cancel) => return Err(Error::Cancelled),
        read = reading => read?,
    };
    let mut known: HashSet<&str> = dataset.columns.iter().map(|column| &*column.name).collect();
    let columns = written
        .columns
        .into_iter()
        .filter(|column| known.remove(&*column.name))
        .map(|column| (column.name, cut(&column.description, DESCRIPTION_CHARS)))
        .filter(|(_, description)| !description.is_empty())
        .collect();
    let draft = Draft {
        about: cut(&written.about, ABOUT_CHARS),
        columns,
        usage,
    };
    if draft.about.is_empty() && draft.columns.is_empty() {
        return Err(ModelError::new(
            "no_draft",
            "The model proposed nothing: try again, choose another model, or write it yourself.",
        )
        .into());
    }
    Ok(draft)
}

/// Sends the request and reads what the tool is given; a model that uses no tool has written the text for the dataset.
async fn read(model: &dyn Model, request: &Request) -> Result<(Written, Usage), ModelError> {
    let mut stream = model.stream(request).await?;
    let (mut text, mut written, mut usage) = (String::new(), None, Usage::default());
    let mut has_ended = false;
    while let Some(event) = stream.next().await {
        match event {
            Ok(Event::Text(delta)) => text.push_str(&delta),
            Ok(Event::ToolUse { name, input, .. }) if name == TOOL => {
                written = serde_json::from_value(input).ok();
            }
            Ok(Event::ToolUse { .. }) => {}
            Ok(Event::Usage(more)) => usage.add(more),
            Ok(Event::Stop(_)) => has_ended = true,
            Err(_) if has_ended => break,
            Err(error) => return Err(error),
        }
    }
    if !has_ended {
        return Err(ModelError::passing(
            "stream_cut",
            "The draft broke off in the middle: check the network and try again.",
        ));
    }
    let written = written.unwrap_or_else(|| Written {
        about: text,
        ..Written::default()
    });
    Ok((written, usage))
}

/// The text without control characters and space around it, at most so many characters long.
fn cut(text: &str, most: usize) -> String {
    let text: String = text
        .trim()
        .chars()
        .filter(|c| *c == '\n' || !c.is_control())
        .take(most)
        .collect();
    text.trim_end().to_owned()
}
