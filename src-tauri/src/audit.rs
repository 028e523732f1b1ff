//! The file beside an export that says where its rows come from, for whoever has to answer for them later.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use buzz_ingest::Receipt;
use buzz_library::Dataset;
use buzz_query::export::Exported;

use crate::export::whole;
use crate::shell::{self, Shell};
use crate::wire::{Audited, Failure};

/// Writes `NAME.audit.md` beside an exported file: the question, the SQL, the hash of the file, and of each dataset its source with
/// its hash, its rows as they were accounted for, and what was noticed when it was read. Blocks.
///
/// # Errors
/// `disk`, and those of the library; the exported file stays.
pub fn write(
    shell: &Shell,
    exported_path: &Path,
    audited: &Audited,
    exported: &Exported,
) -> Result<(), Failure> {
    let mut datasets = shell.datasets(&audited.dataset_ids)?;
    if let Some(sql) = &audited.sql {
        let used = shell.engine(&datasets)?.tables_used(sql)?;
        // The strays of a dataset are a table of their own.
        let is_of = |table: &String, name: &str| {
            table == name || table.strip_suffix("__strays") == Some(name)
        };
        datasets.retain(|dataset| used.iter().any(|table| is_of(table, &dataset.name)));
    }
    let mut sources = Vec::new();
    for dataset in datasets {
        let receipt = shell.library.receipt(&dataset.id)?;
        sources.push((dataset, receipt));
    }
    let hash = hash(exported_path).map_err(|cause| buzz_library::Error::Disk {
        path: exported_path.to_owned(),
        cause,
    })?;
    let text = text(exported_path, &hash, audited, exported, &sources);
    let path = beside(exported_path);
    whole(&path, |out| {
        (out.write_all(text.as_bytes())).map_err(|cause| buzz_library::Error::Disk {
            path: path.clone(),
            cause,
        })
    })
}

/// The file beside: its name is the whole name of the other with an ending of its own.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".audit.md");
    path.with_file_name(name)
}

/// The BLAKE3 hash of a file.
fn hash(path: &Path) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path)?)?;
    Ok(hasher.finalize().to_hex().to_string())
}

fn text(
    path: &Path,
    hash: &str,
    audited: &Audited,
    exported: &Exported,
    sources: &[(Dataset, Receipt)],
) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut out = format!("# Where {name} comes from\n\n");
    let Exported { rows, bytes, cut } = exported;
    let _ = writeln!(out, "- Written: {}", shell::now());
    let _ = writeln!(out, "- By: Buzz CSV {}", env!("CARGO_PKG_VERSION"));
    let _ = writeln!(out, "- Rows: {rows}");
    let _ = writeln!(out, "- Bytes: {bytes}");
    let _ = writeln!(out, "- BLAKE3: {hash}");
    if *cut > 0 {
        let _ = writeln!(
            out,
            "- Texts that a cell could not hold, and that were cut: {cut}"
        );
    }
    if let Some(question) = &audited.question {
        let _ = writeln!(out, "\n## Question\n\n{}", quoted(question));
    }
    if let Some(sql) = &audited.sql {
        let fence = fence(sql);
        let _ = writeln!(out, "\n## SQL\n\n{fence}sql\n{}\n{fence}", sql.trim_end());
    }
    for (dataset, receipt) in sources {
        let _ = writeln!(out, "\n## Dataset {}\n", dataset.name);
        let several = receipt.sources.iter().map(|file| &file.source);
        let only = receipt.sources.is_empty().then_some(&receipt.source);
        for source in several.chain(only) {
            let modified = source.modified.as_deref().unwrap_or("at an unknown time");
            let _ = writeln!(
                out,
                "- File: {}, {} bytes, last changed {modified}, BLAKE3 {}",
                source.path, source.bytes, source.blake3
            );
        }
        let _ = writeln!(
            out,
            "- Rows: {} read = {} in the dataset + {} blank + {} set aside",
            receipt.rows_read, receipt.rows_written, receipt.rows_blank, receipt.rows_set_aside
        );
        for warning in &receipt.warnings {
            let _ = writeln!(out, "- Noticed: {}", warning.message);
        }
    }
    out
}

/// A text as a quotation, line by line.
fn quoted(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("> {line}")).collect();
    lines.join("\n")
}

/// A fence that is longer than any run of backticks in the text.
fn fence(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_cannot_end_its_quotation() {
        assert_eq!(fence("select 1"), "```");
        assert_eq!(fence("select '````'"), "`````");
        assert_eq!(quoted("a\nb"), "> a\n> b");
    }

    #[test]
    fn it_stands_beside_the_file() {
        assert_eq!(
            beside(Path::new("x/out.csv")),
            Path::new("x/out.csv.audit.md")
        );
    }
}
