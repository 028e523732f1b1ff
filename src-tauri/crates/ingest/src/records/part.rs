//! Blocks of a table whose rows come from several files, one after another.

use std::sync::Arc;

use super::index::{Block, Cell};

/// A line of one of a table's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SourceLine {
    /// The file's place among them, counted from 0.
    pub(crate) file: u32,
    /// The line, counted from 1; 0 where it is not known.
    pub(crate) line: u64,
}

impl SourceLine {
    /// A line of which nothing is known.
    pub(crate) const UNKNOWN: Self = Self {
        file: u32::MAX,
        line: 0,
    };
}

/// Where a column of the table is found in one of its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    /// In this column of the file.
    At(u32),
    /// Nowhere: it is NULL.
    Missing,
    /// It is the name of the file.
    FileName,
}

/// Where the columns of the table are found in one of its files.
#[derive(Debug)]
pub(crate) struct Fields {
    pub(crate) columns: Arc<[Field]>,
    /// The name of the file, as the table shows it.
    pub(crate) file_name: String,
}

impl Fields {
    /// The column of the table that is in this column of the file.
    pub(crate) fn place(&self, column: usize) -> Option<usize> {
        let is_it = |field: &Field| matches!(field, Field::At(at) if *at as usize == column);
        self.columns.iter().position(is_it)
    }
}

/// One of the files of a table, and what comes before it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Part {
    /// Its place among the files, counted from 0.
    pub(crate) file: u32,
    /// Rows of the files before it.
    pub(crate) first_row: u64,
    /// Bytes of the files before it.
    pub(crate) first_byte: u64,
    /// Where its columns are; `None` where they are those of the table.
    pub(crate) fields: Option<Arc<Fields>>,
}

/// The cells of one column of the table in a block.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cells<'a> {
    /// They are in this column of the block.
    At(usize),
    /// All of them are the same.
    All(Cell<'a>),
}

impl<'a> Cells<'a> {
    /// The cell in a row.
    #[inline(always)]
    pub(crate) fn of(self, block: &'a Block, row: usize) -> Cell<'a> {
        match self {
            Self::At(column) => block.cell(row, column),
            Self::All(cell) => cell,
        }
    }
}

impl Block {
    /// Puts a block of one of several files in its place among those of the table.
    pub(super) fn place(&mut self, part: &Part) {
        self.first_row += part.first_row;
        self.source_end += part.first_byte;
        self.file = part.file;
        self.fields.clone_from(&part.fields);
    }

    /// The cells of a column of the table.
    pub(crate) fn cells(&self, column: usize) -> Cells<'_> {
        let Some(fields) = &self.fields else {
            return Cells::At(column);
        };
        match fields.columns.get(column) {
            Some(Field::At(column)) => Cells::At(*column as usize),
            Some(Field::FileName) => Cells::All(Cell::plain(fields.file_name.as_bytes())),
            Some(Field::Missing) | None => Cells::All(Cell::plain(b"")),
        }
    }

    /// Where a row begins in the sources.
    pub(crate) fn source_line(&self, row: usize) -> SourceLine {
        self.in_source(self.line_of(row))
    }

    /// A line of the block's file.
    pub(crate) fn in_source(&self, line: u64) -> SourceLine {
        SourceLine {
            file: self.file,
            line,
        }
    }
}
