//! The parts of an Open Packaging workbook (xlsx, xlsm, xlsb) and how they hang together.
//!
//! Relationships are followed only inside the file; what they name outside of it (links, templates, data) is not looked at.

use std::collections::HashMap;

use super::archive::Archive;
use super::part::Limits;
use super::xml::{Event, Xml};
use crate::Error;

/// Relationships that a part may have; Excel writes one for each sheet, hyperlink or drawing.
const MOST_RELATIONSHIPS: usize = 100_000;

/// What a relationship leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// The last word of the relationship's type, such as `worksheet`; strict and transitional files agree on it.
    pub(crate) kind: String,
    /// The name of the part.
    pub(crate) part: String,
}

/// The relationships of a part by their ids; none where there are none.
pub(crate) fn relationships(
    archive: &Archive,
    part: &str,
    limits: Limits,
) -> Result<HashMap<String, Target>, Error> {
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    let path = format!("{folder}/_rels/{name}.rels");
    let mut found = HashMap::new();
    let Some(mut xml) = Xml::open(archive, &path, limits)? else {
        return Ok(found);
    };
    while let Some(event) = xml.next()? {
        let Event::Start(tag) = event else { continue };
        if tag.name != b"Relationship"
            || tag.attribute(b"TargetMode") == Some(b"External")
            || found.len() == MOST_RELATIONSHIPS
        {
            continue;
        }
        let (Some(id), Some(kind), Some(target)) =
            (tag.text(b"Id"), tag.text(b"Type"), tag.text(b"Target"))
        else {
            continue;
        };
        let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
        found.insert(
            id,
            Target {
                kind,
                part: resolve(folder, &target),
            },
        );
    }
    Ok(found)
}

/// The name of the part that a target names, seen from a folder.
fn resolve(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let path = if target.starts_with('/') {
        target
    } else {
        format!("{folder}/{target}")
    };
    let mut names: Vec<&str> = Vec::new();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => {
                names.pop();
            }
            name => names.push(name),
        }
    }
    names.join("/")
}

/// The name of the part that holds the workbook: where the package says, or where every program puts it.
pub(crate) fn workbook_part(archive: &Archive, limits: Limits) -> Result<Option<String>, Error> {
    let mut targets: Vec<Target> = relationships(archive, "", limits)?
        .into_values()
        .filter(|target| target.kind == "officeDocument")
        .collect();
    targets.sort_by(|a, b| a.part.cmp(&b.part));
    Ok(targets
        .into_iter()
        .map(|target| target.part)
        .chain(["xl/workbook.xml".to_owned(), "xl/workbook.bin".to_owned()])
        .find(|part| archive.find(part).is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_found_from_their_folder() {
        assert_eq!(
            resolve("xl", "worksheets/sheet1.xml"),
            "xl/worksheets/sheet1.xml"
        );
        assert_eq!(resolve("xl", "/xl/styles.xml"), "xl/styles.xml");
        assert_eq!(
            resolve("xl/worksheets", "../tables/table1.xml"),
            "xl/tables/table1.xml"
        );
        assert_eq!(resolve("", "xl/workbook.xml"), "xl/workbook.xml");
        assert_eq!(resolve("xl", "..\\..\\..\\etc\\passwd"), "etc/passwd");
    }
}
