//! What the model is told about a dataset.

use buzz_ingest::{ColumnProfile, Profile};
use buzz_library::{Dataset, Library, Notes};

/// A dataset as the prompt describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct DatasetContext {
    /// The id in the library.
    pub id: String,
    /// The name, which is also the view's name in SQL.
    pub name: String,
    /// Rows of the dataset.
    pub rows: u64,
    /// Rows of its strays view; 0 where there is none.
    pub strays: u64,
    /// The columns, in their order.
    pub columns: Vec<ColumnContext>,
    /// What the person wrote about the dataset; may be empty.
    pub about: String,
    /// What else the person said about it.
    pub notes: Notes,
}

/// A column as the prompt describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnContext {
    /// The name in SQL.
    pub name: String,
    /// The SQL type.
    pub sql_type: String,
    /// Rows where it is NULL.
    pub nulls: u64,
    /// Cells that could not be read as the type.
    pub strays: u64,
    /// What the column holds, where it was profiled.
    pub profile: Option<ColumnProfile>,
}

impl DatasetContext {
    /// Reads from the library what is known about a dataset.
    ///
    /// # Errors
    /// The library's, where the profile cannot be read.
    pub fn load(library: &Library, dataset: &Dataset) -> Result<Self, buzz_library::Error> {
        let profile = library.profile(&dataset.id)?;
        Ok(Self::new(dataset, profile.as_ref()))
    }

    /// Puts together what is known about a dataset.
    pub fn new(dataset: &Dataset, profile: Option<&Profile>) -> Self {
        let columns = dataset
            .columns
            .iter()
            .map(|column| ColumnContext {
                name: column.name.clone(),
                sql_type: column.sql_type.clone(),
                nulls: column.nulls,
                strays: column.strays,
                profile: profile
                    .and_then(|profile| {
                        profile
                            .columns
                            .iter()
                            .find(|known| known.name == column.name)
                    })
                    .cloned(),
            })
            .collect();
        Self {
            id: dataset.id.clone(),
            name: dataset.name.clone(),
            rows: dataset.rows,
            strays: dataset.strays,
            columns,
            about: dataset.context.clone(),
            notes: dataset.notes.clone(),
        }
    }
}
