//! One model of an account, asked through ConverseStream.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
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
    Tool, Usage,
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
    kept: Arc<Kept>,
}

/// What is worth keeping between the requests to a model.
#[derive(Debug)]
struct Kept {
    /// Which parts of a request are marked as lasting; less once the service has refused such a mark.
    caching: Mutex<Caching>,
    /// The tools in the SDK's terms, built once: it keeps a JSON object in an order that differs each time it is built, and
    /// what the service is to recognise must stay the same, byte for byte.
    tools: Mutex<Option<(Vec<Tool>, wire::ToolConfiguration)>>,
}

/// Which parts of a request carry a mark that the service may keep what stands before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Caching {
    Nothing,
    System,
    SystemAndTools,
}

impl Caching {
    /// What a model is documented to keep.
    fn of(model: &str) -> Self {
        let is = |names: &[&str]| names.iter().any(|name| model.contains(name));
        if is(&["amazon.nova"]) {
            Self::System
        } else if is(&["anthropic.claude"])
            && !is(&[
                "claude-v2",
                "claude-instant",
                "claude-3-haiku",
                "claude-3-sonnet",
                "claude-3-opus",
                "claude-3-5-sonnet-20240620",
            ])
        {
            Self::SystemAndTools
        } else {
            Self::Nothing
        }
    }
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
            kept: Arc::new(Kept {
                caching: Mutex::new(Caching::of(&model)),
                tools: Mutex::new(None),
            }),
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
    fn builder(
        &self,
        request: &Request,
        caching: Caching,
    ) -> Result<ConverseStreamFluentBuilder, BuildError> {
        let messages = request
            .messages
            .iter()
            .map(|message| self.message(message))
            .collect::<Result<_, _>>()?;
        let mut builder = self
            .client
            .converse_stream()
            .model_id(&self.model)
            .system(wire::SystemContentBlock::Text(request.system.clone()));
        if caching != Caching::Nothing {
            builder = builder.system(wire::SystemContentBlock::CachePoint(cache_point()?));
        }
        if !request.situation.is_empty() {
            builder = builder.system(wire::SystemContentBlock::Text(request.situation.clone()));
        }
        builder = builder.set_messages(Some(messages)).inference_config(
            wire::InferenceConfiguration::builder()
                .max_tokens(i32::try_from(request.max_tokens).unwrap_or(i32::MAX))
                .build(),
        );
        if !request.tools.is_empty() {
            let mut tools = self.tools(&request.tools)?;
            if caching == Caching::SystemAndTools {
                tools.tools.push(wire::Tool::CachePoint(cache_point()?));
            }
            builder = builder.tool_config(tools);
        }
        Ok(builder)
    }

    fn tools(&self, tools: &[Tool]) -> Result<wire::ToolConfiguration, BuildError> {
        let mut kept = lock(&self.kept.tools);
        if let Some((known, built)) = &*kept
            && known == tools
        {
            return Ok(built.clone());
        }
        let mut built = wire::ToolConfiguration::builder();
        for tool in tools {
            built = built.tools(wire::Tool::ToolSpec(
                wire::ToolSpecification::builder()
                    .name(&tool.name)
                    .description(&tool.description)
                    .input_schema(wire::ToolInputSchema::Json(document(&tool.input_schema)))
                    .build()?,
            ));
        }
        let built = built.build()?;
        *kept = Some((tools.to_vec(), built.clone()));
        Ok(built)
    }

    /// Sends a request once and waits for the head of its answer.
    async fn send(&self, request: &Request, caching: Caching) -> Result<EventStream, ModelError> {
        let builder = self.builder(request, caching).map_err(unbuilt)?;
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
                "The account may call no text model in {region}: choose another region in the settings, or ask \
                 whoever administers the account to allow one."
            ),
        },
    ))
}

#[async_trait]
impl Model for Bedrock {
    async fn stream(&self, request: &Request) -> Result<EventStream, ModelError> {
        let caching = *lock(&self.kept.caching);
        match self.send(request, caching).await {
            // Which models keep what is documented late and changes: one that refuses the mark is asked without it.
            Err(error) if caching != Caching::Nothing && is_about_caching(&error) => {
                *lock(&self.kept.caching) = Caching::Nothing;
                self.send(request, Caching::Nothing).await
            }
            sent => sent,
        }
    }

    async fn preview(&self, request: &Request) -> Result<String, ModelError> {
        let caching = *lock(&self.kept.caching);
        let builder = self.builder(request, caching).map_err(unbuilt)?;
        // Everything is done as if it were sent, except for that.
        let call = Call::preview(request.conversation_id.clone());
        let sent = call.run(builder.send()).await;
        match (call.previewed(), sent) {
            (Some(payload), _) => Ok(payload),
            (None, Err(error)) => Err(failure::explain(&error, &self.place)),
            (None, Ok(_)) => Err(ModelError::new(
                "internal",
                "The request could not be shown before it was sent: please report this.",
            )),
        }
    }

    fn identity(&self) -> Identity {
        Identity {
            model: self.model.clone(),
            profile: self.place.profile.clone(),
            region: self.place.region.clone(),
        }
    }
}

fn unbuilt(error: BuildError) -> ModelError {
    ModelError::new(
        "internal",
        format!("The request could not be built ({error}): please report this."),
    )
}

fn cache_point() -> Result<wire::CachePointBlock, BuildError> {
    wire::CachePointBlock::builder()
        .r#type(wire::CachePointType::Default)
        .build()
}

/// Whether the service refused a request for its mark of what may be kept.
fn is_about_caching(error: &ModelError) -> bool {
    let message = error.message.to_lowercase();
    error.code == "refused_request"
        && [
            "cachepoint",
            "cache point",
            "prompt caching",
            "cache_control",
        ]
        .iter()
        .any(|word| message.contains(word))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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
                    let count = |tokens: i32| u64::try_from(tokens).unwrap_or(0);
                    // The service counts what it had kept, and what it keeps now, apart from the rest.
                    let cached = count(usage.cache_read_input_tokens.unwrap_or(0));
                    let written = count(usage.cache_write_input_tokens.unwrap_or(0));
                    let usage = Usage {
                        input_tokens: count(usage.input_tokens) + cached + written,
                        output_tokens: count(usage.output_tokens),
                        cached_tokens: cached,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_set_for_models_that_are_documented_to_keep_things() {
        for (model, caching) in [
            (
                "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
                Caching::SystemAndTools,
            ),
            (
                "anthropic.claude-3-5-sonnet-20241022-v2:0",
                Caching::SystemAndTools,
            ),
            (
                "anthropic.claude-3-5-sonnet-20240620-v1:0",
                Caching::Nothing,
            ),
            ("anthropic.claude-3-haiku-20240307-v1:0", Caching::Nothing),
            ("eu.amazon.nova-pro-v1:0", Caching::System),
            ("meta.llama3-1-70b-instruct-v1:0", Caching::Nothing),
            (
                "arn:aws:bedrock:eu-central-1:1:application-inference-profile/abc",
                Caching::Nothing,
            ),
        ] {
            assert_eq!(Caching::of(model), caching, "{model}");
        }
    }
}
