//! The tables that a file holds: usually one, but a workbook has sheets, an archive has files, and tables may stand
//! one below the other.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Which of a file's tables.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TableId {
    /// The file inside an archive, by its path there; `None` where the file is no archive.
    pub member: Option<String>,
    /// The sheet of a workbook, by its name; `None` where there are no sheets.
    pub sheet: Option<String>,
    /// The table's number in the sheet or text, counted from 1; 0 stands for the first as well.
    pub number: u32,
}

impl TableId {
    /// The same with 1 for the first.
    pub(crate) fn position(&self) -> usize {
        self.number.max(1) as usize - 1
    }
}

impl fmt::Display for TableId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [self.member.as_deref(), self.sheet.as_deref()];
        let mut parts: Vec<String> = parts.into_iter().flatten().map(str::to_owned).collect();
        if self.number > 1 {
            parts.push(self.number.to_string());
        }
        f.write_str(&parts.join(" - "))
    }
}

/// Whether a sheet is shown by the program that made it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// It is shown.
    #[default]
    Visible,
    /// It is hidden and can be shown from the menu.
    Hidden,
    /// It is hidden and can be shown by a macro only.
    VeryHidden,
}

/// A table that a file holds, as far as a sample tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// By which it is asked for.
    pub id: TableId,
    /// Whether its sheet is shown.
    pub visibility: Visibility,
    /// Its rows, where that is known without reading all of them.
    pub rows: Option<u64>,
    /// The names of its columns.
    pub columns: Vec<String>,
    /// Its first rows, a cell that is NULL as `null`.
    pub preview: Vec<Vec<Option<String>>>,
}
