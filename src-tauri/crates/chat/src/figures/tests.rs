//! What is a figure, and where it is found to come from.

use proptest::prelude::*;

use arrow::array::{
    ArrayRef, Date32Array, Decimal128Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};

use super::evidence::Cell;
use super::*;

fn number(value: f64) -> Cell {
    Cell::Number(value)
}

fn text(value: &str) -> Cell {
    Cell::Text(value.to_owned())
}

fn evidence() -> Evidence {
    let mut evidence = Evidence::new();
    evidence.add_cells(
        "r",
        4,
        vec![
            (
                "region".to_owned(),
                vec![
                    text("North"),
                    text("South"),
                    text("New Zealand"),
                    text("Île-de-France"),
                ],
            ),
            (
                "amount".to_owned(),
                vec![number(1234.5), number(1100.0), number(900.25), number(-7.0)],
            ),
            (
                "share".to_owned(),
                vec![number(0.38), number(0.34), number(0.28), Cell::Null],
            ),
        ],
    );
    evidence.add_stated("Top 2 regions over 500 in 2024?", Origin::Question);
    evidence
}

fn flagged(markdown: &str) -> Vec<String> {
    let figures = trace(markdown, &evidence());
    untraced(&figures)
        .iter()
        .map(|figure| figure.text.clone())
        .collect()
}

fn source(markdown: &str, figure: &str) -> Option<Source> {
    trace(markdown, &evidence())
        .into_iter()
        .find(|found| found.text == figure)
        .expect(figure)
        .traced
}

fn cell(row: u64, column: usize) -> Option<Source> {
    Some(Source::Cell {
        cell: CellRef {
            result: "r".to_owned(),
            row,
            column,
        },
    })
}

#[test]
fn a_figure_leads_to_its_cell() {
    assert_eq!(source("North made 1,234.5.", "1,234.5"), cell(0, 1));
    assert_eq!(source("About 1.2k in the north", "1.2k"), cell(0, 1));
    assert_eq!(source("38 % are from North", "38 %"), cell(0, 2));
    assert_eq!(source("in new zealand", "new zealand"), cell(2, 0));
    assert_eq!(source("in Ile de France", "Ile de France"), cell(3, 0));
    assert_eq!(
        source("There are 4 regions", "4"),
        Some(Source::RowCount {
            result: "r".to_owned()
        })
    );
    assert_eq!(
        source("In 2024, all was over 500", "500"),
        Some(Source::Stated {
            origin: Origin::Question
        })
    );
}

#[test]
fn a_derived_figure_leads_to_the_cells_behind_it() {
    let derived = |how, cells: &[(u64, usize)]| {
        Some(Source::Derived {
            how,
            cells: cells
                .iter()
                .map(|(row, column)| CellRef {
                    result: "r".to_owned(),
                    row: *row,
                    column: *column,
                })
                .collect(),
        })
    };
    assert_eq!(
        source("North is ahead of South by 134.5", "134.5"),
        derived(How::Difference, &[(0, 1), (1, 1)])
    );
    assert_eq!(
        source("North and South have 2,334.5 between them", "2,334.5"),
        derived(How::Sum, &[(0, 1), (1, 1)])
    );
    assert_eq!(
        source("North has 112.2 % of what South has", "112.2 %"),
        derived(How::Ratio, &[(0, 1), (1, 1)])
    );
    assert_eq!(
        source("All of them made 3,227.75.", "3,227.75"),
        derived(How::Total, &[(0, 1), (1, 1), (2, 1), (3, 1)])
    );
}

#[test]
fn what_is_not_in_the_results_is_flagged() {
    assert_eq!(
        flagged("North made 1,234.6 and South 1,101."),
        ["1,234.6", "1,101"]
    );
    assert_eq!(flagged("North made 1.3k, that is 39 %."), ["1.3k", "39 %"]);
    assert_eq!(
        flagged("Five regions were found in 2023."),
        ["Five", "2023"]
    );
    assert_eq!(flagged("Sales are up on 31.13.2024"), ["31.13.2024"]);
}

#[test]
fn a_number_beside_a_name_must_be_of_its_row() {
    assert_eq!(flagged("South made 1,234.5."), ["1,234.5"]);
    assert_eq!(
        flagged("| South | 1,234.5 |\n| North | 1,234.5 |"),
        ["1,234.5"]
    );
    let figures = trace("- South: 1,234.5", &evidence());
    let doubt = figures
        .iter()
        .find_map(|figure| figure.doubt.clone())
        .unwrap();
    assert_eq!(
        doubt,
        "in the result this number stands in the row of \"North\""
    );
    // What only stands in the same sentence may be of another row.
    assert!(flagged("South, which is behind North and its 1,234.5, comes second.").is_empty());
}

#[test]
fn a_misspelt_name_is_flagged() {
    assert_eq!(flagged("Most came from New Zeeland."), ["New Zeeland"]);
    assert!(flagged("Most came from New Zealand's north.").is_empty());
    assert!(flagged("New Zealanders are few.").is_empty());
}

#[test]
fn a_code_of_digits_and_a_letter_is_the_cell_that_has_it() {
    let mut evidence = Evidence::new();
    let carriers = ["9E", "F9", "2k"].map(text).to_vec();
    let flights = [number(38.0), number(7.0), number(2000.0)].to_vec();
    evidence.add_cells(
        "r",
        3,
        vec![
            ("carrier".to_owned(), carriers),
            ("flights".to_owned(), flights),
        ],
    );
    let figures = trace(
        "9E made 38 flights, F9 made 7, and 5E none; 2k in all.",
        &evidence,
    );
    let found: Vec<_> = figures
        .iter()
        .map(|figure| (&*figure.text, figure.traced.clone()))
        .collect();
    let expected = [
        ("9E", cell(0, 0)),
        ("38", cell(0, 1)),
        ("F9", cell(1, 0)),
        ("7", cell(1, 1)),
        ("5", None),
        ("2k", cell(2, 1)),
    ];
    assert_eq!(found, expected.map(|(text, source)| (text, source)));
}

#[test]
fn ordinals_code_and_versions_are_no_figures() {
    for markdown in [
        "The 3rd and the 21st, das 3. Quartal, le 2e",
        "`SELECT 17` and ```77``` in version 1.2.3 of B2B, COVID-19, col_5, A4",
        "1. first\n2. second\n\n### 9. ninth",
        "see [here](https://x.org/4711) and 192.168.0.99",
        "```\n99\n```",
        "a 12-month average, in the 1990s",
    ] {
        assert_eq!(flagged(markdown), Vec::<String>::new(), "{markdown}");
    }
}

#[test]
fn a_question_that_asks_for_two_leaves_no_other_number_open() {
    assert!(flagged("The top 2 regions").is_empty());
    assert_eq!(flagged("The top 3 regions"), ["3"]);
}

#[test]
fn a_unit_is_shared_by_what_stands_before_it() {
    assert!(flagged("Between 28 and 38 % each").is_empty());
    assert_eq!(flagged("Between 29 and 38 % each"), ["29"]);
}

#[test]
fn digits_beyond_a_binary_fraction_are_compared_one_by_one() {
    let mut evidence = Evidence::new();
    let long = "9007199254740993";
    evidence.add_cells(
        "r",
        1,
        vec![(
            "id".to_owned(),
            vec![Cell::Long(9_007_199_254_740_993.0, long.to_owned())],
        )],
    );
    let traced = |text: &str| trace(text, &evidence)[0].traced.is_some();
    assert!(traced("id 9007199254740993"));
    assert!(traced("id 9,007,199,254,740,993"));
    assert!(!traced("id 9007199254740992"));
}

#[test]
fn places_are_told_in_the_windows_units() {
    let markdown = "🐝 Île-de-France: −7";
    let figures = trace(markdown, &evidence());
    let found: Vec<_> = figures
        .iter()
        .map(|figure| (figure.text.as_str(), figure.utf16(markdown)))
        .collect();
    assert_eq!(found, [("Île-de-France", (3, 16)), ("−7", (18, 20))]);
}

proptest! {
    #[test]
    fn any_text_has_figures_in_order(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just("**".to_owned()), Just("`".to_owned()), Just("```\n".to_owned()), Just("\n".to_owned()),
                Just("| ".to_owned()), Just("- ".to_owned()), Just(" ".to_owned()), Just("](".to_owned()),
                Just("North".to_owned()), Just("Q1 ".to_owned()), Just("März ".to_owned()), Just("<".to_owned()),
                Just("\u{202f}".to_owned()), Just("−".to_owned()), Just("€".to_owned()), Just("%".to_owned()),
                "[0-9]{1,5}", "[.,:/-]", "\\PC{0,4}",
            ],
            0..40,
        )
    ) {
        let markdown = pieces.concat();
        let mut end = 0;
        for figure in trace(&markdown, &evidence()) {
            prop_assert!(figure.start >= end && figure.start < figure.end, "{figure:?} in {markdown:?}");
            prop_assert_eq!(&markdown[figure.start..figure.end], &figure.text);
            end = figure.end;
        }
    }
}

#[test]
fn arrow_cells_are_found_by_their_types() {
    let batch = RecordBatch::try_from_iter([
        (
            "amount",
            std::sync::Arc::new(
                Decimal128Array::from(vec![Some(123_450_i128), None])
                    .with_precision_and_scale(18, 2)
                    .unwrap(),
            ) as ArrayRef,
        ),
        (
            "day",
            std::sync::Arc::new(Date32Array::from(vec![19_783, 19_784])),
        ),
        (
            "moment",
            std::sync::Arc::new(TimestampMicrosecondArray::from(vec![
                1_709_303_400_000_000,
                1_709_337_600_000_000,
            ])),
        ),
        (
            "name",
            std::sync::Arc::new(StringArray::from(vec!["Zürich", "Bern"])),
        ),
    ])
    .unwrap();
    let mut evidence = Evidence::new();
    evidence.add_result("r", &[batch.slice(0, 1), batch.slice(1, 1)], 2);
    for (markdown, row, column) in [
        ("1 234.50 CHF", 0, 0),
        ("1 March 2024", 0, 1),
        ("on 2024-03-01 14:30", 0, 2),
        ("at 14:30", 0, 2),
        ("in ZURICH", 0, 3),
        ("2 March 2024", 1, 1),
    ] {
        let figures = trace(markdown, &evidence);
        let cell = CellRef {
            result: "r".to_owned(),
            row,
            column,
        };
        assert_eq!(figures[0].traced, Some(Source::Cell { cell }), "{markdown}");
    }
    assert_eq!(trace("at 14:31", &evidence)[0].traced, None);
}
