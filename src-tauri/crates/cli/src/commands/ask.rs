//! `buzz ask`: a question in plain words, its answer as it comes, and the SQL and the tables behind it.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use buzz_chat::bedrock::Bedrock;
use buzz_chat::{Answer, ChatEvent, DatasetContext, Ended, Limits, Step, cancelled};
use buzz_ingest::Cancel;
use buzz_library::Dataset;
use buzz_query::Stored;
use serde::Serialize;

use crate::args::Ask;
use crate::commands::{Context, account, runtime};
use crate::error::Failure;
use crate::output::{Output, counted, many_lines};
use crate::rows;

/// Rows that are shown of a table on the way to an answer.
const TABLE_ROWS: u64 = 20;

/// One step as programs see it.
#[derive(Debug, Serialize)]
struct StepDocument<'a> {
    tool: &'a str,
    sql: &'a str,
    rows: Option<u64>,
    error: &'a Option<buzz_chat::ErrorRecord>,
    seconds: f64,
}

impl<'a> From<&'a Step> for StepDocument<'a> {
    fn from(step: &'a Step) -> Self {
        Self {
            tool: &step.tool,
            sql: &step.sql,
            rows: step.rows,
            error: &step.error,
            seconds: step.seconds,
        }
    }
}

/// Asks, and prints the answer: as it comes for people, as one document at the end for programs.
pub fn run(args: &Ask, context: &Context) -> Result<(), Failure> {
    let library = Arc::new(context.open()?);
    let mut datasets: Vec<Dataset> = Vec::new();
    for name in &args.datasets {
        let dataset = library.dataset(name)?;
        if !datasets.iter().any(|known| known.id == dataset.id) {
            datasets.push(dataset);
        }
    }
    if args.datasets.is_empty() {
        datasets = library.datasets()?;
    }
    if datasets.is_empty() {
        return Err(Failure::new(
            "no_datasets",
            "there is no dataset to ask about yet: `buzz convert FILE` makes one",
        ));
    }
    let engine = Arc::new(context.engine(&library, &datasets)?);
    let settings = account(&library, &args.account, args.model.as_deref())?;
    let ask = buzz_chat::Ask {
        conversation_id: args.conversation.clone(),
        question: args.question.clone(),
        datasets: datasets
            .iter()
            .map(|dataset| DatasetContext::load(&library, dataset))
            .collect::<Result<_, _>>()?,
        now: jiff::Zoned::now().datetime(),
        temp_root: std::env::temp_dir(),
        limits: Limits::default(),
    };
    let printer = Printer::new(context.output, context.cancel.clone());
    let answer = runtime()?.block_on(async {
        let model = tokio::select! {
            model = Bedrock::connect(&settings, &library) => model?,
            () = cancelled(&context.cancel) => {
                return Err(Failure::new("cancelled", "stopped before anything was asked"));
            }
        };
        let events = |event| printer.show(event);
        Ok(buzz_chat::ask(&library, &engine, &model, &ask, &events, &context.cancel).await?)
    });
    // Whoever closed standard output stopped the answer by it, and that is no failure.
    printer.finish()?;
    let answer = answer?;
    if context.output.json {
        return document(&answer, &context.output);
    }
    for note in &answer.notes {
        context.output.remark(note);
    }
    context.output.remark(&format!(
        "conversation {}, {}, {} in and {} out",
        answer.conversation_id,
        answer.model.model,
        counted(answer.usage.input_tokens, "token", "tokens"),
        counted(answer.usage.output_tokens, "token", "tokens"),
    ));
    Ok(())
}

/// Writes the answer as one document, its result row by row so that no table is too large.
fn document(answer: &Answer, output: &Output) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Rest<'a> {
        notes: &'a [String],
        ended: Ended,
        usage: buzz_chat::Usage,
        requests: u32,
        model: &'a buzz_chat::Identity,
        conversation: &'a str,
    }
    let steps: Vec<StepDocument> = answer.steps.iter().map(StepDocument::from).collect();
    let rest = Rest {
        notes: &answer.notes,
        ended: answer.ended,
        usage: answer.usage,
        requests: answer.requests,
        model: &answer.model,
        conversation: &answer.conversation_id,
    };
    let (text, steps, rest) = (json(&answer.text)?, json(&steps)?, json(&rest)?);
    let mut stdout = output.stdout();
    write!(
        stdout,
        "{{\"answer\":{text},\n\"steps\":{steps},\n\"result\":"
    )
    .map_err(Failure::writing)?;
    match answer.result() {
        Some(result) => {
            rows::json(result.batches(), |_| false, &mut stdout)?;
        }
        None => stdout.write_all(b"null\n").map_err(Failure::writing)?,
    }
    // The rest is an object of its own: without its opening brace it goes on with this one.
    writeln!(stdout, ",{}", &rest[1..])
        .and_then(|()| stdout.flush())
        .map_err(Failure::writing)
}

fn json(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|cause| Failure::writing(cause.into()))
}

/// Prints what happens as it happens.
struct Printer {
    output: Output,
    cancel: Cancel,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// What was printed last, for the space between the parts.
    last: Part,
    failure: Option<Failure>,
}

#[derive(Default, PartialEq)]
enum Part {
    #[default]
    Nothing,
    /// Text, and whether it ended with a line end.
    Text {
        ended: bool,
    },
    Block,
}

impl Printer {
    fn new(output: Output, cancel: Cancel) -> Self {
        Self {
            output,
            cancel,
            state: Mutex::default(),
        }
    }

    /// Prints an event. A failure to print stops the answer and is kept for [`Printer::finish`].
    fn show(&self, event: ChatEvent) {
        if self.output.json {
            if let ChatEvent::Notice { message } = event {
                self.output.remark(&message);
            }
            return;
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.failure.is_some() {
            return;
        }
        if let Err(failure) = self.print(&mut state, event) {
            state.failure = Some(failure);
            self.cancel.cancel();
        }
    }

    fn print(&self, state: &mut State, event: ChatEvent) -> Result<(), Failure> {
        match event {
            ChatEvent::Text { delta } if !delta.is_empty() => {
                let gap = if state.last == Part::Block { "\n" } else { "" };
                let text = many_lines(&delta);
                state.last = Part::Text {
                    ended: text.ends_with('\n'),
                };
                self.output.print(&format!("{gap}{text}"))
            }
            ChatEvent::Sql { sql, .. } => {
                let gap = gap(&state.last);
                state.last = Part::Block;
                let sql = many_lines(sql.trim_end()).replace('\n', "\n  ");
                self.output.print(&format!("{gap}SQL\n  {sql}\n"))
            }
            ChatEvent::Table { rows, stored, .. } => {
                let gap = gap(&state.last);
                state.last = Part::Block;
                self.output
                    .print(&format!("{gap}{}", table(&stored, rows)?))
            }
            ChatEvent::SqlError { message, .. } => {
                self.end_line(state)?;
                self.output.warning(&format!("the query failed: {message}"));
                Ok(())
            }
            ChatEvent::Notice { message } => {
                self.end_line(state)?;
                self.output.remark(&message);
                Ok(())
            }
            ChatEvent::Done { .. } | ChatEvent::Failed { .. } => self.end_line(state),
            ChatEvent::Started { .. } | ChatEvent::Text { .. } => Ok(()),
        }
    }

    /// Ends a line of text, so that what follows, or standard error on the same terminal, begins a new one.
    fn end_line(&self, state: &mut State) -> Result<(), Failure> {
        if let Part::Text {
            ended: ended @ false,
        } = &mut state.last
        {
            *ended = true;
            return self.output.print("\n");
        }
        Ok(())
    }

    /// What went wrong in printing.
    fn finish(self) -> Result<(), Failure> {
        let state = self
            .state
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        state.failure.map_or(Ok(()), Err)
    }
}

/// The space before a block: an empty line after whatever there was.
fn gap(last: &Part) -> &'static str {
    match last {
        Part::Nothing => "",
        Part::Text { ended: false } => "\n\n",
        Part::Text { ended: true } | Part::Block => "\n",
    }
}

/// The first rows of a result, and how many more there are.
fn table(stored: &Stored, total: u64) -> Result<String, Failure> {
    let batches = stored.page(0, TABLE_ROWS)?;
    let mut text = rows::text(&stored.schema(), &batches)?;
    if total > TABLE_ROWS {
        text.push_str(&format!(
            " … and {}\n",
            counted(total - TABLE_ROWS, "row more", "rows more")
        ));
    }
    Ok(text)
}
