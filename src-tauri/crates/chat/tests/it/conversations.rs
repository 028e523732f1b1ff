//! Sixty conversations, each played by the stand-in on the wire through the real client.
//!
//! A line of the table is what the model does, and what must come of it; what needs more than a line has a test of its
//! own in the other files.

use buzz_chat::Ended;
use buzz_testkit::bedrock::{Ending, Part, Script, Turn};
use serde_json::{Value, json};

use crate::tools::says;
use crate::world::World;

/// A conversation of one question, and what must come of it.
struct Played {
    name: &'static str,
    turns: Vec<Turn>,
    /// The answer's text, or the code of the failure.
    comes: Result<&'static str, &'static str>,
    ended: Ended,
    /// The tool of each step, or the code of what went wrong.
    steps: Vec<&'static str>,
    /// Requests that reach the model's service.
    requests: usize,
}

fn played(
    name: &'static str,
    turns: Vec<Turn>,
    text: &'static str,
    steps: &[&'static str],
    requests: usize,
) -> Played {
    Played {
        name,
        turns,
        comes: Ok(text),
        ended: Ended::Complete,
        steps: steps.to_vec(),
        requests,
    }
}

fn ending(ended: Ended, played: Played) -> Played {
    Played { ended, ..played }
}

fn fails(name: &'static str, turns: Vec<Turn>, code: &'static str, requests: usize) -> Played {
    Played {
        name,
        turns,
        comes: Err(code),
        ended: Ended::Failed,
        steps: Vec::new(),
        requests,
    }
}

fn tool(name: &str, input: Value) -> Turn {
    says("", &[(name, input)])
}

fn count(condition: &str) -> Turn {
    Turn::sql(&format!("select count(*) as n from orders {condition}"))
}

fn failing(ending: Ending) -> Turn {
    Turn::text_ending("There are many orders in here.", ending)
}

fn exception(kind: &str, message: &str) -> Turn {
    failing(Ending::ExceptionAfter {
        frames: 4,
        kind: kind.to_owned(),
        message: message.to_owned(),
    })
}

fn stopping(reason: &str) -> Turn {
    Turn::Reply {
        parts: vec![Part::Text("There are".to_owned())],
        stop: Some(reason.to_owned()),
        ending: Ending::Complete,
    }
}

const SQL: &str = "run_sql";

#[rustfmt::skip]
fn single_questions() -> Vec<Played> {
    vec![
        played("a count", vec![count(""), Turn::text("There are {{cell}} orders.")], "There are 6 orders.", &[SQL], 2),
        played("a sum", vec![Turn::sql("select sum(amount) as s from orders"), Turn::text("The total is {{cell}}.")], "The total is 210.75.", &[SQL], 2),
        played("a mean, rounded in the text", vec![Turn::sql("select avg(amount) as a from orders"), Turn::text("The mean is 35.13.")], "The mean is 35.13.", &[SQL], 2),
        played("a filter by date", vec![count("where booked >= date '2026-02-01' and booked < date '2026-03-01'"), Turn::text("{{cell}} orders in February 2026.")], "2 orders in February 2026.", &[SQL], 2),
        played("a grouping by month", vec![Turn::sql("select date_trunc('month', booked) as month, sum(amount) as s from orders group by all order by all"), Turn::text("January had 30.75.")], "January had 30.75.", &[SQL], 2),
        played("the top of a ranking", vec![Turn::sql("select customer_id, sum(amount) as s from orders group by all order by s desc limit 1"), Turn::text("Customer 2 spent most, 110.00.")], "Customer 2 spent most, 110.00.", &[SQL], 2),
        played("a share", vec![Turn::sql("select 100.0 * count(*) filter (where customer_id = 2) / count(*) as share from orders"), Turn::text("Half: 50 %.")], "Half: 50 %.", &[SQL], 2),
        played("a window function", vec![Turn::sql("select id from orders qualify row_number() over (order by amount desc) = 1"), Turn::text("Order {{cell}}.")], "Order 5.", &[SQL], 2),
        played("a pivot", vec![Turn::sql("pivot orders on customer_id in (1, 2) using sum(amount)"), Turn::text("See the table.")], "See the table.", &[SQL], 2),
        played("an empty result", vec![count("where amount > 1000000"), Turn::text("There are {{cell}}.")], "There are 0.", &[SQL], 2),
        played("no query at all", vec![Turn::text("I can answer questions about your orders.")], "I can answer questions about your orders.", &[], 1),
        played("today", vec![Turn::sql("select today() as d"), Turn::text("It is {{cell}}.")], "It is 2026-03-14.", &[SQL], 2),
        played("what is in a table", vec![Turn::sql("summarize orders"), Turn::text("See the table.")], "See the table.", &[SQL], 2),
        played("text in another language", vec![count(""), Turn::text("Es sind {{cell}} Bestellungen.")], "Es sind 6 Bestellungen.", &[SQL], 2),
        played("two queries in a row", vec![count(""), Turn::sql("select max(amount) as m from orders"), Turn::text("6 orders, the largest of {{cell}}.")], "6 orders, the largest of 100.00.", &[SQL, SQL], 3),
    ]
}

#[rustfmt::skip]
fn repairs_and_joins() -> Vec<Played> {
    vec![
        played("a column that is not there", vec![Turn::sql("select sum(amuont) from orders"), Turn::sql("select sum(amount) as s from orders"), Turn::text("{{cell}}.")], "210.75.", &["sql_error", SQL], 3),
        played("a table that is not there", vec![Turn::sql("select * from order"), Turn::sql("select count(*) as n from orders"), Turn::text("{{cell}}.")], "6.", &["sql_error", SQL], 3),
        played("a syntax error twice", vec![Turn::sql("selct 1"), Turn::sql("select from from"), count(""), Turn::text("{{cell}}.")], "6.", &["sql_error", "sql_error", SQL], 4),
        played("a conversion that fails", vec![Turn::sql("select name::integer from customers"), Turn::sql("select count(try_cast(name as integer)) as n from customers"), Turn::text("{{cell}} names are numbers.")], "0 names are numbers.", &["sql_error", SQL], 3),
        played("two statements", vec![Turn::sql("select 1; select 2"), count(""), Turn::text("{{cell}}.")], "6.", &["not_one_read", SQL], 3),
        played("a statement that writes", vec![Turn::sql("drop table orders"), Turn::text("I can only read.")], "I can only read.", &["not_one_read"], 2),
        played("a file", vec![Turn::sql("select * from read_csv('/etc/passwd')"), Turn::text("I cannot read files.")], "I cannot read files.", &["refused"], 2),
        played("an input that is no JSON", vec![tool(SQL, json!("{\"sql\": \"sel")), count(""), Turn::text("{{cell}}.")], "6.", &[SQL], 3),
        played("an input without a statement", vec![tool(SQL, json!({"query": "select 1"})), count(""), Turn::text("{{cell}}.")], "6.", &[SQL], 3),
        played("a tool that is not there", vec![tool("browse", json!({"url": "https://example.com"})), Turn::text("I cannot browse.")], "I cannot browse.", &[], 2),
        played("a join", vec![Turn::sql("select c.name, sum(o.amount) as s from orders o join customers c on o.customer_id = c.id group by all order by s desc"), Turn::text("Globex spent most, 110.00.")], "Globex spent most, 110.00.", &[SQL], 2),
        played("a join with rows that have no partner", vec![Turn::sql("select count(*) as n from customers c left join orders o on o.customer_id = c.id where o.id is null"), Turn::text("{{cell}} customer has no orders.")], "1 customer has no orders.", &[SQL], 2),
        played("a refusal by the model", vec![Turn::text("The tables say nothing about the weather.")], "The tables say nothing about the weather.", &[], 1),
    ]
}

#[rustfmt::skip]
fn tools_and_limits() -> Vec<Played> {
    let by_customer = || Turn::sql("select customer_id, sum(amount) as s from orders group by all order by s desc");
    let chart = |kind: &str| json!({"result": "r1", "kind": kind, "x": {"field": "customer_id"}, "y": {"field": "s"}});
    vec![
        played("a look-up before a filter", vec![tool("find_values", json!({"words": ["globex"]})), count("where customer_id = (select id from customers where name = 'Globex')"), Turn::text("{{cell}} orders.")], "3 orders.", &["find_values", SQL], 3),
        played("a look-up that finds nothing", vec![tool("find_values", json!({"words": ["zzzzqqqq"]})), Turn::text("There is no such customer.")], "There is no such customer.", &["find_values"], 2),
        played("a description", vec![tool("describe_dataset", json!({"dataset": "orders"})), Turn::text("It has orders.")], "It has orders.", &["describe_dataset"], 2),
        played("a bar chart", vec![by_customer(), says("Globex leads.", &[("show_chart", chart("bar")), ("final_answer", json!({"result": "r1"}))])], "Globex leads.", &[SQL, "show_chart"], 2),
        played("a scatter plot", vec![by_customer(), says("Here.", &[("show_chart", chart("scatter")), ("final_answer", json!({}))])], "Here.", &[SQL, "show_chart"], 2),
        played("a chart of nothing", vec![tool("show_chart", chart("bar")), Turn::text("Nothing to draw.")], "Nothing to draw.", &["tool_error"], 2),
        ending(Ended::Clarification, played("a question back", vec![tool("ask_user", json!({"question": "Net or gross?", "options": ["net", "gross"]}))], "Net or gross?", &[], 1)),
        ending(Ended::Clarification, played("a question back after a query", vec![count(""), says("I counted.", &[("ask_user", json!({"question": "Of which year?", "options": ["this year", "last year", "all"]}))])], "I counted.\n\nOf which year?", &[SQL], 2)),
        played("two readings", vec![tool(SQL, json!({"readings": [{"label": "by id", "sql": "select count(distinct id) as n from orders"}, {"label": "by customer", "sql": "select count(distinct customer_id) as n from orders"}]})), Turn::text("6 by id, 3 by customer.")], "6 by id, 3 by customer.", &[SQL, SQL], 2),
        ending(Ended::StepLimit, played("too many steps", (0..9).map(|n| Turn::sql(&format!("select {n} as n"))).collect(), "Stopped after 8 steps, the most that one question may take.", &[SQL; 8], 9)),
        ending(Ended::TokenLimit, played("an answer that is too long", vec![stopping("max_tokens")], "There are", &[], 1)),
    ]
}

#[rustfmt::skip]
fn faults() -> Vec<Played> {
    vec![
        played("throttled, then answered", vec![Turn::throttled(), Turn::text("Yes.")], "Yes.", &[], 2),
        played("unavailable, then answered", vec![Turn::error(503, "ServiceUnavailableException", "busy"), Turn::text("Yes.")], "Yes.", &[], 2),
        played("cut before the first token, then answered", vec![Turn::Cut, Turn::text("Yes.")], "Yes.", &[], 2),
        played("cut after the last token", vec![failing(Ending::CutBeforeMetadata)], "There are many orders in here.", &[], 1),
        played("a damaged frame before the first token, then answered", vec![failing(Ending::CorruptAfter(0)), Turn::text("Yes.")], "Yes.", &[], 2),
        fails("throttled without end", (0..5).map(|_| Turn::throttled()).collect(), "throttled", 5),
        fails("cut in the middle", vec![failing(Ending::CutAfter(4))], "stream_cut", 1),
        fails("cut inside a frame", vec![failing(Ending::CutInside(4))], "stream_cut", 1),
        fails("a damaged frame", vec![failing(Ending::CorruptAfter(4))], "malformed_answer", 1),
        fails("an end without a word", vec![failing(Ending::EndAfter(4))], "stream_cut", 1),
        fails("an exception in the stream", vec![exception("modelStreamErrorException", "the model failed")], "model_error", 1),
        fails("throttled in the stream", vec![exception("throttlingException", "slow down")], "throttled", 1),
        fails("unavailable in the stream", vec![exception("serviceUnavailableException", "busy")], "unavailable", 1),
        fails("no access", vec![Turn::error(403, "AccessDeniedException", "not authorized to perform bedrock:InvokeModelWithResponseStream")], "access_denied", 1),
        fails("no access to the model", vec![Turn::error(403, "AccessDeniedException", "You don't have access to the model with the specified model ID.")], "model_access_denied", 1),
        fails("the model wants an inference profile", vec![Turn::error(400, "ValidationException", "Invocation of model ID x with on-demand throughput isn\u{2019}t supported. Retry with the ID of an inference profile.")], "on_demand_not_supported", 1),
        fails("an identifier that is not valid", vec![Turn::error(400, "ValidationException", "The provided model identifier is invalid.")], "model_not_in_region", 1),
        fails("a request that is not valid", vec![Turn::error(400, "ValidationException", "Malformed input request.")], "refused_request", 1),
        fails("too much to read", vec![Turn::error(400, "ValidationException", "Input is too long for requested model.")], "context_too_long", 1),
        fails("a clock that is wrong", vec![Turn::error(403, "InvalidSignatureException", "Signature expired: 20260101T000000Z is now earlier than 20260102T000000Z")], "clock_skew", 1),
        fails("credentials that have expired", vec![Turn::error(403, "ExpiredTokenException", "The security token included in the request is expired")], "credentials_expired", 1),
        fails("the model took too long", vec![Turn::error(408, "ModelTimeoutException", "too slow")], "timed_out", 1),
        fails("held back by a filter", vec![stopping("guardrail_intervened")], "filtered", 1),
        fails("more than the model can read", vec![stopping("model_context_window_exceeded")], "context_too_long", 1),
    ]
}

fn world(turns: Vec<Turn>) -> World {
    let mut world = World::with_file(
        "orders.csv",
        "id,customer_id,amount,booked\n1,1,10.50,2026-01-05\n2,1,20.25,2026-01-06\n3,2,5.00,2026-02-07\n\
         4,2,5.00,2026-02-08\n5,2,100.00,2026-03-08\n6,3,70.00,2026-03-09\n",
        Script::turns(turns),
    );
    world.add_file(
        "customers.csv",
        "id,name\n1,Acme\n2,Globex\n3,Initech\n4,Umbrella\n",
    );
    world
}

#[tokio::test]
async fn sixty_conversations_come_out_as_they_should() {
    let all: Vec<Played> = [
        single_questions(),
        repairs_and_joins(),
        tools_and_limits(),
        faults(),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut wrong = Vec::new();
    let count = all.len();
    for played in all {
        let world = world(played.turns);
        let asked = world.ask("The question").await;
        let came = match &asked.outcome {
            Ok(answer) => Ok(answer.text.as_str()),
            Err(error) => Err(error.code()),
        };
        let kept = world.kept();
        let steps: Vec<&str> = kept
            .steps
            .iter()
            .map(|step| match &step.error {
                Some(error) => error.code.as_str(),
                None => step.tool.as_str(),
            })
            .collect();
        let requests = world.stand_in.conversations();
        if came != played.comes
            || kept.ended != played.ended
            || steps != played.steps
            || requests.len() != played.requests
        {
            wrong.push(format!(
                "{}: {came:?} {:?} {steps:?} after {} requests; figures {:?}",
                played.name,
                kept.ended,
                requests.len(),
                kept.figures
            ));
        }
        // The ledger has every request, and what came of it.
        let ledger = world.ledger();
        assert_eq!(ledger.len(), requests.len(), "{}", played.name);
        for (record, request) in ledger.iter().zip(&requests) {
            assert_eq!(
                record.entry.payload.as_bytes(),
                request.body,
                "{}",
                played.name
            );
            assert!(record.outcome.is_some(), "{}", played.name);
        }
        assert!(
            requests.iter().all(|request| request.verified),
            "{}",
            played.name
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 60, "{count}");
}

#[tokio::test]
async fn follow_ups_go_on_from_the_question_and_the_sql_before() {
    let world = world(vec![
        count(""),
        Turn::text("{{cell}} orders."),
        Turn::sql(
            "select date_trunc('month', booked) as month, count(*) as n from orders group by all order by all",
        ),
        Turn::text("2 in January, 2 in February, 2 in March."),
        count("where customer_id = 2"),
        Turn::text("{{cell}} of Globex."),
    ]);
    let id = world
        .ask("How many orders?")
        .await
        .answer()
        .conversation_id
        .clone();
    let by_month = world.ask_in(Some(&id), "And by month?").await;
    assert_eq!(
        by_month.answer().text,
        "2 in January, 2 in February, 2 in March."
    );
    let globex = world.ask_in(Some(&id), "And Globex alone?").await;
    assert_eq!(globex.answer().text, "3 of Globex.");
    let sent = world.stand_in.conversations()[4].json();
    assert_eq!(sent["messages"].as_array().unwrap().len(), 9);
}

#[tokio::test]
async fn a_question_is_put_differently_and_goes_on_from_there() {
    let world = world(vec![
        count(""),
        Turn::text("{{cell}} orders."),
        Turn::text("Never seen again."),
        count("where customer_id = 1"),
        Turn::text("{{cell}} orders."),
    ]);
    let id = world
        .ask("How many orders?")
        .await
        .answer()
        .conversation_id
        .clone();
    world
        .ask_in(Some(&id), "A question that was a mistake")
        .await
        .answer();
    let (_, messages) = world.library().conversation(&id).unwrap();
    let second = messages[2].id;
    assert_eq!(
        world.library().truncate_conversation(&id, second).unwrap(),
        2
    );
    let edited = world.ask_in(Some(&id), "How many of Acme?").await;
    assert_eq!(edited.answer().text, "2 orders.");
    let (conversation, messages) = world.library().conversation(&id).unwrap();
    assert_eq!(messages.len(), 4);
    let last = world.stand_in.conversations().pop().unwrap();
    assert!(!String::from_utf8(last.body).unwrap().contains("mistake"));

    // Searched by what was asked and what was answered, and written as Markdown.
    let found = world.library().search_conversations("OF ACME").unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].excerpt.as_deref(), Some("How many of Acme?"));
    assert!(
        world
            .library()
            .search_conversations("mistake")
            .unwrap()
            .is_empty()
    );
    let text = buzz_chat::markdown(&conversation, &messages);
    assert!(text.starts_with("# How many orders?\n"), "{text}");
    assert!(text.contains("## How many of Acme?\n\n2 orders.\n\n```sql\nselect count(*) as n from orders where customer_id = 1\n```\n\n| n |\n| --- |\n| 2 |\n"), "{text}");
}

#[tokio::test]
async fn the_sql_of_an_answer_is_changed_and_the_model_goes_on_from_there() {
    let world = world(vec![
        count(""),
        Turn::text("There are {{cell}} orders."),
        Turn::text("A question too many."),
        Turn::text("Then there are 3."),
    ]);
    let id = world
        .ask("How many orders?")
        .await
        .answer()
        .conversation_id
        .clone();
    world.ask_in(Some(&id), "Are you sure?").await.answer();
    let (_, messages) = world.library().conversation(&id).unwrap();
    let change = |sql: &str| buzz_chat::Rerun {
        conversation_id: id.clone(),
        message_id: messages[1].id,
        step: 1,
        sql: sql.to_owned(),
        datasets: world.contexts(),
        send: buzz_chat::SendMode::Rows,
        now: jiff::civil::date(2026, 3, 14).at(15, 9, 26, 0),
        temp_root: world.scratch.folder().to_owned(),
        limits: world.limits.clone(),
    };
    let rerun =
        |sql: &str| buzz_chat::rerun(world.library(), &world.engine, &change(sql), &world.cancel);
    let (record, stored) = rerun("select count(*) as n from orders where customer_id = 2").unwrap();
    assert_eq!(record.steps[0].preview, [[Some("3".to_owned())]]);
    assert_eq!(stored.unwrap().rows(), 1);
    // The text still says 6, which nothing bears out any more.
    let doubtful = buzz_chat::figures::untraced(&record.figures);
    assert_eq!(
        doubtful
            .iter()
            .map(|figure| figure.text.as_str())
            .collect::<Vec<_>>(),
        ["6"]
    );
    let (_, messages) = world.library().conversation(&id).unwrap();
    assert_eq!(messages.len(), 2);
    let next = world.ask_in(Some(&id), "So?").await;
    assert_eq!(next.answer().text, "Then there are 3.");
    let sent = String::from_utf8(world.stand_in.conversations().pop().unwrap().body).unwrap();
    assert!(
        sent.contains("I changed the SQL of r1") && !sent.contains("Are you sure?"),
        "{sent}"
    );

    let (record, stored) = rerun("select nowhere from orders").unwrap();
    assert!(stored.is_none());
    assert_eq!(record.steps[0].error.as_ref().unwrap().code, "sql_error");
    let none = buzz_chat::Rerun {
        step: 9,
        ..change("select 1")
    };
    let error = buzz_chat::rerun(world.library(), &world.engine, &none, &world.cancel).unwrap_err();
    assert_eq!(error.code(), "no_such_step");
}
