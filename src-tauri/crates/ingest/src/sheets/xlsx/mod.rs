//! xlsx and xlsm: a workbook of XML parts (ISO/IEC 29500-1, 18).

mod sheet;

pub(crate) use sheet::{MOST_MERGES, SheetReader, merges};

use std::collections::HashMap;

use super::archive::Archive;
use super::cells::decode_escapes;
use super::package::{self, Target};
use super::part::{Ending, Limits};
use super::row::Area;
use super::serial::Epoch;
use super::strings::SharedStrings;
use super::styles::{Styles, StylesBuilder};
use super::xml::{Event, Xml, is_true};
use super::{Kind, SheetInfo, Visibility};
use crate::Error;

/// Sheets that a workbook may have; memory alone limits Excel.
pub(crate) const MOST_SHEETS: usize = 10_000;

/// What the workbook's own part says.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    pub(crate) sheets: Vec<SheetInfo>,
    pub(crate) epoch: Epoch,
    pub(crate) strings_part: Option<String>,
    pub(crate) styles_part: Option<String>,
    /// What could not be read; sentences without the file's name.
    pub(crate) warnings: Vec<String>,
}

impl Contents {
    /// No sheets yet, but where the texts and the styles are.
    pub(crate) fn of(relationships: &HashMap<String, Target>) -> Self {
        let part = |kind: &str| {
            relationships
                .values()
                .filter(|target| target.kind == kind)
                .map(|target| &target.part)
                .min()
                .cloned()
        };
        Self {
            strings_part: part("sharedStrings"),
            styles_part: part("styles"),
            ..Self::default()
        }
    }
}

/// Reads which sheets there are.
pub(crate) fn contents(archive: &Archive, part: &str, limits: Limits) -> Result<Contents, Error> {
    let relationships = package::relationships(archive, part, limits)?;
    let mut contents = Contents::of(&relationships);
    let Some(mut xml) = Xml::open(archive, part, limits)? else {
        return Ok(contents);
    };
    while let Some(event) = xml.next()? {
        let Event::Start(tag) = event else { continue };
        match tag.name {
            b"workbookPr" if tag.attribute(b"date1904").is_some_and(is_true) => {
                contents.epoch = Epoch::Y1904;
            }
            b"sheet" if contents.sheets.len() < MOST_SHEETS => {
                let number = contents.sheets.len() + 1;
                let target = tag.text(b"id").and_then(|id| relationships.get(&id));
                contents.sheets.push(SheetInfo {
                    name: super::sheet_name(tag.text(b"name"), number),
                    visibility: match tag.attribute(b"state") {
                        Some(b"hidden") => Visibility::Hidden,
                        Some(b"veryHidden") => Visibility::VeryHidden,
                        _ => Visibility::Visible,
                    },
                    kind: target.map_or(Kind::Missing, |target| Kind::of(&target.kind)),
                    size: None,
                    bytes: 0,
                    part: target.map(|target| target.part.clone()).unwrap_or_default(),
                });
            }
            _ => {}
        }
    }
    if let Some(Ending::Damaged(why)) = xml.ending() {
        contents
            .warnings
            .push(format!("The list of sheets is damaged: {why}."));
    }
    Ok(contents)
}

/// The area that a sheet says it uses, which stands before its rows; it may be untrue.
pub(crate) fn dimension(
    archive: &Archive,
    part: &str,
    limits: Limits,
) -> Result<Option<Area>, Error> {
    let Some(mut xml) = Xml::open(archive, part, limits)? else {
        return Ok(None);
    };
    // Before the rows stand only a few properties.
    const MOST_EVENTS: usize = 100;
    for _ in 0..MOST_EVENTS {
        match xml.next()? {
            Some(Event::Start(tag)) if tag.name == b"dimension" => {
                return Ok(tag.attribute(b"ref").and_then(Area::of));
            }
            Some(Event::Start(tag)) if tag.name == b"sheetData" => break,
            None => break,
            Some(_) => {}
        }
    }
    Ok(None)
}

/// Reads the formats of cells; damage leaves the styles up to there.
pub(crate) fn styles(archive: &Archive, part: &str, limits: Limits) -> Result<Styles, Error> {
    let mut builder = StylesBuilder::default();
    let Some(mut xml) = Xml::open(archive, part, limits)? else {
        return Ok(builder.finish());
    };
    let mut is_in_styles = false;
    while let Some(event) = xml.next()? {
        match event {
            Event::Start(tag) => match tag.name {
                b"cellXfs" => is_in_styles = !tag.is_empty,
                b"numFmt" => {
                    if let (Some(id), Some(code)) =
                        (tag.number(b"numFmtId"), tag.text(b"formatCode"))
                    {
                        builder.code(id, &code);
                    }
                }
                b"xf" if is_in_styles => builder.style(tag.number(b"numFmtId").unwrap_or(0)),
                _ => {}
            },
            Event::End(b"cellXfs") => break,
            _ => {}
        }
    }
    Ok(builder.finish())
}

/// Appends the text of a string item, whose start tag was just read, up to its end tag: runs joined, phonetic ones left out.
pub(crate) fn append_string(xml: &mut Xml, to: &mut Vec<u8>) -> Result<(), Error> {
    let mark = to.len();
    loop {
        xml.check_size(to.len() - mark)?;
        match xml.next()? {
            Some(Event::Start(tag)) => match tag.name {
                b"t" if !tag.is_empty => {
                    let keeps_space = tag.attribute(b"space") == Some(b"preserve");
                    append_run(xml, keeps_space, to)?;
                }
                b"rPh" if !tag.is_empty => xml.skip_element()?,
                _ => {}
            },
            Some(Event::End(b"si" | b"is")) | None => break,
            Some(_) => {}
        }
    }
    decode_escapes(to, mark);
    Ok(())
}

/// Appends the text of one run. Without `xml:space` the white space around it is no part of it, and Excel drops it too.
fn append_run(xml: &mut Xml, keeps_space: bool, to: &mut Vec<u8>) -> Result<(), Error> {
    const SPACE: [u8; 4] = *b" \t\r\n";
    let mark = to.len();
    xml.append_text(to)?;
    if !keeps_space {
        while to.len() > mark && to.last().is_some_and(|last| SPACE.contains(last)) {
            to.pop();
        }
        let leading = to[mark..]
            .iter()
            .take_while(|byte| SPACE.contains(byte))
            .count();
        to.drain(mark..mark + leading);
    }
    Ok(())
}

/// Reads the shared strings; damage leaves those up to there.
pub(crate) fn shared_strings(
    archive: &Archive,
    part: &str,
    limits: Limits,
    budget: usize,
    warnings: &mut Vec<String>,
) -> Result<SharedStrings, Error> {
    let mut strings = SharedStrings::within(budget);
    let spilling = |cause| Error::writing(&std::env::temp_dir(), cause, 0);
    let Some(mut xml) = Xml::open(archive, part, limits)? else {
        return Ok(strings);
    };
    let mut text = Vec::new();
    loop {
        if let Some(bytes) = plain_item(xml.buffered(), &mut text) {
            xml.take(bytes);
            strings.push(&text).map_err(spilling)?;
            continue;
        }
        match xml.next()? {
            Some(Event::Start(tag)) if tag.name == b"si" => {
                text.clear();
                if !tag.is_empty {
                    append_string(&mut xml, &mut text)?;
                }
                // One that the part's end cuts off is not known.
                if xml.ending().is_none() || !xml.buffered().is_empty() {
                    strings.push(&text).map_err(spilling)?;
                }
            }
            Some(_) => {}
            None => break,
        }
    }
    if let Some(Ending::Damaged(why)) = xml.ending() {
        warnings.push(format!(
            "The workbook's texts are damaged ({why}): cells whose text is lost are empty."
        ));
    }
    strings.finish().map_err(spilling)?;
    Ok(strings)
}

/// The text of an item that is written in the plainest way, and the bytes of it; `None` for any other.
fn plain_item(buffered: &[u8], text: &mut Vec<u8>) -> Option<usize> {
    const START: &[u8] = b"<si><t>";
    const END: &[u8] = b"</t></si>";
    let rest = buffered.strip_prefix(START)?;
    let end = memchr::memchr(b'<', rest)?;
    if !rest[end..].starts_with(END) {
        return None;
    }
    let inside = &rest[..end];
    let is_plain = match (inside.first(), inside.last()) {
        (Some(first), Some(last)) => *first > b' ' && *last > b' ',
        _ => true,
    };
    if !is_plain || memchr::memchr3(b'&', b'\r', b'_', inside).is_some() {
        return None;
    }
    text.clear();
    text.extend_from_slice(inside);
    Some(START.len() + end + END.len())
}
