//! What a question takes besides the model and the SQL: three datasets of twelve million rows, and a stand-in for the
//! model that answers at once. `npm run bench:chat` runs it.
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
use buzz_query::{Engine, EngineOptions, Table};
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
    let measured = runtime.block_on(ask_all(&library, &datasets, &folder, questions));
    println!("{}", report(rows, &measured));
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

/// What one question took.
struct Measured {
    /// From the question to the last event.
    whole: Duration,
    /// What the engine took for the SQL of the model.
    sql: Duration,
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
    folder: &Path,
    questions: u64,
) -> Vec<Measured> {
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
        temp_root: folder.join("temp"),
        temp_limit: EngineOptions::USUAL_TEMP_LIMIT,
        now: jiff::civil::date(2026, 3, 14).at(12, 0, 0, 0),
    };
    let engine = Arc::new(Engine::open(&tables, &options).unwrap());
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
        let shape = Mutex::new(0_u32);
        let count = |event: ChatEvent| {
            if matches!(event, ChatEvent::Text { .. }) {
                *shape.lock().unwrap() += 1;
            }
        };
        let started = Instant::now();
        let answer = buzz_chat::ask(library, &engine, &model, &ask, &count, &Cancel::new())
            .await
            .unwrap();
        let whole = started.elapsed();
        assert!(*shape.lock().unwrap() > 0, "the answer streams");
        assert!(
            answer.steps.iter().all(|step| step.error.is_none()),
            "{:?}",
            answer.steps
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
            requests: answer.requests,
        });
    }
    measured
}

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
        Turn::text("The table shows the months, from {{cell}} on; it has 12 rows at most."),
        // The figure that cannot be found is sent back once, which is part of what a question may take.
        Turn::text("The table shows the months, from {{cell}} on."),
    ]
}

/// The first question of each dataset reads a column's texts once for all that come after; it is told apart.
fn report(rows: u64, measured: &[Measured]) -> String {
    let (cold, measured) = measured.split_at(DATASETS.len());
    let cold = cold
        .iter()
        .map(|measured| measured.own().as_secs_f64() * 1_000.0)
        .fold(0.0, f64::max);
    let mut own: Vec<f64> = measured
        .iter()
        .map(|measured| measured.own().as_secs_f64() * 1_000.0)
        .collect();
    own.sort_by(f64::total_cmp);
    let at = |share: f64| own[((own.len() as f64 * share).ceil() as usize).clamp(1, own.len()) - 1];
    let mean_requests =
        measured.iter().map(|m| f64::from(m.requests)).sum::<f64>() / measured.len() as f64;
    json!({
        "rows": rows, "datasets": DATASETS.len(), "questions": own.len(), "requests_per_question": mean_requests,
        "own_ms": {"median": at(0.5), "p95": at(0.95), "max": at(1.0), "first_look_up_max": cold},
        "goal_p95_ms": 100,
    })
    .to_string()
}
