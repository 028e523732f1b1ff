//! What a question takes besides the model and the SQL, how soon the model's first text is there, and what SQL takes against
//! bare DuckDB: three datasets of twelve million rows, and a stand-in for the model that answers at once.
//! `npm run bench:chat` runs it.
//!
//! Usage: `bench_chat FOLDER [ROWS] [QUESTIONS]`. The folder keeps the datasets for the next run.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark stops where something goes wrong, and prints what it measured"
)]

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use buzz_chat::bedrock::{Bedrock, ConfigFiles, Settings};
use buzz_chat::{Ask, Cancel, ChatEvent, DatasetContext, Preferences, Vocabulary};
use buzz_library::{Dataset, Library};
use buzz_query::{Engine, EngineOptions, RunOptions, Stored, Table};
use buzz_testkit::bedrock::{Ending, Part, Script, StandIn, Turn};
use serde_json::json;

const DATASETS: [&str; 3] = ["orders 2023", "orders 2024", "orders 2025"];
/// Distinct names of customers: the most for which a look-up has to be fast.
const CUSTOMERS: u64 = 100_000;

fn main() {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().expect("the folder for the datasets"));
    let number =
        |text: Option<String>, usual: u64| text.map_or(usual, |text| text.parse().unwrap());
    let rows = number(args.next(), 12_000_000);
    let questions = number(args.next(), 43);
    assert!(
        questions > DATASETS.len() as u64,
        "the first question of each dataset only warms up"
    );
    std::fs::create_dir_all(&folder).unwrap();
    let library = Arc::new(Library::open(&folder.join("library")).unwrap());
    let datasets: Vec<Dataset> = DATASETS
        .iter()
        .map(|name| dataset(&library, &folder, name, rows))
        .collect();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let engine = Arc::new(Engine::open(&tables(&library, &datasets), &options(&folder)).unwrap());
    let measured = runtime.block_on(ask_all(&library, &datasets, &engine, &folder, questions));
    let aggregates = aggregates(
        &engine,
        &datasets[0],
        &datasets[0].data_path(&library),
        &folder,
    );
    println!("{}", report(rows, &measured, &aggregates));
}

/// The dataset of that name, made if it is not there.
fn dataset(library: &Library, folder: &Path, name: &str, rows: u64) -> Dataset {
    if let Ok(dataset) = library.dataset(name) {
        if dataset.rows == rows {
            return dataset;
        }
        library.remove(&dataset.id).unwrap();
    }
    eprintln!("making {name} with {rows} rows");
    let path = folder.join(format!("{name}.csv"));
    let mut file = BufWriter::with_capacity(1 << 20, std::fs::File::create(&path).unwrap());
    writeln!(file, "id,day,customer,city,channel,net,gross,note").unwrap();
    let mut state = name
        .bytes()
        .fold(1_u64, |state, byte| state * 31 + u64::from(byte));
    for id in 0..rows {
        // A linear congruential generator: the same rows each time.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let random = state >> 33;
        let (day, month) = (random % 28 + 1, random / 28 % 12 + 1);
        let cents = random % 1_000_000;
        let gross = cents * 119 / 100;
        writeln!(
            file,
            "{id},{}-{month:02}-{day:02},Customer {:05} {},City {},{},{}.{:02},{}.{:02},{}",
            &name[7..],
            random % CUSTOMERS,
            ["Ltd.", "GmbH", "Inc.", "S.A."][(random % CUSTOMERS % 4) as usize],
            random % 500,
            ["web", "shop", "phone"][(random % 3) as usize],
            cents / 100,
            cents % 100,
            gross / 100,
            gross % 100,
            if random.is_multiple_of(50) {
                ""
            } else {
                "checked"
            },
        )
        .unwrap();
    }
    file.flush().unwrap();
    drop(file);
    let dataset = library
        .import(
            &path,
            Some(name),
            &buzz_ingest::Options::default(),
            &buzz_ingest::Silent,
            &Cancel::new(),
        )
        .unwrap();
    std::fs::remove_file(&path).unwrap();
    dataset
}

fn tables(library: &Library, datasets: &[Dataset]) -> Vec<Table> {
    datasets
        .iter()
        .map(|dataset| Table {
            name: dataset.name.clone(),
            data: dataset.data_path(library),
            strays: dataset.strays_path(library),
        })
        .collect()
}

fn options(folder: &Path) -> EngineOptions {
    EngineOptions {
        memory: EngineOptions::USUAL_MEMORY,
        threads: 0,
        temp_root: folder.join("temp"),
        temp_limit: EngineOptions::USUAL_TEMP_LIMIT,
        now: jiff::civil::date(2026, 3, 14).at(12, 0, 0, 0),
    }
}

/// Aggregates over all rows, each of them through the engine (checked, run in its sandbox, and kept as a result) and in a
/// DuckDB that knows nothing but the file, in turn: its name, and the times of both in seconds.
fn aggregates(
    engine: &Engine,
    dataset: &Dataset,
    data: &Path,
    folder: &Path,
) -> Vec<(&'static str, Vec<(f64, f64)>)> {
    const ROUNDS: usize = 25;
    const WARM_UP: usize = 3;
    let bare = duckdb::Connection::open_in_memory().unwrap();
    let view = format!("\"{}\"", dataset.name);
    let file = format!(
        "read_parquet('{}')",
        data.display().to_string().replace('\'', "''")
    );
    let cancel = Cancel::new();
    [
        ("sum", "select sum(net), sum(gross), count(*) from {}"),
        (
            "group",
            "select channel, month(day) as month, sum(net) as net, avg(gross) as gross, count(*) as orders \
             from {} group by all order by all",
        ),
        (
            "filter",
            "select city, max(net) as most from {} where day >= '2026-06-01' or note is null group by all order by all",
        ),
    ]
    .map(|(name, sql)| {
        let (ours, theirs) = (sql.replace("{}", &view), sql.replace("{}", &file));
        let through_the_engine = || {
            let started = Instant::now();
            let rows = engine.query(&ours, &RunOptions::default(), &cancel).unwrap();
            let stored = Stored::collect(rows, 1 << 24, folder).unwrap();
            (started.elapsed().as_secs_f64(), stored.rows())
        };
        let by_itself = || {
            let started = Instant::now();
            let mut statement = bare.prepare(&theirs).unwrap();
            let batches = statement.query_arrow([]).unwrap();
            let rows: usize = batches.map(|batch| batch.num_rows()).sum();
            (started.elapsed().as_secs_f64(), rows as u64)
        };
        let mut rounds = Vec::with_capacity(ROUNDS);
        for round in 0..WARM_UP + ROUNDS {
            let ((ours, rows), (theirs, same)) = if round % 2 == 0 {
                (through_the_engine(), by_itself())
            } else {
                let theirs = by_itself();
                (through_the_engine(), theirs)
            };
            assert_eq!(rows, same, "both give the same rows");
            if round >= WARM_UP {
                rounds.push((ours, theirs));
            }
        }
        (name, rounds)
    })
    .into()
}

/// What one question took.
struct Measured {
    /// From the question to the last event.
    whole: Duration,
    /// What the engine took for the SQL of the model.
    sql: Duration,
    /// From the first frame of the model's answer in words until its first text is told.
    first_text: Duration,
    requests: u32,
}

impl Measured {
    fn own(&self) -> Duration {
        self.whole.saturating_sub(self.sql)
    }
}

async fn ask_all(
    library: &Arc<Library>,
    datasets: &[Dataset],
    engine: &Arc<Engine>,
    folder: &Path,
    questions: u64,
) -> Vec<Measured> {
    let options = options(folder);
    let stand_in = StandIn::start(Script::default());
    let (config, credentials) = stand_in.config_files(folder);
    let settings = Settings {
        profile: Some("default".to_owned()),
        model: Some("us.anthropic.claude-sonnet-4-5-20250929-v1:0".to_owned()),
        files: ConfigFiles {
            config: Some(config),
            credentials: Some(credentials),
        },
        ..Settings::default()
    };
    let model = Bedrock::connect(&settings, library).await.unwrap();
    let vocabulary = Arc::new(Vocabulary::new(Vocabulary::USUAL_MEMORY));
    let mut measured = Vec::new();
    for number in 0..questions {
        let table = DATASETS[(number % 3) as usize];
        stand_in.push(turns(table, number));
        let contexts = datasets
            .iter()
            .map(|dataset| DatasetContext::load(library, dataset).unwrap())
            .collect();
        let ask = Ask::new(
            format!("What did customer {number} buy for, by month?"),
            contexts,
            &Preferences::default(),
            &vocabulary,
            options.now,
            options.temp_root.clone(),
        );
        let first = Mutex::new(None);
        let watch = |event: ChatEvent| {
            if matches!(event, ChatEvent::Text { .. }) {
                first.lock().unwrap().get_or_insert_with(Instant::now);
            }
        };
        let before = stand_in.conversations().len();
        let started = Instant::now();
        let answer = buzz_chat::ask(library, engine, &model, &ask, &watch, &Cancel::new())
            .await
            .unwrap();
        let whole = started.elapsed();
        let first = first.lock().unwrap().expect("the answer streams");
        // The turns before the first one in words only call tools.
        let answered = &stand_in.conversations()[before + TOOL_TURNS];
        let first_text = first.duration_since(answered.first_frame.unwrap());
        assert!(
            answer.steps.iter().all(|step| step.error.is_none()),
            "{:?}",
            answer.steps
        );
        assert_eq!(
            answer.requests,
            turns(table, number).len() as u32,
            "a turn that is left over would answer the next question"
        );
        let sql = answer
            .steps
            .iter()
            .filter(|step| step.tool == "run_sql")
            .map(|step| Duration::from_secs_f64(step.seconds))
            .sum();
        measured.push(Measured {
            whole,
            sql,
            first_text,
            requests: answer.requests,
        });
    }
    measured
}

/// How many of [`turns`] come before the first in words.
const TOOL_TURNS: usize = 2;

/// A look-up, a query, and an answer with figures.
fn turns(table: &str, number: u64) -> Vec<Turn> {
    let customer = format!("customer {:05}", number * 7 % CUSTOMERS);
    let sql = format!(
        "select month(day) as month, sum(net) as net, sum(gross) as gross, count(*) as orders from \"{table}\" \
         where customer ilike '{customer}%' group by all order by all"
    );
    let look_up = Part::Tool {
        name: "find_values".to_owned(),
        input: json!({"words": [customer], "dataset": table, "column": "customer"}),
    };
    vec![
        Turn::Reply {
            parts: vec![look_up],
            stop: None,
            ending: Ending::Complete,
        },
        Turn::sql(&sql),
        Turn::text("The table shows the months, from {{cell}} on, and 987,654,321.5 in all."),
        // The figure that cannot be found is sent back once, which is part of what a question may take.
        Turn::text("The table shows the months, from {{cell}} on."),
    ]
}

/// The first question of each dataset reads a column's texts once for all that come after; it is told apart.
fn report(
    rows: u64,
    measured: &[Measured],
    aggregates: &[(&'static str, Vec<(f64, f64)>)],
) -> String {
    let (cold, measured) = measured.split_at(DATASETS.len());
    let milliseconds = |times: &mut dyn Iterator<Item = f64>| {
        let mut times: Vec<f64> = times.map(|seconds| seconds * 1_000.0).collect();
        times.sort_by(f64::total_cmp);
        let at = |share: f64| {
            times[((times.len() as f64 * share).ceil() as usize).clamp(1, times.len()) - 1]
        };
        json!({"median": at(0.5), "p95": at(0.95), "max": at(1.0)})
    };
    let mean_requests =
        measured.iter().map(|m| f64::from(m.requests)).sum::<f64>() / measured.len() as f64;
    let aggregates: Vec<_> = aggregates
        .iter()
        .map(|(name, rounds)| {
            json!({
                "name": name,
                "ours_ms": milliseconds(&mut rounds.iter().map(|(ours, _)| *ours)),
                "bare_ms": milliseconds(&mut rounds.iter().map(|(_, bare)| *bare)),
                "ratio": median(rounds.iter().map(|(ours, bare)| ours / bare).collect()),
            })
        })
        .collect();
    json!({
        "rows": rows, "datasets": DATASETS.len(), "questions": measured.len(),
        "requests_per_question": mean_requests,
        "own_ms": milliseconds(&mut measured.iter().map(|m| m.own().as_secs_f64())),
        "first_look_up_ms": milliseconds(&mut cold.iter().map(|m| m.own().as_secs_f64())),
        "first_text_ms": milliseconds(&mut measured.iter().map(|m| m.first_text.as_secs_f64())),
        "aggregates": aggregates,
    })
    .to_string()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
