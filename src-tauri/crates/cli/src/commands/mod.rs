//! One module for each command: it reads the arguments, calls the core and prints.

pub mod ask;
pub mod aws;
pub mod backup;
pub mod convert;
pub mod datasets;
pub mod eval;
pub mod export;
pub mod ledger;
pub mod remove;
pub mod set;
pub mod show;
pub mod sql;

use std::path::PathBuf;

use buzz_chat::bedrock::Settings;
use buzz_ingest::Cancel;
use buzz_library::{Dataset, Library};
use buzz_query::{Engine, EngineOptions, Table};
use tokio::runtime::{self, Runtime};

use crate::args::Account;
use crate::error::Failure;
use crate::output::Output;

/// What every command is given besides its own arguments.
#[derive(Debug)]
pub struct Context {
    /// The library's folder, where one was named.
    pub library: Option<PathBuf>,
    /// Where results and remarks go to.
    pub output: Output,
    /// Cancelled by Ctrl-C.
    pub cancel: Cancel,
}

impl Context {
    /// Opens the library, which is created where there is none yet.
    pub fn open(&self) -> Result<Library, Failure> {
        Ok(Library::open(&self.root()?)?)
    }

    /// The library's folder, whether there is a library or not.
    pub fn root(&self) -> Result<PathBuf, Failure> {
        match &self.library {
            Some(root) => Ok(root.clone()),
            None => Ok(buzz_library::default_root()?),
        }
    }

    /// Opens an engine that can read exactly these datasets.
    pub fn engine(&self, library: &Library, datasets: &[Dataset]) -> Result<Engine, Failure> {
        let tables: Vec<Table> = datasets
            .iter()
            .map(|dataset| Table {
                name: dataset.name.clone(),
                data: dataset.data_path(library),
                strays: dataset.strays_path(library),
            })
            .collect();
        let options = EngineOptions {
            memory: EngineOptions::USUAL_MEMORY,
            threads: 0,
            temp_root: std::env::temp_dir(),
            temp_limit: EngineOptions::USUAL_TEMP_LIMIT,
            now: jiff::Zoned::now().datetime(),
        };
        Ok(Engine::open(&tables, &options)?)
    }
}

/// The account to use: what was typed, else what was chosen in the window.
///
/// A region and a model that were chosen belong to the profile that was chosen with them.
pub fn account(
    library: &Library,
    args: &Account,
    model: Option<&str>,
) -> Result<Settings, Failure> {
    let chosen = library.setting("profile")?;
    let same = args.profile.is_none() || args.profile == chosen;
    let or_chosen = |typed: Option<&str>, key| match typed {
        Some(typed) => Ok(Some(typed.to_owned())),
        None if same => library.setting(key),
        None => Ok(None),
    };
    Ok(Settings {
        region: or_chosen(args.region.as_deref(), "region")?,
        model: or_chosen(model, "model")?,
        profile: args.profile.clone().or(chosen),
        ..Settings::default()
    })
}

/// The runtime for what talks to the network.
pub fn runtime() -> Result<Runtime, Failure> {
    runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|cause| {
            Failure::new(
                "internal",
                format!("the network cannot be used here ({cause}): try again"),
            )
        })
}
