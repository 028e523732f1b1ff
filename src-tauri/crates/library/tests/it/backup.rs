//! Copies of a library, which are libraries.

use std::cell::Cell;
use std::fs;

use buzz_library::{Cancel, Copied, Error, Library};

use crate::fixture::{Fixture, import, names};

/// A library of two datasets, one of them with strays, and a conversation.
fn filled(fixture: &Fixture) -> Library {
    let library = fixture.open();
    let rows: String = (0..200).map(|n| format!("{n},{}.5\n", n * 3)).collect();
    let amounts = fixture.file("amounts.csv", &format!("id,amount\n{rows}200,see note\n"));
    import(&library, &amounts, None).unwrap();
    let towns = fixture.file("towns.csv", "town,land\nOslo,NO\nRome,IT\n");
    import(&library, &towns, None).unwrap();
    library
        .set_context("towns", "Where we have shops.")
        .unwrap();
    library.set_setting("theme", Some("dark")).unwrap();
    library
}

fn copy(library: &Library, fixture: &Fixture) -> Result<std::path::PathBuf, Error> {
    library.copy(fixture.folder.path(), "kept", &|_| (), &Cancel::new())
}

#[test]
fn a_copy_is_a_library_with_everything_in_it() {
    let fixture = Fixture::new();
    let library = filled(&fixture);
    let last = Cell::new(Copied { done: 0, total: 0 });
    let kept = library
        .copy(
            fixture.folder.path(),
            "kept",
            &|copied| {
                assert!(copied.done >= last.get().done && copied.done <= copied.total);
                last.set(copied);
            },
            &Cancel::new(),
        )
        .unwrap();
    assert_eq!(last.get().done, last.get().total);
    // It needs nothing of the first one.
    let old = library.datasets().unwrap();
    let files: Vec<_> = old
        .iter()
        .map(|dataset| fs::read(dataset.data_path(&library)).unwrap())
        .collect();
    drop(library);
    fs::remove_dir_all(fixture.root()).unwrap();
    let copied = Library::open(&kept).unwrap();
    assert_eq!(copied.datasets().unwrap(), old);
    for (dataset, bytes) in old.iter().zip(files) {
        assert_eq!(fs::read(dataset.data_path(&copied)).unwrap(), bytes);
        assert_eq!(
            copied.receipt(&dataset.id).unwrap().columns,
            dataset.columns
        );
        assert!(copied.profile(&dataset.id).unwrap().is_some());
    }
    assert!(
        copied
            .dataset("amounts")
            .unwrap()
            .strays_path(&copied)
            .is_some()
    );
    assert_eq!(
        copied.dataset("towns").unwrap().context,
        "Where we have shops."
    );
    assert_eq!(copied.setting("theme").unwrap().as_deref(), Some("dark"));
}

#[test]
fn a_second_copy_takes_another_name() {
    let fixture = Fixture::new();
    let library = filled(&fixture);
    for name in ["kept", "kept 2", "kept 3"] {
        assert_eq!(
            copy(&library, &fixture).unwrap(),
            fixture.folder.path().join(name)
        );
    }
}

#[test]
fn a_copy_that_is_cancelled_or_fails_leaves_nothing() {
    let fixture = Fixture::new();
    let library = filled(&fixture);
    let before = names(fixture.folder.path());
    let cancel = Cancel::new();
    let stop = |_| cancel.cancel();
    let error = library
        .copy(fixture.folder.path(), "kept", &stop, &cancel)
        .unwrap_err();
    assert_eq!(error.code(), "cancelled");
    assert_eq!(names(fixture.folder.path()), before);

    let towns = library.dataset("towns").unwrap();
    let data = towns.data_path(&library);
    fs::remove_dir_all(data.parent().unwrap()).unwrap();
    let error = copy(&library, &fixture).unwrap_err();
    assert_eq!(error.code(), "busy");
    assert_eq!(names(fixture.folder.path()), before);

    let nowhere = fixture.folder.path().join("towns.csv");
    let error = library
        .copy(&nowhere, "kept", &|_| (), &Cancel::new())
        .unwrap_err();
    assert_eq!(error.code(), "disk");
    let said = error.to_string();
    assert!(
        said.contains("towns.csv") && !said.contains("partial"),
        "{said}"
    );
}

#[test]
fn what_was_removed_after_it_was_copied_does_not_come_back_with_the_copy() {
    let fixture = Fixture::new();
    let library = filled(&fixture);
    let newest = fixture.file("newest.csv", "a,b\n1,2\n");
    import(&library, &newest, None).unwrap();
    let other = Library::open(&fixture.root()).unwrap();
    let size = |name: &str| -> u64 {
        let data = library.dataset(name).unwrap().data_path(&library);
        let files = fs::read_dir(data.parent().unwrap()).unwrap();
        files
            .map(|file| file.unwrap().metadata().unwrap().len())
            .sum()
    };
    let first = size("newest");
    let removed = Cell::new(false);
    let kept = library
        .copy(
            fixture.folder.path(),
            "kept",
            &|copied| {
                // The newest is copied first. When it is there, it goes, and so does one that is not there yet.
                if copied.done > first && !removed.replace(true) {
                    other.remove("newest").unwrap();
                    other.remove("amounts").unwrap();
                }
            },
            &Cancel::new(),
        )
        .unwrap();
    assert!(removed.get());
    let copied = Library::open(&kept).unwrap();
    assert_eq!(copied.datasets().unwrap(), library.datasets().unwrap());
    assert_eq!(names(&kept.join("datasets")).len(), 1);
}

#[test]
fn what_changes_while_it_is_copied_is_whole_in_the_copy() {
    let fixture = Fixture::new();
    let library = filled(&fixture);
    let other = Library::open(&fixture.root()).unwrap();
    let removed = Cell::new(false);
    let kept = library
        .copy(
            fixture.folder.path(),
            "kept",
            &|_| {
                if !removed.replace(true) {
                    other.remove("amounts").unwrap();
                }
            },
            &Cancel::new(),
        )
        .unwrap();
    let copied = Library::open(&kept).unwrap();
    let left: Vec<String> = (copied.datasets().unwrap().into_iter())
        .map(|dataset| dataset.name)
        .collect();
    // Towns were copied first, and were still there when amounts were gone.
    assert!(left.contains(&"towns".to_owned()), "{left:?}");
    for dataset in copied.datasets().unwrap() {
        assert!(dataset.data_path(&copied).is_file());
    }
}
