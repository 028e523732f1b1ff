//! What a person says about a dataset besides its context: which of it may leave the machine, what its columns hold,
//! what was learned in conversations, and which cells a word means.

use std::collections::BTreeMap;

use buzz_ingest::Column;
use serde::{Deserialize, Serialize};

use crate::{Dataset, Error, Library};

/// How much of a dataset may be sent to a model. The order is that of how much is sent.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum SendMode {
    /// Names and types of columns, and what the person wrote; never a cell, nor anything computed from cells.
    Schema,
    /// The profile too: ranges, counts, frequent values, and cells that a word is looked up in.
    Profile,
    /// Rows of results too.
    #[default]
    Rows,
}

impl SendMode {
    /// The name by which it is kept and typed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::Profile => "profile",
            Self::Rows => "rows",
        }
    }

    /// The mode of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Schema, Self::Profile, Self::Rows]
            .into_iter()
            .find(|mode| mode.name() == name)
    }
}

/// What a person says about one column.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ColumnNotes {
    /// What the column holds, in the person's words; may be empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Whether nothing of its cells may ever leave the machine, nor anything computed with them.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub never_send: bool,
}

/// Which cells of a column a word means, as a person has settled it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RememberedMatch {
    /// The word, as people use it in questions.
    pub word: String,
    /// The column.
    pub column: String,
    /// The cells.
    pub values: Vec<String>,
}

/// What a person says about a dataset besides its context.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Notes {
    /// How much of it may be sent; `None` leaves it to the app's own mode. The stricter of the two counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub send: Option<SendMode>,
    /// About columns, by their name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, ColumnNotes>,
    /// Words of the person's own to find datasets by; each once, letter case aside.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// What was learned in conversations and kept, such as `The fiscal year starts in July.`
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<String>,
    /// Which cells a word means.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub matches: Vec<RememberedMatch>,
}

impl Notes {
    /// Whether nothing of a column's cells may leave the machine.
    pub fn never_sends(&self, column: &str) -> bool {
        self.columns
            .get(column)
            .is_some_and(|notes| notes.never_send)
    }

    /// The notes after columns were renamed: `names` are pairs of the old and the new name.
    pub(crate) fn renamed<'a>(
        mut self,
        names: impl Iterator<Item = (&'a str, &'a str)> + Clone,
    ) -> Self {
        let new_name = |old: &str| {
            names
                .clone()
                .find(|(from, _)| *from == old)
                .map_or_else(|| old.to_owned(), |(_, to)| to.to_owned())
        };
        self.columns = self
            .columns
            .into_iter()
            .map(|(name, notes)| (new_name(&name), notes))
            .collect();
        for remembered in &mut self.matches {
            remembered.column = new_name(&remembered.column);
        }
        self
    }
}

/// What becomes of the notes when columns, the first, are written anew as others, the second.
pub(crate) type Carry = fn(Notes, &[Column], &[Column]) -> Notes;

/// Columns that stay in their places, whatever they are called now.
pub(crate) fn by_place(notes: Notes, old: &[Column], new: &[Column]) -> Notes {
    let names = old.iter().zip(new);
    notes.renamed(names.map(|(old, new)| (old.name.as_str(), new.name.as_str())))
}

/// Columns of a file that was read in another way: only a name says which is which. Where one that is never sent is no
/// longer there by its name, its cells may stand in any other, and no cell is sent.
pub(crate) fn by_name(mut notes: Notes, _old: &[Column], new: &[Column]) -> Notes {
    let is_there = |name: &String| new.iter().any(|column| column.name == *name);
    let is_lost = |(name, notes): (&String, &ColumnNotes)| notes.never_send && !is_there(name);
    if notes.columns.iter().any(is_lost) {
        notes.send = Some(SendMode::Schema);
    }
    notes
}

impl Library {
    /// Sets how much of a dataset may be sent; `None` leaves it to the app's own mode.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Disk`] and those of the database.
    pub fn set_send(&self, id: &str, send: Option<SendMode>) -> Result<Dataset, Error> {
        self.annotate(id, |dataset| {
            dataset.notes.send = send;
            Ok(())
        })
    }

    /// Sets what a column holds, whether its cells may be sent, or both; what is `None` stays.
    ///
    /// # Errors
    /// [`Error::NoColumn`], and those of [`Library::set_send`].
    pub fn set_column_notes(
        &self,
        id: &str,
        column: &str,
        description: Option<&str>,
        never_send: Option<bool>,
    ) -> Result<Dataset, Error> {
        self.annotate(id, |dataset| {
            let name = column_name(dataset, column)?;
            let notes = dataset.notes.columns.entry(name.clone()).or_default();
            if let Some(description) = description {
                description.trim().clone_into(&mut notes.description);
            }
            if let Some(never_send) = never_send {
                notes.never_send = never_send;
            }
            if *notes == ColumnNotes::default() {
                dataset.notes.columns.remove(&name);
            }
            Ok(())
        })
    }

    /// Gives a dataset a tag, once.
    ///
    /// # Errors
    /// [`Error::Name`] for a tag that cannot be, and those of [`Library::set_send`].
    pub fn tag(&self, id: &str, tag: &str) -> Result<Dataset, Error> {
        let tag = checked_tag(tag)?;
        self.annotate(id, |dataset| {
            let tags = &mut dataset.notes.tags;
            if !tags.iter().any(|known| is_same_tag(known, &tag)) {
                tags.push(tag.clone());
            }
            Ok(())
        })
    }

    /// Takes a tag away from a dataset; one that it does not have is no error.
    ///
    /// # Errors
    /// Those of [`Library::set_send`].
    pub fn untag(&self, id: &str, tag: &str) -> Result<Dataset, Error> {
        self.annotate(id, |dataset| {
            let tags = &mut dataset.notes.tags;
            tags.retain(|known| !is_same_tag(known, tag.trim()));
            Ok(())
        })
    }

    /// Keeps a fact about a dataset, once.
    ///
    /// # Errors
    /// Those of [`Library::set_send`].
    pub fn add_fact(&self, id: &str, fact: &str) -> Result<Dataset, Error> {
        let fact = fact.trim();
        self.annotate(id, |dataset| {
            let facts = &mut dataset.notes.facts;
            if !fact.is_empty() && !facts.iter().any(|known| known == fact) {
                facts.push(fact.to_owned());
            }
            Ok(())
        })
    }

    /// Forgets a fact about a dataset; one that is not known is no error.
    ///
    /// # Errors
    /// Those of [`Library::set_send`].
    pub fn remove_fact(&self, id: &str, fact: &str) -> Result<Dataset, Error> {
        self.annotate(id, |dataset| {
            dataset.notes.facts.retain(|known| known != fact.trim());
            Ok(())
        })
    }

    /// Remembers which cells of a column a word means, in place of what was remembered of that word and column; no
    /// values forget it.
    ///
    /// # Errors
    /// [`Error::NoColumn`], and those of [`Library::set_send`].
    pub fn remember_match(&self, id: &str, remembered: &RememberedMatch) -> Result<Dataset, Error> {
        self.annotate(id, |dataset| {
            let column = column_name(dataset, &remembered.column)?;
            let matches = &mut dataset.notes.matches;
            matches.retain(|known| {
                known.column != column
                    || known.word.to_lowercase() != remembered.word.to_lowercase()
            });
            if !remembered.values.is_empty() {
                matches.push(RememberedMatch {
                    column,
                    ..remembered.clone()
                });
            }
            Ok(())
        })
    }
}

fn is_same_tag(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

/// A tag as a person gave it, without the space around it.
fn checked_tag(tag: &str) -> Result<String, Error> {
    const LONGEST: usize = 40;
    let tag = tag.trim();
    let wrong = |why: String| Err(Error::Name(why));
    if tag.is_empty() || tag.chars().any(char::is_control) {
        return wrong("a tag is a word or a few: give it letters or digits".to_owned());
    }
    if tag.chars().count() > LONGEST {
        return wrong(format!(
            "a tag can have {LONGEST} characters: choose a shorter one"
        ));
    }
    Ok(tag.to_owned())
}

/// The column's name as the dataset writes it, letter case aside.
fn column_name(dataset: &Dataset, column: &str) -> Result<String, Error> {
    dataset
        .columns
        .iter()
        .find(|known| known.name.to_lowercase() == column.trim().to_lowercase())
        .map(|known| known.name.clone())
        .ok_or_else(|| Error::NoColumn {
            dataset: dataset.name.clone(),
            column: column.to_owned(),
        })
}
