//! Where the cells of a text in columns of fixed width begin.

/// Lines that are looked at.
const LINES: usize = 400;
/// Characters of a line that are looked at.
const CHARACTERS: usize = 4_000;

/// The first characters of the cells, in each way that is worth a try: as a ruler marks them, and by the columns that
/// are blank in all lines of the table, above and below which there may be lines that keep to no column.
pub(super) fn starts<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Vec<Vec<usize>> {
    /// Titles above a small table and notes under it.
    const TITLES: usize = 4;
    const NOTES: usize = 2;
    /// Lines of which a few do not count, wherever they stand.
    const LARGE: usize = 20;
    let lines: Vec<&[u8]> = lines.take(LINES).collect();
    let mut found: Vec<Vec<usize>> = lines
        .iter()
        .filter_map(|line| ruler(line))
        .take(1)
        .collect();
    let is_rule = |line: &[u8]| {
        let mark = line.iter().find(|&&byte| byte != b' ');
        line.iter()
            .all(|byte| b"-=_* ".contains(byte) && (*byte == b' ' || mark == Some(byte)))
    };
    let drawn = lines.iter().filter(|line| !is_rule(line.trim_ascii_end()));
    let Some(ink) = drawn.map(|line| ink(line)).collect::<Option<Vec<_>>>() else {
        return found;
    };
    let least = 2.max(ink.len() / 2);
    for titles in 0..=TITLES {
        for notes in 0..=NOTES {
            if titles + notes + least <= ink.len() {
                found.push(from_blanks(&ink[titles..ink.len() - notes], 0));
            }
        }
    }
    if ink.len() >= LARGE {
        found.push(from_blanks(&ink, ink.len() / 5));
    }
    let mut distinct = Vec::new();
    for starts in found {
        if starts.len() > 1 && !distinct.contains(&starts) {
            distinct.push(starts);
        }
    }
    distinct
}

/// The cells that a line of dashes or the like under the header marks.
pub(super) fn ruler(line: &[u8]) -> Option<Vec<usize>> {
    let line = line.trim_ascii_end();
    let mark = *line.iter().find(|&&byte| byte != b' ')?;
    let is_ruler = matches!(mark, b'-' | b'=' | b'_' | b'*')
        && line.iter().all(|&byte| byte == mark || byte == b' ');
    if !is_ruler {
        return None;
    }
    let mut starts = Vec::new();
    for (at, &byte) in line.iter().enumerate() {
        if byte == mark && (at == 0 || line[at - 1] == b' ') {
            starts.push(at);
        }
    }
    let is_drawn = line.len() >= 2 * starts.len();
    if let Some(first) = starts.first_mut() {
        *first = 0;
    }
    (starts.len() > 1 && is_drawn).then_some(starts)
}

/// Which characters of a line are no spaces; `None` for a line with tabs, which are as wide as a program likes.
fn ink(line: &[u8]) -> Option<Vec<bool>> {
    let line = line.trim_ascii_end();
    let firsts = line.iter().filter(|byte| !matches!(byte, 0x80..=0xbf));
    firsts
        .take(CHARACTERS)
        .map(|&byte| (byte != b'\t').then_some(byte != b' '))
        .collect()
}

/// How many of the lines have ink in each column.
fn inked<'a>(lines: impl Iterator<Item = &'a Vec<bool>>) -> Vec<usize> {
    let mut counts = Vec::new();
    for line in lines {
        if counts.len() < line.len() {
            counts.resize(line.len(), 0);
        }
        for (count, &is_ink) in counts.iter_mut().zip(line) {
            *count += usize::from(is_ink);
        }
    }
    counts
}

/// Runs of columns that have ink in no more than `most` lines, between columns that have it.
fn gaps(counts: &[usize], most: usize) -> Vec<std::ops::Range<usize>> {
    let mut gaps = Vec::new();
    let mut start = None;
    let mut has_ink = false;
    for (at, &count) in counts.iter().enumerate() {
        if count <= most {
            start = start.or(has_ink.then_some(at));
        } else {
            gaps.extend(start.take().map(|start| start..at));
            has_ink = true;
        }
    }
    gaps
}

/// The cells between columns that are blank, in all lines but those that cross such columns as are in all but `few`.
fn from_blanks(lines: &[Vec<bool>], few: usize) -> Vec<usize> {
    let has_ink_in = |line: &Vec<bool>, gap: &std::ops::Range<usize>| {
        let end = gap.end.min(line.len());
        line.get(gap.start..end)
            .is_some_and(|gap| gap.contains(&true))
    };
    // Columns that are nearly always blank tell which lines keep to the columns, and those tell the columns.
    let likely = gaps(&inked(lines.iter()), few);
    let table: Vec<&Vec<bool>> = lines
        .iter()
        .filter(|line| {
            let crossed = likely.iter().filter(|gap| has_ink_in(line, gap)).count();
            crossed * 3 <= likely.len()
        })
        .collect();
    if table.len() < 2 {
        return Vec::new();
    }
    let mut counts = inked(table.iter().copied());
    // A few values may be too long for their column, but the names above the columns are not.
    for (count, _) in (counts.iter_mut().zip(table[0])).filter(|(_, is_ink)| **is_ink) {
        *count = table.len();
    }
    let gaps = gaps(&counts, table.len() / 50);
    // Where few lines have anything, and there but one space after other words, these are words of the cell before.
    let is_chance = |(i, gap): &(usize, &std::ops::Range<usize>)| {
        let until = gaps.get(i + 1).map_or(usize::MAX, |next| next.start);
        let (mut few, mut single) = (0, true);
        for line in &table {
            if has_ink_in(line, &(gap.end..until)) {
                few += 1;
                single &= line[gap.end] && line[..gap.end].ends_with(&[true, false]);
            }
        }
        single && few * 5 < table.len() * 2
    };
    std::iter::once(0)
        .chain(
            (gaps.iter().enumerate())
                .filter(|gap| !is_chance(gap))
                .map(|(_, gap)| gap.end),
        )
        .collect()
}
