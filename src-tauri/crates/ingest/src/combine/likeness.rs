//! Which files are of one shape, so that one dataset may be offered for them.

use std::collections::HashSet;
use std::path::PathBuf;

use serde::Serialize;

use super::columns::{Matching, key};
use super::{Looked, check_list, has_unsure_header, look};
use crate::detect::ColumnPlan;
use crate::{Cancel, Error, Options};

/// Sets of columns that are tried as the shape of the dataset; files of one kind have few.
const MOST_SHAPES: usize = 50;

/// What several files would be as one dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Combination {
    /// The files that were given, in their order.
    pub files: Vec<Candidate>,
    /// The columns of the dataset that those which belong together would be, without the one that names the file; none if
    /// fewer than two belong together.
    pub columns: Vec<SharedColumn>,
    /// The name of the column that says in which file a row is; it is the last.
    pub file_column: String,
}

/// A file that may become a part of a dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// Where it is.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// The names of its columns.
    pub columns: Vec<String>,
    /// Whether these come from the file.
    pub has_header: bool,
    /// Whether it belongs to the dataset.
    pub fit: Fit,
}

/// Whether a file belongs with others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fit {
    /// It does; its columns are matched by their names.
    ByName,
    /// It does; it has no header, and as many columns as the others.
    ByPosition,
    /// It is of another shape.
    Other,
    /// It cannot be read, or not as a part of several.
    Unreadable {
        /// The error's code.
        code: String,
        /// The error's sentence.
        message: String,
    },
}

/// A column of the dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SharedColumn {
    /// Its name.
    pub name: String,
    /// The files that belong to the dataset and lack it, by their places in [`Combination::files`].
    pub missing_in: Vec<usize>,
}

impl Combination {
    /// The files that belong together.
    pub fn belongs(&self) -> Vec<PathBuf> {
        let belonging = self.files.iter().filter(|file| file.fit.belongs());
        belonging.map(|file| file.path.clone()).collect()
    }

    /// Whether there are at least two of them.
    pub fn is_offered(&self) -> bool {
        self.files.iter().filter(|file| file.fit.belongs()).count() > 1
    }

    /// The columns that not all of them have.
    pub fn differing(&self) -> impl Iterator<Item = &SharedColumn> {
        (self.columns.iter()).filter(|column| !column.missing_in.is_empty())
    }
}

impl Fit {
    /// Whether the file is a part of the dataset.
    pub fn belongs(&self) -> bool {
        matches!(self, Self::ByName | Self::ByPosition)
    }
}

/// What is kept of a file that was looked at.
struct Shape {
    plans: Vec<ColumnPlan>,
    keys: HashSet<String>,
    has_header: bool,
    /// Whether its header may be its first row after all.
    is_unsure: bool,
}

impl Shape {
    /// Whether the files share at least half of the columns of the one that has more.
    fn is_alike(&self, other: &Self) -> bool {
        let shared = self.keys.intersection(&other.keys).count();
        let most = self.keys.len().max(other.keys.len());
        self.has_header && other.has_header && shared > 0 && shared * 2 >= most
    }

    /// Whether its columns can only be those of the other by their places.
    fn is_alike_by_position(&self, other: &Self) -> bool {
        let width = other.plans.len();
        // A single column is too little to go by.
        let is_nameless = !self.has_header || self.is_unsure && self.keys.is_disjoint(&other.keys);
        is_nameless && width > 1 && self.plans.len() == width
    }

    fn fit(&self, other: &Self) -> Option<Fit> {
        if self.is_alike(other) {
            Some(Fit::ByName)
        } else if self.is_alike_by_position(other) {
            Some(Fit::ByPosition)
        } else {
            None
        }
    }
}

/// The files that are like the one that most are like, by their places, and why.
fn most_alike(shapes: &[Option<Shape>]) -> Vec<(usize, Fit)> {
    let mut tried: Vec<&Shape> = Vec::new();
    let mut best: Vec<(usize, Fit)> = Vec::new();
    for shape in shapes.iter().flatten() {
        let is_known = |other: &&Shape| {
            other.has_header == shape.has_header
                && match shape.has_header {
                    true => other.keys == shape.keys,
                    false => other.plans.len() == shape.plans.len(),
                }
        };
        if tried.len() == MOST_SHAPES || tried.iter().any(is_known) {
            continue;
        }
        tried.push(shape);
        let alike: Vec<(usize, Fit)> = (shapes.iter().enumerate())
            .filter_map(|(at, other)| Some((at, other.as_ref()?.fit(shape)?)))
            .collect();
        // Names say more than places do.
        let by_name = |files: &[(usize, Fit)]| {
            let named = files.iter().filter(|(_, fit)| *fit == Fit::ByName);
            (files.len(), named.count())
        };
        if by_name(&alike) > by_name(&best) {
            best = alike;
        }
    }
    if best.len() < 2 {
        best.clear();
    }
    best
}

/// Tells which of some files are of one shape, from a sample of each; blocks.
///
/// Two files are if they share at least half of the columns of the one that has more, by their names, letter case aside; or
/// if one has no header, and as many columns. If there are several kinds of files, those of the most frequent belong
/// together. Files that cannot be read do not, and say why.
///
/// # Errors
/// [`Error::Options`] for a file that is named twice and more than 10,000 files, and [`Error::Cancelled`].
pub fn combinable(
    files: &[PathBuf],
    options: &Options,
    cancel: &Cancel,
) -> Result<Combination, Error> {
    check_list(files)?;
    let mut candidates = Vec::with_capacity(files.len());
    let mut shapes = Vec::with_capacity(files.len());
    for path in files {
        if cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        let mut candidate = Candidate {
            path: path.clone(),
            bytes: std::fs::metadata(path).map_or(0, |metadata| metadata.len()),
            columns: Vec::new(),
            has_header: false,
            fit: Fit::Other,
        };
        shapes.push(match look(path, options, cancel) {
            Err(Error::Cancelled) => return Err(Error::Cancelled),
            Err(error) => {
                candidate.fit = Fit::Unreadable {
                    code: error.code().into(),
                    message: error.to_string(),
                };
                None
            }
            Ok(Looked { mut layout, .. }) => {
                let names = layout.columns.iter().map(|plan| plan.name.clone());
                candidate.columns = names.collect();
                candidate.has_header = layout.has_header;
                for plan in &mut layout.columns {
                    plan.samples = None;
                }
                Some(Shape {
                    keys: candidate.columns.iter().map(|name| key(name)).collect(),
                    has_header: layout.has_header,
                    is_unsure: has_unsure_header(&layout),
                    plans: layout.columns,
                })
            }
        });
        candidates.push(candidate);
    }
    let mut matching = Matching::default();
    let mut belonging = Vec::new();
    for (at, fit) in most_alike(&shapes) {
        let Some(shape) = &shapes[at] else { continue };
        // What would be an error of a conversion is no part of the offer.
        let has_header = fit == Fit::ByName;
        if matching.add("", &shape.plans, has_header).is_ok() {
            candidates[at].fit = fit;
            belonging.push(at);
        }
    }
    let columns = (matching.names().into_iter())
        .map(|(name, missing)| SharedColumn {
            name,
            missing_in: missing.into_iter().map(|file| belonging[file]).collect(),
        })
        .collect();
    Ok(Combination {
        files: candidates,
        columns,
        file_column: matching.file_column(),
    })
}
