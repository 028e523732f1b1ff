//! A whole conversion with tiny blocks accounts for every row and changes no cell.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| buzz_ingest::fuzzing::convert(data));
