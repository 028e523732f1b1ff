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
}

impl Budget {
    /// Shares out `memory` bytes.
    pub(crate) fn new(memory: u64) -> Self {
        let memory = usize::try_from(memory).unwrap_or(usize::MAX);
        Self {
            block: (memory / 128).clamp(65_536, 2_000_000),
            queue: memory / 16,
            blocks_at_once: 2,
            row_group: memory / 6,
            pages: memory / 8,
        }
    }
}
