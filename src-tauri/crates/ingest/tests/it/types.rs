//! Types that are true for every row.

use crate::support::{Scratch, row, schema};
use buzz_ingest::{DateOrder, Options};
use proptest::prelude::*;

#[test]
fn every_type_is_read_and_missing_words_are_null_only_where_there_is_no_text() {
    let text = "id,price,ratio,day,at,time,flag,zip,note\n\
                1,12.50,1e-3,2024-01-31,2024-01-31 10:00:00,08:15,true,01234,NA\n\
                2,NA,2.5,,2024-02-01T11:30:15.25,09:00:01,FALSE,98765,\"\"\n\
                -3,7,\"\",NULL,N/A,-,\"\",,\n";
    let scratch = Scratch::new();
    let (conversion, table) = scratch.table(text, &Options::default());
    assert_eq!(
        schema(&conversion),
        [
            "id BIGINT",
            "price DECIMAL(4,2)",
            "ratio DOUBLE",
            "day DATE",
            "at TIMESTAMP",
            "time TIME",
            "flag BOOLEAN",
            "zip VARCHAR",
            "note VARCHAR"
        ]
    );
    assert_eq!(
        table,
        [
            row(&[
                "1",
                "12.50",
                "0.001",
                "2024-01-31",
                "2024-01-31T10:00:00",
                "08:15:00",
                "true",
                "01234",
                "NA"
            ]),
            row(&[
                "2",
                "NULL",
                "2.5",
                "NULL",
                "2024-02-01T11:30:15.250",
                "09:00:01",
                "false",
                "98765",
                ""
            ]),
            row(&[
                "-3", "7.00", "NULL", "NULL", "NULL", "NULL", "NULL", "NULL", "NULL"
            ]),
        ]
    );
    assert!(!conversion.has_strays);
}

/// A file of several megabytes whose samples know nothing of what comes at one place.
fn late(row_at: usize, late_row: &str) -> String {
    let mut text = String::from("id,amount,when,mostly_empty\n");
    for i in 0..400_000 {
        if i == row_at {
            text.push_str(late_row);
        } else {
            text.push_str(&format!(
                "{i},{}.{:02},0{}/0{}/2024,\n",
                i % 1000,
                i % 100,
                1 + i % 9,
                1 + i % 8
            ));
        }
    }
    text
}

#[test]
fn a_late_cell_that_no_sample_saw_is_set_aside_with_its_line() {
    let scratch = Scratch::new();
    let (conversion, table) = scratch.table(
        late(389_999, "389999,see note 4,01/01/2024,\n"),
        &Options::default(),
    );
    assert_eq!(schema(&conversion)[1], "amount DECIMAL(9,2)");
    assert_eq!(table[389_999][1], None);
    assert_eq!(conversion.receipt.columns[1].strays, 1);
    assert_eq!(conversion.receipt.warnings[0].lines, [390_001]);
    let expected = row(&[
        "390000",
        "390001",
        "amount",
        "see note 4",
        "NULL",
        "not a DECIMAL(9,2)",
    ]);
    assert_eq!(scratch.strays(), [expected]);
}

#[test]
fn a_late_cell_that_decides_the_order_of_day_and_month_turns_the_whole_column() {
    let scratch = Scratch::new();
    let (conversion, table) = scratch.table(
        late(389_999, "389999,1.00,01/31/2024,\n"),
        &Options::default(),
    );
    assert_eq!(schema(&conversion)[2], "when DATE");
    assert_eq!(
        conversion.receipt.columns[2].format.as_deref(),
        Some("%m/%d/%Y")
    );
    assert_eq!(table[389_999][2].as_deref(), Some("2024-01-31"));
    // Row 8 is the first whose day and month differ: 09/01.
    assert_eq!(table[8][2].as_deref(), Some("2024-09-01"));
    assert!(
        !conversion.has_strays,
        "nothing of the first reading is left"
    );
}

#[test]
fn a_late_decimal_widens_the_column_and_only_that() {
    let scratch = Scratch::new();
    let (conversion, table) = scratch.table(
        late(389_999, "389999,1.23456,01/01/2024,x\n"),
        &Options::default(),
    );
    assert_eq!(schema(&conversion)[1], "amount DECIMAL(9,5)");
    assert_eq!(
        table[389_999],
        row(&["389999", "1.23456", "2024-01-01", "x"])
    );
    assert_eq!(table[7], row(&["7", "7.07000", "2024-08-08", "NULL"]));
    assert!(!conversion.has_strays);
}

#[test]
fn a_column_whose_only_value_comes_late_still_gets_its_type() {
    let scratch = Scratch::new();
    let (conversion, table) = scratch.table(
        late(389_999, "389999,1.00,01/01/2024,42\n"),
        &Options::default(),
    );
    assert_eq!(schema(&conversion)[3], "mostly_empty BIGINT");
    assert_eq!(table[389_999][3].as_deref(), Some("42"));
    assert_eq!(conversion.receipt.columns[3].nulls, 399_999);
}

#[test]
fn a_late_identifier_turns_the_column_to_text_and_keeps_every_zero() {
    let scratch = Scratch::new();
    let (conversion, table) = scratch.table(
        late(389_999, "000389999,1.00,01/01/2024,\n"),
        &Options::default(),
    );
    assert_eq!(schema(&conversion)[0], "id VARCHAR");
    assert_eq!(table[389_999][0].as_deref(), Some("000389999"));
    assert_eq!(table[17][0].as_deref(), Some("17"));
}

#[test]
fn a_long_text_that_looks_like_records_does_not_mislead_its_neighbours() {
    let mut text = String::from("id,note\n");
    for id in 0..60_000 {
        text.push_str(&format!("{id},short note\n"));
    }
    text.push_str("60000,\"");
    text.push_str(&"some text, and\n".repeat(1_000_000));
    text.push_str("\"\n60001,short\n");
    let scratch = Scratch::new();
    let source = scratch.write("source.csv", text);
    let conversion = scratch.convert(&source, &Options::default()).unwrap();
    assert_eq!(schema(&conversion), ["id BIGINT", "note VARCHAR"]);
    assert_eq!(conversion.receipt.rows_written, 60_002);
}

#[test]
fn an_undecided_order_is_day_first_and_said() {
    let scratch = Scratch::new();
    let text = "when\n03/04/2024\n05/06/2024\n";
    let (conversion, table) = scratch.table(text, &Options::default());
    assert_eq!(table[0][0].as_deref(), Some("2024-04-03"));
    let decision = conversion
        .receipt
        .decisions
        .iter()
        .find(|d| d.what == "date_order:when")
        .unwrap();
    assert_eq!(
        (decision.chosen.as_str(), decision.confidence),
        ("day first", 0.5)
    );

    let scratch = Scratch::new();
    let options = Options {
        date_order: Some(DateOrder::Mdy),
        ..Options::default()
    };
    let (_, table) = scratch.table(text, &options);
    assert_eq!(table[0][0].as_deref(), Some("2024-03-04"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn decimals_come_back_exactly(
        values in proptest::collection::vec((-1_000_000_000_000i64..1_000_000_000_000, 1u32..6), 1..60)
    ) {
        let write = |value: i64, scale: u32| {
            let digits = format!("{:0>width$}", value.unsigned_abs(), width = scale as usize + 1);
            let (whole, fraction) = digits.split_at(digits.len() - scale as usize);
            format!("{}{whole}.{fraction}", if value < 0 { "-" } else { "" })
        };
        let scale = values.iter().map(|(_, scale)| *scale).max().unwrap();
        let text: String = std::iter::once("amount\n".to_owned())
            .chain(values.iter().map(|&(value, scale)| write(value, scale) + "\n"))
            .collect();
        let (_, table) = Scratch::new().table(text, &Options::default());
        for (cell, (value, own)) in table.iter().zip(&values) {
            let expected = i128::from(*value) * 10i128.pow(scale - own);
            let found: i128 = cell[0].as_deref().unwrap().replace('.', "").parse().unwrap();
            prop_assert_eq!(found, expected);
        }
    }
}

#[test]
fn a_late_large_amount_gives_the_column_more_digits_and_no_second_pass() {
    let scratch = Scratch::new();
    let (conversion, table) = scratch.table(
        late(389_999, "389999,-12345678.90,01/01/2024,\n"),
        &Options::default(),
    );
    assert_eq!(schema(&conversion)[1], "amount DECIMAL(18,2)");
    assert_eq!(table[389_999][1].as_deref(), Some("-12345678.90"));
    assert_eq!(table[0][1].as_deref(), Some("0.00"));
}
