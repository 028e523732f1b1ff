//! What of the datasets in scope may be sent to the model.
//!
//! Nothing here looks at a statement to decide what it might give away. Instead there are further engines over the same
//! files that simply lack what must not leave: what the model is shown of a result was computed there, so it cannot
//! depend on anything else, whatever the statement does.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use buzz_library::{Dataset, Notes, SendMode};
use buzz_query::{Engine, Error, Narrowed};
use serde::{Deserialize, Serialize};

use crate::context::DatasetContext;

/// How much of one dataset is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exposure {
    /// The mode: the stricter of the app's and the dataset's own.
    pub mode: SendMode,
    /// Columns of which no cell is sent.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub never: BTreeSet<String>,
}

impl Exposure {
    /// How much is sent of a dataset with these notes, in an app of this mode.
    pub fn of(notes: &Notes, app: SendMode) -> Self {
        Self {
            mode: notes.send.map_or(app, |own| own.min(app)),
            never: notes
                .columns
                .iter()
                .filter(|(_, column)| column.never_send)
                .map(|(name, _)| name.clone())
                .collect(),
        }
    }

    /// That of a dataset of which everything is sent.
    pub(crate) fn everything() -> Self {
        Self {
            mode: SendMode::Rows,
            never: BTreeSet::new(),
        }
    }

    /// Whether its cells may be looked up, in one column or in any.
    pub(crate) fn looks_up(&self, column: Option<&str>) -> bool {
        self.mode >= SendMode::Profile
            && column.is_none_or(|column| {
                !self
                    .never
                    .iter()
                    .any(|never| never.eq_ignore_ascii_case(column))
            })
    }

    /// Whether everything of it may be sent.
    pub(crate) fn is_open(&self) -> bool {
        self.mode == SendMode::Rows && self.never.is_empty()
    }

    /// Whether at least as much may be sent as under another.
    fn allows(&self, other: &Self) -> bool {
        self.mode >= other.mode && self.never.is_subset(&other.never)
    }
}

/// How much was sent of which datasets, by their id; kept with every answer.
pub type Exposures = BTreeMap<String, Exposure>;

/// Whether what was sent under `then` may be sent again, as datasets are now; one that is gone allows nothing.
pub(crate) fn may_send_again(
    then: &Exposures,
    app: SendMode,
    dataset: impl Fn(&str) -> Option<Dataset>,
) -> bool {
    then.iter().all(|(id, then)| {
        dataset(id).is_some_and(|dataset| Exposure::of(&dataset.notes, app).allows(then))
            // Nothing of its cells was sent, so there is nothing to hold back.
            || then.mode == SendMode::Schema
    })
}

/// The datasets of a question, and the engines that show as much of them as may be sent.
pub(crate) struct Scope {
    engine: Arc<Engine>,
    tables: Vec<(String, Exposure, Vec<String>)>,
    exposures: Exposures,
    rows: OnceLock<Result<Option<Arc<Engine>>, String>>,
    values: OnceLock<Result<Option<Arc<Engine>>, String>>,
    shapes: OnceLock<Result<Option<Arc<Engine>>, String>>,
}

impl Scope {
    pub(crate) fn new(engine: &Arc<Engine>, datasets: &[DatasetContext], app: SendMode) -> Self {
        let mut exposures = Exposures::new();
        let mut tables = Vec::new();
        for dataset in datasets {
            let exposure = Exposure::of(&dataset.notes, app);
            let never = exposure.never.iter().cloned().collect();
            tables.push((dataset.name.clone(), exposure.clone(), never));
            exposures.insert(dataset.id.clone(), exposure);
        }
        Self {
            engine: Arc::clone(engine),
            tables,
            exposures,
            rows: OnceLock::new(),
            values: OnceLock::new(),
            shapes: OnceLock::new(),
        }
    }

    /// How much is sent of each dataset.
    pub(crate) fn exposures(&self) -> &Exposures {
        &self.exposures
    }

    /// Whether everything may be sent.
    pub(crate) fn is_open(&self) -> bool {
        self.exposures.values().all(Exposure::is_open)
    }

    /// Whether the model may look values up in any of the datasets.
    pub(crate) fn looks_up(&self) -> bool {
        self.exposures
            .values()
            .any(|exposure| exposure.mode >= SendMode::Profile)
    }

    /// The engine that has everything: for the person alone.
    pub(crate) fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    /// The engine whose results the model may be shown; `None` where there is nothing that it may see.
    pub(crate) fn rows(&self) -> Result<Option<Arc<Engine>>, Error> {
        self.narrowed(&self.rows, SendMode::Rows)
    }

    /// The engine in which the model may look values up; `None` where there is nothing that it may see.
    pub(crate) fn values(&self) -> Result<Option<Arc<Engine>>, Error> {
        self.narrowed(&self.values, SendMode::Profile)
    }

    /// An engine whose tables have all their columns and no rows: what goes wrong there holds no cell.
    pub(crate) fn shapes(&self) -> Result<Arc<Engine>, Error> {
        let shapes = self.shapes.get_or_init(|| {
            let tables: Vec<Narrowed> = self
                .tables
                .iter()
                .map(|(table, _, _)| Narrowed {
                    table: table.clone(),
                    without: Vec::new(),
                    rows: false,
                })
                .collect();
            open(&self.engine, &tables)
        });
        match shapes {
            Ok(engine) => engine
                .clone()
                .ok_or_else(|| Error::Internal("there is no table".to_owned())),
            Err(error) => Err(Error::Internal(error.clone())),
        }
    }

    fn narrowed(
        &self,
        kept: &OnceLock<Result<Option<Arc<Engine>>, String>>,
        least: SendMode,
    ) -> Result<Option<Arc<Engine>>, Error> {
        if self
            .exposures
            .values()
            .all(|exposure| exposure.mode >= least && exposure.never.is_empty())
        {
            return Ok(Some(Arc::clone(&self.engine)));
        }
        kept.get_or_init(|| {
            let tables: Vec<Narrowed> = self
                .tables
                .iter()
                .filter(|(_, exposure, _)| exposure.mode >= least)
                .map(|(table, _, never)| Narrowed {
                    table: table.clone(),
                    without: never.clone(),
                    rows: true,
                })
                .collect();
            if tables.is_empty() {
                return Ok(None);
            }
            open(&self.engine, &tables)
        })
        .clone()
        .map_err(Error::Internal)
    }
}

fn open(engine: &Engine, tables: &[Narrowed]) -> Result<Option<Arc<Engine>>, String> {
    engine
        .narrowed(tables)
        .map(|engine| Some(Arc::new(engine)))
        .map_err(|error| error.to_string())
}
