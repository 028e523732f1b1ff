//! What leaves the machine, and what does not.

use std::sync::Mutex;

use buzz_chat::{ChatEvent, Confirm, Ended, Pending, SendMode};
use buzz_library::{LEDGER_DAYS, LedgerQuery};
use buzz_testkit::bedrock::{Script, Turn};
use serde_json::json;

use crate::tools::says;
use crate::world::World;

/// A world whose cells are easy to recognise wherever they turn up.
fn secrets(turns: impl IntoIterator<Item = Turn>) -> World {
    World::with_file(
        "people.csv",
        "name,city,salary\nZaphod,Xanadu,70123\nTrillian,Xanadu,80456\nMarvin,Ypsilanti,90789\n",
        Script::turns(turns),
    )
}

const CELLS: [&str; 8] = [
    "Zaphod",
    "Trillian",
    "Marvin",
    "Xanadu",
    "Ypsilanti",
    "70123",
    "80456",
    "90789",
];

/// Cells that left, in any of the requests.
fn leaked(world: &World) -> Vec<&'static str> {
    let sent = world.sent();
    CELLS
        .into_iter()
        .filter(|cell| sent.contains(cell))
        .collect()
}

#[tokio::test]
async fn under_the_schema_alone_no_cell_leaves_whatever_the_model_asks() {
    let mut world = secrets([
        Turn::sql("select * from people"),
        Turn::sql("select string_agg(name, ',') as all_names, max(salary) from people"),
        // Errors of DuckDB quote cells.
        Turn::sql("select name::integer from people"),
        Turn::sql("select error(name) from people"),
        Turn::sql("pivot people on name using sum(salary)"),
        Turn::sql("select nowhere from (pivot people on name using sum(salary))"),
        says("", &[("find_values", json!({"words": ["zaphod"]}))]),
        says(
            "",
            &[(
                "show_chart",
                json!({"result": "r5", "kind": "bar", "x": {"field": "a"}, "y": {"field": "b"}}),
            )],
        ),
        says("", &[("describe_dataset", json!({"dataset": "people"}))]),
    ]);
    world.preferences.send = SendMode::Schema;
    world.limits.steps = 12;
    world
        .stand_in
        .push([Turn::text("The table beside shows it.")]);
    let asked = world.ask("Who earns most?").await;
    let answer = asked.answer();
    assert_eq!(answer.text, "The table beside shows it.");
    assert_eq!(leaked(&world), Vec::<&str>::new());
    // The person sees everything.
    assert_eq!(answer.steps[0].rows, Some(3));
    assert_eq!(answer.steps[0].preview[0][0].as_deref(), Some("Zaphod"));
    assert!(answer.steps[0].withheld);
    let message = &answer.steps[2].error.as_ref().unwrap().message;
    assert!(message.contains("Zaphod"), "{message}");
    let sent = world.stand_in.conversations();
    let tools = sent[0].json()["toolConfig"]["tools"].to_string();
    assert!(!tools.contains("find_values"));
    // What is wrong with the statement itself is told.
    let mut world = secrets([Turn::sql("select salery from people"), Turn::text("Done.")]);
    world.preferences.send = SendMode::Schema;
    world.ask("?").await.answer();
    assert!(
        world.told().contains("salery") && world.told().contains("salary"),
        "{}",
        world.told()
    );
}

#[tokio::test]
async fn under_the_profile_no_row_of_a_result_leaves() {
    let mut world = secrets([
        Turn::sql("select salary + 1 as more from people where name = 'Zaphod'"),
        Turn::text("See the table."),
    ]);
    world.preferences.send = SendMode::Profile;
    let asked = world.ask("?").await;
    assert!(asked.answer().steps[0].withheld);
    assert!(!world.sent().contains("70124"));
    assert!(leaked(&world).contains(&"Xanadu"), "the profile is sent");
}

#[tokio::test]
async fn a_column_that_is_never_sent_stays_with_whatever_is_computed_from_it() {
    let world = secrets([
        Turn::sql("select city, count(*) as n from people group by all order by all"),
        Turn::sql("select * from people"),
        Turn::sql("select max(salary) as m from people"),
        Turn::sql("select city from people where salary > 90000"),
        Turn::sql("select people::varchar as everything from people"),
        Turn::sql("select to_json(people) as everything from people"),
        Turn::sql("select * from (unpivot people on salary into name n value v)"),
        Turn::text("Done."),
    ]);
    world
        .library()
        .set_column_notes(&world.datasets[0].id, "Salary", None, Some(true))
        .unwrap();
    let asked = world.ask("?").await;
    let withheld: Vec<bool> = asked
        .answer()
        .steps
        .iter()
        .map(|step| step.withheld)
        .collect();
    // A whole row as text is given without the column; whatever names the column is not given at all.
    assert_eq!(withheld[..4], [false, true, true, true], "{withheld:?}");
    let leaked = leaked(&world);
    for cell in ["70123", "80456", "90789"] {
        assert!(!leaked.contains(&cell), "{cell}");
    }
    assert!(leaked.contains(&"Xanadu"));
    assert_eq!(
        asked.answer().steps[2].preview,
        [[Some("90789".to_owned())]]
    );
}

#[tokio::test]
async fn a_dataset_of_its_own_mode_holds_back_what_rests_on_it_and_nothing_else() {
    let mut world = World::new([
        Turn::sql("select count(*) as n from \"shop orders\""),
        Turn::sql("select name from people"),
        Turn::sql("select name, customer from people, \"shop orders\""),
        Turn::text("Done."),
    ]);
    world.add_file("people.csv", "name,city\nZaphod,Xanadu\nTrillian,Xanadu\n");
    world
        .library()
        .set_send(&world.datasets[1].id, Some(SendMode::Schema))
        .unwrap();
    let asked = world.ask("?").await;
    let withheld: Vec<bool> = asked
        .answer()
        .steps
        .iter()
        .map(|step| step.withheld)
        .collect();
    assert_eq!(withheld, [false, true, true]);
    assert_eq!(leaked(&world), Vec::<&str>::new());
}

#[tokio::test]
async fn what_was_sent_before_is_not_sent_again_once_less_may_be_sent() {
    let mut world = secrets([
        Turn::sql("select name from people order by salary desc limit 1"),
        Turn::text("{{cell}} earns most."),
        Turn::text("I cannot see that any more."),
    ]);
    let id = world
        .ask("Who earns most?")
        .await
        .answer()
        .conversation_id
        .clone();
    world.preferences.send = SendMode::Schema;
    let asked = world.ask_in(Some(&id), "And who is second?").await;
    assert!(asked.answer().notes[0].contains("were not sent again"));
    let last = String::from_utf8(world.stand_in.conversations()[2].body.clone()).unwrap();
    assert!(!last.contains("Marvin"), "{last}");
    assert!(last.contains("Who earns most?"));
}

#[tokio::test]
async fn verified_questions_of_what_is_held_back_are_not_shown() {
    let mut world = secrets([Turn::text("Yes."), Turn::text("Yes.")]);
    let ids = [world.datasets[0].id.clone()];
    world
        .library()
        .verify_question(
            "Who lives in Xanadu?",
            "select name from people where city = 'Xanadu'",
            &ids,
        )
        .unwrap();
    world.ask("Who lives in the city?").await.answer();
    assert!(world.sent().contains("city = 'Xanadu'"));
    world.preferences.send = SendMode::Schema;
    world.ask("Who lives in the city?").await.answer();
    let last = String::from_utf8(world.stand_in.conversations()[1].body.clone()).unwrap();
    assert!(!last.contains("Xanadu"));
}

#[tokio::test]
async fn sql_waits_for_the_person_who_may_refuse_it() {
    let mut world = World::new([
        Turn::sql("select 1 as a"),
        Turn::sql("select 2 as a"),
        Turn::text("Done."),
    ]);
    world.preferences.confirm = Confirm::Sql;
    let seen = Mutex::new(Vec::new());
    let asked = world
        .ask_watched(None, "?", &|event| {
            if let ChatEvent::Confirm {
                pending: Pending::Sql { sql, .. },
                approval,
            } = event
            {
                let mut seen = seen.lock().unwrap();
                seen.push(sql.clone());
                if seen.len() == 1 {
                    approval.refuse()
                } else {
                    approval.allow()
                }
            }
        })
        .await;
    assert_eq!(*seen.lock().unwrap(), ["select 1 as a", "select 2 as a"]);
    let steps = &asked.answer().steps;
    assert_eq!(steps[0].error.as_ref().unwrap().code, "not_allowed");
    assert_eq!(steps[1].rows, Some(1));
}

#[tokio::test]
async fn a_request_waits_for_the_person_and_is_what_was_shown() {
    let mut world = World::new([Turn::text("Yes.")]);
    world.preferences.confirm = Confirm::Requests;
    let shown = Mutex::new(Vec::new());
    let asked = world
        .ask_watched(None, "Is it \"so\"?", &|event| {
            if let ChatEvent::Confirm {
                pending: Pending::Request { payload },
                approval,
            } = event
            {
                shown.lock().unwrap().push(payload.clone());
                approval.allow();
            }
        })
        .await;
    assert_eq!(asked.answer().text, "Yes.");
    let sent = world.stand_in.conversations();
    assert_eq!(sent.len(), 1);
    let shown: serde_json::Value = serde_json::from_str(&shown.lock().unwrap()[0]).unwrap();
    assert_eq!(shown, sent[0].json());

    world.stand_in.push([Turn::text("never")]);
    let refused = world
        .ask_watched(None, "?", &|event| {
            if let ChatEvent::Confirm { approval, .. } = event {
                approval.refuse();
            }
        })
        .await;
    assert_eq!(refused.code(), "not_allowed");
    assert_eq!(world.stand_in.conversations().len(), 1);
    assert_eq!(world.kept().ended, Ended::Cancelled);
    assert_eq!(
        world.ledger().len(),
        1,
        "what was not sent is not in the ledger"
    );
}

#[tokio::test]
async fn the_tokens_of_a_day_have_a_ceiling() {
    let mut world = World::new([Turn::text("Yes."), Turn::text("Yes.")]);
    world.preferences.tokens_per_day = Some(100);
    world.ask("?").await.answer();
    let asked = world.ask("?").await;
    assert_eq!(asked.answer().ended, Ended::TokenLimit);
    assert!(
        asked
            .answer()
            .text
            .contains("100 tokens that you allow for one day"),
        "{}",
        asked.answer().text
    );
    assert_eq!(world.stand_in.conversations().len(), 1);
}

#[tokio::test]
async fn the_ledger_is_searched_cleared_and_forgets() {
    let world = World::new([Turn::text("Yes."), Turn::text("Yes.")]);
    let first = world
        .ask("Where is the Needle?")
        .await
        .answer()
        .conversation_id
        .clone();
    world.ask("Something else").await.answer();
    let find = |text: &str| {
        let query = LedgerQuery {
            text: Some(text.to_owned()),
            ..LedgerQuery::default()
        };
        world.library().search_ledger(&query, 10).unwrap()
    };
    assert_eq!(find("needle").len(), 1);
    assert_eq!(find("no such thing").len(), 0);
    let query = LedgerQuery {
        conversation_id: Some(first),
        ..LedgerQuery::default()
    };
    let of_first = world.library().search_ledger(&query, 10).unwrap();
    assert_eq!(of_first.len(), 1);
    let entry = &of_first[0].entry;
    assert_eq!(
        (
            entry.operation.as_str(),
            entry.profile.as_deref(),
            entry.region.as_deref()
        ),
        ("ConverseStream", Some("default"), Some("us-east-1"))
    );
    let outcome = of_first[0].outcome.as_ref().unwrap();
    assert!(
        outcome.status == "ok"
            && outcome.input_tokens > Some(0)
            && outcome.output_tokens > Some(0)
            && outcome.latency_ms.is_some()
    );

    // Entries that are older than the person wants go at the next start.
    let db = rusqlite::Connection::open(world.library().root().join("library.db")).unwrap();
    let old = |days: i64| {
        (jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24 * days)).to_string()
    };
    db.execute(
        "UPDATE ledger SET created = ? WHERE id = (SELECT min(id) FROM ledger)",
        [old(91)],
    )
    .unwrap();
    let reopened = buzz_library::Library::open(world.library().root()).unwrap();
    assert_eq!(reopened.ledger(10).unwrap().len(), 1);
    reopened.set_setting(LEDGER_DAYS, Some("0")).unwrap();
    db.execute("UPDATE ledger SET created = ?", [old(4_000)])
        .unwrap();
    let reopened = buzz_library::Library::open(world.library().root()).unwrap();
    assert_eq!(reopened.ledger(10).unwrap().len(), 1, "0 keeps for ever");
    assert_eq!(reopened.clear_ledger().unwrap(), 1);
    drop(db);
    let bytes = std::fs::read(world.library().root().join("library.db")).unwrap();
    let needle = b"Where is the Needle";
    let in_ledger = bytes
        .windows(needle.len())
        .filter(|window| window == needle)
        .count();
    // The conversation itself has it still: as its title and as its question.
    assert!(in_ledger <= 4, "{in_ledger}");
    assert!(reopened.ledger(10).unwrap().is_empty());
}

#[tokio::test]
async fn what_lasts_is_marked_to_be_kept_and_a_service_that_refuses_the_mark_is_asked_without() {
    let world = World::new([Turn::text("Yes.")]);
    world.ask("?").await.answer();
    let sent = world.stand_in.conversations()[0].json();
    let system = sent["system"].as_array().unwrap();
    assert_eq!(system[1], json!({"cachePoint": {"type": "default"}}));
    assert!(system[2]["text"].as_str().unwrap().starts_with("Today is"));
    assert_eq!(
        sent["toolConfig"]["tools"]
            .as_array()
            .unwrap()
            .last()
            .unwrap(),
        &json!({"cachePoint": {"type": "default"}})
    );

    let world = World::new([
        Turn::error(
            400,
            "ValidationException",
            "You invoked an unsupported model or your request did not allow prompt caching.",
        ),
        Turn::sql("select 1 as a"),
        Turn::text("One."),
    ]);
    let asked = world.ask("?").await;
    assert_eq!(asked.answer().text, "One.");
    let sent = world.stand_in.conversations();
    assert_eq!(sent.len(), 3);
    assert!(sent[0].json().to_string().contains("cachePoint"));
    for request in &sent[1..] {
        assert!(!request.json().to_string().contains("cachePoint"));
    }
}
