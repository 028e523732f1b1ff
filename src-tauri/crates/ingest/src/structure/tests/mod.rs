//! Small grids of every shape that people send, and what is found in them.

mod properties;

use std::borrow::Cow;
use std::fmt::Write;

use super::*;

/// A grid of lines with cells between bars; a cell may stand in quotes.
pub(super) fn grid(text: &str, kind: Kind) -> Grid<'_> {
    let head = text
        .lines()
        .enumerate()
        .map(|(at, line)| Row {
            number: at as u64 + 1,
            cells: line
                .split('|')
                .map(|cell| {
                    let cell = cell.trim();
                    let inner = cell
                        .strip_prefix('"')
                        .and_then(|cell| cell.strip_suffix('"'));
                    Cell {
                        text: Cow::Borrowed(inner.unwrap_or(cell).as_bytes()),
                        is_quoted: inner.is_some(),
                    }
                })
                .collect(),
        })
        .collect();
    Grid {
        kind,
        head,
        is_whole: true,
        tail: Vec::new(),
        merges: Vec::new(),
    }
}

/// Numbers as ranges: `2-4,7`.
fn ranges(numbers: &[u64]) -> String {
    let mut text = String::new();
    for run in numbers.chunk_by(|a, b| a + 1 == *b) {
        let comma = if text.is_empty() { "" } else { "," };
        match run {
            [one] => write!(text, "{comma}{one}").unwrap(),
            [first, .., last] => write!(text, "{comma}{first}-{last}").unwrap(),
            [] => {}
        }
    }
    text
}

/// The verdicts of a filter that sees all rows of the grid's head.
pub(super) fn verdicts(shape: &TableShape, rows: &[Row]) -> Vec<Verdict> {
    let mut filter = Filter::new(std::sync::Arc::new(shape.clone()));
    let mut verdicts = Vec::new();
    for row in rows {
        filter.push(row.number, &row.cells, &mut verdicts);
    }
    filter.finish(&mut verdicts);
    assert_eq!(verdicts.len(), rows.len());
    verdicts
}

/// A table in a line: names, rows of data, and what else there is.
pub(super) fn line(shape: &TableShape, rows: &[Row]) -> String {
    let verdicts = verdicts(shape, rows);
    let with = |wanted: Verdict| {
        let numbers: Vec<u64> = rows
            .iter()
            .zip(&verdicts)
            .filter(|(_, verdict)| **verdict == wanted)
            .map(|(row, _)| row.number)
            .collect();
        ranges(&numbers)
    };
    let names: Vec<&str> = shape
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    let mut text = format!("{} = {}", names.join(","), with(Verdict::Data));
    if shape.window.start > 0 {
        write!(text, "; from column {}", shape.window.start).unwrap();
    }
    if shape.header.len() != 1 {
        write!(text, "; header {}", ranges(&shape.header)).unwrap();
    }
    if !shape.preamble.is_empty() {
        write!(text, "; above {}", ranges(&shape.preamble)).unwrap();
    }
    if shape.units.is_some() {
        let units: Vec<&str> = shape
            .columns
            .iter()
            .map(|column| column.unit.as_deref().unwrap_or(""))
            .collect();
        write!(text, "; units {}", units.join(",")).unwrap();
    }
    for (reason, name) in [
        (Reason::RepeatedHeader, "repeated"),
        (Reason::Comment, "comment"),
        (Reason::Total, "total"),
        (Reason::Footnote, "note"),
        (Reason::Title, "title"),
    ] {
        let numbers = with(Verdict::SetAside(reason));
        if !numbers.is_empty() {
            write!(text, "; {name} {numbers}").unwrap();
        }
    }
    text
}

fn found(grid: &Grid) -> String {
    let shapes = find(grid, Told::default());
    let lines: Vec<String> = shapes.iter().map(|shape| line(shape, &grid.head)).collect();
    lines.join("\n")
}

#[track_caller]
fn text(source: &str, expected: &str) {
    assert_eq!(found(&grid(source, Kind::Text)), expected, "in\n{source}");
}

#[track_caller]
fn sheet(source: &str, expected: &str) {
    assert_eq!(found(&grid(source, Kind::Sheet)), expected, "in\n{source}");
}

#[track_caller]
fn merged(source: &str, merges: &[(u64, u64, Range<usize>)], expected: &str) {
    let mut grid = grid(source, Kind::Sheet);
    grid.merges = merges
        .iter()
        .map(|(first, last, columns)| Merge {
            rows: (*first, *last),
            columns: columns.clone(),
        })
        .collect();
    assert_eq!(found(&grid), expected, "in\n{source}");
}

mod headers {
    use super::*;

    #[test]
    fn plain_tables_have_a_header_and_rows() {
        text("id|name\n1|Anna\n2|Bob", "id,name = 2-3");
        text("name|city\nAnna|Rome\nBob|Oslo", "name,city = 2-3");
        text("Name|City\nAnna|Rome\nBob|Oslo", "Name,City = 2-3");
        text(
            "name|age|city\nAnna|30|Rome\nBob|41|Oslo\nEve|29|Bern",
            "name,age,city = 2-4",
        );
        text("a|b|c\n1|2|3", "a,b,c = 2");
        text(
            "date|open|close\n2024-01-01|1.5|1.6\n2024-01-02|1.6|1.4",
            "date,open,close = 2-3",
        );
        text(
            "Kunde|PLZ|Ort|Umsatz\nMeier|01067|Dresden|12,50\nSchulz|10115|Berlin|3,00",
            "Kunde,PLZ,Ort,Umsatz = 2-3",
        );
        text(
            "氏名|年齢|都市\n田中|34|東京\n鈴木|28|大阪",
            "氏名,年齢,都市 = 2-3",
        );
        text("Имя|Город\nАнна|Москва\nИван|Казань", "Имя,Город = 2-3");
        text("name\nAnna\nBob\nEve", "name = 2-4");
        text("value\n1\n2\n3", "value = 2-4");
    }

    #[test]
    fn a_header_alone_is_a_table_without_rows() {
        text("id|name|city", "id,name,city = ");
        text("a", "a = ");
        text("id|name|city\n", "id,name,city = ");
    }

    #[test]
    fn a_single_row_of_data_is_data() {
        text("1|2|3", "column_1,column_2,column_3 = 1; header ");
        text(
            "2024-01-01|Anna|3.5",
            "column_1,column_2,column_3 = 1; header ",
        );
        text("DATE|TIME|Qty\n01/02/2020|12:00:00|3", "DATE,TIME,Qty = 2");
        text("name|city\nAnna|Rome", "name,city = 2");
    }

    #[test]
    fn no_header_is_recognised() {
        text("1|Anna\n2|Bob", "column_1,column_2 = 1-2; header ");
        text(
            "Anna|2024-01-01\nBob|2024-01-02",
            "column_1,column_2 = 1-2; header ",
        );
        text(
            "yes|no\nno|no\nyes|yes\nyes|no",
            "column_1,column_2 = 1-4; header ",
        );
        text(
            "Anna|Rome|3.5|x\nBob|Oslo|4.5|y\nEve|Rome|1.5|x",
            "column_1,column_2,column_3,column_4 = 1-3; header ",
        );
        text("1.5\n2.5\n3.5", "column_1 = 1-3; header ");
        text(
            "a@b.org|10:30\nc@d.org|11:00\ne@f.org|12:15",
            "column_1,column_2 = 1-3; header ",
        );
    }

    #[test]
    fn texts_that_come_back_are_values() {
        text(
            "red|circle|north\nblue|square|south\nred|square|north\nblue|circle|south\nred|circle|south\nblue|square|north",
            "column_1,column_2,column_3 = 1-6; header ",
        );
        text(
            "colour|shape|side\nred|circle|north\nblue|square|south\nred|square|north\nblue|circle|south",
            "colour,shape,side = 2-5",
        );
    }

    #[test]
    fn years_and_dates_may_name_columns() {
        text(
            "Country|2010|2011|2012\nGermany|80.1|80.3|80.5\nFrance|64.6|65.0|65.3",
            "Country,2010,2011,2012 = 2-3",
        );
        text(
            "Country|2010|2011|2012\nGermany|81777|81798|80426\nFrance|65028|65343|65660\nMalta|415|416|419",
            "Country,2010,2011,2012 = 2-4",
        );
        text(
            "Shop|2024-01-01|2024-01-02|2024-01-03\nA|12|13|9\nB|3|4|5\nC|1|1|2",
            "Shop,2024-01-01,2024-01-02,2024-01-03 = 2-4",
        );
        // Years as values are values.
        text(
            "2010|12\n2011|13\n2012|9\n2013|4",
            "column_1,column_2 = 1-4; header ",
        );
        text("year|count\n2010|12\n2011|13\n2012|9", "year,count = 2-4");
    }

    #[test]
    fn an_index_may_lack_its_name() {
        text("|a|b\n0|1.5|x\n1|2.5|y\n2|3.5|x", "column_1,a,b = 2-4");
        text("a||c\n1|2|3\n4|5|6", "a,column_2,c = 2-3");
    }

    #[test]
    fn names_are_made_unique() {
        text("a|A|a|\n1|2|3|4\n5|6|7|8", "a,A_2,a_3,column_4 = 2-3");
    }

    #[test]
    fn a_header_may_have_fewer_names_than_rows_have_cells() {
        // Names of rows, as R writes them.
        text(
            "\"mpg\"|\"cyl\"\n\"Mazda\"|21|6\n\"Fiat\"|22|4",
            "column_1,mpg,cyl = 2-3",
        );
        text("mpg|cyl\n1|21|6\n2|22|4\n3|18|8", "column_1,mpg,cyl = 2-4");
        // A delimiter at the end of each row.
        text("a|b\n1|x|\n2|y|\n3|z|", "a,b = 2-4");
        // A column without a name.
        text(
            "day|temp\n2024-01-01|12.5|ok\n2024-01-02|13.5|ok\n2024-01-02|11.5|low",
            "day,temp,column_3 = 2-4",
        );
    }

    #[test]
    fn a_header_may_have_more_names_than_rows_have_cells() {
        text("a|b|c|d\n1|2|3\n4|5|6\n7|8|9", "a,b,c,d = 2-4");
        text("a|b|c|\n1|2|3\n4|5|6\n7|8|9", "a,b,c = 2-4");
    }

    #[test]
    fn several_rows_are_joined() {
        text(
            "Date|Amount|Balance\nof booking|in total|after\n2024-01-01|12.50|100.00\n2024-01-02|-3.00|97.00",
            "Date of booking,Amount in total,Balance after = 3-4; header 1-2",
        );
        text(
            "|2024||2025|\nCountry|Q1|Q2|Q1|Q2\nGermany|1.5|2.5|3.5|4.5\nFrance|1.1|2.1|3.1|4.1",
            "Country,2024 Q1,2024 Q2,2025 Q1,2025 Q2 = 3-4; header 1-2",
        );
        text(
            "|Male||Female|\nRegion|n|%|n|%\nNorth|12|40.5|18|59.5\nSouth|7|70.0|3|30.0",
            "Region,Male n,Male %,Female n,Female % = 3-4; header 1-2",
        );
        text(
            "a|b|c\nfirst|second|third\nx1|y1|z1\n1|2.5|2024-01-01\n2|3.5|2024-01-02\n3|4.5|2024-01-03",
            "a first x1,b second y1,c third z1 = 4-6; header 1-3",
        );
    }

    #[test]
    fn groups_may_be_repeated_or_filled() {
        text(
            "||First half|First half|Second half|Second half\nemployee|department|Jan|Feb|Jul|Aug\nAnna|A|1.5|2.5|3.5|4.5\nBob|B|1.1|2.1|3.1|4.1",
            "employee,department,First half Jan,First half Feb,Second half Jul,Second half Aug = 3-4; header 1-2",
        );
        text(
            "||First half||Second half|\nemployee|department|Jan|Feb|Jul|Aug\nAnna|A|1.5|2.5|3.5|4.5\nBob|B|1.1|2.1|3.1|4.1",
            "employee,department,First half Jan,First half Feb,Second half Jul,Second half Aug = 3-4; header 1-2",
        );
        text(
            "|||Pieces|Pieces|Euro\nid|name|day|in|out|sum\n1|Anna|2024-01-01|3|4|2,50\n2|Bob|2024-01-02|3|4|3,50",
            "id,name,day,Pieces in,Pieces out,Euro sum = 3-4; header 1-2",
        );
    }

    #[test]
    fn merged_cells_of_a_sheet_name_groups() {
        merged(
            "|2024||2025|\nCountry|Q1|Q2|Q1|Q2\nGermany|1.5|2.5|3.5|4.5\nFrance|1.1|2.1|3.1|4.1",
            &[(1, 1, 1..3), (1, 1, 3..5)],
            "Country,2024 / Q1,2024 / Q2,2025 / Q1,2025 / Q2 = 3-4; header 1-2",
        );
        // A cell merged over both rows, different names under the groups.
        merged(
            "Country|Population||Area\n|men|women|\nGermany|40|42|357\nFrance|31|33|551",
            &[(1, 2, 0..1), (1, 1, 1..3), (1, 2, 3..4)],
            "Country,Population / men,Population / women,Area = 3-4; header 1-2",
        );
        // A title that is merged over all of the table is no group.
        merged(
            "Population of Europe|||\nCountry|men|women|Area\nGermany|40|42|357\nFrance|31|33|551",
            &[(1, 1, 0..4)],
            "Country,men,women,Area = 3-4; above 1",
        );
        merged(
            "Report||||\n|2024||2025|\nCountry|Q1|Q2|Q1|Q2\nGermany|1.5|2.5|3.5|4.5\nFrance|1.1|2.1|3.1|4.1",
            &[(1, 1, 0..5), (2, 2, 1..3), (2, 2, 3..5)],
            "Country,2024 / Q1,2024 / Q2,2025 / Q1,2025 / Q2 = 4-5; header 2-3; above 1",
        );
    }

    #[test]
    fn units_under_the_header_are_no_data() {
        text(
            "time|speed|mass\ns|m/s|kg\n1|2.5|3\n2|2.6|3\n3|2.9|3",
            "time,speed,mass = 3-5; units s,m/s,kg",
        );
        text(
            "Ort|Preis|Menge\n|(EUR)|(kg)\nBerlin|2,50|3\nBonn|3,50|4",
            "Ort,Preis,Menge = 3-4; units ,(EUR),(kg)",
        );
        text(
            "timestamp|temp|hum\n|°C|%\n2024-01-01 00:00|12.5|80\n2024-01-01 01:00|12.1|82",
            "timestamp,temp,hum = 3-4; units ,°C,%",
        );
        text(
            "length|width\n[mm]|[mm]\n1|2",
            "length,width = 3; units [mm],[mm]",
        );
        // Units as values are values.
        text(
            "name|unit\nmass|kg\nlength|m\ntime|s\nspeed|m/s",
            "name,unit = 2-5",
        );
        text("x|y\nm|s\nkg|A\ns|m", "x,y = 2-4");
    }

    #[test]
    fn what_a_person_says_counts() {
        let source = "1|Anna\n2|Bob";
        let yes = Told {
            header: Header::Yes,
            starts_at_once: true,
            ..Told::default()
        };
        let grid_of = grid(source, Kind::Text);
        let shapes = find(&grid_of, yes);
        assert_eq!(line(&shapes[0], &grid_of.head), "1,Anna = 2");
        let no = Told {
            header: Header::No,
            ..Told::default()
        };
        let grid_of = grid("id|name\n1|Anna", Kind::Text);
        let shapes = find(&grid_of, no);
        assert_eq!(
            line(&shapes[0], &grid_of.head),
            "column_1,column_2 = 1-2; header "
        );
    }

    #[test]
    fn what_a_person_says_of_a_table_counts_for_that_table() {
        let source = "id|name|day\n1|Anna|2024-01-01\n2|Bob|2024-01-02\n3|Cleo|2024-01-03\n\ncity|land\nOslo|NO\nRome|IT\nLima|PE";
        let grid_of = grid(source, Kind::Text);
        let lines = |told| -> Vec<String> {
            let shapes = find(&grid_of, told);
            (shapes.iter().map(|shape| line(shape, &grid_of.head))).collect()
        };
        let undirected = lines(Told::default());
        assert_eq!(undirected, ["id,name,day = 2-4", "city,land = 7-9"]);
        let no = |table| Told {
            header: Header::No,
            table,
            ..Told::default()
        };
        let second = lines(no(1));
        assert_eq!(second[0], undirected[0]);
        assert!(
            second[1].starts_with("column_1,column_2 = 6-9"),
            "{second:?}"
        );
        let first = lines(no(0));
        assert!(
            first[0].starts_with("column_1,column_2,column_3 = 1-4"),
            "{first:?}"
        );
        assert_eq!(first[1], undirected[1]);
        assert_eq!(lines(no(7)), undirected);
    }
}

mod preambles {
    use super::*;

    #[test]
    fn titles_dates_and_blank_lines_stand_above() {
        text(
            "Report for 2024\nid|name|qty\n1|Anna|3\n2|Bob|4",
            "id,name,qty = 3-4; above 1",
        );
        text(
            "Report for 2024\n\nid|name|qty\n1|Anna|3\n2|Bob|4",
            "id,name,qty = 4-5; above 1",
        );
        text(
            "Report for 2024||\n||\nid|name|qty\n1|Anna|3\n2|Bob|4",
            "id,name,qty = 4-5; above 1",
        );
        text(
            "ACME Ltd.\nSales by region\n31.12.2024\n\n\nid|name|qty\n1|Anna|3\n2|Bob|4",
            "id,name,qty = 7-8; above 1-3",
        );
        text(
            "Sales\nname|city\nAnna|Rome\nBob|Oslo",
            "name,city = 3-4; above 1",
        );
        text("\n\nid|name\n1|Anna\n2|Bob", "id,name = 4-5");
    }

    #[test]
    fn keys_and_values_stand_above() {
        text(
            "Konto:|DE12 3456\nZeitraum:|01.01.2024\nSaldo:|1.200,00 EUR\n\nBuchungstag|Text|Betrag|Währung\n02.01.2024|Miete|-800,00|EUR\n03.01.2024|Lohn|2.000,00|EUR",
            "Buchungstag,Text,Betrag,Währung = 6-7; above 1-3",
        );
        text(
            "Station|Berlin\nHeight|34\nSensor|T1|north\n\nTime|Temp|Hum|Wind\n10:00|12.5|80|3\n10:10|12.6|81|4\n10:20|12.9|79|3",
            "Time,Temp,Hum,Wind = 6-8; above 1-3",
        );
        text(
            "From|2024-01-01|To|2024-01-31\n\nDate|Product|Qty|Price|Sum\n2024-01-02|Pen|3|1.50|4.50\n2024-01-03|Ink|1|7.00|7.00",
            "Date,Product,Qty,Price,Sum = 4-5; above 1",
        );
        text(
            "Device:|Logger 7\nFirmware:|2.1\nTime|Value\n10:00|1.5\n10:01|1.6\n10:02|1.7",
            "Time,Value = 4-6; above 1-2",
        );
    }

    #[test]
    fn there_may_be_no_header_under_it() {
        text(
            "Measured on Monday\n\n1|2.5|3\n2|2.6|3\n3|2.7|3",
            "column_1,column_2,column_3 = 3-5; header ; above 1",
        );
    }

    #[test]
    fn a_blank_line_may_follow_the_header() {
        text("id|name\n\n1|Anna\n2|Bob", "id,name = 3-4");
        text(
            "id|name|qty\n\n1|Anna|3\n\n2|Bob|4\n\n3|Eve|5\n",
            "id,name,qty = 3,5,7",
        );
    }

    #[test]
    fn comments_are_recognised_everywhere() {
        text(
            "# made by x\n# on Monday\nid|name\n1|Anna\n2|Bob",
            "id,name = 4-5; above 1-2",
        );
        text(
            "id|name\n1|Anna\n# a remark\n2|Bob\n#another|one\n3|Eve",
            "id,name = 2,4,6; comment 3,5",
        );
        text(
            "// x\nid|name\n1|Anna\n// y\n2|Bob",
            "id,name = 3,5; above 1; comment 4",
        );
        text(
            "# time temp\n# made by x\nname|city\nAnna|Rome\n# x\nBob|Oslo",
            "name,city = 4,6; above 1-2; comment 5",
        );
    }

    #[test]
    fn a_header_may_be_a_comment() {
        text(
            "# made by x\n# time|temp|hum\n1|2.5|80\n2|2.6|81",
            "time,temp,hum = 3-4; above 1",
        );
        text("#id|name|qty\n1|Anna|3\n2|Bob|4", "#id,name,qty = 2-3");
        text("#|time|temp\n1|2.5\n2|2.6\n3|2.7", "time,temp = 2-4");
    }

    #[test]
    fn a_comment_may_be_as_wide_as_a_row() {
        text(
            "city|country|note\nRome|Italy|old\nOslo|Norway|cold\n#|next is|new\nBern|Switzerland|small\nUlm|Germany|church",
            "city,country,note = 2-3,5-6; comment 4",
        );
    }

    #[test]
    fn rulers_are_no_rows() {
        text(
            "name|qty|price\n----|---|-----\nPen|3|1.50\nInk|4|2.50\n----|---|-----\nTotal|7|4.00\n*** END OF REPORT ***",
            "name,qty,price = 3-4; comment 5; total 6; note 7",
        );
        text("name|qty\n==============\nPen|3\nInk|4", "name,qty = 3-4");
        text("id|x|y\n1|---|---\n2|2.5|3.5\n3|1.5|1.5", "id,x,y = 2-4");
    }

    #[test]
    fn values_may_begin_like_comments() {
        text(
            "colour|name\n#ff0000|red\n#00ff00|green\n#0000ff|blue",
            "colour,name = 2-4",
        );
        text(
            "tag|count\n#rust|3\nother|4\n#news|5\nmore|1",
            "tag,count = 2-5",
        );
        text(
            "#ff0000|red\n#00ff00|green\n#0000ff|blue\n#00aaff|sky",
            "column_1,column_2 = 1-4; header ",
        );
    }
}

mod odd_rows {
    use super::*;

    #[test]
    fn short_and_long_rows_are_rows() {
        text("a|b|c\n1|2|3\n4|5\n6|7|8\n9|10|11|12\n1|2|3", "a,b,c = 2-6");
        text("a|b|c\n1|2\n4|5|6\n6|7|8", "a,b,c = 2-4");
        text("a|b|c\n1|2|3|4\n4|5|6\n6|7|8", "a,b,c = 2-4");
        text(
            "name|age|city\nAnna 30 Rome\nBob|41|Oslo\nEve|29|Bern\nUwe|33|Ulm",
            "name,age,city = 2-5",
        );
        text(
            "name|age|city\nBob|41|Oslo\nEve|29|Bern\nAnna 30 Rome\nUwe|33|Ulm",
            "name,age,city = 2-5",
        );
        text(
            "name|age|city\nBob|41|Oslo\nEve|29|Bern\nUwe|33|Ulm\nBob|12",
            "name,age,city = 2-5",
        );
        text(
            "name|age|city\nBob|41|Oslo\nEve||29|Bern\nUwe|33|Ulm\nBob|12|Rom",
            "name,age,city = 2-5",
        );
    }

    #[test]
    fn blank_lines_between_rows_end_nothing() {
        text("id|name\n1|Anna\n\n2|Bob\n\n\n3|Eve", "id,name = 2,4,7");
        text(
            "name|city\nAnna|Rome\n\nBob|Oslo\nEve|Bern",
            "name,city = 2,4-5",
        );
        text("a|b|c\n1|2|3\n||\n4|5|6", "a,b,c = 2-4");
    }

    #[test]
    fn empty_records_at_the_end_are_blank() {
        text("a|b|c\n1|2|3\n4|5|6\n||\n||", "a,b,c = 2-3");
    }

    #[test]
    fn rows_of_missing_values_are_rows() {
        text(
            "id|x|y\n1|2.5|3.5\n2|NA|NA\n3|n/a|-\n4|1.5|2.5",
            "id,x,y = 2-5",
        );
        text(
            "id|x|y\nNA|NA|NA\n2|2.5|1.5\n3|1.5|2.5\n4|1.5|2.5",
            "id,x,y = 2-5",
        );
        text("id|x|y\n1||\n2|2.5|1.5\n3|1.5|2.5", "id,x,y = 2-4");
    }

    #[test]
    fn a_repeated_header_continues_the_table() {
        text(
            "id|name\n1|Anna\nid|name\n2|Bob\nid|name\n3|Eve",
            "id,name = 2,4,6; repeated 3,5",
        );
        text(
            "id|name\n1|Anna\n2|Bob\n\nid|name\n3|Eve",
            "id,name = 2-3,6; repeated 5",
        );
        text(
            "name|city\nAnna|Rome\nBob|Oslo\nname|city\nEve|Bern",
            "name,city = 2-3,5; repeated 4",
        );
        text(
            "Page 1||\nid|name|qty\n1|Anna|3\n2|Bob|4\n\nPage 2||\nid|name|qty\n3|Eve|5",
            "id,name,qty = 3-4,8; above 1; repeated 7; title 6",
        );
        text(
            "time|temp|mass\ns|°C|kg\n1|2.5|3\n2|2.5|3\ntime|temp|mass\ns|°C|kg\n3|2.5|3",
            "time,temp,mass = 3-4,7; units s,°C,kg; repeated 5-6",
        );
    }
}

mod endings {
    use super::*;

    #[test]
    fn totals_at_the_end_are_set_aside() {
        text(
            "id|name|qty\n1|Anna|3\n2|Bob|4\nTotal||7",
            "id,name,qty = 2-3; total 4",
        );
        text(
            "region|sales\nNorth|10\nSouth|20\nTotal|30",
            "region,sales = 2-3; total 4",
        );
        text(
            "Region|Umsatz\nNord|10,50\nSüd|20,25\nSumme|30,75",
            "Region,Umsatz = 2-3; total 4",
        );
        text(
            "Регион|Сумма\nСевер|10\nЮг|20\nИтого|30",
            "Регион,Сумма = 2-3; total 4",
        );
        text(
            "商品|数量\nりんご|10\nみかん|20\n合計|30",
            "商品,数量 = 2-3; total 4",
        );
        text(
            "date|item|qty|price\n2024-01-01|Pen|3|1.50\n2024-01-02|Ink|4|2.50\n||7|4.00",
            "date,item,qty,price = 2-3; total 4",
        );
        text(
            "date|item|qty|price\n2024-01-01|Pen|3|1.50\n2024-01-02|Ink|4|2.50\n\n|Grand total|7|4.00",
            "date,item,qty,price = 2-3; total 5",
        );
        text(
            "shop|jan|feb\nA|10|20\nB|30|40\nTotal|40|60\nAverage|20|30",
            "shop,jan,feb = 2-3; total 4-5",
        );
        text(
            "name|amount\nAnna|1.234,50 €\nBob|2.000,00 €\nGesamt|3.234,50 €",
            "name,amount = 2-3; total 4",
        );
    }

    #[test]
    fn rows_that_only_look_like_totals_are_data() {
        text(
            "customer|city|sales\nShell|London|10\nTotal Energies|Paris|20\nBP|London|5",
            "customer,city,sales = 2-4",
        );
        text(
            "customer|sales\nShell|10\nBP|5\nTotal Energies|20",
            "customer,sales = 2-4",
        );
        text(
            "customer|city|sales\nShell|London|10\nBP|London|5\nTotal|Paris|20",
            "customer,city,sales = 2-4",
        );
        text(
            "sex|year|count\nMale|2019|5\nFemale|2019|6\nTotal|2019|11\nMale|2020|7\nFemale|2020|8\nTotal|2020|15",
            "sex,year,count = 2-7",
        );
        text("name|score\nTotal|5\nAnna|3\nBob|2", "name,score = 2-4");
        text(
            "word|length\nsum|3\nmean|4\nmedian|6\naverage|7",
            "word,length = 2-5",
        );
        text("id|a|b\n1|2|3\n2|5|6\n3|7|9", "id,a,b = 2-4");
    }

    #[test]
    fn subtotals_are_set_aside_where_they_add_up_or_leave_gaps() {
        text(
            "region|city|sales\nNorth|Kiel|10\nNorth|Husum|20\nSubtotal||30\nSouth|Ulm|5\nSouth|Lindau|6\nSubtotal||11\nTotal||41",
            "region,city,sales = 2-3,5-6; total 4,7-8",
        );
        text(
            "region|sales\nNorth|10\nNorth|20\nNorth Total|30\nSouth|5\nSouth|6\nSouth Total|11\nGrand Total|41",
            "region,sales = 2-3,5-6; total 4,7-8",
        );
    }

    #[test]
    fn notes_under_the_table_are_set_aside() {
        text(
            "id|name|qty\n1|Anna|3\n2|Bob|4\n\nSource: World Bank",
            "id,name,qty = 2-3; note 5",
        );
        text(
            "name|city\nAnna|Rome\nBob|Oslo\nSource: World Bank",
            "name,city = 2-3; note 4",
        );
        text(
            "name|city|qty\nAnna|Rome|3\nBob|Oslo|4\n* provisional||",
            "name,city,qty = 2-3; note 4",
        );
        text(
            "id|name|qty\n1|Anna|3\n2|Bob|4\nEnd of report",
            "id,name,qty = 2-3; note 4",
        );
        text(
            "name|city|qty\nAnna|Rome|3\nBob|Oslo|4\nQuelle: Amt für Statistik| 2024",
            "name,city,qty = 2-3; note 4",
        );
        text(
            "id|name|qty\n1|Anna|3\n2|Bob|4\nTotal||7\n\nNotes:\n(1) Without Berlin.\n(2) Estimated.\nPrinted on 2024-01-01",
            "id,name,qty = 2-3; total 4; note 6-9",
        );
        text(
            "id|name|qty\n1|Anna|3\n2|Bob|4\n(2 rows affected)",
            "id,name,qty = 2-3; note 4",
        );
    }

    #[test]
    fn short_rows_at_the_end_are_data() {
        text("name|city\nAnna|Rome\nBob|Oslo\nEve", "name,city = 2-4");
        text(
            "name|city|qty\nAnna|Rome|3\nBob|Oslo|4\nEve||",
            "name,city,qty = 2-4",
        );
        text("id|name\n1|Anna\n2|Bob\n3", "id,name = 2-4");
        text(
            "text\nHello there\nSource: me\nNote: this is a value",
            "text = 2-4",
        );
    }
}

mod several {
    use super::*;

    #[test]
    fn another_header_after_a_blank_line_begins_another_table() {
        text(
            "id|name\n1|Anna\n2|Bob\n\nproduct|qty|price\nPen|3|1.50\nInk|4|2.50",
            "id,name = 2-3\nproduct,qty,price = 6-7",
        );
        text(
            "id|name|qty\n1|Anna|3\n2|Bob|4\n\ncode|city|area\n7|Rome|1285\n8|Oslo|454",
            "id,name,qty = 2-3\ncode,city,area = 6-7",
        );
        text(
            "Staff||\nid|name|qty\n1|Anna|3\n2|Bob|4\nTotal||7\n\nTowns||\ncode|city|area\n7|Rome|1285\n8|Oslo|454\n\nSource: me",
            "id,name,qty = 3-4; above 1; total 5\ncode,city,area = 9-10; above 7; note 12",
        );
    }

    #[test]
    fn another_header_without_a_blank_line_begins_another_table() {
        text(
            "id|name|born\n1|Anna|2000-01-01\n2|Bob|2001-01-01\n3|Eve|2002-01-01\nproduct|price\nPen|1.50\nInk|2.50\nCap|3.50",
            "id,name,born = 2-4\nproduct,price = 6-8",
        );
        text(
            "id|name|born\n1|Anna|2000-01-01\n2|Bob|2001-01-01\n3|Eve|2002-01-01\nproduct|price|weight|colour\nPen|1.50|12|red\nInk|2.50|33|blue\nCap|3.50|10|red",
            "id,name,born = 2-4\nproduct,price,weight,colour = 6-8",
        );
        text(
            "day|open|close|low\n2024-01-01|1.5|2.5|1.0\n2024-01-02|1.6|2.6|1.0\nmonth|count|mean|share\n2024-01-01|7|8.5|0.5\n2024-02-01|9|8.0|0.6",
            "day,open,close,low = 2-3\nmonth,count,mean,share = 5-6",
        );
    }

    #[test]
    fn a_small_table_above_a_wide_one_is_no_preamble() {
        text(
            "city|country|area|people|founded\nRome|Italy|1285|2800000|-753\nOslo|Norway|454|700000|1040\nBern|Switzerland|52|134000|1191\nflight|from|to|day|dep|arr|plane|seats|price\nLH1|FRA|OSL|2024-01-01|10:00|12:00|A320|180|99.50\nLH2|OSL|FRA|2024-01-02|13:00|15:00|A320|180|89.50\nLX3|ZRH|FCO|2024-01-02|09:00|10:30|A220|120|79.00",
            "city,country,area,people,founded = 2-4\nflight,from,to,day,dep,arr,plane,seats,price = 6-8",
        );
    }

    #[test]
    fn a_single_odd_row_begins_nothing() {
        text(
            "id|name|city\n1|Anna|Rome\nx|Bob|Oslo\n3|Eve|Bern\n4|Uwe|Ulm",
            "id,name,city = 2-5",
        );
        text(
            "id|name|city\n1|Anna|Rome\n\nx|Bob|Oslo\n3|Eve|Bern\n4|Uwe|Ulm",
            "id,name,city = 2,4-6",
        );
        text(
            "id|x|y\n1|2.5|3.5\n2|error|sensor offline\n3|1.5|2.5\n4|1.5|2.5",
            "id,x,y = 2-5",
        );
    }

    #[test]
    fn a_second_table_may_have_a_row_only() {
        text(
            "id|name|qty\n1|Anna|3\n2|Bob|4\n\ncount|sum\n2|7",
            "id,name,qty = 2-3\ncount,sum = 6",
        );
    }

    #[test]
    fn tables_beside_each_other_in_a_sheet_are_two() {
        sheet(
            "name|age||product|price\nAnna|30||Pen|1.5\nBob|41||Ink|2.5\nEve|29||Cap|3.5\n|||Bag|9.5",
            "name,age = 2-4\nproduct,price = 2-5; from column 3",
        );
        sheet(
            "name|age||product|price\nAnna|30||Pen|1.5\nBob|41||Ink|2.5",
            "name,age = 2-3\nproduct,price = 2-3; from column 3",
        );
        // A blank column that only makes room is no border: what is right of it says nothing by itself.
        sheet(
            "name|jan||feb|mar\nAnna|30||1.5|2\nBob|41||2.5|3",
            "name,jan,column_3,feb,mar = 2-3",
        );
    }

    #[test]
    fn margins_of_a_sheet_are_left_out() {
        sheet(
            "||\n||\n|name|age\n|Anna|30\n|Bob|41\n||",
            "name,age = 4-5; from column 1",
        );
        sheet(
            "|Sales 2024||\n|||\n|name|age|city\n|Anna|30|Rome\n|Bob|41|Oslo\n|Total|71|\n|||\n|Source: me||",
            "name,age,city = 4-5; from column 1; above 1; total 6; note 8",
        );
    }

    #[test]
    fn tables_below_each_other_in_a_sheet_are_two() {
        sheet(
            "id|name|qty\n1|Anna|3\n2|Bob|4\n||\nproduct|price|\nPen|1.50|\nInk|2.50|",
            "id,name,qty = 2-3\nproduct,price = 6-7",
        );
    }
}

mod streams {
    use super::*;

    /// The table in the lines of which only the first `seen` are in the sample, with the verdicts on all.
    #[track_caller]
    fn cut(source: &str, seen: usize, expected: &str) {
        let whole = grid(source, Kind::Text);
        let mut sample = whole.clone();
        sample.head.truncate(seen);
        sample.is_whole = false;
        let shapes = find(&sample, Told::default());
        assert_eq!(shapes.len(), 1, "in\n{source}");
        assert_eq!(line(&shapes[0], &whole.head), expected, "in\n{source}");
    }

    #[test]
    fn the_rules_hold_beyond_the_sample() {
        let head = "id|name|qty\n1|Anna|3\n2|Bob|4\n3|Eve|5\n4|Uwe|6\n";
        cut(
            &format!("{head}5|Kim|1\nid|name|qty\n6|Jan|3"),
            5,
            "id,name,qty = 2-6,8; repeated 7",
        );
        cut(
            &format!("{head}5|Kim|1\n\n6|Jan|3"),
            5,
            "id,name,qty = 2-6,8",
        );
        cut(
            &format!("{head}5|Kim|1\nTotal||22"),
            5,
            "id,name,qty = 2-6; total 7",
        );
        cut(
            &format!("{head}5|Kim|1\n\nSource: me\n"),
            5,
            "id,name,qty = 2-6; note 8",
        );
        cut(
            &format!("{head}# remark\n6|Jan|3"),
            5,
            "id,name,qty = 2-5,7; comment 6",
        );
        cut(
            &format!("{head}Source: me\n6|Jan|3"),
            5,
            "id,name,qty = 2-7",
        );
        cut(&format!("{head}Page 2||\n6|Jan|3"), 5, "id,name,qty = 2-7");
        cut(
            &format!("{head}\nPage 2||\nid|name|qty\n6|Jan|3"),
            5,
            "id,name,qty = 2-5,9; repeated 8; title 7",
        );
        cut(
            &format!("{head}5|Total Energies|7\nTotal|Anna|7"),
            5,
            "id,name,qty = 2-7",
        );
    }

    #[test]
    fn an_ending_in_the_middle_of_a_stream_is_data() {
        let mut source = "name|qty\nAnna|3\nBob|4\nEve|5\n".to_owned();
        for _ in 0..300 {
            source += "Source: me\n";
        }
        cut(&format!("{source}Uwe|7"), 4, "name,qty = 2-305");
    }
}
