//! Whole conversions with tiny blocks: every row is accounted for, and every cell is what the file has.

use std::collections::HashSet;
use std::fs::File;
use std::path::Path;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::{
    DataType, Date32Type, Decimal64Type, Decimal128Type, Float64Type, Int64Type,
    Time64MicrosecondType, TimestampMicrosecondType,
};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::cells::may_stray;
use super::{TINY, Tiny, byte};
use crate::columnar;
use crate::detect::{self, Layout, Route};
use crate::receipt::Receipt;
use crate::records::reference::{self, Field, Record};
use crate::source::Source;
use crate::types::temporal::{self, DateForm, Order};
use crate::types::{self, number};
use crate::{Cancel, Compression, DateOrder, Error, Header, Options, Output, Silent, Types};

/// A conversion with tiny blocks accounts for every row, changes no cell, and leaves nothing behind when it fails.
pub fn convert(mut data: &[u8]) {
    let (options, tiny) = options(&mut data);
    TINY.set(Some(tiny));
    // Whatever is written durably would wait for a disk.
    let memory = Path::new("/dev/shm");
    let folder = match memory.is_dir() {
        true => tempfile::tempdir_in(memory),
        false => tempfile::tempdir(),
    }
    .unwrap();
    let source = folder.path().join("source.csv");
    std::fs::write(&source, data).unwrap();
    let output = Output {
        data: folder.path().join("data.parquet"),
        strays: folder.path().join("strays.parquet"),
    };
    let conversion = crate::convert(&source, &output, &options, &Silent, &Cancel::new());
    let mut left: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    left.sort();
    match conversion {
        Err(Error::Empty(_) | Error::Binary { .. } | Error::Options(_)) => {
            assert_eq!(left, ["source.csv"]);
        }
        // Bytes that begin as a file of columns does are one, cut off.
        Err(Error::Damaged { .. }) if columnar::recognise(data).is_some() => {
            assert_eq!(left, ["source.csv"]);
        }
        Err(error) => panic!("{error}"),
        Ok(conversion) => {
            let expected: &[&str] = match conversion.has_strays {
                true => &["data.parquet", "source.csv", "strays.parquet"],
                false => &["data.parquet", "source.csv"],
            };
            assert_eq!(left, expected);
            let layout =
                detect::layout(&Source::open(&source).unwrap(), &options, &Cancel::new()).unwrap();
            let table = read(&output.data);
            let strays = conversion.has_strays.then(|| read(&output.strays));
            compare(data, &layout, &options, &conversion.receipt, &table, strays);
        }
    }
    TINY.set(None);
}

/// Options, and sizes of everything, from the first bytes.
fn options(data: &mut &[u8]) -> (Options, Tiny) {
    let [choice, delimiter, quote, block, sizes] = [(); 5].map(|()| byte(data));
    let any = |byte: usize| {
        u8::try_from(byte)
            .ok()
            .map(|byte| char::from(byte).to_string())
    };
    let options = Options {
        types: [Types::Auto, Types::Text][choice % 2],
        header: [Header::Auto, Header::Yes, Header::No][choice / 2 % 3],
        date_order: [None, Some(DateOrder::Dmy), Some(DateOrder::Mdy)][choice / 6 % 3],
        profile: choice / 18 % 2 == 0,
        skip_rows: [None, None, Some(1), Some(3)][choice / 36 % 4],
        delimiter: match delimiter {
            // The digit 0 and all that is no byte of a text leaves it to the file.
            0 | 48 => None,
            other => any(other),
        },
        quote: match quote {
            0 | 48 => None,
            other => any(other),
        },
        threads: 1 + sizes % 2,
        compression: Compression::None,
        memory: Options::LEAST_MEMORY,
        ..Options::default()
    };
    let tiny = Tiny {
        block: 1 + block,
        row_group: [usize::MAX, 0][sizes / 2 % 2],
        head: [None, Some(32), Some(200)][sizes / 4 % 3],
    };
    (options, tiny)
}

fn read(path: &Path) -> RecordBatch {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
    let schema = reader.schema().clone();
    let batches: Vec<_> = reader.build().unwrap().map(Result::unwrap).collect();
    let table = concat_batches(&schema, &batches).unwrap();
    // The pipeline makes its text without this check, and so does the reader.
    for column in table.columns() {
        column.to_data().validate_full().unwrap();
    }
    table
}

/// Compares what was converted with what the reference reads.
fn compare(
    data: &[u8],
    layout: &Layout,
    options: &Options,
    receipt: &Receipt,
    table: &RecordBatch,
    strays: Option<RecordBatch>,
) {
    assert_eq!(receipt.source.bytes, data.len() as u64);
    assert_eq!(
        receipt.source.blake3,
        blake3::hash(data).to_hex().to_string()
    );
    let rows = receipt.rows_written + receipt.rows_blank + receipt.rows_set_aside;
    assert_eq!(receipt.rows_read, rows);
    // What is decoded first, or takes the careful reader, is compared with other things elsewhere.
    if !receipt.encoding.starts_with("utf-8") {
        return;
    }
    let Route::Plain(plain) = &layout.route else {
        return;
    };
    let data = &data[usize::try_from(plain.data_start).unwrap()..];
    let columns = receipt.columns.len();
    let records = reference::records(data, plain.syntax, columns);
    let (mut rows, mut blank, mut aside) = (Vec::new(), 0, 0);
    for record in records {
        if record.is_blank() && columns > 1 {
            blank += 1;
            continue;
        }
        let row = match &plain.sift {
            Some(sift) => record.sifted(data, sift, plain.syntax, columns),
            None => Some(record),
        };
        match row {
            Some(row) => rows.push(row),
            None => aside += 1,
        }
    }
    assert_eq!(receipt.rows_blank, blank);
    assert_eq!(receipt.rows_written, rows.len() as u64);
    assert_eq!(receipt.rows_set_aside, aside);
    assert_eq!(receipt.rows_read, blank + aside + rows.len() as u64);
    assert_eq!(table.num_rows(), rows.len());
    assert_eq!(table.num_columns(), columns);
    let count = |is: &dyn Fn(&Record) -> bool| rows.iter().filter(|row| is(row)).count() as u64;
    assert_eq!(
        (receipt.ragged_short, receipt.ragged_long),
        (
            count(&|row| row.fields.len() < columns),
            count(&|row| row.fields.len() > columns)
        )
    );
    let mut names = HashSet::new();
    let mut set_aside = aside;
    for ((column, receipt), field) in receipt
        .columns
        .iter()
        .enumerate()
        .zip(table.schema().fields())
    {
        assert_eq!(&receipt.name, field.name());
        assert!(
            names.insert(receipt.name.to_lowercase()),
            "{}",
            receipt.name
        );
        if options.types == Types::Text {
            assert_eq!(receipt.sql_type, "VARCHAR");
        }
        let array = table.column(column);
        assert_eq!(array.null_count() as u64, receipt.nulls, "{}", receipt.name);
        let cells = rows.iter().map(|row| row.fields.get(column));
        set_aside += column_strays(cells, array, receipt);
    }
    let is_delimiter = |byte: &u8| *byte == plain.syntax.delimiter;
    set_aside += count(&|row| {
        row.surplus(data, columns)
            .is_some_and(|surplus| !surplus.iter().all(is_delimiter))
    });
    assert_eq!(
        strays.map_or(0, |strays| strays.num_rows() as u64),
        set_aside
    );
}

/// Compares the cells of a column; returns how many of them have a place in the strays.
fn column_strays<'a>(
    cells: impl Iterator<Item = Option<&'a Field>>,
    array: &ArrayRef,
    receipt: &crate::Column,
) -> u64 {
    let is_text = receipt.sql_type == "VARCHAR";
    let (mut strays, mut values) = (0, 0);
    for (row, cell) in cells.enumerate() {
        let cell = cell.filter(|cell| cell.is_quoted || !cell.value.is_empty());
        let context = || {
            format!(
                "row {row} of {} {}: {:?}",
                receipt.name,
                receipt.sql_type,
                cell.map(|cell| cell.value.escape_ascii().to_string())
            )
        };
        let Some(Field { value: text, .. }) = cell else {
            assert!(array.is_null(row), "{}", context());
            continue;
        };
        if is_text {
            let shown = String::from_utf8_lossy(text);
            strays += u64::from(std::str::from_utf8(text).is_err());
            assert!(array.is_valid(row), "{}", context());
            assert_eq!(array.as_string::<i32>().value(row), shown, "{}", context());
            continue;
        }
        let text = types::trim(text);
        let is_missing = text.is_empty() || types::is_missing_word(text);
        values += u64::from(!is_missing);
        if array.is_valid(row) {
            assert!(is_same(text, array, row, receipt), "{}", context());
        } else if !is_missing {
            strays += 1;
        }
    }
    assert_eq!(strays, receipt.strays, "{}", receipt.name);
    assert!(
        is_text || may_stray(strays, values),
        "{strays} of {values} cells of {} are no {}",
        receipt.name,
        receipt.sql_type
    );
    strays
}

/// Whether the text stands for the value in the row of a typed column.
fn is_same(text: &[u8], array: &ArrayRef, row: usize, receipt: &crate::Column) -> bool {
    let is_formed = matches!(
        array.data_type(),
        DataType::Int64 | DataType::Decimal64(..) | DataType::Decimal128(..) | DataType::Float64
    );
    let format = receipt.format.as_deref().filter(|_| is_formed);
    let plain = format.map(|format| plainly(text, format));
    let text = plain.as_deref().unwrap_or(text);
    let hundredths = if format.is_some_and(|format| format.contains('%')) {
        2
    } else {
        0
    };
    let decimal = |value: i128, scale: i8| {
        let (unscaled, own) = number::fixed(text)
            .map(|fixed| (fixed.unscaled, fixed.scale))
            .or_else(|| Some((i128::from(number::integer(text)?), 0)))?;
        let missing = scale.cast_unsigned().checked_sub(own + hundredths)?;
        let power = 10i128.checked_pow(u32::from(missing))?;
        Some(unscaled.checked_mul(power)? == value)
    };
    let form = || {
        let format = receipt.format.as_deref().unwrap_or_default();
        let order = match &format[..2] {
            "%Y" => Order::Ymd,
            "%d" => Order::Dmy,
            _ => Order::Mdy,
        };
        DateForm {
            separator: format.as_bytes()[2],
            order,
        }
    };
    match array.data_type() {
        DataType::Boolean => types::boolean(text) == Some(array.as_boolean().value(row)),
        DataType::Int64 => {
            number::integer(text) == Some(array.as_primitive::<Int64Type>().value(row))
        }
        DataType::Decimal64(precision, scale) => {
            let value = array.as_primitive::<Decimal64Type>().value(row);
            value.unsigned_abs() < 10u64.pow(u32::from(*precision))
                && decimal(value.into(), *scale) == Some(true)
        }
        DataType::Decimal128(_, scale) => {
            let value = array.as_primitive::<Decimal128Type>().value(row);
            value.unsigned_abs() < 10u128.pow(38) && decimal(value, *scale) == Some(true)
        }
        DataType::Float64 => {
            let value = array.as_primitive::<Float64Type>().value(row);
            number::float(text).map(f64::to_bits) == Some(value.to_bits())
        }
        DataType::Date32 => {
            temporal::date(text, form()) == Some(array.as_primitive::<Date32Type>().value(row))
        }
        DataType::Time64(_) => {
            let value = array.as_primitive::<Time64MicrosecondType>().value(row);
            temporal::time(text) == Some(value)
        }
        DataType::Timestamp(..) => {
            let value = array.as_primitive::<TimestampMicrosecondType>().value(row);
            temporal::timestamp(text, form()).map(|(at, _)| at) == Some(value)
        }
        other => panic!("no column is of the type {other}"),
    }
}

/// A number as it would be written in the plain form, by the pattern that the receipt tells for its column.
fn plainly(text: &[u8], pattern: &str) -> Vec<u8> {
    let positive = pattern.split(';').next().unwrap_or_default();
    let group = positive
        .split_once('#')
        .filter(|(_, rest)| rest.contains("##0"))
        .and_then(|(_, rest)| rest.chars().next());
    let after_whole = positive
        .split_once('0')
        .and_then(|(_, rest)| rest.chars().next());
    let decimal = match (after_whole, group) {
        (Some(mark @ ('.' | ',')), _) => mark,
        (_, Some('.')) => ',',
        _ => '.',
    };
    let text = std::str::from_utf8(text).unwrap();
    let is_exponent = |at: usize| {
        text[..at].ends_with(|char: char| char.is_ascii_digit())
            && text[at + 1..].starts_with(|char: char| matches!(char, '0'..='9' | '+' | '-'))
    };
    let exponent = text
        .char_indices()
        .find(|&(at, char)| matches!(char, 'e' | 'E') && is_exponent(at))
        .map_or(text.len(), |(at, _)| at);
    let (number, exponent) = text.split_at(exponent);
    let sign = if number.contains(['-', '(']) { "-" } else { "" };
    let digits = number.chars().filter_map(|char| match char {
        '0'..='9' => Some(char),
        char if char == decimal => Some('.'),
        _ => None,
    });
    sign.chars()
        .chain(digits)
        .chain(exponent.chars())
        .collect::<String>()
        .into_bytes()
}
