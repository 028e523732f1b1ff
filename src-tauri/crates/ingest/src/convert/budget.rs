//! How the memory that a conversion may use is shared out.

/// Bytes for each part of a conversion; the parts and what the program itself needs stay below the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Budget {
    /// A block of the source, without its index.
    pub(crate) block: usize,
    /// Blocks that wait for the workers, with their indexes.
    pub(crate) queue: usize,
    /// Blocks that are converted at once.
    pub(crate) blocks_at_once: usize,
    /// What the column writers of one row group may hold before it ends; as much again may be on its way to disk.
    pub(crate) row_group: usize,
    /// Pages and dictionaries that are being filled, in all columns together.
    pub(crate) pages: usize,
    /// Whether the table has too many columns to keep an encoder for each of them: then a column's encoder lives
    /// only while a worker has the column, and a row group is as large as the blocks that are converted at once.
    pub(crate) is_wide: bool,
    /// Values of a column that its profile counts one by one.
    pub(crate) counted_values: usize,
}

impl Budget {
    /// What the Parquet library keeps for a column that is being encoded, besides its pages: a compressor and the
    /// tables of a dictionary.
    const ENCODER: usize = 400_000;

    /// What the profile keeps for a value that it counts.
    const COUNTED_VALUE: usize = 150;

    /// Shares out `memory` bytes for a table of so many columns.
    pub(crate) fn new(memory: u64, columns: usize) -> Self {
        let memory = usize::try_from(memory).unwrap_or(usize::MAX);
        let is_wide = columns > memory / Self::ENCODER;
        Self {
            block: if is_wide {
                memory / 32
            } else {
                (memory / 128).clamp(65_536, 2_000_000)
            },
            queue: memory / 16,
            blocks_at_once: 2,
            row_group: memory / 6,
            pages: memory / 8,
            is_wide,
            counted_values: (memory / 16 / Self::COUNTED_VALUE / columns.max(1)).clamp(8, 512),
        }
    }
}
