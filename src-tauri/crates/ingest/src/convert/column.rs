//! One column while it is converted: its cells become arrays of its type, and what does not fit is set aside.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal64Array, Decimal128Array, Float64Array, Int64Array,
    NullBufferBuilder, StringArray, Time64MicrosecondArray, TimestampMicrosecondArray,
};
use arrow::buffer::{BooleanBuffer, Buffer, OffsetBuffer, ScalarBuffer};

use super::sketch::Sketch;
use super::strays::{Reason, Stray};
use crate::receipt;
use crate::records::Block;
use crate::types::{self, ColumnType, Evidence, number, temporal};

/// Strays after which a column that has more than one in a hundred is certain to be of another type.
const HOPELESS: u64 = 10_000;

/// The unscaled values of a `DECIMAL(18, s)` are below this.
const MOST_OF_NARROW: u64 = 10u64.pow(18);

/// A column of the table while it is converted.
#[derive(Debug)]
pub(crate) struct Column {
    /// The column's place in the table.
    pub(crate) index: usize,
    pub(crate) column_type: ColumnType,
    /// What the cells turned out to be; for a text column only where [`Column::is_observed`].
    pub(crate) evidence: Evidence,
    /// Whether a text column's cells are looked at, because its type is doubtful.
    pub(crate) is_observed: bool,
    /// Rows where the column is NULL.
    pub(crate) nulls: u64,
    /// Cells that did not fit.
    pub(crate) strays: u64,
    /// The source lines of the first hundred of them.
    pub(crate) stray_lines: Vec<u64>,
    /// Cells with bytes that are no valid text.
    pub(crate) invalid: u64,
    /// Cells that were read without the spaces around them.
    pub(crate) trimmed: u64,
    /// Whether strays are no longer collected: the column will be converted again.
    pub(crate) is_hopeless: bool,
    /// Whether a person chose the type: then it stays, however many cells stray.
    pub(crate) is_forced: bool,
    /// Cells of such a column that were read by their value, see [`types::same_value`].
    pub(crate) rewritten: u64,
    pub(crate) sketch: Option<Sketch>,
    rows: u64,
}

impl Column {
    pub(crate) fn new(
        index: usize,
        column_type: ColumnType,
        is_observed: bool,
        sketch: Option<Sketch>,
    ) -> Self {
        Self {
            index,
            column_type,
            evidence: Evidence::default(),
            is_observed,
            nulls: 0,
            strays: 0,
            stray_lines: Vec::new(),
            invalid: 0,
            trimmed: 0,
            is_hopeless: false,
            is_forced: false,
            rewritten: 0,
            sketch,
            rows: 0,
        }
    }

    /// Converts the column's cells in some rows of a block; what does not fit goes to `strays`.
    pub(crate) fn convert(
        &mut self,
        block: &Block,
        rows: Range<usize>,
        strays: &mut Vec<Stray>,
    ) -> ArrayRef {
        self.rows += rows.len() as u64;
        let array: ArrayRef = match self.column_type {
            ColumnType::Text => self.text(block, rows, strays),
            ColumnType::BigInt => {
                let (mut count, mut largest) = (0, 0);
                let (values, nulls) = self.parse(block, rows, strays, |_, text| {
                    let value = number::integer(text)?;
                    count += 1;
                    largest = value.unsigned_abs().max(largest);
                    Some(value)
                });
                self.evidence.add_integers(count, largest);
                Arc::new(Int64Array::new(values.into(), nulls))
            }
            ColumnType::Decimal { wide: false, scale } => {
                let (values, nulls) = self.parse(block, rows, strays, |evidence, text| {
                    let value = i64::try_from(decimal(evidence, text, scale)?).ok()?;
                    // Nineteen digits may fit the integer, but not the type.
                    (value.unsigned_abs() < MOST_OF_NARROW).then_some(value)
                });
                let (precision, scale) = self.precision_and_scale();
                let data_type = arrow::datatypes::DataType::Decimal64(precision, scale);
                Arc::new(Decimal64Array::new(values.into(), nulls).with_data_type(data_type))
            }
            ColumnType::Decimal { wide: true, scale } => {
                let (values, nulls) = self.parse(block, rows, strays, |evidence, text| {
                    decimal(evidence, text, scale)
                });
                let (precision, scale) = self.precision_and_scale();
                let data_type = arrow::datatypes::DataType::Decimal128(precision, scale);
                Arc::new(Decimal128Array::new(values.into(), nulls).with_data_type(data_type))
            }
            ColumnType::Double => {
                let (values, nulls) = self.parse(block, rows, strays, |evidence, text| {
                    let value = number::float(text)?;
                    evidence.add(text);
                    Some(value)
                });
                Arc::new(Float64Array::new(values.into(), nulls))
            }
            ColumnType::Date(form) => {
                let mut year_first = 0;
                let (values, nulls) = self.parse(block, rows, strays, |evidence, text| {
                    let value = temporal::date(text, form)?;
                    match form.order {
                        temporal::Order::Ymd => year_first += 1,
                        _ => evidence.add(text),
                    }
                    Some(value)
                });
                self.evidence.add_year_first(year_first, 0, form.separator);
                Arc::new(Date32Array::new(values.into(), nulls))
            }
            ColumnType::Time => {
                let (values, nulls) = self.parse(block, rows, strays, |evidence, text| {
                    let value = temporal::time(text)?;
                    evidence.add(text);
                    Some(value)
                });
                Arc::new(Time64MicrosecondArray::new(values.into(), nulls))
            }
            ColumnType::Timestamp { form, has_offset } => {
                let mut year_first = 0;
                let (values, nulls) = self.parse(block, rows, strays, |evidence, text| {
                    let (value, offset) = temporal::timestamp(text, form)?;
                    match form.order {
                        _ if offset != has_offset => return None,
                        temporal::Order::Ymd => year_first += 1,
                        _ => evidence.add(text),
                    }
                    Some(value)
                });
                self.evidence.add_year_first(
                    year_first,
                    1 + usize::from(has_offset),
                    form.separator,
                );
                Arc::new(TimestampMicrosecondArray::new(values.into(), nulls))
            }
            ColumnType::Boolean => {
                let (values, nulls) = self.parse(block, rows, strays, |evidence, text| {
                    let value = types::boolean(text)?;
                    evidence.add(text);
                    Some(value)
                });
                Arc::new(BooleanArray::new(BooleanBuffer::from(values), nulls))
            }
        };
        self.nulls += array.null_count() as u64;
        if let Some(sketch) = &mut self.sketch {
            sketch.update(&array);
        }
        array
    }

    fn precision_and_scale(&self) -> (u8, i8) {
        match self.column_type.arrow() {
            arrow::datatypes::DataType::Decimal64(precision, scale)
            | arrow::datatypes::DataType::Decimal128(precision, scale) => (precision, scale),
            _ => (0, 0),
        }
    }

    /// Parses the cells of a typed column.
    fn parse<T: Copy + Default>(
        &mut self,
        block: &Block,
        rows: Range<usize>,
        strays: &mut Vec<Stray>,
        mut parse: impl FnMut(&mut Evidence, &[u8]) -> Option<T>,
    ) -> (Vec<T>, Option<arrow::buffer::NullBuffer>) {
        let mut values = Vec::with_capacity(rows.len());
        let mut nulls = NullBufferBuilder::new(rows.len());
        for row in rows {
            let cell = block.cell(row, self.index);
            let value = if cell.is_null() {
                None
            } else {
                let text = cell.text();
                parse(&mut self.evidence, &text)
                    .or_else(|| self.misfit(block, row, &text, strays, &mut parse))
            };
            values.push(value.unwrap_or_default());
            nulls.append(value.is_some());
        }
        (values, nulls.finish())
    }

    /// A cell that is not plainly of the column's type: spaces around it, a word for a missing value, or a stray.
    #[cold]
    fn misfit<T>(
        &mut self,
        block: &Block,
        row: usize,
        text: &[u8],
        strays: &mut Vec<Stray>,
        parse: &mut impl FnMut(&mut Evidence, &[u8]) -> Option<T>,
    ) -> Option<T> {
        let trimmed = types::trim(text);
        if trimmed.is_empty() {
            return None;
        }
        if trimmed.len() < text.len()
            && let Some(value) = parse(&mut self.evidence, trimmed)
        {
            self.trimmed += 1;
            return Some(value);
        }
        self.evidence.add(text);
        if types::is_missing_word(trimmed) {
            return None;
        }
        if self.is_forced
            && let Some(same) = types::same_value(trimmed, self.column_type)
            && let Some(value) = parse(&mut self.evidence, &same)
        {
            self.rewritten += 1;
            return Some(value);
        }
        self.strays += 1;
        self.is_hopeless |=
            !self.is_forced && self.strays > HOPELESS && self.strays * 100 > self.rows;
        if !self.is_hopeless {
            let stray = Stray::of_cell(block, row, self.index, text, Reason::Misfit);
            if self.stray_lines.len() < receipt::LINES_KEPT {
                self.stray_lines.push(stray.line);
            }
            strays.push(stray);
        }
        None
    }

    fn text(&mut self, block: &Block, rows: Range<usize>, strays: &mut Vec<Stray>) -> ArrayRef {
        let mut offsets = Vec::with_capacity(rows.len() + 1);
        let mut bytes: Vec<u8> = Vec::with_capacity(rows.len() * 8);
        let mut nulls = NullBufferBuilder::new(rows.len());
        offsets.push(0i32);
        for row in rows {
            let cell = block.cell(row, self.index);
            if cell.is_null() {
                nulls.append_null();
            } else {
                nulls.append_non_null();
                let text = cell.text();
                if block.is_utf8 {
                    bytes.extend_from_slice(&text);
                } else {
                    let valid = String::from_utf8_lossy(&text);
                    if matches!(valid, std::borrow::Cow::Owned(_)) {
                        self.invalid += 1;
                        strays.push(Stray::of_cell(
                            block,
                            row,
                            self.index,
                            &text,
                            Reason::InvalidText,
                        ));
                    }
                    bytes.extend_from_slice(valid.as_bytes());
                }
                if self.is_observed && !text.is_empty() {
                    self.evidence.add(&text);
                }
            }
            // A block is under 2^30 bytes, and replacing invalid bytes at most triples them: a block that
            // large has a single record, whose invalid bytes are at most 64 MB.
            offsets.push(bytes.len() as i32);
        }
        let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
        let values = Buffer::from_vec(bytes);
        // SAFETY: every slice between two offsets was appended whole and is valid UTF-8, either because the whole
        // block is and fields are cut at ASCII bytes, or because `from_utf8_lossy` made it so. The offsets
        // begin at 0, never fall, and end at the length of the values.
        Arc::new(unsafe { StringArray::new_unchecked(offsets, values, nulls.finish()) })
    }
}

/// A number of a decimal column, times 10^`scale`; `None` if it has more decimals than that or is no number.
#[inline]
fn decimal(evidence: &mut Evidence, text: &[u8], scale: u8) -> Option<i128> {
    if let Some(fixed) = number::fixed(text) {
        if fixed.scale > scale {
            return None;
        }
        evidence.add_fixed(fixed.integer_digits, fixed.scale);
        Some(fixed.unscaled * i128::from(number::POWERS_OF_TEN[usize::from(scale - fixed.scale)]))
    } else {
        let value = number::integer(text)?;
        evidence.add_integers(1, value.unsigned_abs());
        Some(i128::from(value) * i128::from(number::POWERS_OF_TEN[usize::from(scale)]))
    }
}
