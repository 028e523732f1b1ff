//! Conversations, the ledger and the settings.

use buzz_library::{LedgerEntry, LedgerOutcome, LedgerQuery};
use serde_json::json;

use crate::fixture::{Fixture, import};

#[test]
fn conversations_keep_their_messages_in_order() {
    let fixture = Fixture::new();
    let library = fixture.open();
    let dataset = import(&library, &fixture.file("a.csv", "a\n1\n"), None).unwrap();
    let first = library
        .start_conversation("How many \"rows\"? 🐝", std::slice::from_ref(&dataset.id))
        .unwrap();
    let second = library.start_conversation("", &[]).unwrap();
    let content = json!([{"text": "it's <b>\n\u{0}"}, {"n": 1.5}]);
    let one = library.append_message(&first.id, "user", &content).unwrap();
    let two = library
        .append_message(&first.id, "assistant", &json!("answer"))
        .unwrap();
    assert!(two > one);
    let (found, messages) = library.conversation(&first.id).unwrap();
    assert_eq!(found.dataset_ids, std::slice::from_ref(&dataset.id));
    assert_eq!(
        messages.iter().map(|m| m.role.as_str()).collect::<Vec<_>>(),
        ["user", "assistant"]
    );
    assert_eq!(messages[0].content, content);
    assert!(found.updated >= first.updated);
    library.rename_conversation(&first.id, "Rows").unwrap();
    let titles: Vec<_> = library
        .conversations()
        .unwrap()
        .into_iter()
        .map(|c| c.title)
        .collect();
    assert!(titles.contains(&"Rows".to_owned()) && titles.len() == 2);
    // A conversation outlives its dataset.
    library.remove(&dataset.id).unwrap();
    assert_eq!(
        library.conversation(&first.id).unwrap().0.dataset_ids,
        [dataset.id]
    );
    library.remove_conversation(&first.id).unwrap();
    assert_eq!(library.conversations().unwrap(), [second]);
    for error in [
        library.conversation(&first.id).map(|_| ()).unwrap_err(),
        library
            .append_message(&first.id, "user", &json!("x"))
            .map(|_| ())
            .unwrap_err(),
        library.rename_conversation(&first.id, "x").unwrap_err(),
        library.remove_conversation(&first.id).unwrap_err(),
    ] {
        assert_eq!(error.code(), "no_such_conversation");
    }
    assert_eq!(
        library
            .start_conversation("x", &["nowhere".to_owned()])
            .unwrap_err()
            .code(),
        "no_such_dataset"
    );
}

#[test]
fn the_ledger_knows_what_was_sent_before_it_knows_what_came_of_it() {
    let fixture = Fixture::new();
    let library = fixture.open();
    let entry = LedgerEntry {
        conversation_id: Some("c".to_owned()),
        service: "bedrock-runtime".to_owned(),
        endpoint: "https://example.com".to_owned(),
        operation: "ConverseStream".to_owned(),
        profile: Some("default".to_owned()),
        region: None,
        model: Some("m".to_owned()),
        payload: "{\"exact\": \"bytes 🐝\"}".to_owned(),
    };
    let id = library.ledger_begin(&entry).unwrap();
    // Another process sees it at once.
    let other = fixture.open();
    assert_eq!(other.ledger(10).unwrap()[0].entry, entry);
    assert_eq!(other.ledger(10).unwrap()[0].outcome, None);
    let outcome = LedgerOutcome {
        status: "ok".to_owned(),
        error: None,
        input_tokens: Some(12),
        output_tokens: None,
        latency_ms: Some(345),
    };
    library.ledger_finish(id, &outcome).unwrap();
    let second = library
        .ledger_begin(&LedgerEntry {
            conversation_id: None,
            ..entry.clone()
        })
        .unwrap();
    let records = library.ledger(10).unwrap();
    assert_eq!(
        records.iter().map(|record| record.id).collect::<Vec<_>>(),
        [second, id]
    );
    assert_eq!(records[1].outcome, Some(outcome.clone()));
    assert_eq!(library.ledger(1).unwrap().len(), 1);
    assert_eq!(
        library.ledger_finish(99, &outcome).unwrap_err().code(),
        "no_such_entry"
    );
    let json = serde_json::to_value(&records[1]).unwrap();
    assert_eq!(json["service"], "bedrock-runtime");
    assert_eq!(json["outcome"]["input_tokens"], 12);
}

#[test]
fn the_whole_ledger_is_written_out_each_entry_once_and_the_newest_first() {
    let fixture = Fixture::new();
    let library = fixture.open();
    let mut ids: Vec<i64> = (0..120)
        .map(|number| {
            let entry = LedgerEntry {
                conversation_id: None,
                service: "sts".to_owned(),
                endpoint: String::new(),
                operation: "GetCallerIdentity".to_owned(),
                profile: None,
                region: None,
                model: None,
                payload: format!("line {number}\nand another"),
            };
            library.ledger_begin(&entry).unwrap()
        })
        .collect();
    ids.reverse();
    let mut out = Vec::new();
    let path = std::path::Path::new("ledger.jsonl");
    let written = library
        .write_ledger(&LedgerQuery::default(), &mut out, path)
        .unwrap();
    assert_eq!(written, 120);
    let records: Vec<serde_json::Value> = String::from_utf8(out)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let found: Vec<_> = records
        .iter()
        .map(|record| record["id"].as_i64().unwrap())
        .collect();
    assert_eq!(found, ids);
}

#[test]
fn settings_are_set_changed_and_forgotten() {
    let fixture = Fixture::new();
    let library = fixture.open();
    assert_eq!(library.setting("region").unwrap(), None);
    library.set_setting("region", Some("eu-central-1")).unwrap();
    library.set_setting("region", Some("it's 🐝")).unwrap();
    assert_eq!(
        fixture.open().setting("region").unwrap().as_deref(),
        Some("it's 🐝")
    );
    library.set_setting("region", None).unwrap();
    library.set_setting("region", None).unwrap();
    assert_eq!(library.setting("region").unwrap(), None);
}
