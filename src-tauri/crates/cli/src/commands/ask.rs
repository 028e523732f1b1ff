//! `buzz ask`: a question in plain words, its answer as it comes, and the SQL and the tables behind it.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use buzz_chat::bedrock::Bedrock;
use buzz_chat::figures::{Figure, Source};
use buzz_chat::{
    Answer, Approval, Chart, ChatEvent, Clarification, DatasetContext, Ended, Matched, OfferedFact,
    Pending, Preferences, Reading, Step, Vocabulary, cancelled,
};
use buzz_ingest::Cancel;
use buzz_library::{Dataset, Library};
use buzz_query::Stored;
use serde::Serialize;

use crate::args::Ask;
use crate::commands::{Context, account, runtime};
use crate::error::Failure;
use crate::output::{Output, counted, many_lines, one_line};
use crate::rows;

/// Rows that are shown of a table on the way to an answer.
const TABLE_ROWS: u64 = 20;

/// One step as programs see it.
#[derive(Debug, Serialize)]
struct StepDocument<'a> {
    tool: &'a str,
    sql: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reading: &'a Option<String>,
    #[serde(skip_serializing_if = "serde_json::Value::is_null")]
    input: &'a serde_json::Value,
    #[serde(skip_serializing_if = "serde_json::Value::is_null")]
    output: &'a serde_json::Value,
    rows: Option<u64>,
    withheld: bool,
    notes: &'a [String],
    error: &'a Option<buzz_chat::ErrorRecord>,
    seconds: f64,
}

impl<'a> From<&'a Step> for StepDocument<'a> {
    fn from(step: &'a Step) -> Self {
        Self {
            tool: &step.tool,
            sql: &step.sql,
            reading: &step.reading,
            input: &step.input,
            output: &step.output,
            rows: step.rows,
            withheld: step.withheld,
            notes: &step.notes,
            error: &step.error,
            seconds: step.seconds,
        }
    }
}

/// A figure of the answer's text as programs see it.
#[derive(Debug, Serialize)]
struct FigureDocument<'a> {
    text: &'a str,
    /// Bytes of the text.
    start: usize,
    end: usize,
    traced: bool,
    source: &'a Option<Source>,
    #[serde(skip_serializing_if = "Option::is_none")]
    doubt: &'a Option<String>,
}

impl<'a> From<&'a Figure> for FigureDocument<'a> {
    fn from(figure: &'a Figure) -> Self {
        Self {
            text: &figure.text,
            start: figure.start,
            end: figure.end,
            traced: figure.traced.is_some(),
            source: &figure.traced,
            doubt: &figure.doubt,
        }
    }
}

/// Asks, and prints the answer: as it comes for people, as one document at the end for programs.
pub fn run(args: &Ask, context: &Context) -> Result<(), Failure> {
    let library = Arc::new(context.open()?);
    let datasets = in_scope(&library, &args.datasets)?;
    let engine = Arc::new(context.engine(&library, &datasets)?);
    let settings = account(&library, &args.account, args.model.as_deref())?;
    let mut preferences = Preferences::load(&library)?;
    if let Some(send) = args.send {
        preferences.send = send.into();
    }
    if let Some(confirm) = args.confirm {
        preferences.confirm = confirm.into();
    }
    let contexts = datasets
        .iter()
        .map(|dataset| DatasetContext::load(&library, dataset))
        .collect::<Result<_, _>>()?;
    let ask = buzz_chat::Ask {
        conversation_id: args.conversation.clone(),
        locale: locale(),
        ..buzz_chat::Ask::new(
            &args.question,
            contexts,
            &preferences,
            &Arc::new(Vocabulary::new(Vocabulary::USUAL_MEMORY)),
            jiff::Zoned::now().datetime(),
            std::env::temp_dir(),
        )
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
    remarks(&answer, &context.output);
    context.output.remark(&format!(
        "conversation {}, {}, {} in and {} out",
        answer.conversation_id,
        answer.model.model,
        counted(answer.usage.input_tokens, "token", "tokens"),
        counted(answer.usage.output_tokens, "token", "tokens"),
    ));
    Ok(())
}

/// What a person should know about an answer besides its text and tables.
fn remarks(answer: &Answer, output: &Output) {
    if let Some(asked) = &answer.clarification {
        output.remark(&format!(
            "answer with --conversation {}: {}",
            answer.conversation_id,
            one_line(&asked.options.join(" · "))
        ));
    }
    for matched in &answer.matches {
        output.remark(&format!(
            "{} matched {} of {} ({})",
            one_line(&matched.word),
            counted(matched.values.len() as u64, "cell", "cells"),
            one_line(&matched.column),
            counted(matched.rows, "row", "rows")
        ));
    }
    let doubtful: Vec<&str> = buzz_chat::figures::untraced(&answer.figures)
        .iter()
        .map(|figure| figure.text.as_str())
        .collect();
    if !doubtful.is_empty() {
        output.remark(&format!(
            "not found in any result: {}",
            one_line(&doubtful.join(", "))
        ));
    }
    for offered in &answer.facts {
        output.remark(&format!(
            "to keep for later questions: buzz set {:?} --fact {:?}",
            one_line(&offered.dataset),
            one_line(&offered.fact)
        ));
    }
}

/// The datasets of these names, each once, or all where none is named.
pub(super) fn in_scope(library: &Library, names: &[String]) -> Result<Vec<Dataset>, Failure> {
    let mut datasets: Vec<Dataset> = Vec::new();
    for name in names {
        let dataset = library.dataset(name)?;
        if !datasets.iter().any(|known| known.id == dataset.id) {
            datasets.push(dataset);
        }
    }
    if names.is_empty() {
        datasets = library.datasets()?;
    }
    if datasets.is_empty() {
        return Err(Failure::new(
            "no_datasets",
            "there is no dataset to ask about yet: `buzz convert FILE` makes one",
        ));
    }
    Ok(datasets)
}

/// The person's locale as the environment names it, such as `de-DE`.
fn locale() -> Option<String> {
    let named = ["LC_ALL", "LC_NUMERIC", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))?;
    let locale = named.split(['.', '@']).next()?.replace('_', "-");
    (!matches!(locale.as_str(), "" | "C" | "POSIX")).then_some(locale)
}

/// Writes the answer as one document, its result row by row so that no table is too large.
fn document(answer: &Answer, output: &Output) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Rest<'a> {
        figures: Vec<FigureDocument<'a>>,
        charts: &'a [Chart],
        matches: &'a [Matched],
        readings: &'a [Reading],
        facts: &'a [OfferedFact],
        clarification: &'a Option<Clarification>,
        notes: &'a [String],
        ended: Ended,
        usage: buzz_chat::Usage,
        requests: u32,
        model: &'a buzz_chat::Identity,
        conversation: &'a str,
    }
    let steps: Vec<StepDocument> = answer.steps.iter().map(StepDocument::from).collect();
    let rest = Rest {
        figures: answer.figures.iter().map(FigureDocument::from).collect(),
        charts: &answer.charts,
        matches: &answer.matches,
        readings: &answer.readings,
        facts: &answer.facts,
        clarification: &answer.clarification,
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
        if let ChatEvent::Confirm { pending, approval } = &event {
            // Standard error and standard input are the person's, whatever goes to standard output.
            confirm(pending, approval.clone());
            return;
        }
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
            ChatEvent::Sql { sql, reading, .. } => {
                let gap = gap(&state.last);
                state.last = Part::Block;
                let sql = many_lines(sql.trim_end()).replace('\n', "\n  ");
                let reading =
                    reading.map_or_else(String::new, |label| format!(": {}", one_line(&label)));
                self.output.print(&format!("{gap}SQL{reading}\n  {sql}\n"))
            }
            ChatEvent::Correcting { figures } => {
                self.end_line(state)?;
                self.output.remark(&format!(
                    "{} could not be found in a result; the answer is written again",
                    one_line(&figures.join(", "))
                ));
                Ok(())
            }
            ChatEvent::Checked { notes, .. } => {
                self.end_line(state)?;
                for note in notes {
                    self.output.remark(&note);
                }
                Ok(())
            }
            ChatEvent::Tool { tool, .. } => {
                self.end_line(state)?;
                self.output
                    .remark(&format!("the model uses {}", one_line(&tool)));
                Ok(())
            }
            ChatEvent::Chart { chart } => {
                self.end_line(state)?;
                let kind = chart.kind.name();
                self.output.remark(&format!(
                    "a chart ({kind}) of the table above: the window shows it, --json gives it"
                ));
                Ok(())
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
            ChatEvent::Started { .. }
            | ChatEvent::Text { .. }
            | ChatEvent::ToolResult { .. }
            | ChatEvent::Confirm { .. } => Ok(()),
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

/// Shows what is pending and asks the person, on a thread that may wait.
fn confirm(pending: &Pending, approval: Approval) {
    let (what, question) = match pending {
        Pending::Request { payload } => (payload.as_str(), "Send this? [y/N] "),
        Pending::Sql { sql, .. } => (sql.as_str(), "Run this? [y/N] "),
    };
    let mut stderr = std::io::stderr();
    // Where it cannot be shown it cannot be allowed either: the answer that is read then is none.
    let _ = write!(stderr, "\n{}\n{question}", many_lines(what));
    let _ = stderr.flush();
    std::thread::spawn(move || {
        let mut line = String::new();
        let read = std::io::stdin().read_line(&mut line);
        if read.is_ok() && matches!(line.trim().to_lowercase().as_str(), "y" | "yes") {
            approval.allow();
        } else {
            approval.refuse();
        }
    });
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
