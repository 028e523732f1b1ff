//! The formats of a workbook's cells.

use std::collections::HashMap;

use super::format::{self, Format};

/// What the numbers of style mean; a cell names its style by its place in the list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Styles {
    formats: Vec<Format>,
    /// Which format each style has.
    styles: Vec<u32>,
}

impl Styles {
    /// The format of a style; a style that does not exist is plain.
    #[inline]
    pub(crate) fn format(&self, style: u32) -> &Format {
        self.styles
            .get(style as usize)
            .and_then(|&format| self.formats.get(format as usize))
            .unwrap_or(&Format::Plain)
    }
}

/// Collects the codes and styles of a workbook.
#[derive(Debug, Default)]
pub(crate) struct StylesBuilder {
    codes: HashMap<u32, Format>,
    numbers: HashMap<u32, u32>,
    styles: Styles,
}

impl StylesBuilder {
    /// Styles and formats that a workbook may have; Excel's own limit is 65,490.
    const MOST_STYLES: usize = 65_536;

    /// A format code that has a number; formats beyond what any program writes are plain.
    pub(crate) fn code(&mut self, id: u32, code: &str) {
        if self.codes.len() < Self::MOST_STYLES {
            self.codes.insert(id, format::parse(code));
        }
    }

    /// The next style has the format of that number. Codes must come before.
    pub(crate) fn style(&mut self, id: u32) {
        if self.styles.styles.len() == Self::MOST_STYLES {
            return;
        }
        let number = *self.numbers.entry(id).or_insert_with(|| {
            let format = match self.codes.get(&id) {
                Some(format) => format.clone(),
                None => format::built_in(id),
            };
            self.styles.formats.push(format);
            self.styles.formats.len() as u32 - 1
        });
        self.styles.styles.push(number);
    }

    pub(crate) fn finish(self) -> Styles {
        self.styles
    }
}
