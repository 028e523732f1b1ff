//! A workbook of any bytes is read to its end or refused, in the short way as in the careful one.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| buzz_ingest::fuzzing::workbooks(data));
