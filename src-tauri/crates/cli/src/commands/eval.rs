//! `buzz eval`: questions whose answers are known, each through the whole loop, and how many came out right.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use arrow::datatypes::DataType;
use buzz_chat::bedrock::Bedrock;
use buzz_chat::replay::{Player, Recorder, Tape};
use buzz_chat::{Answer, Ask, DatasetContext, Model, Preferences, Usage, Vocabulary, cancelled};
use buzz_library::Library;
use buzz_query::{Engine, RunOptions, Stored};
use serde::{Deserialize, Serialize};

use crate::args::Eval;
use crate::commands::ask::in_scope;
use crate::commands::{Context, account, runtime};
use crate::error::Failure;
use crate::output::{Heading, clipped, count, table};

/// Rows of a result that are compared at most; a longer one counts as wrong.
const ROWS: usize = 100_000;

/// A question whose answer is known.
#[derive(Debug, Deserialize)]
struct Case {
    question: String,
    #[serde(default)]
    dataset: Option<String>,
    #[serde(default)]
    datasets: Vec<String>,
    /// SQL whose result is the right one.
    #[serde(default)]
    sql: Option<String>,
    /// What the text of the answer must contain.
    #[serde(default)]
    answer: Option<String>,
}

/// A question, and what the model answered: a line of a record.
#[derive(Debug, Serialize, Deserialize)]
struct Recorded {
    question: String,
    /// The local date and time of the question, so that it is the same when it is repeated.
    now: jiff::civil::DateTime,
    tape: Tape,
}

/// What came of one question.
#[derive(Debug, Serialize)]
struct Outcome {
    question: String,
    correct: bool,
    /// Why it is not correct.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    /// Statements that failed on the way.
    repairs: usize,
    steps: usize,
    requests: u32,
    untraced_figures: usize,
    usage: Usage,
    seconds: f64,
}

/// What came of all.
#[derive(Debug, Serialize)]
struct Report {
    questions: usize,
    correct: usize,
    /// The share that is correct.
    execution_accuracy: f64,
    repairs: usize,
    mean_steps: f64,
    usage: Usage,
    median_seconds: f64,
    p95_seconds: f64,
    outcomes: Vec<Outcome>,
}

/// Asks every question, and reports.
pub fn run(args: &Eval, context: &Context) -> Result<(), Failure> {
    let cases = cases(&args.file)?;
    let library = Arc::new(context.open()?);
    let mut preferences = Preferences::load(&library)?;
    preferences.confirm = buzz_chat::Confirm::Nothing;
    if let Some(send) = args.send {
        preferences.send = send.into();
    }
    let mut recorded = match &args.replay {
        Some(path) => Some(lines::<Recorded>(path)?.into_iter()),
        None => None,
    };
    let mut record = match &args.record {
        Some(path) => Some(create(path, args.force)?),
        None => None,
    };
    let settings = account(&library, &args.account, args.model.as_deref())?;
    let vocabulary = Arc::new(Vocabulary::new(Vocabulary::USUAL_MEMORY));
    let runtime = runtime()?;
    let model = match recorded {
        Some(_) => None,
        None => Some(runtime.block_on(async {
            tokio::select! {
                model = Bedrock::connect(&settings, &library) => Ok(model?),
                () = cancelled(&context.cancel) => Err(stopped()),
            }
        })?),
    };
    let mut outcomes = Vec::with_capacity(cases.len());
    for case in &cases {
        let tape = match &mut recorded {
            Some(recorded) => Some(
                recorded
                    .next()
                    .filter(|recorded| recorded.question == case.question)
                    .ok_or_else(|| {
                        Failure::new(
                            "record_ended",
                            format!(
                                "the record has no answers to {:?} in this place: record it anew",
                                case.question
                            ),
                        )
                    })?,
            ),
            None => None,
        };
        let now = tape
            .as_ref()
            .map_or_else(|| jiff::Zoned::now().datetime(), |recorded| recorded.now);
        let player = tape.map(|recorded| Player::new(recorded.tape));
        let asked: &dyn Model = match (&player, &model) {
            (Some(player), _) => player,
            (None, Some(model)) => model,
            (None, None) => return Err(stopped()),
        };
        let recorder = Recorder::new(asked);
        let one = One {
            case,
            context,
            library: &library,
            preferences: &preferences,
            vocabulary: &vocabulary,
            now,
        };
        let outcome = runtime.block_on(one.run(&recorder))?;
        context.output.remark(&format!(
            "{} {}",
            if outcome.correct { "right" } else { "WRONG" },
            clipped(&outcome.question, 100)
        ));
        if let Some(record) = &mut record {
            let line = Recorded {
                question: case.question.clone(),
                now,
                tape: recorder.tape(),
            };
            serde_json::to_writer(&mut *record, &line)
                .map_err(|error| Failure::writing(error.into()))?;
            record.write_all(b"\n").map_err(Failure::writing)?;
        }
        outcomes.push(outcome);
    }
    if let Some(mut record) = record {
        record.flush().map_err(Failure::writing)?;
    }
    report(outcomes, context)
}

/// One question, with everything that asking it takes.
struct One<'a> {
    case: &'a Case,
    context: &'a Context,
    library: &'a Arc<Library>,
    preferences: &'a Preferences,
    vocabulary: &'a Arc<Vocabulary>,
    now: jiff::civil::DateTime,
}

impl One<'_> {
    async fn run(&self, model: &dyn Model) -> Result<Outcome, Failure> {
        let mut names = self.case.datasets.clone();
        names.extend(self.case.dataset.clone());
        let datasets = in_scope(self.library, &names)?;
        let engine = Arc::new(self.context.engine(self.library, &datasets)?);
        let contexts = datasets
            .iter()
            .map(|dataset| DatasetContext::load(self.library, dataset))
            .collect::<Result<_, _>>()?;
        let ask = Ask::new(
            &self.case.question,
            contexts,
            self.preferences,
            self.vocabulary,
            self.now,
            std::env::temp_dir(),
        );
        let started = Instant::now();
        let answered = buzz_chat::ask(
            self.library,
            &engine,
            model,
            &ask,
            &|_| {},
            &self.context.cancel,
        )
        .await;
        let seconds = started.elapsed().as_secs_f64();
        let mut outcome = Outcome {
            question: self.case.question.clone(),
            correct: false,
            why: None,
            repairs: 0,
            steps: 0,
            requests: 0,
            untraced_figures: 0,
            usage: Usage::default(),
            seconds,
        };
        let answer = match answered {
            Ok(answer) => answer,
            Err(buzz_chat::Error::Cancelled) => return Err(stopped()),
            Err(error) => {
                outcome.why = Some(error.to_string());
                return Ok(outcome);
            }
        };
        outcome.repairs = answer
            .steps
            .iter()
            .filter(|step| step.error.is_some())
            .count();
        outcome.steps = answer.steps.len();
        outcome.requests = answer.requests;
        outcome.untraced_figures = buzz_chat::figures::untraced(&answer.figures).len();
        outcome.usage = answer.usage;
        outcome.why = wrong(self.case, &answer, &engine, self.now, self.context)?;
        outcome.correct = outcome.why.is_none();
        // The conversations of a person are not to be buried under those of a test.
        self.library.remove_conversation(&answer.conversation_id)?;
        Ok(outcome)
    }
}

/// Why an answer is not the right one; `None` where it is.
fn wrong(
    case: &Case,
    answer: &Answer,
    engine: &Engine,
    now: jiff::civil::DateTime,
    context: &Context,
) -> Result<Option<String>, Failure> {
    if let Some(expected) = &case.answer {
        let contains = answer
            .text
            .to_lowercase()
            .contains(&expected.trim().to_lowercase());
        if !contains {
            return Ok(Some(format!("the text does not contain {expected:?}")));
        }
    }
    let Some(sql) = &case.sql else {
        return Ok(None);
    };
    let options = RunOptions {
        now: Some(now),
        ..RunOptions::default()
    };
    let rows = engine.query(sql, &options, &context.cancel)?;
    let gold = Stored::collect(rows, 256_000_000, &std::env::temp_dir())?;
    let gold = compared(&gold)?;
    // Where the question has several readings, one of them has to be the right one.
    let behind_readings = answer.readings.iter().filter_map(|reading| {
        let step = answer.steps.iter().find(|step| step.step == reading.step)?;
        let id = step.result_id.as_ref()?;
        answer
            .results
            .iter()
            .find(|(known, _)| known == id)
            .map(|(_, stored)| stored)
    });
    let mut any = false;
    for result in answer.result().into_iter().chain(behind_readings) {
        any = true;
        if compared(result)? == gold && gold.is_some() {
            return Ok(None);
        }
    }
    Ok(Some(if any {
        "the result is another".to_owned()
    } else {
        "there is no result".to_owned()
    }))
}

/// The rows of a result in an order of their own, numbers as their values; `None` where there are too many.
///
/// As in the published measure of execution accuracy, names of columns and the order of rows do not matter.
fn compared(result: &Stored) -> Result<Option<Vec<Vec<String>>>, Failure> {
    if result.rows() > ROWS as u64 {
        return Ok(None);
    }
    let mut rows = Vec::new();
    for batch in result.batches() {
        let batch = batch?;
        for row in 0..batch.num_rows() {
            let mut cells = Vec::with_capacity(batch.num_columns());
            for column in batch.columns() {
                let mut text = String::new();
                let is_null = column.is_null(row) || *column.data_type() == DataType::Null;
                if !is_null {
                    buzz_query::export::display_value(column, row, &mut text)?;
                }
                let number = column
                    .data_type()
                    .is_numeric()
                    .then(|| text.parse::<f64>().ok())
                    .flatten();
                cells.push(match number {
                    // Ten digits: sums in another order differ in the last ones.
                    Some(number) => format!("{number:.9e}"),
                    None if is_null => "\u{0}".to_owned(),
                    None => text,
                });
            }
            rows.push(cells);
        }
    }
    rows.sort_unstable();
    Ok(Some(rows))
}

fn report(outcomes: Vec<Outcome>, context: &Context) -> Result<(), Failure> {
    let questions = outcomes.len();
    let correct = outcomes.iter().filter(|outcome| outcome.correct).count();
    let mut usage = Usage::default();
    for outcome in &outcomes {
        usage.add(outcome.usage);
    }
    let mut seconds: Vec<f64> = outcomes.iter().map(|outcome| outcome.seconds).collect();
    seconds.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let index = ((questions as f64 * share).ceil() as usize).clamp(1, questions.max(1)) - 1;
        seconds.get(index).copied().unwrap_or(0.0)
    };
    let report = Report {
        questions,
        correct,
        execution_accuracy: correct as f64 / questions.max(1) as f64,
        repairs: outcomes.iter().map(|outcome| outcome.repairs).sum(),
        mean_steps: outcomes.iter().map(|outcome| outcome.steps).sum::<usize>() as f64
            / questions.max(1) as f64,
        usage,
        median_seconds: at(0.5),
        p95_seconds: at(0.95),
        outcomes,
    };
    if context.output.json {
        return context.output.document(&report);
    }
    let headings = [
        Heading::text("question"),
        Heading::text("outcome"),
        Heading::number("repairs"),
        Heading::number("steps"),
        Heading::number("tokens"),
        Heading::number("seconds"),
    ];
    let rows = report
        .outcomes
        .iter()
        .map(|outcome| {
            vec![
                clipped(&outcome.question, 60),
                clipped(outcome.why.as_deref().unwrap_or("right"), 60),
                outcome.repairs.to_string(),
                outcome.steps.to_string(),
                count(outcome.usage.input_tokens + outcome.usage.output_tokens),
                format!("{:.2}", outcome.seconds),
            ]
        })
        .collect();
    context.output.print(&format!(
        "{}\n{} of {} right ({:.1} %), {} repairs, {:.1} steps and {:.2} s in the middle (95 %: {:.2} s)\n",
        table(&headings, rows),
        report.correct,
        report.questions,
        report.execution_accuracy * 100.0,
        report.repairs,
        report.mean_steps,
        report.median_seconds,
        report.p95_seconds,
    ))
}

fn cases(path: &Path) -> Result<Vec<Case>, Failure> {
    let cases: Vec<Case> = lines(path)?;
    for (index, case) in cases.iter().enumerate() {
        if case.sql.is_none() && case.answer.is_none() {
            return Err(Failure::new(
                "wrong_file",
                format!(
                    "question {} of {} has neither \"sql\" nor \"answer\": add what is right",
                    index + 1,
                    path.display()
                ),
            ));
        }
    }
    if cases.is_empty() {
        return Err(Failure::new(
            "wrong_file",
            format!(
                "{} has no questions: put one JSON object on each line",
                path.display()
            ),
        ));
    }
    Ok(cases)
}

/// The JSON objects of a file, one on each line.
fn lines<T: serde::de::DeserializeOwned>(path: &Path) -> Result<Vec<T>, Failure> {
    let text = fs::read_to_string(path).map_err(|cause| {
        Failure::new(
            "unreadable",
            format!(
                "{} cannot be read ({cause}): check the file's name",
                path.display()
            ),
        )
    })?;
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(index, line)| {
            serde_json::from_str(line).map_err(|cause| {
                Failure::new(
                    "wrong_file",
                    format!(
                        "line {} of {} is not what it should be ({cause})",
                        index + 1,
                        path.display()
                    ),
                )
            })
        })
        .collect()
}

fn create(path: &Path, force: bool) -> Result<BufWriter<File>, Failure> {
    let file = if force {
        File::create(path)
    } else {
        File::create_new(path)
    };
    file.map(BufWriter::new).map_err(|cause| {
        let what = if cause.kind() == std::io::ErrorKind::AlreadyExists {
            "exists already: choose another name, or use --force".to_owned()
        } else {
            format!("could not be written ({cause})")
        };
        Failure::new("write_failed", format!("{} {what}", path.display()))
    })
}

fn stopped() -> Failure {
    Failure::new("cancelled", "stopped; nothing was reported")
}
