//! The figures of an answer, traced to the cells of its results.

use buzz_chat::figures::{Source, untraced};
use buzz_chat::{ChatEvent, Ended};
use buzz_testkit::bedrock::{Ending, Turn};
use serde_json::json;

use crate::tools::says;
use crate::world::{Asked, World};

const COUNT: &str = "select count(*) as n from \"shop orders\"";

fn doubtful(asked: &Asked) -> Vec<String> {
    let figures = untraced(&asked.answer().figures);
    figures.iter().map(|figure| figure.text.clone()).collect()
}

#[tokio::test]
async fn a_figure_leads_to_its_cell() {
    let world = World::new([
        Turn::sql(
            "select customer, sum(amount) as total from \"shop orders\" where customer is not null group by all order by total desc",
        ),
        Turn::text("Acme bought for 1.0 million, Müller for 10.50."),
    ]);
    let asked = world.ask("Who bought most?").await;
    let answer = asked.answer();
    assert_eq!(answer.requests, 2);
    assert_eq!(doubtful(&asked), Vec::<String>::new());
    let figure = answer
        .figures
        .iter()
        .find(|figure| figure.text == "10.50")
        .unwrap();
    assert_eq!(&answer.text[figure.start..figure.end], "10.50");
    let Some(Source::Cell { cell }) = &figure.traced else {
        panic!("{figure:?}");
    };
    assert_eq!(Some(&cell.result), answer.steps[0].result_id.as_ref());
    assert_eq!((cell.row, cell.column), (2, 1));
    assert_eq!(world.kept().figures, answer.figures);
}

#[tokio::test]
async fn a_figure_that_comes_from_nowhere_is_corrected_by_the_model() {
    let world = World::new([
        Turn::sql(COUNT),
        Turn::text("There are 5 orders, 37 % more than last year."),
        Turn::text("There are 5 orders."),
    ]);
    let asked = world.ask("How many orders?").await;
    assert_eq!(asked.answer().text, "There are 5 orders.");
    assert_eq!(asked.answer().requests, 3);
    assert_eq!(doubtful(&asked), Vec::<String>::new());
    let corrected = asked.events.iter().find_map(|event| match event {
        ChatEvent::Correcting { figures } => Some(figures.clone()),
        _ => None,
    });
    assert!(corrected.unwrap()[0].contains("37"));
    let sent = world.stand_in.conversations()[2].json();
    let told = sent["messages"][4]["content"][0]["text"].as_str().unwrap();
    assert!(
        told.contains("could not find these figures") && told.contains("37"),
        "{told}"
    );
}

#[tokio::test]
async fn a_figure_that_is_not_corrected_is_marked_after_one_attempt() {
    let world = World::new([
        Turn::sql(COUNT),
        Turn::text("There are 7,412 orders."),
        Turn::text("There are 7,412 orders, really."),
    ]);
    let asked = world.ask("How many orders?").await;
    assert_eq!(asked.answer().text, "There are 7,412 orders, really.");
    assert_eq!(doubtful(&asked), ["7,412"]);
    assert_eq!(world.stand_in.conversations().len(), 3);
}

#[tokio::test]
async fn the_correction_may_run_a_query() {
    let world = World::new([
        Turn::sql(COUNT),
        Turn::text("There are 5 orders for 1,000,034.00 in all."),
        Turn::sql("select sum(amount) as total from \"shop orders\""),
        Turn::text("There are 5 orders for 1,000,034.00 in all."),
    ]);
    let asked = world.ask("How many orders, and for how much?").await;
    assert_eq!(asked.answer().requests, 4);
    assert_eq!(doubtful(&asked), Vec::<String>::new());
}

#[tokio::test]
async fn an_answer_stands_when_its_correction_fails() {
    for (turns, requests) in [
        (
            vec![Turn::error(
                400,
                "ValidationException",
                "Malformed input request.",
            )],
            3,
        ),
        (vec![Turn::text_ending("There are", Ending::CutAfter(3))], 3),
    ] {
        let world = World::new([Turn::sql(COUNT), Turn::text("There are 7,412 orders.")]);
        world.stand_in.push(turns);
        let asked = world.ask("How many orders?").await;
        let answer = asked.answer();
        assert_eq!(
            (answer.text.as_str(), answer.ended),
            ("There are 7,412 orders.", Ended::Complete)
        );
        assert_eq!(doubtful(&asked), ["7,412"]);
        assert_eq!(world.stand_in.conversations().len(), requests);
        // What follows knows the answer as it was given.
        world.stand_in.push([Turn::text("Sorry.")]);
        world
            .ask_in(Some(&answer.conversation_id), "Really?")
            .await
            .answer();
        let sent = world.stand_in.conversations().pop().unwrap().json();
        let messages = sent["messages"].as_array().unwrap();
        assert_eq!(
            messages[messages.len() - 2]["content"],
            json!([{"text": "There are 7,412 orders."}])
        );
    }
}

#[tokio::test]
async fn the_final_answer_is_checked_like_any_other() {
    let world = World::new([
        Turn::sql(COUNT),
        says(
            "There are 7,412 orders.",
            &[("final_answer", json!({"result": "r1"}))],
        ),
        says(
            "There are 5 orders.",
            &[("final_answer", json!({"result": "r1"}))],
        ),
    ]);
    let asked = world.ask("How many orders?").await;
    assert_eq!(asked.answer().text, "There are 5 orders.");
    assert_eq!(doubtful(&asked), Vec::<String>::new());
    assert_eq!(asked.answer().result_step, Some(1));
}

#[tokio::test]
async fn what_the_person_said_themselves_needs_no_cell() {
    let world = World::new([
        Turn::sql("select count(*) as n from \"shop orders\" where amount > 1000"),
        Turn::text("{{cell}} order is above 1,000."),
    ]);
    let asked = world.ask("How many orders are above 1000?").await;
    assert_eq!(asked.answer().requests, 2);
    assert_eq!(doubtful(&asked), Vec::<String>::new());
}
