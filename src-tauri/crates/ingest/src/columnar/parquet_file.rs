//! A Parquet file: copied and checked, or written anew where names must change.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use arrow::array::RecordBatch;
use bytes::Bytes;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::reader::{ChunkReader, Length};

use super::profile::Profiles;
use super::{Columns, Look, Taken, preview, renamed, types};
use crate::Error;
use crate::container::HashedFile;
use crate::detect::PREVIEW_ROWS;
use crate::progress::Throttle;
use crate::source::Handle;

/// A file in pieces, as the Parquet library asks for them; each reader has a place of its own.
pub(super) struct Chunks {
    file: Handle,
    bytes: u64,
}

impl Chunks {
    pub(super) fn new(file: Handle, bytes: u64) -> Self {
        Self { file, bytes }
    }

    fn at(&self, start: u64) -> ParquetResult<Handle> {
        let mut file = self.file.again()?;
        file.seek(SeekFrom::Start(start))?;
        Ok(file)
    }
}

impl Length for Chunks {
    fn len(&self) -> u64 {
        self.bytes
    }
}

impl ChunkReader for Chunks {
    type T = BufReader<Handle>;

    fn get_read(&self, start: u64) -> ParquetResult<Self::T> {
        Ok(BufReader::new(self.at(start)?))
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        // A damaged footer may ask for more than there is.
        if start.saturating_add(length as u64) > self.bytes {
            return Err(ParquetError::EOF("a part of it lies beyond its end".into()));
        }
        let mut buffer = vec![0; length];
        self.at(start)?.read_exact(&mut buffer)?;
        Ok(buffer.into())
    }
}

/// Bytes of a batch that is decoded, about.
const BATCH_BYTES: u64 = 8_000_000;

impl Columns<'_> {
    pub(super) fn parquet(&self, path: &Path, progress: &mut Throttle) -> Result<Taken, Error> {
        let chunks = |file| Chunks::new(file, self.source.bytes);
        // What Parquet itself says of the types, which is what DuckDB reads.
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let plain = self.footer(chunks(self.source.handle()?), options)?;
        let (fields, parquet) = (plain.schema().fields(), plain.parquet_schema());
        let names = self.names(fields)?;
        let types = types::of_parquet(fields, parquet);
        let mut profiles = Profiles::new(fields, self.options);
        let is_kept = names.iter().all(|(name, source_name)| name == source_name);
        // Other readers go by the Arrow schema in the footer, if there is one: it has to agree.
        let with_arrow = self.footer(
            Chunks::new(self.source.handle()?, self.source.bytes),
            ArrowReaderOptions::new(),
        )?;
        let rows = if is_kept {
            self.copy(path, progress)?;
            self.check(path, chunks, &plain, &mut profiles, progress)?
        } else {
            let schema = renamed(with_arrow.schema(), &names);
            let mut writer = self.writer(path, schema.clone())?;
            let rows = self.decode(
                chunks(self.source.handle()?),
                &with_arrow,
                progress,
                |batch| {
                    profiles.add(&batch);
                    let batch = RecordBatch::try_new(schema.clone(), batch.columns().to_vec())
                        .map_err(|error| self.damaged(error))?;
                    writer.write(&batch)
                },
            )?;
            writer.finish()?;
            rows
        };
        let (bytes, blake3) = self.source.hash(self.cancel)?;
        Ok(Taken {
            rows,
            names,
            types,
            profiles,
            bytes,
            blake3,
        })
    }

    pub(super) fn look_at_parquet(&self) -> Result<Look, Error> {
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let chunks = Chunks::new(self.source.handle()?, self.source.bytes);
        let metadata = self.footer(chunks, options)?;
        let fields = metadata.schema().fields();
        let file = Chunks::new(self.source.handle()?, self.source.bytes);
        let first = self.decoding("its first rows", || {
            ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata.clone())
                .with_limit(PREVIEW_ROWS)
                .with_batch_size(PREVIEW_ROWS)
                .build()
                .map_err(|error| error.to_string())?
                .next()
                .transpose()
                .map_err(|error| error.to_string())
        })?;
        let rows = metadata.metadata().file_metadata().num_rows();
        Ok(Look {
            names: self.names(fields)?,
            types: types::of_parquet(fields, metadata.parquet_schema()),
            rows: u64::try_from(rows).ok(),
            preview: first.as_ref().map(preview).unwrap_or_default(),
        })
    }

    fn footer(
        &self,
        chunks: Chunks,
        options: ArrowReaderOptions,
    ) -> Result<ArrowReaderMetadata, Error> {
        self.decoding("its footer", || ArrowReaderMetadata::load(&chunks, options))
    }

    /// Copies the source to where the dataset is to be.
    fn copy(&self, path: &Path, progress: &mut Throttle) -> Result<(), Error> {
        let failed = |cause| Error::writing(path, cause, self.source.bytes);
        let mut file: HashedFile<Handle> = self.source.hashed_handle()?;
        let mut copy = File::create_new(path).map_err(failed)?;
        let mut buffer = vec![0; 1 << 20];
        let mut copied = 0;
        loop {
            self.check_cancelled()?;
            let read = file
                .read(&mut buffer)
                .map_err(|cause| Error::reading(&self.source.path, cause))?;
            if read == 0 {
                break;
            }
            copy.write_all(&buffer[..read]).map_err(failed)?;
            copied += read as u64;
            progress.report(self.snapshot(copied / 2, 0));
        }
        copy.sync_all().map_err(failed)
    }

    /// Decodes every page of the copy.
    fn check(
        &self,
        path: &Path,
        chunks: impl FnOnce(Handle) -> Chunks,
        metadata: &ArrowReaderMetadata,
        profiles: &mut Profiles,
        progress: &mut Throttle,
    ) -> Result<u64, Error> {
        let copy = File::open(path).map_err(|cause| Error::writing(path, cause, 0))?;
        let chunks = chunks(Handle::new(copy));
        self.decode(chunks, metadata, progress, |batch| {
            profiles.add(&batch);
            Ok(())
        })
    }

    /// Decodes all rows, a few megabytes at a time; how many there were.
    fn decode(
        &self,
        chunks: Chunks,
        metadata: &ArrowReaderMetadata,
        progress: &mut Throttle,
        mut take: impl FnMut(RecordBatch) -> Result<(), Error>,
    ) -> Result<u64, Error> {
        let mut rows = 0u64;
        let groups = metadata.metadata().row_groups();
        let mut expected = 0;
        for (group, about) in groups.iter().enumerate() {
            let declared = u64::try_from(about.num_rows()).unwrap_or(0);
            expected += declared;
            let bytes = u64::try_from(about.total_byte_size()).unwrap_or(0);
            let row_bytes = (bytes / declared.max(1)).max(1);
            let batch_rows = (BATCH_BYTES / row_bytes).clamp(16, super::PIECE_ROWS as u64);
            let what = format!("its row group {}", group + 1);
            let chunks = Chunks::new(
                chunks.at(0).map_err(|error| self.damaged(error))?,
                chunks.bytes,
            );
            let mut batches = self.decoding(&what, || {
                ParquetRecordBatchReaderBuilder::new_with_metadata(chunks, metadata.clone())
                    .with_row_groups(vec![group])
                    .with_batch_size(batch_rows as usize)
                    .build()
            })?;
            while let Some(batch) = self.decoding(&what, || batches.next().transpose())? {
                self.check_cancelled()?;
                rows += batch.num_rows() as u64;
                take(batch)?;
                let share = rows as f64 / expected.max(1) as f64 / groups.len() as f64;
                let done = (group as f64 / groups.len() as f64 + share.min(1.0)) / 2.0 + 0.5;
                progress
                    .report(self.snapshot((self.source.bytes as f64 * done.min(1.0)) as u64, rows));
            }
            if rows != expected {
                return Err(self.damaged(format!(
                    "{what}: it says that it has {declared} rows, and has others"
                )));
            }
        }
        Ok(rows)
    }
}
