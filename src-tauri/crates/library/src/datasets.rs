//! The datasets: one folder each, whose data is written once.
//!
//! Where columns are changed, all of a dataset is written anew to a folder of the next generation, `ID.2` after `ID`
//! and so on; which one counts is what the database says.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use buzz_ingest::{Column, Output, Profile, Receipt};
use parquet::file::reader::{FileReader, SerializedFileReader};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Error, Library, Notes, open, platform, store};

/// A table that was made from a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dataset {
    /// The id, a UUID of version 7.
    pub id: String,
    /// How many times its files were written; 1 for those of its import.
    #[serde(default = "first_generation")]
    pub generation: u32,
    /// The name, also that of its view in SQL; unique, letter case aside.
    pub name: String,
    /// When it was made, RFC 3339 in UTC.
    pub created: String,
    /// The file it was made from.
    pub source_path: String,
    /// That file's size in bytes.
    pub source_bytes: u64,
    /// The number of rows.
    pub rows: u64,
    /// The columns in their order.
    pub columns: Vec<Column>,
    /// Bytes of its Parquet files.
    pub parquet_bytes: u64,
    /// Rows in the strays; 0 where there are none.
    pub strays: u64,
    /// What a person wrote about it, for those who ask questions of it; may be empty.
    pub context: String,
    /// What else a person said about it.
    #[serde(default)]
    pub notes: Notes,
}

impl Dataset {
    /// Its Parquet file.
    pub fn data_path(&self, library: &Library) -> PathBuf {
        files(&self.folder(library)).data
    }

    /// The Parquet file of its strays, where it has any.
    pub fn strays_path(&self, library: &Library) -> Option<PathBuf> {
        (self.strays > 0).then(|| files(&self.folder(library)).strays)
    }

    /// The folder of its files.
    pub(crate) fn folder(&self, library: &Library) -> PathBuf {
        library
            .datasets_folder()
            .join(folder_name(&self.id, self.generation))
    }
}

fn first_generation() -> u32 {
    FIRST_GENERATION
}

/// The generation of the files of an import.
pub(crate) const FIRST_GENERATION: u32 = 1;

/// The name of the folder that holds a generation of a dataset's files.
pub(crate) fn folder_name(id: &str, generation: u32) -> String {
    if generation == FIRST_GENERATION {
        id.to_owned()
    } else {
        format!("{id}.{generation}")
    }
}

/// The id and the generation of a folder's name, if it is such a name.
pub(crate) fn parse_folder(folder: &Path) -> Option<(String, u32)> {
    let name = folder.file_name()?.to_str()?;
    let (id, generation) = match name.split_once('.') {
        Some((id, generation)) => (id, generation.parse().ok()?),
        None => (name, FIRST_GENERATION),
    };
    let is_id = uuid::Uuid::try_parse(id).is_ok_and(|uuid| uuid.to_string() == id);
    (is_id && folder_name(id, generation) == name).then(|| (id.to_owned(), generation))
}

/// The part of a receipt file that is the library's own: what a rebuilt database could not know otherwise.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Label {
    name: String,
    created: String,
    context: String,
    notes: Notes,
}

/// The key of the label in the receipt file, beside the receipt's own keys.
const LABEL: &str = "dataset";

/// A dataset, and the hash of the file it was made from, with the name of its table there.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) dataset: Dataset,
    pub(crate) blake3: String,
}

pub(crate) const COLUMNS: &str = "id, name, created, source_path, source_bytes, rows, columns, parquet_bytes, strays, context, generation, notes";

impl Library {
    /// All datasets, the newest first.
    ///
    /// # Errors
    /// [`Error::Busy`] and [`Error::Database`].
    pub fn datasets(&self) -> Result<Vec<Dataset>, Error> {
        all(&self.db())
    }

    /// The ids of the datasets that have a column whose name contains a text, letter case aside.
    ///
    /// # Errors
    /// Those of [`Library::datasets`].
    pub fn with_column(&self, text: &str) -> Result<Vec<String>, Error> {
        let wanted = text.to_lowercase();
        let mut datasets = self.datasets()?;
        datasets.retain(|dataset| {
            (dataset.columns.iter()).any(|column| column.name.to_lowercase().contains(&wanted))
        });
        Ok(datasets.into_iter().map(|dataset| dataset.id).collect())
    }

    /// The dataset of that name, letter case aside, or of that id.
    ///
    /// # Errors
    /// [`Error::NotFound`] with the names that look like it.
    pub fn dataset(&self, name_or_id: &str) -> Result<Dataset, Error> {
        find(&self.db(), name_or_id)
    }

    /// What was read, decided and set aside when the dataset was made.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Damaged`] and [`Error::Disk`].
    pub fn receipt(&self, id: &str) -> Result<Receipt, Error> {
        read_json(&self.dataset(id)?.folder(self).join("receipt.json"))
    }

    /// What each column holds; `None` where it was not computed.
    ///
    /// # Errors
    /// As [`Library::receipt`].
    pub fn profile(&self, id: &str) -> Result<Option<Profile>, Error> {
        let path = self.dataset(id)?.folder(self).join("profile.json");
        if path.exists() {
            read_json(&path).map(Some)
        } else {
            Ok(None)
        }
    }

    /// Removes a dataset for good.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Disk`] and those of the database; the dataset is still there then.
    pub fn remove(&self, id: &str) -> Result<(), Error> {
        self.remove_found(|db| find(db, id))
    }

    /// Removes the dataset that `find` gives for good.
    pub(crate) fn remove_found(
        &self,
        find: impl FnOnce(&Connection) -> Result<Dataset, Error>,
    ) -> Result<(), Error> {
        let grave = self
            .incoming_folder()
            .join(format!("{}.removed", uuid::Uuid::now_v7()));
        {
            let mut db = self.db();
            let transaction = store::write(&mut db)?;
            let dataset = find(&transaction)?;
            for folder in open::entries(&self.datasets_folder())? {
                if is_former(&folder, &dataset) {
                    self.discard(&folder);
                }
            }
            transaction.execute("DELETE FROM datasets WHERE id = ?", [&dataset.id])?;
            // The folder goes out of sight before the database forgets it: in the other order, a crash in between would
            // leave a folder that the next start adopts. A row without a folder is dropped at the next start.
            let folder = dataset.folder(self);
            fs::rename(&folder, &grave).map_err(|cause| Error::disk(&folder, cause))?;
            let forgotten = platform::sync_folder(&self.datasets_folder())
                .map_err(|cause| Error::disk(&self.datasets_folder(), cause))
                .and_then(|()| Ok(transaction.commit()?));
            if let Err(error) = forgotten {
                // As it was, if that can be had.
                let _ = fs::rename(&grave, &folder);
                return Err(error);
            }
        }
        if let Err(error) = platform::remove_folder(&grave) {
            tracing::warn!(%error, "a removed dataset's files are left to the next start");
        }
        Ok(())
    }

    /// Sets what a person wrote about the dataset.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Disk`] and those of the database.
    pub fn set_context(&self, id: &str, context: &str) -> Result<(), Error> {
        self.annotate(id, |dataset| {
            dataset.context = context.to_owned();
            Ok(())
        })
        .map(|_| ())
    }

    /// Gives the dataset another name.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Name`], [`Error::NameTaken`], [`Error::Disk`] and those of the database.
    pub fn rename(&self, id: &str, name: &str) -> Result<Dataset, Error> {
        let name = checked_name(name)?;
        self.relabel(id, |db, dataset| {
            let holder: Option<String> = db
                .query_row(
                    "SELECT id FROM datasets WHERE name_key = ?",
                    [name_key(&name)],
                    |row| row.get(0),
                )
                .optional()?;
            if holder.is_some_and(|holder| holder != dataset.id) {
                return Err(Error::NameTaken(name.clone()));
            }
            dataset.name.clone_from(&name);
            Ok(())
        })
    }

    /// Changes what a person said about a dataset.
    pub(crate) fn annotate(
        &self,
        id: &str,
        change: impl FnOnce(&mut Dataset) -> Result<(), Error>,
    ) -> Result<Dataset, Error> {
        self.relabel(id, |_, dataset| change(dataset))
    }

    /// Changes the name, the context or the notes, in the database and in the receipt file from which it can be rebuilt.
    fn relabel(
        &self,
        id: &str,
        change: impl FnOnce(&Connection, &mut Dataset) -> Result<(), Error>,
    ) -> Result<Dataset, Error> {
        let mut db = self.db();
        let transaction = store::write(&mut db)?;
        let mut dataset = find(&transaction, id)?;
        change(&transaction, &mut dataset)?;
        self.label(&transaction, &dataset)?;
        transaction.commit()?;
        Ok(dataset)
    }

    /// Writes the name, the context and the notes to the database and to the receipt file.
    pub(crate) fn label(&self, db: &Connection, dataset: &Dataset) -> Result<(), Error> {
        db.execute(
            "UPDATE datasets SET name = ?, name_key = ?, context = ?, notes = ? WHERE id = ?",
            params![
                dataset.name,
                name_key(&dataset.name),
                dataset.context,
                notes_text(&dataset.notes),
                dataset.id
            ],
        )?;
        let path = dataset.folder(self).join("receipt.json");
        let mut file: Map<String, Value> = read_json(&path)?;
        file.insert(LABEL.to_owned(), label(dataset));
        platform::replace(&path, &json_bytes(&file)).map_err(|cause| Error::disk(&path, cause))
    }
}

/// Whether a folder holds files of a dataset that do not count, as a crash may leave them.
fn is_former(folder: &Path, dataset: &Dataset) -> bool {
    parse_folder(folder)
        .is_some_and(|(id, generation)| id == dataset.id && generation != dataset.generation)
}

/// The bytes of a dataset's receipt file: the receipt, and the label beside its keys.
pub(crate) fn receipt_bytes(receipt: &Receipt, dataset: &Dataset) -> Vec<u8> {
    let mut file = serde_json::to_value(receipt).unwrap_or_default();
    if let Some(file) = file.as_object_mut() {
        file.insert(LABEL.to_owned(), label(dataset));
    }
    json_bytes(&file)
}

fn label(dataset: &Dataset) -> Value {
    serde_json::to_value(Label {
        name: dataset.name.clone(),
        created: dataset.created.clone(),
        context: dataset.context.clone(),
        notes: dataset.notes.clone(),
    })
    .unwrap_or_default()
}

/// The notes as the database keeps them.
fn notes_text(notes: &Notes) -> String {
    serde_json::to_string(notes).unwrap_or_else(|_| "{}".to_owned())
}

/// JSON for a file that a person may open.
pub(crate) fn json_bytes(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

pub(crate) fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, Error> {
    let bytes = fs::read(path).map_err(|cause| Error::disk(path, cause))?;
    serde_json::from_slice(&bytes).map_err(|cause| Error::Damaged {
        path: path.to_owned(),
        cause: cause.to_string(),
    })
}

/// The dataset that a finished conversion makes of the files in a folder.
pub(crate) fn describe(
    (id, generation): (&str, u32),
    name: &str,
    folder: &Path,
    receipt: &Receipt,
) -> Result<Dataset, String> {
    let (rows, bytes) = measure(&files(folder).data)?;
    if rows != receipt.rows_written {
        return Err(format!(
            "data.parquet has {rows} rows, and its receipt says {}",
            receipt.rows_written
        ));
    }
    let strays_path = files(folder).strays;
    let (strays, strays_bytes) = if strays_path.exists() {
        measure(&strays_path)?
    } else {
        (0, 0)
    };
    Ok(Dataset {
        id: id.to_owned(),
        generation,
        name: name.to_owned(),
        created: store::now(),
        source_path: receipt.source.path.clone(),
        source_bytes: receipt.source.bytes,
        rows,
        columns: receipt.columns.clone(),
        parquet_bytes: bytes + strays_bytes,
        strays,
        context: String::new(),
        notes: Notes::default(),
    })
}

/// Rows and bytes of a Parquet file.
fn measure(path: &Path) -> Result<(u64, u64), String> {
    let told = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let file = File::open(path).map_err(|error| told(&error))?;
    let bytes = file.metadata().map_err(|error| told(&error))?.len();
    let reader = SerializedFileReader::new(file).map_err(|error| told(&error))?;
    let rows = reader.metadata().file_metadata().num_rows();
    Ok((u64::try_from(rows).map_err(|error| told(&error))?, bytes))
}

/// Reads a dataset's folder; the error says why it is none.
pub(crate) fn read_folder(folder: &Path) -> Result<Found, String> {
    let (id, generation) = parse_folder(folder).ok_or("its name is no id")?;
    let file: Value = read_json(&folder.join("receipt.json")).map_err(|error| error.to_string())?;
    let label: Label = file
        .get(LABEL)
        .cloned()
        .and_then(|label| serde_json::from_value(label).ok())
        .unwrap_or_default();
    let receipt: Receipt = serde_json::from_value(file).map_err(|error| error.to_string())?;
    let name = checked_name(&label.name)
        .unwrap_or_else(|_| name_of_source(Path::new(&receipt.source.path)));
    let mut dataset = describe((&id, generation), &name, folder, &receipt)?;
    if !label.created.is_empty() {
        dataset.created = label.created;
    }
    dataset.context = label.context;
    dataset.notes = label.notes;
    Ok(Found {
        dataset,
        blake3: source_key(&receipt),
    })
}

/// Records a dataset.
pub(crate) fn insert(db: &Connection, found: &Found) -> Result<(), Error> {
    let Found { dataset, blake3 } = found;
    db.execute(
        "INSERT INTO datasets (id, name, name_key, created, source_path, source_bytes, blake3, rows, columns,
            parquet_bytes, strays, context, generation, notes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        params![
            dataset.id,
            dataset.name,
            name_key(&dataset.name),
            dataset.created,
            dataset.source_path,
            store::signed(dataset.source_bytes),
            blake3,
            store::signed(dataset.rows),
            serde_json::to_string(&dataset.columns).unwrap_or_default(),
            store::signed(dataset.parquet_bytes),
            store::signed(dataset.strays),
            dataset.context,
            dataset.generation,
            notes_text(&dataset.notes),
        ],
    )?;
    Ok(())
}

/// Records that a dataset has other files.
pub(crate) fn update(db: &Connection, found: &Found) -> Result<(), Error> {
    let dataset = &found.dataset;
    db.execute(
        "UPDATE datasets SET source_bytes = ?, rows = ?, columns = ?, parquet_bytes = ?, strays = ?, generation = ?, \
         blake3 = ?, notes = ? WHERE id = ?",
        params![
            store::signed(dataset.source_bytes),
            store::signed(dataset.rows),
            serde_json::to_string(&dataset.columns).unwrap_or_default(),
            store::signed(dataset.parquet_bytes),
            store::signed(dataset.strays),
            dataset.generation,
            found.blake3,
            notes_text(&dataset.notes),
            dataset.id,
        ],
    )?;
    Ok(())
}

pub(crate) fn read_row(row: &Row<'_>) -> rusqlite::Result<Dataset> {
    Ok(Dataset {
        id: row.get(0)?,
        name: row.get(1)?,
        created: row.get(2)?,
        source_path: row.get(3)?,
        source_bytes: store::count(row, 4)?,
        rows: store::count(row, 5)?,
        columns: store::json(row, 6)?,
        parquet_bytes: store::count(row, 7)?,
        strays: store::count(row, 8)?,
        context: row.get(9)?,
        generation: row.get(10)?,
        notes: store::json(row, 11)?,
    })
}

pub(crate) fn find(db: &Connection, name_or_id: &str) -> Result<Dataset, Error> {
    // A name is looked for first, for a person may give a dataset any name.
    for (column, value) in [
        ("name_key", name_key(name_or_id)),
        ("id", name_or_id.to_owned()),
    ] {
        let found = db
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM datasets WHERE {column} = ? AND removed IS NULL"
            ))?
            .query_row([value], read_row)
            .optional()?;
        if let Some(dataset) = found {
            return Ok(dataset);
        }
    }
    let names: Vec<String> = db
        .prepare("SELECT name FROM datasets WHERE removed IS NULL")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    Err(Error::NotFound {
        name: name_or_id.to_owned(),
        near: near(name_or_id, names),
    })
}

/// At most three names that look like another: they contain it, are contained in it, or differ in a few letters.
fn near(name: &str, names: Vec<String>) -> Vec<String> {
    let wanted = name_key(name);
    let mut near: Vec<(usize, String)> = names
        .into_iter()
        .filter_map(|name| {
            let key = name_key(&name);
            let distance = edit_distance(&wanted, &key);
            let alike = distance <= wanted.chars().count().max(3) / 3
                || (wanted.len() >= 3 && (key.contains(&wanted) || wanted.contains(&key)));
            alike.then_some((distance, name))
        })
        .collect();
    near.sort();
    near.into_iter().take(3).map(|(_, name)| name).collect()
}

/// Letters to insert, remove or replace to make one text of the other.
fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// Characters that a name may have at most.
const LONGEST_NAME: usize = 200;

/// A name that a person gave, without the space around it.
pub(crate) fn checked_name(name: &str) -> Result<String, Error> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Error::Name(
            "a dataset needs a name: give it one".to_owned(),
        ));
    }
    if name.chars().any(char::is_control) {
        return Err(Error::Name(
            "a dataset's name cannot have line breaks or control characters: leave them out"
                .to_owned(),
        ));
    }
    if name.chars().count() > LONGEST_NAME {
        return Err(Error::Name(format!(
            "a dataset's name can have {LONGEST_NAME} characters: choose a shorter one"
        )));
    }
    Ok(name.to_owned())
}

/// The name that a file gives to its dataset: its stem, which may be anything but what no name can be.
pub(crate) fn name_of_source(source: &Path) -> String {
    clipped_name(&source.file_stem().unwrap_or_default().to_string_lossy())
}

/// The name without what no name can have.
pub(crate) fn clipped_name(name: &str) -> String {
    let name: String = name
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(LONGEST_NAME)
        .collect();
    checked_name(&name).unwrap_or_else(|_| "dataset".to_owned())
}

/// Every dataset that a database knows, the newest first.
pub(crate) fn all(db: &Connection) -> Result<Vec<Dataset>, Error> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM datasets WHERE removed IS NULL ORDER BY created DESC, id DESC"
    ))?;
    let datasets = statement
        .query_map([], read_row)?
        .collect::<Result<_, _>>()?;
    Ok(datasets)
}

/// By what a table is recognised that is converted once more: the hash of its file, and which table of it it is.
pub(crate) fn source_key(receipt: &Receipt) -> String {
    let mut key = receipt.source.blake3.clone();
    if let Some(table) = &receipt.table {
        key.push_str(&format!(" {table}"));
    }
    if let Some(lines) = &receipt.overruled.lines {
        key.push_str(&format!(" lines {lines}"));
    }
    key
}

/// The name by which others are compared: letter case aside.
pub(crate) fn name_key(name: &str) -> String {
    name.trim().to_lowercase()
}

/// The name, or where it is taken the first of `NAME 2`, `NAME 3` and so on that is not.
pub(crate) fn free_name(db: &Connection, name: &str) -> Result<String, Error> {
    let mut statement = db.prepare_cached("SELECT 1 FROM datasets WHERE name_key = ?")?;
    let mut candidate = name.to_owned();
    let mut number = 2_u64;
    while statement.exists([name_key(&candidate)])? {
        candidate = format!("{name} {number}");
        number += 1;
    }
    Ok(candidate)
}

/// The files of a dataset in its folder.
pub(crate) fn files(folder: &Path) -> Output {
    Output {
        data: folder.join("data.parquet"),
        strays: folder.join("strays.parquet"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_the_ones_a_person_may_have_meant() {
        let names = || {
            ["Flights", "flights 2", "orders", "Sales 2025"]
                .map(str::to_owned)
                .to_vec()
        };
        assert_eq!(near("flihgts", names()), ["Flights"]);
        assert_eq!(near("flights 3", names()), ["flights 2", "Flights"]);
        assert_eq!(near("sales", names()), ["Sales 2025"]);
        assert!(near("xyz", names()).is_empty());
        assert!(near("", names()).is_empty());
    }

    #[test]
    fn a_file_gives_its_stem() {
        for (path, name) in [
            ("/a/b/My \"best\" 🐝 data.csv", "My \"best\" 🐝 data"),
            ("a.tar.gz", "a.tar"),
            ("line\nbreak.csv", "line break"),
            (" .csv", "dataset"),
            ("/", "dataset"),
        ] {
            assert_eq!(name_of_source(Path::new(path)), name);
        }
    }
}
