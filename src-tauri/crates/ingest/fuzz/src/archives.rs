//! What is packed unpacks in any pieces as in one, or says that it is damaged.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| buzz_ingest::fuzzing::archives(data));
