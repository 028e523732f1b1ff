//! Every fault of AWS and of the way there: a code, one sentence with what to do, and what had arrived is kept.

use std::time::Duration;

use buzz_chat::Ended;
use buzz_testkit::bedrock::{Ending, Turn};

use crate::world::{MODEL, World};

/// Asks in a world where the model answers with one error.
async fn refused(status: u16, kind: &str, message: &str) -> (String, String) {
    let world = World::new([Turn::error(status, kind, message)]);
    let asked = world.ask("How many?").await;
    let (code, sentence) = (asked.code().to_owned(), asked.message());
    assert_eq!(asked.shape().last().unwrap(), "failed");
    assert_eq!(
        world.stand_in.conversations().len(),
        1,
        "{code} must not be repeated"
    );
    let kept = world.kept();
    assert_eq!(
        (kept.ended, kept.error.unwrap().message),
        (Ended::Failed, sentence.clone())
    );
    let ledger = world.ledger();
    let outcome = ledger[0].outcome.as_ref().unwrap();
    assert_eq!(outcome.status, "failed");
    assert!(
        outcome.error.as_ref().unwrap().contains(kind),
        "{outcome:?}"
    );
    assert_one_sentence(&sentence);
    (code, sentence)
}

#[track_caller]
fn assert_one_sentence(sentence: &str) {
    assert!(
        sentence.ends_with('.') && !sentence.contains('\n') && sentence.len() < 700,
        "{sentence}"
    );
}

#[tokio::test]
async fn access_to_the_model_denied() {
    let (code, sentence) = refused(
        403,
        "AccessDeniedException",
        "You don't have access to the model with the specified model ID.",
    )
    .await;
    assert_eq!(code, "model_access_denied");
    assert!(
        sentence.contains(MODEL)
            && sentence.contains("catalogue of the Bedrock console")
            && sentence.contains("us-east-1"),
        "{sentence}"
    );
}

#[tokio::test]
async fn a_permission_is_missing() {
    let message = "User: arn:aws:iam::1:user/x is not authorized to perform: bedrock:InvokeModelWithResponseStream";
    let (code, sentence) = refused(403, "AccessDeniedException", message).await;
    assert_eq!(code, "access_denied");
    assert!(
        sentence.contains("\"default\"")
            && sentence.contains("bedrock:InvokeModelWithResponseStream"),
        "{sentence}"
    );
}

#[tokio::test]
async fn the_model_is_not_in_the_region() {
    let (code, sentence) = refused(
        400,
        "ValidationException",
        "The provided model identifier is invalid.",
    )
    .await;
    assert_eq!(code, "model_not_in_region");
    assert!(
        sentence.contains(MODEL) && sentence.contains("us-east-1"),
        "{sentence}"
    );
    let (code, _) = refused(
        404,
        "ResourceNotFoundException",
        "This model version has reached the end of its life.",
    )
    .await;
    assert_eq!(code, "model_not_found");
}

#[tokio::test]
async fn the_model_wants_an_inference_profile() {
    let message = "Invocation of model ID anthropic.claude-x with on-demand throughput isn\u{2019}t supported. Retry your \
                   request with the ID or ARN of an inference profile that contains this model.";
    let (code, sentence) = refused(400, "ValidationException", message).await;
    assert_eq!(code, "on_demand_not_supported");
    assert!(sentence.contains("inference profile"), "{sentence}");
}

#[tokio::test]
async fn the_request_is_not_valid() {
    assert_eq!(
        refused(400, "ValidationException", "messages.0: something odd")
            .await
            .0,
        "refused_request"
    );
    assert_eq!(
        refused(
            400,
            "ValidationException",
            "Input is too long for requested model."
        )
        .await
        .0,
        "context_too_long"
    );
    assert_eq!(
        refused(
            400,
            "ValidationException",
            "This model doesn't support tool use in streaming mode."
        )
        .await
        .0,
        "model_without_tools"
    );
}

#[tokio::test]
async fn credentials_that_aws_does_not_take() {
    let (code, _) = refused(
        403,
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    )
    .await;
    assert_eq!(code, "wrong_credentials");
    let (code, sentence) = refused(
        403,
        "ExpiredTokenException",
        "The security token included in the request is expired",
    )
    .await;
    assert_eq!(code, "credentials_expired");
    assert!(
        sentence.contains("aws configure --profile default"),
        "{sentence}"
    );
}

#[tokio::test]
async fn a_wrong_clock() {
    let message = "Signature expired: 20260314T150000Z is now earlier than 20260314T151000Z (20260314T151500Z - 5 min.)";
    assert_eq!(
        refused(403, "InvalidSignatureException", message).await.0,
        "clock_skew"
    );
}

#[tokio::test]
async fn the_quota_of_the_day_is_not_worth_waiting_for() {
    assert_eq!(
        refused(
            429,
            "ThrottlingException",
            "Too many tokens per day, please wait before trying again."
        )
        .await
        .0,
        "daily_limit"
    );
    assert_eq!(
        refused(400, "ServiceQuotaExceededException", "Limit reached.")
            .await
            .0,
        "quota_exceeded"
    );
}

#[tokio::test]
async fn an_unknown_error_is_passed_on() {
    let (code, sentence) = refused(418, "TeapotException", "I am a teapot").await;
    assert_eq!(code, "aws_error");
    assert!(
        sentence.contains("TeapotException I am a teapot"),
        "{sentence}"
    );
}

#[tokio::test]
async fn throttling_is_waited_out() {
    let world = World::new([Turn::throttled(), Turn::throttled(), Turn::text("At last.")]);
    let asked = world.ask("How many?").await;
    assert_eq!(asked.answer().text, "At last.");
    assert_eq!(asked.answer().requests, 3);
    assert_eq!(asked.notices().len(), 2);
    assert!(
        asked.notices()[1].contains("throttling") && asked.notices()[1].contains("(2 of 4)"),
        "{:?}",
        asked.notices()
    );
    let ledger = world.ledger();
    let outcomes: Vec<&str> = ledger
        .iter()
        .map(|line| line.outcome.as_ref().unwrap().status.as_str())
        .collect();
    assert_eq!(
        outcomes,
        ["failed", "failed", "ok"],
        "every repetition is on record"
    );
}

#[tokio::test]
async fn throttling_that_does_not_end() {
    let world = World::new((0..9).map(|_| Turn::throttled()));
    let asked = world.ask("How many?").await;
    assert_eq!(asked.code(), "throttled");
    assert_eq!(world.stand_in.conversations().len(), 5);
    assert_one_sentence(&asked.message());
}

#[tokio::test]
async fn errors_of_the_service_pass() {
    for turn in [
        Turn::error(503, "ServiceUnavailableException", "busy"),
        Turn::error(500, "InternalServerException", "oops"),
        Turn::error(429, "ModelNotReadyException", "warming up"),
        Turn::error(424, "ModelErrorException", "the model failed"),
        Turn::Cut,
        Turn::text_ending("never seen", Ending::CutAfter(0)),
        Turn::text_ending("never seen", Ending::EndAfter(1)),
        Turn::text_ending("never seen", Ending::CorruptAfter(0)),
        Turn::text_ending(
            "never seen",
            Ending::ExceptionAfter {
                frames: 0,
                kind: "throttlingException".into(),
                message: "slow down".into(),
            },
        ),
    ] {
        let world = World::new([turn.clone(), Turn::text("Better.")]);
        let asked = world.ask("How many?").await;
        assert_eq!(asked.answer().text, "Better.", "{turn:?}");
        assert_eq!(asked.streamed(), "Better.", "{turn:?}");
        assert_eq!(asked.notices().len(), 1, "{turn:?}");
    }
}

#[tokio::test]
async fn a_stream_that_is_cut_keeps_what_had_arrived_and_marks_it() {
    for (ending, code) in [
        (Ending::CutAfter(4), "stream_cut"),
        (Ending::CutInside(4), "stream_cut"),
        (Ending::EndAfter(4), "stream_cut"),
        (Ending::CorruptAfter(4), "malformed_answer"),
        (
            Ending::ExceptionAfter {
                frames: 4,
                kind: "modelStreamErrorException".into(),
                message: "gone".into(),
            },
            "model_error",
        ),
        (
            Ending::ExceptionAfter {
                frames: 4,
                kind: "throttlingException".into(),
                message: "slow".into(),
            },
            "throttled",
        ),
        (
            Ending::ExceptionAfter {
                frames: 4,
                kind: "validationException".into(),
                message: "odd".into(),
            },
            "refused_request",
        ),
        (
            Ending::ExceptionAfter {
                frames: 4,
                kind: "internalServerException".into(),
                message: "odd".into(),
            },
            "unavailable",
        ),
        (
            Ending::ExceptionAfter {
                frames: 4,
                kind: "serviceUnavailableException".into(),
                message: "odd".into(),
            },
            "unavailable",
        ),
    ] {
        let world = World::new([Turn::text_ending(
            "There are many orders in this table.",
            ending.clone(),
        )]);
        let asked = world.ask("How many?").await;
        assert_eq!(asked.code(), code, "{ending:?}");
        assert_one_sentence(&asked.message());
        assert_eq!(
            world.stand_in.conversations().len(),
            1,
            "half an answer is not asked for again: {ending:?}"
        );
        let kept = world.kept();
        assert_eq!(
            (kept.text.as_str(), kept.ended),
            ("There are many orders", Ended::Failed),
            "{ending:?}"
        );
        assert_eq!(kept.error.unwrap().code, code);
        let event = serde_json::to_value(asked.events.last().unwrap()).unwrap();
        assert_eq!(event["kept_text"], "There are many orders");
        assert_eq!(world.ledger()[0].outcome.as_ref().unwrap().status, "failed");

        world.stand_in.push([Turn::text("Five.")]);
        let id = world.library().conversations().unwrap()[0].id.clone();
        assert_eq!(
            world.ask_in(Some(&id), "Again?").await.answer().text,
            "Five.",
            "the conversation goes on"
        );
        let sent = world.stand_in.conversations()[1].json();
        assert_eq!(
            sent["messages"][1]["content"][0]["text"],
            "There are many orders"
        );
    }
}

#[tokio::test]
async fn a_cut_after_the_last_token_costs_nothing() {
    let world = World::new([Turn::text_ending("Five.", Ending::CutBeforeMetadata)]);
    let asked = world.ask("How many?").await;
    assert_eq!(
        (asked.answer().text.as_str(), asked.answer().ended),
        ("Five.", Ended::Complete)
    );
    assert_eq!(world.ledger()[0].outcome.as_ref().unwrap().status, "ok");
}

// Several threads, because waiting for the stand-in blocks one that the connection needs to be closed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_that_never_begins_is_given_up() {
    for turn in [Turn::Hang, Turn::text_ending("never", Ending::HangAfter(0))] {
        let mut world = World::new([turn]);
        world.settings.timeouts.first_byte = Duration::from_millis(200);
        let asked = world.ask("How many?").await;
        assert_eq!(asked.code(), "timed_out");
        assert!(
            asked.message().contains("did not begin to answer in time"),
            "{}",
            asked.message()
        );
        assert_one_sentence(&asked.message());
        let outcome = world.ledger()[0].outcome.clone().unwrap();
        assert_eq!(outcome.status, "failed");
        assert!(
            world.stand_in.wait_until(|requests| requests[0].abandoned),
            "the connection is closed"
        );
    }
}

#[tokio::test]
async fn a_model_that_falls_silent_is_given_up() {
    let mut world = World::new([Turn::text_ending(
        "There are many orders in this table.",
        Ending::HangAfter(4),
    )]);
    world.settings.timeouts.idle = Duration::from_secs(2);
    let asked = world.ask("How many?").await;
    assert_eq!(asked.code(), "timed_out");
    assert!(
        asked.message().contains("stopped in the middle"),
        "{}",
        asked.message()
    );
    assert_eq!(world.kept().text, "There are many orders");
}

#[tokio::test]
async fn nobody_at_the_address() {
    // Nothing listens on port 1 (a free port of a moment ago could be another test's by now), and no resolver knows the name.
    for (url, what) in [
        ("http://127.0.0.1:1".to_owned(), "refused"),
        (
            "http://no-such-host.invalid".to_owned(),
            "cannot be looked up",
        ),
    ] {
        let mut world = World::new([]);
        world.limits.retries = 1;
        let text = world
            .stand_in
            .config_text()
            .replace(&world.stand_in.url(), &url);
        std::fs::write(world.settings.files.config.as_ref().unwrap(), text).unwrap();
        let asked = world.ask("How many?").await;
        assert_eq!(asked.code(), "no_network", "{}", asked.message());
        assert!(asked.message().contains(what), "{}", asked.message());
        assert_one_sentence(&asked.message());
        assert_eq!(asked.notices().len(), 1, "it is tried again first");
        assert_eq!(world.ledger()[0].outcome.as_ref().unwrap().status, "failed");
    }
}

#[tokio::test]
async fn an_answer_that_was_held_back() {
    for (stop, code) in [
        ("content_filtered", "filtered"),
        ("guardrail_intervened", "filtered"),
        ("model_context_window_exceeded", "context_too_long"),
        ("malformed_tool_use", "malformed_answer"),
    ] {
        let world = World::new([Turn::Reply {
            parts: vec![],
            stop: Some(stop.into()),
            ending: Ending::Complete,
        }]);
        assert_eq!(world.ask("?").await.code(), code);
    }
}
