//! Numbers as people write them: thousands separators, decimal commas, units, brackets.

use crate::support::{Scratch, row, schema};
use arrow::array::AsArray;
use arrow::datatypes::Decimal64Type;
use buzz_ingest::{Conversion, Options};

fn format(conversion: &Conversion, column: usize) -> &str {
    conversion.receipt.columns[column]
        .format
        .as_deref()
        .unwrap_or("none")
}

/// The sum of the first column, without its decimal point.
fn sum(scratch: &Scratch) -> i64 {
    let batches = crate::support::read(&scratch.output().data);
    batches
        .iter()
        .flat_map(|batch| batch.column(0).as_primitive::<Decimal64Type>().iter())
        .flatten()
        .sum()
}

#[test]
fn german_amounts_in_a_file_with_semicolons_add_up_exactly() {
    let mut text = String::from("Betrag;Menge;Anteil\n");
    let mut expected = 0;
    for i in 0..5000i64 {
        let cents = i * 7919 % 100_000_000;
        expected += cents;
        let digits = format!("{:03}", cents);
        let (whole, decimals) = digits.split_at(digits.len() - 2);
        let mut grouped = String::new();
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place) % 3 == 0 {
                grouped.push('.');
            }
            grouped.push(digit);
        }
        text.push_str(&format!("{grouped},{decimals} €;{i},5;{},5 %\n", i % 100));
    }
    let scratch = Scratch::new();
    let (conversion, table) = scratch.table(text, &Options::default());
    assert_eq!(conversion.receipt.delimiter, ";");
    assert_eq!(
        schema(&conversion),
        [
            "Betrag DECIMAL(9,2)",
            "Menge DECIMAL(9,1)",
            "Anteil DECIMAL(4,3)"
        ]
    );
    assert_eq!(format(&conversion, 0), "#.##0,00 €");
    assert_eq!(format(&conversion, 1), "0,0");
    assert_eq!(format(&conversion, 2), "0,0 %");
    assert_eq!(
        conversion.receipt.columns[0].notes,
        [
            "the comma was read as the decimal mark",
            "points between thousands were left out",
            "the unit € was left out of the numbers"
        ]
    );
    assert_eq!(
        conversion.receipt.columns[2].notes[1],
        "percent signs were read: 12 % is 0.12"
    );
    assert_eq!(table[1234], row(&["97720.46", "1234.5", "0.345"]));
    assert_eq!(sum(&scratch), expected);
    assert!(!conversion.has_strays);
}

#[test]
fn accounting_brackets_are_negative_and_dashes_are_missing() {
    let text = "amount,plain\n\
                \" $1,234.50 \",7\n\
                \" $(1,000.25)\",(8)\n\
                 $-   ,9\n\
                \"($5.00)\",-1\n\
                0,2\n";
    let scratch = Scratch::new();
    let (conversion, table) = scratch.table(text, &Options::default());
    assert_eq!(schema(&conversion), ["amount DECIMAL(9,2)", "plain BIGINT"]);
    assert_eq!(format(&conversion, 0), "$#,##0.00;($#,##0.00)");
    assert_eq!(
        table,
        [
            row(&["1234.50", "7"]),
            row(&["-1000.25", "-8"]),
            row(&["NULL", "9"]),
            row(&["-5.00", "-1"]),
            row(&["0.00", "2"]),
        ]
    );
    assert!(!conversion.has_strays);
}

#[test]
fn swiss_and_french_groups_and_trailing_minuses_are_read() {
    let text = "swiss;french;sap;count\n\
                CHF 1'234.50;1\u{202f}234,5;12.50-;1,234\n\
                CHF 1\u{2019}234\u{2019}567.00;12\u{a0}000,25;1,000.00;1,234,567\n\
                CHF -0.05;-3;7;12\n";
    let (conversion, table) = Scratch::new().table(text, &Options::default());
    assert_eq!(
        schema(&conversion),
        [
            "swiss DECIMAL(9,2)",
            "french DECIMAL(9,2)",
            "sap DECIMAL(9,2)",
            "count BIGINT"
        ]
    );
    assert_eq!(format(&conversion, 0), "CHF #'##0.00");
    assert_eq!(format(&conversion, 1), "# ##0,00");
    assert_eq!(format(&conversion, 2), "#,##0.00;#,##0.00-");
    assert_eq!(format(&conversion, 3), "#,##0");
    assert_eq!(
        table,
        [
            row(&["1234.50", "1234.50", "-12.50", "1234"]),
            row(&["1234567.00", "12000.25", "1000.00", "1234567"]),
            row(&["-0.05", "-3.00", "7.00", "12"]),
        ]
    );
}

#[test]
fn mixed_units_identifiers_and_lists_stay_text() {
    let text = "mixed;half;share;zip;phone;host\n\
                5 €;5 €;12 %;01.234;601 234 567;192.168.100.101\n\
                5 $;6;13;12.345;602 345 678;192.168.100.102\n";
    let (conversion, table) = Scratch::new().table(text, &Options::default());
    assert!(
        conversion
            .receipt
            .columns
            .iter()
            .all(|column| column.sql_type == "VARCHAR" && column.format.is_none())
    );
    assert_eq!(
        table[0],
        row(&[
            "5 €",
            "5 €",
            "12 %",
            "01.234",
            "601 234 567",
            "192.168.100.101"
        ])
    );
}

#[test]
fn marks_that_nothing_decides_are_read_with_decimal_points_and_said() {
    let text = "grouped;decimal;sure\n1,234;1.234;1,234\n12,345;12.345;0,5\n";
    let (conversion, table) = Scratch::new().table(text, &Options::default());
    assert_eq!(table[0], row(&["1234", "1.234", "1.234"]));
    let decided: Vec<_> = conversion
        .receipt
        .decisions
        .iter()
        .filter(|decision| decision.what.starts_with("number_format:"))
        .map(|decision| {
            let runner_up = decision.runner_up.as_deref();
            (
                decision.what.as_str(),
                decision.chosen.as_str(),
                decision.confidence,
                runner_up,
            )
        })
        .collect();
    assert_eq!(
        decided,
        [
            (
                "number_format:grouped",
                "decimal point",
                0.5,
                Some("decimal comma")
            ),
            (
                "number_format:decimal",
                "decimal point",
                0.5,
                Some("decimal comma")
            ),
        ]
    );
}

/// A file of several megabytes whose samples know nothing of what comes at one place.
fn late(usual: &str, late: &str) -> String {
    let mut text = String::from("amount;note\n");
    for i in 0..400_000 {
        text.push_str(if i == 389_999 { late } else { usual });
        text.push_str(";a note of some length\n");
    }
    text
}

#[test]
fn a_late_cell_that_decides_the_decimal_mark_turns_the_whole_column() {
    let scratch = Scratch::new();
    let (conversion, table) = scratch.table(late("1,234", "12,5"), &Options::default());
    assert_eq!(schema(&conversion)[0], "amount DECIMAL(9,3)");
    assert_eq!(format(&conversion, 0), "0,000");
    assert_eq!(table[0][0].as_deref(), Some("1.234"));
    assert_eq!(table[389_999][0].as_deref(), Some("12.500"));
    assert!(!conversion.has_strays);
    assert!(
        conversion
            .receipt
            .decisions
            .iter()
            .all(|decision| !decision.what.starts_with("number_format"))
    );
}

#[test]
fn a_late_group_in_a_plain_column_is_read_and_a_late_unit_makes_it_text() {
    let (conversion, table) =
        Scratch::new().table(late("12.50", "(1,234.50)"), &Options::default());
    assert_eq!(schema(&conversion)[0], "amount DECIMAL(9,2)");
    assert_eq!(format(&conversion, 0), "#,##0.00;(#,##0.00)");
    assert_eq!(table[389_999][0].as_deref(), Some("-1234.50"));
    assert_eq!(table[0][0].as_deref(), Some("12.50"));

    let (conversion, table) = Scratch::new().table(late("12.50", "12.50 €"), &Options::default());
    assert_eq!(schema(&conversion)[0], "amount VARCHAR");
    assert_eq!(table[389_999][0].as_deref(), Some("12.50 €"));

    // Zeros have any unit.
    let (conversion, table) = Scratch::new().table(late("0", "1.234 €"), &Options::default());
    assert_eq!(schema(&conversion)[0], "amount DECIMAL(4,3)");
    assert_eq!(table[389_999][0].as_deref(), Some("1.234"));
    assert_eq!(table[0][0].as_deref(), Some("0.000"));
}

#[test]
fn a_late_number_of_another_form_is_set_aside() {
    let scratch = Scratch::new();
    let (conversion, _) = scratch.table(late("1.234,50 €", "1,234.50 €"), &Options::default());
    assert_eq!(schema(&conversion)[0], "amount DECIMAL(9,2)");
    assert_eq!(conversion.receipt.columns[0].strays, 1);
    assert_eq!(scratch.strays()[0][3].as_deref(), Some("1,234.50 €"));
}

#[test]
fn words_and_digits_for_truth_stay_what_they_are_and_are_noted() {
    let text = "paid,active,flag,count\nYes,Y,0,0\nno,N,1,1\nyes,N,1,2\n";
    let (conversion, table) = Scratch::new().table(text, &Options::default());
    assert_eq!(
        schema(&conversion),
        [
            "paid VARCHAR",
            "active VARCHAR",
            "flag BIGINT",
            "count BIGINT"
        ]
    );
    assert_eq!(table[0], row(&["Yes", "Y", "0", "0"]));
    let notes: Vec<_> = conversion
        .receipt
        .columns
        .iter()
        .map(|column| column.notes.join("; "))
        .collect();
    assert_eq!(
        notes,
        [
            "yes and no stay text; they were not read as true and false",
            "Y and N stay text; they were not read as true and false",
            "0 and 1 stay numbers; they were not read as false and true",
            ""
        ]
    );
}
