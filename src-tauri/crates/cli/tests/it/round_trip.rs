//! Convert, export, and every cell is what it was.

use std::fs;
use std::io::Write;

use serde_json::json;

use crate::harness::{Dice, Scratch, assert_receipt, parse_csv, types};

#[test]
fn sixty_thousand_rows_of_every_type() {
    let scratch = Scratch::new();
    let file = scratch.large_file("mixed.csv", |file| {
        let mut dice = Dice::new(11);
        let places = [
            "Köln",
            "New York",
            "大阪",
            "São Paulo",
            "a, b",
            "say \"hi\"",
            "two\nlines",
            "\r\nodd",
            "'",
            " padded ",
        ];
        writeln!(file, "id,code,amount,ratio,day,at,ok,place,remark").unwrap();
        for id in 0..60_000_u64 {
            let quote = |text: &str| {
                if text.contains([',', '"', '\n', '\r']) {
                    format!("\"{}\"", text.replace('"', "\"\""))
                } else {
                    text.to_owned()
                }
            };
            let or_nothing = |text: String, dice: &mut Dice| {
                if dice.below(20) == 0 {
                    String::new()
                } else {
                    text
                }
            };
            let amount = or_nothing(
                format!("{}.{:02}", dice.below(1_000_000), dice.below(100)),
                &mut dice,
            );
            let day = or_nothing(
                format!(
                    "20{:02}-{:02}-{:02}",
                    dice.below(40),
                    1 + dice.below(12),
                    1 + dice.below(28)
                ),
                &mut dice,
            );
            let at = format!(
                "2026-{:02}-{:02} {:02}:{:02}:{:02}",
                1 + dice.below(12),
                1 + dice.below(28),
                dice.below(24),
                dice.below(60),
                dice.below(60)
            );
            let place = match dice.below(30) {
                0 => String::new(),
                1 => "\"\"".to_owned(),
                n => quote(places[n as usize % places.len()]),
            };
            writeln!(
                file,
                "{id},{:05},{amount},{},{day},{at},{},{place},r{}",
                dice.below(100_000),
                (dice.below(1 << 40) as f64) * 1e-300,
                dice.below(2) == 0,
                dice.below(1 << 30)
            )
            .unwrap();
        }
    });
    let receipt = scratch.convert(&file);
    assert_receipt(&receipt);
    assert_eq!(receipt["rows_written"], 60_000);
    let found = types(&receipt);
    assert_eq!(
        (found[0], found[1], found[3], found[4]),
        ("BIGINT", "VARCHAR", "DOUBLE", "DATE"),
        "{found:?}"
    );
    assert!(found[2].starts_with("DECIMAL("), "{found:?}");
    assert_eq!(found[5..], ["TIMESTAMP", "BOOLEAN", "VARCHAR", "VARCHAR"]);

    let out = scratch.path("out.csv");
    let saved = scratch.json(["export", "mixed", "--out", out.to_str().unwrap()]);
    assert_eq!(saved["rows"], 60_000);
    let (source, exported) = (
        fs::read_to_string(&file).unwrap(),
        fs::read_to_string(&out).unwrap(),
    );
    let (source, exported) = (parse_csv(&source), parse_csv(&exported));
    assert_eq!(source.len(), exported.len());
    for (line, (before, after)) in source.iter().zip(&exported).enumerate() {
        assert_eq!(before.len(), after.len());
        for (column, ((before, before_quoted), (after, after_quoted))) in
            before.iter().zip(after).enumerate()
        {
            let same = match column {
                // The same double, written shorter perhaps; the same moment, with or without a T.
                3 if line > 0 => {
                    before.parse::<f64>().unwrap().to_bits()
                        == after.parse::<f64>().unwrap().to_bits()
                }
                5 if line > 0 => before.replace(' ', "T") == after.replace(' ', "T"),
                // An empty text and nothing are not the same.
                _ => before == after && (!before.is_empty() || before_quoted == after_quoted),
            };
            assert!(
                same,
                "record {line}, column {column}: {before:?} became {after:?}"
            );
        }
    }

    // Once more through the whole path, from the export: nothing changes any more.
    let again = scratch.convert(&out);
    assert_eq!(types(&again), found);
    let twice = scratch.path("twice.csv");
    scratch.json(["export", "out", "--out", twice.to_str().unwrap()]);
    assert!(fs::read(&out).unwrap() == fs::read(&twice).unwrap());
    assert_eq!(
        scratch.rows("select count(*) from (select * from mixed except all select * from out)"),
        json!([[0]])
    );
}

#[test]
fn a_cell_that_misleads_every_sample() {
    let scratch = Scratch::new();
    let file = scratch.path("late.csv");
    buzz_testkit::data::late(&file, 200_000).unwrap();
    let receipt = scratch.convert(&file);
    assert_receipt(&receipt);
    let found = types(&receipt);
    assert_eq!((found[0], found[1]), ("BIGINT", "DATE"));
    assert!(found[2].starts_with("DECIMAL("), "{found:?}");
    assert_eq!(receipt["columns"][2]["strays"], 1);
    assert_eq!(
        scratch.rows("select text, line from late__strays"),
        json!([["see note 4", 199_992]])
    );

    // The sum is exact, and so is every date, day first.
    let text = fs::read_to_string(&file).unwrap();
    let mut cents = 0_u64;
    let mut first_of_february = 0_u64;
    for record in parse_csv(&text).iter().skip(1) {
        if let Some((whole, fraction)) = record[2].0.split_once('.') {
            cents += whole.parse::<u64>().unwrap() * 100 + fraction.parse::<u64>().unwrap();
        }
        first_of_february += u64::from(record[1].0 == "01/02/2026");
    }
    let stdout = scratch.stdout([
        "sql",
        "--format",
        "csv",
        "select sum(amount), count(*) filter (booked = '2026-02-01') from late",
    ]);
    assert_eq!(
        stdout.lines().nth(1).unwrap(),
        format!("{}.{:02},{first_of_february}", cents / 100, cents % 100)
    );
}
