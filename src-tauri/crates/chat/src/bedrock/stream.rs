//! One model of an account, asked through ConverseStream.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::error::BuildError;
use aws_sdk_bedrockruntime::operation::converse_stream::builders::ConverseStreamFluentBuilder;
use aws_sdk_bedrockruntime::primitives::event_stream::EventReceiver;
use aws_sdk_bedrockruntime::types as wire;
use aws_sdk_bedrockruntime::types::error::ConverseStreamOutputError;
use aws_smithy_types::{Document, Number};
use buzz_library::Library;
use futures_util::StreamExt;
use serde_json::Value;
use tokio::time::{Instant, timeout};

use super::account::{Account, Settings, Timeouts};
use super::failure::{self, Place};
use super::http::Call;
use crate::model::{
    Content, Event, EventStream, Identity, Message, Model, ModelError, Request, Role, StopReason,
    Usage,
};

/// After the answer is complete, the counts of tokens are waited for only this long.
const GRACE: Duration = Duration::from_secs(2);

/// One model of an account.
#[derive(Debug, Clone)]
pub struct Bedrock {
    account: Account,
    client: Client,
    model: String,
    place: Place,
}

impl Bedrock {
    /// Opens the account and takes the model that the settings name, or else the account's default.
    ///
    /// # Errors
    /// Those of [`Account::open`] and [`Account::models`], and `no_default_model`.
    pub async fn connect(settings: &Settings, library: &Arc<Library>) -> Result<Self, ModelError> {
        let account = Account::open(settings, library).await?;
        Self::with_model(account, settings.model.as_deref()).await
    }

    /// Takes a model of an account that is already open; `None` takes the account's default, for which it
    /// lists the models first.
    ///
    /// # Errors
    /// Those of [`Account::models`], and `no_default_model`.
    pub async fn with_model(account: Account, model: Option<&str>) -> Result<Self, ModelError> {
        let model = match model.filter(|model| !model.is_empty()) {
            Some(model) => model.to_owned(),
            None => default_model(&account).await?,
        };
        let mut config = aws_sdk_bedrockruntime::config::Builder::from(&account.config)
            // Repetitions are the conversation's business: it can tell the person, and be stopped meanwhile.
            .retry_config(RetryConfig::disabled())
            .timeout_config(
                TimeoutConfig::builder()
                    .connect_timeout(account.timeouts.connect)
                    // What is not disabled here would be taken from the other clients' configuration.
                    .disable_read_timeout()
                    .disable_operation_timeout()
                    .disable_operation_attempt_timeout()
                    .build(),
            );
        if let Some(endpoint) = &account.runtime_endpoint {
            config = config.endpoint_url(endpoint);
        }
        let config = config.build();
        let place = Place {
            model: Some(model.clone()),
            ..account.place.clone()
        };
        Ok(Self {
            client: Client::from_conf(config),
            account,
            model,
            place,
        })
    }

    /// The account.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// The request in the SDK's terms.
    fn builder(&self, request: &Request) -> Result<ConverseStreamFluentBuilder, BuildError> {
        let messages = request
            .messages
            .iter()
            .map(|message| self.message(message))
            .collect::<Result<_, _>>()?;
        let mut builder = self
            .client
            .converse_stream()
            .model_id(&self.model)
            .system(wire::SystemContentBlock::Text(request.system.clone()))
            .set_messages(Some(messages))
            .inference_config(
                wire::InferenceConfiguration::builder()
                    .max_tokens(i32::try_from(request.max_tokens).unwrap_or(i32::MAX))
                    .build(),
            );
        if !request.tools.is_empty() {
            let mut tools = wire::ToolConfiguration::builder();
            for tool in &request.tools {
                tools = tools.tools(wire::Tool::ToolSpec(
                    wire::ToolSpecification::builder()
                        .name(&tool.name)
                        .description(&tool.description)
                        .input_schema(wire::ToolInputSchema::Json(document(&tool.input_schema)))
                        .build()?,
                ));
            }
            builder = builder.tool_config(tools.build()?);
        }
        Ok(builder)
    }

    fn message(&self, message: &Message) -> Result<wire::Message, BuildError> {
        let role = match message.role {
            Role::User => wire::ConversationRole::User,
            Role::Assistant => wire::ConversationRole::Assistant,
        };
        let mut built = wire::Message::builder().role(role);
        for content in &message.content {
            built = built.content(match content {
                Content::Text { text } => wire::ContentBlock::Text(text.clone()),
                Content::ToolUse { id, name, input } => wire::ContentBlock::ToolUse(
                    wire::ToolUseBlock::builder()
                        .tool_use_id(id)
                        .name(name)
                        .input(document(input))
                        .build()?,
                ),
                Content::ToolResult { id, text, is_error } => {
                    let mut result = wire::ToolResultBlock::builder()
                        .tool_use_id(id)
                        .content(wire::ToolResultContentBlock::Text(text.clone()));
                    // The status is documented for these two makers only; the text says it to the others.
                    if *is_error
                        && ["anthropic", "amazon"]
                            .iter()
                            .any(|maker| self.model.contains(maker))
                    {
                        result = result.status(wire::ToolResultStatus::Error);
                    }
                    wire::ContentBlock::ToolResult(result.build()?)
                }
            });
        }
        built.build()
    }
}

async fn default_model(account: &Account) -> Result<String, ModelError> {
    let models = account.models().await?;
    if let Some(model) = models.iter().find(|model| model.is_default) {
        return Ok(model.id.clone());
    }
    let region = account.region();
    Err(ModelError::new(
        "no_default_model",
        match models.first() {
            Some(model) => format!(
                "No model that the account may call stays in the geography of {region}: choose another region in the \
                 settings, or choose a model such as {} there, knowing that it may be processed elsewhere.",
                model.id
            ),
            None => format!(
                "The account may call no text model in {region}: choose another region in the settings, or request \
                 access to a model in the Bedrock console."
            ),
        },
    ))
}

#[async_trait]
impl Model for Bedrock {
    async fn stream(&self, request: &Request) -> Result<EventStream, ModelError> {
        let builder = self.builder(request).map_err(|error| {
            ModelError::new(
                "internal",
                format!("The request could not be built ({error}): please report this."),
            )
        })?;
        let call = Call::new(request.conversation_id.clone());
        let first_byte = Instant::now() + self.account.timeouts.first_byte;
        let sent = tokio::time::timeout_at(first_byte, call.run(builder.send())).await;
        let output = match sent {
            Ok(Ok(output)) => output,
            Ok(Err(error)) => {
                let error = failure::explain(&error, &self.place);
                call.failed(&error.message, None);
                return Err(error);
            }
            Err(_) => {
                let error = failure::timed_out(&self.place, "did not begin to answer in time");
                call.failed(&error.message, None);
                return Err(error);
            }
        };
        let reading = Reading {
            receiver: output.stream,
            call,
            place: self.place.clone(),
            timeouts: self.account.timeouts.clone(),
            first_byte: Some(first_byte),
            tools: HashMap::new(),
            pending: VecDeque::new(),
            usage: None,
            stopped: false,
            done: false,
        };
        Ok(futures_util::stream::unfold(reading, Reading::next).boxed())
    }

    fn identity(&self) -> Identity {
        Identity {
            model: self.model.clone(),
            profile: self.place.profile.clone(),
            region: self.place.region.clone(),
        }
    }
}

/// A tool use of which the input is still arriving.
struct Arriving {
    id: String,
    name: String,
    input: String,
}

/// The state of an answer that is being read. Dropped before its end, the ledger has it as cancelled.
struct Reading {
    receiver: EventReceiver<wire::ConverseStreamOutput, ConverseStreamOutputError>,
    call: Arc<Call>,
    place: Place,
    timeouts: Timeouts,
    /// Until when the first event must have come; `None` after it.
    first_byte: Option<Instant>,
    /// Tool uses by the index of their content block.
    tools: HashMap<i32, Arriving>,
    pending: VecDeque<Event>,
    usage: Option<Usage>,
    /// Whether the model has said why it stopped: the answer is complete then, whatever happens to the connection.
    stopped: bool,
    done: bool,
}

impl Reading {
    async fn next(mut self) -> Option<(Result<Event, ModelError>, Self)> {
        loop {
            if let Some(event) = self.pending.pop_front() {
                return Some((Ok(event), self));
            }
            if self.done {
                return None;
            }
            let (wait, silence) = match self.first_byte {
                _ if self.stopped => (GRACE, ""),
                Some(until) => (
                    until.saturating_duration_since(Instant::now()),
                    "did not begin to answer in time",
                ),
                None => (self.timeouts.idle, "stopped in the middle of its answer"),
            };
            let error = match timeout(wait, self.receiver.recv()).await {
                Ok(Ok(Some(event))) => {
                    self.first_byte = None;
                    self.take(event);
                    continue;
                }
                _ if self.stopped => {
                    self.done = true;
                    self.call.succeeded(self.usage);
                    continue;
                }
                Ok(Ok(None)) => failure::cut(&self.place),
                Ok(Err(error)) => failure::explain_stream(&error, &self.place),
                Err(_) => failure::timed_out(&self.place, silence),
            };
            self.done = true;
            self.call.failed(&error.message, self.usage);
            return Some((Err(error), self));
        }
    }

    fn take(&mut self, event: wire::ConverseStreamOutput) {
        use wire::ConverseStreamOutput as Output;
        match event {
            Output::ContentBlockStart(start) => {
                if let Some(wire::ContentBlockStart::ToolUse(tool)) = start.start {
                    self.tools.insert(
                        start.content_block_index,
                        Arriving {
                            id: tool.tool_use_id,
                            name: tool.name,
                            input: String::new(),
                        },
                    );
                }
            }
            Output::ContentBlockDelta(delta) => match delta.delta {
                Some(wire::ContentBlockDelta::Text(text)) if !text.is_empty() => {
                    self.pending.push_back(Event::Text(text))
                }
                Some(wire::ContentBlockDelta::ToolUse(piece)) => {
                    if let Some(tool) = self.tools.get_mut(&delta.content_block_index) {
                        tool.input.push_str(&piece.input);
                    }
                }
                // What a model thinks before it speaks is no part of its answer.
                _ => {}
            },
            Output::ContentBlockStop(stop) => {
                if let Some(Arriving { id, name, input }) =
                    self.tools.remove(&stop.content_block_index)
                {
                    let input = if input.trim().is_empty() {
                        "{}".to_owned()
                    } else {
                        input
                    };
                    let input = match serde_json::from_str::<Value>(&input) {
                        Ok(Value::Object(object)) => Value::Object(object),
                        _ => serde_json::json!({ "malformed": input }),
                    };
                    self.pending.push_back(Event::ToolUse { id, name, input });
                }
            }
            Output::MessageStop(stop) => {
                self.stopped = true;
                self.pending
                    .push_back(Event::Stop(match stop.stop_reason.as_str() {
                        "end_turn" | "stop_sequence" => StopReason::EndTurn,
                        "tool_use" => StopReason::ToolUse,
                        "max_tokens" => StopReason::MaxTokens,
                        "model_context_window_exceeded" => StopReason::ContextWindow,
                        "content_filtered" | "guardrail_intervened" => StopReason::Filtered,
                        "malformed_model_output" | "malformed_tool_use" => StopReason::Malformed,
                        other => StopReason::Other(other.to_owned()),
                    }));
            }
            Output::Metadata(metadata) => {
                if let Some(usage) = metadata.usage {
                    let usage = Usage {
                        input_tokens: u64::try_from(usage.input_tokens).unwrap_or(0),
                        output_tokens: u64::try_from(usage.output_tokens).unwrap_or(0),
                    };
                    self.usage = Some(usage);
                    self.pending.push_back(Event::Usage(usage));
                }
            }
            _ => {}
        }
    }
}

/// JSON in the SDK's terms.
fn document(value: &Value) -> Document {
    match value {
        Value::Null => Document::Null,
        Value::Bool(value) => Document::Bool(*value),
        Value::Number(number) => Document::Number(match (number.as_u64(), number.as_i64()) {
            (Some(number), _) => Number::PosInt(number),
            (None, Some(number)) => Number::NegInt(number),
            (None, None) => Number::Float(number.as_f64().unwrap_or_default()),
        }),
        Value::String(text) => Document::String(text.clone()),
        Value::Array(items) => Document::Array(items.iter().map(document).collect()),
        Value::Object(fields) => Document::Object(
            fields
                .iter()
                .map(|(name, value)| (name.clone(), document(value)))
                .collect(),
        ),
    }
}
