//! The server.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full, combinators::BoxBody};
use hyper::body::{Body, Bytes, Frame as BodyFrame, Incoming};
use hyper::header::HeaderValue;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};

use super::frames::{Frame, event_frame, exception_frame};
use super::script::{Ending, Part, Script, Turn};
use super::sigv4::{
    ACCESS_KEY, Rejection, SECRET_KEY, SESSION_ACCESS_KEY, SESSION_SECRET_KEY, SESSION_TOKEN,
    Signed, verify,
};

/// A request that the stand-in got.
#[derive(Debug, Clone)]
pub struct Received {
    /// The operation, such as `ConverseStream`; the method and path where it is none that is known.
    pub operation: String,
    /// The model's id, decoded, of a ConverseStream request.
    pub model: Option<String>,
    /// The method.
    pub method: String,
    /// The path and query as they were sent.
    pub target: String,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// Whether the signature was right.
    pub verified: bool,
    /// Whether the caller closed the connection before the answer was complete.
    pub abandoned: bool,
    /// When the first frame of the answer was sent, of a ConverseStream request that was answered.
    pub first_frame: Option<Instant>,
}

impl Received {
    /// The body as JSON; null where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

/// A running stand-in; it stops when this is dropped.
#[derive(Debug)]
pub struct StandIn {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    script: Mutex<Script>,
    turns: Mutex<VecDeque<Turn>>,
    received: Mutex<Vec<Received>>,
    changed: Condvar,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl StandIn {
    /// Starts on a free port of 127.0.0.1, with a thread and a runtime of its own.
    ///
    /// # Panics
    /// Where the port cannot be had.
    pub fn start(script: Script) -> Self {
        Self::start_on(0, script).expect("a free port on 127.0.0.1")
    }

    /// Starts on the given port of 127.0.0.1; 0 is a free one.
    ///
    /// # Errors
    /// Where the port cannot be had.
    pub fn start_on(port: u16, script: Script) -> std::io::Result<Self> {
        let listener = std::net::TcpListener::bind(("127.0.0.1", port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            turns: Mutex::new(script.turns.iter().cloned().collect()),
            script: Mutex::new(script),
            received: Mutex::new(Vec::new()),
            changed: Condvar::new(),
        });
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("bedrock-stand-in".to_owned())
            .spawn({
                let shared = Arc::clone(&shared);
                move || {
                    runtime.block_on(async move {
                        tokio::select! {
                            () = serve(listener, shared) => {}
                            _ = stopped => {}
                        }
                    });
                    // Answers that hang for ever must not keep the thread.
                    runtime.shutdown_background();
                }
            })?;
        Ok(Self {
            address,
            shared,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// The address, such as `http://127.0.0.1:40123`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests so far, in order.
    pub fn requests(&self) -> Vec<Received> {
        lock(&self.shared.received).clone()
    }

    /// The ConverseStream requests so far, in order.
    pub fn conversations(&self) -> Vec<Received> {
        self.requests()
            .into_iter()
            .filter(|request| request.operation == "ConverseStream")
            .collect()
    }

    /// Adds turns to those that are still to be played.
    pub fn push(&self, turns: impl IntoIterator<Item = Turn>) {
        lock(&self.shared.turns).extend(turns);
    }

    /// Waits until the requests so far meet a condition; false where they do not in ten seconds.
    pub fn wait_until(&self, condition: impl Fn(&[Received]) -> bool) -> bool {
        let received = lock(&self.shared.received);
        let (_guard, result) = self
            .shared
            .changed
            .wait_timeout_while(received, Duration::from_secs(10), |received| {
                !condition(received)
            })
            .unwrap_or_else(PoisonError::into_inner);
        !result.timed_out()
    }

    /// The environment in which a program finds this stand-in, and nothing else, where AWS would be.
    ///
    /// Add `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE` to keep a person's own profiles out of it.
    pub fn env(&self) -> Vec<(String, String)> {
        let url = self.url();
        [
            ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", url.as_str()),
            ("AWS_ENDPOINT_URL_BEDROCK", &url),
            ("AWS_ENDPOINT_URL_STS", &url),
            ("AWS_ACCESS_KEY_ID", ACCESS_KEY),
            ("AWS_SECRET_ACCESS_KEY", SECRET_KEY),
            ("AWS_REGION", "us-east-1"),
            // The name that botocore knows.
            ("AWS_DEFAULT_REGION", "us-east-1"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }

    /// The text of an AWS config file whose profile `default` leads to this stand-in.
    ///
    /// Further profiles that name `services = stand-in` lead here too.
    pub fn config_text(&self) -> String {
        let url = self.url();
        format!(
            "[default]\nregion = us-east-1\nservices = stand-in\naws_access_key_id = {ACCESS_KEY}\n\
             aws_secret_access_key = {SECRET_KEY}\n\n[services stand-in]\nbedrock_runtime =\n  endpoint_url = {url}\n\
             bedrock =\n  endpoint_url = {url}\nsts =\n  endpoint_url = {url}\n"
        )
    }

    /// Writes [`StandIn::config_text`] and an empty credentials file into a folder: their paths.
    ///
    /// # Panics
    /// Where they cannot be written.
    pub fn config_files(&self, folder: &Path) -> (PathBuf, PathBuf) {
        let (config, credentials) = (folder.join("config"), folder.join("credentials"));
        std::fs::write(&config, self.config_text()).expect("the config file can be written");
        std::fs::write(&credentials, "").expect("the credentials file can be written");
        (config, credentials)
    }

    /// Serves until the process ends.
    pub fn join(mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn serve(listener: std::net::TcpListener, shared: Arc<Shared>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
        return;
    };
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let _ = stream.set_nodelay(true);
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(request, Arc::clone(&shared)));
            let connection = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service);
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
}

type Answer = Response<BoxBody<Bytes, Cut>>;

/// Breaks the connection off.
#[derive(Debug, thiserror::Error)]
#[error("the script breaks the connection off here")]
struct Cut;

fn whole(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Answer {
    let mut response = Response::new(
        Full::new(body.into())
            .map_err(|never: Infallible| match never {})
            .boxed(),
    );
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
        .headers_mut()
        .insert("content-type", HeaderValue::from_static(content_type));
    response.headers_mut().insert(
        "x-amzn-requestid",
        HeaderValue::from_static("11111111-2222-3333-4444-555555555555"),
    );
    response
}

fn rest_error(status: u16, kind: &str, message: &str) -> Answer {
    let mut response = whole(
        status,
        "application/json",
        json!({ "message": message }).to_string(),
    );
    let value = format!("{kind}:http://internal.amazon.com/coral/com.amazon.bedrock/");
    if let Ok(value) = HeaderValue::from_str(&value) {
        response.headers_mut().insert("x-amzn-errortype", value);
    }
    response
}

fn sts_error(status: u16, code: &str, message: &str) -> Answer {
    let body = format!(
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
         <Code>{code}</Code><Message>{}</Message></Error><RequestId>r</RequestId></ErrorResponse>",
        xml(message)
    );
    whole(status, "text/xml", body)
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let hex = (bytes[i] == b'%').then(|| text.get(i + 1..i + 3)).flatten();
        if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            out.push(byte);
            i += 3;
        } else {
            out.push(bytes[i]);
            i += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

async fn answer(request: Request<Incoming>, shared: Arc<Shared>) -> Result<Answer, Cut> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Cut)?.to_bytes();
    let headers: Vec<(String, String)> = head
        .headers
        .iter()
        .map(|(name, value)| {
            (
                name.as_str().to_owned(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        })
        .collect();
    let (path, query) = (
        head.uri.path().to_owned(),
        head.uri.query().unwrap_or_default().to_owned(),
    );
    let method = head.method.as_str().to_owned();

    let model = path
        .strip_prefix("/model/")
        .and_then(|rest| rest.strip_suffix("/converse-stream"))
        .map(decode);
    let form = String::from_utf8_lossy(&body).into_owned();
    let action = form
        .split('&')
        .find_map(|pair| pair.strip_prefix("Action="))
        .map(str::to_owned);
    let (operation, service) = match (method.as_str(), path.as_str()) {
        ("POST", _) if model.is_some() => ("ConverseStream".to_owned(), "bedrock"),
        ("GET", "/inference-profiles") => ("ListInferenceProfiles".to_owned(), "bedrock"),
        ("GET", "/foundation-models") => ("ListFoundationModels".to_owned(), "bedrock"),
        ("POST", "/") if action.is_some() => (action.unwrap_or_default(), "sts"),
        _ => (format!("{method} {path}"), "bedrock"),
    };
    let signed = Signed {
        method: &method,
        path: &path,
        query: &query,
        headers: &headers,
        body: &body,
    };
    let verified = verify(signed, service, Timestamp::now());
    let index = {
        let mut received = lock(&shared.received);
        received.push(Received {
            operation: operation.clone(),
            model,
            method: method.clone(),
            target: head
                .uri
                .path_and_query()
                .map(ToString::to_string)
                .unwrap_or_default(),
            headers,
            body: body.to_vec(),
            verified: verified.is_ok(),
            abandoned: false,
            first_frame: None,
        });
        received.len() - 1
    };
    shared.changed.notify_all();
    tracing::info!(%operation, verified = verified.is_ok(), "a request");
    if let Err(Rejection {
        kind,
        sts_code,
        message,
    }) = verified
    {
        return Ok(if service == "sts" {
            sts_error(403, sts_code, &message)
        } else {
            rest_error(403, kind, &message)
        });
    }
    // A caller that goes away before the head of the answer drops this future; what is armed then tells of it.
    let mut watch = Watch {
        shared: Arc::clone(&shared),
        index,
        armed: true,
    };
    let answer = match operation.as_str() {
        "ConverseStream" => converse(&body, &shared, index).await,
        _ => Ok(control(&operation, &shared)),
    };
    watch.armed = false;
    answer
}

/// Marks a request as abandoned when it is dropped while armed.
struct Watch {
    shared: Arc<Shared>,
    index: usize,
    armed: bool,
}

impl Watch {
    /// The first frame of the answer is about to be sent.
    fn begins(&self) {
        if let Some(received) = lock(&self.shared.received).get_mut(self.index) {
            received.first_frame = Some(Instant::now());
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if self.armed {
            if let Some(received) = lock(&self.shared.received).get_mut(self.index) {
                received.abandoned = true;
            }
            self.shared.changed.notify_all();
        }
    }
}

fn control(operation: &str, shared: &Shared) -> Answer {
    let mut script = lock(&shared.script);
    if let Some(position) = script
        .control_errors
        .iter()
        .position(|error| error.operation == operation)
    {
        let error = script.control_errors.remove(position);
        return match operation {
            "GetCallerIdentity" | "AssumeRole" => {
                sts_error(error.status, &error.kind, &error.message)
            }
            _ => rest_error(error.status, &error.kind, &error.message),
        };
    }
    let arn =
        |kind: &str, id: &str| format!("arn:aws:bedrock:us-east-1:{}:{kind}/{id}", script.account);
    match operation {
        "ListInferenceProfiles" => {
            let profiles: Vec<Value> = script
                .inference_profiles
                .iter()
                .map(|profile| {
                    let models: Vec<Value> = profile
                        .models
                        .iter()
                        .map(|model| json!({"modelArn": format!("arn:aws:bedrock:us-east-1::foundation-model/{model}")}))
                        .collect();
                    json!({
                        "inferenceProfileName": profile.name,
                        "inferenceProfileId": profile.id,
                        "inferenceProfileArn": arn("inference-profile", &profile.id),
                        "models": models,
                        "status": "ACTIVE",
                        "type": profile.kind,
                        "createdAt": "2025-01-01T00:00:00Z",
                        "updatedAt": "2025-01-01T00:00:00Z",
                    })
                })
                .collect();
            whole(
                200,
                "application/json",
                json!({ "inferenceProfileSummaries": profiles }).to_string(),
            )
        }
        "ListFoundationModels" => {
            let models: Vec<Value> = script
                .foundation_models
                .iter()
                .map(|model| {
                    json!({
                        "modelArn": format!("arn:aws:bedrock:us-east-1::foundation-model/{}", model.id),
                        "modelId": model.id,
                        "modelName": model.name,
                        "providerName": model.provider,
                        "inputModalities": ["TEXT"],
                        "outputModalities": model.output,
                        "responseStreamingSupported": model.streaming,
                        "customizationsSupported": [],
                        "inferenceTypesSupported": model.inference_types,
                        "modelLifecycle": {"status": model.status},
                    })
                })
                .collect();
            whole(
                200,
                "application/json",
                json!({ "modelSummaries": models }).to_string(),
            )
        }
        "GetCallerIdentity" => whole(
            200,
            "text/xml",
            format!(
                "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
                 <GetCallerIdentityResult><Arn>{}</Arn><UserId>AIDEXAMPLE</UserId><Account>{}</Account>\
                 </GetCallerIdentityResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>\
                 </GetCallerIdentityResponse>",
                xml(&script.arn),
                xml(&script.account)
            ),
        ),
        "AssumeRole" => {
            let expiry = Timestamp::now() + jiff::SignedDuration::from_hours(1);
            whole(
                200,
                "text/xml",
                format!(
                    "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult>\
                     <AssumedRoleUser><AssumedRoleId>AROAEXAMPLE:s</AssumedRoleId><Arn>{}</Arn></AssumedRoleUser>\
                     <Credentials><AccessKeyId>{SESSION_ACCESS_KEY}</AccessKeyId><SecretAccessKey>{SESSION_SECRET_KEY}\
                     </SecretAccessKey><SessionToken>{SESSION_TOKEN}</SessionToken><Expiration>{}</Expiration>\
                     </Credentials></AssumeRoleResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>\
                     </AssumeRoleResponse>",
                    xml(&script.arn),
                    expiry.strftime("%Y-%m-%dT%H:%M:%SZ")
                ),
            )
        }
        _ => rest_error(
            404,
            "UnknownOperationException",
            "The requested operation is not known.",
        ),
    }
}

async fn converse(body: &[u8], shared: &Arc<Shared>, index: usize) -> Result<Answer, Cut> {
    let Ok(request) = serde_json::from_slice::<Value>(body) else {
        return Ok(rest_error(
            400,
            "SerializationException",
            "The request is no valid JSON.",
        ));
    };
    if let Err(message) = validate(&request) {
        return Ok(rest_error(400, "ValidationException", &message));
    }
    let turn = {
        let mut turns = lock(&shared.turns);
        match turns.front() {
            // A demo takes as many requests as it needs: it is used up once it has answered in text.
            Some(Turn::Demo) if newest_cell(&request).is_none() => Some(Turn::Demo),
            _ => turns.pop_front(),
        }
    };
    let (demo, pace) = {
        let script = lock(&shared.script);
        (script.demo, Duration::from_millis(script.pace_ms))
    };
    let turn = match turn {
        Some(turn) => turn,
        None if demo => Turn::Demo,
        None => {
            return Ok(rest_error(
                400,
                "ValidationException",
                "The script has no more turns.",
            ));
        }
    };
    let turn = if turn == Turn::Demo {
        demo_turn(&request)
    } else {
        turn
    };
    match turn {
        Turn::Cut => Err(Cut),
        Turn::Hang => std::future::pending().await,
        Turn::Error {
            status,
            kind,
            message,
        } => Ok(rest_error(status, &kind, &message)),
        Turn::Reply {
            parts,
            stop,
            ending,
        } => {
            let frames = reply_frames(&parts, stop.as_deref(), &request);
            let (sender, receiver) = mpsc::channel(1);
            tokio::spawn(play(
                frames,
                ending,
                pace,
                sender,
                Watch {
                    shared: Arc::clone(shared),
                    index,
                    armed: false,
                },
            ));
            let mut response = Response::new(Pieces(receiver).boxed());
            response.headers_mut().insert(
                "content-type",
                HeaderValue::from_static("application/vnd.amazon.eventstream"),
            );
            Ok(response)
        }
        Turn::Demo => Ok(rest_error(
            500,
            "InternalServerException",
            "The demo has no turn.",
        )),
    }
}

/// The rules of Converse that a client can break without noticing.
fn validate(request: &Value) -> Result<(), String> {
    let messages = request["messages"]
        .as_array()
        .filter(|messages| !messages.is_empty());
    let messages = messages.ok_or("A conversation must have at least one message.")?;
    let mut asked: Vec<&str> = Vec::new();
    let mut tools_used = false;
    for (position, message) in messages.iter().enumerate() {
        let expected = if position % 2 == 0 {
            "user"
        } else {
            "assistant"
        };
        if message["role"] != expected {
            return Err(format!(
                "A conversation must alternate between user and assistant roles: messages.{position}."
            ));
        }
        let content = message["content"]
            .as_array()
            .filter(|content| !content.is_empty());
        let content = content.ok_or(format!(
            "The content field in the Message object at messages.{position} is empty."
        ))?;
        let mut answered = Vec::new();
        let mut asks = Vec::new();
        for block in content {
            if block["text"]
                .as_str()
                .is_some_and(|text| text.trim().is_empty())
            {
                return Err(format!(
                    "The text field in the ContentBlock object at messages.{position} is blank."
                ));
            }
            if let Some(id) = block["toolResult"]["toolUseId"].as_str() {
                answered.push(id);
            }
            if let Some(id) = block["toolUse"]["toolUseId"].as_str() {
                tools_used = true;
                if !block["toolUse"]["input"].is_object() {
                    return Err(format!(
                        "The toolUse input at messages.{position} is not an object."
                    ));
                }
                asks.push(id);
            }
        }
        if answered != asked {
            return Err(format!(
                "Expected toolResult blocks at messages.{position}.content for the following Ids: {}.",
                asked.join(", ")
            ));
        }
        asked = asks;
    }
    for (field, blocks) in [
        ("system", &request["system"]),
        ("toolConfig.tools", &request["toolConfig"]["tools"]),
    ] {
        let blocks = blocks.as_array().map_or(&[][..], Vec::as_slice);
        let is_mark = |block: &Value| block.get("cachePoint").is_some();
        if blocks.first().is_some_and(is_mark) {
            return Err(format!(
                "The cachePoint at {field}.0 has nothing before it."
            ));
        }
        if blocks.iter().filter(|block| is_mark(block)).count() > 4 {
            return Err("A request may have at most 4 cachePoint blocks.".to_owned());
        }
    }
    if messages.len() % 2 == 0 {
        return Err("The conversation must end with a user message.".to_owned());
    }
    if tools_used
        && request["toolConfig"]["tools"]
            .as_array()
            .is_none_or(Vec::is_empty)
    {
        return Err("The toolConfig field must be defined when using toolUse and toolResult content blocks.".to_owned());
    }
    Ok(())
}

/// The newest tool result, where the last message carries one.
fn newest_result(request: &Value) -> Option<(String, bool)> {
    let last = request["messages"].as_array()?.last()?;
    let result = last["content"]
        .as_array()?
        .iter()
        .rev()
        .find_map(|block| block.get("toolResult"))?;
    let content = result["content"].as_array()?.first()?;
    let text = content["text"]
        .as_str()
        .map_or_else(|| content["json"].to_string(), str::to_owned);
    let failed = result["status"] == "error" || text.starts_with("{\"error\":");
    Some((text, failed))
}

/// The first cell of the newest tool result, digit for digit.
fn newest_cell(request: &Value) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct ToolResult<'a> {
        #[serde(borrow)]
        rows: Vec<Vec<&'a RawValue>>,
    }
    let (text, _) = newest_result(request)?;
    let result: ToolResult<'_> = serde_json::from_str(&text).ok()?;
    let cell = result.rows.first()?.first()?.get();
    Some(serde_json::from_str::<String>(cell).unwrap_or_else(|_| cell.to_owned()))
}

/// The first table that the prompt describes: a line that begins with `table `, then the name quoted as in SQL.
fn first_table(request: &Value) -> Option<String> {
    let system = request["system"].as_array()?;
    let line = system
        .iter()
        .filter_map(|block| block["text"].as_str())
        .flat_map(str::lines)
        .find(|line| line.starts_with("table \""))?;
    Some(line["table ".len()..].to_owned())
}

fn demo_turn(request: &Value) -> Turn {
    if let Some(cell) = newest_cell(request) {
        let table = first_table(request).unwrap_or_default();
        return Turn::text(&format!("The table {table} has {cell} rows."));
    }
    if let Some((error, true)) = newest_result(request) {
        return Turn::text(&format!("The rows could not be counted: {error}"));
    }
    match first_table(request) {
        Some(table) => Turn::sql(&format!("select count(*) as rows from {table}")),
        None => Turn::text("There is no table in this conversation: tick one and ask again."),
    }
}

/// All frames of an answer, from messageStart to metadata.
fn reply_frames(parts: &[Part], stop: Option<&str>, request: &Value) -> Vec<Frame> {
    let mut frames = vec![event_frame("messageStart", &json!({"role": "assistant"}))];
    let mut written = 0;
    for (index, part) in parts.iter().enumerate() {
        match part {
            Part::Text(text) => {
                let text = text.replace("{{cell}}", &newest_cell(request).unwrap_or_default());
                written += text.len();
                // Real answers come in pieces of a few characters that need not end at a word.
                let characters: Vec<char> = text.chars().collect();
                for piece in characters.chunks(7) {
                    let piece: String = piece.iter().collect();
                    frames.push(event_frame(
                        "contentBlockDelta",
                        &json!({"contentBlockIndex": index, "delta": {"text": piece}}),
                    ));
                }
            }
            Part::Tool { name, input } => {
                frames.push(event_frame(
                    "contentBlockStart",
                    &json!({
                        "contentBlockIndex": index,
                        "start": {"toolUse": {"toolUseId": format!("tooluse_{}_{index}", turn_number(request)), "name": name}},
                    }),
                ));
                let text = input
                    .as_str()
                    .map_or_else(|| input.to_string(), str::to_owned);
                written += text.len();
                let characters: Vec<char> = text.chars().collect();
                for piece in characters.chunks(11) {
                    let piece: String = piece.iter().collect();
                    frames.push(event_frame(
                        "contentBlockDelta",
                        &json!({"contentBlockIndex": index, "delta": {"toolUse": {"input": piece}}}),
                    ));
                }
            }
        }
        frames.push(event_frame(
            "contentBlockStop",
            &json!({"contentBlockIndex": index}),
        ));
    }
    let asks = parts.iter().any(|part| matches!(part, Part::Tool { .. }));
    let stop = stop.unwrap_or(if asks { "tool_use" } else { "end_turn" });
    frames.push(event_frame("messageStop", &json!({"stopReason": stop})));
    let (input, output) = (request.to_string().len() / 4, written.div_ceil(4).max(1));
    frames.push(event_frame(
        "metadata",
        &json!({
            "usage": {"inputTokens": input, "outputTokens": output, "totalTokens": input + output},
            "metrics": {"latencyMs": 1},
        }),
    ));
    frames
}

/// How many messages came before, so that ids of tool uses differ within a conversation.
fn turn_number(request: &Value) -> usize {
    request["messages"].as_array().map_or(0, Vec::len)
}

/// Sends the frames as the ending says.
async fn play(
    frames: Vec<Frame>,
    ending: Ending,
    pace: Duration,
    sender: mpsc::Sender<Result<Bytes, Cut>>,
    mut watch: Watch,
) {
    // From here on a receiver that is gone means that the caller closed the connection.
    watch.armed = true;
    let last = frames.len().saturating_sub(1);
    for (index, frame) in frames.into_iter().enumerate() {
        if !pace.is_zero() {
            tokio::time::sleep(pace).await;
        }
        if index == 0 {
            watch.begins();
        }
        let outcome = match &ending {
            Ending::CutAfter(frames) if index == *frames => Some(Err(Cut)),
            Ending::CutInside(frames) if index == *frames => {
                let half = frame.0.len() / 2;
                if sender
                    .send(Ok(Bytes::from(frame.0[..half].to_vec())))
                    .await
                    .is_err()
                {
                    return;
                }
                Some(Err(Cut))
            }
            Ending::CutBeforeMetadata if index == last => Some(Err(Cut)),
            Ending::EndAfter(frames) if index == *frames => {
                watch.armed = false;
                return;
            }
            Ending::HangAfter(frames) if index == *frames => {
                sender.closed().await;
                return;
            }
            Ending::CorruptAfter(frames) if index == *frames => {
                Some(Ok(Bytes::from(frame.clone().corrupted().0)))
            }
            Ending::ExceptionAfter {
                frames,
                kind,
                message,
            } if index == *frames => Some(Ok(Bytes::from(exception_frame(kind, message).0))),
            _ => None,
        };
        let ends = outcome.is_some();
        if sender
            .send(outcome.unwrap_or_else(|| Ok(Bytes::from(frame.0))))
            .await
            .is_err()
        {
            return;
        }
        if ends {
            break;
        }
    }
    watch.armed = false;
}

/// A body that is sent piece by piece as they come.
struct Pieces(mpsc::Receiver<Result<Bytes, Cut>>);

impl Body for Pieces {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<BodyFrame<Bytes>, Cut>>> {
        self.0
            .poll_recv(context)
            .map(|piece| piece.map(|piece| piece.map(BodyFrame::data)))
    }
}
