//! Looking words up in the cells of text columns, however they are spelt there.
//!
//! The distinct texts of a column are read once, with how many rows have each, and kept folded (see [`crate::fold`]) in a
//! memory of bounded size. They are known by the column's Parquet file, which is never changed: a new generation of a
//! dataset is a new file.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use arrow::array::{Array, cast::AsArray};
use arrow::datatypes::Int64Type;

use crate::distance::edit_distance;
use crate::fold::fold;
use crate::{Cancel, Engine, Error, RunOptions, quote_identifier};

/// Distinct texts of a column that are looked through; of a column with more, the most frequent.
const MOST_DISTINCT: usize = 100_000;
/// Bytes of a text that is looked through; longer ones are prose rather than values.
const LONGEST: usize = 400;
/// What an entry takes besides its texts.
const OVERHEAD: u64 = 72;

/// What to look up, and where.
#[derive(Debug, Clone)]
pub struct Lookup {
    /// The words; each is looked up by itself.
    pub words: Vec<String>,
    /// The tables or columns in which to look.
    pub places: Vec<Place>,
    /// Cells of each word at most; the best come first.
    pub limit: usize,
    /// The time that it may take; what was found by then is given, and what was left out is said.
    pub timeout: Duration,
}

/// A table, or one column of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The table's name.
    pub table: String,
    /// The column; all columns of text where it is `None`.
    pub column: Option<String>,
}

/// How a cell resembles a word, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MatchKind {
    /// It is the word.
    Exact,
    /// Letter case aside.
    Case,
    /// Letter case and accents aside.
    Accent,
    /// It begins with the word.
    Prefix,
    /// It contains the word.
    Substring,
    /// It has all the words of it, in any order.
    Token,
    /// It differs in a few letters.
    Similar,
}

/// A cell that resembles a word.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueMatch {
    /// The word.
    pub word: String,
    /// The table's name.
    pub table: String,
    /// The column.
    pub column: String,
    /// The cell.
    pub value: String,
    /// Rows that have it.
    pub count: u64,
    /// How it resembles the word.
    pub kind: MatchKind,
    /// From 0 to 1: more is more alike.
    pub score: f64,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FoundValues {
    /// The cells, those of each word together, the best first.
    pub matches: Vec<ValueMatch>,
    /// What was left out or looked through only in part, one sentence each.
    pub incomplete: Vec<String>,
}

/// The distinct texts of columns, kept for the next look-up; one is enough for a program.
#[derive(Debug)]
pub struct Vocabulary {
    memory: u64,
    /// The most recently used last.
    kept: Mutex<Vec<(Key, Arc<Texts>)>>,
}

/// A column of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    file: String,
    column: String,
}

/// The distinct texts of a column, the most frequent first.
#[derive(Debug, Default)]
struct Texts {
    texts: Vec<Text>,
    bytes: u64,
    /// Whether there are more than these.
    more: bool,
}

#[derive(Debug)]
struct Text {
    value: String,
    folded: String,
    count: u64,
}

impl Vocabulary {
    /// Bytes that the app gives it: 64 MB.
    pub const USUAL_MEMORY: u64 = 64_000_000;

    /// An empty one that may hold so many bytes.
    pub fn new(memory: u64) -> Self {
        Self {
            memory,
            kept: Mutex::default(),
        }
    }

    /// Looks words up in the tables of an engine.
    ///
    /// # Errors
    /// [`Error::NoSuchTable`], [`Error::Cancelled`], and those of reading.
    pub fn find(
        &self,
        engine: &Engine,
        lookup: &Lookup,
        cancel: &Cancel,
    ) -> Result<FoundValues, Error> {
        let deadline = Instant::now() + lookup.timeout;
        let mut found = FoundValues::default();
        let mut columns = Vec::new();
        for place in &lookup.places {
            for column in engine.columns(&place.table)? {
                let is_asked = match &place.column {
                    Some(name) => column.name.eq_ignore_ascii_case(name),
                    None => true,
                };
                if is_asked && column.sql_type == "VARCHAR" {
                    columns.push((place.table.clone(), column.name));
                }
            }
        }
        let mut texts = Vec::new();
        for (table, column) in columns {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.texts(engine, &table, &column, left, cancel) {
                Ok(read) => {
                    if read.more {
                        found.incomplete.push(format!(
                            "{column:?} of {table:?} has more than {MOST_DISTINCT} different texts: only the most frequent were looked through"
                        ));
                    }
                    texts.push((table, column, read));
                }
                Err(Error::TimedOut { .. }) => found.incomplete.push(format!(
                    "{column:?} of {table:?} was left out, as the time was up"
                )),
                Err(error) => return Err(error),
            }
        }
        for word in &lookup.words {
            let wanted = Wanted::of(word);
            let mut matches = Vec::new();
            for (table, column, texts) in &texts {
                if cancel.is_cancelled() {
                    return Err(Error::Cancelled);
                }
                for text in &texts.texts {
                    if let Some((kind, score)) = wanted.resembles(text) {
                        matches.push(ValueMatch {
                            word: word.clone(),
                            table: table.clone(),
                            column: column.clone(),
                            value: text.value.clone(),
                            count: text.count,
                            kind,
                            score,
                        });
                    }
                }
            }
            matches.sort_by(|a, b| {
                (a.kind.max(MatchKind::Accent), b.count)
                    .cmp(&(b.kind.max(MatchKind::Accent), a.count))
                    .then_with(|| a.value.cmp(&b.value))
            });
            matches.truncate(lookup.limit);
            found.matches.append(&mut matches);
        }
        Ok(found)
    }

    /// Reads the texts of a column ahead of the first look-up.
    ///
    /// # Errors
    /// Those of [`Vocabulary::find`], and [`Error::TimedOut`].
    pub fn warm(
        &self,
        engine: &Engine,
        table: &str,
        column: &str,
        timeout: Duration,
        cancel: &Cancel,
    ) -> Result<(), Error> {
        self.texts(engine, table, column, timeout, cancel)
            .map(|_| ())
    }

    fn texts(
        &self,
        engine: &Engine,
        table: &str,
        column: &str,
        timeout: Duration,
        cancel: &Cancel,
    ) -> Result<Arc<Texts>, Error> {
        let key = Key {
            file: engine.file(table)?,
            column: column.to_owned(),
        };
        {
            let mut kept = self.kept();
            if let Some(at) = kept.iter().position(|(known, _)| *known == key) {
                let entry = kept.remove(at);
                let texts = Arc::clone(&entry.1);
                kept.push(entry);
                return Ok(texts);
            }
        }
        let texts = Arc::new(read(engine, table, column, timeout, cancel)?);
        if texts.bytes <= self.memory {
            let mut kept = self.kept();
            kept.retain(|(known, _)| *known != key);
            kept.push((key, Arc::clone(&texts)));
            let mut bytes: u64 = kept.iter().map(|(_, texts)| texts.bytes).sum();
            while bytes > self.memory {
                bytes -= kept.remove(0).1.bytes;
            }
        }
        Ok(texts)
    }

    fn kept(&self) -> MutexGuard<'_, Vec<(Key, Arc<Texts>)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(
    engine: &Engine,
    table: &str,
    column: &str,
    timeout: Duration,
    cancel: &Cancel,
) -> Result<Texts, Error> {
    let name = quote_identifier(column);
    let sql = format!(
        "SELECT {name}, count(*) FROM {} WHERE {name} <> '' AND strlen({name}) <= {LONGEST} \
         GROUP BY ALL ORDER BY 2 DESC LIMIT {}",
        quote_identifier(table),
        MOST_DISTINCT + 1
    );
    let options = RunOptions {
        timeout: Some(timeout),
        ..RunOptions::default()
    };
    let mut read = Texts::default();
    for batch in engine.query(&sql, &options, cancel)? {
        let batch = batch?;
        let counts = batch.column(1).as_primitive::<Int64Type>();
        let values = arrow_text(batch.column(0))?;
        for (row, value) in values.into_iter().enumerate() {
            let folded = fold(&value);
            read.bytes += (value.len() + folded.len()) as u64 + OVERHEAD;
            read.texts.push(Text {
                folded,
                value,
                count: u64::try_from(counts.value(row)).unwrap_or(0),
            });
        }
    }
    read.more = read.texts.len() > MOST_DISTINCT;
    read.texts.truncate(MOST_DISTINCT);
    Ok(read)
}

/// The texts of an array, whichever of Arrow's types for text it has.
pub(crate) fn arrow_text(array: &dyn Array) -> Result<Vec<String>, Error> {
    let mut texts = Vec::with_capacity(array.len());
    for row in 0..array.len() {
        let mut text = String::new();
        crate::export::display_value(array, row, &mut text)?;
        texts.push(text);
    }
    Ok(texts)
}

/// A word that is looked up.
struct Wanted {
    word: String,
    lower: String,
    folded: String,
    letters: usize,
    tokens: Vec<String>,
    /// Slips that are forgiven.
    slips: usize,
}

impl Wanted {
    fn of(word: &str) -> Self {
        let folded = fold(word.trim());
        let letters = folded.chars().count();
        Self {
            word: word.trim().to_owned(),
            lower: word.trim().to_lowercase(),
            tokens: tokens(&folded).map(str::to_owned).collect(),
            letters,
            // A short word with a slip is another word.
            slips: match letters {
                0..=3 => 0,
                4..=7 => 1,
                _ => 2,
            },
            folded,
        }
    }

    fn resembles(&self, text: &Text) -> Option<(MatchKind, f64)> {
        if self.folded.is_empty() {
            return None;
        }
        let length = text.folded.chars().count();
        let share = self.letters as f64 / length.max(1) as f64;
        if text.folded == self.folded {
            return Some(if text.value == self.word {
                (MatchKind::Exact, 1.0)
            } else if text.value.to_lowercase() == self.lower {
                (MatchKind::Case, 0.98)
            } else {
                (MatchKind::Accent, 0.95)
            });
        }
        if text.folded.starts_with(&self.folded) {
            return Some((MatchKind::Prefix, 0.6 + 0.3 * share));
        }
        // One or two letters stand in the middle of almost everything.
        if self.letters > 2 && text.folded.contains(&self.folded) {
            return Some((MatchKind::Substring, 0.5 + 0.3 * share));
        }
        if self.tokens.len() > 1 {
            let theirs: HashSet<&str> = tokens(&text.folded).collect();
            if self
                .tokens
                .iter()
                .all(|token| theirs.contains(token.as_str()))
            {
                return Some((MatchKind::Token, 0.5 + 0.3 * share));
            }
        }
        if self.slips == 0 {
            return None;
        }
        // The whole text, or one word of it.
        let near = |other: &str| edit_distance(&self.folded, other, self.slips);
        let slips = near(&text.folded).or_else(|| {
            (self.tokens.len() == 1)
                .then(|| tokens(&text.folded).filter_map(near).min())
                .flatten()
        })?;
        Some((
            MatchKind::Similar,
            0.6 * (1.0 - slips as f64 / self.letters as f64),
        ))
    }
}

fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|token| !token.is_empty())
}
