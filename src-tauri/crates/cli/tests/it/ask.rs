//! `buzz ask`, `aws` and `ledger` against a stand-in Bedrock on the real wire.

use std::process::Command;

use buzz_testkit::bedrock::{Ending, Part, Script, StandIn, Turn};
use serde_json::{Value, json};

use crate::harness::{Run, Scratch, send, wait_with_peak};

fn with_sales() -> Scratch {
    let scratch = Scratch::new();
    let mut text = String::from("id,amount,place\n");
    for id in 0..2_500 {
        text.push_str(&format!(
            "{id},{}.50,{}\n",
            id % 10,
            if id % 2 == 0 { "Köln" } else { "Bonn" }
        ));
    }
    scratch.convert(&scratch.file("sales.csv", text));
    scratch
}

fn command(scratch: &Scratch, stand_in: &StandIn, args: &[&str]) -> Command {
    let mut command = scratch.command(args);
    command.envs(stand_in.env());
    command
}

fn run(scratch: &Scratch, stand_in: &StandIn, args: &[&str]) -> Run {
    Run::of(command(scratch, stand_in, args).output().unwrap())
}

fn json_of(scratch: &Scratch, stand_in: &StandIn, args: &[&str]) -> Value {
    let run = run(scratch, stand_in, &[&["--json"], args].concat());
    assert_eq!(run.code, 0, "{run:#?}");
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn the_answer_is_one_document() {
    let scratch = with_sales();
    let stand_in = StandIn::start(Script::demo());
    let document = json_of(&scratch, &stand_in, &["ask", "How many sales were there?"]);
    let keys: Vec<&String> = document.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "answer",
            "steps",
            "result",
            "figures",
            "charts",
            "matches",
            "readings",
            "facts",
            "clarification",
            "notes",
            "ended",
            "usage",
            "requests",
            "model",
            "conversation"
        ]
    );
    let answer = document["answer"].as_str().unwrap();
    assert!(
        answer.contains("2500") || answer.contains("2,500"),
        "{answer}"
    );
    let steps = document["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 1);
    assert_eq!(steps[0]["tool"], "run_sql");
    assert_eq!(steps[0]["sql"], "select count(*) as rows from \"sales\"");
    assert_eq!(
        (&steps[0]["rows"], &steps[0]["error"]),
        (&json!(1), &Value::Null)
    );
    assert!(steps[0]["seconds"].is_f64());
    assert_eq!(
        document["result"],
        json!({"columns": [{"name": "rows", "type": "BIGINT"}], "rows": [[2_500]], "row_count": 1, "truncated": false})
    );
    assert_eq!(document["ended"], "complete");
    assert_eq!(document["requests"], 2);
    assert!(document["usage"]["input_tokens"].as_u64().unwrap() > 0);
    assert!(document["usage"]["output_tokens"].as_u64().unwrap() > 0);
    assert!(document["model"]["model"].is_string());
    assert_eq!(document["model"]["region"], "us-east-1");
    assert!(document["conversation"].is_string());
    assert!(stand_in.requests().iter().all(|request| request.verified));
}

#[test]
fn people_read_the_sql_the_table_and_the_answer() {
    let scratch = with_sales();
    let stand_in = StandIn::start(Script::turns([
        Turn::Reply {
            parts: vec![
                Part::Text("Let me look.".to_owned()),
                Part::Tool {
                    name: "run_sql".to_owned(),
                    input: json!({"sql": "select place, count(*) as n\nfrom sales group by place order by place"}),
                },
            ],
            stop: None,
            ending: Ending::Complete,
        },
        Turn::text("Both have \u{1b}[H 1,250."),
    ]));
    let run = run(&scratch, &stand_in, &["ask", "Where?"]);
    assert_eq!(run.code, 0, "{run:#?}");
    let expected = "Let me look.\n\n\
                    SQL\n  select place, count(*) as n\n  from sales group by place order by place\n\n \
                    place      n\n──────────────\n Bonn    1250\n Köln    1250\n\n\
                    Both have \u{fffd}[H 1,250.\n";
    assert_eq!(run.stdout, expected);
    assert!(run.stderr.starts_with("conversation "), "{run:#?}");
    assert!(run.stderr.contains(" tokens in and "), "{run:#?}");
}

#[test]
fn sql_that_fails_is_told_and_mended() {
    let scratch = with_sales();
    let turns = || {
        [
            Turn::sql("select nothing from sales"),
            Turn::sql("select 1 as one"),
            Turn::text("It is one."),
        ]
    };
    let stand_in = StandIn::start(Script::turns(turns()));
    let document = json_of(&scratch, &stand_in, &["ask", "One?"]);
    assert_eq!(document["answer"], "It is one.");
    assert_eq!(document["steps"][0]["error"]["code"], "sql_error");
    assert_eq!(document["steps"][0]["rows"], Value::Null);
    assert_eq!(
        (
            &document["steps"][1]["rows"],
            &document["steps"][1]["error"]
        ),
        (&json!(1), &Value::Null)
    );
    assert_eq!(document["result"]["rows"], json!([[1]]));
    stand_in.push(turns());
    let run = run(&scratch, &stand_in, &["ask", "One?"]);
    assert_eq!(run.code, 0, "{run:#?}");
    assert!(
        run.stdout.contains("SQL\n  select nothing from sales\n"),
        "{run:#?}"
    );
    assert!(
        run.stderr.contains("warning: the query failed: "),
        "{run:#?}"
    );
}

#[test]
fn a_conversation_goes_on() {
    let scratch = with_sales();
    let stand_in = StandIn::start(Script::turns([Turn::text("First."), Turn::text("Second.")]));
    let first = json_of(&scratch, &stand_in, &["ask", "What is first?"]);
    let id = first["conversation"].as_str().unwrap();
    assert_eq!(first["result"], Value::Null);
    let second = json_of(
        &scratch,
        &stand_in,
        &["ask", "And then?", "--conversation", id],
    );
    assert_eq!(second["conversation"], id);
    let sent = String::from_utf8(stand_in.conversations()[1].body.clone()).unwrap();
    assert!(
        sent.contains("What is first?") && sent.contains("First.") && sent.contains("And then?"),
        "{sent}"
    );
    let run = run(
        &scratch,
        &stand_in,
        &["--json", "ask", "Hm?", "--conversation", "nonsense"],
    );
    assert_eq!(
        (run.code, run.error_document()["code"].as_str()),
        (1, Some("no_such_conversation")),
        "{run:#?}"
    );
}

#[test]
fn the_scope_is_the_datasets_that_were_named() {
    let scratch = with_sales();
    scratch.convert(&scratch.file("secret.csv", "hidden_column\n1\n"));
    let stand_in = StandIn::start(Script::turns([
        Turn::sql("select * from secret"),
        Turn::text("No."),
    ]));
    let document = json_of(
        &scratch,
        &stand_in,
        &["ask", "What?", "--dataset", "SALES", "--dataset", "sales"],
    );
    assert!(document["steps"][0]["error"].is_object(), "{document:#}");
    for request in stand_in.conversations() {
        let body = String::from_utf8(request.body).unwrap();
        assert!(!body.contains("hidden_column"), "{body}");
    }
    let run = run(
        &scratch,
        &stand_in,
        &["ask", "What?", "--dataset", "nobody"],
    );
    run.assert_failed(1, "there is no dataset \"nobody\"");
    let empty = Scratch::new();
    let nothing = Run::of(
        command(&empty, &stand_in, &["--json", "ask", "What?"])
            .output()
            .unwrap(),
    );
    assert_eq!(
        (nothing.code, nothing.error_document()["code"].as_str()),
        (1, Some("no_datasets")),
        "{nothing:#?}"
    );
}

#[test]
fn the_model_and_the_region_that_were_named_are_used() {
    let scratch = with_sales();
    let stand_in = StandIn::start(Script::turns([Turn::text("Yes.")]));
    let document = json_of(
        &scratch,
        &stand_in,
        &[
            "ask",
            "You?",
            "--model",
            "us.amazon.nova-pro-v1:0",
            "--region",
            "us-west-2",
        ],
    );
    assert_eq!(document["model"]["model"], "us.amazon.nova-pro-v1:0");
    assert_eq!(document["model"]["region"], "us-west-2");
    assert_eq!(
        stand_in.conversations()[0].model.as_deref(),
        Some("us.amazon.nova-pro-v1:0")
    );
}

#[test]
fn without_a_profile_it_says_what_to_do() {
    let scratch = with_sales();
    for args in [
        &["ask", "What?"][..],
        &["ask", "What?", "--profile", "nobody"],
    ] {
        let run = scratch.run(args);
        run.assert_failed(1, "");
        let run = scratch.run([&["--json"], args].concat());
        assert!(!run.error_document()["code"].as_str().unwrap().is_empty());
    }
}

#[test]
fn an_answer_that_is_cut_keeps_what_had_arrived() {
    let scratch = with_sales();
    let stand_in = StandIn::start(Script::turns([Turn::text_ending(
        "There were about twenty-five hundred sales in all of that time.",
        Ending::CutAfter(6),
    )]));
    let run = run(&scratch, &stand_in, &["ask", "How many?"]);
    assert_eq!(run.code, 1, "{run:#?}");
    assert!(run.stdout.starts_with("There were"), "{run:#?}");
    assert!(run.stdout.ends_with('\n'), "{run:#?}");
    assert!(
        run.stderr.lines().last().unwrap().starts_with("error: "),
        "{run:#?}"
    );
}

#[test]
fn ctrl_c_stops_an_answer() {
    let scratch = with_sales();
    let stand_in = StandIn::start(Script::turns([Turn::Hang]));
    let child = command(&scratch, &stand_in, &["--json", "ask", "How many?"])
        .spawn()
        .unwrap();
    assert!(stand_in.wait_until(|requests| {
        requests
            .iter()
            .any(|request| request.operation == "ConverseStream")
    }));
    send(&child, libc::SIGINT);
    let (run, _) = wait_with_peak(child);
    assert_eq!((run.code, run.stdout.as_str()), (130, ""), "{run:#?}");
    assert_eq!(run.error_document()["code"], "cancelled");
}

#[test]
fn the_ledger_lists_what_was_sent_word_for_word() {
    let scratch = with_sales();
    let stand_in = StandIn::start(Script::demo());
    json_of(
        &scratch,
        &stand_in,
        &["ask", "How many sales were there in Bonn?"],
    );
    let ledger = scratch.json(["ledger"]);
    let records = ledger.as_array().unwrap();
    assert_eq!(records.len(), stand_in.requests().len(), "{ledger:#}");
    let asked: Vec<&Value> = records
        .iter()
        .filter(|record| record["operation"] == "ConverseStream")
        .collect();
    assert_eq!(asked.len(), 2);
    for record in &asked {
        assert_eq!(record["service"], "bedrock-runtime");
        assert!(
            record["endpoint"]
                .as_str()
                .unwrap()
                .starts_with(&stand_in.url()),
            "{record}"
        );
        assert_eq!(record["region"], "us-east-1");
        assert!(
            record["model"].is_string() && record["id"].is_u64() && record["created"].is_string()
        );
        assert_eq!(record["outcome"]["status"], "ok");
        assert!(record["outcome"]["input_tokens"].as_u64().unwrap() > 0);
    }
    // The newest first, and each the very bytes that arrived.
    for (record, request) in asked.iter().rev().zip(stand_in.conversations()) {
        assert_eq!(record["payload"].as_str().unwrap().as_bytes(), request.body);
    }
    assert_eq!(
        scratch
            .json(["ledger", "--limit", "1"])
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let text = scratch.stdout(["ledger"]);
    assert!(text.contains("ConverseStream"), "{text}");
    let text = scratch.stdout(["ledger", "--payload"]);
    assert!(
        text.contains("How many sales were there in Bonn?"),
        "{text}"
    );
}

#[test]
fn aws_tells_profiles_identity_and_models() {
    let scratch = Scratch::new();
    let stand_in = StandIn::start(Script::default());
    let folder = scratch.path("aws");
    std::fs::create_dir(&folder).unwrap();
    let (config, credentials) = stand_in.config_files(&folder);
    let aws = |args: &[&str]| {
        let mut command = scratch.command(args);
        command
            .env("AWS_CONFIG_FILE", &config)
            .env("AWS_SHARED_CREDENTIALS_FILE", &credentials);
        Run::of(command.output().unwrap())
    };
    let run = aws(&["--json", "aws"]);
    assert_eq!(run.code, 0, "{run:#?}");
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    let keys: Vec<&String> = found.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        ["profiles", "profile", "region", "identity", "models"]
    );
    assert_eq!(
        found["profiles"],
        json!([{"name": "default", "kind": "static_keys", "region": "us-east-1"}])
    );
    assert_eq!(found["region"], "us-east-1");
    assert_eq!(found["identity"]["account"], "123456789012");
    let models = found["models"].as_array().unwrap();
    assert_eq!(
        models
            .iter()
            .filter(|model| model["default"] == true)
            .count(),
        1,
        "{models:#?}"
    );
    let text = aws(&["aws"]).stdout;
    assert!(
        text.contains("account 123456789012") && text.contains("default"),
        "{text}"
    );

    // What could be found out is a result; what could not is an error.
    let run = aws(&["--json", "aws", "--profile", "nobody"]);
    assert_eq!(run.code, 1, "{run:#?}");
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(found["identity"], Value::Null);
    assert_eq!(found["profiles"].as_array().unwrap().len(), 1);
    assert_eq!(run.error_document()["code"], "unknown_profile");
}

#[test]
fn every_figure_of_the_answer_says_where_it_comes_from() {
    let scratch = with_sales();
    let stand_in = StandIn::start(Script::turns([
        Turn::sql("select count(*) as n from sales"),
        Turn::text("There were 2,500 sales, 31 % more than before."),
        Turn::text("There were 2,500 sales, 31 % more than before."),
    ]));
    let document = json_of(&scratch, &stand_in, &["ask", "How many sales?"]);
    assert_eq!(document["requests"], 3, "it was sent back once");
    let figures = document["figures"].as_array().unwrap();
    let of = |text: &str| {
        figures
            .iter()
            .find(|figure| figure["text"].as_str().unwrap().contains(text))
            .unwrap()
    };
    assert_eq!(of("2,500")["traced"], true);
    assert_eq!(of("2,500")["source"]["type"], "cell");
    assert_eq!(of("2,500")["source"]["cell"]["column"], 0);
    assert_eq!(of("31")["traced"], false);
    assert_eq!(of("31")["source"], Value::Null);
}

#[test]
fn what_may_be_sent_is_chosen_and_a_column_is_kept_back() {
    let scratch = with_sales();
    let turns = || {
        [
            Turn::sql("select place from sales limit 1"),
            Turn::text("See the table."),
        ]
    };
    let stand_in = StandIn::start(Script::turns(turns()));
    let document = json_of(&scratch, &stand_in, &["ask", "Where?", "--send", "schema"]);
    assert_eq!(document["steps"][0]["withheld"], true);
    assert_eq!(document["result"]["row_count"], 1);
    let sent = |stand_in: &StandIn| -> String {
        let requests = stand_in.conversations();
        requests
            .iter()
            .map(|request| String::from_utf8_lossy(&request.body).into_owned())
            .collect()
    };
    assert!(!sent(&stand_in).contains("Köln"));

    let set = [
        "set",
        "sales",
        "--column",
        "place",
        "--never-send",
        "--description",
        "the branch",
    ];
    scratch.json(set);
    let stand_in = StandIn::start(Script::turns(turns()));
    json_of(&scratch, &stand_in, &["ask", "Where?"]);
    assert!(!sent(&stand_in).contains("Köln"));
    assert!(sent(&stand_in).contains("the branch"));
    scratch.json(["set", "sales", "--column", "place", "--never-send", "no"]);
    scratch.json([
        "set",
        "sales",
        "--fact",
        "Bonn is closed.",
        "--send",
        "rows",
    ]);
    let stand_in = StandIn::start(Script::turns(turns()));
    json_of(&scratch, &stand_in, &["ask", "Where?"]);
    assert!(sent(&stand_in).contains("Köln") && sent(&stand_in).contains("Bonn is closed."));
}

#[test]
fn nothing_is_sent_that_the_person_did_not_allow() {
    let scratch = with_sales();
    let stand_in = StandIn::start(Script::turns([Turn::text("Never.")]));
    // Standard input is empty: nobody says yes.
    let mut asking = command(
        &scratch,
        &stand_in,
        &["--json", "ask", "Where?", "--confirm", "requests"],
    );
    asking.stdin(std::process::Stdio::null());
    let run = Run::of(asking.output().unwrap());
    assert_eq!(run.code, 1, "{run:#?}");
    assert_eq!(run.error_document()["code"], "not_allowed");
    assert!(
        run.stderr.contains("Where?") && run.stderr.contains("Send this?"),
        "{run:#?}"
    );
    assert!(stand_in.conversations().is_empty());
}

#[test]
fn the_ledger_is_searched_and_cleared() {
    let scratch = with_sales();
    let stand_in = StandIn::start(Script::turns([Turn::text("Yes."), Turn::text("Yes.")]));
    for question in ["Is the needle here?", "Or not?"] {
        json_of(&scratch, &stand_in, &["ask", question]);
    }
    let found = scratch.json(["ledger", "--search", "needle"]);
    assert_eq!(found.as_array().unwrap().len(), 1);
    assert!(scratch.json(["ledger"]).as_array().unwrap().len() >= 2);
    assert!(
        scratch.json(["ledger", "--clear"])["removed"]
            .as_u64()
            .unwrap()
            >= 2
    );
    assert_eq!(scratch.json(["ledger"]), json!([]));
}

#[test]
fn questions_whose_answers_are_known_are_evaluated_recorded_and_played_again() {
    let scratch = with_sales();
    let lines = [
        json!({"question": "How many?", "dataset": "sales", "sql": "select count(*) from sales"}),
        json!({"question": "How many in Bonn?", "dataset": "sales", "sql": "select count(*) from sales where place = 'Bonn'"}),
        json!({"question": "Where?", "datasets": ["sales"], "answer": "Köln"}),
    ];
    let text: Vec<String> = lines.iter().map(Value::to_string).collect();
    let file = scratch.file("questions.jsonl", text.join("\n"));
    let record = scratch.path("record.jsonl");
    let stand_in = StandIn::start(Script::turns([
        Turn::sql("select count(*) as any_name from sales"),
        Turn::text("{{cell}}."),
        Turn::sql("select nothing from sales"),
        Turn::sql("select count(*) + 1 from sales where place = 'Bonn'"),
        Turn::text("{{cell}}."),
        Turn::text("In Köln."),
    ]));
    let file = file.to_str().unwrap();
    let record = record.to_str().unwrap();
    let report = json_of(&scratch, &stand_in, &["eval", file, "--record", record]);
    assert_eq!(
        (&report["questions"], &report["correct"]),
        (&json!(3), &json!(2))
    );
    assert_eq!(report["repairs"], 1);
    assert_eq!(report["outcomes"][1]["why"], "the result is another");
    assert!(report["usage"]["input_tokens"].as_u64().unwrap() > 0);

    // Again from the record, with nobody to ask.
    let again = Run::of(
        scratch
            .command(["--json", "eval", file, "--replay", record])
            .output()
            .unwrap(),
    );
    assert_eq!(again.code, 0, "{again:#?}");
    let again: Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!(again["correct"], 2);
    assert_eq!(again["usage"], report["usage"]);
    assert_eq!(stand_in.conversations().len(), 6);

    let wrong = scratch.file("wrong.jsonl", "{\"question\": \"?\"}\n");
    let run = scratch.run(["eval", wrong.to_str().unwrap(), "--replay", record]);
    run.assert_failed(1, "has neither \"sql\" nor \"answer\"");
    let run = scratch.run(["eval", file, "--record", record]);
    run.assert_failed(1, "exists already");
}

#[test]
fn without_any_account_it_says_how_to_make_one() {
    let scratch = with_sales();
    let run = scratch.run(["--json", "ask", "How many?"]);
    assert_eq!(run.code, 1, "{run:#?}");
    assert_eq!(run.error_document()["code"], "no_profile");
}
