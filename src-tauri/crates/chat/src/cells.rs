//! Cells of a result as text.
