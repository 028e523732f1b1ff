//! Arrow IPC: the file, which is also Feather of version 2, and the stream; written as Parquet.

use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::ipc::reader::{FileReader, StreamReader};
use arrow::ipc::{root_as_footer, root_as_message};
use parquet::arrow::{ArrowSchemaConverter, parquet_to_arrow_schema};

use super::profile::Profiles;
use super::{Columns, Format, Look, Taken, pieces, preview, renamed, types};
use crate::Error;
use crate::progress::Throttle;
use crate::source::Handle;

/// Where a message of a stream begins.
const CONTINUATION: [u8; 4] = [0xff; 4];

impl Columns<'_> {
    pub(super) fn arrow_file(&self, path: &Path, progress: &mut Throttle) -> Result<Taken, Error> {
        self.check_blocks()?;
        let file = BufReader::new(self.source.handle()?);
        let mut reader = self.decoding("its footer", || FileReader::try_new(file, None))?;
        let schema = reader.schema();
        let batches = reader.num_batches() as u64;
        let mut batch = 0;
        self.arrow(&schema, path, progress, || {
            let next = reader.next();
            batch += 1;
            (next, self.source.bytes / batches.max(1) * batch)
        })
    }

    pub(super) fn arrow_stream(
        &self,
        path: &Path,
        progress: &mut Throttle,
    ) -> Result<Taken, Error> {
        self.check_messages()?;
        let file = BufReader::new(self.source.handle()?);
        let mut reader = self.decoding("its schema", || StreamReader::try_new(file, None))?;
        let schema = reader.schema();
        self.arrow(&schema, path, progress, || {
            let next = reader.next();
            let position = reader.get_mut().stream_position().unwrap_or(0);
            (next, position)
        })
    }

    /// Writes the batches that `next` gives, with how many bytes of the source were read to get them.
    fn arrow(
        &self,
        schema: &SchemaRef,
        path: &Path,
        progress: &mut Throttle,
        mut next: impl FnMut() -> (Option<Result<RecordBatch, ArrowError>>, u64),
    ) -> Result<Taken, Error> {
        let fields = schema.fields();
        let names = self.names(fields)?;
        let types = self.types(schema)?;
        let mut profiles = Profiles::new(fields, self.options);
        let renamed = renamed(schema, &names);
        let mut writer = self.writer(path, renamed.clone())?;
        let mut rows = 0;
        loop {
            self.check_cancelled()?;
            let decoded = self.decoding("one of its batches", || {
                let (batch, position) = next();
                batch.transpose().map(|batch| (batch, position))
            })?;
            let (Some(batch), position) = decoded else {
                break;
            };
            for piece in pieces(&batch) {
                self.check_cancelled()?;
                profiles.add(&piece);
                let piece = RecordBatch::try_new(renamed.clone(), piece.columns().to_vec())
                    .map_err(|error| self.damaged(error))?;
                writer.write(&piece)?;
                rows += piece.num_rows() as u64;
            }
            progress.report(self.snapshot(position, rows));
        }
        writer.finish()?;
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

    /// The types that the columns have as Parquet.
    fn types(&self, schema: &SchemaRef) -> Result<Vec<String>, Error> {
        let parquet = ArrowSchemaConverter::new()
            .convert(schema)
            .map_err(|error| self.unkept(error))?;
        let plain = parquet_to_arrow_schema(&parquet, None).map_err(|error| self.unkept(error))?;
        Ok(types::of_parquet(plain.fields(), &parquet))
    }

    pub(super) fn look_at_arrow(&self, format: Format) -> Result<Look, Error> {
        let file = BufReader::new(self.source.handle()?);
        let (schema, first) = if format == Format::ArrowFile {
            self.check_blocks()?;
            self.decoding("its beginning", || {
                let mut reader = FileReader::try_new(file, None)?;
                let first = reader.next().transpose()?;
                Ok::<_, ArrowError>((reader.schema(), first))
            })?
        } else {
            self.check_messages()?;
            self.decoding("its beginning", || {
                let mut reader = StreamReader::try_new(file, None)?;
                let first = reader.next().transpose()?;
                Ok::<_, ArrowError>((reader.schema(), first))
            })?
        };
        Ok(Look {
            names: self.names(schema.fields())?,
            types: self.types(&schema)?,
            rows: None,
            preview: first.as_ref().map(preview).unwrap_or_default(),
        })
    }

    /// Makes sure that a part lies within the file and fits into the memory, before a library takes memory for it.
    fn check_part(&self, start: i64, bytes: i64) -> Result<u64, Error> {
        let end = u64::try_from(start)
            .ok()
            .zip(u64::try_from(bytes).ok())
            .and_then(|(start, bytes)| start.checked_add(bytes))
            .filter(|&end| end <= self.source.bytes);
        let Some(end) = end else {
            return Err(self.damaged("a part of it lies beyond its end"));
        };
        self.check_size(bytes)?;
        Ok(end)
    }

    /// Makes sure that so many bytes of a batch fit into the memory: it is there as it was read and, where it was
    /// compressed, unpacked, while its pages are made.
    fn check_size(&self, bytes: i64) -> Result<(), Error> {
        if bytes.cast_unsigned() > self.options.memory / 2 {
            return Err(Error::Options(format!(
                "{} has a record batch of {} MB, which does not fit into the memory of {} MB: allow three times its size with --memory, or write the file in smaller batches",
                self.source.path.display(),
                bytes / 1_000_000,
                self.options.memory / 1_000_000
            )));
        }
        Ok(())
    }

    /// Checks the places of all batches, which the footer of an Arrow file has.
    fn check_blocks(&self) -> Result<(), Error> {
        const MAGIC: &[u8] = b"ARROW1";
        let failed = |cause: io::Error| match cause.kind() {
            io::ErrorKind::UnexpectedEof => self.damaged("it breaks off"),
            _ => Error::reading(&self.source.path, cause),
        };
        let mut file = self.source.handle()?;
        let tail = (MAGIC.len() + 4) as u64;
        let Some(end) = self.source.bytes.checked_sub(tail) else {
            return Err(self.damaged("it breaks off"));
        };
        file.seek(SeekFrom::Start(end)).map_err(failed)?;
        let mut length = [0; 4];
        let mut magic = [0; MAGIC.len()];
        file.read_exact(&mut length).map_err(failed)?;
        file.read_exact(&mut magic).map_err(failed)?;
        let length = i64::from(i32::from_le_bytes(length));
        if magic != MAGIC {
            return Err(self.damaged("it breaks off, for an Arrow file ends as it begins"));
        }
        let start = i64::try_from(end).unwrap_or(i64::MAX) - length;
        self.check_part(start, length)?;
        file.seek(SeekFrom::Start(start.cast_unsigned()))
            .map_err(failed)?;
        let mut footer = vec![0; length as usize];
        file.read_exact(&mut footer).map_err(failed)?;
        let footer = root_as_footer(&footer)
            .map_err(|error| self.damaged(format!("its footer: {error}")))?;
        let blocks = footer.recordBatches().into_iter().flatten();
        for block in blocks.chain(footer.dictionaries().into_iter().flatten()) {
            self.check_cancelled()?;
            let end = self.check_part(block.offset(), i64::from(block.metaDataLength()))?;
            self.check_part(i64::try_from(end).unwrap_or(i64::MAX), block.bodyLength())?;
            file.seek(SeekFrom::Start(block.offset().cast_unsigned()))
                .map_err(failed)?;
            let mut message = vec![0; block.metaDataLength() as usize];
            file.read_exact(&mut message).map_err(failed)?;
            // Its length stands before it, and in newer files the mark of a message before that.
            let prefix = if message.starts_with(&CONTINUATION) {
                8
            } else {
                4
            };
            self.check_buffers(message.get(prefix..).unwrap_or_default(), end, &mut file)?;
        }
        Ok(())
    }

    /// Checks what the buffers of a compressed batch say they unpack to, for which the library takes memory at once.
    fn check_buffers(&self, message: &[u8], body: u64, file: &mut Handle) -> Result<(), Error> {
        let message = root_as_message(message)
            .map_err(|error| self.damaged(format!("one of its messages: {error}")))?;
        let batch = message.header_as_record_batch().or_else(|| {
            let dictionary = message.header_as_dictionary_batch()?;
            dictionary.data()
        });
        let Some(batch) = batch.filter(|batch| batch.compression().is_some()) else {
            return Ok(());
        };
        let mut unpacked = 0i64;
        for buffer in batch.buffers().into_iter().flatten() {
            if buffer.length() < 8 {
                continue;
            }
            let at = i64::try_from(body).unwrap_or(i64::MAX);
            self.check_part(at.saturating_add(buffer.offset()), buffer.length())?;
            file.seek(SeekFrom::Start(body + buffer.offset().cast_unsigned()))
                .map_err(|cause| Error::reading(&self.source.path, cause))?;
            let mut length = [0; 8];
            file.read_exact(&mut length)
                .map_err(|cause| Error::reading(&self.source.path, cause))?;
            // One that gained nothing says so by a negative number.
            unpacked = unpacked.saturating_add(i64::from_le_bytes(length).max(0));
        }
        self.check_size(unpacked)
    }

    /// Checks the places of all messages of an Arrow stream.
    fn check_messages(&self) -> Result<(), Error> {
        let failed = |cause: io::Error| match cause.kind() {
            io::ErrorKind::UnexpectedEof => self.damaged("it breaks off"),
            _ => Error::reading(&self.source.path, cause),
        };
        let mut file = BufReader::new(self.source.handle()?);
        let mut bodies = self.source.handle()?;
        let mut position = 0u64;
        while position < self.source.bytes {
            self.check_cancelled()?;
            let mut prefix = [0; 8];
            file.read_exact(&mut prefix).map_err(failed)?;
            let [a, b, c, d, length @ ..] = prefix;
            let length = i64::from(i32::from_le_bytes(length));
            if [a, b, c, d] != CONTINUATION {
                return Err(self.damaged("one of its messages begins like none"));
            }
            if length == 0 {
                return Ok(());
            }
            let start = i64::try_from(position)
                .unwrap_or(i64::MAX)
                .saturating_add(8);
            let end = self.check_part(start, length)?;
            let mut message = vec![0; length as usize];
            file.read_exact(&mut message).map_err(failed)?;
            let body = root_as_message(&message)
                .map_err(|error| self.damaged(format!("one of its messages: {error}")))?
                .bodyLength();
            position = self.check_part(i64::try_from(end).unwrap_or(i64::MAX), body)?;
            self.check_buffers(&message, end, &mut bodies)?;
            file.seek_relative(body).map_err(failed)?;
        }
        Ok(())
    }
}
