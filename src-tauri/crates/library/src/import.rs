//! From a file to a dataset: convert in `incoming/`, make durable, rename, record.

use std::fs;
use std::path::{Path, PathBuf};

use buzz_ingest::{Cancel, Options, Progress, Warning};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::combine::Sources;
use crate::datasets::{self, Found};
use crate::jobs::JobStatus;
use crate::lock::{Attempt, HeldLock};
use crate::{Dataset, Error, Library, instructions, platform, shares, store};

impl Library {
    /// Converts a file, or the table of it that the options name, and keeps it as a dataset.
    ///
    /// Its name is `name`, or else the file's stem; a name that is taken, letter case aside, gets ` 2`. A file whose
    /// bytes another dataset was made from gets the warning `duplicate_source` in its receipt.
    ///
    /// # Errors
    /// Every error of the conversion, [`Error::Name`], and those of the disk and the database; nothing is kept then.
    pub fn import(
        &self,
        source: &Path,
        name: Option<&str>,
        options: &Options,
        progress: &dyn Progress,
        cancel: &Cancel,
    ) -> Result<Dataset, Error> {
        let name = match name {
            Some(name) => datasets::checked_name(name)?,
            None => datasets::name_of_source(source),
        };
        // The receipt is to lead back to the file wherever a later command is run.
        let source = &std::path::absolute(source).map_err(|cause| Error::disk(source, cause))?;
        self.import_from(
            Sources::File(source),
            source,
            &name,
            options,
            progress,
            cancel,
        )
    }

    /// Converts what a dataset is made from, in a job that records `path` as its source.
    pub(crate) fn import_from(
        &self,
        sources: Sources,
        path: &Path,
        name: &str,
        options: &Options,
        progress: &dyn Progress,
        cancel: &Cancel,
    ) -> Result<Dataset, Error> {
        let job = self.begin(&path.to_string_lossy())?;
        let result = self.convert(&job, sources, name, options, progress, cancel);
        self.ended(&job, &result);
        result
    }

    /// Records that a job failed or was cancelled, if it did.
    pub(crate) fn ended<T>(&self, job: &Work, result: &Result<T, Error>) {
        if let Err(error) = result {
            let status = match error.code() {
                "cancelled" => JobStatus::Cancelled,
                _ => JobStatus::Failed,
            };
            let recorded = self.db().execute(
                "UPDATE jobs SET status = ?, finished = ?, error_code = ?, error = ? WHERE id = ?",
                params![
                    status.word(),
                    store::now(),
                    error.code(),
                    error.to_string(),
                    job.id
                ],
            );
            if let Err(error) = recorded {
                // The job's lock goes with it, so that the next start records it as failed.
                tracing::warn!(%error, "the end of a job could not be recorded");
            }
        }
    }

    /// Records a job and makes its folder, in one transaction: whoever sweeps `incoming/` sees both or neither.
    pub(crate) fn begin(&self, source_path: &str) -> Result<Work, Error> {
        let id = uuid::Uuid::now_v7().to_string();
        let folder = self.incoming_folder().join(&id);
        let lock_path = self.incoming_folder().join(format!("{id}.lock"));
        let mut db = self.db();
        let transaction = store::write(&mut db)?;
        let lock =
            match HeldLock::attempt(&lock_path).map_err(|cause| Error::disk(&lock_path, cause))? {
                Attempt::Held(lock) => lock,
                // The id is new, so that nobody else can have it.
                Attempt::Busy => return Err(Error::Busy),
            };
        fs::create_dir(&folder).map_err(|cause| Error::disk(&folder, cause))?;
        let work = Work {
            id,
            folder,
            _lock: lock,
        };
        transaction.execute(
            "INSERT INTO jobs (id, source_path, status, started) VALUES (?, ?, ?, ?)",
            params![
                work.id,
                source_path,
                JobStatus::Pending.word(),
                store::now()
            ],
        )?;
        transaction.commit()?;
        Ok(work)
    }

    fn convert(
        &self,
        work: &Work,
        sources: Sources,
        name: &str,
        options: &Options,
        progress: &dyn Progress,
        cancel: &Cancel,
    ) -> Result<Dataset, Error> {
        let folder = &work.folder;
        let output = datasets::files(folder);
        let share = shares::take(self.root(), options, progress, cancel)?;
        let conversion = sources.convert(&output, &share.options, progress, cancel)?;
        drop(share);
        if let Some(profile) = &conversion.profile {
            let path = folder.join("profile.json");
            platform::write_new(&path, &datasets::json_bytes(profile))
                .map_err(|cause| Error::disk(&path, cause))?;
        }
        let mut receipt = conversion.receipt;
        receipt
            .warnings
            .extend(instructions::warning(&output.data, cancel));
        let damaged = |cause| Error::Damaged {
            path: folder.clone(),
            cause,
        };
        let id = uuid::Uuid::now_v7().to_string();
        let mut dataset =
            datasets::describe((&id, datasets::FIRST_GENERATION), name, folder, &receipt)
                .map_err(damaged)?;

        // From here on nobody else writes, so that the name stays free until it is taken.
        let mut db = self.db();
        let transaction = store::write(&mut db)?;
        dataset.name = datasets::free_name(&transaction, name)?;
        let duplicate = duplicate(&transaction, &receipt)?;
        receipt.warnings.extend(duplicate);
        let path = folder.join("receipt.json");
        platform::write_new(&path, &datasets::receipt_bytes(&receipt, &dataset))
            .and_then(|()| platform::sync_folder(folder))
            .map_err(|cause| Error::disk(&path, cause))?;
        if cancel.is_cancelled() {
            return Err(buzz_ingest::Error::Cancelled.into());
        }
        // Renamed before it is recorded: a crash in between leaves a whole dataset, which the next start adopts.
        let target = self.datasets_folder().join(&id);
        fs::rename(folder, &target)
            .and_then(|()| platform::sync_folder(&self.datasets_folder()))
            .map_err(|cause| Error::disk(&target, cause))?;
        let recorded = record(
            transaction,
            &Found {
                dataset: dataset.clone(),
                blake3: datasets::source_key(&receipt),
            },
            &work.id,
        );
        if let Err(error) = recorded {
            // Back to where it is swept, for what was not recorded must not come back at the next start.
            let _ = fs::rename(&target, folder);
            return Err(error);
        }
        Ok(dataset)
    }
}

/// A job at work; when it is dropped, what it left in `incoming/` goes.
#[derive(Debug)]
pub(crate) struct Work {
    pub(crate) id: String,
    pub(crate) folder: PathBuf,
    // Released after the folder is gone.
    _lock: HeldLock,
}

impl Drop for Work {
    fn drop(&mut self) {
        if let Err(error) = platform::remove_folder(&self.folder) {
            tracing::warn!(%error, "unfinished work is left to the next start");
        }
    }
}

fn record(transaction: Transaction<'_>, found: &Found, job: &str) -> Result<(), Error> {
    datasets::insert(&transaction, found)?;
    succeeded(&transaction, job, &found.dataset.id)?;
    Ok(transaction.commit()?)
}

/// Records that a job made a dataset.
pub(crate) fn succeeded(db: &Connection, job: &str, dataset: &str) -> Result<(), Error> {
    db.execute(
        "UPDATE jobs SET status = ?, finished = ?, dataset_id = ? WHERE id = ?",
        params![JobStatus::Success.word(), store::now(), dataset, job],
    )?;
    Ok(())
}

/// The warning for a table that is in the library already.
fn duplicate(
    transaction: &Transaction<'_>,
    receipt: &buzz_ingest::Receipt,
) -> Result<Option<Warning>, Error> {
    let what = match receipt.sources.is_empty() {
        true => "file is",
        false => "files are",
    };
    let twin: Option<String> = transaction
        .query_row(
            "SELECT name FROM datasets WHERE blake3 = ? AND removed IS NULL ORDER BY created LIMIT 1",
            [datasets::source_key(receipt)],
            |row| row.get(0),
        )
        .optional()?;
    Ok(twin.map(|twin| Warning {
        kind: "duplicate_source".to_owned(),
        message: format!("the same {what} in the library already, as {twin:?}"),
        count: 1,
        lines: Vec::new(),
        files: Vec::new(),
    }))
}
