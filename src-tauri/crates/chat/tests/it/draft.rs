//! What a model proposes to write about a dataset.

use buzz_chat::bedrock::Bedrock;
use buzz_chat::{Draft, Error, Model, SendMode, draft, draft_request};
use buzz_testkit::bedrock::{Ending, Part, Turn};
use serde_json::{Value, json};

use crate::world::World;

fn written(input: Value) -> Turn {
    Turn::Reply {
        parts: vec![Part::Tool {
            name: "write_context".into(),
            input,
        }],
        stop: None,
        ending: Ending::Complete,
    }
}

async fn drafted(world: &World, tokens_per_day: Option<u64>) -> Result<Draft, Error> {
    let model = Bedrock::connect(&world.settings, world.library())
        .await
        .unwrap();
    let dataset = &world.contexts()[0];
    let request = draft_request(dataset, world.preferences.send, Some("de-DE"));
    draft(
        world.library(),
        &model,
        dataset,
        &request,
        tokens_per_day,
        &world.cancel,
    )
    .await
}

#[tokio::test]
async fn a_draft_is_about_the_dataset_and_those_of_its_columns_that_there_are() {
    let world = World::new([written(json!({
        "about": " One row is one order.\u{7} ",
        "columns": [
            {"name": "amount", "description": "Probably net, in euros."},
            {"name": "amount", "description": "Once more."},
            {"name": "gone", "description": "There is no such column."},
            {"name": "id", "description": "  "}
        ]
    }))]);
    let drafted = drafted(&world, None).await.unwrap();
    assert_eq!(drafted.about, "One row is one order.");
    let amount = ("amount".to_owned(), "Probably net, in euros.".to_owned());
    assert_eq!(drafted.columns, [amount]);
    assert!(drafted.usage.output_tokens > 0);
    // Nothing is kept, and what was sent stands in the ledger.
    assert_eq!(world.contexts()[0].about, "");
    let ledger = world.ledger();
    assert_eq!(ledger.len(), 1);
    assert!(
        ledger[0].entry.payload.contains("Müller") && ledger[0].entry.payload.contains("de-DE")
    );
}

#[tokio::test]
async fn what_is_shown_before_is_what_is_sent() {
    let world = World::new([Turn::text("One row is one order.")]);
    let model = Bedrock::connect(&world.settings, world.library())
        .await
        .unwrap();
    let dataset = &world.contexts()[0];
    let request = draft_request(dataset, SendMode::Rows, None);
    let preview = model.preview(&request).await.unwrap();
    let ceiling = None;
    let drafted = draft(
        world.library(),
        &model,
        dataset,
        &request,
        ceiling,
        &world.cancel,
    );
    // A model that does not use the tool has written the text for the dataset.
    assert_eq!(drafted.await.unwrap().about, "One row is one order.");
    let sent: Value = serde_json::from_str(&world.sent()).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&preview).unwrap(), sent);
}

#[tokio::test]
async fn no_more_is_sent_than_may_be() {
    let mut world = World::new([Turn::text("A table."), Turn::text("A table.")]);
    let id = world.datasets[0].id.clone();
    world
        .library()
        .set_column_notes(&id, "customer", None, Some(true))
        .unwrap();
    drafted(&world, None).await.unwrap();
    assert!(world.sent().contains("customer") && world.sent().contains("1000000"));
    assert!(!world.sent().contains("Müller"), "{}", world.sent());
    world.preferences.send = SendMode::Schema;
    drafted(&world, None).await.unwrap();
    let last = world.stand_in.conversations().pop().unwrap();
    let sent = String::from_utf8_lossy(&last.body).into_owned();
    assert!(sent.contains("booked") && !sent.contains("1000000") && !sent.contains("2026-0"));
}

#[tokio::test]
async fn a_draft_that_fails_says_why() {
    let world = World::new([
        written(json!({"about": " ", "columns": []})),
        Turn::Reply {
            parts: vec![Part::Text("One row".into())],
            stop: None,
            ending: Ending::EndAfter(2),
        },
    ]);
    let code = |outcome: Result<Draft, Error>| outcome.unwrap_err().code().to_owned();
    assert_eq!(code(drafted(&world, None).await), "no_draft");
    assert_eq!(code(drafted(&world, None).await), "stream_cut");
    // The two used tokens, and nothing more is sent.
    assert_eq!(code(drafted(&world, Some(1)).await), "token_ceiling");
    assert_eq!(world.stand_in.conversations().len(), 2);
    world.cancel.cancel();
    assert_eq!(code(drafted(&world, None).await), "cancelled");
}
