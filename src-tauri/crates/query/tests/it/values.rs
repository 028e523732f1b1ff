//! Words and the cells that they may mean.

use std::time::Duration;

use buzz_query::{Cancel, FoundValues, Lookup, MatchKind, Narrowed, Place, Vocabulary};

use crate::fixture::Fixture;

fn fixture() -> Fixture {
    Fixture::with(&[(
        "orders",
        "SELECT * FROM (VALUES ('ACME Ltd.', 'Bern'), ('acme', 'Bern'), ('Acmé', 'Basel'), ('Globex', 'Bern'), ('Müller & Söhne', 'Köln'), \
         ('acme', 'Acmeville'), ('Initech', NULL)) t(customer, city)",
    )])
}

fn find(
    vocabulary: &Vocabulary,
    engine: &buzz_query::Engine,
    word: &str,
    column: Option<&str>,
) -> FoundValues {
    let lookup = Lookup {
        words: vec![word.to_owned()],
        places: vec![Place {
            table: "Orders".to_owned(),
            column: column.map(str::to_owned),
        }],
        limit: 10,
        timeout: Duration::from_secs(30),
    };
    vocabulary.find(engine, &lookup, &Cancel::new()).unwrap()
}

#[test]
fn every_spelling_is_found_with_its_rows() {
    let fixture = fixture();
    let engine = fixture.engine();
    let vocabulary = Vocabulary::new(Vocabulary::USUAL_MEMORY);
    let found = find(&vocabulary, &engine, "acme", Some("customer"));
    let cells: Vec<_> = found
        .matches
        .iter()
        .map(|m| (m.value.as_str(), m.count, m.kind))
        .collect();
    assert_eq!(
        cells,
        [
            ("acme", 2, MatchKind::Exact),
            ("Acmé", 1, MatchKind::Accent),
            ("ACME Ltd.", 1, MatchKind::Prefix),
        ]
    );
    for (word, value, kind) in [
        ("ACME", "acme", MatchKind::Case),
        ("sohne", "Müller & Söhne", MatchKind::Substring),
        ("söhne muller", "Müller & Söhne", MatchKind::Token),
        ("Globx", "Globex", MatchKind::Similar),
        ("Inietch", "Initech", MatchKind::Similar),
    ] {
        let found = find(&vocabulary, &engine, word, None);
        assert!(
            found
                .matches
                .iter()
                .any(|m| m.value == value && m.kind == kind),
            "{word}: {found:?}"
        );
    }
    for word in ["zzz", "", "  ", "ob"] {
        assert!(
            find(&vocabulary, &engine, word, None).matches.is_empty(),
            "{word}"
        );
    }
    let all = find(&vocabulary, &engine, "acme", None);
    assert!(
        all.matches
            .iter()
            .any(|m| m.column == "city" && m.value == "Acmeville")
    );
}

#[test]
fn a_memory_of_nothing_still_finds() {
    let fixture = fixture();
    let engine = fixture.engine();
    let vocabulary = Vocabulary::new(0);
    assert_eq!(
        find(&vocabulary, &engine, "acme", Some("customer"))
            .matches
            .len(),
        3
    );
}

#[test]
fn what_an_engine_does_not_have_is_not_found_though_it_was_read_before() {
    let fixture = fixture();
    let engine = fixture.engine();
    let vocabulary = Vocabulary::new(Vocabulary::USUAL_MEMORY);
    find(&vocabulary, &engine, "acme", None);
    let less = engine
        .narrowed(&[Narrowed {
            table: "orders".to_owned(),
            without: vec!["customer".to_owned()],
            rows: true,
        }])
        .unwrap();
    let found = find(&vocabulary, &less, "acme", None);
    assert!(
        found.matches.iter().all(|m| m.column == "city"),
        "{found:?}"
    );
}
