//! What a person chose, by key.

use crate::{Error, Library};

impl Library {
    /// The value of a setting; `None` where none was chosen.
    ///
    /// # Errors
    /// [`Error::Busy`] and [`Error::Database`].
    pub fn setting(&self, key: &str) -> Result<Option<String>, Error> {
        let _ = key;
        todo!()
    }

    /// Sets a setting, or with `None` forgets it.
    ///
    /// # Errors
    /// [`Error::Busy`] and [`Error::Database`].
    pub fn set_setting(&self, key: &str, value: Option<&str>) -> Result<(), Error> {
        let _ = (key, value);
        todo!()
    }
}
