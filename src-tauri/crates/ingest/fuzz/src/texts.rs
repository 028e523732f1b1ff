//! Every encoding decodes any bytes in any pieces as it does the whole, and one of them is found.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| buzz_ingest::fuzzing::texts(data));
