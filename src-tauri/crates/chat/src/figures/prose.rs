//! The prose of an answer: its Markdown without code, addresses and list numbers, parted into sentences.

use std::ops::Range;

/// Stands for a character that is no prose. Nothing reads across it.
pub(super) const GAP: char = '\0';
/// Stands for a mark of emphasis, across which a text reads on.
pub(super) const MARK: char = '\u{1f}';

/// Words after which a full stop ends no sentence.
const ABBREVIATIONS: [&str; 26] = [
    "mio", "mrd", "tsd", "ca", "bzw", "approx", "vs", "no", "nr", "st", "dr", "inc", "ltd", "co",
    "corp", "z", "b", "d", "h", "u", "a", "e", "g", "i", "env", "bspw",
];

/// The prose of a Markdown text, byte for byte in the places of the original.
#[derive(Debug)]
pub(super) struct Prose {
    /// As long as the original; what is no prose is blanked out.
    pub(super) text: String,
    pub(super) sentences: Vec<Sentence>,
}

/// A sentence, a cell of a table's row, or whatever else stands by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sentence {
    pub(super) range: Range<usize>,
    /// Paragraphs, list items and rows of tables have numbers.
    pub(super) block: usize,
    /// Whether the block is an item of a list or a row of a table, of which the block before it may speak.
    pub(super) item: bool,
}

impl Prose {
    pub(super) fn new(markdown: &str) -> Self {
        let mut text = markdown.as_bytes().to_vec();
        let mut sentences = Vec::new();
        let mut block = 0;
        let mut fence: Option<(u8, usize)> = None;
        let mut start = 0;
        let mut blank = true;
        let mut item = false;
        for line in markdown.split_inclusive('\n') {
            let range = start..start + line.len();
            start = range.end;
            let content = line.trim_end();
            let indent = content.len() - content.trim_start().len();
            let inner = content.trim_start();
            if let Some((mark, length)) = fence_of(inner) {
                match fence {
                    Some((open, least)) if open == mark && length >= least => fence = None,
                    None => fence = Some((mark, length)),
                    Some(_) => {}
                }
                hide(&mut text, range);
                (blank, item) = (true, false);
                continue;
            }
            if fence.is_some() || inner.is_empty() {
                hide(&mut text, range);
                (blank, item) = (true, false);
                continue;
            }
            let (skip, opens) = lead(inner);
            let row = inner.starts_with('|');
            if blank || opens || row {
                block += 1;
                item = opens || row;
            }
            blank = inner.starts_with('#');
            let from = range.start + indent;
            hide(&mut text, from..from + skip);
            inline(&mut text, from + skip..range.start + content.len());
            sentences_of(
                &text,
                from + skip..range.start + content.len(),
                row,
                block,
                item,
                &mut sentences,
            );
        }
        Self {
            text: String::from_utf8(text).unwrap_or_default(),
            sentences,
        }
    }

    /// A text that is no Markdown, as one sentence.
    pub(super) fn plain(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            sentences: vec![Sentence {
                range: 0..text.len(),
                block: 0,
                item: false,
            }],
        }
    }

    /// The number of the sentence at a place.
    pub(super) fn sentence_at(&self, place: usize) -> usize {
        self.sentences
            .partition_point(|sentence| sentence.range.end <= place)
            .min(self.sentences.len().saturating_sub(1))
    }
}

/// The mark and the length of a line that opens or closes a block of code.
fn fence_of(line: &str) -> Option<(u8, usize)> {
    let mark = *line.as_bytes().first()?;
    let length = line.bytes().take_while(|byte| *byte == mark).count();
    (matches!(mark, b'`' | b'~') && length >= 3).then_some((mark, length))
}

/// The bytes of a line before its prose, and whether they open a block of their own.
fn lead(line: &str) -> (usize, bool) {
    let bytes = line.as_bytes();
    let mut at = 0;
    let mut opens = false;
    loop {
        let rest = &bytes[at..];
        let space = |length: usize| rest.get(length).is_none_or(|byte| *byte == b' ');
        let length = match rest.first() {
            Some(b' ') => 1,
            Some(b'>') => 1,
            Some(b'#') => rest.iter().take_while(|byte| **byte == b'#').count(),
            Some(b'-' | b'*' | b'+') if space(1) && rest.len() > 1 => 1,
            _ => number_of_item(rest),
        };
        if length == 0 {
            return (at, opens);
        }
        opens |= !matches!(rest[0], b' ' | b'>');
        at += length;
    }
}

/// The length of an item's number, such as `1.`, `2)` or `**3.**`; 0 where there is none.
fn number_of_item(rest: &[u8]) -> usize {
    let stars = rest.iter().take_while(|byte| **byte == b'*').count();
    let digits = rest[stars..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let end = stars + digits;
    match (digits, rest.get(end), rest.get(end + 1)) {
        (1..=3, Some(b'.' | b')'), Some(b' ' | b'*')) => end + 1,
        _ => 0,
    }
}

/// Blanks out what is no prose within a line.
fn inline(text: &mut [u8], range: Range<usize>) {
    let mut at = range.start;
    while at < range.end {
        let rest = &text[at..range.end];
        match rest[0] {
            b'\\' if rest.len() > 1 && rest[1].is_ascii_punctuation() => {
                text[at] = MARK as u8;
                at += 2;
            }
            b'`' => {
                let ticks = rest.iter().take_while(|byte| **byte == b'`').count();
                let close = (ticks..rest.len()).find(|&close| {
                    let run = rest[close..]
                        .iter()
                        .take_while(|byte| **byte == b'`')
                        .count();
                    run == ticks && rest[close - 1] != b'`'
                });
                let end = at + close.map_or(ticks, |close| close + ticks);
                hide(text, at..end);
                at = end;
            }
            b']' if rest.get(1) == Some(&b'(') => {
                let length = rest.iter().position(|byte| *byte == b')').unwrap_or(1) + 1;
                hide(text, at..at + length.min(rest.len()));
                text[at] = MARK as u8;
                at += length;
            }
            b'[' if rest.get(1) == Some(&b'^') => {
                let length = rest.iter().position(|byte| *byte == b']').unwrap_or(0) + 1;
                hide(text, at..at + length);
                at += length;
            }
            b'<' if rest
                .get(1)
                .is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'!')) =>
            {
                let length = rest.iter().position(|byte| *byte == b'>').unwrap_or(0) + 1;
                hide(text, at..at + length);
                at += length;
            }
            b'h' if rest.starts_with(b"http://") || rest.starts_with(b"https://") => {
                let length = rest
                    .iter()
                    .position(|byte| byte.is_ascii_whitespace() || matches!(byte, b')' | b'>' | 0))
                    .unwrap_or(rest.len());
                hide(text, at..at + length);
                at += length;
            }
            b'*' | b'[' => {
                text[at] = MARK as u8;
                at += 1;
            }
            b'_' | b'~' => {
                // Within a word it is a part of a name.
                let before = at > range.start && text[at - 1].is_ascii_alphanumeric();
                let after = rest.get(1).is_some_and(u8::is_ascii_alphanumeric);
                if rest[0] == b'_' && !(before && after)
                    || rest.get(1) == Some(&b'~')
                    || at > range.start && text[at - 1] == MARK as u8 && !after
                {
                    text[at] = MARK as u8;
                }
                at += 1;
            }
            _ => at += 1,
        }
    }
}

/// Blanks a range of whole characters out, but for line ends.
fn hide(text: &mut [u8], range: Range<usize>) {
    let end = range.end.min(text.len());
    for byte in &mut text[range.start.min(end)..end] {
        if *byte != b'\n' {
            *byte = GAP as u8;
        }
    }
}

/// Parts a line into sentences. A paragraph's sentence that runs over several lines is put together again.
fn sentences_of(
    text: &[u8],
    range: Range<usize>,
    row: bool,
    block: usize,
    item: bool,
    sentences: &mut Vec<Sentence>,
) {
    let runs_on = sentences.last().is_some_and(|last| {
        last.block == block && !ends(&text[..last.range.end], text.get(range.start).copied())
    });
    let mut start = range.start;
    if runs_on && let Some(last) = sentences.pop() {
        start = last.range.start;
    }
    let mut at = range.start;
    while at < range.end {
        let next = text[at + 1..range.end]
            .iter()
            .copied()
            .find(|byte| !matches!(byte, b' ' | 0x1f));
        let spaced = text
            .get(at + 1)
            .is_none_or(|byte| matches!(byte, b' ' | 0x1f | b'"' | b')' | b'\n'));
        if !row && spaced && ends(&text[..=at], next) {
            sentences.push(Sentence {
                range: start..at + 1,
                block,
                item,
            });
            start = at + 1;
        }
        at += 1;
    }
    if start < range.end {
        sentences.push(Sentence {
            range: start..range.end,
            block,
            item,
        });
    }
}

/// Whether a text ends a sentence, given what comes after it.
fn ends(text: &[u8], next: Option<u8>) -> bool {
    let text = match text
        .iter()
        .rposition(|byte| !matches!(byte, 0x1f | b'"' | b')'))
    {
        Some(last) => &text[..=last],
        None => return false,
    };
    match text.last() {
        Some(b'!' | b'?' | b';') => true,
        Some(b'.') => {
            let before = &text[..text.len() - 1];
            let word = before
                .iter()
                .rposition(|byte| !byte.is_ascii_alphabetic())
                .map_or(0, |place| place + 1);
            let word = String::from_utf8_lossy(&before[word..]).to_ascii_lowercase();
            // An ordinal (`am 3. Mai`) and an abbreviation go on.
            !ABBREVIATIONS.contains(&word.as_str())
                && next.is_none_or(|next| !next.is_ascii_lowercase())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(markdown: &str) -> String {
        Prose::new(markdown)
            .text
            .chars()
            .filter(|c| *c != GAP && *c != MARK)
            .collect()
    }

    fn sentences(markdown: &str) -> Vec<String> {
        let prose = Prose::new(markdown);
        prose
            .sentences
            .iter()
            .map(|sentence| {
                prose.text[sentence.range.clone()]
                    .chars()
                    .filter(|c| *c != GAP && *c != MARK)
                    .collect::<String>()
                    .trim()
                    .to_owned()
            })
            .collect()
    }

    #[test]
    fn code_addresses_and_numbers_of_items_are_no_prose() {
        for (markdown, prose) in [
            ("a `12` b ``3 ` 4`` c", "a  b  c"),
            ("x\n```sql\nLIMIT 10\n```\ny", "x\n\n\n\ny"),
            ("1. first 5\n2) second", "first 5\nsecond"),
            ("**1.** first\n### 2. second", " first\nsecond"),
            ("see [page 7](https://x.org/8) end", "see page 7 end"),
            ("https://x.org/99 and 5", " and 5"),
            ("<b>5</b> a < 6", "5 a < 6"),
            ("**1,234** _5_ col_6", "1,234 5 col_6"),
            ("> - 5 of 6", "5 of 6"),
            ("note[^3]", "note"),
            ("2024 was good. 3.5 too", "2024 was good. 3.5 too"),
        ] {
            assert_eq!(shown(markdown), prose, "{markdown}");
        }
    }

    #[test]
    fn sentences_end_where_a_reader_ends_them() {
        assert_eq!(
            sentences("North made 1.5 Mio. Euro. It grew by 3.2 %. Fine"),
            ["North made 1.5 Mio. Euro.", "It grew by 3.2 %.", "Fine"]
        );
        assert_eq!(
            sentences("one\ntwo.\n\n- three\n- four\n\n| a | b. C |"),
            ["one\ntwo.", "three", "four", "| a | b. C |"]
        );
    }

    #[test]
    fn items_know_that_they_are_items() {
        let prose = Prose::new("These:\n\n- a\n- b\n\nThen");
        let items: Vec<_> = prose.sentences.iter().map(|s| (s.block, s.item)).collect();
        assert_eq!(items, [(1, false), (2, true), (3, true), (4, false)]);
    }
}
