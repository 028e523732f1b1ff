//! What did not fit: kept in a spool on disk while converting, written as a Parquet file at the end.
//!
//! A spool is needed because a column's type may be revised at the end, and then what strayed from the former
//! type no longer counts.

use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryBuilder, BooleanBuilder, Int64Builder, RecordBatch,
    StringBuilder,
};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::file::properties::WriterProperties;

use super::output::parquet_error;
use crate::receipt::LINES_KEPT;
use crate::records::{Block, Reason, SourceLine};
use crate::{Cancel, Error};

/// Something that was set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stray {
    /// The row in the dataset, counted from 1; `None` for a record that is no row.
    pub(crate) row: Option<u64>,
    /// Where the row begins in the sources.
    pub(crate) at: SourceLine,
    /// The column; `None` for what belongs to none.
    pub(crate) column: Option<usize>,
    /// What stood there.
    pub(crate) text: Vec<u8>,
    pub(crate) reason: Reason,
}

impl Stray {
    pub(crate) fn of_cell(
        block: &Block,
        row: usize,
        column: usize,
        text: &[u8],
        reason: Reason,
    ) -> Self {
        Self {
            row: Some(block.first_row + row as u64 + 1),
            at: block.source_line(row),
            column: Some(column),
            text: text.to_vec(),
            reason,
        }
    }
}

const NOTHING: u64 = u64::MAX;

/// The reason of [`Reason::InvalidText`] as the file has it.
const INVALID_TEXT: &str = "bytes that are no valid UTF-8";

/// Strays on disk, in the order in which they were found.
#[derive(Debug)]
pub(crate) struct Spool {
    file: BufWriter<File>,
    entries: u64,
}

impl Spool {
    /// A spool in a file in the folder of `data` that is gone as soon as the spool is.
    pub(crate) fn beside(data: &Path) -> Result<Self, Error> {
        let folder = data
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        let file =
            tempfile::tempfile_in(folder).map_err(|cause| Error::writing(folder, cause, 0))?;
        Ok(Self {
            file: BufWriter::new(file),
            entries: 0,
        })
    }

    /// Adds a stray that was found in the given pass over the source.
    pub(crate) fn push(&mut self, stray: &Stray, pass: u8) -> io::Result<()> {
        self.entries += 1;
        let column = stray.column.map_or(NOTHING, |column| column as u64);
        let numbers = [
            stray.row.unwrap_or(NOTHING),
            u64::from(stray.at.file),
            stray.at.line,
            column,
            stray.text.len() as u64,
        ];
        self.file.write_all(&[pass, stray.reason as u8])?;
        for number in numbers {
            self.file.write_all(&number.to_le_bytes())?;
        }
        self.file.write_all(&stray.text)
    }

    /// Calls `each` with every stray and its pass.
    fn replay(
        self,
        mut each: impl FnMut(u8, Stray) -> Result<(), Error>,
        path: &Path,
    ) -> Result<(), Error> {
        let failed = |cause| Error::writing(path, cause, 0);
        let entries = self.entries;
        let mut file = self
            .file
            .into_inner()
            .map_err(|error| failed(error.into_error()))?;
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        let mut file = BufReader::new(file);
        for _ in 0..entries {
            let mut head = [0; 2];
            file.read_exact(&mut head).map_err(failed)?;
            let mut numbers = [0u64; 5];
            for number in &mut numbers {
                let mut eight = [0; 8];
                file.read_exact(&mut eight).map_err(failed)?;
                *number = u64::from_le_bytes(eight);
            }
            let [row, file_number, line, column, length] = numbers;
            let mut text = vec![0; length as usize];
            file.read_exact(&mut text).map_err(failed)?;
            let stray = Stray {
                row: (row != NOTHING).then_some(row),
                at: SourceLine {
                    file: file_number as u32,
                    line,
                },
                column: (column != NOTHING).then_some(column as usize),
                text,
                reason: Reason::ALL[usize::from(head[1]) % Reason::ALL.len()],
            };
            each(head[0], stray)?;
        }
        Ok(())
    }

    /// Writes the strays that still count.
    ///
    /// `counts` says of a pass and a stray whether it does, and may change it; `names` and `types` are the columns'.
    pub(crate) fn write(
        self,
        file: &mut StraysFile,
        names: &[String],
        types: &[String],
        mut counts: impl FnMut(u8, &mut Stray) -> Result<bool, Error>,
    ) -> Result<(), Error> {
        let path = file.path.to_owned();
        let files = file.files;
        let mut batch = Batch::default();
        self.replay(
            |pass, mut stray| {
                if counts(pass, &mut stray)? {
                    batch.push(&stray, names, types, files);
                    if batch.bytes > BATCH_BYTES {
                        file.write(&std::mem::take(&mut batch).finish(files)?)?;
                    }
                }
                Ok(())
            },
            &path,
        )?;
        file.write(&batch.finish(files)?)
    }
}

/// Bytes of strays that are held before they are encoded.
const BATCH_BYTES: usize = 4_000_000;

/// The names of a table's files, as the table shows them, where it has several; else none.
#[derive(Debug, Clone, Default)]
pub(crate) struct FileNames {
    names: Vec<String>,
    places: HashMap<String, u32>,
}

impl FileNames {
    pub(crate) fn new(names: Vec<String>) -> Self {
        let places = names.iter().cloned().zip(0..).collect();
        Self { names, places }
    }

    /// Whether the table has but one file, which need not be named.
    pub(crate) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    pub(crate) fn name(&self, file: u32) -> Option<&str> {
        self.names.get(file as usize).map(String::as_str)
    }

    /// The place of a line of which the file is given by its name.
    fn at(&self, file: Option<&str>, line: u64) -> SourceLine {
        let file = file.and_then(|name| self.places.get(name));
        SourceLine {
            file: file.copied().unwrap_or(SourceLine::UNKNOWN.file),
            line,
        }
    }
}

/// The file of the strays, `row, line, column, text, bytes, reason`, and `file` where the table has several; none is made
/// if there is nothing to write.
pub(crate) struct StraysFile<'a> {
    path: &'a Path,
    files: &'a FileNames,
    properties: WriterProperties,
    writer: Option<ArrowWriter<File>>,
    rows: u64,
}

impl<'a> StraysFile<'a> {
    pub(crate) fn new(path: &'a Path, properties: WriterProperties, files: &'a FileNames) -> Self {
        Self {
            path,
            files,
            properties,
            writer: None,
            rows: 0,
        }
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let failed = |error| parquet_error(self.path, error, 0);
        let writer = match &mut self.writer {
            Some(writer) => writer,
            none => {
                let file = File::create_new(self.path)
                    .map_err(|cause| Error::writing(self.path, cause, 0))?;
                let properties = Some(self.properties.clone());
                none.insert(
                    ArrowWriter::try_new(file, schema(self.files), properties).map_err(failed)?,
                )
            }
        };
        writer.write(batch).map_err(failed)?;
        // The writer holds pages until a row group is done; strays are few, memory is fewer.
        if writer.in_progress_size() > BATCH_BYTES {
            writer.flush().map_err(failed)?;
        }
        self.rows += batch.num_rows() as u64;
        Ok(())
    }

    /// Makes the file durable; returns how many strays it has.
    pub(crate) fn finish(self) -> Result<u64, Error> {
        if let Some(writer) = self.writer {
            let file = writer
                .into_inner()
                .map_err(|error| parquet_error(self.path, error, 0))?;
            file.sync_all()
                .map_err(|cause| Error::writing(self.path, cause, 0))?;
        }
        Ok(self.rows)
    }
}

/// What was copied from one file of strays to another.
#[derive(Debug, Default)]
pub(crate) struct Copied {
    /// Cells that did not fit, and the source lines of the first hundred.
    pub(crate) misfits: u64,
    pub(crate) lines: BTreeSet<SourceLine>,
    /// Cells with bytes that are no valid text.
    pub(crate) invalid: u64,
}

impl Copied {
    /// Lets go of the lines after the first hundred.
    pub(crate) fn shorten(&mut self) {
        if self.lines.len() > LINES_KEPT {
            self.lines.pop_last();
        }
    }
}

/// Copies the strays of an existing file as they are, but for the names of their columns: `renamed` gives a column's
/// new name, or `None` where its strays no longer count.
pub(crate) fn copy(
    from: &Path,
    to: &mut StraysFile,
    renamed: impl Fn(&str) -> Option<String>,
    cancel: &Cancel,
) -> Result<Copied, Error> {
    let mut copied = Copied::default();
    let known = to.files;
    for batch in read(from)? {
        if cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        let batch = batch.map_err(|error| Error::Parquet(error.to_string()))?;
        let mut columns = batch.columns().to_vec();
        let (names, reasons) = (columns[2].as_string::<i32>(), columns[5].as_string::<i32>());
        let lines = columns[1].as_primitive::<Int64Type>();
        let files = columns.get(FILE).map(|files| files.as_string::<i32>());
        let mut kept = BooleanBuilder::new();
        let mut new_names = StringBuilder::new();
        for row in 0..batch.num_rows() {
            let name = names.is_valid(row).then(|| renamed(names.value(row)));
            let is_kept = !matches!(name, Some(None));
            kept.append_value(is_kept);
            if is_kept && name.is_some() {
                if reasons.value(row) == INVALID_TEXT {
                    copied.invalid += 1;
                } else {
                    copied.misfits += 1;
                    if lines.is_valid(row) {
                        let file = files.filter(|files| files.is_valid(row));
                        let file = file.map(|files| files.value(row));
                        let line = lines.value(row).cast_unsigned();
                        copied.lines.insert(known.at(file, line));
                    }
                    copied.shorten();
                }
            }
            new_names.append_option(name.flatten());
        }
        columns[2] = Arc::new(new_names.finish());
        let told = |error: arrow::error::ArrowError| Error::Parquet(error.to_string());
        let batch = RecordBatch::try_new(schema(known), columns).map_err(told)?;
        to.write(&filter_record_batch(&batch, &kept.finish()).map_err(told)?)?;
    }
    Ok(copied)
}

/// The strays in a finished file, in small batches, for a single one may have megabytes.
fn read(path: &Path) -> Result<ParquetRecordBatchReader, Error> {
    const ROWS: usize = 256;
    let file = File::open(path).map_err(|cause| Error::reading(path, cause))?;
    ParquetRecordBatchReaderBuilder::try_new(file)
        .and_then(|builder| builder.with_batch_size(ROWS).build())
        .map_err(|error| Error::Parquet(error.to_string()))
}

/// The strays of one column in a finished file, which are in the order of their rows.
pub(crate) struct StraysOf {
    files: FileNames,
    batches: ParquetRecordBatchReader,
    column: String,
    batch: Option<RecordBatch>,
    at: usize,
}

/// A cell that was set aside.
pub(crate) struct OldStray {
    /// As in [`Stray`].
    pub(crate) at: SourceLine,
    /// What stood there.
    pub(crate) text: Vec<u8>,
}

impl StraysOf {
    pub(crate) fn open(path: &Path, column: &str, files: &FileNames) -> Result<Self, Error> {
        Ok(Self {
            files: files.clone(),
            batches: read(path)?,
            column: column.to_owned(),
            batch: None,
            at: 0,
        })
    }

    /// What was set aside of a row, counted from 1; rows are asked for in ascending order.
    pub(crate) fn of_row(&mut self, row: u64) -> Result<Option<OldStray>, Error> {
        loop {
            let Some(batch) = &self.batch else {
                self.at = 0;
                match self.batches.next() {
                    Some(batch) => {
                        let batch = batch.map_err(|error| Error::Parquet(error.to_string()))?;
                        self.batch = Some(batch);
                    }
                    None => return Ok(None),
                }
                continue;
            };
            if self.at == batch.num_rows() {
                self.batch = None;
                continue;
            }
            let (rows, names) = (batch.column(0).as_primitive::<Int64Type>(), batch.column(2));
            let names = names.as_string::<i32>();
            let is_its_own = names.is_valid(self.at)
                && names.value(self.at) == self.column
                && rows.is_valid(self.at);
            let its_row = rows.value(self.at).cast_unsigned();
            if is_its_own && its_row > row {
                return Ok(None);
            }
            let at = self.at;
            self.at += 1;
            if is_its_own && its_row == row {
                let lines = batch.column(1).as_primitive::<Int64Type>();
                let original = batch.column(4).as_binary::<i32>();
                let text = batch.column(3).as_string::<i32>();
                let files = batch.columns().get(FILE);
                let files = files.map(|files| files.as_string::<i32>());
                let file = files.filter(|files| files.is_valid(at));
                let line = if lines.is_valid(at) {
                    lines.value(at).cast_unsigned()
                } else {
                    0
                };
                return Ok(Some(OldStray {
                    at: self.files.at(file.map(|files| files.value(at)), line),
                    text: if original.is_valid(at) {
                        original.value(at).to_vec()
                    } else {
                        text.value(at).as_bytes().to_vec()
                    },
                }));
            }
        }
    }
}

/// The place of the column that names the file.
const FILE: usize = 6;

fn schema(files: &FileNames) -> SchemaRef {
    let mut fields = vec![
        Field::new("row", DataType::Int64, true),
        Field::new("line", DataType::Int64, true),
        Field::new("column", DataType::Utf8, true),
        Field::new("text", DataType::Utf8, false),
        Field::new("bytes", DataType::Binary, true),
        Field::new("reason", DataType::Utf8, false),
    ];
    if !files.is_empty() {
        fields.push(Field::new("file", DataType::Utf8, true));
    }
    Arc::new(Schema::new(fields))
}

#[derive(Default)]
struct Batch {
    row: Int64Builder,
    line: Int64Builder,
    column: StringBuilder,
    text: StringBuilder,
    original: BinaryBuilder,
    reason: StringBuilder,
    file: StringBuilder,
    bytes: usize,
}

impl Batch {
    fn push(&mut self, stray: &Stray, names: &[String], types: &[String], files: &FileNames) {
        self.bytes += stray.text.len() + 64;
        self.row.append_option(stray.row.map(u64::cast_signed));
        let line = stray.at.line;
        self.line
            .append_option((line > 0).then_some(line.cast_signed()));
        self.file.append_option(files.name(stray.at.file));
        self.column
            .append_option(stray.column.and_then(|column| names.get(column)));
        let text = String::from_utf8_lossy(&stray.text);
        self.text.append_value(&text);
        let is_valid = matches!(text, std::borrow::Cow::Borrowed(_));
        self.original
            .append_option((!is_valid).then_some(&stray.text));
        self.reason.append_value(match stray.reason {
            Reason::Misfit => {
                let sql_type = stray.column.and_then(|column| types.get(column));
                format!("not a {}", sql_type.map_or("value", String::as_str))
            }
            Reason::InvalidText => INVALID_TEXT.into(),
            Reason::Surplus => "more fields than columns".into(),
            Reason::Oversized => "a record of over 64 MB; only its beginning is kept here".into(),
            Reason::RepeatedHeader => "the header once more".into(),
            Reason::Total => "a total of other rows".into(),
            Reason::Note => "a remark, no row of the table".into(),
            Reason::Comment => "a comment".into(),
            Reason::Outside => "after the end of the table".into(),
            Reason::Unreadable => "cannot be read as a record".into(),
        });
    }

    fn finish(mut self, files: &FileNames) -> Result<RecordBatch, Error> {
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(self.row.finish()),
            Arc::new(self.line.finish()),
            Arc::new(self.column.finish()),
            Arc::new(self.text.finish()),
            Arc::new(self.original.finish()),
            Arc::new(self.reason.finish()),
        ];
        if !files.is_empty() {
            columns.push(Arc::new(self.file.finish()));
        }
        RecordBatch::try_new(schema(files), columns)
            .map_err(|error| Error::Parquet(error.to_string()))
    }
}
