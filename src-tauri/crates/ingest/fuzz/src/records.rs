//! The record reader agrees with a reference that reads one byte after the other, at every block size.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| buzz_ingest::fuzzing::records(data));
