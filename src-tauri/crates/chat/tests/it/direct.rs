//! Questions that are answered with SQL that is known, without any model, and what a model is told of them later.

use buzz_chat::suggest::{ChartHint, ChartKind};
use buzz_chat::{Direct, DirectAnswer, Ended, Limits, SendMode, answer_directly};
use buzz_testkit::bedrock::Turn;

use crate::world::World;

const BY_CUSTOMER: &str = "SELECT customer, sum(amount) AS total FROM \"shop orders\" WHERE customer IS NOT NULL GROUP BY 1 ORDER BY 2 DESC";

fn direct(world: &World, sql: &str, conversation_id: Option<String>) -> DirectAnswer {
    let direct = Direct {
        conversation_id,
        question: "Who bought most?".to_owned(),
        sql: sql.to_owned(),
        chart: Some(ChartHint {
            kind: ChartKind::Bar,
            x: "customer".to_owned(),
            y: "total".to_owned(),
        }),
        datasets: world.contexts(),
        send: world.preferences.send,
        now: jiff::civil::date(2026, 3, 14).at(9, 30, 0, 0),
        temp_root: world.scratch.folder().to_owned(),
        limits: Limits::default(),
    };
    answer_directly(world.library(), &world.engine, &direct, &world.cancel).unwrap()
}

#[tokio::test]
async fn a_known_question_is_answered_without_a_model_which_may_go_on_from_there() {
    let world = World::new([Turn::text("Because of one order.")]);
    let answer = direct(&world, BY_CUSTOMER, None);
    let step = &answer.record.steps[0];
    assert_eq!(step.rows, Some(3));
    assert_eq!(step.preview[0][0].as_deref(), Some("Acme"));
    assert_eq!(answer.record.charts.len(), 1);
    assert_eq!(
        answer.record.charts[0].result_id,
        *step.result_id.as_ref().unwrap()
    );
    assert_eq!(answer.result.unwrap().rows(), 3);
    assert!(world.stand_in.requests().is_empty());
    assert!(world.library().ledger(10).unwrap().is_empty());

    let next = world.ask_in(Some(&answer.conversation_id), "Why?").await;
    assert_eq!(next.answer().text, "Because of one order.");
    let sent = world.sent();
    assert!(
        sent.contains("Who bought most?") && sent.contains("1000000.25"),
        "{sent}"
    );
}

#[tokio::test]
async fn what_may_not_be_sent_is_not_told_of_a_known_question_either() {
    let mut world = World::new([Turn::text("I cannot see the rows.")]);
    world.preferences.send = SendMode::Schema;
    let answer = direct(&world, BY_CUSTOMER, None);
    assert!(answer.record.steps[0].withheld);
    assert_eq!(
        answer.record.steps[0].preview[0][0].as_deref(),
        Some("Acme")
    );
    world.ask_in(Some(&answer.conversation_id), "Why?").await;
    let sent = world.sent();
    assert!(sent.contains("Who bought most?"), "{sent}");
    for cell in ["Acme", "1000000", "Müller", "20.25"] {
        assert!(!sent.contains(cell), "{cell} was sent: {sent}");
    }
}

#[tokio::test]
async fn sql_that_does_not_run_is_kept_with_its_error_and_a_row_alone_is_not_drawn() {
    let world = World::new([]);
    let failed = direct(&world, "SELECT nowhere FROM \"shop orders\"", None);
    assert_eq!(failed.record.ended, Ended::Failed);
    assert_eq!(failed.record.error.unwrap().code, "sql_error");
    assert!(failed.result.is_none() && failed.record.charts.is_empty());

    let id = failed.conversation_id;
    let one = direct(&world, &format!("{BY_CUSTOMER} LIMIT 1"), Some(id.clone()));
    assert_eq!(one.conversation_id, id);
    assert!(one.record.charts.is_empty());
    let (conversation, messages) = world.library().conversation(&id).unwrap();
    assert_eq!(conversation.title, "Who bought most?");
    let ids: Vec<_> = messages.iter().map(|message| message.id).collect();
    assert_eq!(
        ids,
        [
            failed.question_id,
            failed.message_id,
            one.question_id,
            one.message_id
        ]
    );
}
