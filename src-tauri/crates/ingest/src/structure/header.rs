//! What stands above the data of a table: lines that are no part of it, the header, units.

use std::collections::HashSet;
use std::ops::Range;

use crate::Header;

use super::cell::Class;
use super::profile::{Profile, Texts};
use super::view::View;
use super::{Told, words};

/// Lines at the top that may be something else than data, and rows that a header may have.
const TOP: usize = 64;
const MOST_HEADER_ROWS: usize = 5;
/// Lines that the top is compared with.
const COMPARED: usize = 1500;
/// Columns that are looked at to tell a header; more would tell no more.
const COLUMNS: usize = 256;

/// Log-odds before anything was looked at of a header of 0, 1, 2 … rows.
const HEADER_ROWS: [f64; MOST_HEADER_ROWS + 1] = [-3.0, 0.0, -3.5, -6.0, -9.0, -12.0];
/// The same of a first line above the header, and of each further one.
const PREAMBLE: f64 = -1.0;
const PREAMBLE_LINE: f64 = -0.5;

/// How likely a name of a column is of each class, by [`Class::ALL`]; the first number, date or year of a header is
/// a surprise, the ones after it are not.
const OF_NAMES: [f64; Class::COUNT] = [
    0.04, 0.003, 0.04, 0.006, 0.002, 0.06, 0.006, 0.001, 0.03, 0.80, 0.05,
];
const FURTHER: f64 = 0.6;
/// How likely a cell of a line above a table is of each class.
const OF_LINES: [f64; Class::COUNT] = [
    0.0, 0.01, 0.04, 0.03, 0.03, 0.07, 0.08, 0.01, 0.01, 0.45, 0.27,
];

/// Log-odds of one line, each against its being a row of data.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Odds {
    /// That it is the header, or the one row of it that names most.
    pub(super) header: f64,
    /// That it is one more row of a header, which needs columns of numbers or dates under it.
    pub(super) further_header: f64,
    /// That it stands above the table.
    pub(super) preamble: f64,
}

/// What stands above the data; places are indexes into the lines that were looked at.
#[derive(Debug, Clone)]
pub(super) struct Top {
    /// Where the header begins, and where it ends.
    pub(super) header: Range<usize>,
    pub(super) units: Option<usize>,
    /// The first line of data.
    pub(super) data: usize,
    /// The columns that rows have.
    pub(super) width: usize,
    /// The log-odds that the header is none, the other way round.
    pub(super) evidence: f64,
    pub(super) confidence: f64,
    /// How many rows a header has in the next best reading.
    pub(super) runner_up: usize,
}

/// Lines in order, without blank ones and comments.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lines<'l> {
    pub(super) view: &'l View<'l>,
    pub(super) lines: &'l [usize],
    /// Whether there are blank lines before each.
    pub(super) gaps: &'l [bool],
}

impl<'l> Lines<'l> {
    pub(super) fn slice(self, range: Range<usize>) -> Self {
        Self {
            view: self.view,
            lines: &self.lines[range.clone()],
            gaps: &self.gaps[range],
        }
    }

    pub(super) fn len(self) -> usize {
        self.lines.len()
    }

    pub(super) fn filled(self, at: usize) -> usize {
        self.view.lines[self.lines[at]].filled
    }

    pub(super) fn width(self, at: usize) -> usize {
        self.view.lines[self.lines[at]].width
    }

    /// The width that most lines have; wider lines count a little more, since titles are narrow.
    pub(super) fn usual_width(self) -> usize {
        let mut widths: Vec<usize> = (0..self.len().min(COMPARED))
            .map(|at| self.width(at))
            .collect();
        widths.sort_unstable();
        if !self.view.is_text() {
            // Rows of a sheet end where their last cell is empty, so the widest tell, unless it is a single one.
            let outliers = widths.len() / 50 + usize::from(widths.len() > 4);
            return widths
                .len()
                .checked_sub(1 + outliers)
                .map_or(1, |at| widths[at].max(1));
        }
        let mut best = (0.0, 1);
        for group in widths.chunk_by(|a, b| a == b) {
            let weight = group.len() as f64 * (group[0] as f64).sqrt();
            if weight >= best.0 {
                best = (weight, group[0]);
            }
        }
        best.1.max(1)
    }
}

/// Whether two or more cells of the class ascend or descend from left to right, as years or dates that name columns do.
fn is_progression(lines: Lines, at: usize, class: Class) -> bool {
    let line = lines.lines[at];
    let texts: Vec<&[u8]> = lines
        .view
        .classes(line)
        .iter()
        .enumerate()
        .filter(|(_, own)| **own == class)
        .map(|(column, _)| lines.view.text(line, column))
        .collect();
    let number = |text: &&[u8]| std::str::from_utf8(text).ok()?.parse::<i64>().ok();
    match class {
        Class::Moment => texts.len() >= 2 && texts.windows(2).all(|pair| pair[0] != pair[1]),
        _ => {
            let numbers: Vec<i64> = texts.iter().filter_map(number).collect();
            let steps: HashSet<i64> = numbers.windows(2).map(|pair| pair[1] - pair[0]).collect();
            match class {
                Class::Year => {
                    numbers.len() >= 2
                        && (steps.iter().all(|step| *step >= 0)
                            || steps.iter().all(|step| *step <= 0))
                }
                _ => numbers.len() >= 3 && steps.len() == 1 && steps.contains(&1),
            }
        }
    }
}

/// The log-odds of the line at `at`, compared with a profile of rows of data.
pub(super) fn odds(
    lines: Lines,
    at: usize,
    profile: &Profile,
    texts: &Texts,
    width: usize,
) -> Odds {
    let view = lines.view;
    let line = lines.lines[at];
    let facts = view.lines[line];
    let looked_at = width
        .min(COLUMNS)
        .max(facts.width.min(COLUMNS).min(width + 1));
    // Years and dates name columns if a row has several, but the rows below have not.
    let names_by = |class: Class| {
        is_progression(lines, at, class)
            && (at + 1..lines.len().min(at + 4)).all(|below| !is_progression(lines, below, class))
            && (class != Class::Integer || lines.len() > at + 2)
    };
    let [by_year, by_moment, by_integer] =
        [Class::Year, Class::Moment, Class::Integer].map(names_by);
    let mut seen = [false; Class::COUNT];
    let (mut kinds, mut strict, mut gaps) = (0.0, 0.0, 0.0);
    let (mut style, mut styles, mut values) = (0.0, 0.0, 0.0);
    let (mut lacking, mut content) = (0.0, 0.0);
    let (mut named, mut repeated, mut columns_used) = (0, 0, 0);
    let mut names = HashSet::new();
    for column in 0..looked_at {
        let class = view.class(line, column);
        let Some(counts) = profile.columns.get(column) else {
            continue;
        };
        let is_used = counts.filled() > 0 || profile.rows == 0;
        columns_used += usize::from(is_used || class != Class::Empty);
        let likelihood = counts.likelihood(class);
        if class == Class::Empty {
            if is_used {
                gaps += (OF_NAMES[0] / likelihood).ln().clamp(-2.0, 1.0);
                lacking += (0.9 / likelihood).ln().clamp(0.0, 3.0);
            }
            continue;
        }
        let text = view.text(line, column);
        content += (OF_LINES[class as usize] / likelihood)
            .ln()
            .clamp(-4.0, 4.0);
        if class.is_text() {
            let lower = String::from_utf8_lossy(text).to_lowercase();
            repeated += usize::from(!names.insert(lower));
            named += usize::from(class == Class::Name && words::is_column_name(text));
        }
        let of_names = match class {
            _ if counts.is_textual() && class.is_text() => {
                // Both are text: which one, and how is it written?
                let share = (f64::from(counts.of(class)) + 0.3) / (f64::from(counts.texts()) + 1.2);
                let kind = (OF_NAMES[class as usize] / 0.94 / share).ln();
                kinds += kind.clamp(-2.5, 2.0);
                strict += kind.clamp(-2.5, 0.0);
                if let Some((of_style, of_value)) = texts.odds(at, column) {
                    style += of_style;
                    styles += 1.0;
                    values += of_value;
                }
                continue;
            }
            Class::Year if by_year => FURTHER,
            Class::Moment if by_moment => FURTHER,
            Class::Integer if by_integer => FURTHER,
            _ => OF_NAMES[class as usize],
        };
        let of_names = if of_names == FURTHER && !std::mem::replace(&mut seen[class as usize], true)
        {
            0.03
        } else {
            of_names
        };
        let kind = (of_names / likelihood).ln();
        kinds += kind.clamp(-5.0, 5.0);
        strict += kind.clamp(-5.0, if counts.is_typed() { 3.0 } else { 0.5 });
    }
    let filled = facts.filled as f64;
    let share = filled / (columns_used.max(1) as f64);
    let sparse = -8.0 * (0.5 - share).max(0.0);
    let doubled = -(repeated as f64).min(3.0);
    let style = if styles > 0.0 {
        (2.0 * style / styles).clamp(-2.5, 2.5)
    } else {
        0.0
    };
    let values = values.clamp(-8.0, 4.0);
    let named = (0.7 * f64::from(u32::try_from(named).unwrap_or(u32::MAX))).min(2.1);
    let (header_width, preamble_width) = widths(view, line, profile, width);
    let kinds = kinds.clamp(-14.0, 14.0) + gaps.clamp(-3.0, 2.0);
    // `Device: | Logger` is a key and its value.
    let is_key = view.text(line, facts.first).ends_with(b":")
        && (facts.filled == 1 || !view.text(line, facts.last).ends_with(b":"));
    let as_key = if is_key { -4.0 } else { 0.0 };
    let header = kinds + style + values + named + doubled + sparse + header_width + as_key;
    let further_header =
        strict.clamp(-14.0, 9.0) + style.min(0.0) + values.min(0.0) + header_width.min(0.0);
    let preamble = if width < 2 {
        f64::NEG_INFINITY
    } else {
        let by_count = match (facts.filled, width) {
            (0 | 1, _) => 0.6_f64.ln(),
            (2, 2) => 0.02_f64.ln(),
            (2, _) => 0.2_f64.ln(),
            (3, 3) => 0.01_f64.ln(),
            (3, _) => 0.08_f64.ln(),
            _ => 0.03_f64.ln() - 0.5 * (filled - 4.0).min(8.0),
        };
        let is_full = width >= 3 && facts.filled * 5 >= width * 4;
        by_count - if is_full { 4.0 } else { 0.0 }
            + if is_key && facts.filled <= 3 {
                4.5
            } else {
                0.0
            }
            + lacking.min(12.0)
            + content.clamp(-8.0, 12.0)
            + preamble_width
    };
    Odds {
        header,
        further_header,
        preamble,
    }
}

/// The log-odds from the line's width that it is a header, and that it stands above the table.
fn widths(view: &View, line: usize, profile: &Profile, width: usize) -> (f64, f64) {
    if !view.is_text() || profile.rows == 0 {
        return (0.0, 0.0);
    }
    let facts = view.lines[line];
    let of_data = profile.width_likelihood(facts.width);
    let trimmed = facts.last + 1;
    let of_header: f64 = if facts.width == width || trimmed == width {
        0.9
    } else if facts.width.abs_diff(width).min(trimmed.abs_diff(width)) == 1 {
        0.07
    } else {
        0.01
    };
    let of_preamble: f64 = if facts.width == width { 0.4 } else { 0.6 };
    (
        (of_header / of_data).ln().clamp(-4.0, 2.0),
        (of_preamble / of_data).ln().clamp(-2.0, 3.0),
    )
}

/// Which lines say what columns hold: not those of nothing but texts that repeat one at the top, such as a header.
fn counted(lines: Lines) -> Vec<bool> {
    let view = lines.view;
    let mut tops = HashSet::new();
    (0..lines.len())
        .map(|at| {
            let line = lines.lines[at];
            if view.classes(line).iter().any(|class| class.is_typed()) {
                return true;
            }
            let texts: Vec<&[u8]> = (0..view.lines[line].width)
                .map(|column| view.text(line, column))
                .collect();
            if at < TOP {
                tops.insert(texts)
            } else {
                !tops.contains(&texts)
            }
        })
        .collect()
}

/// Finds what stands above the data.
pub(super) fn top(lines: Lines, told: Told) -> Top {
    let view = lines.view;
    let compared = lines.len().min(COMPARED);
    let width = lines.usual_width();
    let columns = (0..compared.min(TOP))
        .map(|at| lines.width(at))
        .chain([width])
        .max()
        .unwrap_or(width);
    let counted = counted(lines.slice(0..compared));
    let profile_from = |from: usize| {
        let mut profile = Profile::new(columns);
        for at in (from..compared).filter(|&at| counted[at]) {
            profile.add(view, lines.lines[at]);
        }
        profile
    };
    let mut profile = profile_from(0);
    let texts = Texts::new(view, &lines.lines[..compared], columns.min(COLUMNS));
    let top = lines.len().min(TOP);
    let all: Vec<Odds> = (0..top)
        .map(|at| {
            if counted[at] {
                profile.remove(view, lines.lines[at]);
            }
            odds(lines, at, &profile, &texts, width)
        })
        .collect();
    let most_preamble = if told.starts_at_once { 0 } else { top };
    let header_rows = match told.header {
        Header::Auto => 0..=MOST_HEADER_ROWS,
        Header::Yes => 1..=MOST_HEADER_ROWS,
        Header::No => 0..=0,
    };
    // The best reading for each number of rows in the header.
    let mut best = [(f64::NEG_INFINITY, 0); MOST_HEADER_ROWS + 1];
    let mut above = 0.0;
    for preamble in 0..=most_preamble {
        if preamble > 0 {
            above += all[preamble - 1].preamble + PREAMBLE_LINE;
        }
        if above < -60.0 {
            break;
        }
        let mut start = above;
        if preamble > 0 {
            start += PREAMBLE;
            start += f64::from(lines.gaps.get(preamble).is_some_and(|gap| *gap));
        }
        let (mut further, mut main) = (0.0, f64::NEG_INFINITY);
        for rows in 0..=MOST_HEADER_ROWS.min(top - preamble) {
            let mut score = start + HEADER_ROWS[rows];
            if rows > 0 {
                let at = preamble + rows - 1;
                let own = all[at];
                further += own.further_header;
                main = f64::max(main, own.header - own.further_header);
                if rows > 1 && lines.gaps[at] {
                    further -= 5.0;
                }
                score += further + main;
                // All of the source a header of several rows: hardly.
                if preamble + rows == lines.len() && rows > 1 {
                    score -= 6.0;
                }
            } else if preamble > 0 && preamble == lines.len() {
                continue;
            }
            if preamble + rows < lines.len() && lines.gaps[preamble + rows] && rows > 0 {
                score -= 0.5;
            }
            if header_rows.contains(&rows) && score > best[rows].0 {
                best[rows] = (score, preamble);
            }
        }
    }
    let mut order: Vec<usize> = (0..best.len()).collect();
    order.sort_by(|a, b| best[*b].0.total_cmp(&best[*a].0));
    let rows = order[0];
    let (score, preamble) = best[rows];
    let lead = score - best[order[1]].0;
    let mut header = preamble..preamble + rows;
    // A header that stands further up already is repeated here.
    if rows == 1 && !told.starts_at_once {
        let texts = |at: usize| super::filter::trimmed(view.cells(lines.lines[at]));
        let own = texts(preamble);
        if let Some(first) = (0..preamble).find(|&at| texts(at) == own) {
            header = first..first + 1;
        }
    }
    let mut data = header.end;
    let mut units = None;
    if rows > 0 {
        let last = header.end - 1;
        if rows > 1 && is_units(lines, last, &profile_from(last + 1)) {
            header.end = last;
            units = Some(last);
        } else if data < lines.len()
            && !lines.gaps[data]
            && is_units(lines, data, &profile_from(data + 1))
        {
            units = Some(data);
            data += 1;
        }
        while header.start > 0
            && !told.starts_at_once
            && is_group_row(lines, header.start - 1, header.clone(), width)
        {
            header.start -= 1;
        }
    }
    Top {
        evidence: all.get(preamble).map_or(0.0, |odds| odds.header),
        header,
        units,
        data,
        width,
        confidence: if told.header == Header::Auto {
            (1.0 / (1.0 + (-0.8 * lead).exp())).clamp(0.5, 0.99)
        } else {
            1.0
        },
        runner_up: order[1],
    }
}

/// Whether the line holds nothing but units, of columns of numbers below.
fn is_units(lines: Lines, at: usize, below: &Profile) -> bool {
    let view = lines.view;
    let line = lines.lines[at];
    let (mut units, mut of_numbers, mut bracketed) = (0, 0, false);
    for (column, class) in view.classes(line).iter().enumerate() {
        let is_number = below
            .columns
            .get(column)
            .is_some_and(|counts| counts.is_numeric());
        match class {
            Class::Empty | Class::Missing => {}
            Class::Unit => {
                units += 1;
                of_numbers += usize::from(is_number);
                bracketed |= words::is_bracketed(view.text(line, column));
            }
            _ if words::is_unit_word(view.text(line, column)) => {}
            // `(thousands)` or `[-]` are units by their brackets, where there are others.
            _ if words::is_bracketed(view.text(line, column)) && is_number => {
                of_numbers += 1;
                bracketed = true;
            }
            _ => return false,
        }
    }
    of_numbers > 0 && (units + of_numbers > 2 || bracketed || of_numbers == units)
}

/// Whether the line directly above a header names groups of its columns: `2024 | | 2025 |` above `Q1 | Q2 | Q1 | Q2`.
fn is_group_row(lines: Lines, at: usize, header: Range<usize>, width: usize) -> bool {
    let view = lines.view;
    if lines.gaps[header.start] || lines.filled(at) == 0 {
        return false;
    }
    let line = lines.lines[at];
    let filled = lines.filled(at);
    let number = view.number(line);
    let merged = view
        .grid
        .merges
        .iter()
        .filter(|merge| merge.rows.0 <= number && number <= merge.rows.1)
        .filter(|merge| merge.columns.len() > 1);
    let last_column = view.window.start + width;
    // A cell that is merged with one of the row below is one name.
    let next = view.number(lines.lines[header.start]);
    let is_tied = view
        .grid
        .merges
        .iter()
        .any(|merge| merge.rows.0 <= number && merge.rows.1 >= next);
    let (mut groups, mut is_first) = (0, false);
    for merge in merged {
        if merge.columns.start <= view.window.start && merge.columns.end >= last_column {
            // It goes over the whole table: a title.
            return false;
        }
        // What begins with the table is a title, unless it is one of several groups.
        if merge.columns.start >= view.window.start && merge.columns.start < last_column {
            groups += 1;
            is_first |= merge.columns.start == view.window.start;
        }
    }
    if groups == 1 && is_first {
        groups = 0;
    }
    if groups > 0 || is_tied {
        return true;
    }
    if filled < 2 {
        return false;
    }
    let below: Vec<String> = (0..width)
        .map(|column| joined(lines, header.clone(), column, " "))
        .collect();
    let named = |column: &usize| !below[*column].is_empty();
    let is_long = view.classes(line).contains(&Class::Text);
    if is_long || view.text(line, view.lines[line].first).ends_with(b":") {
        return false;
    }
    // Cells without a group come first, and groups are repeated or have room for what they hold.
    let are_names = view.classes(line).iter().all(|class| {
        matches!(
            class,
            Class::Empty | Class::Name | Class::Year | Class::Code | Class::Unit
        )
    });
    if view.lines[line].first > 0 && are_names {
        return true;
    }
    // Names that are the same without their groups.
    let doubles = |with_groups: bool| {
        let mut seen = HashSet::new();
        let mut group = String::new();
        (0..width)
            .filter(named)
            .filter(|&column| {
                let own = String::from_utf8_lossy(view.text(line, column)).into_owned();
                if !own.is_empty() {
                    group = own;
                }
                let prefix = if with_groups { group.as_str() } else { "" };
                !seen.insert(format!("{prefix}\u{1f}{}", below[column].to_lowercase()))
            })
            .count()
    };
    let before = doubles(false);
    before > 0 && doubles(true) == 0
}

/// The texts of a column in several rows, joined; what a row repeats of the one above is left out.
pub(super) fn joined(lines: Lines, rows: Range<usize>, column: usize, with: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    for at in rows {
        let text = cell_text(lines, at, column);
        if !text.trim().is_empty() && parts.last().is_none_or(|last| last.trim() != text.trim()) {
            parts.push(text);
        }
    }
    if parts.len() == 1 {
        return parts.remove(0);
    }
    let parts: Vec<&str> = parts.iter().map(|part| part.trim()).collect();
    parts.join(with)
}

fn cell_text(lines: Lines, at: usize, column: usize) -> String {
    lines
        .view
        .cells(lines.lines[at])
        .get(column)
        .map_or_else(String::new, |cell| {
            String::from_utf8_lossy(&cell.text).into_owned()
        })
}

/// The columns' names in the source.
pub(super) fn source_names(lines: Lines, header: Range<usize>, columns: usize) -> Vec<String> {
    let view = lines.view;
    let with = if view.is_text() { " " } else { " / " };
    let Some(last) = header.clone().next_back() else {
        return vec![String::new(); columns];
    };
    if header.len() == 1 {
        return (0..columns)
            .map(|column| cell_text(lines, last, column))
            .collect();
    }
    // The texts of each row, with those of groups filled in to the right.
    let mut rows: Vec<Vec<String>> = header
        .clone()
        .map(|at| {
            (0..columns)
                .map(|column| cell_text(lines, at, column))
                .collect()
        })
        .collect();
    for (index, at) in header.clone().enumerate() {
        let below: Vec<String> = (0..columns)
            .map(|column| joined(lines, at + 1..header.end, column, with))
            .collect();
        let number = view.number(lines.lines[at]);
        let mut is_merged = false;
        for merge in &view.grid.merges {
            if merge.rows.0 <= number && number <= merge.rows.1 && merge.columns.len() > 1 {
                is_merged = true;
                let start = merge.columns.start.saturating_sub(view.window.start);
                let end = merge
                    .columns
                    .end
                    .saturating_sub(view.window.start)
                    .min(columns);
                if let Some(text) = rows[index].get(start).cloned() {
                    for column in start + 1..end {
                        rows[index][column].clone_from(&text);
                    }
                }
            }
        }
        if !is_merged && at != last && is_group_fill(&rows[index], &below) {
            let mut group = String::new();
            for column in 0..columns {
                if !rows[index][column].trim().is_empty() {
                    group.clone_from(&rows[index][column]);
                } else if !below[column].is_empty() {
                    rows[index][column].clone_from(&group);
                }
            }
        }
    }
    (0..columns)
        .map(|column| {
            let mut parts: Vec<&str> = Vec::new();
            for row in &rows {
                let text = row[column].trim();
                if !text.is_empty() && parts.last() != Some(&text) {
                    parts.push(text);
                }
            }
            parts.join(with)
        })
        .collect()
}

/// Whether the empty cells of a header's row belong to the filled ones to their left: some names below are only told
/// apart by that, or the row begins with nothing above a header that is full.
fn is_group_fill(row: &[String], below: &[String]) -> bool {
    let mut plain = HashSet::new();
    let doubled = below
        .iter()
        .zip(row)
        .filter(|(name, _)| !name.is_empty())
        .any(|(name, own)| !plain.insert((own.trim().to_lowercase(), name.trim().to_lowercase())));
    let filled = row.iter().filter(|cell| !cell.trim().is_empty()).count();
    let begins_empty = row.first().is_some_and(|cell| cell.trim().is_empty())
        && below.iter().all(|name| !name.is_empty());
    filled > 0 && (doubled || begins_empty)
}
