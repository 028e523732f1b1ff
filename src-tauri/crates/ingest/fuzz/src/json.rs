//! Every value of a text of JSON becomes a row or is set aside, whatever the text is.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| buzz_ingest::fuzzing::json(data));
