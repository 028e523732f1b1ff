//! JSON as tables.

use crate::support::{Scratch, row, schema, tables};
use buzz_ingest::Options;

#[test]
fn json_lines_become_typed_columns() {
    let scratch = Scratch::new();
    let text = "{\"id\":1,\"when\":\"2024-01-02\",\"price\":9.50,\"ok\":true,\"tags\":[\"a\", \"b\"]}\n\
                {\"id\":2,\"when\":null,\"price\":1e1,\"late\":\"x\"}\noops\n";
    let (conversion, table) = scratch.table(text, &Options::default());
    assert_eq!(
        schema(&conversion),
        [
            "id BIGINT",
            "when DATE",
            "price DOUBLE",
            "ok BOOLEAN",
            "tags VARCHAR",
            "late VARCHAR"
        ]
    );
    assert_eq!(
        table,
        [
            row(&["1", "2024-01-02", "9.5", "true", "[\"a\",\"b\"]", "NULL"]),
            row(&["2", "NULL", "10.0", "NULL", "NULL", "x"])
        ]
    );
    let receipt = &conversion.receipt;
    assert_eq!(
        (receipt.format.as_str(), receipt.rows_set_aside),
        ("json-lines", 1)
    );
    assert_eq!(receipt.warnings[0].kind, "unreadable_records");
    assert_eq!(scratch.strays()[0][1..4], row(&["3", "NULL", "oops"]));
}

#[test]
fn a_key_that_comes_late_in_a_large_file_is_a_column() {
    let scratch = Scratch::new();
    let mut text = String::from("{\"data\": [\n");
    for i in 0..120_000 {
        text.push_str(&format!("  {{\"id\": {i}, \"name\": \"number {i}\"}},\n"));
    }
    text.push_str("  {\"id\": 0, \"Extra\": \"x\", \"extra\": 5}\n], \"total\": 120001}\n");
    let (conversion, table) = scratch.table(&text, &Options::default());
    assert_eq!(
        schema(&conversion),
        [
            "id BIGINT",
            "name VARCHAR",
            "Extra VARCHAR",
            "extra_2 BIGINT"
        ]
    );
    assert_eq!(table.len(), 120_001);
    assert_eq!(table[77], row(&["77", "number 77", "NULL", "NULL"]));
    assert_eq!(table[120_000], row(&["0", "NULL", "x", "5"]));
    let receipt = &conversion.receipt;
    let left_out = receipt
        .warnings
        .iter()
        .find(|warning| warning.kind == "left_out")
        .unwrap();
    assert!(left_out.message.ends_with("total"), "{left_out:?}");
    assert_eq!(
        receipt.source.blake3,
        blake3::hash(text.as_bytes()).to_hex().to_string()
    );
    let rows = receipt
        .decisions
        .iter()
        .find(|decision| decision.what == "rows")
        .unwrap();
    assert_eq!(rows.chosen, "data");
}

#[test]
fn utf_16_and_packed_json_is_json() {
    let text = "[{\"a\":\"é\"},{\"a\":\"日本\"}]";
    let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let packed = zstd::encode_all(text.as_bytes(), 1).unwrap();
    for bytes in [utf_16, packed] {
        let (_, table) = Scratch::new().table(bytes, &Options::default());
        assert_eq!(table, [row(&["é"]), row(&["日本"])]);
    }
}

#[test]
fn a_table_is_previewed_and_json_without_rows_is_refused() {
    let scratch = Scratch::new();
    let path = scratch.write("a.json", "[{\"a\":1},{\"b\":\"\"}]");
    let found = tables(&path, &Options::default()).unwrap();
    assert_eq!(found[0].columns, ["a", "b"]);
    assert_eq!(found[0].preview, [row(&["1", "NULL"]), row(&["NULL", ""])]);
    let path = scratch.write("b.json", "[{\"a\":");
    let error = scratch.convert(&path, &Options::default()).unwrap_err();
    assert_eq!(error.code(), "no_table");
    assert_eq!(scratch.files(), ["a.json", "b.json"]);
}

#[test]
fn brackets_at_the_beginning_of_a_csv_are_no_json() {
    let scratch = Scratch::new();
    let (conversion, table) = scratch.table("[id],[name]\n1,x\n2,y\n", &Options::default());
    assert_eq!(schema(&conversion), ["[id] BIGINT", "[name] VARCHAR"]);
    assert_eq!(table.len(), 2);
}
