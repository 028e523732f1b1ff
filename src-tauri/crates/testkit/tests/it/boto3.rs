//! boto3, AWS's own client for Python, reads the stand-in's streams without complaint.

use std::process::Command;

use buzz_testkit::bedrock::{Ending, Part, Script, StandIn, Turn};

/// The Python that has boto3: `BOTO3_PYTHON`, else `python3`.
fn python() -> Option<String> {
    let python = std::env::var("BOTO3_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let found = Command::new(&python).args(["-c", "import boto3"]).output();
    found
        .is_ok_and(|output| output.status.success())
        .then_some(python)
}

#[test]
fn boto3_reads_answers_errors_and_lists() {
    let Some(python) = python() else {
        println!("skipped: there is no Python with boto3 here (name one in BOTO3_PYTHON)");
        return;
    };
    let stand_in = StandIn::start(Script::turns([
        Turn::Reply {
            parts: vec![
                Part::Text("Grüße, 東京 🙂".into()),
                Part::Tool {
                    name: "run_sql".into(),
                    input: serde_json::json!({"sql": "select 'é'"}),
                },
            ],
            stop: None,
            ending: Ending::Complete,
        },
        Turn::error(403, "AccessDeniedException", "no access"),
        Turn::text_ending(
            "half of it",
            Ending::ExceptionAfter {
                frames: 2,
                kind: "throttlingException".into(),
                message: "slow down".into(),
            },
        ),
        Turn::text_ending("half of it", Ending::CorruptAfter(2)),
    ]));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/boto3_client.py");
    let output = Command::new(python)
        .arg(script)
        .envs(stand_in.env())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        stand_in.requests().iter().all(|request| request.verified),
        "SigV4 as botocore signs it verifies"
    );
    assert_eq!(stand_in.conversations().len(), 4);
}
