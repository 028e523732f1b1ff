//! Using the tools that the model asks for.

use std::sync::Arc;

use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::approval::Pending;
use super::sql::{Failed, Ran, Statement, with_rows_set_aside};
use super::{ChatEvent, Clarification, Ended, Error, Reading, Stopped, ToolUse, Turn};
use crate::chart::{self, Chart};
use crate::model::Content;
use crate::record::{ErrorRecord, Step};
use crate::tools::{
    self, ASK_USER, DESCRIBE_DATASET, DescribeDataset, FINAL_ANSWER, FIND_VALUES, FinalAnswer,
    LabelledSql, RUN_SQL, RunSql, SHOW_CHART,
};

/// Facts that are offered with one answer.
const FACTS: usize = 5;
/// Characters of an offered fact at most.
const FACT_CHARS: usize = 400;

/// What the model is told of a tool that it used: the outer error ends the answer, the inner one is the model's to mend.
type Told = Result<Result<String, String>, Stopped>;

/// What came of the tools of one message.
pub(super) struct Used {
    /// The results for the model.
    pub(super) results: Vec<Content>,
    /// How the turn ended, where it did.
    pub(super) ended: Option<Ended>,
}

/// Whether a tool ends the turn, rather than giving the model something to go on with.
pub(super) fn ends_the_turn(name: &str) -> bool {
    matches!(name, SHOW_CHART | FINAL_ANSWER | ASK_USER)
}

impl Turn<'_> {
    /// Uses the tools of one message in their order.
    pub(super) async fn use_tools(
        &mut self,
        tool_uses: Vec<ToolUse>,
        text: String,
    ) -> Result<Used, Stopped> {
        // What the model has not seen yet cannot be behind its answer.
        let goes_on = tool_uses.iter().any(|used| !ends_the_turn(&used.name));
        let mut results = Vec::with_capacity(tool_uses.len());
        let mut all_went_well = true;
        let mut answered = None;
        let mut lead = Some(text.clone());
        for ToolUse { id, name, input } in tool_uses {
            let told = match name.as_str() {
                ASK_USER => match tools::parse_ask_user(&input) {
                    Ok(_) if goes_on => {
                        Ok(Err("ask only once you have seen the results".to_owned()))
                    }
                    Ok(asked) => return Ok(self.asks_back(asked, &text)),
                    Err(wrong) => Ok(Err(wrong)),
                },
                FINAL_ANSWER if goes_on => Ok(Err(
                    "give the final answer only once you have seen the results".to_owned(),
                )),
                FINAL_ANSWER if !all_went_well => Ok(Err(
                    "not taken: what you asked for in the same message failed".to_owned(),
                )),
                FINAL_ANSWER => match FinalAnswer::parse(&input) {
                    Ok(answer) => {
                        answered = Some(answer);
                        Ok(Ok("{}".to_owned()))
                    }
                    Err(wrong) => Ok(Err(wrong)),
                },
                _ if self.steps.len() >= self.ask.limits.steps as usize => Ok(Err(
                    "not run: all steps for this question are used up".to_owned(),
                )),
                RUN_SQL => match RunSql::parse(&input) {
                    Ok(RunSql::One(sql)) => {
                        self.run_sql(sql, lead.take().unwrap_or_default(), None)
                            .await
                    }
                    Ok(RunSql::Readings(readings)) => {
                        self.run_readings(readings, lead.take().unwrap_or_default())
                            .await
                    }
                    Err(wrong) => Ok(Err(wrong)),
                },
                FIND_VALUES if self.scope.looks_up() => {
                    let lead = lead.take().unwrap_or_default();
                    self.use_other(FIND_VALUES, &input, lead).await
                }
                DESCRIBE_DATASET | SHOW_CHART => {
                    let lead = lead.take().unwrap_or_default();
                    self.use_other(&name, &input, lead).await
                }
                _ => Ok(Err(format!(
                    "there is no tool {name:?}: there are {}",
                    self.tools
                        .iter()
                        .map(|tool| tool.name.as_str())
                        .collect::<Vec<_>>()
                        .join(", ")
                ))),
            }?;
            all_went_well &= told.is_ok();
            results.push(match told {
                Ok(text) => Content::ToolResult {
                    id,
                    text,
                    is_error: false,
                },
                Err(error) => Content::ToolResult {
                    id,
                    text: json!({ "error": error }).to_string(),
                    is_error: true,
                },
            });
        }
        let ended = match answered {
            Some(answer) if all_went_well => self.take_answer(answer, &mut results).await?,
            _ => None,
        };
        Ok(Used { results, ended })
    }

    /// Takes the final answer, unless its figures send it back once.
    async fn take_answer(
        &mut self,
        answer: FinalAnswer,
        results: &mut Vec<Content>,
    ) -> Result<Option<Ended>, Stopped> {
        if let Some(text) = answer.text.filter(|text| !text.trim().is_empty()) {
            if self.text.trim().is_empty() {
                (self.events)(ChatEvent::Text {
                    delta: text.clone(),
                });
                self.text = text;
            }
        } else if self.text.trim().is_empty() {
            if let Some(Content::ToolResult { text, is_error, .. }) = results.last_mut() {
                *text = json!({"error": "there is no text: write the answer as plain text"})
                    .to_string();
                *is_error = true;
            }
            return Ok(None);
        }
        self.result_step = answer.result.as_deref().and_then(|name| self.step_of(name));
        if let Some(doubts) = self.check() {
            results.push(Content::Text { text: doubts });
            return Ok(None);
        }
        self.facts = answer
            .facts
            .into_iter()
            .filter(|offered| {
                let known = self
                    .ask
                    .datasets
                    .iter()
                    .find(|dataset| dataset.name == offered.dataset);
                known.is_some_and(|dataset| !dataset.notes.facts.contains(&offered.fact))
                    && !offered.fact.trim().is_empty()
                    && offered.fact.chars().count() <= FACT_CHARS
            })
            .take(FACTS)
            .collect();
        self.count_matches(answer.matches).await?;
        Ok(Some(Ended::Complete))
    }

    /// Ends the turn with a question back.
    fn asks_back(&mut self, asked: Clarification, text: &str) -> Used {
        let separator = if text.trim().is_empty() { "" } else { "\n\n" };
        let delta = format!("{separator}{}", asked.question);
        self.text.push_str(&delta);
        (self.events)(ChatEvent::Text { delta });
        self.clarification = Some(asked);
        Used {
            results: Vec::new(),
            ended: Some(Ended::Clarification),
        }
    }

    /// The number that the next step has within the answer.
    fn next_step(&self) -> u32 {
        u32::try_from(self.steps.len() + 1).unwrap_or(u32::MAX)
    }

    /// The id by which the model knows a step's result; it differs within the conversation.
    fn result_name(&self, step: u32) -> String {
        format!("r{}", self.earlier_steps + step)
    }

    /// The step that the model names.
    fn step_of(&self, name: &str) -> Option<u32> {
        let named =
            |step: &&Step| step.result_id.is_some() && self.result_name(step.step) == name.trim();
        self.steps.iter().find(named).map(|step| step.step)
    }

    /// Runs every reading of the question; the model gets all results at once.
    async fn run_readings(&mut self, readings: Vec<LabelledSql>, lead: String) -> Told {
        let mut told = Vec::new();
        let mut lead = Some(lead);
        self.readings.clear();
        for LabelledSql { label, sql } in readings {
            if self.steps.len() >= self.ask.limits.steps as usize {
                told.push(ReadingTold {
                    label,
                    result: None,
                    error: Some("not run: all steps for this question are used up".to_owned()),
                });
                continue;
            }
            let step = self.next_step();
            let lead = lead.take().unwrap_or_default();
            let result = self
                .run_sql(sql.trim().to_owned(), lead, Some(label.clone()))
                .await?;
            if result.is_ok() {
                self.readings.push(Reading {
                    label: label.clone(),
                    step,
                });
            }
            let (result, error) = match result {
                Ok(text) => (RawValue::from_string(text).ok(), None),
                Err(error) => (None, Some(error)),
            };
            told.push(ReadingTold {
                label,
                result,
                error,
            });
        }
        let text = format!(
            "{{\"readings\":{}}}",
            serde_json::to_string(&told).unwrap_or_default()
        );
        Ok(if self.readings.is_empty() {
            Err(text)
        } else {
            Ok(text)
        })
    }

    /// Runs one statement as a step.
    async fn run_sql(&mut self, sql: String, lead: String, reading: Option<String>) -> Told {
        let number = self.next_step();
        (self.events)(ChatEvent::Sql {
            step: number,
            sql: sql.clone(),
            reading: reading.clone(),
        });
        let mut step = Step {
            text: lead,
            sql: sql.clone(),
            reading,
            ..Step::new(number, RUN_SQL)
        };
        if self.ask.confirm.sql() {
            let pending = Pending::Sql {
                step: number,
                sql: sql.clone(),
            };
            if !self.confirmed(pending).await? {
                let message = "the person did not allow this statement to run";
                self.failed(step, "not_allowed", message);
                return Ok(Err(format!(
                    "{message}: answer without it, or ask what they would rather see"
                )));
            }
        }
        let statement = Statement {
            scope: Arc::clone(&self.scope),
            sql,
            name: self.result_name(number),
            now: self.ask.now,
            time: self.deadline.saturating_duration_since(Instant::now()),
            limits: self.ask.limits.clone(),
            temp_root: self.ask.temp_root.clone(),
            cancel: self.cancel.clone(),
            datasets: with_rows_set_aside(self.library, &self.ask.datasets),
        };
        let started = Instant::now();
        let ran = tokio::task::spawn_blocking(move || statement.run())
            .await
            .unwrap_or_else(|error| {
                Err(Failed {
                    told: "the statement failed inside the engine".to_owned(),
                    error: buzz_query::Error::Internal(error.to_string()),
                })
            });
        step.seconds = started.elapsed().as_secs_f64();
        match ran {
            Ok(ran) => {
                let Ran {
                    stored,
                    preview,
                    told,
                    withheld,
                    notes,
                } = ran;
                if !notes.is_empty() {
                    (self.events)(ChatEvent::Checked {
                        step: number,
                        notes: notes.clone(),
                    });
                }
                step.notes = notes;
                let result_id = uuid::Uuid::now_v7().to_string();
                step.result_id = Some(result_id.clone());
                step.columns = stored.columns();
                step.rows = Some(stored.rows());
                step.preview = preview;
                step.withheld = withheld;
                (self.events)(ChatEvent::Table {
                    step: number,
                    result_id: result_id.clone(),
                    columns: step.columns.clone(),
                    rows: stored.rows(),
                    preview: step.preview.clone(),
                    seconds: step.seconds,
                    withheld,
                    stored: Arc::clone(&stored),
                });
                self.witness(&result_id, &stored, &step.sql);
                self.results.push((result_id, stored));
                self.steps.push(step);
                Ok(Ok(told))
            }
            Err(Failed { error, told }) => {
                self.failed(step, error.code(), &error.to_string());
                if self.cancel.is_cancelled() {
                    return Err(Stopped::Error(Error::Cancelled));
                }
                if Instant::now() >= self.deadline {
                    return Err(Stopped::OutOfTime);
                }
                Ok(Err(told))
            }
        }
    }

    /// Keeps a step of SQL that failed, and tells it unless that is because everything was stopped.
    fn failed(&mut self, mut step: Step, code: &str, message: &str) {
        let number = step.step;
        step.error = Some(ErrorRecord {
            code: code.to_owned(),
            message: message.to_owned(),
        });
        self.steps.push(step);
        if !self.cancel.is_cancelled() && Instant::now() < self.deadline {
            (self.events)(ChatEvent::SqlError {
                step: number,
                code: code.to_owned(),
                message: message.to_owned(),
            });
        }
    }

    /// Uses a tool that runs no SQL of the model's, as a step.
    async fn use_other(&mut self, name: &str, input: &Value, lead: String) -> Told {
        let number = self.next_step();
        (self.events)(ChatEvent::Tool {
            step: number,
            tool: name.to_owned(),
            input: input.clone(),
        });
        let started = Instant::now();
        let used = match name {
            FIND_VALUES => self.find_values(input).await?,
            DESCRIBE_DATASET => self.describe(input),
            _ => self.show_chart(number, input),
        };
        let (output, told) = match used {
            Ok((output, told)) => (output, Ok(told)),
            Err(error) => (Value::Null, Err(error)),
        };
        (self.events)(ChatEvent::ToolResult {
            step: number,
            output: output.clone(),
            error: told.as_ref().err().cloned(),
        });
        self.steps.push(Step {
            text: lead,
            input: input.clone(),
            output,
            error: told.as_ref().err().map(|message| ErrorRecord {
                code: "tool_error".to_owned(),
                message: message.clone(),
            }),
            seconds: started.elapsed().as_secs_f64(),
            ..Step::new(number, name)
        });
        Ok(told)
    }

    fn describe(&self, input: &Value) -> Result<(Value, String), String> {
        let asked = DescribeDataset::parse(input)?;
        let warnings = |dataset: &crate::DatasetContext| {
            // What cannot be read is left out of the description rather than failing it.
            let receipt = self.library.receipt(&dataset.id);
            receipt.map(|receipt| receipt.warnings).unwrap_or_default()
        };
        let text = tools::describe(&asked, &self.ask.datasets, self.ask.send, warnings)?;
        Ok((json!(text), text))
    }

    fn show_chart(&mut self, step: u32, input: &Value) -> Result<(Value, String), String> {
        let asked = tools::parse_show_chart(input)?;
        let Some(drawn) = self
            .step_of(&asked.result)
            .and_then(|number| self.steps.iter().find(|step| step.step == number))
        else {
            return Err(format!(
                "there is no result {:?} of this question: run the query first",
                asked.result
            ));
        };
        let (kind, spec) = chart::specify(&asked, &drawn.columns).map_err(|error| {
            if drawn.withheld {
                // What is said of the columns of such a result could name a cell.
                "the chart does not fit the columns of that result".to_owned()
            } else {
                error
            }
        })?;
        if drawn.rows == Some(0) {
            return Err("the result has no rows: there is nothing to draw".to_owned());
        }
        let chart = Chart {
            step: drawn.step,
            result_id: drawn.result_id.clone().unwrap_or_default(),
            kind,
            spec,
        };
        (self.events)(ChatEvent::Chart {
            chart: chart.clone(),
        });
        let output = json!(chart);
        // An answer that is written again may draw the same once more.
        self.charts
            .retain(|known| (known.step, known.kind) != (chart.step, chart.kind));
        self.charts.push(chart);
        debug_assert!(step > 0, "steps are counted from 1");
        Ok((output, "{\"shown\":true}".to_owned()))
    }

    /// Does something on a thread that may block, until it is done or the person stops it.
    pub(super) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, buzz_query::Error> + Send + 'static,
    ) -> Result<Result<T, buzz_query::Error>, Stopped> {
        let done = tokio::task::spawn_blocking(work)
            .await
            .unwrap_or_else(|error| Err(buzz_query::Error::Internal(error.to_string())));
        if self.cancel.is_cancelled() {
            return Err(Stopped::Error(Error::Cancelled));
        }
        Ok(done)
    }
}

/// What the model is told of one reading; the result as it stands, so that numbers arrive digit for digit.
#[derive(Serialize)]
struct ReadingTold {
    label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}
