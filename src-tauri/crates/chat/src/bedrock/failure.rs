//! What went wrong, in one sentence with what to do.
