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
    /// What the profile remembers of each column.
    pub(crate) sketch: SketchSize,
}

impl Budget {
    /// Shares out `memory` bytes for a table of so many columns.
    pub(crate) fn new(memory: u64, columns: usize) -> Self {
        let memory = usize::try_from(memory).unwrap_or(usize::MAX);
        #[cfg(any(test, fuzzing))]
        if let Some(tiny) = crate::fuzzing::tiny() {
            return Self {
                block: tiny.block,
                row_group: tiny.row_group,
                ..Self::usual(memory, columns)
            };
        }
        Self::usual(memory, columns)
    }

    fn usual(memory: usize, columns: usize) -> Self {
        const LEAST_BLOCK: usize = 65_536;
        // So many columns go through a block that it has to fit a core's own cache together with its index.
        const MANY_COLUMNS: usize = 64;
        let largest_block = if columns > MANY_COLUMNS {
            250_000
        } else {
            800_000
        };
        Self {
            block: (memory / 200).clamp(LEAST_BLOCK, largest_block),
            queue: memory / 16,
            // At the end of each batch a worker waits for another to compress a page: few and long batches waste less.
            blocks_at_once: 12,
            row_group: memory / 6,
            pages: memory / 8,
            sketch: SketchSize::within(memory / 12, columns),
        }
    }

    /// Bytes of a page, before it is encoded, in a table of so many columns.
    pub(crate) fn page(&self, columns: usize) -> usize {
        const LARGEST: usize = 524_288;
        const LEAST: usize = 4_096;
        (self.pages / columns.max(1)).clamp(LEAST, LARGEST)
    }
}
