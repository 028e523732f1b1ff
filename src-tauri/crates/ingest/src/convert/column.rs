//! One column while it is converted: its cells become pages of its type, and what does not fit is set aside.
//!
//! A column whose texts repeat is read through a table of its distinct texts: each of them is parsed and judged once
//! for a row group, and a cell is a look-up. A column whose texts rarely repeat is parsed cell by cell.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range as Rows;

use parquet::errors::ParquetError;
use parquet::schema::types::ColumnDescPtr;

use super::encode::{
    ChunkEncoder, EncodedChunk, Fate, Place, Range, Scratch, Texts, Validity, Value, Values,
};
use super::sketch::Sketch;
use super::strays::Stray;
use crate::Compression;
use crate::receipt;
use crate::records::{Block, Reason, SourceLine};
use crate::types::{self, ColumnType, Evidence, Form, MissingWords, form, number, temporal};

/// Strays after which a column that has more than one in a hundred is certain to be of another type.
const HOPELESS: u64 = 10_000;

/// The unscaled values of a DECIMAL of at most 18 digits are below this.
const MOST_OF_NARROW: u64 = 10u64.pow(18);

/// How a column's pages are made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageLimits {
    pub(crate) codec: Compression,
    /// Bytes of values, not yet encoded, after which a page ends.
    pub(crate) bytes: usize,
}

impl PageLimits {
    /// Distinct texts beyond which a look-up costs more than it saves: in a column of text, which it makes smaller,
    const MOST_TEXTS: usize = 16_384;
    /// and in one of numbers or dates, which are parsed as fast as they are found.
    const MOST_TEXTS_OF_VALUES: usize = 4_096;
    /// Rows after which a page ends whatever its size.
    const MOST_ROWS: usize = 131_072;
    /// Rows that DuckDB takes at once. A page begins at a multiple of them in its row group where that is possible: in
    /// one that begins elsewhere, the bits of a vector's values begin amid a byte, and DuckDB reads these one by one.
    const VECTOR: usize = 2_048;
    /// A dictionary is given up when it takes so many times a page.
    const DICTIONARY_PAGES: usize = 4;
}

/// A column of the table while it is converted.
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
    pub(crate) stray_lines: Vec<SourceLine>,
    /// Cells with bytes that are no valid text.
    pub(crate) invalid: u64,
    /// Cells that were read without the spaces around them.
    pub(crate) trimmed: u64,
    /// Words that mean a missing value here, and the cells that were NULL because of them.
    pub(crate) missing: MissingWords,
    pub(crate) blanked: u64,
    /// Whether strays are no longer collected: the column will be converted again.
    pub(crate) is_hopeless: bool,
    /// Whether a person chose the type: then it stays, however many cells stray.
    pub(crate) is_forced: bool,
    /// Cells of such a column that were read by their value, see [`types::same_value`].
    pub(crate) rewritten: u64,
    pub(crate) sketch: Option<Sketch>,
    rows: u64,
    /// The largest unscaled value of a column of decimals, either side of 0.
    largest: u64,
    limits: PageLimits,
    chunk: ChunkEncoder,
    /// The smallest and the largest value of the row group.
    range: Range,
    /// The rows of the page that is open.
    validity: Validity,
    /// Its values, unless they are codes.
    values: Values,
    /// Its codes, and what they stand for.
    dictionary: Option<Dictionary>,
}

/// The distinct values of a row group.
struct Dictionary {
    texts: Texts,
    /// The codes of the open page.
    codes: Vec<u32>,
    /// The codes of values that may be written in more than one way.
    known: HashMap<u128, u32, foldhash::fast::FixedState>,
    /// The values in the order of their codes, in Parquet's encoding `PLAIN`.
    plain: Vec<u8>,
    /// The number of codes.
    used: u32,
}

impl Dictionary {
    fn new() -> Self {
        Self {
            texts: Texts::new(),
            codes: Vec::new(),
            known: HashMap::default(),
            plain: Vec::new(),
            used: 0,
        }
    }

    fn clear(&mut self) {
        self.texts.clear();
        self.codes.clear();
        self.known.clear();
        self.plain.clear();
        self.used = 0;
    }

    fn memory(&self) -> usize {
        self.texts.memory() + self.plain.len() + self.codes.len() * 4 + self.known.len() * 32
    }

    fn next_code(&mut self) -> u32 {
        self.used += 1;
        self.used - 1
    }

    /// The code of a value.
    fn code_of(&mut self, value: Value, column_type: ColumnType) -> u32 {
        if let Some(&code) = self.known.get(&value.bits()) {
            return code;
        }
        let code = self.next_code();
        self.known.insert(value.bits(), code);
        value.plain(column_type, &mut self.plain);
        code
    }

    /// The code of a valid text, which is counted.
    fn code_of_text(&mut self, text: &[u8]) -> u32 {
        match self.texts.count(text) {
            Ok(Fate::Value(code)) => code,
            Ok(_) => unreachable!("a valid text is a value"),
            Err(place) => self.settle_text(place, text),
        }
    }

    fn settle_text(&mut self, place: Place, text: &[u8]) -> u32 {
        let code = self.next_code();
        self.plain
            .extend_from_slice(&(text.len() as u32).to_le_bytes());
        self.plain.extend_from_slice(text);
        self.texts.settle(place, Fate::Value(code));
        code
    }
}

impl Column {
    pub(crate) fn new(
        index: usize,
        column_type: ColumnType,
        is_observed: bool,
        repeats: bool,
        sketch: Option<Sketch>,
        descriptor: ColumnDescPtr,
        limits: PageLimits,
    ) -> Self {
        let has_dictionary = repeats && column_type != ColumnType::Boolean;
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
            missing: MissingWords::default(),
            blanked: 0,
            is_hopeless: false,
            is_forced: false,
            rewritten: 0,
            sketch,
            rows: 0,
            largest: 0,
            limits,
            chunk: ChunkEncoder::new(descriptor, limits.codec),
            range: Range::Nothing,
            validity: Validity::default(),
            values: Values::of(column_type),
            dictionary: has_dictionary.then(Dictionary::new),
        }
    }

    /// Bytes that the column keeps of the open row group.
    pub(crate) fn memory(&self) -> usize {
        self.chunk.memory()
            + self.values.bytes()
            + self.dictionary.as_ref().map_or(0, Dictionary::memory)
    }

    /// Converts the column's cells in some rows of a block; what does not fit goes to `strays`.
    pub(crate) fn convert(
        &mut self,
        block: &Block,
        rows: Rows<usize>,
        strays: &mut Vec<Stray>,
        scratch: &mut Scratch,
    ) -> Result<(), ParquetError> {
        self.rows += rows.len() as u64;
        let mut rest = rows;
        while !rest.is_empty() {
            let rows = rest.start..rest.end.min(rest.start + self.room());
            rest.start = rows.end;
            match self.dictionary.take() {
                Some(mut dictionary) => {
                    self.look_up(&mut dictionary, block, rows, strays);
                    self.dictionary = Some(dictionary);
                }
                None => self.parse(block, rows, strays),
            }
            self.end_page_if_full(scratch)?;
        }
        Ok(())
    }

    /// Rows that the open page takes yet.
    fn room(&self) -> usize {
        let bytes = match &self.dictionary {
            Some(_) => Some(size_of::<u32>()),
            None => self.values.width(),
        };
        // A page of texts also ends when they are as large as it may become.
        let most = bytes.map_or(PageLimits::MOST_ROWS, |bytes| {
            (self.limits.bytes / bytes).clamp(1, PageLimits::MOST_ROWS)
        });
        let begin = self.chunk.rows();
        let aligned = (begin + most) / PageLimits::VECTOR * PageLimits::VECTOR;
        let end = if aligned > begin {
            aligned
        } else {
            begin + most
        };
        end - (begin + self.validity.rows()).min(end)
    }

    /// Completes the row group as far as other workers had a hand in it, when all of them have left.
    pub(crate) fn take_back(&mut self) -> Result<(), ParquetError> {
        self.chunk.take_back()
    }

    fn end_page_if_full(&mut self, scratch: &mut Scratch) -> Result<(), ParquetError> {
        let most_texts = match self.column_type {
            ColumnType::Text => PageLimits::MOST_TEXTS,
            _ => PageLimits::MOST_TEXTS_OF_VALUES,
        };
        let is_dictionary_full = self.dictionary.as_ref().is_some_and(|dictionary| {
            dictionary.texts.len() > most_texts
                || dictionary.plain.len() > PageLimits::DICTIONARY_PAGES * self.limits.bytes
        });
        // Where there is a dictionary, there are no values.
        let is_full = self.room() == 0 || self.values.bytes() >= self.limits.bytes;
        if is_full || is_dictionary_full {
            self.end_page(scratch)?;
        }
        if is_dictionary_full && let Some(dictionary) = self.dictionary.take() {
            // The rest of this column is parsed cell by cell.
            self.end_dictionary(&dictionary, scratch)?;
        }
        Ok(())
    }

    fn end_page(&mut self, scratch: &mut Scratch) -> Result<(), ParquetError> {
        if self.validity.rows() == 0 {
            return Ok(());
        }
        if let Some(dictionary) = &mut self.dictionary {
            return self.chunk.page_of_codes(
                &mut self.validity,
                &mut dictionary.codes,
                dictionary.used,
                scratch,
            );
        }
        self.range.add_all(&self.values);
        if let Some(sketch) = &mut self.sketch {
            sketch.add_all(&self.values);
        }
        let (validity, values) = (&mut self.validity, &self.values);
        match values {
            Values::Whole(_) => {
                self.chunk
                    .page_of_numbers(validity, values, self.column_type, scratch)?;
            }
            _ => self
                .chunk
                .page(validity, values.encoding(), scratch, |out| {
                    values.encode(out)
                })?,
        }
        self.values.clear();
        Ok(())
    }

    /// Ends the column's part of a row group.
    pub(crate) fn close(&mut self, scratch: &mut Scratch) -> Result<EncodedChunk, ParquetError> {
        self.end_page(scratch)?;
        let mut dictionary = self.dictionary.take();
        if let Some(dictionary) = &mut dictionary {
            self.end_dictionary(dictionary, scratch)?;
            dictionary.clear();
        }
        self.dictionary = dictionary;
        let range = std::mem::take(&mut self.range);
        if let Some(sketch) = &mut self.sketch {
            sketch.add_range(&range);
        }
        if let Range::Whole(least, most) = range {
            self.largest = (self.largest)
                .max(least.unsigned_abs())
                .max(most.unsigned_abs());
        }
        let nulls = self.chunk.nulls();
        self.nulls += nulls;
        self.chunk.finish(range.statistics(self.column_type, nulls))
    }

    /// Gives the type, when all row groups are closed, the precision that the values need.
    pub(crate) fn fit(&mut self) {
        self.column_type = self.column_type.fitted(self.largest);
    }

    /// Takes a dictionary into account and gives its values to the pages of its codes.
    fn end_dictionary(
        &mut self,
        dictionary: &Dictionary,
        scratch: &mut Scratch,
    ) -> Result<(), ParquetError> {
        self.account_for(dictionary);
        self.chunk
            .set_dictionary(&dictionary.plain, dictionary.used, scratch)
    }

    /// Takes the texts of a dictionary into account, each as often as it occurs.
    fn account_for(&mut self, dictionary: &Dictionary) {
        let is_text = self.column_type == ColumnType::Text;
        for (text, fate, count) in dictionary.texts.iter() {
            if self.is_blanked(text) {
                self.blanked += count;
                continue;
            }
            // What is shown in place of an invalid text was counted by itself.
            let is_known = !is_text || matches!(fate, Fate::Value(_));
            if is_known && !text.is_empty() && (!is_text || self.is_observed) {
                self.evidence.add_counted(text, count);
            }
            if is_text {
                if is_known {
                    self.range.add_text(text);
                    if let Some(sketch) = &mut self.sketch {
                        sketch.add_text(text, count);
                    }
                }
            } else if let Some(value) = read(types::trim(text), self.column_type).or_else(|| {
                let is_special = matches!(fate, Fate::Special);
                is_special.then(|| self.read_chosen(types::trim(text)))?
            }) {
                self.range.add(value);
                if let Some(sketch) = &mut self.sketch {
                    sketch.add_value(value, count);
                }
            }
        }
    }

    /// Reads cells through the table of distinct texts.
    fn look_up(
        &mut self,
        dictionary: &mut Dictionary,
        block: &Block,
        rows: Rows<usize>,
        strays: &mut Vec<Stray>,
    ) {
        dictionary.codes.reserve(rows.len());
        let cells = block.cells(self.index);
        for row in rows {
            let cell = cells.of(block, row);
            if cell.is_null() {
                self.validity.push(false);
                continue;
            }
            let text = cell.text();
            let fate = match dictionary.texts.count(&text) {
                Ok(fate) => fate,
                Err(place) => self.judge(dictionary, place, &text, block.is_utf8),
            };
            match fate {
                Fate::Value(code) => {
                    dictionary.codes.push(code);
                    self.validity.push(true);
                }
                Fate::Null => self.validity.push(false),
                Fate::Special => {
                    let code = self.special(dictionary, block, row, &text, strays);
                    dictionary.codes.extend(code);
                    self.validity.push(code.is_some());
                }
            }
        }
    }

    /// Whether a cell of this text is NULL because a person said what it means.
    #[inline]
    fn is_blanked(&self, text: &[u8]) -> bool {
        !self.missing.is_empty() && self.missing.has(text)
    }

    /// Decides what becomes of a text that is met for the first time in the row group.
    #[cold]
    fn judge(
        &mut self,
        dictionary: &mut Dictionary,
        place: Place,
        text: &[u8],
        is_utf8: bool,
    ) -> Fate {
        let fate = if self.is_blanked(text) {
            Fate::Null
        } else if self.column_type == ColumnType::Text {
            if is_utf8 || std::str::from_utf8(text).is_ok() {
                Fate::Value(dictionary.settle_text(place, text))
            } else {
                Fate::Special
            }
        } else if let Some(value) = read(text, self.column_type) {
            Fate::Value(dictionary.code_of(value, self.column_type))
        } else {
            let trimmed = types::trim(text);
            if trimmed.is_empty()
                || (types::is_missing_word(trimmed) && read(trimmed, self.column_type).is_none())
            {
                Fate::Null
            } else {
                Fate::Special
            }
        };
        dictionary.texts.settle(place, fate);
        fate
    }

    /// A cell of which every occurrence counts; the code of its value, if it has one.
    #[cold]
    fn special(
        &mut self,
        dictionary: &mut Dictionary,
        block: &Block,
        row: usize,
        text: &[u8],
        strays: &mut Vec<Stray>,
    ) -> Option<u32> {
        if self.column_type == ColumnType::Text {
            let shown = self.set_invalid_aside(block, row, text, strays);
            return Some(dictionary.code_of_text(shown.as_bytes()));
        }
        let value = self.read_special(text);
        if value.is_none() {
            self.set_aside(block, row, text, strays);
        }
        value.map(|value| dictionary.code_of(value, self.column_type))
    }

    /// The value of a cell with spaces around it, or that is read by its value because a person chose the type.
    fn read_special(&mut self, text: &[u8]) -> Option<Value> {
        let trimmed = types::trim(text);
        if trimmed.len() < text.len()
            && let Some(value) = read(trimmed, self.column_type)
        {
            self.trimmed += 1;
            return Some(value);
        }
        if types::is_missing_word(trimmed) {
            return None;
        }
        let value = self.read_chosen(trimmed)?;
        self.rewritten += 1;
        Some(value)
    }

    /// The value of a cell in a column whose type a person chose, however it is written.
    fn read_chosen(&self, trimmed: &[u8]) -> Option<Value> {
        let same = self
            .is_forced
            .then(|| types::same_value(trimmed, self.column_type))??;
        read(&same, self.column_type)
    }

    /// Keeps a cell that is not of the column's type.
    fn set_aside(&mut self, block: &Block, row: usize, text: &[u8], strays: &mut Vec<Stray>) {
        self.strays += 1;
        self.is_hopeless |=
            !self.is_forced && self.strays > HOPELESS && self.strays * 100 > self.rows;
        if !self.is_hopeless {
            let stray = Stray::of_cell(block, row, self.index, text, Reason::Misfit);
            if self.stray_lines.len() < receipt::LINES_KEPT {
                self.stray_lines.push(stray.at);
            }
            strays.push(stray);
        }
    }

    /// Keeps the bytes of a cell that is no valid text, and returns what is shown in its place.
    fn set_invalid_aside<'a>(
        &mut self,
        block: &Block,
        row: usize,
        text: &'a [u8],
        strays: &mut Vec<Stray>,
    ) -> Cow<'a, str> {
        self.invalid += 1;
        strays.push(Stray::of_cell(
            block,
            row,
            self.index,
            text,
            Reason::InvalidText,
        ));
        String::from_utf8_lossy(text)
    }

    /// Parses cells one by one.
    fn parse(&mut self, block: &Block, rows: Rows<usize>, strays: &mut Vec<Stray>) {
        let mut values = std::mem::replace(&mut self.values, Values::Flags(Vec::new()));
        match (&mut values, self.column_type) {
            (Values::Text { bytes, lengths }, _) => {
                self.copy_texts(block, rows, strays, bytes, lengths);
            }
            (Values::Whole(out), ColumnType::BigInt { form }) if form.is_plain() => {
                let (mut count, mut largest) = (0, 0);
                self.parse_all(block, rows, strays, out, |_, text| {
                    let value = number::integer(text)?;
                    count += 1;
                    largest = value.unsigned_abs().max(largest);
                    Some(value)
                });
                self.evidence.add_integers(count, largest);
            }
            (Values::Whole(out), ColumnType::BigInt { form }) => {
                self.parse_all(block, rows, strays, out, |evidence, text| {
                    let written = form::number(text)?;
                    let value = form.integer(&written)?;
                    evidence.add_number(&written, 1);
                    Some(value)
                });
            }
            (Values::Whole(out), ColumnType::Decimal { scale, form, .. }) => {
                if form.is_plain() {
                    self.parse_all(block, rows, strays, out, |evidence, text| {
                        narrow(decimal(text, scale, Some(evidence))?)
                    });
                } else {
                    self.parse_all(block, rows, strays, out, |evidence, text| {
                        narrow(formed_decimal(text, scale, form, Some(evidence))?)
                    });
                }
            }
            (Values::Wide(out), ColumnType::Decimal { scale, form, .. }) => {
                self.parse_all(block, rows, strays, out, |evidence, text| {
                    if form.is_plain() {
                        decimal(text, scale, Some(evidence))
                    } else {
                        formed_decimal(text, scale, form, Some(evidence))
                    }
                });
            }
            (Values::Real(out), ColumnType::Double { form }) => {
                self.parse_all(block, rows, strays, out, |evidence, text| {
                    let value = form.float(text)?;
                    evidence.add(text);
                    Some(value)
                });
            }
            (Values::Flags(out), _) => {
                self.parse_all(block, rows, strays, out, |evidence, text| {
                    let value = types::boolean(text)?;
                    evidence.add(text);
                    Some(value)
                });
            }
            (Values::Whole(out), ColumnType::Date(form)) => {
                let mut year_first = 0;
                self.parse_all(block, rows, strays, out, |evidence, text| {
                    let value = temporal::date(text, form)?;
                    match form.order {
                        temporal::Order::Ymd => year_first += 1,
                        _ => evidence.add(text),
                    }
                    Some(i64::from(value))
                });
                self.evidence.add_year_first(year_first, 0, form.separator);
            }
            (Values::Whole(out), ColumnType::Timestamp { form, has_offset }) => {
                let mut year_first = 0;
                self.parse_all(block, rows, strays, out, |evidence, text| {
                    let (value, offset) = temporal::timestamp(text, form)?;
                    match form.order {
                        _ if offset != has_offset => return None,
                        temporal::Order::Ymd => year_first += 1,
                        _ => evidence.add(text),
                    }
                    Some(value)
                });
                let kind = 1 + usize::from(has_offset);
                self.evidence
                    .add_year_first(year_first, kind, form.separator);
            }
            (Values::Whole(out), ColumnType::Time) => {
                self.parse_all(block, rows, strays, out, |evidence, text| {
                    let value = temporal::time(text)?;
                    evidence.add(text);
                    Some(value)
                });
            }
            // `Values::of` makes no other pair.
            (Values::Whole(_) | Values::Wide(_) | Values::Real(_), _) => {}
        }
        self.values = values;
    }

    /// Parses the cells of a typed column; `plain` reads a cell that is plainly of its type and counts it.
    #[inline(always)]
    fn parse_all<T: From<Value>>(
        &mut self,
        block: &Block,
        rows: Rows<usize>,
        strays: &mut Vec<Stray>,
        out: &mut Vec<T>,
        mut plain: impl FnMut(&mut Evidence, &[u8]) -> Option<T>,
    ) {
        out.reserve(rows.len());
        let cells = block.cells(self.index);
        for row in rows {
            let cell = cells.of(block, row);
            if cell.is_null() {
                self.validity.push(false);
                continue;
            }
            let text = cell.text();
            if self.is_blanked(&text) {
                self.blanked += 1;
                self.validity.push(false);
                continue;
            }
            let value = plain(&mut self.evidence, &text)
                .or_else(|| self.misfit(block, row, &text, strays).map(T::from));
            self.validity.push(value.is_some());
            out.extend(value);
        }
    }

    /// A cell that is not plainly of the column's type: spaces around it, a word for a missing value, or a stray.
    #[cold]
    fn misfit(
        &mut self,
        block: &Block,
        row: usize,
        text: &[u8],
        strays: &mut Vec<Stray>,
    ) -> Option<Value> {
        let trimmed = types::trim(text);
        if trimmed.is_empty() {
            return None;
        }
        self.evidence.add(text);
        let value = self.read_special(text);
        if value.is_none() && !types::is_missing_word(trimmed) {
            self.set_aside(block, row, text, strays);
        }
        value
    }

    fn copy_texts(
        &mut self,
        block: &Block,
        rows: Rows<usize>,
        strays: &mut Vec<Stray>,
        bytes: &mut Vec<u8>,
        lengths: &mut Vec<u32>,
    ) {
        lengths.reserve(rows.len());
        let cells = block.cells(self.index);
        for row in rows {
            let cell = cells.of(block, row);
            if cell.is_null() {
                self.validity.push(false);
                continue;
            }
            let text = cell.text();
            if self.is_blanked(&text) {
                self.blanked += 1;
                self.validity.push(false);
                continue;
            }
            self.validity.push(true);
            if self.is_observed && !text.is_empty() {
                self.evidence.add(&text);
            }
            let before = bytes.len();
            if block.is_utf8 || std::str::from_utf8(&text).is_ok() {
                bytes.extend_from_slice(&text);
            } else {
                let shown = self.set_invalid_aside(block, row, &text, strays);
                bytes.extend_from_slice(shown.as_bytes());
            }
            // A block is under 2^30 bytes, and what is shown in place of invalid bytes at most triples a record.
            lengths.push((bytes.len() - before) as u32);
        }
    }
}

/// The value of a text in a column of this type, which is not text.
fn read(text: &[u8], column_type: ColumnType) -> Option<Value> {
    match column_type {
        ColumnType::Boolean => types::boolean(text).map(Value::Flag),
        ColumnType::BigInt { form } if form.is_plain() => number::integer(text).map(Value::Whole),
        ColumnType::BigInt { form } => form.integer(&form::number(text)?).map(Value::Whole),
        ColumnType::Decimal { scale, form, .. } => {
            let value = if form.is_plain() {
                decimal(text, scale, None)?
            } else {
                formed_decimal(text, scale, form, None)?
            };
            if column_type.is_wide() {
                Some(Value::Wide(value))
            } else {
                narrow(value).map(Value::Whole)
            }
        }
        ColumnType::Double { form } => form.float(text).map(Value::Real),
        ColumnType::Date(form) => {
            temporal::date(text, form).map(|days| Value::Whole(i64::from(days)))
        }
        ColumnType::Time => temporal::time(text).map(Value::Whole),
        ColumnType::Timestamp { form, has_offset } => temporal::timestamp(text, form)
            .filter(|&(_, offset)| offset == has_offset)
            .map(|(value, _)| Value::Whole(value)),
        ColumnType::Text => None,
    }
}

/// A number of a decimal column, times 10^`scale`; `None` if it has more decimals than that or is no number.
#[inline]
fn decimal(text: &[u8], scale: u8, evidence: Option<&mut Evidence>) -> Option<i128> {
    if let Some(fixed) = number::fixed(text) {
        if fixed.scale > scale {
            return None;
        }
        if let Some(evidence) = evidence {
            evidence.add_fixed(fixed);
        }
        Some(fixed.unscaled * i128::from(number::POWERS_OF_TEN[usize::from(scale - fixed.scale)]))
    } else {
        let value = number::integer(text)?;
        if let Some(evidence) = evidence {
            evidence.add_integers(1, value.unsigned_abs());
        }
        Some(i128::from(value) * i128::from(number::POWERS_OF_TEN[usize::from(scale)]))
    }
}

/// A number of a decimal column that is not of the plain form, as [`decimal`] gives it.
fn formed_decimal(
    text: &[u8],
    scale: u8,
    form: Form,
    evidence: Option<&mut Evidence>,
) -> Option<i128> {
    let written = form::number(text)?;
    let fixed = form.fixed(&written).filter(|fixed| fixed.scale <= scale)?;
    if let Some(evidence) = evidence {
        evidence.add_number(&written, 1);
    }
    let power = number::POWERS_OF_TEN[usize::from(scale - fixed.scale)];
    Some(fixed.unscaled * i128::from(power))
}

/// An unscaled value of a DECIMAL of at most 18 digits; nineteen digits may fit the integer, but not the type.
#[inline]
fn narrow(value: i128) -> Option<i64> {
    i64::try_from(value)
        .ok()
        .filter(|value| value.unsigned_abs() < MOST_OF_NARROW)
}
