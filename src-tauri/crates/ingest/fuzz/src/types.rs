//! The parsers of cells never panic, and what they read can be written and read again.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| buzz_ingest::fuzzing::types(data));
