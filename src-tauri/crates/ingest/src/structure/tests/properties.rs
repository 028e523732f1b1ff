//! Clean tables at random, and what people put around them.

use std::sync::Arc;

use proptest::prelude::*;

use super::super::*;
use super::{grid, line, verdicts};

/// What a column of a random table holds.
#[derive(Debug, Clone, Copy)]
enum Holds {
    Integer,
    Amount,
    Comma,
    Date,
    Time,
    Person,
    Sentence,
    Code,
    Category,
    Flag,
}

const ALL: [Holds; 10] = [
    Holds::Integer,
    Holds::Amount,
    Holds::Comma,
    Holds::Date,
    Holds::Time,
    Holds::Person,
    Holds::Sentence,
    Holds::Code,
    Holds::Category,
    Holds::Flag,
];

/// Names of columns as programs and people write them.
const NAMES: [&str; 30] = [
    "id",
    "name",
    "first_name",
    "lastName",
    "City",
    "POSTCODE",
    "order date",
    "Amount (EUR)",
    "qty",
    "Preis",
    "Kunde",
    "Straße",
    "Größe",
    "status",
    "e-mail",
    "Phone Number",
    "x",
    "y",
    "Temp",
    "sensor_1",
    "Región",
    "Année",
    "数量",
    "都市",
    "Город",
    "Цена",
    "is_active",
    "Order ID",
    "Kd.-Nr.",
    "comment",
];

fn cell(holds: Holds, seed: u64) -> String {
    const FIRST: [&str; 12] = [
        "Anna", "Bob", "Chloé", "Dieter", "Eve", "Faruk", "Grete", "Hiro", "Ida", "Jan", "Kim",
        "Lena",
    ];
    const LAST: [&str; 10] = [
        "Smith", "Meier", "García", "Okafor", "Novak", "Rossi", "Tanaka", "Dubois", "Lind", "Costa",
    ];
    const WORDS: [&str; 12] = [
        "the", "box", "arrived", "late", "and", "was", "open", "please", "call", "again", "soon",
        "thanks",
    ];
    let pick = |list: &[&str], by: u64| list[(by % list.len() as u64) as usize].to_owned();
    match holds {
        Holds::Integer => (seed % 100_000).to_string(),
        Holds::Amount => format!("{}.{:02}", seed % 5000, seed / 7 % 100),
        Holds::Comma => format!("{},{:02}", seed % 900, seed / 7 % 100),
        Holds::Date => format!("2023-{:02}-{:02}", seed % 12 + 1, seed / 12 % 28 + 1),
        Holds::Time => format!("{:02}:{:02}:00", seed % 24, seed / 24 % 60),
        Holds::Person => format!("{} {}", pick(&FIRST, seed), pick(&LAST, seed / 13)),
        Holds::Sentence => (0..3 + seed % 9)
            .map(|at| pick(&WORDS, seed / (at + 3) + at))
            .collect::<Vec<_>>()
            .join(" "),
        Holds::Code => format!(
            "{}{}-{:04}",
            (b'A' + (seed % 26) as u8) as char,
            seed / 26 % 9,
            seed % 9973
        ),
        Holds::Category => pick(&["red", "green", "blue", "Grey", "n/k"], seed),
        Holds::Flag => pick(&["yes", "no"], seed),
    }
}

#[derive(Debug, Clone)]
struct Table {
    names: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    is_typed: bool,
}

impl Table {
    fn lines(&self) -> Vec<String> {
        std::iter::once(self.names.join("|"))
            .chain(self.rows.iter().map(|row| row.join("|")))
            .collect()
    }

    fn width(&self) -> usize {
        self.names.len()
    }
}

/// A table of up to eight columns, with some cells missing; `typed` columns of numbers or dates at least.
fn table(typed: usize, rows: std::ops::Range<usize>) -> impl Strategy<Value = Table> {
    let columns = prop::collection::vec(0..ALL.len(), 1..6);
    let typed = prop::collection::vec(0..5_usize, typed..typed + 3);
    (columns, typed, rows, any::<u64>(), 0..12_u64, any::<bool>()).prop_map(
        move |(mut columns, typed, rows, seed, missing, typed_first)| {
            let at = if typed_first { 0 } else { columns.len() };
            columns.splice(at..at, typed.iter().copied());
            let holds: Vec<Holds> = columns.iter().map(|at| ALL[*at]).collect();
            let first_name = (seed % NAMES.len() as u64) as usize;
            let mut random = fastrand::Rng::with_seed(seed);
            Table {
                names: (0..holds.len())
                    .map(|column| NAMES[(first_name + column * 7) % NAMES.len()])
                    .collect(),
                rows: (0..rows)
                    .map(|_| {
                        holds
                            .iter()
                            .enumerate()
                            .map(|(column, holds)| {
                                let is_missing = column > 0 && random.u64(0..100) < missing;
                                if is_missing {
                                    String::new()
                                } else {
                                    cell(*holds, random.u64(..))
                                }
                            })
                            .collect()
                    })
                    .collect(),
                is_typed: !typed.is_empty(),
            }
        },
    )
}

fn found(lines: &[String]) -> Vec<String> {
    let text = lines.join("\n");
    let grid = grid(&text, Kind::Text);
    find(&grid, Told::default())
        .iter()
        .map(|shape| {
            // Names beside the rows: what the source calls the columns.
            let names: Vec<&str> = shape
                .columns
                .iter()
                .map(|column| column.source_name.as_str())
                .collect();
            let line = line(shape, &grid.head);
            format!("{} ={}", names.join("|"), line.split_once(" =").unwrap().1)
        })
        .collect()
}

fn rows(first: usize, count: usize) -> String {
    match count {
        1 => format!("{first}"),
        _ => format!("{first}-{}", first + count - 1),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_clean_table_is_one_table(table in table(1, 1..60)) {
        prop_assert!(table.is_typed);
        let expected = format!("{} = {}", table.names.join("|"), rows(2, table.rows.len()));
        prop_assert_eq!(found(&table.lines()), [expected]);
    }

    #[test]
    fn titles_notes_and_totals_change_nothing(
        table in table(2, 3..40),
        title in prop::sample::select(vec!["Report for 2024", "Umsätze nach Region", "Exported on 2024-01-31", "売上"]),
        titles in 1..4_usize,
        gap in any::<bool>(),
        padded in any::<bool>(),
        note in prop::sample::select(vec!["", "Source: World Bank", "* provisional figures", "Quelle: Amt für Statistik"]),
    ) {
        let pad = if padded { "|".repeat(table.width() - 1) } else { String::new() };
        let mut lines = vec![format!("{title}{pad}"); titles];
        if gap {
            lines.push(pad.clone());
        }
        let above = lines.len();
        lines.extend(table.lines());
        if !note.is_empty() {
            lines.push(pad.clone());
            lines.push(format!("{note}{pad}"));
        }
        let mut expected = format!("{} = {}", table.names.join("|"), rows(above + 2, table.rows.len()));
        expected += &match titles {
            1 => "; above 1".to_owned(),
            more => format!("; above 1-{more}"),
        };
        if !note.is_empty() {
            expected += &format!("; note {}", above + 1 + table.rows.len() + 2);
        }
        prop_assert_eq!(found(&lines), [expected], "{:#?}", lines);
    }

    #[test]
    fn a_second_table_is_found(
        first in table(2, 3..30),
        second in table(2, 3..30),
    ) {
        if first.width() == second.width() {
            return Ok(());
        }
        let mut lines = first.lines();
        lines.push(String::new());
        lines.extend(second.lines());
        let expected = [
            format!("{} = {}", first.names.join("|"), rows(2, first.rows.len())),
            format!("{} = {}", second.names.join("|"), rows(first.rows.len() + 4, second.rows.len())),
        ];
        prop_assert_eq!(found(&lines), expected, "{:#?}", lines);
    }

    #[test]
    fn a_repeated_header_changes_nothing(table in table(1, 4..40), at in 2..4_usize) {
        let mut lines = table.lines();
        lines.insert(at, lines[0].clone());
        let verdict_rows = format!("{},{}", rows(2, at - 1), rows(at + 2, table.rows.len() - at + 1));
        let expected = format!("{} = {verdict_rows}; repeated {}", table.names.join("|"), at + 1);
        prop_assert_eq!(found(&lines), [expected], "{:#?}", lines);
    }

    #[test]
    fn a_cut_sample_gives_the_same_verdicts(table in table(1, 60..200), seen in 30..50_usize, note in any::<bool>()) {
        let mut lines = table.lines();
        if note {
            lines.push(String::new());
            lines.push("Source: World Bank".into());
        }
        let text = lines.join("\n");
        let whole = grid(&text, Kind::Text);
        let mut cut = whole.clone();
        cut.head.truncate(seen);
        cut.tail = whole.head[whole.head.len() - 20..].to_vec();
        cut.is_whole = false;
        let shapes = find(&cut, Told::default());
        prop_assert_eq!(shapes.len(), 1);
        prop_assert_eq!(
            verdicts(&shapes[0], &whole.head),
            verdicts(&find(&whole, Told::default())[0], &whole.head),
            "{:#?}",
            lines
        );
        prop_assert_eq!(shapes[0].tail_set_aside.len(), usize::from(note));
    }

    #[test]
    fn the_quick_look_says_nothing_that_a_close_one_denies(
        table in table(0, 40..80),
        odd in prop::sample::select(vec!["", "Total", "Source: me", "# x", "Grand total", "a remark of some length, here"]),
    ) {
        let mut lines = table.lines();
        lines.push(odd.into());
        let text = lines.join("\n");
        let whole = grid(&text, Kind::Text);
        let mut cut = whole.clone();
        cut.head.truncate(20);
        cut.is_whole = false;
        let shapes = find(&cut, Told::default());
        let mut filter = Filter::new(Arc::new(shapes[0].clone()));
        let (mut quick, mut decided) = (0, Vec::new());
        for row in &whole.head {
            let first = row.cells.first().map_or(&[][..], |cell| &cell.text);
            if filter.is_surely_data(row.number, first, row.cells.len()) {
                quick += 1;
                decided.push(Verdict::Data);
            } else {
                filter.push(row.number, &row.cells, &mut decided);
            }
        }
        filter.finish(&mut decided);
        prop_assert_eq!(decided, verdicts(&shapes[0], &whole.head));
        prop_assert!(quick > 0 || table.width() == 1 || shapes[0].columns.is_empty());
    }

    #[test]
    fn every_row_of_any_grid_has_one_verdict(
        lines in prop::collection::vec("[a1,:# |]{0,12}|Total\\|5|Source: x|x\\|y\\|z|1\\|2\\|3", 0..30),
        is_sheet in any::<bool>(),
        seen in 0..30_usize,
    ) {
        let text = lines.join("\n");
        let kind = if is_sheet { Kind::Sheet } else { Kind::Text };
        let whole = grid(&text, kind);
        let mut cut = whole.clone();
        cut.head.truncate(seen);
        cut.is_whole = seen >= whole.head.len();
        for shape in find(&cut, Told::default()) {
            prop_assert_eq!(shape.columns.len(), shape.window.len());
            prop_assert_eq!(verdicts(&shape, &whole.head).len(), whole.head.len());
        }
    }
}
