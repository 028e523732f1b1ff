//! Parquet and Arrow files, taken in with their own types.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float64Array,
    Int32Array, Int64Array, ListArray, RecordBatch, StringArray, StructArray,
    TimestampMicrosecondArray, UInt64Array,
};
use arrow::datatypes::{DataType, Field, Int8Type, Int32Type, Schema};
use arrow::ipc::CompressionType;
use arrow::ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, GzipLevel};
use parquet::file::properties::WriterProperties;

use crate::support::{Scratch, cells, read, row, schema, tables};
use buzz_ingest::{Options, explain};

fn batch(rows: i64) -> RecordBatch {
    let numbers = || 0..rows;
    let names: DictionaryArray<Int8Type> = numbers()
        .map(|i| Some(["red", "green", "blue"][i as usize % 3]).filter(|_| i % 7 != 0))
        .collect();
    let point = StructArray::from(vec![
        (
            Arc::new(Field::new("x", DataType::Int32, true)),
            Arc::new(Int32Array::from_iter(numbers().map(|i| Some(i as i32)))) as ArrayRef,
        ),
        (
            Arc::new(Field::new("Y z", DataType::Utf8, true)),
            Arc::new(StringArray::from_iter(
                numbers().map(|i| Some(i.to_string())),
            )),
        ),
    ]);
    let lists = ListArray::from_iter_primitive::<Int32Type, _, _>(
        numbers().map(|i| Some(vec![Some(i as i32), None])),
    );
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from_iter(numbers().map(Some)))),
        (
            "big",
            Arc::new(UInt64Array::from_iter(
                numbers().map(|i| Some(u64::MAX - i as u64)),
            )),
        ),
        ("name", Arc::new(names)),
        (
            "price",
            Arc::new(
                Decimal128Array::from_iter(numbers().map(|i| Some(i128::from(i * 125))))
                    .with_precision_and_scale(12, 2)
                    .unwrap(),
            ),
        ),
        (
            "share",
            Arc::new(Float64Array::from_iter(
                numbers().map(|i| Some(i as f64 / 8.0)),
            )),
        ),
        (
            "flag",
            Arc::new(BooleanArray::from_iter(numbers().map(|i| Some(i % 2 == 0)))),
        ),
        (
            "day",
            Arc::new(Date32Array::from_iter(numbers().map(|i| Some(i as i32)))),
        ),
        (
            "at",
            Arc::new(
                TimestampMicrosecondArray::from_iter(numbers().map(|i| Some(i * 1_000_000)))
                    .with_timezone("+00:00"),
            ),
        ),
        ("point", Arc::new(point)),
        ("list", Arc::new(lists)),
    ];
    RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, array)| (name, array, true)),
    )
    .unwrap()
}

const TYPES: [&str; 10] = [
    "id BIGINT",
    "big UBIGINT",
    "name VARCHAR",
    "price DECIMAL(12,2)",
    "share DOUBLE",
    "flag BOOLEAN",
    "day DATE",
    "at TIMESTAMP WITH TIME ZONE",
    "point STRUCT(x INTEGER, \"Y z\" VARCHAR)",
    "list INTEGER[]",
];

fn parquet(batch: &RecordBatch, codec: Compression) -> Vec<u8> {
    let properties = WriterProperties::builder()
        .set_compression(codec)
        .set_max_row_group_row_count(Some(1_000))
        .build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.into_inner().unwrap()
}

fn arrow(batches: &[RecordBatch], codec: Option<CompressionType>, is_stream: bool) -> Vec<u8> {
    let options = IpcWriteOptions::default()
        .try_with_compression(codec)
        .unwrap();
    let schema = batches[0].schema();
    if is_stream {
        let mut writer = StreamWriter::try_new_with_options(Vec::new(), &schema, options).unwrap();
        batches
            .iter()
            .for_each(|batch| writer.write(batch).unwrap());
        writer.into_inner().unwrap()
    } else {
        let mut writer = FileWriter::try_new_with_options(Vec::new(), &schema, options).unwrap();
        batches
            .iter()
            .for_each(|batch| writer.write(batch).unwrap());
        writer.into_inner().unwrap()
    }
}

fn take_in(bytes: &[u8]) -> (Scratch, buzz_ingest::Conversion) {
    let scratch = Scratch::new();
    let path = scratch.write("source", bytes);
    let conversion = scratch.convert(&path, &Options::default()).unwrap();
    assert_eq!(
        conversion.receipt.source.blake3,
        blake3::hash(bytes).to_hex().to_string()
    );
    (scratch, conversion)
}

#[test]
fn a_sound_parquet_file_is_copied_byte_for_byte() {
    let batch = batch(3_500);
    for codec in [
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::LZ4_RAW,
        Compression::ZSTD(Default::default()),
        Compression::BROTLI(Default::default()),
        Compression::UNCOMPRESSED,
    ] {
        let bytes = parquet(&batch, codec);
        let (scratch, conversion) = take_in(&bytes);
        assert_eq!(std::fs::read(scratch.output().data).unwrap(), bytes);
        assert_eq!(schema(&conversion), TYPES);
        let receipt = &conversion.receipt;
        assert_eq!(
            (receipt.format.as_str(), receipt.rows_written),
            ("parquet", 3_500)
        );
        assert_eq!(receipt.columns[2].nulls, 500);
    }
}

#[test]
fn arrow_files_and_streams_become_parquet_with_their_types() {
    let batches = [batch(2_000), batch(9_000)];
    for (codec, is_stream) in [
        (None, false),
        (Some(CompressionType::LZ4_FRAME), false),
        (Some(CompressionType::ZSTD), false),
        (None, true),
        (Some(CompressionType::ZSTD), true),
    ] {
        let (scratch, conversion) = take_in(&arrow(&batches, codec, is_stream));
        assert_eq!(schema(&conversion), TYPES);
        assert_eq!(conversion.receipt.format, "arrow");
        let table = cells(&read(&scratch.output().data));
        assert_eq!(table, [cells(&batches[..1]), cells(&batches[1..])].concat());
    }
}

#[test]
fn the_profile_is_that_of_the_values() {
    let (_scratch, conversion) = take_in(&parquet(&batch(1_000), Compression::SNAPPY));
    let profile = conversion.profile.unwrap();
    assert_eq!(profile.rows, 1_000);
    let of: HashMap<&str, _> = (profile.columns.iter())
        .map(|column| (column.name.as_str(), column))
        .collect();
    let range = |name: &str| {
        (
            of[name].min.as_deref().unwrap(),
            of[name].max.as_deref().unwrap(),
        )
    };
    assert_eq!(range("id"), ("0", "999"));
    assert_eq!(
        range("big"),
        ("18446744073709550616", "18446744073709551615")
    );
    assert_eq!(range("price"), ("0.00", "1248.75"));
    assert_eq!(range("share"), ("0", "124.875"));
    assert_eq!(range("day"), ("1970-01-01", "1972-09-26"));
    assert_eq!(range("at"), ("1970-01-01T00:00:00", "1970-01-01T00:16:39"));
    assert_eq!(range("name"), ("blue", "red"));
    assert_eq!((of["name"].distinct, of["name"].nulls), (3, 143));
    assert_eq!(of["id"].mean, Some(499.5));
    for (column, expected) in profile.columns.iter().zip(TYPES) {
        assert_eq!(format!("{} {}", column.name, column.sql_type), expected);
    }
}

#[test]
fn names_that_differ_in_case_only_are_made_unique() {
    let numbers = |n: i64| Arc::new(Int64Array::from(vec![n, n + 1])) as ArrayRef;
    let field = |name: &str| Field::new(name, DataType::Int64, false);
    let fields = vec![field("a"), field("A"), field(" b "), field("")];
    let batch = RecordBatch::try_new(
        Arc::new(Schema::new(fields)),
        vec![numbers(0), numbers(10), numbers(20), numbers(30)],
    )
    .unwrap();
    for bytes in [
        parquet(&batch, Compression::SNAPPY),
        arrow(std::slice::from_ref(&batch), None, false),
    ] {
        let (scratch, conversion) = take_in(&bytes);
        assert_eq!(
            schema(&conversion),
            ["a BIGINT", "A_2 BIGINT", "b BIGINT", "column_4 BIGINT"]
        );
        assert_eq!(conversion.receipt.columns[2].source_name, " b ");
        let read = read(&scratch.output().data);
        assert_eq!(read[0].schema().field(1).name(), "A_2");
        assert_eq!(
            cells(&read),
            [row(&["0", "10", "20", "30"]), row(&["1", "11", "21", "31"])]
        );
    }
}

#[test]
fn files_are_looked_at_without_being_taken_in() {
    let batch = batch(50);
    for bytes in [
        parquet(&batch, Compression::SNAPPY),
        arrow(std::slice::from_ref(&batch), None, false),
        arrow(std::slice::from_ref(&batch), None, true),
    ] {
        let scratch = Scratch::new();
        let path = scratch.write("source", bytes);
        let found = tables(&path, &Options::default()).unwrap();
        assert_eq!(found[0].columns[..3], ["id", "big", "name"]);
        assert_eq!(found[0].preview.len(), 20);
        assert_eq!(found[0].preview[1][2].as_deref(), Some("green"));
        let receipt = explain(&path, &Options::default()).unwrap();
        assert_eq!(receipt.columns[9].sql_type, "INTEGER[]");
    }
}

fn is_refused(path: &Path, scratch: &Scratch) -> String {
    let error = scratch.convert(path, &Options::default()).unwrap_err();
    assert_eq!(scratch.files(), ["source"], "{error}");
    error.to_string()
}

#[test]
fn files_cut_off_anywhere_are_refused_and_leave_nothing() {
    let batch = batch(60);
    for bytes in [
        parquet(&batch, Compression::SNAPPY),
        arrow(std::slice::from_ref(&batch), None, false),
        arrow(
            std::slice::from_ref(&batch),
            Some(CompressionType::LZ4_FRAME),
            false,
        ),
    ] {
        for end in (8..bytes.len()).step_by(61) {
            let scratch = Scratch::new();
            let path = scratch.write("source", &bytes[..end]);
            is_refused(&path, &scratch);
        }
    }
    // A stream may end between two messages.
    let bytes = arrow(std::slice::from_ref(&batch), None, true);
    for end in (8..bytes.len() - 8).step_by(61) {
        let scratch = Scratch::new();
        let path = scratch.write("source", &bytes[..end]);
        if let Ok(conversion) = scratch.convert(&path, &Options::default()) {
            assert_eq!(conversion.receipt.rows_written, 0);
        }
    }
}

#[test]
fn flipped_bytes_are_damage_or_other_values_and_no_panic() {
    let batch = batch(40);
    let mut random = fastrand::Rng::with_seed(1);
    for bytes in [
        parquet(&batch, Compression::SNAPPY),
        parquet(&batch, Compression::UNCOMPRESSED),
        arrow(std::slice::from_ref(&batch), None, false),
        arrow(
            std::slice::from_ref(&batch),
            Some(CompressionType::ZSTD),
            true,
        ),
    ] {
        for _ in 0..150 {
            let mut flipped = bytes.clone();
            let at = random.usize(8..flipped.len());
            flipped[at] ^= 1 << random.u8(..8);
            let scratch = Scratch::new();
            let path = scratch.write("source", &flipped);
            if scratch.convert(&path, &Options::default()).is_err() {
                assert_eq!(scratch.files(), ["source"]);
            }
        }
    }
}

#[test]
fn what_is_read_no_more_or_encrypted_says_so() {
    for (bytes, says) in [
        (&b"FEA1rest...."[..], "version 1"),
        (b"PARErest....PARE", "encrypted"),
    ] {
        let scratch = Scratch::new();
        let path = scratch.write("source", bytes);
        let error = is_refused(&path, &scratch);
        assert!(error.contains(says), "{error}");
    }
}
