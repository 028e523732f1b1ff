//! What DuckDB calls the types of a Parquet file.

use arrow::datatypes::{DataType, Fields, IntervalUnit, TimeUnit};
use parquet::basic::{ConvertedType, LogicalType, Type as PhysicalType};
use parquet::schema::types::{SchemaDescriptor, Type};

/// The names of the types of all columns, as DuckDB reads them; `fields` are those of the Parquet schema alone.
pub(super) fn of_parquet(fields: &Fields, parquet: &SchemaDescriptor) -> Vec<String> {
    let columns = parquet.root_schema().get_fields();
    fields
        .iter()
        .zip(columns)
        .map(|(field, column)| of_column(column).unwrap_or_else(|| sql(field.data_type())))
        .collect()
}

/// The types that Arrow has no name for.
fn of_column(column: &Type) -> Option<String> {
    if !column.is_primitive() {
        return None;
    }
    let about = column.get_basic_info();
    if about.has_repetition() && about.repetition() == parquet::basic::Repetition::REPEATED {
        return None;
    }
    let name = match (
        about.logical_type_ref(),
        about.converted_type(),
        column.get_physical_type(),
    ) {
        (Some(LogicalType::Uuid), ..) => "UUID",
        (Some(LogicalType::Json), ..) | (_, ConvertedType::JSON, _) => "JSON",
        (_, _, PhysicalType::INT96) => "TIMESTAMP",
        _ => return None,
    };
    Some(name.to_owned())
}

/// The name of a type that Parquet has.
fn sql(data_type: &DataType) -> String {
    match data_type {
        DataType::Boolean => "BOOLEAN".into(),
        DataType::Int8 => "TINYINT".into(),
        DataType::Int16 => "SMALLINT".into(),
        DataType::Int32 => "INTEGER".into(),
        DataType::Int64 => "BIGINT".into(),
        DataType::UInt8 => "UTINYINT".into(),
        DataType::UInt16 => "USMALLINT".into(),
        DataType::UInt32 => "UINTEGER".into(),
        DataType::UInt64 => "UBIGINT".into(),
        DataType::Float16 | DataType::Float32 => "FLOAT".into(),
        // DuckDB's decimals have at most 38 digits.
        DataType::Float64 | DataType::Decimal256(..) => "DOUBLE".into(),
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale) => format!("DECIMAL({precision},{scale})"),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "VARCHAR".into(),
        DataType::Date32 | DataType::Date64 => "DATE".into(),
        DataType::Time64(TimeUnit::Nanosecond) => "TIME_NS".into(),
        DataType::Time32(_) | DataType::Time64(_) => "TIME".into(),
        DataType::Timestamp(_, Some(_)) => "TIMESTAMP WITH TIME ZONE".into(),
        DataType::Timestamp(TimeUnit::Nanosecond, None) => "TIMESTAMP_NS".into(),
        DataType::Timestamp(_, None) => "TIMESTAMP".into(),
        DataType::Interval(
            IntervalUnit::YearMonth | IntervalUnit::DayTime | IntervalUnit::MonthDayNano,
        ) => "INTERVAL".into(),
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            format!("{}[]", sql(item.data_type()))
        }
        DataType::Struct(fields) => {
            let member = |field: &arrow::datatypes::FieldRef| {
                format!("{} {}", quoted(field.name()), sql(field.data_type()))
            };
            let members: Vec<String> = fields.iter().map(member).collect();
            format!("STRUCT({})", members.join(", "))
        }
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(fields) if fields.len() == 2 => format!(
                "MAP({}, {})",
                sql(fields[0].data_type()),
                sql(fields[1].data_type())
            ),
            _ => "MAP".into(),
        },
        DataType::Dictionary(_, values) => sql(values),
        _ => "BLOB".into(),
    }
}

/// A member's name, in quotes where it is not a plain word of small letters.
fn quoted(name: &str) -> String {
    let is_plain = name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    match is_plain {
        true => name.to_owned(),
        false => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}
