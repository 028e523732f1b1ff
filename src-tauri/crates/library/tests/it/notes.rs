//! What a person says about datasets, and the questions they trust.

use buzz_ingest::{Change, Options, Silent};
use buzz_library::{Cancel, Library, RememberedMatch, SendMode};

use crate::fixture::{Fixture, import};

#[test]
fn notes_are_kept_and_survive_the_loss_of_the_database() {
    let fixture = Fixture::new();
    let library = fixture.open();
    let dataset = import(&library, &fixture.file("a.csv", "name,n\nx,1\n"), None).unwrap();
    library
        .set_send(&dataset.id, Some(SendMode::Profile))
        .unwrap();
    library
        .set_column_notes(&dataset.id, "NAME", Some(" who it is "), Some(true))
        .unwrap();
    library.add_fact(&dataset.id, "FY starts in July.").unwrap();
    library
        .add_fact(&dataset.id, " FY starts in July. ")
        .unwrap();
    let remembered = |values: &[&str]| RememberedMatch {
        word: "acme".to_owned(),
        column: "Name".to_owned(),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    };
    library
        .remember_match(&dataset.id, &remembered(&["x"]))
        .unwrap();
    library
        .remember_match(&dataset.id, &remembered(&["x", "y"]))
        .unwrap();
    let notes = library.dataset(&dataset.id).unwrap().notes;
    assert_eq!(notes.send, Some(SendMode::Profile));
    assert_eq!(notes.columns["name"].description, "who it is");
    assert!(notes.never_sends("name") && !notes.never_sends("n"));
    assert_eq!(notes.facts, ["FY starts in July."]);
    assert_eq!(notes.matches.len(), 1);
    assert_eq!(notes.matches[0].values, ["x", "y"]);
    assert_eq!(notes.matches[0].column, "name");

    drop(library);
    for file in ["library.db", "library.db-wal", "library.db-shm"] {
        let _ = std::fs::remove_file(fixture.root().join(file));
    }
    let library = Library::open(&fixture.root()).unwrap();
    assert_eq!(library.dataset(&dataset.id).unwrap().notes, notes);

    library
        .remove_fact(&dataset.id, "FY starts in July.")
        .unwrap();
    library
        .remember_match(&dataset.id, &remembered(&[]))
        .unwrap();
    library
        .set_column_notes(&dataset.id, "name", Some(""), Some(false))
        .unwrap();
    let notes = library.set_send(&dataset.id, None).unwrap().notes;
    assert_eq!(notes, Default::default());
    let error = library
        .set_column_notes(&dataset.id, "nowhere", None, Some(true))
        .unwrap_err();
    assert_eq!(error.code(), "no_such_column");
}

#[test]
fn a_column_that_is_never_sent_stays_so_under_another_name() {
    let fixture = Fixture::new();
    let library = fixture.open();
    let dataset = import(&library, &fixture.file("a.csv", "name,n\nx,1\n"), None).unwrap();
    library
        .set_column_notes(&dataset.id, "name", None, Some(true))
        .unwrap();
    let change = Change {
        column: "name".to_owned(),
        name: Some("who".to_owned()),
        ..Change::default()
    };
    let changed = library
        .change_columns(
            &dataset.id,
            &[change],
            &Options::default(),
            &Silent,
            &Cancel::new(),
        )
        .unwrap();
    assert!(changed.notes.never_sends("who"));
    assert!(
        library
            .dataset(&dataset.id)
            .unwrap()
            .notes
            .never_sends("who")
    );
}

#[test]
fn verified_questions_are_kept_once() {
    let fixture = Fixture::new();
    let library = fixture.open();
    let a = import(&library, &fixture.file("a.csv", "n\n1\n"), None).unwrap();
    let b = import(&library, &fixture.file("b.csv", "n\n1\n"), None).unwrap();
    let both = [b.id.clone(), a.id.clone()];
    library
        .verify_question("How many?", "select 1", &both)
        .unwrap();
    let newest = library
        .verify_question(" How many? ", "select 2", &[a.id.clone(), b.id.clone()])
        .unwrap();
    let other = library
        .verify_question("How many?", "select 3", &both[..1])
        .unwrap();
    let all = library.verified_questions().unwrap();
    assert_eq!(all, [other.clone(), newest]);
    library.remove_verified_question(&other.id).unwrap();
    assert_eq!(library.verified_questions().unwrap().len(), 1);
    assert_eq!(
        library
            .remove_verified_question(&other.id)
            .unwrap_err()
            .code(),
        "no_such_verified_question"
    );
    assert_eq!(
        library
            .verify_question("?", "select 1", &["nowhere".to_owned()])
            .unwrap_err()
            .code(),
        "no_such_dataset"
    );
}

#[test]
fn a_conversation_is_searched_and_cut_off() {
    let fixture = Fixture::new();
    let library = fixture.open();
    let first = library.start_conversation("Umsätze", &[]).unwrap();
    let second = library.start_conversation("Other", &[]).unwrap();
    let mut ids = Vec::new();
    for text in ["ÄPFEL und Birnen", "viele", "noch eine Frage"] {
        let content = serde_json::json!({ "text": text });
        ids.push(library.append_message(&first.id, "user", &content).unwrap());
    }
    let found = library.search_conversations("äpfel").unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].excerpt.as_deref(), Some("ÄPFEL und Birnen"));
    assert_eq!(
        library.search_conversations("umsätze").unwrap()[0].excerpt,
        None
    );
    assert!(library.search_conversations("nirgends").unwrap().is_empty());
    assert_eq!(library.truncate_conversation(&first.id, ids[1]).unwrap(), 2);
    assert_eq!(
        library.truncate_conversation(&second.id, ids[0]).unwrap(),
        0
    );
    assert_eq!(library.conversation(&first.id).unwrap().1.len(), 1);
    let content = serde_json::json!({"text": "anew"});
    library
        .replace_message(&first.id, ids[0], &content)
        .unwrap();
    assert_eq!(
        library.conversation(&first.id).unwrap().1[0].content,
        content
    );
    assert!(
        library
            .replace_message(&second.id, ids[0], &content)
            .is_err()
    );
}
