//! The handlers from end to end, without a desktop: what the window's calls come to.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::ipc::reader::StreamReader;
use buzz_chat::bedrock::ConfigFiles;
use buzz_library::Library;
use buzz_testkit::bedrock::{Script, StandIn, Turn};
use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::chat::{self, Changed, Known, Question};
use crate::commands::{aws, chat as conversations, datasets, ledger, query, settings, table};
use crate::import::Wanted;
use crate::shell::Shell;
use crate::wire::{
    Appearance, Arrangement, Audited, CellRange, CellSearch, ChatEvent, ColumnChange, Condition,
    Confirm, DatasetSummary, Ended, ExportEvent, ExportFormat, ExportSource, ExportStyle,
    FigureSource, Filter, JobEvent, Privacy, Resources, Role, RowsOf, SendMode, Settings, SortKey,
    Theme,
};
use crate::{export, import};

/// The first table of a file, under the file's name.
fn table_of(path: &Path) -> Wanted {
    Wanted::Table {
        path: path.to_owned(),
        table: None,
        name: None,
    }
}

/// A shell over a library of its own, in a folder that goes with it.
struct Host {
    folder: TempDir,
    shell: Arc<Shell>,
}

impl Host {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let shell = Arc::new(Shell::new(
            Library::open(&folder.path().join("library")).unwrap(),
        ));
        Self { folder, shell }
    }

    /// A host whose AWS is the stand-in.
    fn with_bedrock(stand_in: &StandIn) -> Self {
        let folder = TempDir::new().unwrap();
        let (config, credentials) = stand_in.config_files(folder.path());
        let mut shell = Shell::new(Library::open(&folder.path().join("library")).unwrap());
        shell.aws_files = ConfigFiles {
            config: Some(config),
            credentials: Some(credentials),
        };
        Self {
            folder,
            shell: Arc::new(shell),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Starts a conversion: the job's id, and what becomes of it.
    fn import(&self, path: &Path) -> (String, UnboundedReceiver<JobEvent>) {
        let (sender, events) = unbounded_channel();
        let send = move |event| drop(sender.send(event));
        (
            import::start(&self.shell, table_of(path), send).unwrap(),
            events,
        )
    }

    /// Converts a file of this text to its end.
    async fn dataset(&self, name: &str, text: &str) -> DatasetSummary {
        self.dataset_of(&self.file(name, text)).await
    }

    /// The dataset of a file.
    async fn dataset_of(&self, file: &Path) -> DatasetSummary {
        let (_, mut events) = self.import(file);
        match last(&mut events).await {
            JobEvent::Done { dataset } => dataset,
            other => panic!("the conversion ended with {other:?}"),
        }
    }

    /// Exports to its end.
    async fn export(&self, what: ExportSource, path: &Path) -> ExportEvent {
        let format = match path.extension().and_then(|extension| extension.to_str()) {
            Some("parquet") => ExportFormat::Parquet,
            Some("xlsx") => ExportFormat::Xlsx,
            _ => ExportFormat::Csv,
        };
        self.export_as(what, path, style(format)).await
    }

    /// Exports in a style.
    async fn export_as(&self, what: ExportSource, path: &Path, style: ExportStyle) -> ExportEvent {
        let (sender, mut events) = unbounded_channel();
        let send = move |event| drop(sender.send(event));
        export::start(&self.shell, what, path.to_owned(), style, send).unwrap();
        last(&mut events).await
    }

    /// What is left of unfinished work.
    fn incoming(&self) -> Vec<PathBuf> {
        std::fs::read_dir(self.shell.library.root().join("incoming"))
            .map(|entries| entries.map(|entry| entry.unwrap().path()).collect())
            .unwrap_or_default()
    }
}

/// A form as it is usually written.
fn style(format: ExportFormat) -> ExportStyle {
    ExportStyle {
        format,
        delimiter: ",".to_owned(),
        byte_order_mark: false,
        guards_formulas: false,
        audit: None,
    }
}

/// The last event: the one after which the sender is gone.
async fn last<T>(events: &mut UnboundedReceiver<T>) -> T {
    let mut last = None;
    while let Some(event) = events.recv().await {
        last = Some(event);
    }
    last.unwrap()
}

/// Cities with their temperatures, so many rows.
fn cities(rows: usize) -> String {
    let mut text = String::from("id,city,degrees\n");
    for row in 0..rows {
        writeln!(
            text,
            "{row},\"City, {}\",{}.{}",
            row % 7,
            row % 40,
            row % 10
        )
        .unwrap();
    }
    text
}

/// The batches of an Arrow IPC stream.
fn batches(bytes: &[u8]) -> Vec<RecordBatch> {
    StreamReader::try_new(bytes, None)
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

/// The rows of an Arrow IPC stream.
fn rows(bytes: &[u8]) -> usize {
    batches(bytes).iter().map(RecordBatch::num_rows).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_becomes_a_dataset_that_can_be_paged_and_shown() {
    let host = Host::new();
    let dataset = host.dataset("cities.csv", &cities(1_000)).await;
    assert_eq!(
        (dataset.name.as_str(), dataset.rows, dataset.columns),
        ("cities", 1_000, 3)
    );
    assert_eq!(
        rows(
            &datasets::page(&host.shell, dataset.id.clone(), 0, 100)
                .await
                .unwrap()
        ),
        100
    );
    assert_eq!(
        rows(
            &datasets::page(&host.shell, dataset.id.clone(), 950, 100)
                .await
                .unwrap()
        ),
        50
    );
    let beyond = datasets::page(&host.shell, dataset.id.clone(), 5_000, 100)
        .await
        .unwrap();
    assert_eq!(rows(&beyond), 0);
    assert_eq!(
        StreamReader::try_new(&*beyond, None)
            .unwrap()
            .schema()
            .fields()
            .len(),
        3
    );
    let detail = datasets::show(&host.shell, dataset.id.clone())
        .await
        .unwrap();
    assert_eq!(detail.columns[1].name, "city");
    assert_eq!(detail.receipt["rows_read"], 1_000);
    assert!(detail.profile.is_some());
    assert!(host.incoming().is_empty());
    assert!(host.shell.in_flight.is_idle());

    datasets::remove(&host.shell, dataset.id.clone())
        .await
        .unwrap();
    assert!(host.shell.library.datasets().unwrap().is_empty());
    let gone = datasets::page(&host.shell, dataset.id, 0, 100)
        .await
        .unwrap_err();
    assert_eq!(gone.code, "no_such_dataset");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_removed_can_be_had_back_until_the_program_ends() {
    let host = Host::new();
    let (_, mut events) = host.import(&host.file("one.csv", &cities(10)));
    let JobEvent::Done { dataset } = last(&mut events).await else {
        panic!("the file is converted");
    };
    let remove = || datasets::remove(&host.shell, dataset.id.clone());
    remove().await.unwrap();
    let back = host.shell.bring_back(&dataset.id).unwrap();
    assert_eq!(DatasetSummary::from(back), dataset);
    remove().await.unwrap();
    host.shell.let_go();
    let gone = host.shell.bring_back(&dataset.id).unwrap_err();
    assert_eq!(gone.code(), "no_such_dataset");
    let datasets = host.folder.path().join("library/datasets");
    assert_eq!(std::fs::read_dir(datasets).unwrap().count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_did_not_fit_is_shown_and_its_column_is_read_in_another_way() {
    let host = Host::new();
    let mut text = String::from("id,amount\n");
    for row in 1..=2_000 {
        let amount = if row % 1_000 == 7 {
            "see note".to_owned()
        } else {
            format!("{row}.5")
        };
        writeln!(text, "{row},{amount}").unwrap();
    }
    let (_, mut events) = host.import(&host.file("amounts.csv", &text));
    let JobEvent::Done { dataset } = last(&mut events).await else {
        panic!("the file is converted");
    };
    let strays = |limit| {
        datasets::strays(
            &host.shell,
            dataset.id.clone(),
            "amount".to_owned(),
            0,
            limit,
        )
    };
    assert_eq!(rows(&strays(10).await.unwrap()), 2);
    assert_eq!(rows(&strays(1).await.unwrap()), 1);

    let again = |wanted| {
        let (sender, events) = unbounded_channel();
        let send = move |event| drop(sender.send(event));
        import::start(&host.shell, wanted, send).unwrap();
        events
    };
    let change = ColumnChange {
        column: "amount".to_owned(),
        sql_type: None,
        date_order: None,
        missing: Some(vec!["see note".to_owned()]),
    };
    let mut events = again(Wanted::Change {
        dataset: dataset.id.clone(),
        change,
    });
    let JobEvent::Done { dataset: changed } = last(&mut events).await else {
        panic!("the column is read anew");
    };
    assert_eq!((changed.generation, changed.strays), (2, 0));
    assert_eq!(strays(10).await.unwrap_err().code, "no_such_table");
    let detail = datasets::show(&host.shell, dataset.id.clone())
        .await
        .unwrap();
    assert_eq!(detail.columns[1].missing, ["see note"]);
    assert_eq!(detail.columns[1].nulls, 2);

    let mut events = again(Wanted::Refresh {
        dataset: dataset.id.clone(),
    });
    let JobEvent::Done { dataset: refreshed } = last(&mut events).await else {
        panic!("the file is read anew");
    };
    assert_eq!((refreshed.generation, refreshed.strays), (3, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_is_a_dataset_like_any_other() {
    let host = Host::new();
    for name in ["wildlife strikes", "wildlife strikes 2"] {
        let (sender, mut events) = unbounded_channel();
        let send = move |event| drop(sender.send(event));
        import::start(&host.shell, Wanted::Sample, send).unwrap();
        let JobEvent::Done { dataset } = last(&mut events).await else {
            panic!("the sample is converted");
        };
        assert_eq!(
            (dataset.name.as_str(), dataset.rows, dataset.columns),
            (name, 10_000, 14)
        );
    }
    assert_eq!(host.shell.library.changed().unwrap(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn files_wait_for_their_turn_and_are_converted_in_order() {
    let host = Host::new();
    let turn = Arc::clone(&host.shell.turn).lock_owned().await;
    let (_, mut first) = host.import(&host.file("one.csv", &cities(10)));
    let (_, mut second) = host.import(&host.file("two.csv", &cities(20)));
    let (third_id, mut third) = host.import(&host.file("three.csv", &cities(30)));
    assert_eq!(first.recv().await.unwrap(), JobEvent::Queued);
    assert_eq!(second.recv().await.unwrap(), JobEvent::Queued);
    assert_eq!(third.recv().await.unwrap(), JobEvent::Queued);

    // One that waits is cancelled at once, without a turn.
    assert!(host.shell.in_flight.cancel(&third_id));
    assert_eq!(last(&mut third).await, JobEvent::Cancelled);

    drop(turn);
    assert!(matches!(last(&mut first).await, JobEvent::Done { .. }));
    assert!(matches!(last(&mut second).await, JobEvent::Done { .. }));
    let mut datasets = host.shell.library.datasets().unwrap();
    datasets.sort_by(|a, b| a.created.cmp(&b.created).then_with(|| a.id.cmp(&b.id)));
    let names: Vec<_> = datasets
        .iter()
        .map(|dataset| dataset.name.as_str())
        .collect();
    assert_eq!(names, ["one", "two"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_conversion_is_cancelled_and_leaves_nothing_behind() {
    let host = Host::new();
    let path = host.file("many.csv", &cities(400_000));
    let (sender, mut events) = unbounded_channel();
    let shell = Arc::clone(&host.shell);
    let job = import::start(&host.shell, table_of(&path), move |event| {
        // It is the first job of this process, so its id is known before it begins.
        if matches!(event, JobEvent::Progress { .. }) {
            shell.in_flight.cancel("import-1");
        }
        drop(sender.send(event));
    })
    .unwrap();
    assert_eq!(job, "import-1");
    assert_eq!(last(&mut events).await, JobEvent::Cancelled);
    assert!(host.shell.library.datasets().unwrap().is_empty());
    assert!(host.incoming().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_cancels_all_work_and_waits_for_its_end() {
    let host = Host::new();
    let turn = Arc::clone(&host.shell.turn).lock_owned().await;
    let (_, mut events) = host.import(&host.file("one.csv", &cities(10)));
    host.shell.in_flight.close();
    host.shell.in_flight.idle().await;
    assert_eq!(last(&mut events).await, JobEvent::Cancelled);
    drop(turn);
    let refused = import::start(&host.shell, table_of(&host.path("one.csv")), |_| {}).unwrap_err();
    assert_eq!(refused.code, "closing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversion_that_fails_says_why_and_the_next_one_runs() {
    let host = Host::new();
    let (_, mut missing) = host.import(&host.path("missing.csv"));
    let (_, mut empty) = host.import(&host.file("empty.csv", ""));
    let (_, mut good) = host.import(&host.file("good.csv", &cities(3)));
    let JobEvent::Failed { code, message } = last(&mut missing).await else {
        panic!("it must fail")
    };
    assert_eq!(code, "not_found");
    assert!(message.contains("missing.csv"), "{message}");
    let JobEvent::Failed { code, .. } = last(&mut empty).await else {
        panic!("it must fail")
    };
    assert_eq!(code, "empty_file");
    assert!(matches!(last(&mut good).await, JobEvent::Done { .. }));
    assert!(host.incoming().is_empty());
}

/// The rows of the cities of one number, the warmest first.
fn warmest(city: &str) -> Arrangement {
    Arrangement {
        sort: vec![SortKey {
            column: 2,
            descending: true,
        }],
        filters: vec![Filter {
            column: 1,
            condition: Condition::StartsWith {
                value: city.to_owned(),
            },
        }],
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rows_of_a_dataset_are_arranged_added_up_looked_through_and_exported() {
    let host = Host::new();
    let dataset = host.dataset("cities.csv", &cities(1_000)).await;
    let of = RowsOf::Dataset {
        id: dataset.id.clone(),
    };
    let result = table::arrange(&host.shell, of.clone(), warmest("city, 3"), "a", |_| ())
        .await
        .unwrap();
    assert_eq!(result.rows, 143);
    assert_eq!(result.columns.len(), 4);
    let arranged = RowsOf::Result {
        result_id: result.result_id.clone(),
    };
    let cells = |end_row| CellRange {
        columns: vec![2],
        first_row: 0,
        end_row,
    };
    let summary = table::summary(&host.shell, arranged.clone(), cells(2), "b")
        .await
        .unwrap();
    assert_eq!(summary.cells, 2);
    assert_eq!(summary.max.as_deref(), Some("39.9"));
    let all = table::summary(&host.shell, of.clone(), cells(1_000), "c")
        .await
        .unwrap();
    assert_eq!((all.numbers, all.sum.as_deref()), (1_000, Some("19950.0")));

    let search = |text: &str| CellSearch {
        texts: vec![text.to_owned()],
        columns: vec![0, 1, 2],
        row: 0,
        column: 0,
        backwards: false,
    };
    let found = table::find(&host.shell, of.clone(), search("999"), "d")
        .await
        .unwrap()
        .unwrap();
    assert_eq!((found.row, found.column), (999, 0));
    let nowhere = table::find(&host.shell, arranged, search("Oslo"), "e").await;
    assert_eq!(nowhere.unwrap(), None);

    let wanted = buzz_query::Frequent {
        column: 1,
        filters: vec![
            Filter {
                column: 0,
                condition: Condition::Less {
                    value: "7".to_owned(),
                },
            }
            .into(),
        ],
        limit: 5,
        ..buzz_query::Frequent::default()
    };
    let values = table::values(&host.shell, of.clone(), wanted, "f")
        .await
        .unwrap();
    assert!(values.more);
    assert!(values.values.iter().all(|value| value.count == 1));

    let out = host.path("warmest.csv");
    let what = ExportSource::Columns {
        result_id: result.result_id,
        columns: vec![2, 0],
    };
    let done = host.export(what, &out).await;
    assert!(
        matches!(done, ExportEvent::Done { rows: 143, .. }),
        "{done:?}"
    );
    let text = std::fs::read_to_string(&out).unwrap();
    assert!(text.starts_with("degrees,id\n39.9,"), "{text}");

    let wrong = Arrangement {
        sort: Vec::new(),
        filters: vec![Filter {
            column: 0,
            condition: Condition::Equal {
                value: "many".to_owned(),
            },
        }],
    };
    let failure = table::arrange(&host.shell, of, wrong, "g", |_| ())
        .await
        .unwrap_err();
    assert_eq!(failure.code, "condition");
    assert!(host.shell.in_flight.is_idle());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rows_of_a_result_are_arranged_as_those_of_a_dataset() {
    let host = Host::new();
    let dataset = host.dataset("cities.csv", &cities(100)).await;
    let sql = "select city, city as city, degrees, 'x' as note from cities".to_owned();
    let result = query::run(&host.shell, vec![dataset.id], sql, "q")
        .await
        .unwrap();
    let of = RowsOf::Result {
        result_id: result.result_id.clone(),
    };
    let arranged = table::arrange(&host.shell, of.clone(), warmest("CITY, 3"), "a", |_| ())
        .await
        .unwrap();
    assert_eq!((arranged.rows, arranged.columns.len()), (14, 5));
    host.shell.release(&result.result_id);
    let gone = table::arrange(&host.shell, of, warmest("City"), "b", |_| ())
        .await
        .unwrap_err();
    assert_eq!(gone.code, "result_gone");
    // What was arranged is a result of its own.
    let page = query::page(&host.shell, arranged.result_id, 0, 100).await;
    assert_eq!(rows(&page.unwrap()), 14);
}

#[tokio::test(flavor = "multi_thread")]
async fn cells_that_did_not_fit_are_told_by_their_row() {
    let host = Host::new();
    let mut text = String::from("id,amount\n");
    for row in 0..5_000 {
        let amount = if row == 4_000 { "see note" } else { "1.5" };
        writeln!(text, "{row},{amount}").unwrap();
    }
    let dataset = host.dataset("strays.csv", &text).await;
    let strays = table::strays(&host.shell, dataset.id.clone(), vec![1, 4_001])
        .await
        .unwrap();
    assert_eq!(strays.len(), 1);
    assert_eq!(
        (
            strays[0].row,
            strays[0].column.as_str(),
            strays[0].text.as_str()
        ),
        (4_001, "amount", "see note")
    );
    let none = table::strays(&host.shell, dataset.id, vec![1, 2]).await;
    assert!(none.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_is_kept_paged_exported_and_released() {
    let host = Host::new();
    let dataset = host.dataset("cities.csv", &cities(100)).await;
    let sql = "select id, city, degrees from cities where id < 3 order by id desc".to_owned();
    let result = query::run(&host.shell, vec![dataset.id.clone()], sql, "q")
        .await
        .unwrap();
    assert_eq!(result.rows, 3);
    let names: Vec<_> = result
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    assert_eq!(names, ["id", "city", "degrees"]);
    assert_eq!(
        rows(
            &query::page(&host.shell, result.result_id.clone(), 1, 10)
                .await
                .unwrap()
        ),
        2
    );

    let out = host.path("result.csv");
    let what = ExportSource::Result {
        result_id: result.result_id.clone(),
    };
    let done = host.export(what.clone(), &out).await;
    assert!(
        matches!(done, ExportEvent::Done { rows: 3, .. }),
        "{done:?}"
    );
    let text = std::fs::read_to_string(&out).unwrap();
    assert_eq!(
        text,
        "id,city,degrees\n2,\"City, 2\",2.2\n1,\"City, 1\",1.1\n0,\"City, 0\",0.0\n"
    );

    // The whole dataset over the same file: the dialog has asked whether it may be replaced.
    let done = host
        .export(
            ExportSource::Dataset {
                id: dataset.id.clone(),
            },
            &out,
        )
        .await;
    assert!(
        matches!(done, ExportEvent::Done { rows: 100, .. }),
        "{done:?}"
    );
    assert_eq!(std::fs::read_to_string(&out).unwrap(), cities(100));

    let done = host
        .export(
            ExportSource::Dataset { id: dataset.id },
            &host.path("all.parquet"),
        )
        .await;
    assert!(
        matches!(done, ExportEvent::Done { rows: 100, .. }),
        "{done:?}"
    );
    assert_eq!(
        &std::fs::read(host.path("all.parquet")).unwrap()[..4],
        b"PAR1"
    );

    host.shell.release(&result.result_id);
    let gone = query::page(&host.shell, result.result_id, 0, 10)
        .await
        .unwrap_err();
    assert_eq!(gone.code, "result_gone");
    let failed = host.export(what, &out).await;
    assert!(
        matches!(&failed, ExportEvent::Failed { code, .. } if code == "result_gone"),
        "{failed:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_written_as_asked_with_where_it_comes_from_beside_it() {
    let host = Host::new();
    let dataset = host.dataset("cities.csv", &cities(3)).await;
    let what = ExportSource::Dataset {
        id: dataset.id.clone(),
    };
    let out = host.path("out.csv");
    let asked = ExportStyle {
        delimiter: ";".to_owned(),
        byte_order_mark: true,
        audit: Some(Audited {
            question: Some("Which cities?".to_owned()),
            sql: Some("from cities".to_owned()),
            dataset_ids: vec![dataset.id.clone()],
        }),
        ..style(ExportFormat::Csv)
    };
    let done = host.export_as(what.clone(), &out, asked).await;
    assert!(
        matches!(
            done,
            ExportEvent::Done {
                rows: 3,
                cut: 0,
                ..
            }
        ),
        "{done:?}"
    );
    let text = std::fs::read_to_string(&out).unwrap();
    assert!(text.starts_with("\u{feff}id;city;degrees\n"), "{text}");
    let audit = std::fs::read_to_string(host.path("out.csv.audit.md")).unwrap();
    let receipt = host.shell.library.receipt(&dataset.id).unwrap();
    let hash = blake3::hash(text.as_bytes()).to_hex().to_string();
    for wanted in [
        "> Which cities?",
        "from cities",
        "3 read = 3 in the dataset",
        &hash,
        &receipt.source.blake3,
    ] {
        assert!(audit.contains(wanted), "{wanted} is not in {audit}");
    }

    let out = host.path("out.xlsx");
    let done = host.export(what.clone(), &out).await;
    assert!(
        matches!(done, ExportEvent::Done { rows: 3, .. }),
        "{done:?}"
    );
    let again = host.dataset_of(&out).await;
    assert_eq!((again.rows, again.columns), (3, 3));

    let odd = ExportStyle {
        delimiter: "||".to_owned(),
        ..style(ExportFormat::Csv)
    };
    let failed = host.export_as(what, &host.path("odd.csv"), odd).await;
    assert!(
        matches!(&failed, ExportEvent::Failed { code, .. } if code == "delimiter"),
        "{failed:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_to_nowhere_fails_and_leaves_nothing() {
    let host = Host::new();
    let dataset = host.dataset("cities.csv", &cities(10)).await;
    let out = host.path("no/such/folder/out.csv");
    let failed = host
        .export(ExportSource::Dataset { id: dataset.id }, &out)
        .await;
    assert!(
        matches!(&failed, ExportEvent::Failed { code, .. } if code == "write_failed"),
        "{failed:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn sql_that_is_no_read_of_the_datasets_is_refused() {
    let host = Host::new();
    let one = host.dataset("one.csv", &cities(10)).await;
    host.dataset("two.csv", &cities(10)).await;
    let other = host.file("secret.csv", "a\n1\n");
    let cases = [
        ("select * from two".to_owned(), "refused"),
        ("selec 1".to_owned(), "sql_error"),
        ("drop view one".to_owned(), "not_one_read"),
        ("select 1; select 2".to_owned(), "not_one_read"),
        (
            format!("copy one to '{}'", host.path("copy.csv").display()),
            "not_one_read",
        ),
        (
            format!("select * from read_csv('{}')", other.display()),
            "refused",
        ),
        ("select * from duckdb_settings()".to_owned(), "refused"),
    ];
    for (sql, code) in cases {
        let ids = vec![one.id.clone()];
        let refused = query::run(&host.shell, ids, sql.clone(), "q")
            .await
            .unwrap_err();
        assert_eq!(refused.code, code, "{sql}: {}", refused.message);
        assert!(!refused.message.is_empty());
    }
    assert!(!host.path("copy.csv").exists());
    // Without a choice, all datasets are in scope.
    let all = "select (select count(*) from one) + (select count(*) from two) as n".to_owned();
    assert_eq!(
        query::run(&host.shell, Vec::new(), all, "q")
            .await
            .unwrap()
            .rows,
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_query_is_stopped() {
    let host = Host::new();
    let dataset = host.dataset("cities.csv", &cities(10_000)).await;
    let sql = "select count(*) from cities a, cities b, cities c where a.id + b.id = c.id * 3.5"
        .to_owned();
    let shell = Arc::clone(&host.shell);
    let running =
        tokio::spawn(async move { query::run(&shell, vec![dataset.id], sql, "long").await });
    while !host.shell.in_flight.cancel("long") {
        tokio::task::yield_now().await;
    }
    assert_eq!(running.await.unwrap().unwrap_err().code, "cancelled");
    assert!(host.shell.in_flight.is_idle());
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_kept_and_an_empty_text_is_no_choice() {
    let host = Host::new();
    assert_eq!(
        settings::get(&host.shell).await.unwrap(),
        Settings::default()
    );
    let chosen = Settings {
        profile: Some("work".to_owned()),
        region: Some(" ".to_owned()),
        model: None,
    };
    settings::set(&host.shell, chosen).await.unwrap();
    let kept = settings::get(&host.shell).await.unwrap();
    assert_eq!(
        kept,
        Settings {
            profile: Some("work".to_owned()),
            region: None,
            model: None
        }
    );
}

/// Asks to the end: the conversation's id, and every event.
async fn ask(host: &Host, question: Question, request_id: &str) -> (String, Vec<ChatEvent>) {
    let (sender, mut receiver) = unbounded_channel();
    let send = move |event| drop(sender.send(event));
    let id = chat::start(&host.shell, question, request_id, send)
        .await
        .unwrap();
    let mut events = Vec::new();
    while let Some(event) = receiver.recv().await {
        events.push(event);
    }
    (id, events)
}

fn question(text: &str, dataset: &DatasetSummary, conversation_id: Option<String>) -> Question {
    Question {
        conversation_id,
        matches: Vec::new(),
        from_message: None,
        locale: None,
        dataset_ids: vec![dataset.id.clone()],
        text: text.to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_answered_with_its_sql_and_its_table_and_everything_is_kept() {
    let stand_in = StandIn::start(Script::demo());
    let host = Host::with_bedrock(&stand_in);
    let dataset = host.dataset("cities.csv", &cities(1_234)).await;

    let status = aws::test(&host.shell, None, None).await.unwrap();
    assert!(!status.account.is_empty());
    assert_eq!(
        status.models.iter().filter(|model| model.default).count(),
        1
    );

    let (id, events) = ask(&host, question("How many cities?", &dataset, None), "r1").await;
    let Some(ChatEvent::Started {
        conversation_id,
        question_id,
    }) = events.first()
    else {
        panic!("it did not start: {events:?}")
    };
    assert_eq!(*conversation_id, id);
    assert!(
        events
            .iter()
            .any(|event| matches!(event, ChatEvent::Sql { step: 1, .. })),
        "{events:?}"
    );
    let result_id = events
        .iter()
        .find_map(|event| match event {
            ChatEvent::Table {
                result_id, rows: 1, ..
            } => Some(result_id.clone()),
            _ => None,
        })
        .unwrap();
    let Some(ChatEvent::Done { answer }) = events.last() else {
        panic!("no answer: {events:?}")
    };
    assert!(
        answer.text.replace([',', '.', ' '], "").contains("1234"),
        "{}",
        answer.text
    );
    assert_eq!(answer.ended, Ended::Complete);
    assert_eq!(
        rows(
            &query::page(&host.shell, result_id.clone(), 0, 10)
                .await
                .unwrap()
        ),
        1
    );

    let kept = conversations::show(&host.shell, id.clone()).await.unwrap();
    assert_eq!(kept.conversation.dataset_ids, [dataset.id.as_str()]);
    let roles: Vec<_> = kept.messages.iter().map(|message| message.role).collect();
    assert_eq!(roles, [Role::User, Role::Assistant]);
    let numbers: Vec<_> = kept.messages.iter().map(|message| message.id).collect();
    assert_eq!(numbers, [*question_id, answer.message_id]);
    assert_eq!(kept.messages[1].usage.as_ref(), Some(&answer.usage));
    assert_eq!(kept.messages[0].text, "How many cities?");
    assert_eq!(kept.messages[1].text, answer.text);
    assert_eq!(
        kept.messages[1].steps[0].result_id.as_ref(),
        Some(&result_id)
    );
    // Once the result is gone, as after a new start, the kept answer does not name it any more.
    host.shell.release(&result_id);
    let kept = conversations::show(&host.shell, id.clone()).await.unwrap();
    assert_eq!(kept.messages[1].steps[0].result_id, None);

    // The same conversation goes on, over the connection that is open already.
    let (again, _) = ask(
        &host,
        question("And now?", &dataset, Some(id.clone())),
        "r2",
    )
    .await;
    assert_eq!(again, id);
    assert_eq!(
        conversations::show(&host.shell, id.clone())
            .await
            .unwrap()
            .messages
            .len(),
        4
    );

    let ledger = host.shell.library.ledger(100).unwrap();
    let asked = ledger
        .iter()
        .filter(|record| record.entry.operation == "ConverseStream")
        .count();
    assert_eq!(asked, stand_in.conversations().len());
    assert!(host.shell.in_flight.is_idle());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_stopped() {
    let stand_in = StandIn::start(Script::turns([Turn::Hang]));
    let host = Host::with_bedrock(&stand_in);
    let dataset = host.dataset("cities.csv", &cities(5)).await;
    let (sender, mut receiver) = unbounded_channel();
    let send = move |event| drop(sender.send(event));
    let asked = question("How many?", &dataset, None);
    chat::start(&host.shell, asked, "r", send).await.unwrap();
    assert!(host.shell.in_flight.cancel("r"));
    let last = last(&mut receiver).await;
    assert!(
        matches!(&last, ChatEvent::Failed { code, .. } if code == "cancelled"),
        "{last:?}"
    );
    host.shell.in_flight.idle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_cannot_be_asked_fails_at_once_and_says_what_to_do() {
    let stand_in = StandIn::start(Script::demo());
    let host = Host::with_bedrock(&stand_in);
    let dataset = host.dataset("cities.csv", &cities(5)).await;
    let unknown = Settings {
        profile: Some("nobody".to_owned()),
        ..Default::default()
    };
    settings::set(&host.shell, unknown).await.unwrap();
    let asked = question("How many?", &dataset, None);
    let refused = chat::start(&host.shell, asked, "r", |_| {})
        .await
        .unwrap_err();
    assert_eq!(refused.code, "unknown_profile");
    assert!(refused.message.contains("nobody"), "{}", refused.message);
    assert!(stand_in.requests().is_empty());
    host.shell.in_flight.idle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suggested_question_is_answered_with_table_and_chart_where_there_is_no_aws() {
    let host = Host::new();
    let dataset = host.dataset("cities.csv", &cities(700)).await;
    let suggested = datasets::suggestions(&host.shell, dataset.id.clone())
        .await
        .unwrap();
    let asked = suggested
        .iter()
        .find(|suggested| suggested.chart.is_some())
        .unwrap();
    let known = Known {
        conversation_id: None,
        dataset_ids: vec![dataset.id.clone()],
        question: asked.question.clone(),
        sql: asked.sql.clone(),
        chart: asked.chart.clone(),
    };
    let reply = chat::run(&host.shell, known, "r").await.unwrap();
    let step = &reply.answer.steps[0];
    assert_eq!(step.error, None);
    assert!(step.rows.unwrap() > 1, "{step:?}");
    assert_eq!(reply.answer.extras.charts.len(), 1);
    assert_eq!(reply.answer.usage.as_ref().unwrap().requests, 0);
    let result_id = step.result_id.clone().unwrap();
    assert_eq!(
        reply.answer.extras.charts[0].result_id, result_id,
        "the chart draws what the table shows"
    );
    query::page(&host.shell, result_id, 0, 10).await.unwrap();

    // It is a conversation like any other, and nothing was sent for it.
    let kept = conversations::show(&host.shell, reply.conversation_id.clone())
        .await
        .unwrap();
    assert_eq!(kept.conversation.title, asked.question);
    assert_eq!(kept.messages[0].id, reply.question_id);
    assert_eq!(kept.messages[1], reply.answer);
    assert!(host.shell.library.ledger(10).unwrap().is_empty());
    assert!(host.shell.in_flight.is_idle());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sql_of_an_answer_is_changed_and_what_rested_on_it_is_marked() {
    let stand_in = StandIn::start(Script::demo());
    let host = Host::with_bedrock(&stand_in);
    let dataset = host.dataset("cities.csv", &cities(1_234)).await;
    let (id, events) = ask(&host, question("How many cities?", &dataset, None), "r1").await;
    let Some(ChatEvent::Done { answer }) = events.last() else {
        panic!("no answer: {events:?}")
    };
    let figure = &answer.extras.figures[0];
    assert_eq!(figure.source, Some(FigureSource::Cell), "{figure:?}");
    assert_eq!(
        (
            figure.cells[0].step,
            figure.cells[0].row,
            figure.cells[0].column
        ),
        (1, 0, 0)
    );
    ask(
        &host,
        question("And now?", &dataset, Some(id.clone())),
        "r2",
    )
    .await;

    let changed = |sql: &str| Changed {
        conversation_id: id.clone(),
        message_id: answer.message_id,
        step: 1,
        sql: sql.to_owned(),
        dataset_ids: vec![dataset.id.clone()],
    };
    let sql = "select count(*) as n from cities where id < 10";
    let after = chat::rerun(&host.shell, changed(sql), "r3").await.unwrap();
    assert_eq!(after.steps[0].sql, sql);
    assert_eq!(after.steps[0].preview, [[Some("10".to_owned())]]);
    assert_eq!(after.extras.figures[0].source, None, "1,234 is no more");
    let page = query::page(
        &host.shell,
        after.steps[0].result_id.clone().unwrap(),
        0,
        10,
    );
    assert_eq!(rows(&page.await.unwrap()), 1);
    // The question that came after rested on the former result.
    let kept = conversations::show(&host.shell, id.clone()).await.unwrap();
    assert_eq!(kept.messages.len(), 2);

    let broken = chat::rerun(&host.shell, changed("select nothing"), "r4")
        .await
        .unwrap();
    assert!(broken.steps[0].error.is_some() && broken.steps[0].result_id.is_none());
    let mut gone = changed(sql);
    gone.step = 7;
    let refused = chat::rerun(&host.shell, gone, "r5").await.unwrap_err();
    assert_eq!(refused.code, "no_such_step");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_is_asked_again_takes_the_place_of_the_former_one() {
    let stand_in = StandIn::start(Script::demo());
    let host = Host::with_bedrock(&stand_in);
    let dataset = host.dataset("cities.csv", &cities(12)).await;
    let (id, _) = ask(&host, question("How many?", &dataset, None), "r1").await;
    let (_, _) = ask(
        &host,
        question("And now?", &dataset, Some(id.clone())),
        "r2",
    )
    .await;
    let kept = conversations::show(&host.shell, id.clone()).await.unwrap();
    let edited = Question {
        from_message: Some(kept.messages[0].id),
        ..question("How many cities?", &dataset, Some(id.clone()))
    };
    ask(&host, edited, "r3").await;
    let kept = conversations::show(&host.shell, id).await.unwrap();
    let texts: Vec<_> = kept
        .messages
        .iter()
        .filter(|message| message.role == Role::User)
        .map(|message| message.text.as_str())
        .collect();
    assert_eq!(texts, ["How many cities?"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn how_the_window_looks_and_what_it_may_use_is_kept() {
    let host = Host::new();
    let usual = settings::appearance(&host.shell).await.unwrap();
    assert_eq!(
        (usual.theme, usual.text_percent, usual.locale),
        (Theme::System, 100, None)
    );
    let chosen = Appearance {
        theme: Theme::Dark,
        text_percent: 500,
        locale: Some("de-DE".to_owned()),
    };
    settings::set_appearance(&host.shell, chosen.clone())
        .await
        .unwrap();
    let kept = settings::appearance(&host.shell).await.unwrap();
    assert_eq!(
        kept,
        Appearance {
            text_percent: 200,
            ..chosen
        }
    );
    let odd = Appearance {
        locale: Some("de DE'; --".to_owned()),
        ..kept
    };
    settings::set_appearance(&host.shell, odd).await.unwrap();
    let kept = settings::appearance(&host.shell).await.unwrap();
    assert_eq!(kept.locale, None);

    let resources = |conversion_mb, query_mb, threads| Resources {
        conversion_mb,
        query_mb,
        threads,
    };
    let library = &host.shell.library;
    assert_eq!(
        crate::resources::kept(library).unwrap(),
        resources(256, 1_000, 0)
    );
    settings::set_resources(&host.shell, resources(512, 1, 3))
        .await
        .unwrap();
    assert_eq!(
        crate::resources::kept(library).unwrap(),
        resources(512, 256, 3)
    );
    let options = crate::resources::for_conversion(library).unwrap();
    assert_eq!((options.memory, options.threads), (512_000_000, 3));
    let options = crate::resources::for_engine(library).unwrap();
    assert_eq!((options.memory, options.threads), (256_000_000, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_be_sent_is_chosen_and_kept() {
    let host = Host::new();
    let usual = settings::privacy(&host.shell).await.unwrap();
    let expected = Privacy {
        send: SendMode::Rows,
        confirm: Confirm::Nothing,
        tokens_per_day: None,
        ledger_days: 90,
    };
    assert_eq!(usual, expected);
    let careful = Privacy {
        send: SendMode::Schema,
        confirm: Confirm::Requests,
        tokens_per_day: Some(50_000),
        ledger_days: 0,
    };
    settings::set_privacy(&host.shell, careful.clone())
        .await
        .unwrap();
    assert_eq!(settings::privacy(&host.shell).await.unwrap(), careful);
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_and_the_ledger_become_files() {
    let stand_in = StandIn::start(Script::demo());
    let host = Host::with_bedrock(&stand_in);
    let dataset = host.dataset("cities.csv", &cities(3)).await;
    let (id, _) = ask(&host, question("How many cities?", &dataset, None), "r1").await;
    let markdown = host.path("conversation.md");
    conversations::save(&host.shell, id, markdown.clone())
        .await
        .unwrap();
    let text = std::fs::read_to_string(markdown).unwrap();
    assert!(
        text.starts_with("# How many cities?\n") && text.contains("```sql\n"),
        "{text}"
    );

    let lines = host.path("ledger.jsonl");
    let written = ledger::save(&host.shell, lines.clone()).await.unwrap();
    let text = std::fs::read_to_string(lines).unwrap();
    let records: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(records.len() as u64, written);
    assert!(
        records
            .iter()
            .any(|record| record["operation"] == "ConverseStream"),
        "{text}"
    );
    let nowhere = host.path("no such folder").join("ledger.jsonl");
    let refused = ledger::save(&host.shell, nowhere).await.unwrap_err();
    assert_eq!(refused.code, "disk");
}
