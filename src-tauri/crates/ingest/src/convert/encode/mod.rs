//! Parquet pages made straight from values, without an Arrow array in between.
//!
//! The library's own writer hashes every value again to find it in its dictionary, and keeps a compressor for each
//! column. Here a column brings the codes of its values along, and what compresses belongs to a thread. The library
//! still writes page headers, the footer and everything that joins chunks into a file. The layouts are those of the
//! Parquet format's `Encodings.md`; pages are of version 2, in which a page may stay uncompressed where compressing
//! gains nothing, and definition levels always do.

mod bits;
mod chunk;
mod delta;
mod dictionary;
mod values;

pub(crate) use bits::Validity;
pub(crate) use chunk::{ChunkEncoder, EncodedChunk, Scratch};
pub(crate) use dictionary::{Fate, Place, Texts};
pub(crate) use values::{KEPT_TEXT, Range, Value, Values};
