//! The profile of columns that come with a type of their own.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal128Type, Fields, Float64Type, Int64Type, TimeUnit};
use arrow::util::display::{ArrayFormatter, FormatOptions};

use crate::Options;
use crate::convert::{Range, Sketch, SketchSize, Values};
use crate::profile::Profile;
use crate::types::temporal::{DateForm, Order};
use crate::types::{ColumnType, Form};

const ISO: DateForm = DateForm {
    separator: b'-',
    order: Order::Ymd,
};

/// What is counted of a column.
struct Column {
    nulls: u64,
    /// How its values are looked at; a type without one is looked at as text.
    column_type: ColumnType,
    sketch: Option<Sketch>,
    range: Range,
}

/// The profiles of all columns of a table.
pub(super) struct Profiles {
    columns: Vec<Column>,
    is_wanted: bool,
}

impl Profiles {
    pub(super) fn new(fields: &Fields, options: &Options) -> Self {
        let size = SketchSize::within((options.memory / 8) as usize, fields.len());
        let column = |field: &arrow::datatypes::FieldRef| Column {
            nulls: 0,
            column_type: column_type(field.data_type()),
            sketch: options.profile.then(|| Sketch::new(size)),
            range: Range::Nothing,
        };
        Self {
            columns: fields.iter().map(column).collect(),
            is_wanted: options.profile,
        }
    }

    /// Takes the rows of a batch into account.
    pub(super) fn add(&mut self, batch: &RecordBatch) {
        for (column, array) in self.columns.iter_mut().zip(batch.columns()) {
            column.add(array);
        }
    }

    /// Rows in which each column is NULL.
    pub(super) fn nulls(&self) -> Vec<u64> {
        self.columns.iter().map(|column| column.nulls).collect()
    }

    /// The finished profile.
    pub(super) fn finish(
        &mut self,
        names: &[(String, String)],
        types: &[String],
        rows: u64,
    ) -> Option<Profile> {
        let columns = std::mem::take(&mut self.columns).into_iter();
        let columns =
            columns
                .zip(names)
                .zip(types)
                .filter_map(|((column, (name, _)), sql_type)| {
                    let mut sketch = column.sketch?;
                    sketch.add_range(&column.range);
                    let mut profile = sketch.finish(name, column.column_type, column.nulls);
                    profile.sql_type.clone_from(sql_type);
                    Some(profile)
                });
        self.is_wanted.then(|| Profile {
            rows,
            columns: columns.collect(),
        })
    }
}

/// The type as which values are looked at.
fn column_type(data_type: &DataType) -> ColumnType {
    let form = Form::PLAIN;
    match data_type {
        DataType::Boolean => ColumnType::Boolean,
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64 => {
            ColumnType::BigInt { form }
        }
        DataType::UInt8 | DataType::UInt16 | DataType::UInt32 => ColumnType::BigInt { form },
        DataType::UInt64 => ColumnType::Decimal {
            precision: 38,
            scale: 0,
            form,
        },
        DataType::Float16 | DataType::Float32 | DataType::Float64 => ColumnType::Double { form },
        DataType::Decimal32(_, scale)
        | DataType::Decimal64(_, scale)
        | DataType::Decimal128(_, scale)
            if (0..=38).contains(scale) =>
        {
            ColumnType::Decimal {
                precision: 38,
                scale: scale.cast_unsigned(),
                form,
            }
        }
        DataType::Date32 | DataType::Date64 => ColumnType::Date(ISO),
        DataType::Time32(_) | DataType::Time64(_) => ColumnType::Time,
        DataType::Timestamp(..) => ColumnType::Timestamp {
            form: ISO,
            has_offset: false,
        },
        DataType::Dictionary(_, values) => column_type(values),
        _ => ColumnType::Text,
    }
}

impl Column {
    fn add(&mut self, array: &ArrayRef) {
        self.nulls += array.logical_null_count() as u64;
        let Some(sketch) = &mut self.sketch else {
            return;
        };
        if let Some(values) = values(array, self.column_type) {
            self.range.add_all(&values);
            sketch.add_all(&values);
            return;
        }
        let mut add = |text: &[u8]| {
            self.range.add_text(text);
            sketch.add_text(text, 1);
        };
        // Texts, or what a type without a profile of its own looks like as one.
        if let Some(texts) =
            as_type(array, &DataType::LargeUtf8).filter(|_| is_text(array.data_type()))
        {
            texts
                .as_string::<i64>()
                .iter()
                .flatten()
                .for_each(|text| add(text.as_bytes()));
        } else if let Some(bytes) =
            as_type(array, &DataType::LargeBinary).filter(|_| is_binary(array.data_type()))
        {
            bytes
                .as_binary::<i64>()
                .iter()
                .flatten()
                .for_each(|bytes| add(bytes.escape_ascii().to_string().as_bytes()));
        } else {
            let options = FormatOptions::new();
            let Ok(formatter) = ArrayFormatter::try_new(array.as_ref(), &options) else {
                return;
            };
            for row in (0..array.len()).filter(|&row| array.is_valid(row)) {
                if let Ok(text) = formatter.value(row).try_to_string() {
                    add(text.as_bytes());
                }
            }
        }
    }
}

fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, values) => is_text(values),
        _ => false,
    }
}

fn is_binary(data_type: &DataType) -> bool {
    match data_type {
        DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_) => true,
        DataType::Dictionary(_, values) => is_binary(values),
        _ => false,
    }
}

fn as_type(array: &ArrayRef, data_type: &DataType) -> Option<ArrayRef> {
    match array.data_type() == data_type {
        true => Some(array.clone()),
        false => cast(array, data_type).ok(),
    }
}

/// The values of an array as the pages of converted columns have them; `None` for texts and what has no such form.
fn values(array: &ArrayRef, column_type: ColumnType) -> Option<Values> {
    let whole = |array: ArrayRef| {
        let numbers = as_type(&array, &DataType::Int64)?;
        let numbers = numbers
            .as_primitive::<Int64Type>()
            .iter()
            .flatten()
            .collect();
        Some(Values::Whole(numbers))
    };
    match column_type {
        ColumnType::Boolean => {
            let flags = as_type(array, &DataType::Boolean)?;
            Some(Values::Flags(flags.as_boolean().iter().flatten().collect()))
        }
        ColumnType::BigInt { .. } => whole(array.clone()),
        ColumnType::Double { .. } => {
            let numbers = as_type(array, &DataType::Float64)?;
            let numbers = numbers.as_primitive::<Float64Type>().iter().flatten();
            Some(Values::Real(
                numbers.filter(|number| !number.is_nan()).collect(),
            ))
        }
        ColumnType::Decimal { scale, .. } => {
            let numbers = as_type(array, &DataType::Decimal128(38, scale.cast_signed()))?;
            let numbers = numbers
                .as_primitive::<Decimal128Type>()
                .iter()
                .flatten()
                .collect();
            Some(Values::Wide(numbers))
        }
        ColumnType::Date(_) => whole(as_type(
            &as_type(array, &DataType::Date32)?,
            &DataType::Int32,
        )?),
        ColumnType::Time => whole(as_type(array, &DataType::Time64(TimeUnit::Microsecond))?),
        ColumnType::Timestamp { .. } => {
            let zone = match array.data_type() {
                DataType::Timestamp(_, zone) => zone.clone(),
                _ => None,
            };
            whole(as_type(
                array,
                &DataType::Timestamp(TimeUnit::Microsecond, zone),
            )?)
        }
        ColumnType::Text => None,
    }
}
