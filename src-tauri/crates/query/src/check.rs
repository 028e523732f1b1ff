//! Decides whether a statement may run.
