//! Datasets that were put out of sight: they can be had back for a while, and are then removed for good.
//!
//! The mark is in the database, so that a crash loses nothing: whoever put a dataset away removes it when nobody can want it
//! back any more, and if that never comes, a later start does.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use crate::datasets::{self, COLUMNS, read_row};
use crate::{Dataset, Error, Library, store};

/// How old a mark is that nobody looks after any more. Another process may have set a younger one, and wait itself.
const FORGOTTEN: SignedDuration = SignedDuration::from_secs(60);

impl Library {
    /// Puts a dataset out of sight: nothing but [`Library::bring_back`] and [`Library::remove_away`] knows it from now on, and
    /// its name is free. A start that comes a minute later or more removes it for good.
    ///
    /// # Errors
    /// [`Error::NotFound`] and those of the database.
    pub fn put_away(&self, id: &str) -> Result<Dataset, Error> {
        let mut db = self.db();
        let transaction = store::write(&mut db)?;
        let dataset = datasets::find(&transaction, id)?;
        transaction.execute(
            "UPDATE datasets SET removed = ?, name_key = ? WHERE id = ?",
            // No name has a line break, so that this one is nobody else's.
            params![store::now(), format!("\n{}", dataset.id), dataset.id],
        )?;
        transaction.commit()?;
        Ok(dataset)
    }

    /// Brings a dataset back that was put away; where its name was taken meanwhile, it gets ` 2`.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it was removed for good, [`Error::Disk`] and those of the database.
    pub fn bring_back(&self, id: &str) -> Result<Dataset, Error> {
        let mut db = self.db();
        let transaction = store::write(&mut db)?;
        let Some(mut dataset) = find(&transaction, id)? else {
            return datasets::find(&transaction, id);
        };
        dataset.name = datasets::free_name(&transaction, &dataset.name)?;
        transaction.execute(
            "UPDATE datasets SET removed = NULL WHERE id = ?",
            [&dataset.id],
        )?;
        self.label(&transaction, &dataset)?;
        transaction.commit()?;
        Ok(dataset)
    }

    /// Removes a dataset for good that was put away; one that was brought back stays.
    ///
    /// # Errors
    /// [`Error::NotFound`] where it is not put away, [`Error::Disk`] and those of the database.
    pub fn remove_away(&self, id: &str) -> Result<(), Error> {
        self.remove_found(|db| {
            find(db, id)?.ok_or_else(|| Error::NotFound {
                name: id.to_owned(),
                near: Vec::new(),
            })
        })
    }

    /// Removes for good what was put away by somebody who is no longer there to do it.
    pub(crate) fn sweep_away(&self) -> Result<(), Error> {
        let before = store::written(Timestamp::now() - FORGOTTEN);
        let forgotten: Vec<String> = self
            .db()
            .prepare("SELECT id FROM datasets WHERE removed < ?")?
            .query_map([before], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for id in forgotten {
            if let Err(error) = self.remove_away(&id) {
                tracing::warn!(%error, "a dataset that was put away is left to the next start");
            }
        }
        Ok(())
    }
}

/// The dataset of that id, if it was put away.
pub(crate) fn find(db: &Connection, id: &str) -> Result<Option<Dataset>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM datasets WHERE id = ? AND removed IS NOT NULL");
    Ok(db
        .prepare_cached(&sql)?
        .query_row([id], read_row)
        .optional()?)
}
