//! What the styles of an OpenDocument spreadsheet mean for its cells and sheets.

use std::collections::{HashMap, HashSet};

use super::super::xml::Tag;

/// Styles that are remembered; further ones change nothing.
const MOST_STYLES: usize = 65_536;

/// What the styles of a document say about cells and sheets.
#[derive(Debug, Clone, Default)]
pub(crate) struct Styles {
    /// Styles of numbers with leading zeros, and of times that pass a day.
    data: HashMap<Vec<u8>, Shown>,
    /// The styles of cells by their names.
    cells: HashMap<Vec<u8>, Shown>,
    /// Styles of sheets that are not shown.
    hidden: HashSet<Vec<u8>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// With leading zeros: the text that is shown is the value.
    Padded,
    /// A time that passes a day.
    Elapsed,
    /// By its value alone.
    Plain,
}

impl Styles {
    /// Takes a start tag of a part that has styles, with the name of the style that is open.
    pub(super) fn take(&mut self, tag: Tag<'_>, open: &mut (Vec<u8>, Vec<u8>)) {
        if self.data.len() + self.cells.len() + self.hidden.len() >= MOST_STYLES {
            return;
        }
        const LONGEST_NAME: usize = 255;
        let value = |name| {
            let value = tag.attribute(name).unwrap_or_default();
            value[..value.len().min(LONGEST_NAME)].to_vec()
        };
        match tag.name {
            b"number-style" => open.0 = value(b"name"),
            b"number" => {
                let has = |name| {
                    tag.attribute(name)
                        .is_some_and(|value| value != b"0" && value != b"false")
                };
                let least = tag.number(b"min-integer-digits").unwrap_or(0);
                if least > 1 && !has(b"decimal-places") && !has(b"grouping") && !open.0.is_empty() {
                    self.data.insert(open.0.clone(), Shown::Padded);
                }
            }
            b"time-style" => {
                let shown = match tag.attribute(b"truncate-on-overflow") {
                    Some(b"false") => Shown::Elapsed,
                    _ => Shown::Plain,
                };
                open.0.clear();
                self.data.insert(value(b"name"), shown);
            }
            b"style" => {
                open.1 = value(b"name");
                if tag.attribute(b"family") == Some(b"table-cell") {
                    let shown = tag
                        .attribute(b"data-style-name")
                        .and_then(|name| self.data.get(name))
                        .or_else(|| self.cells.get(tag.attribute(b"parent-style-name")?));
                    if let Some(&shown) = shown {
                        self.cells.insert(open.1.clone(), shown);
                    }
                }
            }
            b"table-properties" if tag.attribute(b"display") == Some(b"false") => {
                self.hidden.insert(open.1.clone());
            }
            b"percentage-style" | b"currency-style" | b"date-style" | b"text-style"
            | b"boolean-style" => open.0.clear(),
            _ => {}
        }
    }

    pub(super) fn of_cell(&self, name: &[u8]) -> Shown {
        self.cells.get(name).copied().unwrap_or(Shown::Plain)
    }

    /// Whether a sheet of that style is not shown.
    pub(super) fn is_hidden(&self, name: &[u8]) -> bool {
        self.hidden.contains(name)
    }
}
