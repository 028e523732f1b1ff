//! The way out: every request is recorded before it leaves.
