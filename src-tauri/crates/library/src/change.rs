//! A person overrules how a dataset's file or columns were read: its files are written anew, and take the place of the
//! old.
//!
//! The new files are made in `incoming/` like those of an import, moved into `datasets/` under the dataset's next
//! generation, and counted from the moment at which SQLite has committed that generation. Both generations are whole
//! folders with a receipt of their own. So a crash before the commit leaves the old dataset and one after it the new; what
//! is left of the other is swept by the next start. If the database is lost as well, the newest generation counts.
//!
//! Whoever still reads the old files goes on reading them: on Unix they vanish when the last reader closes them. On
//! Windows their folder cannot be moved while one of them is open; it stays then until the next start. A reader that
//! has asked for the path of the old files but not opened them yet does not find them, and has to ask again.

use std::fs;
use std::path::{Path, PathBuf};

use buzz_ingest::{Cancel, Change, Conversion, Existing, LineRange, Options, Progress, Receipt};

use crate::combine::Sources;
use crate::datasets::Found;
use crate::import::{self, Work};
use crate::notes::{self, Carry};
use crate::{Dataset, Error, Library, carry, datasets, instructions, platform, shares, store};

/// How a file is read, with the memory, threads, compression and profile of other options.
fn with_means_of(read_as: Options, options: &Options) -> Options {
    Options {
        memory: options.memory,
        threads: options.threads,
        compression: options.compression,
        profile: options.profile,
        ..read_as
    }
}

impl Library {
    /// Changes names, types and date orders of a dataset's columns, all of them or none.
    ///
    /// Only columns whose type or date order changes are converted again, see [`buzz_ingest::reconvert`]. The id, the
    /// name, the context and the time at which the dataset was made stay.
    ///
    /// # Errors
    /// [`Error::NotFound`], every error of the conversion, [`Error::Overtaken`] if somebody else changed its columns in
    /// the meantime, and those of the disk and the database; the dataset is as it was then.
    pub fn change_columns(
        &self,
        id: &str,
        changes: &[Change],
        options: &Options,
        progress: &dyn Progress,
        cancel: &Cancel,
    ) -> Result<Dataset, Error> {
        self.rewrite(id, cancel, notes::by_place, |dataset, folder| {
            let existing = Existing {
                data: dataset.data_path(self),
                strays: dataset.strays_path(self),
                receipt: datasets::read_json(&dataset.folder(self).join("receipt.json"))?,
                profile: self.profile(&dataset.id)?,
            };
            let output = datasets::files(folder);
            let share = shares::take(self.root(), options, progress, cancel)?;
            let options = &share.options;
            Ok(buzz_ingest::reconvert(
                &existing, changes, &output, options, progress, cancel,
            )?)
        })
    }

    /// Reads the file of a dataset once more because it has changed, in the way in which it was read before; of `options`,
    /// only `memory`, `threads`, `compression` and `profile` count.
    ///
    /// # Errors
    /// Those of [`Library::read_again`], and [`buzz_ingest::Error::Options`] for a dataset of some of the file's lines: what was
    /// on them may be on others now.
    pub fn refresh(
        &self,
        id: &str,
        options: &Options,
        progress: &dyn Progress,
        cancel: &Cancel,
    ) -> Result<Dataset, Error> {
        let receipt = self.receipt(id)?;
        if let Some(lines) = receipt.overruled.lines {
            return Err(buzz_ingest::Error::Options(format!(
                "the dataset is lines {lines} of {}, and what was on them may be on others now: convert the file anew",
                receipt.source.path
            ))
            .into());
        }
        let options = with_means_of(receipt.overruled.options(), options);
        self.read_again(id, &options, progress, cancel)
    }

    /// Makes a dataset of its own of what begins on a line of a dataset's file, as far as that dataset goes; it keeps what is
    /// above. The new one is made first, so that a failure leaves a row in both rather than in none. Of `options`, only
    /// `memory`, `threads`, `compression` and `profile` count.
    ///
    /// # Errors
    /// [`buzz_ingest::Error::Options`] for a line that is not within the dataset or a dataset of several files, and those of
    /// [`Library::import`] and [`Library::read_again`].
    pub fn split(
        &self,
        id: &str,
        line: u64,
        options: &Options,
        progress: &dyn Progress,
        cancel: &Cancel,
    ) -> Result<Dataset, Error> {
        let dataset = self.dataset(id)?;
        let receipt = self.receipt(id)?;
        let wrong = |what: String| Err(buzz_ingest::Error::Options(what).into());
        if !receipt.sources.is_empty() {
            return wrong(format!(
                "{:?} is made of several files, whose lines cannot be told apart",
                dataset.name
            ));
        }
        let first = receipt.overruled.lines.map_or(1, |lines| lines.first);
        let last = receipt.overruled.lines.and_then(|lines| lines.last);
        if line <= first || last.is_some_and(|last| line > last) {
            return wrong(format!("line {line} is not within {:?}", dataset.name));
        }
        let part = |first, last, read_as: Options| Options {
            lines: Some(LineRange { first, last }),
            ..with_means_of(read_as, options)
        };
        let file = Path::new(&dataset.source_path);
        // How the table above is read says nothing of the one below, but they share the file's encoding.
        let below = Options {
            table: receipt.table.clone(),
            encoding: receipt.overruled.encoding.clone(),
            ..Options::default()
        };
        let below = part(line, last, below);
        let made = self.import(file, Some(&dataset.name), &below, progress, cancel)?;
        let above = part(first, Some(line - 1), receipt.overruled.options());
        self.read_again(id, &above, progress, cancel)?;
        Ok(made)
    }

    /// Reads the file of a dataset once more, with other options or because it has changed; which of the file's tables it
    /// is stays, and so do the id, the name, the context, the time at which the dataset was made, and what a person chose
    /// for columns that are still there.
    ///
    /// # Errors
    /// Those of [`Library::change_columns`].
    pub fn read_again(
        &self,
        id: &str,
        options: &Options,
        progress: &dyn Progress,
        cancel: &Cancel,
    ) -> Result<Dataset, Error> {
        self.rewrite(id, cancel, notes::by_name, |dataset, folder| {
            let receipt: Receipt = datasets::read_json(&dataset.folder(self).join("receipt.json"))?;
            let options = Options {
                table: receipt.table.clone(),
                ..options.clone()
            };
            let files: Vec<PathBuf> = (receipt.sources.iter())
                .map(|file| PathBuf::from(&file.source.path))
                .collect();
            let sources = match files.as_slice() {
                [] => Sources::File(Path::new(&dataset.source_path)),
                files => Sources::Files(files),
            };
            let output = datasets::files(folder);
            let share = shares::take(self.root(), &options, progress, cancel)?;
            let fresh = sources.convert(&output, &share.options, progress, cancel)?;
            let mut conversion =
                carry::over(&receipt, fresh, &output, &share.options, progress, cancel)?;
            (conversion.receipt.warnings).extend(instructions::warning(&output.data, cancel));
            Ok(Some(conversion))
        })
    }

    /// Gives a dataset the files that `write` makes in a folder; `None` says that those it has are right.
    fn rewrite(
        &self,
        id: &str,
        cancel: &Cancel,
        carry: Carry,
        write: impl FnOnce(&Dataset, &Path) -> Result<Option<Conversion>, Error>,
    ) -> Result<Dataset, Error> {
        let dataset = self.dataset(id)?;
        let job = self.begin(&dataset.source_path)?;
        let result = write(&dataset, &job.folder)
            .and_then(|conversion| match conversion {
                Some(conversion) => self.replace(&job, &dataset, &conversion, carry, cancel),
                None => {
                    import::succeeded(&self.db(), &job.id, &dataset.id)?;
                    Ok(dataset.clone())
                }
            })
            .map_err(|error| self.because_overtaken(&dataset, error));
        self.ended(&job, &result);
        result
    }

    /// The error to tell: files that were replaced or removed while they were read explain any other.
    fn because_overtaken(&self, old: &Dataset, error: Error) -> Error {
        if ["cancelled", "wrong_options"].contains(&error.code()) {
            return error;
        }
        match self.dataset(&old.id) {
            Ok(now) if now.generation != old.generation => Error::Overtaken(now.name),
            Err(gone @ Error::NotFound { .. }) => gone,
            _ => error,
        }
    }

    /// Puts the files of a conversion in the place of a dataset's own.
    fn replace(
        &self,
        work: &Work,
        old: &Dataset,
        conversion: &Conversion,
        carry: Carry,
        cancel: &Cancel,
    ) -> Result<Dataset, Error> {
        let folder = &work.folder;
        if let Some(profile) = &conversion.profile {
            let path = folder.join("profile.json");
            platform::write_new(&path, &datasets::json_bytes(profile))
                .map_err(|cause| Error::disk(&path, cause))?;
        }

        // From here on nobody else writes: the name and the context are those of this moment.
        let mut db = self.db();
        let transaction = store::write(&mut db)?;
        let current = datasets::find(&transaction, &old.id)?;
        if current.generation != old.generation {
            return Err(Error::Overtaken(current.name));
        }
        // A folder of that number is left where a crash came before the commit, and nobody has started anew since.
        let (generation, target) = (current.generation + 1..)
            .map(|generation| {
                let name = datasets::folder_name(&old.id, generation);
                (generation, self.datasets_folder().join(name))
            })
            .find(|(_, target)| !target.exists())
            .ok_or(Error::Busy)?;
        let damaged = |cause| Error::Damaged {
            path: folder.clone(),
            cause,
        };
        let described = datasets::describe(
            (&old.id, generation),
            &current.name,
            folder,
            &conversion.receipt,
        )
        .map_err(damaged)?;
        // What is said of a column stays with it, above all that it is never sent.
        let notes = carry(current.notes.clone(), &current.columns, &described.columns);
        let dataset = Dataset {
            created: current.created.clone(),
            context: current.context.clone(),
            notes,
            ..described
        };
        let path = folder.join("receipt.json");
        platform::write_new(
            &path,
            &datasets::receipt_bytes(&conversion.receipt, &dataset),
        )
        .and_then(|()| platform::sync_folder(folder))
        .map_err(|cause| Error::disk(&path, cause))?;
        if cancel.is_cancelled() {
            return Err(buzz_ingest::Error::Cancelled.into());
        }
        fs::rename(folder, &target)
            .and_then(|()| platform::sync_folder(&self.datasets_folder()))
            .map_err(|cause| Error::disk(&target, cause))?;
        let found = Found {
            blake3: datasets::source_key(&conversion.receipt),
            dataset: dataset.clone(),
        };
        let recorded = datasets::update(&transaction, &found)
            .and_then(|()| import::succeeded(&transaction, &work.id, &dataset.id))
            .and_then(|()| Ok(transaction.commit()?));
        if let Err(error) = recorded {
            // Back to where it is swept.
            let _ = fs::rename(&target, folder);
            return Err(error);
        }
        drop(db);
        self.discard(&current.folder(self));
        Ok(dataset)
    }

    /// Removes files of a dataset that no longer count; what cannot be removed now is left to the next start.
    pub(crate) fn discard(&self, folder: &Path) {
        // Without its receipt a folder is never taken for a dataset, even where it cannot be moved.
        let _ = fs::remove_file(folder.join("receipt.json"));
        let grave = self
            .incoming_folder()
            .join(format!("{}.removed", uuid::Uuid::now_v7()));
        let removed = fs::rename(folder, &grave).and_then(|()| platform::remove_folder(&grave));
        if let Err(error) = removed {
            tracing::warn!(%error, "a dataset's former files are left to the next start");
        }
    }
}
