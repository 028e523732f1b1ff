//! The questions that are suggested for a dataset, run through the real engine.

use std::fmt::Write as _;

use buzz_chat::suggest::{Suggestion, questions};
use buzz_chat::{Cancel, DatasetContext};
use buzz_query::{Engine, EngineOptions, RunOptions, Table};
use buzz_testkit::Scratch;

/// Imports a file and runs every question about it; a question, its columns and its number of rows each.
fn ask_all(name: &str, text: &str) -> Vec<(Suggestion, Vec<String>, usize)> {
    let scratch = Scratch::new();
    let file = scratch.path(name);
    std::fs::write(&file, text).unwrap();
    let library = scratch.library();
    let dataset = library
        .import(
            &file,
            None,
            &buzz_ingest::Options::default(),
            &buzz_ingest::Silent,
            &Cancel::new(),
        )
        .unwrap();
    let context = DatasetContext::load(library, &dataset).unwrap();
    let options = EngineOptions {
        memory: 200_000_000,
        threads: 1,
        temp_root: scratch.path("temp"),
        temp_limit: 10_000_000,
        now: jiff::civil::date(2026, 3, 14).at(15, 9, 26, 0),
    };
    let table = Table {
        name: dataset.name.clone(),
        data: dataset.data_path(library),
        strays: None,
    };
    let engine = Engine::open(&[table], &options).unwrap();
    questions(&context, 8)
        .into_iter()
        .map(|suggestion| {
            let rows = engine
                .query(&suggestion.sql, &RunOptions::default(), &Cancel::new())
                .unwrap_or_else(|error| panic!("{error}: {}", suggestion.sql));
            let columns: Vec<String> = rows
                .schema()
                .fields()
                .iter()
                .map(|field| field.name().clone())
                .collect();
            let count = rows
                .map(|batch| {
                    batch
                        .unwrap_or_else(|error| panic!("{error}: {}", suggestion.sql))
                        .num_rows()
                })
                .sum();
            if let Some(chart) = &suggestion.chart {
                assert!(
                    columns.contains(&chart.x) && columns.contains(&chart.y),
                    "{suggestion:?} {columns:?}"
                );
            }
            (suggestion, columns, count)
        })
        .collect()
}

fn asked(answers: &[(Suggestion, Vec<String>, usize)]) -> Vec<&str> {
    answers
        .iter()
        .map(|(suggestion, ..)| suggestion.question.as_str())
        .collect()
}

#[test]
fn orders() {
    let mut text = "order_id,customer_id,region,product,amount,order_date\n".to_owned();
    for i in 0..400 {
        let region = ["North", "South", "East", "West"][i % 4];
        writeln!(
            text,
            "{},{},{region},Product {},{}.{:02},2024-{:02}-{:02}",
            10_000 + i,
            i % 37,
            i % 90,
            i * 7 % 300,
            i % 100,
            i % 12 + 1,
            i % 28 + 1
        )
        .unwrap();
    }
    let answers = ask_all("orders.csv", &text);
    let asked = asked(&answers);
    assert!(
        asked.contains(&"How does total amount develop by month of order date?"),
        "{asked:?}"
    );
    assert!(
        asked.contains(&"Which region has the most amount?"),
        "{asked:?}"
    );
    assert!(
        asked
            .iter()
            .any(|question| question.starts_with("Which ten of product")),
        "{asked:?}"
    );
    // Nobody adds up order numbers.
    assert!(
        answers
            .iter()
            .all(|(suggestion, ..)| !suggestion.sql.contains("order_id")
                && !suggestion.sql.contains("customer_id"))
    );
    assert_eq!((answers[0].2, answers[1].2), (12, 4));
}

#[test]
fn flights() {
    let mut text =
        "year,month,day,dep_time,dep_delay,carrier,flight,tailnum,origin,distance,time_hour\n"
            .to_owned();
    for i in 0..500 {
        let delay = if i % 50 == 0 {
            "NA".to_owned()
        } else {
            (i % 90).to_string()
        };
        writeln!(
            text,
            "2013,{},{},{},{delay},{},{},N{}UA,{},{},2013-{:02}-{:02} {:02}:00:00",
            i % 12 + 1,
            i % 28 + 1,
            500 + i,
            ["UA", "B6", "EV", "DL", "AA"][i % 5],
            1_000 + i,
            i % 200,
            ["JFK", "LGA", "EWR"][i % 3],
            200 + i % 40 * 17,
            i % 12 + 1,
            i % 28 + 1,
            i % 24
        )
        .unwrap();
    }
    let answers = ask_all("flights.csv", &text);
    let asked = asked(&answers);
    assert!(asked[0].contains("by month of time hour"), "{asked:?}");
    assert!(
        asked
            .iter()
            .all(|question| !question.contains("total year")
                && !question.contains("total dep delay")),
        "{asked:?}"
    );
    assert!(
        asked.contains(&"Which columns have empty cells?"),
        "{asked:?}"
    );
}

#[test]
fn one_column_of_text() {
    let text: String = "word\n"
        .chars()
        .chain((0..300).flat_map(|i| format!("w{}\n", i % 120).chars().collect::<Vec<_>>()))
        .collect();
    let answers = ask_all("words.csv", &text);
    assert_eq!(asked(&answers), ["Which values of word are most frequent?"]);
    assert_eq!(answers[0].2, 10);
}

#[test]
fn nothing_but_numbers() {
    let mut text = "a,b,c\n".to_owned();
    for i in 0..300 {
        writeln!(text, "{}.5,{},{}e-3", i % 77, i * i % 1000, i * 13 % 997).unwrap();
    }
    let answers = ask_all("numbers.csv", &text);
    let asked = asked(&answers);
    assert!(
        asked.iter().any(|question| question.starts_with("How is ")),
        "{asked:?}"
    );
    assert!(
        asked.iter().any(|question| question.starts_with("Do ")),
        "{asked:?}"
    );
}

#[test]
fn many_columns() {
    let header: Vec<_> = (0..400).map(|column| format!("c{column}")).collect();
    let mut text = header.join(",");
    for row in 0..30 {
        let cells: Vec<_> = (0..400)
            .map(|column| ((row * column) % 7).to_string())
            .collect();
        text.push('\n');
        text.push_str(&cells.join(","));
    }
    assert!(!ask_all("wide.csv", &text).is_empty());
}

#[test]
fn names_with_quotes_spaces_and_the_words_of_sql() {
    let mut text =
        "\"the \"\"group\"\"\",Order by,total amount;--,Datum der Buchung,rows\n".to_owned();
    for i in 0..200 {
        writeln!(
            text,
            "g{},o{},{}.25,2020-{:02}-01,x{}",
            i % 5,
            i % 6,
            i,
            i % 12 + 1,
            i % 3
        )
        .unwrap();
    }
    let answers = ask_all("it's \"my\" file; DROP TABLE x.csv", &text);
    let asked = asked(&answers);
    assert!(
        asked
            .iter()
            .any(|question| question.contains("“the \"group\"”")),
        "{asked:?}"
    );
    assert!(answers.iter().all(|(_, _, rows)| *rows > 0));
}

#[test]
fn a_dataset_of_nothing_has_no_questions() {
    assert!(ask_all("empty.csv", "a,b\n").is_empty());
}
