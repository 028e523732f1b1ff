//! Small files of every kind, and what they mean.

use super::*;
use crate::records::odd::records_of;

type Table = Vec<Vec<Option<String>>>;

fn found(text: &[u8]) -> (Dialect, Table) {
    let dialect = detect(text, true, &Told::default()).dialect;
    let table = read(text, &dialect);
    (dialect, table)
}

/// The records without blank lines; cells that are missing are `None`.
fn read(text: &[u8], dialect: &Dialect) -> Table {
    let rows = records_of(text, dialect, true, usize::MAX);
    rows.iter()
        .filter(|row| !row.is_blank())
        .map(|row| {
            let cells = row.cells.iter().map(|cell| {
                let text = String::from_utf8_lossy(&cell.text).into_owned();
                (cell.is_quoted || !text.is_empty()).then_some(text)
            });
            cells.collect()
        })
        .collect()
}

/// Rows of cells that are written here with `¦` between them; `∅` is a cell that is missing.
fn table(rows: &[&str]) -> Table {
    let cell = |text: &str| (text != "∅").then(|| text.to_owned());
    rows.iter()
        .map(|row| row.split('¦').map(cell).collect())
        .collect()
}

#[track_caller]
fn check(text: impl AsRef<[u8]>, rows: &[&str]) -> Dialect {
    let text = text.as_ref();
    let (dialect, found) = found(text);
    assert_eq!(
        found,
        table(rows),
        "{} with {dialect:?}",
        text.escape_ascii()
    );
    dialect
}

const PEOPLE: [&str; 4] = [
    "name¦amount¦day",
    "Anna¦12.5¦2024-01-01",
    "Bob¦3¦2024-01-02",
    "Eve¦4¦2024-01-05",
];

fn people(delimiter: &str) -> String {
    PEOPLE
        .map(|row| row.replace('¦', delimiter) + "\n")
        .concat()
}

#[test]
fn every_delimiter_is_found() {
    let delimiters = [
        ",", ";", "\t", "|", " ", ", ", ":", "^", "~", "\u{1f}", "||", "::", "; ", " | ", "~|~",
        "|~|", "\u{1}", "¦", "#", "<>", "@@", "\t|\t",
    ];
    for delimiter in delimiters {
        if delimiter != "¦" {
            let dialect = check(people(delimiter), &PEOPLE);
            assert_eq!(dialect.delimiter, Delimiter::of(delimiter.as_bytes()));
        }
        // Two lines have to do.
        let text: String = people(delimiter).split_inclusive('\n').take(2).collect();
        let (dialect, _) = found(text.as_bytes());
        assert_eq!(
            dialect.delimiter,
            Delimiter::of(delimiter.as_bytes()),
            "{text}"
        );
    }
}

#[test]
fn spaces_in_runs_are_one_delimiter() {
    let dialect = check(
        "  id    x     y\n   1  10.5   3\n  22   9.1  14\n 333   0.2   8\n",
        &["id¦x¦y", "1¦10.5¦3", "22¦9.1¦14", "333¦0.2¦8"],
    );
    assert_eq!(dialect.delimiter, Delimiter::Spaces);
}

#[test]
fn one_column_is_left_whole() {
    for text in [
        "name\nAnna\nBob\n",
        "name\nAnna Maria\nBob Lee\nJohn Smith\n",
        "time\n12:30\n14:45\n00:15\n",
        "when\n2024-01-01 12:30\n2024-01-02 14:45\n2024-01-03 15:00\n",
        "day\n01/02/2024\n15/03/2024\n",
        "amount\n1,5\n2,75\n13,2\n",
        "amount\n1,234\n2,750\n13,200\n",
        "city\nSmith, John\nDoe, Jane\nLee, Ann\n",
        "1\n2\n3\n",
        "mail\nanna@example.org\nbob@example.org\n",
        "url\nhttp://example.org/a?b=1&c=2\nhttp://example.org/d?b=3&c=4\n",
        "It was a dark night, and the rain fell.\nNobody heard it, or so they said, at least.\nThe end.\n",
        "To be, or not to be, that is the question:\nWhether 'tis nobler in the mind to suffer\nThe slings and arrows of outrageous fortune,\nOr to take arms against a sea of troubles\nAnd by opposing end them. To die: to sleep;\nNo more; and by a sleep to say we end\n",
        "id\nA-1\nA-2\nB-3\n",
        "x\n\ny\n",
    ] {
        let (dialect, table) = found(text.as_bytes());
        assert!(
            table.iter().all(|row| row.len() == 1),
            "{text}: {dialect:?}"
        );
    }
}

#[test]
fn decimal_commas_are_no_delimiters_in_a_semicolon_file() {
    check("a;b\n1,5;2,5\n3,5;4,25\n", &["a¦b", "1,5¦2,5", "3,5¦4,25"]);
    check(
        "a;b\n1.234,50 €;2,5 %\n3,50 €;4,5 %\n",
        &["a¦b", "1.234,50 €¦2,5 %", "3,50 €¦4,5 %"],
    );
    check("1,5;2,5\n3,5;4,25\n", &["1,5¦2,5", "3,5¦4,25"]);
    check("1,5;2,5\n", &["1,5¦2,5"]);
    check(
        "a\tb\n1,234\t5,678\n12,345\t6,789\n",
        &["a¦b", "1,234¦5,678", "12,345¦6,789"],
    );
}

#[test]
fn text_with_other_delimiters_stays_whole() {
    check(
        "id,note\n1,red;green;blue\n2,red;green\n",
        &["id¦note", "1¦red;green;blue", "2¦red;green"],
    );
    check(
        "id;note\n1;Hello, you\n2;Yes, no, perhaps\n",
        &["id¦note", "1¦Hello, you", "2¦Yes, no, perhaps"],
    );
    check(
        "id,when\n1,12:30:00\n2,13:45:10\n",
        &["id¦when", "1¦12:30:00", "2¦13:45:10"],
    );
    check(
        "id|path\n1|/a/b,c\n2|/d/e,f\n",
        &["id¦path", "1¦/a/b,c", "2¦/d/e,f"],
    );
    check(
        "a\tb\n1\t{\"x\": 1, \"y\": 2}\n2\t{\"x\": 3, \"y\": 4}\n",
        &["a¦b", "1¦{\"x\": 1, \"y\": 2}", "2¦{\"x\": 3, \"y\": 4}"],
    );
}

#[test]
fn quotes_are_found() {
    check("a,b\n\"x, y\",1\n\"z\",2\n", &["a¦b", "x, y¦1", "z¦2"]);
    check("a,b\n'x, y',1\n'z',2\n", &["a¦b", "x, y¦1", "z¦2"]);
    check(
        "a;b\n\"x \"\"y\"\" z\";1\n\"z\";2\n",
        &["a¦b", "x \"y\" z¦1", "z¦2"],
    );
    check(
        "a,b\n\"x \\\"y\\\", z\",1\n\"z\",2\n",
        &["a¦b", "x \"y\", z¦1", "z¦2"],
    );
    check(
        "a,b\n\"x \0\"y\0\", z\",1\n\"z\",2\n",
        &["a¦b", "x \"y\", z¦1", "z¦2"],
    );
    check("a,b\n'it''s, so',1\n'z',2\n", &["a¦b", "it's, so¦1", "z¦2"]);
    check(
        "a,b\nO'Brien,1\nD'Arcy,2\n",
        &["a¦b", "O'Brien¦1", "D'Arcy¦2"],
    );
    check(
        "a,b\n5\" pipe,1\n3\" pipe,2\n",
        &["a¦b", "5\" pipe¦1", "3\" pipe¦2"],
    );
    check(
        "a,b\n\"C:\\\",1\n\"D:\\x\",2\n",
        &["a¦b", "C:\\¦1", "D:\\x¦2"],
    );
    check("\"a\",\"b\"\n\"1\",\"\"\n\"2\",\n", &["a¦b", "1¦", "2¦∅"]);
}

#[test]
fn quoted_line_ends_are_kept() {
    check(
        "a,b\n\"x\ny\",1\n\"z\r\nw\",2\n\"p\rq\",3\n",
        &["a¦b", "x\ny¦1", "z\r\nw¦2", "p\rq¦3"],
    );
    check(
        "a,b\r\n\"x\ny\",1\r\n\"z\",2\r\n",
        &["a¦b", "x\ny¦1", "z¦2"],
    );
    check("a,b\r\"x\ny\",1\r\"z\",2\r", &["a¦b", "x\ny¦1", "z¦2"]);
}

#[test]
fn spaces_around_quoted_cells_are_no_part_of_them() {
    check("1, \"a, b\" ,2\n3, \"c\" ,4\n", &["1¦a, b¦2", "3¦c¦4"]);
    check("a, b\n\"x, y\", 1\n\"z\", 2\n", &["a¦b", "x, y¦1", "z¦2"]);
    check(" \"a\" , \"b\" \n \"x,y\" , \"2\" \n", &["a¦b", "x,y¦2"]);
}

#[test]
fn all_line_ends_are_found() {
    for end in ["\n", "\r\n", "\r"] {
        let text = people(",").replace('\n', end);
        assert!(check(&text, &PEOPLE).plain().is_some());
        check(text.trim_end(), &PEOPLE);
        check(text.clone() + end, &PEOPLE);
        check(text.clone() + end + end, &PEOPLE);
        check(text.replace(end, &end.repeat(2)), &PEOPLE);
    }
    check(
        "a,b\n1,2\r\n3,4\r5,6\n7,8",
        &["a¦b", "1¦2", "3¦4", "5¦6", "7¦8"],
    );
    check(
        "a,b\r1,2\r3,4\n5,6\r7,8\r",
        &["a¦b", "1¦2", "3¦4", "5¦6", "7¦8"],
    );
    check(
        "a,b\r\n1,x\ny\r\n3,4\r\n5,6\r\n",
        &["a¦b", "1¦x\ny", "3¦4", "5¦6"],
    );
}

#[test]
fn odd_bytes_are_no_trouble() {
    check("a,b\n1,x\0y\n2,z\n", &["a¦b", "1¦x\0y", "2¦z"]);
    check("a,b\n1,2\n3,4\n\x1a", &["a¦b", "1¦2", "3¦4"]);
    check("a,b\n1,2\n3,4\x1a", &["a¦b", "1¦2", "3¦4"]);
    check("a,b\r\n1,2\r\n3,4\r\n\x1a\r\n", &["a¦b", "1¦2", "3¦4"]);
    check("", &[]);
    check("\n", &[]);
    check("x", &["x"]);
}

#[test]
fn an_announced_delimiter_is_obeyed() {
    check("sep=;\na;b\n1,5;2\n", &["a¦b", "1,5¦2"]);
    check("sep=,\r\na,b\r\n1,2\r\n", &["a¦b", "1¦2"]);
    check("\"sep=|\"\na|b\n1|2\n", &["a¦b", "1¦2"]);
    check("SEP=\t\na\tb\n1\t2\n", &["a¦b", "1¦2"]);
    let rows = records_of(b"sep=;\na;b\n", &found(b"sep=;\na;b\n").0, true, 9);
    assert_eq!((rows[0].line, rows[0].start), (2, 6));
}

/// A table with a quoted cell here and there.
fn quoted_people() -> Vec<String> {
    [
        "id,name,city,amount",
        "1,Anna,Rome,12.5",
        "2,\"Bob, Jr.\",Oslo,3.5",
        "3,Eve,\"Paris, France\",4.25",
        "4,Ann,Bern,5",
        "5,Tom,\"Bonn\",6.75",
        "6,Sue,Kiel,7.5",
    ]
    .map(str::to_owned)
    .to_vec()
}

#[test]
fn a_stray_quote_swallows_nothing_wherever_it_stands() {
    let lines = quoted_people();
    let (_, clean) = found(lines.join("\n").as_bytes());
    for end in ["\n", "\r\n", "\r"] {
        for row in 0..lines.len() {
            let bounds: Vec<usize> = if lines[row].contains('"') {
                continue;
            } else {
                (0..=lines[row].len()).collect()
            };
            for at in bounds {
                let mut dirty = lines.clone();
                dirty[row].insert(at, '"');
                let mut expected = clean.clone();
                expected[row] = dirty[row]
                    .split(',')
                    .map(|cell| Some(cell.to_owned()))
                    .collect();
                let text = dirty.join(end);
                let (dialect, table) = found(text.as_bytes());
                assert_eq!(table, expected, "{text}\n{dialect:?}");
            }
        }
    }
}

#[test]
fn a_stray_quote_in_a_file_without_quotes_swallows_nothing() {
    let lines: Vec<String> = people(",").lines().map(str::to_owned).collect();
    for row in 0..lines.len() {
        for at in 0..=lines[row].len() {
            let mut dirty = lines.clone();
            dirty[row].insert(at, '"');
            let text = dirty.join("\n") + "\n";
            let (dialect, table) = found(text.as_bytes());
            let expected: Table = dirty
                .iter()
                .map(|line| line.split(',').map(|cell| Some(cell.to_owned())).collect())
                .collect();
            assert_eq!(table, expected, "{text}\n{dialect:?}");
        }
    }
}

#[test]
fn a_stray_quote_swallows_no_part_of_a_file_with_quoted_line_ends() {
    check(
        "id,a,b\n1,\"stray,3\n2,x,4\n3,\"y\nz\",5\n4,\"p\nq\",6\n5,w,7\n",
        &[
            "id¦a¦b",
            "1¦\"stray¦3",
            "2¦x¦4",
            "3¦y\nz¦5",
            "4¦p\nq¦6",
            "5¦w¦7",
        ],
    );
}

#[test]
fn single_quotes_between_quotes_are_ordinary_characters() {
    check(
        "a,b\n\"Sy\"dney\",\"1\"\n\"x\",\"2\"\n",
        &["a¦b", "Sy\"dney¦1", "x¦2"],
    );
    check(
        "a,b\r\n\"1\",\"Sy\"dney\"\r\n\"2\",\"x\"\r\n",
        &["a¦b", "1¦Sy\"dney", "2¦x"],
    );
    check(
        "a,b\n\"He said \"hi\" to me\",1\n\"x\",2\n",
        &["a¦b", "He said \"hi\" to me¦1", "x¦2"],
    );
}

#[test]
fn an_unclosed_quote_at_the_end_takes_no_row_away() {
    check(
        "id,text\n1,\"a, b\"\n2,\"it was warm, and so on\n",
        &["id¦text", "1¦a, b", "2¦it was warm, and so on"],
    );
    check(
        "id,text\n1,fine\n2,\"never closed\n3,still a row\n",
        &["id¦text", "1¦fine", "2¦\"never closed", "3¦still a row"],
    );
    check(
        "id,text\n1,\"a, b\"\n2,\"never closed",
        &["id¦text", "1¦a, b", "2¦\"never closed"],
    );
}

#[test]
fn a_row_with_another_delimiter_is_cut_by_that() {
    let lines: Vec<String> = people(",").lines().map(str::to_owned).collect();
    for other in [";", "\t", "|", ", ", " "] {
        for row in 0..lines.len() {
            let mut dirty = lines.clone();
            dirty[row] = dirty[row].replace(',', other);
            if other == ", " {
                continue;
            }
            check(dirty.join("\n"), &PEOPLE);
        }
    }
    let lines: Vec<String> = people(";").lines().map(str::to_owned).collect();
    for row in 0..lines.len() {
        for other in [",", ", ", "\t", " "] {
            let mut dirty = lines.clone();
            dirty[row] = dirty[row].replace(';', other);
            check(dirty.join("\n"), &PEOPLE);
        }
    }
}

#[test]
fn titles_notes_and_ragged_rows_do_not_mislead() {
    check(
        "Sales report, 2024\n\nname;amount;city\nAnna;12,5;Rome\nBob;3,5;Oslo\n\nSource: own figures, checked\n",
        &[
            "Sales report, 2024",
            "name¦amount¦city",
            "Anna¦12,5¦Rome",
            "Bob¦3,5¦Oslo",
            "Source: own figures, checked",
        ],
    );
    check(
        "a,b,c\n1,2\n3,4,5\n6,7,8,9\n1,2,3\n",
        &["a¦b¦c", "1¦2", "3¦4¦5", "6¦7¦8¦9", "1¦2¦3"],
    );
    check(
        "a,b\n1,2\n\nx,y,z\n1,2,3\n4,5,6\n",
        &["a¦b", "1¦2", "x¦y¦z", "1¦2¦3", "4¦5¦6"],
    );
    check(
        "Annual Sales Report\nname,amount,city\nAnna,12,Rome\nBob,13,Oslo\n",
        &[
            "Annual Sales Report",
            "name¦amount¦city",
            "Anna¦12¦Rome",
            "Bob¦13¦Oslo",
        ],
    );
    check(
        "name,amount,city\nAnna,12,Rome\nBob,,13,Oslo\nEveOslo,4\n",
        &[
            "name¦amount¦city",
            "Anna¦12¦Rome",
            "Bob¦∅¦13¦Oslo",
            "EveOslo¦4",
        ],
    );
}

#[test]
fn columns_of_fixed_width_are_found() {
    let text = "\
Name          City            Amount
Anna Maria    New York          12.50
Bob           Oslo               3.00
Eve Smith                      104.25
John          Los Angeles        0.10
";
    let dialect = check(
        text,
        &[
            "Name¦City¦Amount",
            "Anna Maria¦New York¦12.50",
            "Bob¦Oslo¦3.00",
            "Eve Smith¦∅¦104.25",
            "John¦Los Angeles¦0.10",
        ],
    );
    assert!(matches!(dialect.delimiter, Delimiter::Fixed(_)));
    let ruled = "\
Name        City         Amount
----------- ------------ -------
Anna Maria  New York       12.50
Bob         Oslo            3.00
Eve Smith                 104.25
";
    check(
        ruled,
        &[
            "Name¦City¦Amount",
            "-----------¦------------¦-------",
            "Anna Maria¦New York¦12.50",
            "Bob¦Oslo¦3.00",
            "Eve Smith¦∅¦104.25",
        ],
    );
}

#[test]
fn files_of_one_to_three_rows_are_cut() {
    check("a,b,c\n", &["a¦b¦c"]);
    check("name,city\n", &["name¦city"]);
    check("name;city\n", &["name¦city"]);
    check("name\tcity\n", &["name¦city"]);
    check("name|city\n", &["name¦city"]);
    check("1;2\n", &["1¦2"]);
    check("a,b\n1,2", &["a¦b", "1¦2"]);
    check("Anna,12\nBob,13\n", &["Anna¦12", "Bob¦13"]);
    check(
        "name, city, age\nAnna, Rome, 12\nBob, Oslo, 13\n",
        &["name¦city¦age", "Anna¦Rome¦12", "Bob¦Oslo¦13"],
    );
    check(
        "id name amount\n1 Anna 12.5\n2 Bob 3.5\n",
        &["id¦name¦amount", "1¦Anna¦12.5", "2¦Bob¦3.5"],
    );
    check("a:b:c\n1:2:3\n4:5:6\n", &["a¦b¦c", "1¦2¦3", "4¦5¦6"]);
}

#[test]
fn what_is_told_is_obeyed() {
    let told = |delimiter: &str, quote| Told {
        delimiter: Delimiter::parse(delimiter),
        quote,
    };
    let read_told = |text: &str, told: &Told| {
        read(
            text.as_bytes(),
            &detect(text.as_bytes(), true, told).dialect,
        )
    };
    assert_eq!(
        read_told("a;b\n1,5;2\n", &told(",", None)),
        table(&["a;b", "1¦5;2"])
    );
    assert_eq!(read_told("a,b\n", &told("none", None)), table(&["a,b"]));
    assert_eq!(
        read_told("a<>b\n1<>2\n", &told("<>", None)),
        table(&["a¦b", "1¦2"])
    );
    assert_eq!(
        read_told("abc\n123\n", &told("fixed:0,1", None)),
        table(&["abc"])
            .into_iter()
            .chain(table(&["123"]))
            .collect::<Table>()
    );
    assert_eq!(
        read_told("a  b\n1  2\n", &told("fixed", None)),
        table(&["a¦b", "1¦2"])
    );
    assert_eq!(
        read_told("'a,b',c\n", &told(",", Some(None))),
        table(&["'a¦b'¦c"])
    );
    assert_eq!(
        read_told("'a,b',c\n", &told(",", Some(Some(b'\'')))),
        table(&["a,b¦c"])
    );
    assert_eq!(
        read_told("*a,b*,c\n", &told(",", Some(Some(b'*')))),
        table(&["a,b¦c"])
    );
}

#[test]
fn a_delimiters_text_is_read_as_itself() {
    for delimiter in [
        Delimiter::None,
        Delimiter::Byte(b','),
        Delimiter::Byte(b'\t'),
        Delimiter::Byte(0x1f),
        Delimiter::Byte(b' '),
        Delimiter::Bytes(b"||".to_vec()),
        Delimiter::Bytes(b", ".to_vec()),
        Delimiter::Spaces,
        Delimiter::Fixed(vec![0, 4, 19]),
    ] {
        assert_eq!(Delimiter::parse(&delimiter.text()), Some(delimiter));
    }
    assert_eq!(Delimiter::parse(""), None);
    assert_eq!(Delimiter::parse("fixed:3,1"), None);
}
