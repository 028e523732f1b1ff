//! Opening: rebuilding, adopting, sweeping, and several processes at once.

use std::fs;
use std::path::Path;

use buzz_library::Library;
use rusqlite::{Connection, params};

use crate::fixture::{Fixture, import, names};

#[test]
fn a_library_is_made_where_there_is_none() {
    let fixture = Fixture::new();
    let root = fixture.folder.path().join("a/b/it's [x] 🐝");
    let library = Library::open(&root).unwrap();
    assert_eq!(library.root(), root);
    assert_eq!(library.datasets().unwrap(), []);
    assert!(root.join("library.db").is_file());
}

#[test]
fn close_and_open_again() {
    let fixture = Fixture::new();
    let library = fixture.open();
    let dataset = import(&library, &fixture.file("a.csv", "a\n1\n"), None).unwrap();
    let conversation = library
        .start_conversation("t", std::slice::from_ref(&dataset.id))
        .unwrap();
    drop(library);
    let library = fixture.open();
    assert_eq!(library.datasets().unwrap(), [dataset]);
    assert_eq!(library.conversations().unwrap(), [conversation]);
}

#[test]
fn a_damaged_database_is_kept_aside_and_rebuilt() {
    let fixture = Fixture::new();
    let library = fixture.open();
    let source = fixture.file("a.csv", "a\n1\n");
    import(&library, &source, None).unwrap();
    import(&library, &source, None).unwrap();
    let before = library.datasets().unwrap();
    drop(library);
    let path = fixture.root().join("library.db");
    for (round, damage) in ["zeros", "text", "middle"].into_iter().enumerate() {
        let mut bytes = fs::read(&path).unwrap();
        match damage {
            "zeros" => bytes.fill(0),
            "text" => bytes = b"this is no database".repeat(500),
            _ => {
                let middle = 100..bytes.len();
                bytes[middle].fill(0xA5);
            }
        }
        // What the last process wrote must not mend it behind our back.
        for suffix in ["-wal", "-shm"] {
            let _ = fs::remove_file(fixture.root().join(format!("library.db{suffix}")));
        }
        fs::write(&path, bytes).unwrap();
        let library = fixture.open();
        assert_eq!(library.datasets().unwrap(), before, "{damage}");
        assert!(
            fixture
                .root()
                .join(format!("library.db.damaged-{}", round + 1))
                .is_file(),
            "{damage}"
        );
        assert_eq!(library.dataset("a 2").unwrap().rows, 1);
    }
}

#[test]
fn an_empty_database_file_is_filled() {
    let fixture = Fixture::new();
    let dataset = import(&fixture.open(), &fixture.file("a.csv", "a\n1\n"), None).unwrap();
    for suffix in ["-wal", "-shm"] {
        let _ = fs::remove_file(fixture.root().join(format!("library.db{suffix}")));
    }
    fs::write(fixture.root().join("library.db"), "").unwrap();
    assert_eq!(fixture.open().datasets().unwrap(), [dataset]);
}

#[test]
fn a_newer_library_is_left_alone() {
    let fixture = Fixture::new();
    drop(fixture.open());
    let db = rusqlite::Connection::open(fixture.root().join("library.db")).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    drop(db);
    let error = Library::open(&fixture.root()).unwrap_err();
    assert_eq!(error.code(), "newer_library");
    assert!(
        error.to_string().contains("install that version"),
        "{error}"
    );
    assert!(
        !names(&fixture.root())
            .iter()
            .any(|name| name.contains("damaged"))
    );
}

/// It has one dataset, whose column of amounts was read anew as one of numbers.
#[test]
fn a_library_of_the_first_release_opens() {
    let fixture = Fixture::new();
    copy(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/first-release"),
        &fixture.root(),
    );
    for _ in 0..2 {
        let library = fixture.open();
        let [dataset] = &library.datasets().unwrap()[..] else {
            panic!("there is one dataset");
        };
        assert_eq!((dataset.name.as_str(), dataset.rows), ("sales", 4));
        assert_eq!(
            dataset.strays, 2,
            "`1,250.00` and `n/k` are no plain numbers"
        );
        assert_eq!(dataset.context, "What was sold in the first week.");
        let types: Vec<_> = (dataset.columns.iter())
            .map(|column| (column.name.as_str(), column.sql_type.as_str()))
            .collect();
        assert_eq!(
            types,
            [
                ("id", "VARCHAR"),
                ("when", "DATE"),
                ("amount", "DECIMAL(4,2)"),
                ("note", "VARCHAR")
            ]
        );
        assert_eq!(dataset.notes.tags, ["weekly"]);
        assert_eq!(dataset.notes.facts, ["Amounts are in euros."]);
        assert!(dataset.data_path(&library).is_file());
        assert!(dataset.strays_path(&library).unwrap().is_file());
        library.set_setting("seen", Some("yes")).unwrap();
    }
}

#[test]
fn an_older_database_is_brought_up_to_date_and_a_copy_of_it_is_kept() {
    let fixture = Fixture::new();
    let library = fixture.open();
    let dataset = import(&library, &fixture.file("a.csv", "a\n1\n2\n"), None).unwrap();
    drop(library);
    older(&fixture, &dataset.id);
    let library = fixture.open();
    assert_eq!(library.datasets().unwrap(), std::slice::from_ref(&dataset));
    assert_eq!(library.setting("model").unwrap().as_deref(), Some("m"));
    assert_eq!(library.conversations().unwrap()[0].title, "An old one");
    drop(library);
    drop(fixture.open());
    let copies: Vec<_> = names(&fixture.root())
        .into_iter()
        .filter(|name| name.contains("version") || name.contains("copy"))
        .collect();
    assert_eq!(copies, ["library.db.version-1"]);
    let kept = Connection::open(fixture.root().join("library.db.version-1")).unwrap();
    let version: i64 = kept
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    let title: String = kept
        .query_row("SELECT title FROM conversations", [], |row| row.get(0))
        .unwrap();
    assert_eq!((version, title.as_str()), (1, "An old one"));
}

/// Puts a database of the first version in the place of the present one, with the same dataset in it.
fn older(fixture: &Fixture, dataset: &str) {
    let path = fixture.root().join("library.db");
    let now = Connection::open(&path).unwrap();
    let old_path = fixture.root().join("old.db");
    let old = Connection::open(&old_path).unwrap();
    old.pragma_update(None, "journal_mode", "WAL").unwrap();
    old.execute_batch(include_str!("version-1.sql")).unwrap();
    drop(old);
    now.execute("ATTACH DATABASE ? AS old", [old_path.to_str().unwrap()])
        .unwrap();
    let columns = "id, name, name_key, created, source_path, source_bytes, blake3, rows, columns, parquet_bytes, \
                   strays, context";
    now.execute(
        &format!(
            "INSERT INTO old.datasets ({columns}) SELECT {columns} FROM main.datasets WHERE id = ?"
        ),
        [dataset],
    )
    .unwrap();
    now.execute("INSERT INTO old.settings VALUES ('model', 'm')", [])
        .unwrap();
    now.execute(
        "INSERT INTO old.conversations VALUES ('c', 'An old one', ?, ?, ?)",
        params![
            format!("[\"{dataset}\"]"),
            "2026-01-01T00:00:00.000Z",
            "2026-01-01T00:00:00.000Z"
        ],
    )
    .unwrap();
    drop(now);
    for suffix in ["-wal", "-shm"] {
        let _ = fs::remove_file(fixture.root().join(format!("library.db{suffix}")));
    }
    fs::rename(old_path, path).unwrap();
}

/// Copies a folder with everything in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for name in names(from) {
        let (from, to) = (from.join(&name), to.join(&name));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(from, to).unwrap();
        }
    }
}

#[test]
fn whole_datasets_are_adopted_and_anything_else_is_swept() {
    let fixture = Fixture::new();
    let library = fixture.open();
    let dataset = import(&library, &fixture.file("a.csv", "a,b\n1,2\n"), None).unwrap();
    drop(library);
    let datasets = fixture.root().join("datasets");
    let whole = datasets.join(&dataset.id);
    let copy = |to: &str| {
        let to = datasets.join(to);
        fs::create_dir(&to).unwrap();
        for name in names(&whole) {
            fs::copy(whole.join(&name), to.join(&name)).unwrap();
        }
        to
    };
    let adopted = "01890000-0000-7000-8000-000000000001";
    copy(adopted);
    fs::remove_file(copy("01890000-0000-7000-8000-000000000002").join("receipt.json")).unwrap();
    fs::write(
        copy("01890000-0000-7000-8000-000000000003").join("receipt.json"),
        "{",
    )
    .unwrap();
    fs::remove_file(copy("01890000-0000-7000-8000-000000000004").join("data.parquet")).unwrap();
    let cut = copy("01890000-0000-7000-8000-000000000005").join("data.parquet");
    let bytes = fs::read(&cut).unwrap();
    fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    copy("no id at all");
    fs::create_dir(datasets.join("01890000-0000-7000-8000-000000000006")).unwrap();
    let library = fixture.open();
    let mut found: Vec<_> = library
        .datasets()
        .unwrap()
        .into_iter()
        .map(|d| (d.id, d.name))
        .collect();
    found.sort();
    assert_eq!(
        found,
        [
            (adopted.to_owned(), "a 2".to_owned()),
            (dataset.id.clone(), "a".to_owned())
        ]
    );
    assert_eq!(names(&datasets).len(), 2);
    assert_eq!(
        names(&fixture.root().join("incoming")),
        Vec::<String>::new()
    );
}

#[test]
fn a_dataset_whose_files_are_gone_is_forgotten() {
    let fixture = Fixture::new();
    let library = fixture.open();
    let dataset = import(&library, &fixture.file("a.csv", "a\n1\n"), None).unwrap();
    drop(library);
    fs::remove_dir_all(fixture.root().join("datasets").join(&dataset.id)).unwrap();
    assert_eq!(fixture.open().datasets().unwrap(), []);
}

#[test]
fn many_open_at_once() {
    let fixture = Fixture::new();
    import(&fixture.open(), &fixture.file("a.csv", "a\n1\n"), None).unwrap();
    fs::remove_file(fixture.root().join("library.db")).unwrap();
    for suffix in ["-wal", "-shm"] {
        let _ = fs::remove_file(fixture.root().join(format!("library.db{suffix}")));
    }
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let fixture = &fixture;
            scope.spawn(move || {
                let library = fixture.open();
                assert_eq!(library.datasets().unwrap().len(), 1);
                for n in 0..10 {
                    library
                        .set_setting(&format!("{thread}-{n}"), Some("x"))
                        .unwrap();
                }
            });
        }
    });
    let library = fixture.open();
    for thread in 0..8 {
        for n in 0..10 {
            assert_eq!(
                library
                    .setting(&format!("{thread}-{n}"))
                    .unwrap()
                    .as_deref(),
                Some("x")
            );
        }
    }
}
