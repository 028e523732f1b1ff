//! What a table is read from: one file, or several whose rows follow one another.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::strays::FileNames;
use crate::detect::{self, Layout, Route};
use crate::receipt::{self, SourceFile, Warning};
use crate::records::{Block, Fields, Part, Reader, ReaderStats, RowReader, RowWriter, Sender};
use crate::source::Source;
use crate::text::{Flaws, TextStream};
use crate::{Cancel, Error, Options};

/// The files of a table, in the order of its rows.
pub(crate) struct Inputs {
    /// How the table is to be written. Where there are several files, its route is that of the first, and nobody's concern.
    pub(crate) table: Layout,
    pub(crate) files: Vec<Input>,
    /// The names of the files, where it was asked for a table of several.
    pub(crate) names: FileNames,
    /// The file, or the folder in which all of the files lie.
    pub(crate) path: PathBuf,
    /// Bytes of all files together.
    pub(crate) bytes: u64,
}

/// One of the files of a table, and how it is read.
pub(crate) struct Input {
    source: Source,
    reading: Reading,
    /// Columns of its own.
    columns: usize,
    /// Where those of the table are in it; `None` where they are the same.
    fields: Option<Arc<Fields>>,
    /// What the receipt says of it, where it is one of several.
    about: Option<SourceFile>,
}

/// How the rows of a file are come by.
enum Reading {
    /// So.
    Known(Route),
    /// By looking at the file once more, with these options: to know it all the time would keep files open and take memory
    /// for each of them.
    Found(Options),
}

/// A reader of either kind.
#[expect(clippy::large_enum_variant, reason = "there is one of it at a time")]
enum AnyReader<'a> {
    Plain(Reader<'a, Box<dyn TextStream>>, Arc<Flaws>),
    Rows(RowReader),
}

impl Input {
    /// One of several files, which is read as the options and the layout say; `is_kept` says whether the layout's route may
    /// be kept in memory.
    pub(crate) fn one_of_several(
        source: Source,
        layout: Layout,
        options: Options,
        is_kept: bool,
    ) -> Self {
        let about = SourceFile {
            source: receipt::Source {
                path: source.path.display().to_string(),
                bytes: source.bytes,
                modified: source.modified_text(),
                blake3: String::new(),
            },
            file: String::new(),
            table: layout.table.clone(),
            format: layout.format,
            encoding: layout.encoding,
            delimiter: layout.delimiter,
            quote: layout.quote,
            has_header: layout.has_header,
            preamble_rows: layout.preamble_rows,
            header_rows: layout.header_rows,
            rows_read: 0,
            rows_written: 0,
            rows_blank: 0,
            rows_set_aside: 0,
        };
        let reading = match layout.route {
            Route::Rows(origin) if !is_kept || origin.is_heavy() => Reading::Found(Options {
                table: layout.table,
                ..options
            }),
            route => Reading::Known(route),
        };
        Self {
            source: source.at_rest(),
            reading,
            columns: layout.columns.len(),
            fields: None,
            about: Some(about),
        }
    }

    /// Says where the table's columns are in the file, and how the table names it.
    pub(crate) fn in_table(&mut self, fields: Fields) {
        if let Some(about) = &mut self.about {
            about.file.clone_from(&fields.file_name);
        }
        self.fields = Some(Arc::new(fields));
    }

    /// Bytes of the file.
    pub(crate) fn bytes(&self) -> u64 {
        self.source.bytes
    }

    /// How the receipt says that it was read, where it is one of several.
    pub(crate) fn about(&self) -> Option<&SourceFile> {
        self.about.as_ref()
    }

    /// Reads all rows; used blocks that come back through `recycled` are filled again.
    fn read(
        &self,
        part: Part,
        block_bytes: usize,
        blocks: &Sender<Block>,
        recycled: &crossbeam_channel::Receiver<Block>,
        cancel: &Cancel,
    ) -> Result<ReaderStats, Error> {
        self.source.hash_anew();
        match self.reader(part, block_bytes, cancel)? {
            AnyReader::Plain(reader, flaws) => {
                let stats = reader.run(blocks, recycled, cancel)?;
                let delimiters = stats.other_delimiters.other_delimiters();
                let below = stats.another_table(self.columns);
                let warnings = delimiters.into_iter().chain(below);
                Ok(ReaderStats {
                    warnings: warnings.chain(flaws.warnings()).collect(),
                    ..stats
                })
            }
            AnyReader::Rows(reader) => reader.run(blocks, recycled, cancel),
        }
    }

    fn reader(
        &self,
        part: Part,
        block_bytes: usize,
        cancel: &Cancel,
    ) -> Result<AnyReader<'_>, Error> {
        let found;
        let route = match &self.reading {
            Reading::Known(route) => route,
            Reading::Found(options) => {
                let layout = detect::layout(&self.source, options, cancel)?;
                found = layout.complete(&self.source, options, cancel)?.route;
                &found
            }
        };
        Ok(match route {
            Route::Plain(plain) => {
                let text = plain.text.open_unhashed(&self.source)?;
                let reader = Reader::new(
                    &self.source.path,
                    text.stream,
                    plain.syntax,
                    self.columns,
                    plain.data_start,
                    plain.first_line,
                    block_bytes,
                );
                let reader = reader.of_file(text.position).of_part(part);
                AnyReader::Plain(reader.sifting(plain.sift.clone()), text.flaws)
            }
            Route::Rows(origin) => {
                let rows = origin.open(&self.source)?;
                let writer = RowWriter::new(self.columns, origin.separator());
                AnyReader::Rows(RowReader::new(rows, writer, block_bytes).of_part(part))
            }
        })
    }

    /// The statistics with the hash of the source, where its bytes were not read one after another.
    fn with_hash(&self, mut stats: ReaderStats, cancel: &Cancel) -> Result<ReaderStats, Error> {
        if stats.blake3.is_empty() {
            (stats.bytes, stats.blake3) = self.source.hash(cancel)?;
        }
        Ok(stats)
    }
}

impl Inputs {
    /// A table of one file.
    pub(crate) fn one(source: Source, mut layout: Layout) -> Self {
        for plan in &mut layout.columns {
            plan.samples = None;
        }
        Self {
            path: source.path.clone(),
            bytes: source.bytes,
            files: vec![Input {
                source,
                reading: Reading::Known(layout.route.clone()),
                columns: layout.columns.len(),
                fields: None,
                about: None,
            }],
            names: FileNames::default(),
            table: layout,
        }
    }

    /// Reads the files one after another, and sends their rows as blocks; what was learnt of each.
    ///
    /// # Errors
    /// Those of the sources, and [`Error::Cancelled`], also when nobody takes the blocks.
    pub(super) fn read(
        &self,
        block_bytes: usize,
        blocks: Sender<Block>,
        recycled: &crossbeam_channel::Receiver<Block>,
        cancel: &Cancel,
    ) -> Result<Vec<ReaderStats>, Error> {
        let mut blocks = Some(blocks);
        let mut all = Vec::with_capacity(self.files.len());
        let mut part = Part::default();
        for (file, input) in (0..).zip(&self.files) {
            if cancel.is_cancelled() {
                return Err(Error::Cancelled);
            }
            part.file = file;
            part.fields.clone_from(&input.fields);
            let Some(sender) = &blocks else { break };
            let stats = input.read(part.clone(), block_bytes, sender, recycled, cancel)?;
            if all.len() + 1 == self.files.len() {
                // Whoever waits for blocks must not wait for the hash.
                blocks = None;
            }
            part.first_row += stats.rows;
            part.first_byte += input.source.bytes;
            all.push(input.with_hash(stats, cancel)?);
        }
        Ok(all)
    }

    /// Makes sure that every file is what it was when it was opened, and that all of it was read.
    ///
    /// # Errors
    /// [`Error::SourceChanged`].
    pub(super) fn check_unchanged(&self, stats: &[ReaderStats]) -> Result<(), Error> {
        (self.files.iter().zip(stats))
            .try_for_each(|(input, stats)| input.source.check_unchanged(stats.bytes))
    }

    /// Makes sure that both passes read the same bytes.
    ///
    /// # Errors
    /// [`Error::SourceChanged`].
    pub(super) fn check_same(
        &self,
        first: &[ReaderStats],
        second: &[ReaderStats],
    ) -> Result<(), Error> {
        let mut both = self.files.iter().zip(first.iter().zip(second));
        match both.find(|(_, (first, second))| first.blake3 != second.blake3) {
            None => Ok(()),
            Some((input, _)) => Err(Error::SourceChanged {
                path: input.source.path.clone(),
                what: "it was written to".into(),
            }),
        }
    }

    /// The hash of the file; of several, that of their names and hashes.
    pub(super) fn blake3(&self, stats: &[ReaderStats]) -> String {
        if let (true, [stats]) = (self.names.is_empty(), stats) {
            return stats.blake3.clone();
        }
        let mut hasher = blake3::Hasher::new();
        for (file, stats) in (0..).zip(stats) {
            // No name of a file has the first of these characters, and no hash the second.
            let name = self.names.name(file).unwrap_or_default();
            hasher.update(name.as_bytes());
            hasher.update(b"\0");
            hasher.update(stats.blake3.as_bytes());
            hasher.update(b"\n");
        }
        hasher.finalize().to_hex().to_string()
    }

    /// What the receipt says of the file, or of all of them together, whose hash is `blake3`.
    pub(super) fn source(&self, blake3: String) -> receipt::Source {
        let latest = self.files.iter().max_by_key(|input| input.source.modified);
        receipt::Source {
            path: self.path.display().to_string(),
            bytes: self.bytes,
            modified: latest.and_then(|input| input.source.modified_text()),
            blake3,
        }
    }

    /// What the receipt says of each of several files; the rows set aside are given for each.
    pub(super) fn sources(&self, stats: &[ReaderStats], set_aside: &[u64]) -> Vec<SourceFile> {
        let none = ReaderStats::default();
        (self.files.iter().enumerate())
            .filter_map(|(file, input)| {
                let about = input.about.clone()?;
                let stats = stats.get(file).unwrap_or(&none);
                let rows_set_aside = set_aside.get(file).copied().unwrap_or(0);
                Some(SourceFile {
                    rows_read: stats.rows + stats.blank + rows_set_aside,
                    rows_written: stats.rows,
                    rows_blank: stats.blank,
                    rows_set_aside,
                    source: receipt::Source {
                        blake3: stats.blake3.clone(),
                        ..about.source
                    },
                    ..about
                })
            })
            .collect()
    }

    /// What a person should know of how the files were read.
    pub(super) fn warnings(&self, stats: &[ReaderStats]) -> Vec<Warning> {
        let of_files = stats.iter().map(|stats| &stats.warnings[..]);
        match self.names.is_empty() {
            true => of_files.flatten().cloned().collect(),
            false => warnings_of(
                (0..)
                    .zip(of_files)
                    .map(|(file, warnings)| (self.names.name(file).unwrap_or_default(), warnings)),
            ),
        }
    }

    /// Remarks on columns of the table, by their places, each once.
    pub(super) fn notes(&self, stats: &[ReaderStats]) -> Vec<(usize, String)> {
        let mut notes: Vec<(usize, String)> = Vec::new();
        for (input, stats) in self.files.iter().zip(stats) {
            for (column, note) in &stats.notes {
                let place = match &input.fields {
                    Some(fields) => fields.place(*column),
                    None => Some(*column),
                };
                if let Some(place) = place
                    && !notes
                        .iter()
                        .any(|(at, known)| *at == place && known == note)
                {
                    notes.push((place, note.clone()));
                }
            }
        }
        notes
    }
}

/// The warnings of several files: of each kind those of the first few files by themselves, and those of all others together.
pub(crate) fn warnings_of<'a>(
    files: impl Iterator<Item = (&'a str, &'a [Warning])>,
) -> Vec<Warning> {
    /// Files of which the warnings of a kind are told by themselves.
    const FILES: usize = 5;
    #[derive(Default)]
    struct OfKind {
        told: usize,
        others: usize,
        count: u64,
    }
    let mut kinds: BTreeMap<&str, OfKind> = BTreeMap::new();
    let mut warnings = Vec::new();
    for (name, of_file) in files {
        for warning in of_file {
            let kind = kinds.entry(&warning.kind).or_default();
            if kind.told < FILES {
                kind.told += 1;
                warnings.push(warning.clone().of_file(name));
            } else {
                kind.others += 1;
                kind.count += warning.count;
            }
        }
    }
    for (kind, OfKind { others, count, .. }) in kinds {
        if others > 0 {
            let also = |warning: &Warning| warning.kind == kind;
            let at = warnings.iter().rposition(also).map_or(0, |at| at + 1);
            let message = match others {
                1 => "the same is to be said of one other file".to_owned(),
                _ => format!("the same is to be said of {others} other files"),
            };
            let warning = Warning {
                kind: kind.to_owned(),
                message,
                count,
                lines: Vec::new(),
                files: Vec::new(),
            };
            warnings.insert(at, warning);
        }
    }
    warnings
}
