//! What a person chose, by key.

use rusqlite::OptionalExtension;

use crate::{Error, Library};

impl Library {
    /// The value of a setting; `None` where none was chosen.
    ///
    /// # Errors
    /// [`Error::Busy`] and [`Error::Database`].
    pub fn setting(&self, key: &str) -> Result<Option<String>, Error> {
        let db = self.db();
        let value = db
            .prepare_cached("SELECT value FROM settings WHERE key = ?")?
            .query_row([key], |row| row.get(0))
            .optional()?;
        Ok(value)
    }

    /// Sets a setting, or with `None` forgets it.
    ///
    /// # Errors
    /// [`Error::Busy`] and [`Error::Database`].
    pub fn set_setting(&self, key: &str, value: Option<&str>) -> Result<(), Error> {
        let db = self.db();
        match value {
            Some(value) => db.execute(
                "INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                [key, value],
            )?,
            None => db.execute("DELETE FROM settings WHERE key = ?", [key])?,
        };
        Ok(())
    }
}
