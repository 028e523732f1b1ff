//! Writes results to files: whole, durable and under their name at once, or not at all.

mod csv;
mod value;
mod xlsx;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use ::parquet::arrow::ArrowWriter;
use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::errors::ParquetError;
use ::parquet::file::properties::WriterProperties;
use arrow::ipc::writer::FileWriter;
use buzz_ingest::Cancel;
use tempfile::NamedTempFile;

use crate::{Batches, Error};

pub use csv::CsvStyle;
pub use value::display_value;
pub use xlsx::xlsx;

/// What an export wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Exported {
    /// Rows, without the header.
    pub rows: u64,
    /// Bytes of the file.
    pub bytes: u64,
    /// Texts that are longer than the format allows, and were cut.
    #[serde(skip_serializing_if = "is_none")]
    pub cut: u64,
}

fn is_none(count: &u64) -> bool {
    *count == 0
}

/// Where an export goes, and who watches it.
pub struct Target<'a> {
    /// The file to write.
    pub path: &'a Path,
    /// Whether a file of that name may be replaced.
    pub force: bool,
    /// Receives rows and bytes written so far, at most ten times a second and once at the end.
    pub progress: &'a dyn Fn(u64, u64),
    /// Stops the export; nothing is left behind.
    pub cancel: &'a Cancel,
}

impl std::fmt::Debug for Target<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Target")
            .field("path", &self.path)
            .field("force", &self.force)
            .finish_non_exhaustive()
    }
}

/// Writes a CSV file: UTF-8, LF, always a header, quotes only where needed.
///
/// A bare field is NULL and `""` an empty text; `true` and `false`; DECIMAL at its full scale; DOUBLE as the shortest
/// text that reads back the same; ISO dates and times (`2026-01-31T09:30:00`); BLOB as hexadecimal digits; lists,
/// structs and maps as JSON.
///
/// # Errors
/// [`Error::Exists`], [`Error::DiskFull`], [`Error::Write`], [`Error::Cancelled`] and those of the rows.
pub fn csv(
    mut rows: impl Batches,
    style: CsvStyle,
    target: &Target<'_>,
) -> Result<Exported, Error> {
    let mut file = Unfinished::create(target)?;
    let mut report = Report::new(target);
    let path = target.path;
    let schema = rows.schema();
    let mut text = String::new();
    style.header(&schema, &mut text);
    file.write_all(text.as_bytes())
        .map_err(|cause| Error::writing(path, cause))?;
    while let Some(batch) = next(&mut rows, target.cancel)? {
        for part in 0..batch.num_rows().div_ceil(CSV_ROWS) {
            let part = batch.slice(
                part * CSV_ROWS,
                CSV_ROWS.min(batch.num_rows() - part * CSV_ROWS),
            );
            text.clear();
            style.rows(&part, &mut text)?;
            file.write_all(text.as_bytes())
                .map_err(|cause| Error::writing(path, cause))?;
            report.count(part.num_rows(), file.bytes);
        }
    }
    file.finish(report)
}

/// Rows of CSV that are made into text at once.
const CSV_ROWS: usize = 4096;

/// Writes a Parquet file, compressed with Zstandard.
///
/// # Errors
/// As [`csv`], and [`Error::Sql`] where a column's type cannot be in a Parquet file.
pub fn parquet(mut rows: impl Batches, target: &Target<'_>) -> Result<Exported, Error> {
    let file = Unfinished::create(target)?;
    let mut report = Report::new(target);
    let failed = |error: ParquetError| match error {
        ParquetError::External(source) => match source.downcast::<io::Error>() {
            Ok(cause) => Error::writing(target.path, *cause),
            Err(source) => Error::Internal(source.to_string()),
        },
        ParquetError::NYI(what) | ParquetError::ArrowError(what) => Error::Sql(format!(
            "the result cannot be written as Parquet ({what}): cast that column to VARCHAR"
        )),
        other => Error::Internal(other.to_string()),
    };
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        // Row groups are bounded in bytes, so that wide rows need no more memory than narrow ones.
        .set_max_row_group_row_count(Some(1_000_000))
        .build();
    let mut writer = ArrowWriter::try_new(file, rows.schema(), Some(properties)).map_err(failed)?;
    while let Some(batch) = next(&mut rows, target.cancel)? {
        writer.write(&batch).map_err(failed)?;
        if writer.in_progress_size() > ROW_GROUP_BYTES {
            writer.flush().map_err(failed)?;
        }
        report.count(batch.num_rows(), writer.inner().bytes);
    }
    // This writes the footer, too.
    writer.into_inner().map_err(failed)?.finish(report)
}

/// Bytes of an encoded row group at which it is written out.
const ROW_GROUP_BYTES: usize = 16_000_000;

/// Writes an Arrow IPC file.
///
/// # Errors
/// As [`csv`].
pub fn arrow(mut rows: impl Batches, target: &Target<'_>) -> Result<Exported, Error> {
    let file = Unfinished::create(target)?;
    let mut report = Report::new(target);
    let failed = |error: ::arrow::error::ArrowError| match error {
        ::arrow::error::ArrowError::IoError(_, cause) => Error::writing(target.path, cause),
        other => Error::Internal(other.to_string()),
    };
    let mut writer = FileWriter::try_new(file, &rows.schema()).map_err(failed)?;
    while let Some(batch) = next(&mut rows, target.cancel)? {
        writer.write(&batch).map_err(failed)?;
        report.count(batch.num_rows(), writer.get_ref().bytes);
    }
    writer.finish().map_err(failed)?;
    writer.into_inner().map_err(failed)?.finish(report)
}

/// Writes CSV to a stream, such as standard output; as [`csv`] does in the usual style.
///
/// # Errors
/// [`Error::Stream`], [`Error::Cancelled`] and those of the rows.
pub fn write_csv(
    mut rows: impl Batches,
    mut out: impl Write,
    cancel: &Cancel,
) -> Result<Exported, Error> {
    let mut text = String::new();
    let style = CsvStyle::default();
    let mut exported = Exported {
        rows: 0,
        bytes: 0,
        cut: 0,
    };
    style.header(&rows.schema(), &mut text);
    loop {
        out.write_all(text.as_bytes()).map_err(Error::Stream)?;
        exported.bytes += text.len() as u64;
        let Some(batch) = next(&mut rows, cancel)? else {
            break;
        };
        text.clear();
        style.rows(&batch, &mut text)?;
        exported.rows += batch.num_rows() as u64;
    }
    out.flush().map_err(Error::Stream)?;
    Ok(exported)
}

/// The next batch, unless the work is to stop.
fn next(
    rows: &mut impl Batches,
    cancel: &Cancel,
) -> Result<Option<::arrow::array::RecordBatch>, Error> {
    if cancel.is_cancelled() {
        return Err(Error::Cancelled);
    }
    rows.next().transpose()
}

/// A file that has no name yet; dropping it leaves nothing behind.
struct Unfinished<'a> {
    path: &'a Path,
    force: bool,
    cancel: &'a Cancel,
    file: BufWriter<NamedTempFile>,
    bytes: u64,
}

impl<'a> Unfinished<'a> {
    fn create(target: &Target<'a>) -> Result<Self, Error> {
        let path = target.path;
        if path.is_dir() || (!target.force && path.symlink_metadata().is_ok()) {
            return Err(Error::Exists(path.to_owned()));
        }
        // Beside the target, for a file can take its name only within one file system.
        let mut builder = tempfile::Builder::new();
        builder.prefix(".buzz-").suffix(".partial");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let file = builder
            .tempfile_in(folder(path))
            .map_err(|cause| Error::writing(path, cause))?;
        Ok(Self {
            path,
            force: target.force,
            cancel: target.cancel,
            file: BufWriter::with_capacity(1 << 18, file),
            bytes: 0,
        })
    }

    /// Makes the file durable and gives it its name.
    fn finish(self, report: Report<'_>) -> Result<Exported, Error> {
        let Self {
            path,
            force,
            cancel,
            file,
            bytes,
        } = self;
        let failed = |cause| Error::writing(path, cause);
        let file = file
            .into_inner()
            .map_err(|error| failed(error.into_error()))?;
        file.as_file().sync_all().map_err(failed)?;
        if cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        let named = if force {
            file.persist(path)
        } else {
            file.persist_noclobber(path)
        };
        named.map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => Error::Exists(path.to_owned()),
            _ => failed(error.error),
        })?;
        sync_folder(folder(path)).map_err(failed)?;
        (report.progress)(report.rows, bytes);
        Ok(Exported {
            rows: report.rows,
            bytes,
            cut: 0,
        })
    }
}

/// Counts the rows of an export and tells of them, not too often.
struct Report<'a> {
    progress: &'a dyn Fn(u64, u64),
    rows: u64,
    last: Instant,
}

impl<'a> Report<'a> {
    const INTERVAL: Duration = Duration::from_millis(100);

    fn new(target: &Target<'a>) -> Self {
        Self {
            progress: target.progress,
            rows: 0,
            last: Instant::now(),
        }
    }

    fn count(&mut self, rows: usize, bytes: u64) {
        self.rows += rows as u64;
        if self.last.elapsed() >= Self::INTERVAL {
            self.last = Instant::now();
            (self.progress)(self.rows, bytes);
        }
    }
}

impl Write for Unfinished<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The folder of a path; the current one where the path names none.
fn folder(path: &Path) -> &Path {
    path.parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// Makes the names in a folder durable; Windows does that by itself.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()
    } else {
        Ok(())
    }
}
