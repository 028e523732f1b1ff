//! Measures the tracing on answers in three languages whose figures are true, and on the same answers with wrong numbers
//! planted in them.
//!
//! `corpus/answers.md` has questions with the results behind them and answers to them. What stands between `⟦` and `⟧` is
//! no figure and must not be taken for a wrong one; everything else with a digit in it, but for code, is one.

use std::ops::Range;

use super::date::{self, Date};
use super::evidence::Cell;
use super::number;
use super::{Evidence, Figure, Kind, Origin, Source, trace};

const ANSWERS: &str = include_str!("corpus/answers.md");

/// A question, its results, and answers to it.
#[derive(Default)]
struct Case {
    name: String,
    question: String,
    sql: String,
    results: Vec<ResultTable>,
    answers: Vec<Answer>,
}

#[derive(Default)]
struct ResultTable {
    id: String,
    row_count: u64,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

#[derive(Default)]
struct Answer {
    language: String,
    text: String,
    no_figures: Vec<Range<usize>>,
}

fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut section = String::new();
    for line in ANSWERS.lines() {
        if let Some(name) = line.strip_prefix("# case ") {
            cases.push(Case {
                name: name.to_owned(),
                ..Case::default()
            });
            continue;
        }
        let case = cases.last_mut().expect("a case comes first");
        if let Some(title) = line.strip_prefix("## ") {
            let words: Vec<&str> = title.split(' ').collect();
            section = words[0].to_owned();
            match words.as_slice() {
                ["result", id, rows] => case.results.push(ResultTable {
                    id: (*id).to_owned(),
                    row_count: rows.parse().unwrap(),
                    ..ResultTable::default()
                }),
                ["answer", language] => case.answers.push(Answer {
                    language: (*language).to_owned(),
                    ..Answer::default()
                }),
                _ => {}
            }
            continue;
        }
        match section.as_str() {
            "question" => case.question.push_str(line),
            "sql" => case.sql.push_str(line),
            "result" => {
                let table = case.results.last_mut().unwrap();
                let cells: Vec<String> = line.split(',').map(str::to_owned).collect();
                if table.header.is_empty() {
                    table.header = cells;
                } else {
                    table.rows.push(cells);
                }
            }
            "answer" => {
                let answer = case.answers.last_mut().unwrap();
                if !answer.text.is_empty() {
                    answer.text.push('\n');
                }
                let mut rest = line;
                while let Some((before, after)) = rest.split_once('⟦') {
                    let (marked, after) = after.split_once('⟧').unwrap();
                    answer.text.push_str(before);
                    let start = answer.text.len();
                    answer.text.push_str(marked);
                    answer.no_figures.push(start..answer.text.len());
                    rest = after;
                }
                answer.text.push_str(rest);
            }
            _ => panic!("{section}: {line}"),
        }
    }
    cases
}

impl ResultTable {
    fn cell(&self, row: usize, column: usize) -> Cell {
        let text = self.rows[row][column].as_str();
        let all = |fits: fn(&str) -> bool| {
            self.rows
                .iter()
                .all(|row| row[column].is_empty() || fits(&row[column]))
        };
        if text.is_empty() {
            Cell::Null
        } else if all(|text| text.parse::<f64>().is_ok()) {
            Cell::Number(text.parse().unwrap())
        } else if all(|text| date::numeric(text).is_some_and(|(_, length)| length == text.len())) {
            Cell::Date(date::numeric(text).unwrap().0)
        } else {
            Cell::Text(text.to_owned())
        }
    }

    fn number(&self, row: usize, column: usize) -> Option<f64> {
        match self.cell(row, column) {
            Cell::Number(value) => Some(value),
            _ => None,
        }
    }
}

impl Case {
    fn evidence(&self) -> Evidence {
        let mut evidence = Evidence::new();
        for table in &self.results {
            let columns = (0..table.header.len())
                .map(|column| {
                    let cells = (0..table.rows.len()).map(|row| table.cell(row, column));
                    (table.header[column].clone(), cells.collect())
                })
                .collect();
            evidence.add_cells(&table.id, table.row_count, columns);
        }
        evidence.add_stated(&self.question, Origin::Question);
        evidence.add_stated(&self.sql, Origin::Query);
        evidence
    }
}

/// The runs of digits of a text that are neither in code nor marked, found without the tracer's own scanner.
fn runs_of_digits(answer: &Answer) -> Vec<usize> {
    let mut runs = Vec::new();
    let mut code = false;
    let mut start = 0;
    for line in answer.text.split_inclusive('\n') {
        if line.starts_with("```") {
            code = !code;
        } else if !code {
            let item = line
                .find(". ")
                .filter(|end| line[..*end].bytes().all(|byte| byte.is_ascii_digit()));
            for (at, c) in line.char_indices().skip(item.unwrap_or(0)) {
                let marked = answer
                    .no_figures
                    .iter()
                    .any(|range| range.contains(&(start + at)));
                if c.is_ascii_digit()
                    && !marked
                    && !line[..at].ends_with(|c: char| c.is_ascii_digit())
                {
                    runs.push(start + at);
                }
            }
        }
        start += line.len();
    }
    runs
}

#[test]
fn true_figures_are_traced() {
    let (mut answers, mut figures, mut missed) = (0, 0, Vec::new());
    let mut flagged = Vec::new();
    let mut languages = std::collections::BTreeMap::new();
    for case in cases() {
        let evidence = case.evidence();
        for answer in &case.answers {
            answers += 1;
            *languages.entry(answer.language.clone()).or_insert(0) += 1;
            let found = trace(&answer.text, &evidence);
            for figure in &found {
                let marked = answer
                    .no_figures
                    .iter()
                    .any(|range| range.start < figure.end && figure.start < range.end);
                figures += usize::from(!marked);
                if figure.traced.is_none() {
                    flagged.push(format!(
                        "{}: {:?} in {:?} ({:?})",
                        case.name, figure.text, answer.text, figure.doubt
                    ));
                }
            }
            for run in runs_of_digits(answer) {
                if !found
                    .iter()
                    .any(|figure| (figure.start..figure.end).contains(&run))
                {
                    missed.push(format!("{}: {:?}", case.name, &answer.text[run..]));
                }
            }
        }
    }
    assert!(
        answers >= 60 && languages.len() == 3,
        "{answers} {languages:?}"
    );
    assert!(figures >= 200, "{figures}");
    // The bound is one in fifty; none is flagged as long as this passes.
    assert!(
        flagged.is_empty(),
        "{} of {figures} flagged:\n{}",
        flagged.len(),
        flagged.join("\n")
    );
    assert!(missed.is_empty(), "not found:\n{}", missed.join("\n"));
}

/// What a wrong number was made by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Plant {
    Swap,
    OffByOne,
    Unit,
    Row,
}

/// The texts in place of a figure's text, each wrong in one way.
fn wrong(text: &str) -> Vec<(Plant, String)> {
    let mut planted = Vec::new();
    let bytes = text.as_bytes();
    let digits: Vec<usize> = (0..bytes.len())
        .filter(|at| bytes[*at].is_ascii_digit())
        .collect();
    for pair in digits.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        // A leading zero would make it another kind of text.
        if bytes[a] != bytes[b] && bytes[b] != b'0' {
            let mut swapped = bytes.to_vec();
            swapped.swap(a, b);
            planted.push((Plant::Swap, String::from_utf8(swapped).unwrap()));
        }
    }
    if let Some(last) = digits.last() {
        for other in [bytes[*last] + 1, bytes[*last].wrapping_sub(1)] {
            if other.is_ascii_digit() && !(digits.len() == 1 && other == b'0') {
                let mut changed = bytes.to_vec();
                changed[*last] = other;
                planted.push((Plant::OffByOne, String::from_utf8(changed).unwrap()));
            }
        }
    }
    for (from, to) in [
        ("million", "billion"),
        ("Mio.", "Mrd."),
        ("M€", "k€"),
        ("M", "k"),
        ("k", "M"),
        (" %", "x"),
        ("%", " million"),
        ("percent", "times"),
        ("x", "%"),
        ("times", "million"),
    ] {
        if text.contains(from) {
            planted.push((Plant::Unit, text.replacen(from, to, 1)));
            return planted;
        }
    }
    if digits.len() > 4
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
    {
        planted.push((Plant::Unit, format!("{text}k")));
    }
    planted
}

/// Whether a planted number is true by accident: whether it is any cell, or anything that any two cells of one result come
/// to, or any share of a total. All pairs are tried, so that this allows far more than the tracer.
fn is_true_by_accident(case: &Case, text: &str) -> bool {
    if let Some((date, _)) = date::numeric(text).or_else(|| date::worded(text)) {
        return is_a_date(case, date);
    }
    let Some(begin) = text.find(|c: char| c.is_ascii_digit()) else {
        return true;
    };
    let Some(digits) = number::digits(&text[begin..]) else {
        return false;
    };
    let unit = number::unit(&text[begin + digits.length..]);
    let close = |value: f64| {
        digits.readings.iter().any(|(read, decimals)| {
            unit.scales.iter().any(|scale| {
                let half = 10_f64.powi(-(*decimals as i32)) * scale / 2.0;
                (value.abs() - read * scale).abs() <= half * 1.000_001
            })
        })
    };
    let factors: &[f64] = match unit.form {
        number::Form::Percent | number::Form::Points => &[1.0, 100.0],
        _ if case
            .results
            .iter()
            .any(|table| table.header.iter().any(|name| name.ends_with("_m"))) =>
        {
            &[1.0, 1e6]
        }
        _ => &[1.0],
    };
    let near = |value: f64| factors.iter().any(|factor| close(value * factor));
    let mut all: Vec<f64> = Vec::new();
    for table in &case.results {
        let mut values = Vec::new();
        for column in 0..table.header.len() {
            let numbers: Vec<f64> = (0..table.rows.len())
                .filter_map(|row| table.number(row, column))
                .collect();
            values.push(numbers.iter().sum());
            values.extend(numbers);
        }
        values.push(table.row_count as f64);
        all.extend(&values);
        for a in &values {
            for b in &values {
                if near(a + b) || near(a - b) || near(a / b) || near((a - b) / b) {
                    return true;
                }
            }
        }
    }
    // Shares of a total in another result.
    all.iter().any(|a| all.iter().any(|b| near(a / b)))
        || all.iter().any(|value| near(*value))
        || [&case.question, &case.sql]
            .iter()
            .any(|stated| stated.contains(&digits.digits))
        || digits.digits.len() == 4
            && is_a_date(
                case,
                Date {
                    year: digits.digits.parse().ok(),
                    ..Date::default()
                },
            )
}

fn is_a_date(case: &Case, said: Date) -> bool {
    let fits = |cell: Date| {
        [said, said.exchanged()]
            .iter()
            .take(if said.either { 2 } else { 1 })
            .any(|said| {
                (said.year.is_none() || said.year == cell.year)
                    && (said.month.is_none() || said.month == cell.month)
                    && (said.day.is_none() || said.day == cell.day)
                    && (said.time.is_none() || said.time == cell.time)
                    && (said.quarter.is_none()
                        || said.quarter == cell.quarter.or(cell.month.map(|m| (m - 1) / 3 + 1)))
            })
    };
    let stated = case
        .sql
        .split('\'')
        .chain(case.question.split([' ', ',', '?']))
        .filter_map(|word| {
            date::numeric(word).map(|(date, _)| date).or_else(|| {
                let year = word.parse().ok()?;
                Some(Date {
                    year: Some(year),
                    ..Date::default()
                })
            })
        })
        .any(fits);
    stated
        || case.results.iter().any(|table| {
            (0..table.rows.len()).any(|row| {
                let year = table.header.iter().position(|name| name == "year");
                let quarter = table.header.iter().position(|name| name == "quarter");
                let number =
                    |column: Option<usize>| column.and_then(|column| table.number(row, column));
                let composed = Date {
                    year: number(year).map(|year| year as i32),
                    quarter: number(quarter).map(|quarter| quarter as u8),
                    ..Date::default()
                };
                (composed != Date::default() && fits(composed))
                    || (0..table.header.len()).any(|column| {
                        matches!(table.cell(row, column), Cell::Date(date) if fits(date))
                            || table.header[column].contains(&said.year.unwrap_or(-1).to_string())
                    })
            })
        })
}

/// Whether the figure stands right beside the name of its row: in a row of a table, or as `Name: 5`, `Name (5`, `Name with 5`.
fn stands_beside_its_row(
    case: &Case,
    answer: &str,
    figure: &Figure,
) -> Option<(usize, usize, usize)> {
    let Some(Source::Cell { cell }) = &figure.traced else {
        return None;
    };
    let (index, table) = case
        .results
        .iter()
        .enumerate()
        .find(|(_, table)| table.id == cell.result)?;
    let (row, column) = (cell.row as usize, cell.column);
    table.number(row, column)?;
    let name = table.rows[row]
        .iter()
        .find(|cell| !cell.is_empty() && cell.parse::<f64>().is_err())?;
    let before = answer[..figure.start].trim_end_matches(['$', '€', '-', '+', '−']);
    let line = before.rsplit('\n').next()?;
    let in_row = line.starts_with("| ") && line.contains(name.as_str());
    let beside = [
        ": ",
        " (",
        " with ",
        " mit ",
        " avec ",
        " had ",
        " made ",
        " kommt auf ",
    ]
    .iter()
    .any(|joint| {
        before
            .replace("**", "")
            .ends_with(&format!("{name}{joint}"))
    });
    // A date is its row's name, but also the name of every other figure that speaks of that day.
    (date::numeric(name).is_none() && (in_row || beside)).then_some((index, row, column))
}

#[test]
fn planted_numbers_are_flagged() {
    let mut counts = std::collections::BTreeMap::new();
    let mut excluded = 0;
    let mut passed = Vec::new();
    for case in cases() {
        let evidence = case.evidence();
        for answer in &case.answers {
            for figure in trace(&answer.text, &evidence) {
                if figure.kind == Kind::Name
                    || matches!(figure.traced, None | Some(Source::Selection { .. }))
                {
                    continue;
                }
                let mut planted: Vec<(Plant, String, bool)> = wrong(&figure.text)
                    .into_iter()
                    .map(|(plant, text)| {
                        let accident = is_true_by_accident(&case, &text);
                        (plant, text, accident)
                    })
                    .collect();
                if let Some((table, row, column)) =
                    stands_beside_its_row(&case, &answer.text, &figure)
                {
                    let table = &case.results[table];
                    // Whatever the number's own row, or the counts of rows, come to is no wrong row.
                    let own: Vec<f64> = (0..table.header.len())
                        .filter_map(|column| table.number(row, column))
                        .collect();
                    for other in 0..table.rows.len() {
                        let value = &table.rows[other][column];
                        let Ok(number) = value.parse::<f64>() else {
                            continue;
                        };
                        let accident = other == row
                            || number == table.row_count as f64
                            || own.iter().any(|a| {
                                (a - number).abs() < 0.6
                                    || own.iter().any(|b| {
                                        [a + b, a - b, a / b]
                                            .iter()
                                            .any(|c| (c.abs() - number.abs()).abs() < 0.6)
                                    })
                            })
                            || figure.text.contains(['%', 'k', 'M', '.'])
                                && !figure.text.contains(value.as_str());
                        if !accident {
                            planted.push((Plant::Row, value.clone(), false));
                        }
                    }
                }
                for (plant, text, accident) in planted {
                    let mut changed = answer.text.clone();
                    changed.replace_range(figure.start..figure.end, &text);
                    let digit = figure.start + text.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
                    if accident {
                        excluded += 1;
                        continue;
                    }
                    *counts.entry(plant).or_insert(0) += 1;
                    let found = trace(&changed, &evidence);
                    let hit = found
                        .iter()
                        .find(|figure| (figure.start..figure.end).contains(&digit));
                    if hit.is_none_or(|figure| figure.traced.is_some()) {
                        passed.push(format!(
                            "{}: {plant:?} {:?} for {:?}: {hit:?} in {changed:?}",
                            case.name, text, figure.text
                        ));
                    }
                }
            }
        }
    }
    println!("planted {counts:?}, {excluded} true by accident");
    assert!(
        passed.is_empty(),
        "{} of {counts:?}:\n{}",
        passed.len(),
        passed.join("\n")
    );
    let planted: usize = counts.values().sum();
    assert!(planted >= 1_000 && counts.len() == 4, "{counts:?}");
}
