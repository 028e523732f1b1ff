//! Texts of JSON as tables, against what serde_json reads.

use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::records::{Block, Reason, RowSource, RowWriter};
use crate::{Cancel, Error};

/// Cells by row, `None` for NULL.
type Rows = Vec<Vec<Option<String>>>;

/// What was set aside: the line, and why.
type Aside = Vec<(u64, Reason)>;

fn surveyed(text: &[u8], form: Form) -> Result<Survey, Error> {
    let open = || Ok(text);
    survey(Path::new("x.json"), form, None, open, &Cancel::new())
}

/// Reads a text, finding values large from a size on.
fn read_with(text: &[u8], survey: &Survey, largest: usize) -> (Rows, Vec<u64>, Aside) {
    let columns = survey.names().len();
    let mut rows = JsonRows::new(text, survey, "x.json".into(), None).with_largest(largest);
    let mut writer = RowWriter::new(columns, b',');
    while rows.next(&mut writer).unwrap() {}
    assert!(!rows.next(&mut writer).unwrap());
    let block: Block = writer.take(Block::default());
    let cell = |row, column| {
        let cell = block.cell(row, column);
        (!cell.is_null()).then(|| String::from_utf8_lossy(&cell.text()).into_owned())
    };
    let row = |row| (0..columns).map(|column| cell(row, column)).collect();
    let count = block.index.rows();
    let lines = (0..count).map(|row| block.line_of(row)).collect();
    let aside = block.aside.iter().map(|aside| (aside.line, aside.reason));
    ((0..count).map(row).collect(), lines, aside.collect())
}

fn read(text: &str) -> (Survey, Rows, Vec<u64>, Aside) {
    let form = form(text.as_bytes(), true).unwrap();
    let survey = surveyed(text.as_bytes(), form).unwrap();
    let (rows, lines, aside) = read_with(text.as_bytes(), &survey, usize::MAX);
    (survey, rows, lines, aside)
}

fn row(cells: &[&str]) -> Vec<Option<String>> {
    let cell = |&cell: &&str| (cell != "NULL").then(|| cell.to_owned());
    cells.iter().map(cell).collect()
}

#[test]
fn keys_become_columns_in_the_order_in_which_they_appear() {
    let text = "{\"b\":1,\"a\":\"x\"}\n\n{\"a\":null,\"c\":[1, {\"k\" : \"v v\"}]}\n{\"b\":1.50e3,\"a\":true}\n";
    let (survey, rows, lines, aside) = read(text);
    assert_eq!(survey.names(), ["b", "a", "c"]);
    assert_eq!(survey.is_nested, [false, false, true]);
    assert_eq!(
        rows,
        [
            row(&["1", "x", "NULL"]),
            row(&["NULL", "NULL", "[1,{\"k\":\"v v\"}]"]),
            row(&["1.50e3", "true", "NULL"])
        ]
    );
    assert_eq!((lines, aside), (vec![1, 3, 4], Vec::new()));
}

#[test]
fn lines_that_are_no_objects_are_set_aside() {
    let text =
        "{\"a\":1}\noops\n5\n{\"a\":2}\n{\"a\":3,}\n[1]\n\"x\"\n{\"a\":4} {\"a\":5}\n{\"a\":\"6\n";
    let (survey, rows, lines, aside) = read(text);
    assert_eq!(rows, [row(&["1"]), row(&["2"])]);
    assert_eq!(lines, [1, 4]);
    let unreadable = |line| (line, Reason::Unreadable);
    assert_eq!(aside, [2, 3, 5, 6, 7, 8, 9].map(unreadable));
    assert_eq!((survey.rows, survey.unreadable), (2, 7));
}

#[test]
fn an_array_is_read_over_any_lines_and_its_broken_elements_are_set_aside() {
    let text =
        "[\n  {\n    \"a\": 1,\n    \"s\": \"]}\"\n  },\n  {\"a\": },\n  7,\n  {\"a\": 2}\n]\n";
    let (survey, rows, lines, aside) = read(text);
    assert_eq!(rows, [row(&["1", "]}"]), row(&["2", "NULL"])]);
    assert_eq!(lines, [2, 8]);
    assert_eq!(aside, [(6, Reason::Unreadable), (7, Reason::Unreadable)]);
    assert_eq!(survey.cut_off_line, None);
}

#[test]
fn a_text_that_breaks_off_is_read_up_to_there() {
    let text = "[{\"a\":1},\n{\"a\":2},\n{\"a\":";
    let (survey, rows, _, aside) = read(text);
    assert_eq!(rows, [row(&["1"]), row(&["2"])]);
    assert_eq!(aside, [(3, Reason::Unreadable)]);
    assert_eq!(survey.cut_off_line, Some(3));
    let (survey, rows, ..) = read("[{\"a\":1},\n{\"a\":2}\n");
    assert_eq!((survey.cut_off_line, rows.len()), (Some(3), 2));
    let error = surveyed(b"[{\"a\":", Form::Array(Vec::new())).unwrap_err();
    assert_eq!(error.code(), "no_table");
    assert!(
        error.to_string().contains("breaks off on line 1"),
        "{error}"
    );
}

#[test]
fn the_rows_of_a_member_are_read_and_the_rest_is_named() {
    let text = r#"{"page":1,"few":[{"z":0}],"result":{"rows":[{"a":1},{"b":"é"}],"n":2}}"#;
    let (survey, rows, ..) = read(text);
    assert_eq!(
        survey.form,
        Form::Array(vec!["result".into(), "rows".into()])
    );
    assert_eq!(survey.beside, ["page", "few", "result.n"]);
    assert_eq!(rows, [row(&["1", "NULL"]), row(&["NULL", "é"])]);
}

#[test]
fn of_repeated_keys_the_last_counts() {
    let (survey, rows, ..) =
        read("{\"a\":1,\"a\":2}\n{\"a\":3}\n{\"a\":4,\"b\":0,\"\\u0061\":5}\n");
    assert_eq!(
        rows,
        [row(&["2", "NULL"]), row(&["3", "NULL"]), row(&["5", "0"])]
    );
    assert_eq!((survey.repeated, survey.repeated_lines), (2, vec![1, 3]));
}

#[test]
fn keys_of_a_broken_object_are_no_columns() {
    let (survey, rows, ..) = read("{\"a\":1}\n{\"x\":1,\"y\"}\n{\"b\":2}\n");
    assert_eq!(survey.names(), ["a", "b"]);
    assert_eq!(rows, [row(&["1", "NULL"]), row(&["NULL", "2"])]);
}

#[test]
fn rows_may_be_arrays_of_which_the_first_names_the_columns() {
    let (survey, rows, ..) = read("[[\"id\",\"name\"],[1,\"x\"],[2],[3,\"y\",\"more\"]]");
    assert_eq!(survey.names(), ["id", "name", ""]);
    assert!(survey.has_header);
    assert_eq!(
        rows,
        [
            row(&["1", "x", "NULL"]),
            row(&["2", "NULL", "NULL"]),
            row(&["3", "y", "more"])
        ]
    );
    let (survey, rows, ..) = read("[[1,\"x\"],[2,\"y\"]]");
    assert_eq!((survey.has_header, rows.len()), (false, 2));
    assert_eq!(survey.names(), ["", ""]);
}

#[test]
fn values_that_are_too_large_are_set_aside() {
    let text = format!(
        "{{\"a\":1}}\n{{\"a\":\"{}\"}}\n{{\"a\":2}}\n",
        "x".repeat(1_000_000)
    );
    for form in [Form::Lines, Form::Values] {
        let survey = surveyed(text.as_bytes(), form).unwrap();
        let (rows, lines, aside) = read_with(text.as_bytes(), &survey, 1000);
        assert_eq!(rows, [row(&["1"]), row(&["2"])]);
        assert_eq!(lines, [1, 3]);
        assert_eq!(aside, [(2, Reason::Oversized)]);
    }
}

#[test]
fn too_many_different_keys_are_no_table() {
    let text: String = (0..100_005).map(|i| format!("{{\"k{i}\":1}}\n")).collect();
    let error = surveyed(text.as_bytes(), Form::Lines).unwrap_err();
    assert!(
        error.to_string().contains("100000 different keys"),
        "{error}"
    );
    let error = surveyed(b"{}\n{}\n", Form::Lines).unwrap_err();
    assert_eq!(error.code(), "no_table");
}

fn any_value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        "\\PC{0,8}|[\"\\\\\n,\\[\\]{}:]{0,6}".prop_map(Into::into),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Into::into),
            proptest::collection::vec(("[a-c]", inner), 0..3).prop_map(|members| members
                .into_iter()
                .collect::<serde_json::Map<_, _>>()
                .into()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn tables_are_those_of_the_reference(
        objects in proptest::collection::vec(
            proptest::collection::vec(("[a-d\"\\\\é]{1,2}", any_value()), 0..5)
                .prop_map(|members| members.into_iter().collect::<serde_json::Map<_, _>>()),
            1..12,
        ),
        style in 0usize..5,
    ) {
        let mut keys: Vec<String> = Vec::new();
        for key in objects.iter().flat_map(|object| object.keys()) {
            if !keys.contains(key) {
                keys.push(key.clone());
            }
        }
        prop_assume!(!keys.is_empty());
        let all: Vec<serde_json::Value> = objects.iter().cloned().map(Into::into).collect();
        let pretty = |value: &serde_json::Value| serde_json::to_string_pretty(value).unwrap();
        let (text, form) = match style {
            0 => (all.iter().map(|value| format!("{value}\n")).collect(), Form::Lines),
            1 => (all.iter().map(pretty).collect::<Vec<_>>().join("\n"), Form::Values),
            2 => (serde_json::Value::from(all.clone()).to_string(), Form::Array(Vec::new())),
            3 => (pretty(&all.clone().into()), Form::Array(Vec::new())),
            _ => (
                serde_json::json!({"n": 1, "data": all, "z": ["]"]}).to_string(),
                Form::Array(vec!["data".into()]),
            ),
        };
        let survey = surveyed(text.as_bytes(), form).unwrap();
        prop_assert_eq!(survey.names(), keys.clone());
        let (rows, _, aside) = read_with(text.as_bytes(), &survey, usize::MAX);
        prop_assert!(aside.is_empty());
        // An object with nothing in it is a row of NULLs, or where there is one column, that of a blank.
        let expected: Rows = objects
            .iter()
            .map(|object| {
                keys.iter()
                    .map(|key| match object.get(key) {
                        None | Some(serde_json::Value::Null) => None,
                        Some(serde_json::Value::String(text)) => Some(text.clone()),
                        Some(other) => Some(other.to_string()),
                    })
                    .collect()
            })
            .collect();
        prop_assert_eq!(rows, expected);
    }

    #[test]
    fn any_text_that_seems_to_be_json_accounts_for_everything(
        text in "[\\[{\" \n]{1,2}[\\[\\]{}:,\"\\\\ab1 \n]{0,60}", largest in 1usize..50,
    ) {
        crate::fuzzing::check_json(text.as_bytes(), largest);
    }
}
