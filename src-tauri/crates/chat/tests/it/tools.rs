//! The tools beside `run_sql`.

use buzz_chat::{ChatEvent, Ended};
use buzz_library::RememberedMatch;
use buzz_testkit::bedrock::{Ending, Part, Script, Turn};
use serde_json::{Value, json};

use crate::world::World;

/// A message of the model: text, if there is any, and tools.
pub fn says(text: &str, tools: &[(&str, Value)]) -> Turn {
    let mut parts = Vec::new();
    if !text.is_empty() {
        parts.push(Part::Text(text.to_owned()));
    }
    parts.extend(tools.iter().map(|(name, input)| Part::Tool {
        name: (*name).to_owned(),
        input: input.clone(),
    }));
    Turn::Reply {
        parts,
        stop: None,
        ending: Ending::Complete,
    }
}

const BY_CUSTOMER: &str = "select customer, sum(amount) as total from \"shop orders\" where customer is not null group by all order by total desc";

#[tokio::test]
async fn a_chart_and_the_final_answer_come_with_the_text_in_the_second_request() {
    let world = World::new([
        Turn::sql(BY_CUSTOMER),
        says(
            "Acme bought most, for 1,000,000.25.",
            &[
                (
                    "show_chart",
                    json!({"result": "r1", "kind": "bar", "x": {"field": "customer", "sort": "-y"}, "y": {"field": "total"}, "title": "Sales"}),
                ),
                ("final_answer", json!({"result": "r1"})),
            ],
        ),
    ]);
    let asked = world.ask("Who bought most?").await;
    let answer = asked.answer();
    assert_eq!(answer.text, "Acme bought most, for 1,000,000.25.");
    assert_eq!((answer.ended, answer.requests), (Ended::Complete, 2));
    assert_eq!(
        asked.shape(),
        [
            "started",
            "sql",
            "checked",
            "table",
            "text",
            "tool",
            "chart",
            "tool_result",
            "done"
        ]
    );
    let chart = &answer.charts[0];
    assert_eq!(chart.step, 1);
    assert_eq!(Some(&chart.result_id), answer.steps[0].result_id.as_ref());
    assert_eq!(
        chart.spec["encoding"]["x"],
        json!({"field": "customer", "type": "nominal", "title": "customer", "sort": "-y"})
    );
    assert!(chart.spec.get("data").is_none());
    assert_eq!(answer.result_step, Some(1));
    let kept = world.kept();
    assert_eq!(kept.charts, answer.charts);
    assert_eq!(kept.result_step, Some(1));
}

#[tokio::test]
async fn a_chart_that_does_not_fit_its_result_goes_back_to_the_model() {
    let chart = |x: &str| json!({"result": "r1", "kind": "bar", "x": {"field": x}, "y": {"field": "total"}});
    let world = World::new([
        Turn::sql(BY_CUSTOMER),
        says(
            "Acme.",
            &[
                ("show_chart", chart("nowhere")),
                ("final_answer", json!({"result": "r1"})),
            ],
        ),
        says(
            "Acme bought most.",
            &[
                ("show_chart", chart("customer")),
                ("final_answer", json!({"result": "r1"})),
            ],
        ),
    ]);
    let asked = world.ask("Who bought most?").await;
    assert_eq!(asked.answer().text, "Acme bought most.");
    assert_eq!(asked.answer().charts.len(), 1);
    let sent = world.stand_in.conversations()[2].json();
    let results = &sent["messages"][4]["content"];
    assert!(
        results[0]["toolResult"]["content"][0]["text"]
            .as_str()
            .unwrap()
            .contains("no column \\\"nowhere\\\""),
        "{results}"
    );
    assert!(
        results[1]["toolResult"]["content"][0]["text"]
            .as_str()
            .unwrap()
            .contains("not taken")
    );
}

#[tokio::test]
async fn charts_of_what_is_not_there_are_refused() {
    for (input, said) in [
        (
            json!({"result": "r7", "kind": "bar", "x": {"field": "customer"}, "y": {"field": "total"}}),
            "no result",
        ),
        (
            json!({"result": "r1", "kind": "bar", "x": {"field": "customer"}, "y": {"field": "total"}, "data": {"url": "http://127.0.0.1"}}),
            "unknown field",
        ),
        (json!("{\"kind"), "cannot be used"),
    ] {
        let world = World::new([
            Turn::sql(BY_CUSTOMER),
            says("", &[("show_chart", input)]),
            Turn::text("Done."),
        ]);
        let asked = world.ask("?").await;
        assert_eq!(asked.answer().text, "Done.");
        assert!(asked.answer().charts.is_empty());
        assert!(world.told().contains(said), "{}", world.told());
    }
}

#[tokio::test]
async fn a_question_back_ends_the_turn_and_the_reply_goes_on() {
    let world = World::new([
        says(
            "",
            &[(
                "ask_user",
                json!({"question": "By which date?", "options": ["booked", "shipped"]}),
            )],
        ),
        Turn::sql("select count(*) as n from \"shop orders\""),
        Turn::text("{{cell}} orders were booked."),
    ]);
    let asked = world.ask("How many orders this year?").await;
    let answer = asked.answer();
    assert_eq!(answer.ended, Ended::Clarification);
    assert_eq!(answer.text, "By which date?");
    assert_eq!(
        answer.clarification.as_ref().unwrap().options,
        ["booked", "shipped"]
    );
    assert_eq!(asked.streamed(), "By which date?");
    assert_eq!(world.kept().clarification, answer.clarification);
    let reply = world.ask_in(Some(&answer.conversation_id), "booked").await;
    assert_eq!(reply.answer().text, "5 orders were booked.");
    let sent = world.stand_in.conversations()[1].json();
    assert_eq!(
        sent["messages"][1]["content"],
        json!([{"text": "By which date?"}])
    );
    assert_eq!(sent["messages"][2]["content"], json!([{"text": "booked"}]));
}

#[tokio::test]
async fn a_question_back_without_ready_answers_is_the_models_to_mend() {
    let world = World::new([
        says(
            "",
            &[(
                "ask_user",
                json!({"question": "Which?", "options": ["one"]}),
            )],
        ),
        Turn::text("Five."),
    ]);
    let asked = world.ask("?").await;
    assert_eq!(asked.answer().ended, Ended::Complete);
    assert!(world.told().contains("2 to 4 ready answers"));
}

#[tokio::test]
async fn two_readings_are_both_run_and_shown() {
    let world = World::new([
        says(
            "",
            &[(
                "run_sql",
                json!({"readings": [
                    {"label": "all orders", "sql": "select count(*) as n from \"shop orders\""},
                    {"label": "with a customer", "sql": "select count(customer) as n from \"shop orders\""},
                ]}),
            )],
        ),
        Turn::text("5 orders in all, 4 of them with a customer."),
    ]);
    let asked = world.ask("How many orders?").await;
    let answer = asked.answer();
    assert_eq!(answer.requests, 2);
    assert_eq!(
        answer
            .readings
            .iter()
            .map(|r| (r.label.as_str(), r.step))
            .collect::<Vec<_>>(),
        [("all orders", 1), ("with a customer", 2)]
    );
    assert_eq!(answer.steps[1].reading.as_deref(), Some("with a customer"));
    assert_eq!(answer.steps[0].preview, [[Some("5".to_owned())]]);
    assert_eq!(answer.steps[1].preview, [[Some("4".to_owned())]]);
    let told: Value = serde_json::from_str(&world.told()).unwrap();
    assert_eq!(told["readings"][0]["result"]["rows"], json!([[5]]));
    assert_eq!(told["readings"][1]["result"]["result"], "r2");
    assert_eq!(world.kept().readings, answer.readings);
    // The choice is kept as a fact, and told from then on.
    let fact = answer.readings[1].as_fact(&answer.readings);
    world
        .library()
        .add_fact(&world.datasets[0].id, &fact)
        .unwrap();
    world.stand_in.push([Turn::text("Yes.")]);
    world.ask("And now?").await.answer();
    assert!(
        world.sent().contains("with a customer\\\\\\\" is meant"),
        "{}",
        world.sent()
    );
}

#[tokio::test]
async fn a_reading_that_fails_does_not_cost_the_other() {
    let world = World::new([
        says(
            "",
            &[(
                "run_sql",
                json!({"readings": [
                    {"label": "a", "sql": "select nowhere from \"shop orders\""},
                    {"label": "b", "sql": "select count(*) as n from \"shop orders\""},
                ]}),
            )],
        ),
        Turn::text("5 orders."),
    ]);
    let asked = world.ask("How many orders?").await;
    assert_eq!(asked.answer().readings.len(), 1);
    assert!(world.told().contains("nowhere"));
}

#[tokio::test]
async fn the_final_answer_may_carry_the_text_itself() {
    let world = World::new([
        Turn::sql("select count(*) as n from \"shop orders\""),
        says(
            "",
            &[(
                "final_answer",
                json!({"text": "There are 5 orders.", "result": "r1"}),
            )],
        ),
    ]);
    let asked = world.ask("How many?").await;
    assert_eq!(asked.answer().text, "There are 5 orders.");
    assert_eq!(asked.streamed(), "There are 5 orders.");
    // The next question follows on a conversation that is whole.
    world.stand_in.push([Turn::text("Yes.")]);
    let again = world
        .ask_in(Some(&asked.answer().conversation_id), "Really?")
        .await;
    assert_eq!(again.answer().text, "Yes.");
    let sent = world.stand_in.conversations()[2].json();
    assert_eq!(
        sent["messages"][3]["content"],
        json!([{"text": "There are 5 orders."}])
    );
}

#[tokio::test]
async fn an_answer_before_its_results_is_not_taken() {
    let world = World::new([
        says(
            "There are 7.",
            &[
                (
                    "run_sql",
                    json!({"sql": "select count(*) as n from \"shop orders\""}),
                ),
                ("final_answer", json!({"result": "r1"})),
            ],
        ),
        Turn::text("There are 5."),
    ]);
    assert_eq!(world.ask("How many?").await.answer().text, "There are 5.");
}

#[tokio::test]
async fn what_a_word_was_taken_to_mean_is_counted_by_the_app() {
    let world = World::new([
        Turn::sql("select count(*) as n from \"shop orders\" where customer in ('Acme')"),
        says(
            "Acme has {{cell}} orders.",
            &[(
                "final_answer",
                json!({
                    "result": "r1",
                    "matches": [
                        {"word": "acme", "dataset": "shop orders", "column": "customer", "values": ["Acme", "ACME Ltd."]},
                        {"word": "x", "dataset": "elsewhere", "column": "customer", "values": ["Acme"]},
                    ],
                    "facts": [
                        {"dataset": "shop orders", "fact": "acme is one customer"},
                        {"dataset": "elsewhere", "fact": "nothing"},
                    ],
                }),
            )],
        ),
    ]);
    let asked = world.ask("How many orders has acme?").await;
    let answer = asked.answer();
    assert_eq!(answer.matches.len(), 1);
    let matched = &answer.matches[0];
    assert_eq!((matched.word.as_str(), matched.rows), ("acme", 2));
    assert_eq!(
        matched
            .values
            .iter()
            .map(|v| (v.value.as_str(), v.count))
            .collect::<Vec<_>>(),
        [("Acme", 2)],
        "a cell that is not there is no match"
    );
    assert_eq!(answer.facts.len(), 1);
    assert_eq!(answer.facts[0].fact, "acme is one customer");
    // Kept, it is told from then on.
    let dataset = &world.datasets[0];
    world
        .library()
        .add_fact(&dataset.id, &answer.facts[0].fact)
        .unwrap();
    let remembered = RememberedMatch {
        word: "acme".to_owned(),
        column: "customer".to_owned(),
        values: vec!["Acme".to_owned()],
    };
    world
        .library()
        .remember_match(&dataset.id, &remembered)
        .unwrap();
    world.stand_in.push([Turn::text("Yes.")]);
    world.ask("And now?").await.answer();
    let sent = world.stand_in.conversations()[2].json();
    let system = sent["system"][0]["text"].as_str().unwrap();
    assert!(system.contains("settled by the person: \"acme is one customer\""));
    assert!(system.contains("settled by the person: \"acme\" in \"customer\" means \"Acme\""));
}

#[tokio::test]
async fn values_are_looked_up_and_shown_as_what_the_word_meant() {
    let world = World::with_file(
        "orders.csv",
        "customer,amount\nACME Ltd.,1\nAcme,2\nacmé,4\nMüller,8\nAcme,16\n",
        Script::turns([
            says(
                "",
                &[(
                    "find_values",
                    json!({"words": ["acme"], "dataset": "orders", "column": "customer"}),
                )],
            ),
            Turn::sql(
                "select sum(amount) as total from orders where customer in ('ACME Ltd.', 'Acme', 'acmé')",
            ),
            Turn::text("Acme bought for {{cell}}."),
        ]),
    );
    let asked = world.ask("What did acme buy for?").await;
    let answer = asked.answer();
    assert_eq!(answer.text, "Acme bought for 23.");
    let step = &answer.steps[0];
    assert_eq!((step.step, step.tool.as_str()), (1, "find_values"));
    let mut found: Vec<&str> = step.output["values"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v["value"].as_str().unwrap())
        .collect();
    found.sort_unstable();
    assert_eq!(found, ["ACME Ltd.", "Acme", "acmé"]);
    assert_eq!(answer.matches.len(), 1);
    assert_eq!(
        (answer.matches[0].values.len(), answer.matches[0].rows),
        (3, 4)
    );
    assert!(
        asked
            .events
            .iter()
            .any(|event| matches!(event, ChatEvent::ToolResult { error: None, .. }))
    );
}

#[tokio::test]
async fn what_cannot_be_looked_up_is_said() {
    for (input, said) in [
        (json!({"words": []}), "one to 8 words"),
        (
            json!({"words": ["a"], "dataset": "elsewhere"}),
            "no such table",
        ),
        (json!({"words": "a"}), "cannot be used"),
    ] {
        let world = World::new([says("", &[("find_values", input)]), Turn::text("Done.")]);
        world.ask("?").await.answer();
        assert!(world.told().contains(said), "{}", world.told());
    }
}

#[tokio::test]
async fn a_dataset_is_described_with_what_was_noticed_when_it_was_read() {
    let world = World::new([
        says(
            "",
            &[(
                "describe_dataset",
                json!({"dataset": "SHOP orders", "columns": ["Amount"]}),
            )],
        ),
        says("", &[("describe_dataset", json!({"dataset": "elsewhere"}))]),
        says(
            "",
            &[(
                "describe_dataset",
                json!({"dataset": "shop orders", "columns": ["nowhere"]}),
            )],
        ),
        Turn::text("Done."),
    ]);
    let asked = world.ask("?").await;
    let steps = &asked.answer().steps;
    let described = steps[0].output.as_str().unwrap();
    assert!(
        described.contains("columns (1 of 4):\n- \"amount\" DECIMAL(9,2)"),
        "{described}"
    );
    assert!(
        described.contains("from \"0.25\" to \"1000000.00\""),
        "{described}"
    );
    assert!(
        steps[1]
            .error
            .as_ref()
            .unwrap()
            .message
            .contains("shop orders")
    );
    assert!(steps[2].error.is_some());
}

#[tokio::test]
async fn every_tool_counts_as_a_step_but_an_answer_is_always_taken() {
    let mut world = World::new([
        Turn::sql(BY_CUSTOMER),
        says(
            "Acme bought most.",
            &[("final_answer", json!({"result": "r1"}))],
        ),
    ]);
    world.limits.steps = 1;
    let asked = world.ask("Who?").await;
    assert_eq!(
        (asked.answer().ended, asked.answer().text.as_str()),
        (Ended::Complete, "Acme bought most.")
    );
}

#[tokio::test]
async fn results_of_a_conversation_have_names_of_their_own() {
    let world = World::new([
        Turn::sql("select 1 as a"),
        Turn::text("One."),
        Turn::sql("select 2 as b"),
        Turn::text("Two."),
    ]);
    let id = world.ask("?").await.answer().conversation_id.clone();
    assert!(world.told().contains("\"result\":\"r1\""));
    world.ask_in(Some(&id), "?").await.answer();
    assert!(world.told().contains("\"result\":\"r2\""));
}

#[tokio::test]
async fn what_the_person_says_a_word_means_goes_with_the_question() {
    let mut world = World::new([Turn::text("Yes.")]);
    world.matches = vec![(
        "shop orders".to_owned(),
        RememberedMatch {
            word: "acme".to_owned(),
            column: "customer".to_owned(),
            values: vec!["Acme".to_owned(), "a\"b".to_owned()],
        },
    )];
    world.ask("acme?").await.answer();
    let sent = world.stand_in.conversations()[0].json();
    assert_eq!(
        sent["messages"][0]["content"][0]["text"],
        "acme?\n(By \"acme\" I mean these cells of the column \"customer\" of \"shop orders\": \"Acme\", \"a\\\"b\".)"
    );
}
