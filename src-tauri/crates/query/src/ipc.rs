//! Record batches as the bytes of an Arrow IPC stream.

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use arrow::ipc::writer::StreamWriter;

use crate::Error;

/// The batches as the bytes of one Arrow IPC stream; no batches give a stream of only the schema.
///
/// # Errors
/// [`Error::Internal`] where a batch does not have the schema.
pub fn to_ipc(schema: &Schema, batches: &[RecordBatch]) -> Result<Vec<u8>, Error> {
    let write = || {
        let mut writer = StreamWriter::try_new(Vec::new(), schema)?;
        for batch in batches {
            writer.write(batch)?;
        }
        writer.into_inner()
    };
    write().map_err(|e: arrow::error::ArrowError| Error::Internal(e.to_string()))
}
