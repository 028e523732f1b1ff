//! What did not fit: kept in a spool on disk while converting, written as a Parquet file at the end.
//!
//! A spool is needed because a column's type may be revised at the end, and then what strayed from the former
//! type no longer counts.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryBuilder, Int64Builder, RecordBatch, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;

use crate::Error;
use crate::records::Block;

/// Why something was set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The cell is not of its column's type; it is NULL in the table.
    Misfit,
    /// The cell has bytes that are no valid text; in the table they are U+FFFD.
    InvalidText,
    /// The row has more fields than the table has columns; these are the rest.
    Surplus,
    /// The record is larger than a record may be; it is no row of the table.
    Oversized,
}

impl Reason {
    const ALL: [Self; 4] = [
        Self::Misfit,
        Self::InvalidText,
        Self::Surplus,
        Self::Oversized,
    ];
}

/// Something that was set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stray {
    /// The row in the dataset, counted from 1; `None` for a record that is no row.
    pub(crate) row: Option<u64>,
    /// The source line on which the row begins, counted from 1.
    pub(crate) line: u64,
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
            line: block.line_of(row),
            column: Some(column),
            text: text.to_vec(),
            reason,
        }
    }
}

const NOTHING: u64 = u64::MAX;

/// Strays on disk, in the order in which they were found.
#[derive(Debug)]
pub(crate) struct Spool {
    file: BufWriter<File>,
    entries: u64,
}

impl Spool {
    /// A spool in a file that is gone as soon as the spool is.
    pub(crate) fn new(folder: &Path) -> io::Result<Self> {
        Ok(Self {
            file: BufWriter::new(tempfile::tempfile_in(folder)?),
            entries: 0,
        })
    }

    /// Adds a stray that was found in the given pass over the source.
    pub(crate) fn push(&mut self, stray: &Stray, pass: u8) -> io::Result<()> {
        self.entries += 1;
        let column = stray.column.map_or(NOTHING, |column| column as u64);
        let numbers = [
            stray.row.unwrap_or(NOTHING),
            stray.line,
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
            let mut numbers = [0u64; 4];
            for number in &mut numbers {
                let mut eight = [0; 8];
                file.read_exact(&mut eight).map_err(failed)?;
                *number = u64::from_le_bytes(eight);
            }
            let [row, line, column, length] = numbers;
            let mut text = vec![0; length as usize];
            file.read_exact(&mut text).map_err(failed)?;
            let stray = Stray {
                row: (row != NOTHING).then_some(row),
                line,
                column: (column != NOTHING).then_some(column as usize),
                text,
                reason: Reason::ALL[usize::from(head[1]) % Reason::ALL.len()],
            };
            each(head[0], stray)?;
        }
        Ok(())
    }

    /// Writes the strays that still count, as `row, line, column, text, bytes, reason`; returns how many.
    ///
    /// `counts` says of a pass and a stray whether it does, and `names` and `types` are the columns'. No file is
    /// made if there is nothing to write.
    pub(crate) fn write(
        self,
        path: &Path,
        properties: parquet::file::properties::WriterProperties,
        names: &[String],
        types: &[String],
        counts: impl Fn(u8, &Stray) -> bool,
    ) -> Result<u64, Error> {
        const BATCH_BYTES: usize = 4_000_000;
        let mut writer: Option<ArrowWriter<File>> = None;
        let mut batch = Batch::default();
        let mut written = 0;
        let flush = |batch: &mut Batch,
                     writer: &mut Option<ArrowWriter<File>>|
         -> Result<(), Error> {
            if batch.rows == 0 {
                return Ok(());
            }
            if writer.is_none() {
                let file =
                    File::create_new(path).map_err(|cause| Error::writing(path, cause, 0))?;
                let new = ArrowWriter::try_new(file, schema(), Some(properties.clone()));
                *writer = Some(new.map_err(|error| super::output::parquet_error(path, error, 0))?);
            }
            let batch = std::mem::take(batch).finish()?;
            if let Some(writer) = writer {
                writer
                    .write(&batch)
                    .map_err(|error| super::output::parquet_error(path, error, 0))?;
                // The writer holds pages until a row group is done; strays are few, memory is fewer.
                if writer.in_progress_size() > BATCH_BYTES {
                    writer
                        .flush()
                        .map_err(|error| super::output::parquet_error(path, error, 0))?;
                }
            }
            Ok(())
        };
        self.replay(
            |pass, stray| {
                if counts(pass, &stray) {
                    batch.push(&stray, names, types);
                    written += 1;
                    if batch.bytes > BATCH_BYTES {
                        flush(&mut batch, &mut writer)?;
                    }
                }
                Ok(())
            },
            path,
        )?;
        flush(&mut batch, &mut writer)?;
        if let Some(writer) = writer {
            let file = writer
                .into_inner()
                .map_err(|error| super::output::parquet_error(path, error, 0))?;
            file.sync_all()
                .map_err(|cause| Error::writing(path, cause, 0))?;
        }
        Ok(written)
    }
}

fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("row", DataType::Int64, true),
        Field::new("line", DataType::Int64, false),
        Field::new("column", DataType::Utf8, true),
        Field::new("text", DataType::Utf8, false),
        Field::new("bytes", DataType::Binary, true),
        Field::new("reason", DataType::Utf8, false),
    ]))
}

#[derive(Default)]
struct Batch {
    row: Int64Builder,
    line: Int64Builder,
    column: StringBuilder,
    text: StringBuilder,
    original: BinaryBuilder,
    reason: StringBuilder,
    rows: usize,
    bytes: usize,
}

impl Batch {
    fn push(&mut self, stray: &Stray, names: &[String], types: &[String]) {
        self.rows += 1;
        self.bytes += stray.text.len() + 64;
        self.row.append_option(stray.row.map(u64::cast_signed));
        self.line.append_value(stray.line.cast_signed());
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
            Reason::InvalidText => "bytes that are no valid UTF-8".into(),
            Reason::Surplus => "more fields than columns".into(),
            Reason::Oversized => "a record of over 64 MB; only its beginning is kept here".into(),
        });
    }

    fn finish(mut self) -> Result<RecordBatch, Error> {
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.row.finish()),
            Arc::new(self.line.finish()),
            Arc::new(self.column.finish()),
            Arc::new(self.text.finish()),
            Arc::new(self.original.finish()),
            Arc::new(self.reason.finish()),
        ];
        RecordBatch::try_new(schema(), columns).map_err(|error| Error::Parquet(error.to_string()))
    }
}
