//! xls: a stream of records in a compound file, in its versions of Excel 5 and 95 (BIFF5) and 97 to 2003 (BIFF8).
//!
//! See [MS-XLS], and for BIFF5 "OpenOffice.org's Documentation of the Microsoft Excel File Format" by Daniel Rentz.

mod records;
mod sheet;

use std::path::Path;
use std::sync::Arc;

use encoding_rs::Encoding;

pub(crate) use sheet::{SheetReader, merges};

use super::binary::{Fields, append_utf16};
use super::compound::{Compound, Stream};
use super::row::Area;
use super::serial::Epoch;
use super::strings::SharedStrings;
use super::styles::{Styles, StylesBuilder};
use super::xlsx::MOST_SHEETS;
use super::{Kind, SheetInfo, Visibility};
use crate::Error;
use records::{Continued, Records};

/// Numbers of the records that are read.
mod record {
    pub(super) const FORMULA: u16 = 0x0006;
    pub(super) const END: u16 = 0x000A;
    pub(super) const DATE_MODE: u16 = 0x0022;
    pub(super) const PASSWORD: u16 = 0x002F;
    pub(super) const CODE_PAGE: u16 = 0x0042;
    pub(super) const SHEET: u16 = 0x0085;
    pub(super) const PACKED_NUMBERS: u16 = 0x00BD;
    pub(super) const RICH_TEXT: u16 = 0x00D6;
    pub(super) const STYLE: u16 = 0x00E0;
    pub(super) const MERGES: u16 = 0x00E5;
    pub(super) const SHARED_STRINGS: u16 = 0x00FC;
    pub(super) const SHARED: u16 = 0x00FD;
    pub(super) const DIMENSION: u16 = 0x0200;
    pub(super) const NUMBER: u16 = 0x0203;
    pub(super) const TEXT: u16 = 0x0204;
    pub(super) const BOOLEAN_OR_ERROR: u16 = 0x0205;
    pub(super) const RESULT: u16 = 0x0207;
    pub(super) const ROW: u16 = 0x0208;
    pub(super) const PACKED_NUMBER: u16 = 0x027E;
    pub(super) const FORMAT: u16 = 0x041E;
    pub(super) const BEGIN: u16 = 0x0809;
}

/// A workbook's stream and what its first records say.
#[derive(Debug)]
pub(crate) struct Contents {
    pub(crate) stream: Arc<Stream>,
    pub(crate) sheets: Vec<SheetInfo>,
    /// Where each sheet begins in the stream.
    pub(crate) starts: Vec<u64>,
    pub(crate) epoch: Epoch,
    pub(crate) styles: Styles,
    pub(crate) text: TextForm,
    /// Where the shared strings are.
    strings_at: Option<u64>,
    pub(crate) is_cut_off: bool,
}

/// How texts are stored.
#[derive(Debug, Clone, Copy)]
pub(crate) enum TextForm {
    /// UTF-16, or its lower halves only.
    Unicode,
    /// Bytes of a code page.
    Bytes(&'static Encoding),
}

impl TextForm {
    /// A text with its length in characters in `length_bytes` bytes before it.
    fn text(self, fields: &mut Fields<'_>, length_bytes: u32) -> Option<String> {
        let length = match length_bytes {
            1 => usize::from(fields.u8()?),
            _ => usize::from(fields.u16()?),
        };
        match self {
            Self::Unicode => {
                let mut text = Vec::new();
                if fields.u8()? & 1 != 0 {
                    append_utf16(fields.bytes(length * 2)?, &mut text);
                } else {
                    append_latin1(fields.bytes(length)?, &mut text);
                }
                String::from_utf8(text).ok()
            }
            Self::Bytes(encoding) => Some(
                encoding
                    .decode_without_bom_handling(fields.bytes(length)?)
                    .0
                    .into_owned(),
            ),
        }
    }
}

fn append_latin1(bytes: &[u8], to: &mut Vec<u8>) {
    for &byte in bytes {
        to.extend_from_slice(char::from(byte).encode_utf8(&mut [0; 2]).as_bytes());
    }
}

/// The encoding of a code page; the usual one of Windows where it is unknown.
fn code_page(number: u16) -> &'static Encoding {
    match number {
        874 => encoding_rs::WINDOWS_874,
        932 => encoding_rs::SHIFT_JIS,
        936 => encoding_rs::GBK,
        949 => encoding_rs::EUC_KR,
        950 => encoding_rs::BIG5,
        866 => encoding_rs::IBM866,
        1200 => encoding_rs::UTF_16LE,
        1250 => encoding_rs::WINDOWS_1250,
        1251 => encoding_rs::WINDOWS_1251,
        1253 => encoding_rs::WINDOWS_1253,
        1254 => encoding_rs::WINDOWS_1254,
        1255 => encoding_rs::WINDOWS_1255,
        1256 => encoding_rs::WINDOWS_1256,
        1257 => encoding_rs::WINDOWS_1257,
        1258 => encoding_rs::WINDOWS_1258,
        10_000 | 32_768 => encoding_rs::MACINTOSH,
        10_007 => encoding_rs::X_MAC_CYRILLIC,
        _ => encoding_rs::WINDOWS_1252,
    }
}

/// Reads which sheets there are; `None` if the file has no workbook in it.
///
/// # Errors
/// [`Error::Protected`] and [`Error::Read`].
pub(crate) fn contents(compound: &Compound, path: &Path) -> Result<Option<Contents>, Error> {
    let reading = |cause| Error::reading(path, cause);
    let mut stream = compound.stream("Workbook").map_err(reading)?;
    if stream.is_none() {
        stream = compound.stream("Book").map_err(reading)?;
    }
    let Some(stream) = stream else {
        return Ok(None);
    };
    let stream = Arc::new(stream);
    let mut contents = Contents {
        stream: Arc::clone(&stream),
        sheets: Vec::new(),
        starts: Vec::new(),
        epoch: Epoch::Y1900,
        styles: Styles::default(),
        text: TextForm::Unicode,
        strings_at: None,
        is_cut_off: true,
    };
    let mut styles = StylesBuilder::default();
    let mut records = Records::new(&stream, path, 0);
    loop {
        let at = records.at();
        let Some(record) = records.next()? else {
            break;
        };
        let mut fields = Fields(record.bytes);
        match record.number {
            record::BEGIN if at == 0 => {
                const BIFF8: u16 = 0x0600;
                if fields.u16().is_some_and(|version| version < BIFF8) {
                    contents.text = TextForm::Bytes(encoding_rs::WINDOWS_1252);
                }
            }
            record::PASSWORD => return Err(Error::Protected(path.to_owned())),
            record::DATE_MODE => {
                if fields.u16() == Some(1) {
                    contents.epoch = Epoch::Y1904;
                }
            }
            record::CODE_PAGE => {
                if let (TextForm::Bytes(_), Some(number)) = (contents.text, fields.u16()) {
                    contents.text = TextForm::Bytes(code_page(number));
                }
            }
            record::FORMAT => {
                let length_bytes = match contents.text {
                    TextForm::Unicode => 2,
                    TextForm::Bytes(_) => 1,
                };
                if let Some(id) = fields.u16()
                    && let Some(code) = contents.text.text(&mut fields, length_bytes)
                {
                    styles.code(u32::from(id), &code);
                }
            }
            record::STYLE => {
                fields.u16();
                styles.style(u32::from(fields.u16().unwrap_or(0)));
            }
            record::SHEET if contents.sheets.len() < MOST_SHEETS => {
                let (Some(start), Some(state), Some(kind)) =
                    (fields.u32(), fields.u8(), fields.u8())
                else {
                    continue;
                };
                let name = super::sheet_name(
                    contents.text.text(&mut fields, 1),
                    contents.sheets.len() + 1,
                );
                contents.starts.push(u64::from(start));
                contents.sheets.push(SheetInfo {
                    name,
                    visibility: match state & 3 {
                        0 => Visibility::Visible,
                        1 => Visibility::Hidden,
                        _ => Visibility::VeryHidden,
                    },
                    kind: match kind {
                        0 => Kind::Worksheet,
                        2 => Kind::Chart,
                        _ => Kind::Macro,
                    },
                    size: None,
                    bytes: 0,
                    part: String::new(),
                });
            }
            record::SHARED_STRINGS => contents.strings_at = Some(at),
            record::END => {
                contents.is_cut_off = false;
                break;
            }
            _ => {}
        }
    }
    contents.styles = styles.finish();
    for (sheet, &start) in contents.sheets.iter_mut().zip(&contents.starts) {
        // Its bytes are what lies before the next sheet, or the end.
        let end = contents
            .starts
            .iter()
            .copied()
            .filter(|&other| other > start)
            .min()
            .unwrap_or(stream.bytes);
        sheet.bytes = end.saturating_sub(start);
        sheet.size = dimension(&stream, path, start)?;
        if start >= stream.bytes {
            sheet.kind = Kind::Missing;
        }
    }
    Ok(Some(contents))
}

/// The area that a sheet says it uses, among its first records.
fn dimension(stream: &Stream, path: &Path, start: u64) -> Result<Option<Area>, Error> {
    const MOST_RECORDS: usize = 1_000;
    let mut records = Records::new(stream, path, start);
    for _ in 0..MOST_RECORDS {
        let Some(record) = records.next()? else {
            break;
        };
        let mut fields = Fields(record.bytes);
        if record.number == record::DIMENSION {
            // Rows have 32 bits in BIFF8 and 16 in BIFF5; the last ones are outside.
            let (first_row, after_row) = if record.bytes.len() >= 14 {
                (fields.u32(), fields.u32())
            } else {
                (fields.u16().map(u32::from), fields.u16().map(u32::from))
            };
            let (first_column, after_column) = (fields.u16(), fields.u16());
            return Ok(match (first_row, after_row, first_column, after_column) {
                (Some(first_row), Some(after_row), Some(first_column), Some(after_column))
                    if after_row > first_row && after_column > first_column =>
                {
                    Some(Area {
                        first_row,
                        last_row: after_row - 1,
                        first_column: u32::from(first_column),
                        last_column: u32::from(after_column) - 1,
                    })
                }
                _ => None,
            });
        }
        if matches!(record.number, record::END | record::ROW) {
            break;
        }
    }
    Ok(None)
}

/// Reads the shared strings; damage leaves those up to there.
pub(crate) fn shared_strings(
    contents: &Contents,
    path: &Path,
    budget: usize,
    warnings: &mut Vec<String>,
) -> Result<SharedStrings, Error> {
    let spilling = |cause| Error::writing(&std::env::temp_dir(), cause, 0);
    let mut strings = SharedStrings::within(budget);
    let Some(at) = contents.strings_at else {
        return Ok(strings);
    };
    let mut records = Records::new(&contents.stream, path, at);
    let Some(first) = records.next()?.map(|record| record.bytes.to_vec()) else {
        return Ok(strings);
    };
    let mut all = Continued::new(&mut records, first);
    all.number(4)?;
    let count = all.number(4)?.unwrap_or(0);
    let mut text = Vec::new();
    for _ in 0..count {
        text.clear();
        if !all.append_text(&mut text)? {
            warnings.push(
                "The workbook's texts are damaged: cells whose text is lost are empty.".to_owned(),
            );
            break;
        }
        strings.push(&text).map_err(spilling)?;
    }
    strings.finish().map_err(spilling)?;
    Ok(strings)
}
