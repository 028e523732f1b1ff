//! The tables of a window, one below the other.

use std::collections::HashSet;
use std::ops::Range;

use crate::Header;
use crate::receipt::Decision;
use crate::types::form::Mark;
use crate::types::{ColumnType, Evidence};

use super::cell::{Class, value};
use super::ending::{Body, Facts, Holds, Sums, ending};
use super::filter::{Comments, PREFIXES, Rules, is_marked, is_ruler, repeats, trimmed};
use super::header::{Lines, Top, odds, source_names, top};
use super::names::unique;
use super::profile::{Profile, Texts};
use super::view::{View, window_of};
use super::{ColumnShape, Reason, TableShape, Told, words};

/// Lines after the beginning of what may be another table that are looked at.
const AHEAD: usize = 40;

/// Finds the tables of a window; the header is told of the one of this number, if of any.
pub(super) fn find(mut view: View, told: Told, told_of: Option<usize>) -> Vec<TableShape> {
    let comments = mark_comments(&mut view);
    let lines: Vec<usize> = (0..view.lines.len())
        .filter(|&line| !view.lines[line].is_blank() && !view.lines[line].is_comment)
        .collect();
    let gaps: Vec<bool> = lines
        .iter()
        .enumerate()
        .map(|(at, &line)| {
            let before = if at == 0 { 0 } else { lines[at - 1] + 1 };
            at > 0 && (before..line).any(|between| view.lines[between].is_blank())
        })
        .collect();
    let all = Lines {
        view: &view,
        lines: &lines,
        gaps: &gaps,
    };
    let mut shapes = Vec::new();
    let (mut start, mut boundary) = (0, 1.0);
    while start < all.len() {
        let told = Told {
            header: if told_of == Some(shapes.len()) {
                told.header
            } else {
                Header::Auto
            },
            starts_at_once: told.starts_at_once && start == 0,
            ..told
        };
        let rest = all.slice(start..all.len());
        let top = first_table(rest, told);
        let next = next_table(rest, &top);
        let end = start + next.map_or(rest.len(), |next| next.start);
        shapes.push(shape(
            all,
            start..end,
            top.moved(start),
            comments,
            boundary,
            told,
        ));
        boundary = next.map_or(1.0, |next| next.confidence);
        if let Some(shape) = shapes.last_mut() {
            shape.rules.boundary = boundary.min(shape.rules.boundary);
        }
        start = end;
    }
    shapes
}

/// Finds out how comments begin, and marks their lines.
fn mark_comments(view: &mut View) -> Comments {
    mark_rulers(view);
    let lines: Vec<usize> = (0..view.lines.len())
        .filter(|&line| !view.lines[line].is_blank() && !view.lines[line].is_comment)
        .collect();
    let prefix_of = |line: usize| {
        let cell = view.cells(line).first()?;
        PREFIXES
            .into_iter()
            .find(|prefix| !cell.is_quoted && cell.text.trim_ascii().starts_with(prefix.as_bytes()))
    };
    let with: Vec<usize> = lines
        .iter()
        .copied()
        .filter(|&line| prefix_of(line).is_some())
        .collect();
    let Some(&first) = with.first() else {
        return Comments::default();
    };
    let prefix = prefix_of(first);
    let others: Vec<usize> = lines
        .iter()
        .copied()
        .filter(|&line| prefix_of(line).is_none())
        .collect();
    let as_data = Comments {
        is_data: true,
        ..Comments::default()
    };
    // Lines at the top may be more than those of the table; further down they are the exception.
    let last_other = others.last().copied().unwrap_or(0);
    let inside = with
        .iter()
        .filter(|&&line| others.first().is_some_and(|&other| line > other) && line < last_other)
        .count();
    if others.is_empty() || inside * 2 > others.len() {
        return as_data;
    }
    let whole = Lines {
        view,
        lines: &others,
        gaps: &[],
    };
    let width = whole.usual_width();
    let profile = Profile::of(view, &others[others.len().min(1)..], width);
    let is_first_typed = profile.columns.first().is_some_and(|counts| {
        counts.is_typed() || (others.len() == 1 && view.class(others[0], 0).is_typed())
    });
    // `# the next is new` with delimiters in it may be as wide as a row; values that are written so come in numbers.
    let full = with
        .iter()
        .filter(|&&line| {
            let text = view.text(line, 0);
            line > others[0]
                && view.cells(line).len() == width
                && prefix.is_some_and(|prefix| is_marked(text, prefix))
        })
        .count();
    let comments = Comments {
        prefix,
        is_data: false,
        is_marked: full > 0 && full <= (others.len() / 50).max(1),
    };
    let marked: Vec<usize> = with
        .iter()
        .copied()
        .filter(|&line| {
            let comments = Comments {
                is_marked: comments.is_marked && line > others[0],
                ..comments
            };
            prefix_of(line) == prefix && comments.fits(view.cells(line), width, is_first_typed)
        })
        .collect();
    let is_data = marked.len() < with.len();
    for line in marked {
        view.lines[line].is_comment = true;
    }
    if is_data && !view.lines.iter().any(|line| line.is_comment) {
        return as_data;
    }
    Comments {
        is_data,
        ..comments
    }
}

/// Marks the lines that are rulers; they are treated as comments are.
fn mark_rulers(view: &mut View) {
    let width = view.lines.iter().map(|line| line.filled).max().unwrap_or(0);
    for line in 0..view.lines.len() {
        if is_ruler(view.cells(line), width) {
            view.lines[line].is_comment = true;
        }
    }
}

impl Top {
    fn moved(self, by: usize) -> Self {
        Self {
            header: self.header.start + by..self.header.end + by,
            units: self.units.map(|at| at + by),
            data: self.data + by,
            ..self
        }
    }
}

/// What stands above the data of the first table.
///
/// What is before the first blank line may be a table or only its titles, so more is looked at until there is one.
fn first_table(lines: Lines, told: Told) -> Top {
    /// Blank lines after which everything is looked at.
    const TRIES: usize = 24;
    let ends = (1..lines.len()).filter(|&at| lines.gaps[at] || is_break(lines, at));
    for end in ends.take(TRIES) {
        let top = top(lines.slice(0..end), told);
        if is_table(lines, &top, end) {
            // The rest of it may be further down.
            return if end - top.data < 10 {
                refined(lines, top, told)
            } else {
                top
            };
        }
    }
    top(lines, told)
}

/// Whether lines of one width end here and lines of another begin.
fn is_break(lines: Lines, at: usize) -> bool {
    let width = lines.width(at);
    let before = lines.width(at - 1);
    lines.view.is_text()
        && width != before
        && before >= 2
        && at >= 2
        && lines.width(at - 2) == before
        && at + 1 < lines.len()
        && lines.width(at + 1) == width
}

/// The top of a table of which only a few rows were looked at, with those that follow.
fn refined(lines: Lines, small: Top, told: Told) -> Top {
    let end = next_table(lines, &small).map_or(lines.len(), |next| next.start);
    let large = top(lines.slice(0..end), told);
    // The lines above the table were told from what is near to them.
    if large.data.abs_diff(small.data) <= 1 && large.header.start <= small.header.start {
        large
    } else {
        small
    }
}

/// Whether the lines up to `end`, where a blank line is, are a table, and not only lines above one.
fn is_table(lines: Lines, top: &Top, end: usize) -> bool {
    let rows = end - top.data.min(end);
    if rows == 0 {
        return false;
    }
    let rest = lines.slice(end..lines.len());
    let most = |range: Range<usize>| range.map(|at| lines.filled(at)).max().unwrap_or(0);
    let filled = most(top.header.start..end);
    let mut of_rest: Vec<usize> = (0..rest.len().min(1000))
        .map(|at| rest.filled(at))
        .collect();
    of_rest.sort_unstable();
    let filled_in_rest = of_rest[of_rest.len() / 2].max(of_rest[of_rest.len() * 4 / 5]);
    if filled <= 1 {
        return filled_in_rest <= 1;
    }
    let has_header = !top.header.is_empty();
    if filled == 2 && filled_in_rest >= 2 {
        // Keys and their values, or a small table?
        let profile = Profile::of(lines.view, &lines.lines[top.data..end], 2);
        let is_typed = profile.columns.iter().any(|counts| counts.is_typed());
        let are_keys = (0..end).any(|at| {
            let line = lines.lines[at];
            lines
                .view
                .text(line, lines.view.lines[line].first)
                .ends_with(b":")
        });
        // Keys are no numbers.
        if has_header && profile.columns[0].is_typed() {
            return true;
        }
        if filled_in_rest > filled {
            return has_header && rows >= 3 && is_typed && !are_keys;
        }
        if rows < 3 {
            let next = (end + 1..lines.len())
                .find(|&at| lines.gaps[at])
                .unwrap_or(lines.len());
            let of_next = self::top(lines.slice(end..next), Told::default());
            let is_new = !of_next.header.is_empty()
                && of_next.evidence >= 3.0
                && next - end > of_next.data + rows;
            if is_new || are_keys {
                return false;
            }
        }
    }
    if filled_in_rest > filled {
        return if has_header {
            rows >= 3 || top.evidence >= 4.0
        } else {
            rows >= 3
        };
    }
    has_header || rows >= 3
}

/// Where another table begins.
#[derive(Debug, Clone, Copy)]
struct Next {
    /// The first line that belongs to it.
    start: usize,
    confidence: f64,
}

/// The beginning of the next table after the one with this top.
fn next_table(lines: Lines, top: &Top) -> Option<Next> {
    let view = lines.view;
    let header = header_texts(lines, top);
    let mut profile = Profile::new(top.width.max(header_width(lines, &top.header)));
    for at in top.data..lines.len() {
        let line = lines.lines[at];
        // Repeated headers belong to the table.
        if !header.is_empty() && repeats(&header, view.cells(line)) {
            continue;
        }
        if profile.rows > 0
            && let Some(next) = begins_table(lines, at, top, &profile, &header)
        {
            return Some(next);
        }
        profile.add(view, line);
    }
    None
}

fn header_texts(lines: Lines, top: &Top) -> Vec<Vec<Vec<u8>>> {
    top.header
        .clone()
        .chain(top.units)
        .map(|at| trimmed(lines.view.cells(lines.lines[at])))
        .collect()
}

/// Whether the line at `at` is the header of another table, which may have titles above it.
fn begins_table(
    lines: Lines,
    at: usize,
    top: &Top,
    above: &Profile,
    header: &[Vec<Vec<u8>>],
) -> Option<Next> {
    let view = lines.view;
    let line = lines.lines[at];
    let facts = view.lines[line];
    let usual = above.usual_width().unwrap_or(top.width);
    let is_other_width = if view.is_text() {
        facts.width != usual
    } else {
        facts.filled
            != header.first().map_or(usual, |names| {
                names.iter().filter(|name| !name.is_empty()).count()
            })
    };
    let (start, has_title) = title_start(lines, at, top);
    let gap = lines.gaps[at] || has_title;
    let (mut conflicts, mut typed) = (0, 0);
    for (column, counts) in above.columns.iter().enumerate() {
        if counts.is_typed() {
            typed += 1;
            let class = view.class(line, column);
            conflicts += usize::from(class.is_text() && counts.of(class) == 0);
        }
    }
    let is_conflict = conflicts >= 2 && conflicts * 10 >= typed * 8;
    if !gap && !is_other_width && !is_conflict {
        return None;
    }
    let next_gap = |from: usize| {
        (from + 1..lines.len().min(from + AHEAD))
            .find(|&at| lines.gaps[at])
            .unwrap_or(lines.len().min(from + AHEAD))
    };
    if let Some(next) = begins_without_header(lines, at..next_gap(at), above, usual) {
        return Some(Next {
            start: start.min(at),
            confidence: next,
        });
    }
    if !is_header_like(lines, at) || at + 1 >= lines.len() {
        return None;
    }
    let end = next_gap(at + 1);
    let rows = &lines.lines[at + 1..end];
    let widths: Vec<usize> = (at + 1..end).map(|at| lines.width(at)).collect();
    let width = lines.slice(at + 1..end).usual_width();
    let of_width = widths.iter().filter(|own| **own == width).count();
    let columns = width.max(facts.width);
    let below = Profile::of(view, rows, columns);
    let texts = Texts::new(view, &lines.lines[at..end], columns);
    let unlike_rows = odds(lines.slice(at..end), 0, &below, &texts, width).header;
    let misfits = rows.iter().filter(|&&row| !above.fits(view, row)).count();
    let is_other = misfits * 5 >= rows.len() * 4;
    let is_new_width = is_other_width
        && if view.is_text() {
            width != usual && facts.width.abs_diff(width) <= 1 && of_width * 5 >= rows.len() * 4
        } else {
            true
        };
    let named = (0..facts.width)
        .filter(|&column| words::is_column_name(view.text(line, column)))
        .count();
    let shared = shared_names(view, line, header);
    let confidence = if is_new_width && gap && unlike_rows >= 0.5 {
        0.9
    } else if is_new_width
        && unlike_rows >= 2.5
        && (conflicts > 0 || (typed == 0 && unlike_rows >= 5.0))
        && (rows.len() >= 2 || !lines.view.is_text())
    {
        0.8
    } else if unlike_rows >= 2.0 && typed > 0 && (is_conflict || (gap && conflicts == typed)) {
        0.85
    } else if is_other && unlike_rows >= 2.0 && (gap || conflicts > 0) {
        0.8
    } else if gap && typed == 0 && unlike_rows >= 3.0 && (named >= 2 || shared * 2 >= facts.filled)
    {
        0.6
    } else {
        return None;
    };
    Some(Next { start, confidence })
}

/// Names of the header that stand in the line, too.
fn shared_names(view: &View, line: usize, header: &[Vec<Vec<u8>>]) -> usize {
    let names: HashSet<Vec<u8>> = header
        .iter()
        .flatten()
        .filter(|name| !name.is_empty())
        .map(|name| name.to_ascii_lowercase())
        .collect();
    view.cells(line)
        .iter()
        .filter(|cell| names.contains(&cell.text.trim_ascii().to_ascii_lowercase()))
        .count()
}

/// Whether the line could be a header by itself: names that differ, nothing else.
fn is_header_like(lines: Lines, at: usize) -> bool {
    let line = lines.lines[at];
    let view = lines.view;
    let mut seen = HashSet::new();
    let (mut names, mut filled) = (0, 0);
    for (column, class) in view.classes(line).iter().enumerate() {
        match class {
            Class::Empty => continue,
            Class::Name | Class::Unit | Class::Year => names += 1,
            Class::Code | Class::Text => {}
            _ => return false,
        }
        filled += 1;
        if !seen.insert(view.text(line, column).to_ascii_lowercase()) {
            return false;
        }
    }
    filled >= 2 && names * 5 >= filled * 4 && filled * 2 > view.lines[line].width
}

/// Where the titles above a header begin, and whether a blank line or a title parts it from the table above.
fn title_start(lines: Lines, at: usize, top: &Top) -> (usize, bool) {
    const MOST: usize = 6;
    let wide = top.width >= 3;
    let mut start = at;
    for before in (at.saturating_sub(MOST)..at).rev() {
        if before < top.data || lines.gaps[before + 1] && before + 1 == at && !wide {
            break;
        }
        let filled = lines.filled(before);
        if filled > 1 && !(filled == 2 && top.width >= 4) {
            break;
        }
        if lines.gaps[before] {
            start = before;
        }
        if !lines.gaps[before + 1] && before + 1 == at && wide && start == at {
            start = before;
        }
    }
    if lines.gaps[at] && start == at {
        return (at, true);
    }
    (start, start < at)
}

/// Whether a table without a header begins: several rows after a blank line, all of another width, that do not fit.
fn begins_without_header(
    lines: Lines,
    rows: Range<usize>,
    above: &Profile,
    usual: usize,
) -> Option<f64> {
    if !lines.gaps[rows.start] || rows.len() < 3 || !lines.view.is_text() || above.rows < 3 {
        return None;
    }
    let width = lines.width(rows.start);
    let is_other = width != usual
        && width >= 2
        && rows.clone().all(|at| {
            lines.width(at) == width
                && lines.filled(at) * 2 > width
                && !above.fits(lines.view, lines.lines[at])
        });
    let own = top(lines.slice(rows), Told::default());
    (is_other && own.header.is_empty()).then_some(0.6)
}

fn header_width(lines: Lines, header: &Range<usize>) -> usize {
    header
        .clone()
        .map(|at| lines.view.lines[lines.lines[at]].last + 1)
        .max()
        .unwrap_or(0)
}

/// How many columns a table has, and whether its rows begin with a name that the header lacks.
fn columns(lines: Lines, top: &Top, end: usize) -> (usize, bool) {
    let view = lines.view;
    let rows = lines.slice(top.data..end);
    let named = header_width(lines, &top.header);
    if !view.is_text() {
        return (top.width.max(named).min(view.window.len().max(1)), false);
    }
    let width = if rows.len() == 0 {
        0
    } else {
        rows.usual_width()
    };
    let fields = top.header.clone().map(|at| lines.width(at)).max();
    let Some(fields) = fields else {
        return (width.max(1), false);
    };
    if width <= fields {
        return (width.max(named).max(1), false);
    }
    // More cells than names: a delimiter at the end of each row, or names of rows. What single rows have beyond the names
    // is surplus.
    let has_more =
        |line: usize| (fields..width).any(|column| view.class(line, column) != Class::Empty);
    let longer = rows.lines.iter().filter(|&&line| has_more(line)).count();
    if longer * 2 <= rows.len() {
        return (fields, false);
    }
    if width == fields + 1 && top.header.len() == 1 && has_row_names(rows, lines, top) {
        return (width, true);
    }
    (width, false)
}

/// Whether the first cells of rows, which have one more than the header, are names of rows, as R writes them: all
/// different, and in quotes or counting, or the only texts.
fn has_row_names(rows: Lines, lines: Lines, top: &Top) -> bool {
    let view = rows.view;
    let mut seen = HashSet::new();
    let is_unique = rows
        .lines
        .iter()
        .all(|&line| seen.insert(view.text(line, 0)));
    if !is_unique {
        return false;
    }
    let numbers: Vec<Option<i64>> = rows
        .lines
        .iter()
        .map(|&line| std::str::from_utf8(view.text(line, 0)).ok()?.parse().ok())
        .collect();
    let is_counting = matches!(numbers.first(), Some(Some(0 | 1)))
        && numbers
            .windows(2)
            .all(|pair| matches!(pair, [Some(a), Some(b)] if *b == a + 1));
    let is_quoted = |line: &usize| view.cells(*line).first().is_some_and(|cell| cell.is_quoted);
    let header_is_quoted = view
        .cells(lines.lines[top.header.start])
        .iter()
        .all(|cell| cell.is_quoted);
    let profile = Profile::of(view, rows.lines, rows.usual_width());
    let others_typed = profile.columns[1..].iter().all(|counts| counts.is_typed());
    is_counting
        || (header_is_quoted && rows.lines.iter().all(is_quoted))
        || (others_typed && profile.columns[0].is_textual())
}

/// A header that is written as a comment, directly above the first row: `# time temp`.
fn commented_header(lines: Lines, first: usize, columns: usize) -> Option<(usize, Vec<String>)> {
    let view = lines.view;
    let line = lines.lines.get(first)?.checked_sub(1)?;
    if !view.lines[line].is_comment || is_ruler(view.cells(line), columns) {
        return None;
    }
    let mut names: Vec<String> = view
        .cells(line)
        .iter()
        .map(|cell| String::from_utf8_lossy(&cell.text).into_owned())
        .collect();
    if names.len() == columns + 1 && PREFIXES.contains(&names[0].trim()) {
        names.remove(0);
    } else if let Some(name) = names.first_mut() {
        // `#id` is a name as it stands; `# id` is a name in a comment.
        let stripped = PREFIXES
            .iter()
            .find_map(|prefix| name.trim_start().strip_prefix(prefix)?.strip_prefix(' '));
        if let Some(stripped) = stripped {
            *name = stripped.to_owned();
        }
    }
    let is_name = |name: &String| {
        let class = super::cell::class(name.as_bytes());
        matches!(class, Class::Name | Class::Unit | Class::Code | Class::Year)
    };
    (names.len() == columns && columns >= 2 && names.iter().all(is_name)).then_some((line, names))
}

/// Describes the table in the given lines.
fn shape(
    all: Lines,
    lines: Range<usize>,
    top: Top,
    comments: Comments,
    boundary: f64,
    told: Told,
) -> TableShape {
    let view = all.view;
    let end = lines.end;
    let (count, has_row_names) = columns(all, &top, end);
    let mut source_names = source_names(all, top.header.clone(), count);
    if has_row_names {
        source_names.rotate_right(1);
    }
    let number = |at: usize| view.number(all.lines[at]);
    let mut header: Vec<u64> = top.header.clone().map(number).collect();
    let mut decisions = Vec::new();
    let commented = (header.is_empty() && told.header != Header::No)
        .then(|| commented_header(all, top.data, count))
        .flatten();
    if let Some((line, names)) = &commented {
        header = vec![view.number(*line)];
        source_names.clone_from(names);
    }
    let units: Vec<Option<String>> = (0..count)
        .map(|column| {
            let text = view.text(all.lines[top.units?], column);
            (!text.is_empty()).then(|| String::from_utf8_lossy(text).into_owned())
        })
        .collect();
    let columns = unique(source_names)
        .into_iter()
        .zip(units)
        .map(|((name, source_name), unit)| ColumnShape {
            name,
            source_name,
            unit,
        })
        .collect();
    let mut preamble: Vec<u64> = (lines.start..top.header.start.min(top.data))
        .map(number)
        .collect();
    // Comments above the header are lines above the table.
    let first_of_table = all.lines.get(top.header.start).copied();
    let first_line = if lines.start == 0 {
        0
    } else {
        all.lines[lines.start]
    };
    if let Some(first) = first_of_table {
        preamble.extend(
            (first_line..first)
                .filter(|&line| view.lines[line].is_comment)
                .map(|line| view.number(line))
                .filter(|number| !header.contains(number)),
        );
        preamble.sort_unstable();
    }
    let end_number = all.lines.get(end).map(|&line| view.number(line));
    let last_line = all.lines.get(end).copied().unwrap_or(view.lines.len());
    let header_rows = header_texts(all, &top);
    let rows = Rows {
        all,
        data: top.data..end,
        last_line,
        width: count,
        header: &header_rows,
        is_cut: end == all.len() && view.is_cut(),
    };
    let aside = rows.aside(comments);
    decide(
        &mut decisions,
        &top,
        &header,
        &preamble,
        commented.is_some(),
        told,
    );
    if top.units.is_some() {
        decisions.push(Decision {
            what: "units_row".into(),
            chosen: "yes".into(),
            confidence: 0.9,
            runner_up: Some("no".into()),
        });
    }
    let window = view.window.start..view.window.start + count;
    TableShape {
        window,
        columns,
        preamble,
        header,
        units: top.units.map(number),
        first_row: (top.data < end).then(|| number(top.data)),
        end: end_number,
        set_aside: aside.rows,
        tail_set_aside: aside.tail,
        decisions,
        rules: Rules {
            kind: view.grid.kind,
            body: aside.body,
            comments,
            header: header_rows,
            known_to: aside.known_to,
            last_data: aside.last_data,
            boundary,
        },
    }
}

fn decide(
    decisions: &mut Vec<Decision>,
    top: &Top,
    header: &[u64],
    preamble: &[u64],
    is_comment: bool,
    told: Told,
) {
    if told.header == Header::Auto {
        let name = |rows: usize| match rows {
            0 => "no".to_owned(),
            1 => "yes".to_owned(),
            more => format!("{more} rows"),
        };
        decisions.push(Decision {
            what: "header".into(),
            chosen: name(header.len()),
            confidence: if is_comment {
                0.7
            } else {
                (top.confidence * 100.0).round() / 100.0
            },
            runner_up: Some(name(if is_comment {
                0
            } else if top.runner_up == header.len() {
                usize::from(header.is_empty())
            } else {
                top.runner_up
            })),
        });
    }
    if !preamble.is_empty() {
        decisions.push(Decision {
            what: "preamble_rows".into(),
            chosen: preamble.len().to_string(),
            confidence: (top.confidence * 100.0).round() / 100.0,
            runner_up: Some("0".into()),
        });
    }
}

/// The rows of a table, from the first one of data on.
struct Rows<'l> {
    all: Lines<'l>,
    data: Range<usize>,
    /// The line after the last that belongs to the table, blank ones included.
    last_line: usize,
    width: usize,
    header: &'l [Vec<Vec<u8>>],
    /// Whether the table goes on after the sample.
    is_cut: bool,
}

/// Rows that are no data.
struct Aside {
    body: Body,
    rows: Vec<(u64, Reason)>,
    tail: Vec<(usize, Reason)>,
    known_to: u64,
    last_data: u64,
}

impl Rows<'_> {
    fn aside(&self, comments: Comments) -> Aside {
        let view = self.all.view;
        let at_lines = &self.all.lines[self.data.clone()];
        let first_line = at_lines.first().copied().unwrap_or(self.last_line);
        let (profile, longest) = self.profile();
        let mut body = Body::new(&profile, self.width, longest);
        // Only lines that look odd are looked at closely.
        let facts: Vec<(usize, Facts)> = (first_line..self.last_line)
            .filter(|&line| !view.lines[line].is_comment)
            .map(|line| (line, self.facts(&body, line)))
            .collect();
        let facts = self.with_sums(&mut body, facts);
        let mut rows: Vec<(u64, Reason)> = (first_line..self.last_line)
            .filter(|&line| view.lines[line].is_comment)
            .map(|line| (view.number(line), Reason::Comment))
            .collect();
        let repeats_count =
            self.width > 1 || matches!(body.holds(0), Holds::Numbers | Holds::Moments);
        let mut candidates: Vec<Facts> = Vec::new();
        for (line, facts) in facts {
            if repeats_count && repeats(self.header, view.cells(line)) {
                rows.push((facts.number, Reason::RepeatedHeader));
                self.titles_above(line, &mut rows);
                continue;
            }
            candidates.push(facts);
        }
        let from = candidates.len().saturating_sub(super::Filter::MOST_HELD);
        let last = &candidates[from..];
        let mut tail = Vec::new();
        let (known_to, mut reasons) = if self.is_cut {
            let known = last
                .iter()
                .rposition(|row| !row.may_be_ending(&body))
                .map_or(0, |at| last[at].number);
            tail = self.tail(&body, comments);
            (known, vec![None; last.len()])
        } else {
            (u64::MAX, ending(&body, last, from == 0))
        };
        for (facts, reason) in candidates[from..].iter().zip(reasons.drain(..)) {
            if let Some(reason) = reason {
                rows.push((facts.number, reason));
            }
        }
        let ended: HashSet<u64> = rows.iter().map(|(number, _)| *number).collect();
        for facts in &candidates {
            if !ended.contains(&facts.number) {
                if facts.is_total_inside(&body) {
                    rows.push((facts.number, Reason::Total));
                } else if facts.has_label() {
                    body.labels_are_data = true;
                }
            }
        }
        rows.sort_unstable_by_key(|(number, _)| *number);
        let not_data: HashSet<u64> = rows.iter().map(|(number, _)| *number).collect();
        let last_data = candidates
            .iter()
            .rev()
            .find(|facts| !facts.is_blank() && !not_data.contains(&facts.number))
            .map_or(0, |facts| facts.number);
        Aside {
            body,
            rows,
            tail,
            known_to,
            last_data,
        }
    }

    /// What rows of data hold, without those that look like the table's end, and the length of the longest text in the
    /// first column.
    fn profile(&self) -> (Profile, usize) {
        let view = self.all.view;
        let lines = &self.all.lines[self.data.clone()];
        let last = lines.len().saturating_sub(10);
        let is_odd = |at: usize, line: usize| {
            let facts = view.lines[line];
            let lead = view.text(line, facts.first);
            self.width > 1
                && (facts.filled == 1
                    || (facts.first > 0 && at >= last)
                    || words::total(lead).is_some()
                    || words::is_note(lead))
        };
        let mut profile = Profile::new(self.width);
        let mut longest = 0;
        for (at, &line) in lines.iter().enumerate() {
            if !is_odd(at, line) && !repeats(self.header, view.cells(line)) {
                profile.add(view, line);
                longest = longest.max(view.text(line, 0).len());
            }
        }
        if profile.rows == 0 {
            profile = Profile::of(view, lines, self.width);
        }
        (profile, longest)
    }

    fn facts(&self, body: &Body, line: usize) -> Facts {
        let view = self.all.view;
        let number = view.number(line);
        let mut facts = Facts::of(body, number, view.cells(line));
        facts.gap = line > 0 && view.lines[line - 1].is_blank();
        facts
    }

    /// What stands directly above a repeated header, after a blank line, is a title.
    fn titles_above(&self, line: usize, rows: &mut Vec<(u64, Reason)>) {
        let view = self.all.view;
        let titles = (0..line)
            .rev()
            .take(4)
            .take_while(|&above| view.lines[above].filled == 1)
            .count();
        let is_apart = line > titles && view.lines[line - titles - 1].is_blank();
        if self.width >= 3 && titles > 0 && is_apart {
            for above in line - titles..line {
                rows.push((view.number(above), Reason::Title));
            }
        }
    }

    /// The rows with what their numbers are the sums of, where any of them may be a row of totals.
    fn with_sums(&self, body: &mut Body, mut facts: Vec<(usize, Facts)>) -> Vec<(usize, Facts)> {
        let tail_from = facts.len().saturating_sub(10);
        let is_worth =
            |at: usize, row: &Facts| row.may_be_total() && (at >= tail_from || row.is_total_like());
        if self.is_cut && !facts.iter().any(|(_, row)| row.is_total_like())
            || !facts
                .iter()
                .enumerate()
                .any(|(at, (_, row))| is_worth(at, row))
        {
            return facts;
        }
        let view = self.all.view;
        let columns: Vec<(usize, bool)> = (0..self.width)
            .filter(|&column| body.holds(column) == Holds::Numbers)
            .map(|column| (column, self.has_comma(column)))
            .collect();
        let mut all = vec![Running::default(); columns.len()];
        let mut group = all.clone();
        let mut confirmed = 0;
        for (at, (line, row)) in facts.iter_mut().enumerate() {
            let values: Vec<Option<f64>> = columns
                .iter()
                .map(|&(column, comma)| value(view.text(*line, column), comma))
                .collect();
            if row.may_be_total() && (at >= tail_from || row.is_total_like()) {
                let texts = columns.iter().map(|&(column, _)| view.text(*line, column));
                let lead = view.lines[*line].first;
                let of_means = words::is_mean(view.text(*line, lead));
                let compare = |running: &[Running], of_all: bool| {
                    let mut sums = Sums {
                        of_all,
                        ..Sums::default()
                    };
                    for ((running, value), text) in running.iter().zip(&values).zip(texts.clone()) {
                        if let Some(value) = value {
                            if running.is_made_of(*value, text, of_means) {
                                sums.matches += 1;
                            } else {
                                sums.mismatches += 1;
                            }
                        }
                    }
                    sums
                };
                let (of_group, of_all) = (compare(&group, false), compare(&all, true));
                let is_group = of_group.matches >= of_all.matches && of_group.matches > 0;
                row.sums = Some(if is_group { of_group } else { of_all });
                if of_group.matches.max(of_all.matches) > 0 {
                    confirmed += usize::from(is_group);
                    group.fill(Running::default());
                    continue;
                }
            }
            for (running, value) in all
                .iter_mut()
                .chain(&mut group)
                .zip(values.iter().chain(&values))
            {
                if let Some(value) = value {
                    running.add(*value);
                }
            }
        }
        body.has_subtotals = confirmed >= 2;
        facts
    }

    fn has_comma(&self, column: usize) -> bool {
        let view = self.all.view;
        let mut evidence = Evidence::default();
        for &line in self.all.lines[self.data.clone()].iter().take(2000) {
            let text = view.text(line, column);
            if !text.is_empty() {
                evidence.add(text);
            }
        }
        let form = match evidence.decide(None).column_type {
            ColumnType::Text => None,
            column_type => column_type.form(),
        };
        form.is_some_and(|form| form.decimal == Mark::Comma)
    }

    /// What rows of the source's tail are.
    fn tail(&self, body: &Body, comments: Comments) -> Vec<(usize, Reason)> {
        let view = self.all.view;
        let is_first_typed = matches!(body.holds(0), Holds::Numbers | Holds::Moments);
        let mut is_after_blank = false;
        let mut is_comment = Vec::new();
        let facts: Vec<Facts> = view
            .grid
            .tail
            .iter()
            .enumerate()
            .map(|(at, row)| {
                let cells = window_of(row, &view.window);
                let mut facts = Facts::of(body, at as u64, cells);
                facts.gap = std::mem::replace(&mut is_after_blank, facts.is_blank());
                is_comment
                    .push(!facts.is_blank() && comments.fits(cells, body.width, is_first_typed));
                if is_comment[at] {
                    facts = facts.into_comment();
                }
                facts
            })
            .collect();
        let from = facts.len().saturating_sub(super::Filter::MOST_HELD);
        let reasons = ending(body, &facts[from..], false);
        facts
            .iter()
            .enumerate()
            .filter_map(|(at, row)| {
                if row.is_comment() {
                    return Some((at, Reason::Comment));
                }
                let reason = at.checked_sub(from).and_then(|at| reasons[at]);
                let cells = window_of(&view.grid.tail[at], &view.window);
                reason
                    .or_else(|| {
                        (!row.is_blank() && self.width > 1 && repeats(self.header, cells))
                            .then_some(Reason::RepeatedHeader)
                    })
                    .or_else(|| row.is_total_inside(body).then_some(Reason::Total))
                    .map(|reason| (at, reason))
            })
            .collect()
    }
}

/// A sum that is still growing.
#[derive(Debug, Clone, Copy, Default)]
struct Running {
    sum: f64,
    count: u32,
}

impl Running {
    fn add(&mut self, value: f64) {
        self.sum += value;
        self.count += 1;
    }

    /// Whether the value is the sum, or the mean if it may be, of at least two others, up to their rounding.
    fn is_made_of(&self, value: f64, text: &[u8], of_means: bool) -> bool {
        if self.count < 2 || value == 0.0 {
            return false;
        }
        let decimals = text
            .iter()
            .rposition(|byte| matches!(byte, b'.' | b','))
            .map_or(0, |mark| {
                text[mark + 1..]
                    .iter()
                    .filter(|byte| byte.is_ascii_digit())
                    .count()
            });
        let unit = 0.1_f64.powi(decimals.min(12) as i32);
        let count = f64::from(self.count);
        let tolerance =
            (unit * 0.05 * count.min(100.0)).min(value.abs() * 0.002) + value.abs() * 1e-9;
        (value - self.sum).abs() <= tolerance
            || of_means && (value - self.sum / count).abs() <= unit * 0.501
    }
}
