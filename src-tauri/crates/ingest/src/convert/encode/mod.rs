//! Parquet pages made straight from values, without an Arrow array in between.
//!
//! The library's own writer hashes every value again to find it in its dictionary, and keeps a compressor for each
//! column. Here a column brings the codes of its values along, and what compresses belongs to a thread. The library
//! still writes page headers, the footer and everything that joins chunks into a file. The layouts are those of the
//! Parquet format's `Encodings.md`; pages are of version 2, in which a page may stay uncompressed where compressing
//! gains nothing, and definition levels always do.

mod bits;
mod chunk;
mod delta;
mod dictionary;
mod open;
mod values;

pub(crate) use bits::Validity;
pub(crate) use chunk::{ChunkEncoder, EncodedChunk, Scratch};
pub(crate) use dictionary::{Fate, Place, Texts};
pub(crate) use open::OpenPages;
pub(crate) use values::{KEPT_TEXT, Range, Value, Values};

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Array, ArrayRef, AsArray};
    use arrow::datatypes::Int64Type;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use parquet::basic::Encoding;
    use proptest::prelude::*;

    use super::super::output::{self, FileColumn, ParquetOutput};
    use super::*;
    use crate::types::{ColumnType, Form};
    use crate::{Cancel, Compression};

    const BIGINT: ColumnType = ColumnType::BigInt { form: Form::PLAIN };
    const CODECS: [Compression; 3] = [Compression::Zstd, Compression::Snappy, Compression::None];

    /// What the library reads from a file of one column whose pages `write` makes.
    fn read_back(
        column_type: ColumnType,
        codec: Compression,
        write: impl FnOnce(&mut ChunkEncoder, &mut Scratch),
    ) -> Vec<ArrayRef> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("one.parquet");
        let columns = vec![FileColumn {
            name: "c".into(),
            column_type,
        }];
        let mut output =
            ParquetOutput::create(&path, columns, output::properties(codec), &Cancel::new())
                .unwrap();
        let mut scratch = Scratch::new(codec, Arc::default()).unwrap();
        let mut encoder = ChunkEncoder::new(output.descriptors().remove(0), codec);
        write(&mut encoder, &mut scratch);
        output
            .append(vec![encoder.finish(None).unwrap()], 0)
            .unwrap();
        output.finish([column_type]).unwrap();
        let file = std::fs::File::open(&path).unwrap();
        ParquetRecordBatchReaderBuilder::try_new(file)
            .unwrap()
            .build()
            .unwrap()
            .map(|batch| batch.unwrap().column(0).clone())
            .collect()
    }

    fn validity<T>(rows: &[Option<T>]) -> Validity {
        let mut validity = Validity::default();
        rows.iter().for_each(|row| validity.push(row.is_some()));
        validity
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn whole_numbers_come_back(
            rows in proptest::collection::vec(
                proptest::option::weighted(0.9, prop_oneof![any::<i64>(), 0..1000i64, Just(i64::MIN), Just(i64::MAX)]),
                1..600,
            ),
            page in 1usize..600,
            codec in 0usize..3,
        ) {
            let read = read_back(BIGINT, CODECS[codec], |encoder, scratch| {
                for rows in rows.chunks(page) {
                    let values = Values::Whole(rows.iter().flatten().copied().collect());
                    encoder.page_of_numbers(&mut validity(rows), &values, BIGINT, scratch).unwrap();
                }
            });
            let read: Vec<Option<i64>> =
                read.iter().flat_map(|array| array.as_primitive::<Int64Type>().iter()).collect();
            prop_assert_eq!(read, rows);
        }

        #[test]
        fn texts_come_back(
            rows in proptest::collection::vec(proptest::option::weighted(0.8, ".{0,40}"), 1..300),
            page in 1usize..300,
            codec in 0usize..3,
        ) {
            let read = read_back(ColumnType::Text, CODECS[codec], |encoder, scratch| {
                for rows in rows.chunks(page) {
                    let texts: Vec<&String> = rows.iter().flatten().collect();
                    let values = Values::Text {
                        bytes: texts.iter().flat_map(|text| text.bytes()).collect(),
                        lengths: texts.iter().map(|text| text.len() as u32).collect(),
                    };
                    encoder
                        .page(&mut validity(rows), values.encoding(), scratch, |out| values.encode(out))
                        .unwrap();
                }
            });
            let read: Vec<Option<String>> = read
                .iter()
                .flat_map(|array| array.as_string::<i32>().iter().map(|text| text.map(str::to_owned)))
                .collect();
            prop_assert_eq!(read, rows);
        }

        #[test]
        fn codes_come_back_in_runs_and_out_of_them(
            runs in proptest::collection::vec((proptest::option::weighted(0.9, 0u32..700), 1usize..50), 1..60),
            page in 1usize..900,
        ) {
            let rows: Vec<Option<u32>> =
                runs.iter().flat_map(|&(code, count)| vec![code; count]).collect();
            let read = read_back(BIGINT, Compression::Zstd, |encoder, scratch| {
                for rows in rows.chunks(page) {
                    let mut codes: Vec<u32> = rows.iter().flatten().copied().collect();
                    encoder.page_of_codes(&mut validity(rows), &mut codes, 700, scratch).unwrap();
                }
                let mut plain = Vec::new();
                (0..700).for_each(|code| Value::Whole(code * 3).plain(BIGINT, &mut plain));
                encoder.set_dictionary(&plain, 700, scratch).unwrap();
            });
            let read: Vec<Option<i64>> =
                read.iter().flat_map(|array| array.as_primitive::<Int64Type>().iter()).collect();
            let expected: Vec<_> = rows.iter().map(|row| row.map(|code| i64::from(code) * 3)).collect();
            prop_assert_eq!(read, expected);
        }
    }

    #[test]
    fn numbers_get_the_encoding_that_is_smaller() {
        // The finaliser of SplitMix64.
        fn random(i: i64) -> i64 {
            let x = (i.cast_unsigned() + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            ((x ^ (x >> 27)) >> 8).cast_signed()
        }
        let encodings = |value: fn(i64) -> i64| {
            let mut written = Vec::new();
            let expected: Vec<i64> = (0..20_000).map(value).collect();
            let read = read_back(BIGINT, Compression::Zstd, |encoder, scratch| {
                let values = Values::Whole(expected.clone());
                let mut validity = validity(&vec![Some(()); expected.len()]);
                encoder
                    .page_of_numbers(&mut validity, &values, BIGINT, scratch)
                    .unwrap();
                written.extend_from_slice(encoder.encodings());
            });
            let read: Vec<i64> = read
                .iter()
                .flat_map(|array| array.as_primitive::<Int64Type>().values().to_vec())
                .collect();
            assert_eq!(read, expected);
            written
        };
        // Moments to the hour, counted in microseconds, differ by large numbers, all of them multiples of 3.6 × 10⁹.
        let moments = encodings(|i| (400_000 + random(i) % 1800) * 3_600_000_000);
        assert!(moments.contains(&Encoding::PLAIN), "{moments:?}");
        let keys = encodings(|i| 7 * i);
        assert!(keys.contains(&Encoding::DELTA_BINARY_PACKED), "{keys:?}");
    }

    #[test]
    fn a_column_of_nothing_comes_back() {
        let read = read_back(BIGINT, Compression::Zstd, |encoder, scratch| {
            let values = Values::Whole(Vec::new());
            let rows = [None::<i64>; 20];
            encoder
                .page(&mut validity(&rows), values.encoding(), scratch, |out| {
                    values.encode(out)
                })
                .unwrap();
        });
        assert_eq!(
            read.iter().map(|array| array.null_count()).sum::<usize>(),
            20
        );
    }
}
