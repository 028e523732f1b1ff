//! A result that is kept for paging: in memory up to a bound, on disk beyond it.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use arrow::datatypes::SchemaRef;
use arrow::ipc::reader::StreamReader;

use crate::engine::lock;
use crate::{Batches, Column, Error, to_ipc};

/// Rows that are put together into one batch before it is kept.
const CHUNK_ROWS: usize = 16_384;

/// Bytes of such a batch, if its rows are large.
const CHUNK_BYTES: usize = 4_000_000;

/// A whole result, kept in memory up to a bound and beyond it in a temporary file that goes when this is dropped, or
/// when the process ends in any way.
#[derive(Debug)]
pub struct Stored {
    kept: Arc<Kept>,
}

#[derive(Debug)]
struct Kept {
    schema: SchemaRef,
    chunks: Vec<Chunk>,
    rows: u64,
    spill: Option<Mutex<File>>,
    temp_root: PathBuf,
}

/// Some rows of the result.
#[derive(Debug)]
struct Chunk {
    /// The number of the first row.
    first: u64,
    rows: u64,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Memory(RecordBatch),
    /// Position and length in the temporary file, as an Arrow IPC stream of its own.
    Disk(u64, u64),
}

impl Stored {
    /// Reads `rows` to their end; batches beyond `memory` bytes go to a temporary file in `temp_root`.
    ///
    /// # Errors
    /// Those of the rows, and [`Error::DiskFull`] or [`Error::Write`] for the temporary file.
    pub fn collect(rows: impl Batches, memory: u64, temp_root: &Path) -> Result<Self, Error> {
        Self::collect_watched(rows, memory, temp_root, |_| ())
    }

    /// As [`Stored::collect`]; `progress` gets the number of rows each time some were kept.
    ///
    /// # Errors
    /// Those of [`Stored::collect`].
    pub fn collect_watched(
        mut rows: impl Batches,
        memory: u64,
        temp_root: &Path,
        progress: impl Fn(u64),
    ) -> Result<Self, Error> {
        let mut kept = Kept {
            schema: rows.schema(),
            chunks: Vec::new(),
            rows: 0,
            spill: None,
            temp_root: temp_root.to_owned(),
        };
        let mut in_memory = 0;
        let mut on_disk = 0;
        let mut pending: Vec<RecordBatch> = Vec::new();
        loop {
            let batch = rows.next().transpose()?;
            let last = batch.is_none();
            pending.extend(batch);
            let pending_rows: usize = pending.iter().map(RecordBatch::num_rows).sum();
            if pending_rows == 0 {
                if last {
                    break;
                }
                continue;
            }
            if !last && pending_rows < CHUNK_ROWS && bytes_of(&pending) < CHUNK_BYTES {
                continue;
            }
            // Putting the rows together also copies them out of DuckDB's buffers, which may be larger than they are.
            let chunk = concat_batches(&kept.schema, &pending).map_err(internal)?;
            pending.clear();
            let bytes = chunk.get_array_memory_size() as u64;
            let place = if kept.spill.is_none() && in_memory + bytes <= memory {
                in_memory += bytes;
                Place::Memory(chunk)
            } else {
                let message = to_ipc(&kept.schema, &[chunk])?;
                let file = match &mut kept.spill {
                    Some(file) => file,
                    none => none.insert(Mutex::new(
                        std::fs::create_dir_all(temp_root)
                            .and_then(|()| tempfile::tempfile_in(temp_root))
                            .map_err(|cause| Error::writing(temp_root, cause))?,
                    )),
                };
                lock(file)
                    .write_all(&message)
                    .map_err(|cause| Error::writing(temp_root, cause))?;
                let length = message.len() as u64;
                on_disk += length;
                Place::Disk(on_disk - length, length)
            };
            kept.chunks.push(Chunk {
                first: kept.rows,
                rows: pending_rows as u64,
                place,
            });
            kept.rows += pending_rows as u64;
            progress(kept.rows);
            if last {
                break;
            }
        }
        Ok(Self {
            kept: Arc::new(kept),
        })
    }

    /// The schema of every batch.
    pub fn schema(&self) -> SchemaRef {
        self.kept.schema.clone()
    }

    /// The columns with their SQL types.
    pub fn columns(&self) -> Vec<Column> {
        crate::columns_of(&self.kept.schema)
    }

    /// The number of rows.
    pub fn rows(&self) -> u64 {
        self.kept.rows
    }

    /// Whether a part of the result is in a temporary file.
    pub fn spilled(&self) -> bool {
        self.kept.spill.is_some()
    }

    /// Rows `offset..offset + limit`; at least one batch, which may have no rows.
    ///
    /// # Errors
    /// Those of reading the temporary file.
    pub fn page(&self, offset: u64, limit: u64) -> Result<Vec<RecordBatch>, Error> {
        let kept = &self.kept;
        let end = offset.saturating_add(limit).min(kept.rows);
        let mut batches = Vec::new();
        let mut index = kept
            .chunks
            .partition_point(|chunk| chunk.first + chunk.rows <= offset);
        while let Some(chunk) = kept.chunks.get(index).filter(|chunk| chunk.first < end) {
            let from = offset.max(chunk.first) - chunk.first;
            let to = end.min(chunk.first + chunk.rows) - chunk.first;
            // Both are at most the number of rows of one batch.
            batches.push(kept.read(index)?.slice(from as usize, (to - from) as usize));
            index += 1;
        }
        if batches.is_empty() {
            batches.push(RecordBatch::new_empty(kept.schema.clone()));
        }
        Ok(batches)
    }

    /// All batches from the start; several readers may be at work at once.
    pub fn batches(&self) -> StoredBatches {
        StoredBatches {
            kept: self.kept.clone(),
            schema: self.kept.schema.clone(),
            columns: None,
            rows: 0..self.kept.rows,
            next: 0,
        }
    }

    /// Some columns of some rows, read while they are asked for.
    ///
    /// # Errors
    /// [`Error::Internal`] where a column is not there.
    pub fn part(&self, columns: &[usize], rows: Range<u64>) -> Result<StoredBatches, Error> {
        let kept = &self.kept;
        Ok(StoredBatches {
            schema: Arc::new(kept.schema.project(columns).map_err(internal)?),
            columns: Some(columns.to_vec()),
            next: kept
                .chunks
                .partition_point(|chunk| chunk.first + chunk.rows <= rows.start),
            rows: rows.start..rows.end.min(kept.rows),
            kept: kept.clone(),
        })
    }
}

impl Kept {
    fn read(&self, index: usize) -> Result<RecordBatch, Error> {
        let (at, length) = match &self.chunks[index].place {
            Place::Memory(batch) => return Ok(batch.clone()),
            Place::Disk(at, length) => (*at, *length),
        };
        let bytes = self
            .spill
            .as_ref()
            .ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
            .and_then(|file| {
                let mut file = lock(file);
                file.seek(SeekFrom::Start(at))?;
                let mut bytes = vec![0; usize::try_from(length).unwrap_or(usize::MAX)];
                file.read_exact(&mut bytes)?;
                Ok(bytes)
            })
            .map_err(|cause| Error::Write {
                path: self.temp_root.clone(),
                cause,
            })?;
        StreamReader::try_new(Cursor::new(bytes), None)
            .map_err(internal)?
            .next()
            .ok_or_else(|| Error::Internal("a kept result is incomplete".to_owned()))?
            .map_err(internal)
    }
}

fn internal(error: arrow::error::ArrowError) -> Error {
    Error::Internal(error.to_string())
}

fn bytes_of(batches: &[RecordBatch]) -> usize {
    batches.iter().map(RecordBatch::get_array_memory_size).sum()
}

/// The batches of a [`Stored`] result; the result may be dropped meanwhile.
#[derive(Debug)]
pub struct StoredBatches {
    kept: Arc<Kept>,
    schema: SchemaRef,
    /// The columns that are wanted; all where it is `None`.
    columns: Option<Vec<usize>>,
    rows: Range<u64>,
    next: usize,
}

impl Iterator for StoredBatches {
    type Item = Result<RecordBatch, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let chunk = self.kept.chunks.get(self.next)?;
        let from = self.rows.start.max(chunk.first) - chunk.first;
        let to = self.rows.end.min(chunk.first + chunk.rows);
        let rows = to
            .checked_sub(chunk.first + from)
            .filter(|&rows| rows > 0)?;
        self.next += 1;
        let batch = self.kept.read(self.next - 1).and_then(|batch| {
            let batch = match &self.columns {
                Some(columns) => batch.project(columns).map_err(internal)?,
                None => batch,
            };
            // Both are at most the number of rows of one batch.
            Ok(batch.slice(from as usize, rows as usize))
        });
        Some(batch)
    }
}

impl Batches for StoredBatches {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }
}
