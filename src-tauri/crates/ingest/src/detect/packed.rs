//! Where the tables of a source are: in the file itself, in what it unpacks to, or in the files of an archive.

use std::io::Read;

use super::{Layout, text};
use crate::container::{self, Archive, Codec, Member, Packing, RECOGNISED_WITHIN};
use crate::receipt::Warning;
use crate::source::Source;
use crate::text::Text;
use crate::{Cancel, Error, Options, TableId, columnar};

/// Files of an archive that are looked at; each may unpack to a few megabytes.
const MOST_MEMBERS: usize = 1_000;

/// How each table of a source is to be read; at least one.
///
/// # Errors
/// [`Error::Archive`], [`Error::NoTable`], and those of [`text::layouts`].
pub(super) fn layouts(
    source: &Source,
    options: &Options,
    cancel: &Cancel,
) -> Result<Vec<Layout>, Error> {
    let file = Text::default();
    match container::recognise(&beginning(source, &file)?) {
        Packing::None => text::layouts(source, file, options, cancel),
        Packing::Unknown(name) => Err(archive(
            source,
            format!("it is {name}: unpack it and convert what comes out"),
        )),
        Packing::Compressed(codec) => of_compressed(source, None, codec, options, cancel),
        Packing::Zip => of_archive(source, options, cancel),
    }
}

/// The first bytes of what lies inside a file.
fn beginning(source: &Source, text: &Text) -> Result<Vec<u8>, Error> {
    let mut beginning = Vec::new();
    text.unpack(source)?
        .take(RECOGNISED_WITHIN as u64)
        .read_to_end(&mut beginning)
        .map_err(|cause| Error::reading(&source.path, cause))?;
    Ok(beginning)
}

fn archive(source: &Source, what: String) -> Error {
    Error::Archive {
        path: source.path.clone(),
        what,
    }
}

/// The tables of what is compressed, by itself or in an archive.
fn of_compressed(
    source: &Source,
    member: Option<Member>,
    codec: Codec,
    options: &Options,
    cancel: &Cancel,
) -> Result<Vec<Layout>, Error> {
    let text = Text {
        member,
        codec: Some(codec),
        ..Text::default()
    };
    let what = match container::recognise(&beginning(source, &text)?) {
        Packing::None => return text::layouts(source, text, options, cancel),
        Packing::Compressed(_) => "it is compressed twice".into(),
        Packing::Zip => "there is a ZIP archive or a workbook inside it".into(),
        Packing::Unknown(name) => format!("there is {name} inside it"),
    };
    Err(archive(
        source,
        format!("{what}: unpack it and convert what comes out"),
    ))
}

/// What a document is that programs keep as a ZIP archive, by the names of its parts; spreadsheets are read before.
fn document(names: &[String]) -> Option<&'static str> {
    let has = |beginning: &str| names.iter().any(|name| name.starts_with(beginning));
    if has("[Content_Types].xml") {
        return Some(match (has("word/"), has("ppt/")) {
            (true, _) => "a Word document",
            (_, true) => "a PowerPoint presentation",
            _ => "an Office document",
        });
    }
    if has("mimetype") && has("META-INF/") && has("content.xml") {
        return Some("an OpenDocument file other than a spreadsheet");
    }
    has("Index/Document.iwa").then_some("a document of Pages, Numbers or Keynote")
}

/// The tables of the files in an archive.
fn of_archive(source: &Source, options: &Options, cancel: &Cancel) -> Result<Vec<Layout>, Error> {
    let Archive { mut members, names } = Archive::read(&source.path, source.hashed_handle()?)?;
    if let Some(document) = document(&names) {
        return Err(Error::Binary {
            path: source.path.clone(),
            looks_like: document.into(),
        });
    }
    let wanted = options
        .table
        .as_ref()
        .and_then(|table| table.member.as_ref());
    let is_only = members.len() == 1;
    if let Some(wanted) = wanted {
        members.retain(|member| member.name == *wanted);
        if members.is_empty() {
            return Err(archive(source, format!("there is no file {wanted} in it")));
        }
    }
    if members.is_empty() {
        return Err(archive(source, "there are no files in it".into()));
    }
    if members.len() > MOST_MEMBERS {
        return Err(archive(
            source,
            format!(
                "there are {} files in it, more than can be looked at together: unpack it and convert those that you need",
                members.len()
            ),
        ));
    }
    let mut layouts = Vec::new();
    let mut left_out = Vec::new();
    let mut first_error = None;
    for member in members {
        let name = member.name.clone();
        match of_member(source, member, options, cancel) {
            Ok(tables) => layouts.extend(tables.into_iter().map(|mut layout| {
                // An archive of one file is as good as that file.
                if !is_only || wanted.is_some() || layout.table.is_some() {
                    let table = layout.table.get_or_insert_default();
                    table.member = Some(name.clone());
                    table.number = table.number.max(1);
                }
                layout
            })),
            Err(error @ (Error::Cancelled | Error::Read { .. })) => return Err(error),
            Err(error) => {
                left_out.push(name);
                first_error.get_or_insert(error);
            }
        }
    }
    if let (true, Some(error)) = (layouts.is_empty(), first_error) {
        return Err(error);
    }
    let warning = Warning::counted(
        "files_left_out",
        left_out.len() as u64,
        &[],
        &format!(
            "one file of the archive is no table and was left out: {}",
            left_out.join("")
        ),
        &format!(
            "{{}} files of the archive are no tables and were left out: {}{}",
            left_out[..left_out.len().min(10)].join(", "),
            if left_out.len() > 10 {
                " and others"
            } else {
                ""
            }
        ),
    );
    for layout in &mut layouts {
        layout.warnings.extend(warning.clone());
    }
    Ok(layouts)
}

/// The tables of a file in an archive.
fn of_member(
    source: &Source,
    member: Member,
    options: &Options,
    cancel: &Cancel,
) -> Result<Vec<Layout>, Error> {
    let name = member.name.clone();
    let text = Text {
        member: Some(member),
        ..Text::default()
    };
    let beginning = beginning(source, &text)?;
    let options = Options {
        table: options.table.as_ref().map(|table| TableId {
            member: None,
            ..table.clone()
        }),
        ..options.clone()
    };
    let inside = match container::recognise(&beginning) {
        Packing::Compressed(codec) => {
            return of_compressed(source, text.member, codec, &options, cancel);
        }
        Packing::None if columnar::recognise(&beginning).is_none() => {
            return text::layouts(source, text, &options, cancel);
        }
        Packing::None => "a Parquet or an Arrow file",
        Packing::Zip => "a ZIP archive or a workbook",
        Packing::Unknown(name) => name,
    };
    Err(archive(
        source,
        format!("{name} in it is {inside}: unpack it and convert what comes out"),
    ))
}
