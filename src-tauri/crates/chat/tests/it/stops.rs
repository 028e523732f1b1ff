//! Stop stops at once, and what had arrived is kept.

use std::time::Duration;

use buzz_chat::{ChatEvent, Ended};
use buzz_testkit::bedrock::{Ending, Turn};

use crate::world::World;

// Several threads, because waiting for the stand-in blocks one that the connection needs to be closed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_the_middle_of_the_text() {
    let world = World::new([Turn::text_ending(
        "There are many orders in this table.",
        Ending::HangAfter(4),
    )]);
    let cancel = world.cancel.clone();
    let asked = world
        .ask_watched(None, "How many?", &|event| {
            if matches!(event, ChatEvent::Text { delta } if delta.ends_with("orders")) {
                cancel.cancel();
            }
        })
        .await;
    assert_eq!(asked.code(), "cancelled");
    assert_eq!(asked.shape(), ["started", "text", "failed"]);
    let kept = world.kept();
    assert_eq!(
        (kept.text.as_str(), kept.ended),
        ("There are many orders", Ended::Cancelled)
    );
    assert!(
        world.stand_in.wait_until(|requests| requests[0].abandoned),
        "the connection is closed"
    );
    let outcome = world.ledger()[0].outcome.clone().unwrap();
    assert_eq!(outcome.status, "cancelled");
}

#[test]
fn before_the_model_has_begun() {
    let world = World::new([Turn::Hang]);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            assert!(world.stand_in.wait_until(|requests| !requests.is_empty()));
            world.cancel.cancel();
        });
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        assert_eq!(runtime.block_on(world.ask("How many?")).code(), "cancelled");
    });
    assert_eq!(world.kept().ended, Ended::Cancelled);
    assert!(
        world.stand_in.wait_until(|requests| requests[0].abandoned),
        "the connection is closed"
    );
    assert_eq!(
        world.ledger()[0].outcome.as_ref().unwrap().status,
        "cancelled"
    );
}

#[tokio::test]
async fn while_the_engine_runs() {
    // A statement that would take hours.
    let world = World::new([Turn::sql(
        "select count(*) from range(10000000) a, range(10000000) b where (a.range * b.range) % 7 = 3",
    )]);
    let cancel = world.cancel.clone();
    let asked = world
        .ask_watched(None, "How many?", &|event| {
            if matches!(event, ChatEvent::Sql { .. }) {
                let cancel = cancel.clone();
                // A little later, so that the statement is under way in the engine by then.
                std::thread::spawn(move || {
                    std::thread::sleep(Duration::from_millis(100));
                    cancel.cancel();
                });
            }
        })
        .await;
    assert_eq!(asked.code(), "cancelled");
    let kept = world.kept();
    assert_eq!((kept.ended, kept.steps.len()), (Ended::Cancelled, 1));
    assert_eq!(kept.steps[0].error.as_ref().unwrap().code, "cancelled");

    // The engine is free again, and the conversation goes on.
    let world = World {
        cancel: buzz_chat::Cancel::new(),
        ..world
    };
    world
        .stand_in
        .push([Turn::sql("select 1"), Turn::text("One.")]);
    let id = world.library().conversations().unwrap()[0].id.clone();
    assert_eq!(
        world
            .ask_in(Some(&id), "Then something else")
            .await
            .answer()
            .text,
        "One."
    );
}

#[tokio::test]
async fn while_it_waits_to_try_again() {
    let mut world = World::new((0..9).map(|_| Turn::throttled()));
    world.limits.backoff = Duration::from_secs(3_600);
    let cancel = world.cancel.clone();
    let asked = world
        .ask_watched(None, "How many?", &|event| {
            if matches!(event, ChatEvent::Notice { .. }) {
                cancel.cancel();
            }
        })
        .await;
    assert_eq!(asked.code(), "cancelled");
    assert_eq!(world.stand_in.conversations().len(), 1);
}

#[tokio::test]
async fn the_time_is_bounded_and_the_answer_says_so() {
    for turn in [
        Turn::text_ending("There are many orders in this table.", Ending::HangAfter(4)),
        Turn::sql(
            "select count(*) from range(10000000) a, range(10000000) b where (a.range * b.range) % 7 = 3",
        ),
    ] {
        let mut world = World::new([turn]);
        world.limits.time = Duration::from_millis(700);
        let asked = world.ask("How many?").await;
        assert_eq!(asked.answer().ended, Ended::TimeLimit);
        assert!(
            asked.answer().notes[0].contains("the time that one answer may take"),
            "{:?}",
            asked.answer().notes
        );
        assert!(!asked.answer().text.is_empty());
        assert_eq!(world.kept().ended, Ended::TimeLimit);
    }
}

#[tokio::test]
async fn a_query_that_takes_too_long_is_the_models_to_mend() {
    let mut world = World::new([
        Turn::sql(
            "select count(*) from range(10000000) a, range(10000000) b where (a.range * b.range) % 7 = 3",
        ),
        Turn::text("That took too long."),
    ]);
    world.limits.sql_time = Duration::from_millis(200);
    let asked = world.ask("How many?").await;
    assert_eq!(asked.answer().text, "That took too long.");
    assert_eq!(
        asked.answer().steps[0].error.as_ref().unwrap().code,
        "timed_out"
    );
}
