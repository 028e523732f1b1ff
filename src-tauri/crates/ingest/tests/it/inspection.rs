//! A file that was looked at before it is converted.

use buzz_ingest::{Header, Options, inspect};

use crate::support::{Scratch, cells, read};

/// What becomes of a file with the options, after a look at it.
fn converted(scratch: &Scratch, text: &str, options: &Options) -> Vec<Vec<Option<String>>> {
    let file = scratch.write("t.csv", text);
    scratch.convert(&file, options).unwrap();
    cells(&read(&scratch.output().data))
}

#[test]
fn what_a_look_found_counts_for_the_same_file_only() {
    let scratch = Scratch::new();
    let first = "when;amount\n01/02/2026;1,5\n13/02/2026;2,5\n";
    let file = scratch.write("t.csv", first);
    let found = inspect(&file, &Options::default()).unwrap();
    assert_eq!(found.tables().len(), 1);
    assert_eq!(found.tables()[0].columns, ["when", "amount"]);
    let after = Options {
        table: Some(found.tables()[0].id.clone()),
        inspection: Some(found),
        ..Options::default()
    };
    let expected = converted(&Scratch::new(), first, &Options::default());
    assert_eq!(converted(&scratch, first, &after), expected);

    // Another file of the same name and size: what was found of the first is of no use.
    let second = "a,b,c\n01,02,2026\n1,5,13\n02,2026,2\n5,77,88\n";
    assert_eq!(first.len(), second.len());
    let expected = converted(&Scratch::new(), second, &Options::default());
    assert_eq!(expected[0].len(), 3);
    assert_eq!(converted(&scratch, second, &after), expected);
}

#[test]
fn what_a_person_says_afterwards_counts_more_than_what_was_found() {
    let scratch = Scratch::new();
    let text = "city,people\nUlm,130000\nBonn,340000\n";
    let file = scratch.write("t.csv", text);
    let options = Options {
        header: Header::No,
        inspection: Some(inspect(&file, &Options::default()).unwrap()),
        ..Options::default()
    };
    assert_eq!(converted(&scratch, text, &options).len(), 3);
}
