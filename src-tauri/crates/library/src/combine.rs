//! Several files of one shape as one dataset, see [`buzz_ingest::combine`].

use std::path::{Path, PathBuf};

use buzz_ingest::{Cancel, Conversion, Options, Output, Progress, Receipt, common_folder};

use crate::{Dataset, Error, Library, datasets, standalone};

/// What a dataset is made from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Sources<'a> {
    File(&'a Path),
    Files(&'a [PathBuf]),
}

impl Sources<'_> {
    pub(crate) fn convert(
        self,
        output: &Output,
        options: &Options,
        progress: &dyn Progress,
        cancel: &Cancel,
    ) -> Result<Conversion, buzz_ingest::Error> {
        match self {
            Self::File(file) => buzz_ingest::convert(file, output, options, progress, cancel),
            Self::Files(files) => buzz_ingest::combine(files, output, options, progress, cancel),
        }
    }
}

impl Library {
    /// Converts several files of one shape to one dataset, and keeps it.
    ///
    /// Its name is `name`, or else [`combined_name`]; otherwise as [`Library::import`].
    ///
    /// # Errors
    /// As [`Library::import`]; an error of a file names it.
    pub fn combine(
        &self,
        files: &[PathBuf],
        name: Option<&str>,
        options: &Options,
        progress: &dyn Progress,
        cancel: &Cancel,
    ) -> Result<Dataset, Error> {
        let name = match name {
            Some(name) => datasets::checked_name(name)?,
            None => combined_name(files),
        };
        let files = files
            .iter()
            .map(|file| std::path::absolute(file).map_err(|cause| Error::disk(file, cause)))
            .collect::<Result<Vec<_>, _>>()?;
        let folder = common_folder(&files);
        self.import_from(
            Sources::Files(&files),
            &folder,
            &name,
            options,
            progress,
            cancel,
        )
    }
}

/// Converts several files of one shape to `out`, as [`crate::convert_to_file`] does one.
///
/// # Errors
/// As [`crate::convert_to_file`]; an error of a file names it.
pub fn combine_to_file(
    root: &Path,
    files: &[PathBuf],
    out: &Path,
    force: bool,
    options: &Options,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Receipt, Error> {
    let sources = Sources::Files(files);
    standalone::convert(root, sources, out, force, options, progress, cancel)
}

/// The name that several files give to their dataset: the common beginning of their names, without a part of a number or what
/// only joins; where that says nothing, the name of the folder that they lie in.
pub fn combined_name(files: &[PathBuf]) -> String {
    let stems: Vec<String> = files
        .iter()
        .map(|file| datasets::name_of_source(file))
        .collect();
    let name = match &stems[..] {
        [] => String::new(),
        [only] => only.clone(),
        [first, others @ ..] => common_beginning(first, others),
    };
    match name.is_empty() {
        true => folder_name(&common_folder(files)),
        false => name,
    }
}

/// The name that a folder gives to the dataset of its files.
pub fn folder_name(folder: &Path) -> String {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    // A folder's name has no ending.
    datasets::clipped_name(&absolute.file_name().unwrap_or_default().to_string_lossy())
}

fn common_beginning(first: &str, others: &[String]) -> String {
    let mut end = first.len();
    for other in others {
        let same = first
            .char_indices()
            .zip(other.chars())
            .take_while(|((_, a), b)| a == b);
        let same = same.last().map_or(0, |((at, c), _)| at + c.len_utf8());
        end = end.min(same);
    }
    let common = &first[..end];
    // A number or a word that goes on in one of the names is none of them.
    let goes_on = |like: fn(char) -> bool| {
        std::iter::once(first)
            .chain(others.iter().map(String::as_str))
            .any(|name| name[end..].starts_with(like))
    };
    let mut name = common;
    let likes: [fn(char) -> bool; 2] = [char::is_numeric, char::is_alphabetic];
    for like in likes {
        if name.ends_with(like) && goes_on(like) {
            name = name.trim_end_matches(like);
        }
    }
    let name = name.trim_end_matches(|c: char| !c.is_alphanumeric() && !")]%".contains(c));
    // A lone letter says less than the folder does.
    if name.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
        return String::new();
    }
    datasets::clipped_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_for_several_files_is_what_their_names_share() {
        for (files, name) in [
            (
                &["/x/sales-2024-01.csv", "/x/sales-2024-02.csv"][..],
                "sales-2024",
            ),
            (&["/x/sales_2023.csv", "/x/sales_2024.csv"], "sales"),
            (
                &["/x/Sales (1).csv", "/x/Sales (2).csv", "/x/Sales.csv"],
                "Sales",
            ),
            (
                &["/x/orders2024/jan.csv", "/x/orders2024/feb.csv"],
                "orders2024",
            ),
            (&["/x/orders/1.csv", "/x/orders/10.csv"], "orders"),
            (&["/x/orders/2024/a.csv", "/x/orders/2025/b.csv"], "orders"),
            (&["/x/year/january.csv", "/x/year/jane.csv"], "year"),
            (&["/x/Käufe März.csv", "/x/Käufe Mai.xlsx"], "Käufe"),
            (&["/x/only.csv"], "only"),
            (&["/a.csv", "/b.csv"], "dataset"),
        ] {
            let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
            assert_eq!(combined_name(&files), name, "{files:?}");
        }
        assert_eq!(folder_name(Path::new("/data/v1.2 final/")), "v1.2 final");
    }
}
