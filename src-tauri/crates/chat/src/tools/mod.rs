//! The tools that the model may ask for: their descriptions, and their inputs as it writes them.
//!
//! What a model writes is data: it is read into these types, and whatever does not fit them is an error that goes back
//! to it.

mod describe;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub(crate) use describe::describe;

use crate::matches::Claimed;
use crate::model::Tool;

pub(crate) const RUN_SQL: &str = "run_sql";
pub(crate) const FIND_VALUES: &str = "find_values";
pub(crate) const DESCRIBE_DATASET: &str = "describe_dataset";
pub(crate) const ASK_USER: &str = "ask_user";
pub(crate) const SHOW_CHART: &str = "show_chart";
pub(crate) const FINAL_ANSWER: &str = "final_answer";

/// Ready answers of a question that is asked back, at least and at most.
const OPTIONS: std::ops::RangeInclusive<usize> = 2..=4;
/// Readings of a question, at least and at most.
const READINGS: std::ops::RangeInclusive<usize> = 2..=3;
/// Words that are looked up at once, at most.
const WORDS: usize = 8;

/// The tools there are; values are looked up only where cells may be sent.
pub fn tools(looks_up: bool) -> Vec<Tool> {
    let mut tools = vec![run_sql()];
    if looks_up {
        tools.push(find_values());
    }
    tools.extend([describe_dataset(), ask_user(), show_chart(), final_answer()]);
    tools
}

fn tool(name: &str, description: &str, properties: Value, required: &[&str]) -> Tool {
    Tool {
        name: name.to_owned(),
        description: description.to_owned(),
        input_schema: json!({
            "type": "object",
            "properties": properties,
            "required": required,
        }),
    }
}

fn run_sql() -> Tool {
    tool(
        RUN_SQL,
        "Runs one DuckDB statement that only reads (SELECT, WITH, VALUES, DESCRIBE, SUMMARIZE, PIVOT) over the tables, \
         shows its result to the person, and returns the result's id, its columns, its first rows and the number of rows \
         in all; or the error, to be mended. Where the question has two plausible readings that give different numbers, \
         give `readings` instead of `sql`: all are run, and the person sees each with its label.",
        json!({
            "sql": {"type": "string", "description": "the statement"},
            "readings": {
                "type": "array",
                "description": "two or three readings of the question, instead of sql",
                "items": {
                    "type": "object",
                    "properties": {
                        "label": {"type": "string", "description": "what is meant, in a few words of the person's language"},
                        "sql": {"type": "string"},
                    },
                    "required": ["label", "sql"],
                },
            },
        }),
        &[],
    )
}

fn find_values() -> Tool {
    tool(
        FIND_VALUES,
        "Looks words up in the cells of text columns: by letter case, accents, part of the text, words in another order \
         and small misspellings. Returns the cells that match, with how many rows have each. Use it before you filter \
         on a word of the question that is not among the frequent values.",
        json!({
            "words": {"type": "array", "items": {"type": "string"}, "description": "what to look for, up to eight"},
            "dataset": {"type": "string", "description": "the table; all tables if left out"},
            "column": {"type": "string", "description": "the column; all text columns if left out"},
        }),
        &["words"],
    )
}

fn describe_dataset() -> Tool {
    tool(
        DESCRIBE_DATASET,
        "Returns everything that is known about a table or some of its columns: types, missing cells, ranges, quantiles, \
         many frequent values, what the person wrote, and what was noticed when the file was read. Needed only where \
         the description above is shortened.",
        json!({
            "dataset": {"type": "string", "description": "the table"},
            "columns": {"type": "array", "items": {"type": "string"}, "description": "the columns; all if left out"},
        }),
        &["dataset"],
    )
}

fn ask_user() -> Tool {
    tool(
        ASK_USER,
        "Asks the person one question back and ends your turn. Only where the tables cannot decide it and a wrong guess \
         would mislead; where both readings can simply be computed, use the readings of run_sql instead.",
        json!({
            "question": {"type": "string"},
            "options": {"type": "array", "items": {"type": "string"}, "description": "two to four ready answers"},
        }),
        &["question", "options"],
    )
}

fn show_chart() -> Tool {
    let channel = |what: &str| {
        json!({
            "type": "object",
            "description": what,
            "properties": {
                "field": {"type": "string", "description": "a column of the result"},
                "type": {"type": "string", "enum": ["quantitative", "temporal", "ordinal", "nominal"]},
                "title": {"type": "string"},
                "sort": {"type": "string", "enum": ["ascending", "descending", "-y"]},
            },
            "required": ["field"],
        })
    };
    tool(
        SHOW_CHART,
        "Draws a chart of a result beside its table. Use it where a picture says more than the table: a course over \
         time, a comparison of several groups, a distribution. Ask for it together with final_answer.",
        json!({
            "result": {"type": "string", "description": "the result's id, such as r1"},
            "kind": {"type": "string", "enum": ["bar", "line", "area", "scatter", "histogram", "heatmap"]},
            "title": {"type": "string"},
            "x": channel("what stands below"),
            "y": channel("the height; not for a histogram, which counts"),
            "color": channel("the series; in a heat map the number"),
        }),
        &["result", "kind", "x"],
    )
}

fn final_answer() -> Tool {
    tool(
        FINAL_ANSWER,
        "Ends your turn. Write the answer as plain text first and ask for this in the same message, to say which result \
         is behind it and which cells the words of the question were taken to mean. A simple answer needs no \
         final_answer: plain text alone ends your turn too.",
        json!({
            "text": {"type": "string", "description": "the answer, only if it was not written as plain text"},
            "result": {"type": "string", "description": "the id of the result that the answer rests on"},
            "matches": {
                "type": "array",
                "description": "each word of the question that was filtered on, and the cells it was taken to mean",
                "items": {
                    "type": "object",
                    "properties": {
                        "word": {"type": "string"},
                        "dataset": {"type": "string"},
                        "column": {"type": "string"},
                        "values": {"type": "array", "items": {"type": "string"}},
                    },
                    "required": ["word", "dataset", "column", "values"],
                },
            },
            "facts": {
                "type": "array",
                "description": "what the person told you in this conversation that will hold for later questions too, \
                                such as a definition or a correction; offered to them for keeping",
                "items": {
                    "type": "object",
                    "properties": {
                        "dataset": {"type": "string"},
                        "fact": {"type": "string", "description": "one sentence in the person's language"},
                    },
                    "required": ["dataset", "fact"],
                },
            },
        }),
        &[],
    )
}

/// What `run_sql` is asked.
#[derive(Debug)]
pub(crate) enum RunSql {
    One(String),
    Readings(Vec<LabelledSql>),
}

/// One reading of a question.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct LabelledSql {
    pub(crate) label: String,
    pub(crate) sql: String,
}

impl RunSql {
    pub(crate) fn parse(input: &Value) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Input {
            #[serde(default)]
            sql: Option<String>,
            #[serde(default)]
            readings: Option<Vec<LabelledSql>>,
        }
        let wrong = || {
            format!("the input of {RUN_SQL} must be a JSON object with the statement in \"sql\"")
        };
        let input: Input = serde_json::from_value(input.clone()).map_err(|_| wrong())?;
        let filled = |sql: &str| !sql.trim().is_empty();
        match (input.sql.filter(|sql| filled(sql)), input.readings) {
            (Some(sql), None) => Ok(Self::One(sql.trim().to_owned())),
            (Some(sql), Some(readings)) if readings.is_empty() => {
                Ok(Self::One(sql.trim().to_owned()))
            }
            (None, Some(readings))
                if READINGS.contains(&readings.len())
                    && readings.iter().all(|reading| filled(&reading.sql)) =>
            {
                Ok(Self::Readings(readings))
            }
            (None, Some(_)) => Err(format!(
                "\"readings\" must be {} to {} objects with \"label\" and \"sql\"",
                READINGS.start(),
                READINGS.end()
            )),
            (Some(_), Some(_)) => Err("give either \"sql\" or \"readings\", not both".to_owned()),
            (None, None) => Err(wrong()),
        }
    }
}

/// What `find_values` is asked.
#[derive(Debug, Deserialize)]
pub(crate) struct FindValues {
    pub(crate) words: Vec<String>,
    #[serde(default)]
    pub(crate) dataset: Option<String>,
    #[serde(default)]
    pub(crate) column: Option<String>,
}

impl FindValues {
    pub(crate) fn parse(input: &Value) -> Result<Self, String> {
        let mut input: Self = parse(FIND_VALUES, input)?;
        input.words.retain(|word| !word.trim().is_empty());
        if input.words.is_empty() || input.words.len() > WORDS {
            return Err(format!("\"words\" must be one to {WORDS} words"));
        }
        Ok(input)
    }
}

/// What `describe_dataset` is asked.
#[derive(Debug, Deserialize)]
pub(crate) struct DescribeDataset {
    pub(crate) dataset: String,
    #[serde(default)]
    pub(crate) columns: Vec<String>,
}

impl DescribeDataset {
    pub(crate) fn parse(input: &Value) -> Result<Self, String> {
        parse(DESCRIBE_DATASET, input)
    }
}

/// What `ask_user` is asked.
pub(crate) fn parse_ask_user(input: &Value) -> Result<crate::Clarification, String> {
    let mut asked: crate::Clarification = parse(ASK_USER, input)?;
    asked.options.retain(|option| !option.trim().is_empty());
    if asked.question.trim().is_empty() {
        return Err("\"question\" is empty".to_owned());
    }
    if !OPTIONS.contains(&asked.options.len()) {
        return Err(format!(
            "\"options\" must be {} to {} ready answers",
            OPTIONS.start(),
            OPTIONS.end()
        ));
    }
    Ok(asked)
}

/// What `show_chart` is asked.
pub(crate) fn parse_show_chart(input: &Value) -> Result<crate::chart::ChartInput, String> {
    parse(SHOW_CHART, input)
}

/// What `final_answer` says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct FinalAnswer {
    pub(crate) text: Option<String>,
    pub(crate) result: Option<String>,
    pub(crate) matches: Vec<Claimed>,
    pub(crate) facts: Vec<crate::OfferedFact>,
}

impl FinalAnswer {
    pub(crate) fn parse(input: &Value) -> Result<Self, String> {
        parse(FINAL_ANSWER, input)
    }
}

fn parse<T: DeserializeOwned>(tool: &str, input: &Value) -> Result<T, String> {
    serde_json::from_value(input.clone())
        .map_err(|error| format!("the input of {tool} cannot be used: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_or_two_or_three_readings() {
        assert!(
            matches!(RunSql::parse(&json!({"sql": " select 1 "})), Ok(RunSql::One(sql)) if sql == "select 1")
        );
        let reading = |sql: &str| json!({"label": "net", "sql": sql});
        assert!(matches!(
            RunSql::parse(&json!({"readings": [reading("select 1"), reading("select 2")]})),
            Ok(RunSql::Readings(readings)) if readings.len() == 2
        ));
        for wrong in [
            json!({}),
            json!({"sql": ""}),
            json!({"sql": 1}),
            json!({"query": "select 1"}),
            json!({"malformed": "{\"sql"}),
            json!({"readings": [reading("select 1")]}),
            json!({"readings": [reading("select 1"), reading(" ")]}),
            json!({"sql": "select 1", "readings": [reading("select 1"), reading("select 2")]}),
        ] {
            assert!(RunSql::parse(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_question_back_has_ready_answers() {
        let asked =
            |options: &[&str]| parse_ask_user(&json!({"question": "Which?", "options": options}));
        assert!(asked(&["a"]).is_err());
        assert!(asked(&["a", " "]).is_err());
        assert!(asked(&["a", "b", "c", "d", "e"]).is_err());
        assert_eq!(asked(&["a", "b"]).unwrap().options, ["a", "b"]);
        assert!(parse_ask_user(&json!({"question": " ", "options": ["a", "b"]})).is_err());
    }

    #[test]
    fn every_tool_is_described_and_values_are_looked_up_only_where_they_may_be() {
        let names = |looks_up| -> Vec<String> {
            tools(looks_up).into_iter().map(|tool| tool.name).collect()
        };
        assert_eq!(
            names(true),
            [
                RUN_SQL,
                FIND_VALUES,
                DESCRIBE_DATASET,
                ASK_USER,
                SHOW_CHART,
                FINAL_ANSWER
            ]
        );
        assert!(!names(false).contains(&FIND_VALUES.to_owned()));
    }
}
