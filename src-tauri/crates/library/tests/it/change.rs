//! Columns that are changed afterwards, and processes that die while they are.

use std::fs;
use std::path::{Path, PathBuf};

use buzz_ingest::{Cancel, DateOrder, Options, Progress, Silent, Snapshot};
use buzz_library::{Change, Dataset, Error, JobStatus, Library};
use parquet::file::reader::{FileReader, SerializedFileReader};

use crate::fixture::{Fixture, import, names};

const TEXT: &str = "id,when,code\n1,03/04/2024,007\n2,05/06/2024,x\n";

pub fn retype(column: &str, column_type: &str) -> Change {
    Change {
        column: column.to_owned(),
        column_type: Some(column_type.to_owned()),
        ..Change::default()
    }
}

pub fn change(library: &Library, id: &str, changes: &[Change]) -> Result<Dataset, Error> {
    library.change_columns(id, changes, &Options::default(), &Silent, &Cancel::new())
}

/// The rows of a Parquet file as text.
fn rows(path: &Path) -> Vec<String> {
    let reader = SerializedFileReader::new(fs::File::open(path).unwrap()).unwrap();
    reader
        .get_row_iter(None)
        .unwrap()
        .map(|row| row.unwrap().to_string())
        .collect()
}

/// Checks that database, receipt, profile and files of the only dataset say the same; returns the type of `code`.
pub fn whole(library: &Library) -> String {
    let datasets = library.datasets().unwrap();
    assert_eq!(datasets.len(), 1);
    let dataset = &datasets[0];
    let receipt = library.receipt(&dataset.id).unwrap();
    assert_eq!(dataset.columns, receipt.columns);
    let profile = library.profile(&dataset.id).unwrap().unwrap();
    let code = &receipt.columns[2];
    assert_eq!(profile.columns[2].sql_type, code.sql_type);
    let expected = match code.sql_type.as_str() {
        "VARCHAR" => ["code: \"007\"", "code: \"x\""],
        "BIGINT" => ["code: 7", "code: null"],
        other => panic!("{other}"),
    };
    for (row, expected) in rows(&dataset.data_path(library)).iter().zip(expected) {
        assert!(row.contains(expected), "{row}: {expected}");
    }
    let strays = dataset.strays_path(library);
    assert_eq!(strays.is_some(), code.sql_type == "BIGINT");
    if let Some(strays) = strays {
        assert_eq!(rows(&strays).len(), 1);
    }
    assert_eq!(names(&library.root().join("datasets")).len(), 1);
    assert_eq!(
        names(&library.root().join("incoming")),
        Vec::<String>::new()
    );
    code.sql_type.clone()
}

fn folders(fixture: &Fixture) -> Vec<String> {
    names(&fixture.root().join("datasets"))
}

#[test]
fn a_change_keeps_what_the_dataset_is() {
    let fixture = Fixture::new();
    let library = fixture.open();
    let source = fixture.file("a.csv", TEXT);
    let old = import(&library, &source, None).unwrap();
    library.set_context("a", "What it means.").unwrap();
    library.rename("a", "Codes").unwrap();
    let old_data = old.data_path(&library);
    // A reader that has the old file open goes on reading it.
    let reader = SerializedFileReader::new(fs::File::open(&old_data).unwrap()).unwrap();

    let new = change(&library, "codes", &[retype("CODE", "bigint")]).unwrap();
    assert_eq!(
        (&new.id, new.name.as_str(), new.context.as_str()),
        (&old.id, "Codes", "What it means.")
    );
    assert_eq!((&new.created, new.rows), (&old.created, old.rows));
    assert_eq!((new.strays, new.columns[2].strays), (1, 1));
    assert_ne!(new.data_path(&library), old_data);
    assert!(!old_data.exists());
    assert_eq!(reader.get_row_iter(None).unwrap().count(), 2);
    assert_eq!(library.dataset("codes").unwrap(), new);
    assert_eq!(whole(&library), "BIGINT");
    let job = &library.jobs().unwrap()[0];
    assert_eq!(
        (job.status, job.dataset_id.as_deref()),
        (JobStatus::Success, Some(new.id.as_str()))
    );

    // What is written to the receipt afterwards goes to the one that counts.
    library.set_context("codes", "Other.").unwrap();
    drop(library);
    let library = fixture.open();
    assert_eq!(whole(&library), "BIGINT");
    let swapped = change(
        &library,
        "codes",
        &[Change {
            column: "when".to_owned(),
            name: Some("day".to_owned()),
            date_order: Some(DateOrder::Mdy),
            ..Change::default()
        }],
    )
    .unwrap();
    assert_eq!(swapped.columns[1].name, "day");
    assert_eq!(swapped.context, "Other.");
    assert_eq!(folders(&fixture), [format!("{}.3", old.id)]);

    // The database is rebuilt from the receipt of these files.
    let before = library.datasets().unwrap();
    drop(library);
    lose_database(&fixture);
    let library = fixture.open();
    assert_eq!(library.datasets().unwrap(), before);
    library.remove("codes").unwrap();
    assert_eq!(folders(&fixture), Vec::<String>::new());
    assert_eq!(fixture.open().datasets().unwrap(), []);
}

fn lose_database(fixture: &Fixture) {
    for name in names(&fixture.root()) {
        if name.starts_with("library.db") {
            fs::remove_file(fixture.root().join(name)).unwrap();
        }
    }
}

#[test]
fn a_change_that_is_refused_or_changes_nothing_leaves_everything() {
    let fixture = Fixture::new();
    let library = fixture.open();
    import(&library, &fixture.file("a.csv", TEXT), None).unwrap();
    let before = library.datasets().unwrap();
    let error = change(&library, "a", &[retype("b", "text")]).unwrap_err();
    assert_eq!(error.code(), "wrong_options");
    let job = &library.jobs().unwrap()[0];
    assert_eq!(job.status, JobStatus::Failed);
    let error = change(&library, "b", &[retype("b", "text")]).unwrap_err();
    assert_eq!(error.code(), "no_such_dataset");
    let same = change(&library, "a", &[retype("code", "text")]).unwrap();
    assert_eq!(library.jobs().unwrap()[0].status, JobStatus::Success);
    assert_eq!(before, [same]);

    /// Cancels as soon as it hears of anything.
    struct Stop(Cancel);
    impl Progress for Stop {
        fn report(&self, _: Snapshot) {
            self.0.cancel();
        }
    }
    let cancel = Cancel::new();
    let changes = [retype("code", "bigint")];
    let options = Options::default();
    let error = library
        .change_columns("a", &changes, &options, &Stop(cancel.clone()), &cancel)
        .unwrap_err();
    assert_eq!(error.code(), "cancelled");
    assert_eq!(library.jobs().unwrap()[0].status, JobStatus::Cancelled);
    assert_eq!(library.datasets().unwrap(), before);
    assert_eq!(whole(&library), "VARCHAR");
}

#[test]
fn of_two_changes_at_once_the_later_is_refused() {
    /// Lets another process change the columns while this one converts.
    struct Overtake<'a>(&'a Fixture);
    impl Progress for Overtake<'_> {
        fn report(&self, _: Snapshot) {
            let library = self.0.open();
            if library.dataset("a").unwrap().generation == 1 {
                change(&library, "a", &[retype("code", "bigint")]).unwrap();
            }
        }
    }
    let fixture = Fixture::new();
    let library = fixture.open();
    import(&library, &fixture.file("a.csv", TEXT), None).unwrap();
    let error = library
        .change_columns(
            "a",
            &[retype("id", "text")],
            &Options::default(),
            &Overtake(&fixture),
            &Cancel::new(),
        )
        .unwrap_err();
    assert_eq!(error.code(), "overtaken");
    assert_eq!(whole(&library), "BIGINT");
    assert_eq!(library.dataset("a").unwrap().columns[0].sql_type, "BIGINT");
}

/// A library in which a change of `code` from VARCHAR to BIGINT was done, and both folders are there.
struct Both {
    fixture: Fixture,
    old: PathBuf,
    new: PathBuf,
    /// The database before the change.
    database: Vec<u8>,
}

impl Both {
    fn new() -> Self {
        let fixture = Fixture::new();
        let library = fixture.open();
        let dataset = import(&library, &fixture.file("a.csv", TEXT), None).unwrap();
        drop(library);
        let datasets = fixture.root().join("datasets");
        let (old, kept) = (
            datasets.join(&dataset.id),
            fixture.folder.path().join("kept"),
        );
        copy(&old, &kept);
        let database = fs::read(fixture.root().join("library.db")).unwrap();
        let new = change(&fixture.open(), "a", &[retype("code", "bigint")])
            .unwrap()
            .data_path(&fixture.open());
        copy(&kept, &old);
        Self {
            new: new.parent().unwrap().to_owned(),
            fixture,
            old,
            database,
        }
    }

    /// As if the process had died before SQLite committed.
    fn uncommitted(self) -> Self {
        lose_database(&self.fixture);
        fs::write(self.fixture.root().join("library.db"), &self.database).unwrap();
        self
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for name in names(from) {
        fs::copy(from.join(&name), to.join(&name)).unwrap();
    }
}

#[test]
fn a_crash_at_any_step_leaves_the_old_dataset_or_the_new() {
    // Moved into its place, and not committed: the old one counts.
    let both = Both::new().uncommitted();
    assert_eq!(whole(&both.fixture.open()), "VARCHAR");
    assert!(both.old.exists() && !both.new.exists());

    // Committed, and the old one not yet removed.
    let both = Both::new();
    assert_eq!(whole(&both.fixture.open()), "BIGINT");
    assert!(both.new.exists() && !both.old.exists());

    // The same, and the database lost: the newest counts.
    let both = Both::new();
    lose_database(&both.fixture);
    assert_eq!(whole(&both.fixture.open()), "BIGINT");

    // The old one on its way out, and the database lost.
    for gone in ["receipt.json", "data.parquet"] {
        let both = Both::new();
        fs::remove_file(both.old.join(gone)).unwrap();
        lose_database(&both.fixture);
        assert_eq!(whole(&both.fixture.open()), "BIGINT");
    }

    // A disk that lost the new one although it was committed: the old one is adopted.
    let both = Both::new();
    fs::write(both.new.join("data.parquet"), "half").unwrap();
    lose_database(&both.fixture);
    assert_eq!(whole(&both.fixture.open()), "VARCHAR");

    // Not yet swept, and changed by a process that was there already: no number is used twice.
    let both = Both::new().uncommitted();
    let library = both.fixture.open();
    copy(&both.old, &both.new);
    change(&library, "a", &[retype("code", "bigint")]).unwrap();
    assert_eq!(library.dataset("a").unwrap().generation, 3);
    drop(library);
    assert_eq!(whole(&both.fixture.open()), "BIGINT");

    // Not yet swept, and removed: it does not come back.
    let both = Both::new().uncommitted();
    let library = both.fixture.open();
    copy(&both.old, &both.new);
    library.remove("a").unwrap();
    lose_database(&both.fixture);
    assert_eq!(both.fixture.open().datasets().unwrap(), []);
    assert_eq!(folders(&both.fixture), Vec::<String>::new());
}

#[test]
fn a_file_is_read_again_with_other_options_or_because_it_changed() {
    let fixture = Fixture::new();
    let library = fixture.open();
    let source = fixture.file("a.csv", "a;b,c\n1;2,5\n3;4,5\n");
    let old = import(&library, &source, None).unwrap();
    library.set_context(&old.id, "kept").unwrap();
    let read_again =
        |options: &Options| library.read_again(&old.id, options, &Silent, &Cancel::new());
    let comma = Options {
        delimiter: Some(",".to_owned()),
        ..Options::default()
    };
    let new = read_again(&comma).unwrap();
    let columns: Vec<&str> = new.columns.iter().map(|column| &*column.name).collect();
    assert_eq!(columns, ["a;b", "c"]);
    assert_eq!(
        (&new.id, &new.name, &new.created, &*new.context),
        (&old.id, &old.name, &old.created, "kept")
    );
    assert_eq!(names(&library.root().join("datasets")).len(), 1);

    fs::write(&source, "a;b\n1;2\n3;4\n5;6\n").unwrap();
    let new = read_again(&Options::default()).unwrap();
    assert_eq!((new.rows, new.source_bytes, new.columns.len()), (3, 16, 2));
    assert_eq!(library.dataset(&old.id).unwrap(), new);

    fs::remove_file(&source).unwrap();
    let error = read_again(&Options::default()).unwrap_err();
    assert_eq!(error.code(), "not_found");
    assert_eq!(library.dataset(&old.id).unwrap(), new);
    drop(library);
    assert_eq!(fixture.open().dataset(&old.id).unwrap(), new);
}

#[test]
fn what_is_never_sent_stays_back_when_its_file_is_read_in_another_way() {
    let fixture = Fixture::new();
    let library = fixture.open();
    let source = fixture.file("a.csv", "name,salary\nAda,5\nBob,7\n");
    let dataset = import(&library, &source, None).unwrap();
    let id = &dataset.id;
    library
        .set_column_notes(id, "salary", None, Some(true))
        .unwrap();
    let read_again = |options: &Options| {
        let read = library.read_again(id, options, &Silent, &Cancel::new());
        read.unwrap().notes
    };

    // A column more in front of it: the note stays with the name, not with the place.
    fs::write(&source, "team,name,salary\nx,Ada,5\ny,Bob,7\n").unwrap();
    let notes = read_again(&Options::default());
    assert!(notes.never_sends("salary") && !notes.never_sends("name"));
    assert_eq!(notes.send, None);

    // Without names nobody can tell which column it is.
    let notes = read_again(&Options {
        header: buzz_ingest::Header::No,
        ..Options::default()
    });
    assert_eq!(notes.send, Some(buzz_library::SendMode::Schema));
}

#[test]
fn what_begins_on_a_line_becomes_a_dataset_of_its_own() {
    let fixture = Fixture::new();
    let library = fixture.open();
    let text = "id,n\n1,10\n2,20\n\ncity,country\nOslo,NO\nRome,IT\n\nday,rain\n2026-01-01,3\n";
    let source = fixture.file("a.csv", text);
    let (options, cancel) = (Options::default(), Cancel::new());
    let whole = Options {
        header: buzz_ingest::Header::Yes,
        lines: Some("1-".parse().unwrap()),
        ..Options::default()
    };
    let first = library
        .import(&source, None, &whole, &Silent, &cancel)
        .unwrap();
    let split = |id: &str, line| library.split(id, line, &options, &Silent, &cancel);
    let second = split(&first.id, 5).unwrap();
    let third = split(&second.id, 9).unwrap();
    let names_of = |id: &str| {
        let dataset = library.dataset(id).unwrap();
        let columns: Vec<String> = dataset.columns.into_iter().map(|c| c.name).collect();
        let lines = library.receipt(id).unwrap().overruled.lines.unwrap();
        (
            dataset.name,
            dataset.rows,
            columns.join(" "),
            lines.to_string(),
        )
    };
    let told = |name: &str, rows, columns: &str, lines: &str| {
        (name.to_owned(), rows, columns.to_owned(), lines.to_owned())
    };
    assert_eq!(names_of(&first.id), told("a", 2, "id n", "1-4"));
    assert_eq!(names_of(&second.id), told("a 2", 2, "city country", "5-8"));
    assert_eq!(names_of(&third.id), told("a 2 2", 1, "day rain", "9-"));
    // None of them is another once more.
    for id in [&first.id, &second.id, &third.id] {
        assert_eq!(library.receipt(id).unwrap().warnings, []);
    }
    for (id, line) in [(&first.id, 1), (&first.id, 5), (&third.id, 9)] {
        let error = split(id, line).unwrap_err();
        assert_eq!(error.code(), "wrong_options", "{error}");
    }
    assert_eq!(library.datasets().unwrap().len(), 3);
    // A column is still changed from the file, which has more in it than the dataset.
    change(&library, &second.id, &[retype("country", "BIGINT")]).unwrap();
    assert_eq!(library.receipt(&second.id).unwrap().columns[1].strays, 2);
    // Other lines may hold it now.
    let error = library.refresh(&second.id, &options, &Silent, &cancel);
    assert!(
        error
            .unwrap_err()
            .to_string()
            .contains("convert the file anew")
    );
}

#[test]
fn a_file_that_has_changed_is_read_again_as_it_was_with_what_was_chosen_for_its_columns() {
    let fixture = Fixture::new();
    let library = fixture.open();
    let text = "a note\ncode;when;amount;who\n7;03/04/2024;1,5;Ada\n8;05/06/2024;?;Bob\n";
    let source = fixture.file("a.csv", text);
    let read = Options {
        delimiter: Some(";".to_owned()),
        skip_rows: Some(1),
        ..Options::default()
    };
    let dataset = library
        .import(&source, None, &read, &Silent, &Cancel::new())
        .unwrap();
    let id = &dataset.id;
    let renamed = Change {
        column: "who".to_owned(),
        name: Some("person".to_owned()),
        ..Change::default()
    };
    let swapped = Change {
        column: "when".to_owned(),
        date_order: Some(DateOrder::Mdy),
        ..Change::default()
    };
    let missing = Change {
        column: "amount".to_owned(),
        column_type: Some("DECIMAL".to_owned()),
        missing: Some(vec!["?".to_owned()]),
        ..Change::default()
    };
    change(
        &library,
        id,
        &[retype("code", "text"), renamed, swapped, missing],
    )
    .unwrap();
    library
        .set_column_notes(id, "person", None, Some(true))
        .unwrap();
    assert_eq!(library.changed().unwrap(), Vec::<String>::new());

    // A column more, and one that is written in another order.
    fs::write(
        &source,
        "a note\nnew;who;code;when;amount\nx;Ada;7;03/04/2024;1,5\ny;Cy;9;07/08/2024;?\nz;Di;1;01/02/2024;2,5\n",
    )
    .unwrap();
    assert_eq!(library.changed().unwrap(), std::slice::from_ref(id));
    let now = library
        .refresh(id, &Options::default(), &Silent, &Cancel::new())
        .unwrap();
    assert_eq!(library.changed().unwrap(), Vec::<String>::new());
    let columns: Vec<String> = (now.columns.iter())
        .map(|column| format!("{} {}", column.name, column.sql_type))
        .collect();
    assert_eq!(
        columns,
        [
            "new VARCHAR",
            "person VARCHAR",
            "code VARCHAR",
            "when DATE",
            "amount DECIMAL(4,1)"
        ]
    );
    assert_eq!(now.columns[3].format.as_deref(), Some("%m/%d/%Y"));
    assert_eq!(now.columns[4].missing, ["?"]);
    assert_eq!((now.rows, now.strays, now.columns[4].nulls), (3, 0, 1));
    assert!(now.notes.never_sends("person"));
    assert_eq!(now.notes.send, None);
    let folder = now.data_path(&library).parent().unwrap().to_owned();
    assert_eq!(
        names(&folder),
        ["data.parquet", "profile.json", "receipt.json"]
    );
    // And once more, from what is kept of it.
    let again = library
        .refresh(id, &Options::default(), &Silent, &Cancel::new())
        .unwrap();
    assert_eq!(again.columns, now.columns);

    // What no longer fits is left out, and that is said.
    fs::write(&source, "a note\nwhen;amount\n2024-01-02;1,5\n").unwrap();
    let now = library
        .refresh(id, &Options::default(), &Silent, &Cancel::new())
        .unwrap();
    assert_eq!((now.rows, now.columns.len()), (1, 2));
    assert_eq!(now.columns[0].sql_type, "DATE");
    // The column that was never to be sent is gone, and may be any other.
    assert_eq!(now.notes.send, Some(buzz_library::SendMode::Schema));

    fs::remove_file(&source).unwrap();
    assert_eq!(library.changed().unwrap(), Vec::<String>::new());
}

#[test]
fn what_was_put_away_can_be_had_back_and_goes_for_good_at_a_later_start() {
    let fixture = Fixture::new();
    let library = fixture.open();
    let source = fixture.file("a.csv", TEXT);
    let dataset = import(&library, &source, None).unwrap();
    let id = &dataset.id;
    library.set_context(id, "kept").unwrap();
    let dataset = library.dataset(id).unwrap();

    library.put_away(id).unwrap();
    assert_eq!(library.datasets().unwrap(), []);
    assert_eq!(library.dataset(id).unwrap_err().code(), "no_such_dataset");
    assert_eq!(library.put_away(id).unwrap_err().code(), "no_such_dataset");
    assert_eq!(folders(&fixture).len(), 1);
    assert_eq!(library.bring_back(id).unwrap(), dataset);
    assert_eq!(library.datasets().unwrap(), std::slice::from_ref(&dataset));
    assert_eq!(
        library.remove_away(id).unwrap_err().code(),
        "no_such_dataset"
    );

    // Its name is free meanwhile; then it gets another.
    library.put_away(id).unwrap();
    let other = import(&library, &source, None).unwrap();
    assert_eq!(other.name, "a");
    assert!(library.receipt(&other.id).unwrap().warnings.is_empty());
    let back = library.bring_back(id).unwrap();
    assert_eq!((back.name.as_str(), back.context.as_str()), ("a 2", "kept"));
    assert_eq!(library.dataset("a 2").unwrap(), back);

    // A start right after it leaves it to whoever put it away; a later one removes it.
    library.put_away(id).unwrap();
    assert_eq!(fixture.open().bring_back(id).unwrap(), back);
    library.put_away(id).unwrap();
    let database = rusqlite::Connection::open(fixture.root().join("library.db")).unwrap();
    let long_ago =
        "UPDATE datasets SET removed = '2026-01-01T00:00:00.000Z' WHERE removed IS NOT NULL";
    assert_eq!(database.execute(long_ago, []).unwrap(), 1);
    drop(database);
    let library = fixture.open();
    assert_eq!(
        library.bring_back(id).unwrap_err().code(),
        "no_such_dataset"
    );
    assert_eq!(folders(&fixture), std::slice::from_ref(&other.id));

    library.put_away(&other.id).unwrap();
    library.remove_away(&other.id).unwrap();
    assert_eq!(folders(&fixture), Vec::<String>::new());
    assert_eq!(
        names(&fixture.root().join("incoming")),
        Vec::<String>::new()
    );
}
