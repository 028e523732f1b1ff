//! What a look at a file found, so that it is looked at once and not again for each of its tables.

use std::path::Path;
use std::sync::Arc;

use crate::convert::check_memory;
use crate::detect::{self, Layout};
use crate::source::Source;
use crate::{Cancel, Compression, Error, Header, Options, Table, TableId, Visibility, columnar};

/// What a look at a file found. [`Options::inspection`] spares a conversion its own look, if the file and what the options
/// say of it are still the same.
#[derive(Debug, Clone)]
pub struct Inspection(Arc<Found>);

#[derive(Debug)]
struct Found {
    source: Source,
    /// What was asked for, as far as it decides what is found.
    options: Options,
    tables: Vec<Table>,
    /// How each table is to be read; none where that would keep a file open or much of it in memory.
    layouts: Vec<Layout>,
}

impl PartialEq for Inspection {
    /// Whether they are of the same look.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Inspection {}

impl Inspection {
    /// Looks at a file.
    ///
    /// # Errors
    /// Those of [`crate::inspect`].
    pub(crate) fn of(path: &Path, options: &Options) -> Result<Self, Error> {
        check_memory(options)?;
        let source = Source::open(path)?;
        let (tables, layouts) = if let Some(format) = columnar::format(&source)? {
            let look = columnar::look(&source, format, options)?;
            let table = Table {
                id: TableId::default(),
                visibility: Visibility::Visible,
                rows: look.rows,
                columns: look.names.into_iter().map(|(name, _)| name).collect(),
                preview: look.preview,
            };
            (vec![table], Vec::new())
        } else {
            let layouts = detect::layouts(&source, options, &Cancel::new())?;
            let tables = layouts.iter().map(Layout::table).collect();
            let is_heavy = layouts.iter().any(|layout| layout.route.is_heavy());
            (tables, if is_heavy { Vec::new() } else { layouts })
        };
        Ok(Self(Arc::new(Found {
            source: source.at_rest(),
            options: deciding(options),
            tables,
            layouts,
        })))
    }

    /// The tables that the file holds, those of hidden sheets included; at least one.
    #[must_use]
    pub fn tables(&self) -> &[Table] {
        &self.0.tables
    }

    /// How each table of the source is to be read, if it was this one that was looked at, and with such options.
    pub(crate) fn layouts_of(&self, source: &Source, options: &Options) -> Option<&[Layout]> {
        let found = &*self.0;
        // What a person says of the header counts for the table that they choose.
        let is_same_table = options.header == Header::Auto || found.layouts.len() == 1;
        let is_same = is_same_table
            && found.options == deciding(options)
            && found.source.is_unchanged(source)
            && !found.layouts.is_empty();
        is_same.then_some(&found.layouts)
    }
}

/// The options without those that decide nothing about how a file is read.
fn deciding(options: &Options) -> Options {
    Options {
        table: None,
        inspection: None,
        memory: 0,
        threads: 0,
        compression: Compression::default(),
        profile: false,
        ..options.clone()
    }
}
