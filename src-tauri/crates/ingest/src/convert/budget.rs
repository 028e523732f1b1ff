//! How the memory that a conversion may use is shared out.

use super::sketch::SketchSize;

/// Bytes for each part of a conversion; the parts and what the program itself needs stay below the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Budget {
    /// A block of the source, without its index.
    pub(crate) block: usize,
    /// Blocks that wait for the workers, with their indexes; one may wait whatever its size.
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
    /// What the profile remembers of each column.
    pub(crate) sketch: SketchSize,
}

impl Budget {
    /// What the Parquet library keeps for a column that is being encoded, besides its pages: a compressor and the
    /// tables of a dictionary.
    const ENCODER: usize = 400_000;

    /// Shares out `memory` bytes for a table of so many columns.
    pub(crate) fn new(memory: u64, columns: usize) -> Self {
        let memory = usize::try_from(memory).unwrap_or(usize::MAX);
        #[cfg(any(test, fuzzing))]
        if let Some(tiny) = crate::fuzzing::tiny() {
            return Self {
                block: tiny.block,
                row_group: tiny.row_group,
                ..Self::usual(memory, columns, false)
            };
        }
        let is_wide = columns > memory / Self::ENCODER;
        if is_wide {
            // A large block makes few row groups, each of which has an entry for every column in the footer.
            let (block, queue, blocks_at_once) = (memory / 20, 0, 1);
            Self {
                block,
                queue,
                blocks_at_once,
                ..Self::usual(memory, columns, is_wide)
            }
        } else {
            Self::usual(memory, columns, is_wide)
        }
    }

    fn usual(memory: usize, columns: usize, is_wide: bool) -> Self {
        Self {
            block: (memory / 128).clamp(65_536, 2_000_000),
            queue: memory / 16,
            blocks_at_once: 2,
            row_group: memory / 6,
            pages: memory / 8,
            is_wide,
            sketch: SketchSize::within(memory / 12, columns),
        }
    }
}
