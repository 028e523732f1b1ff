//! Charts that a model may draw: a small part of Vega-Lite, checked against the result that it draws.
//!
//! What a model writes is read into these types and written anew from them, so that nothing gets through that is not
//! named here: no data, no addresses, no expressions, no transforms.

use buzz_query::Column;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Characters of a title at most.
const TITLE_CHARS: usize = 120;

/// A chart of a result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    /// The number of the step whose result it draws.
    pub step: u32,
    /// The id under which the whole result can be paged while the program runs.
    pub result_id: String,
    /// What it is.
    pub kind: ChartKind,
    /// The Vega-Lite specification, without its data.
    pub spec: Value,
}

/// The charts there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartKind {
    /// Bars, one for each value of a column.
    Bar,
    /// A line, or several.
    Line,
    /// An area under a line.
    Area,
    /// Points.
    Scatter,
    /// Bars that count the rows whose value lies in a range.
    Histogram,
    /// Rectangles whose colour tells a number.
    Heatmap,
}

impl ChartKind {
    /// The name by which models and records know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bar => "bar",
            Self::Line => "line",
            Self::Area => "area",
            Self::Scatter => "scatter",
            Self::Histogram => "histogram",
            Self::Heatmap => "heatmap",
        }
    }
}

/// What a model writes to have a chart drawn.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChartInput {
    /// The result, as `run_sql` named it.
    pub(crate) result: String,
    kind: ChartKind,
    #[serde(default)]
    title: Option<String>,
    x: Channel,
    #[serde(default)]
    y: Option<Channel>,
    #[serde(default)]
    color: Option<Channel>,
}

/// A column of the result on an axis or as a colour.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Channel {
    field: String,
    #[serde(default, rename = "type")]
    measure: Option<Measure>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    sort: Option<Sort>,
}

/// How the values of a column are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Measure {
    Quantitative,
    Temporal,
    Ordinal,
    Nominal,
}

/// In which order they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
enum Sort {
    #[serde(rename = "ascending")]
    Ascending,
    #[serde(rename = "descending")]
    Descending,
    /// By the length of the bars, the longest first.
    #[serde(rename = "-y")]
    ByValue,
}

/// Checks a chart against the columns of its result and makes its specification; the error is for the model.
pub(crate) fn specify(
    input: &ChartInput,
    columns: &[Column],
) -> Result<(ChartKind, Value), String> {
    let column = |channel: &Channel, axis: &str| {
        let mut named = columns.iter().filter(|column| column.name == channel.field);
        match (named.next(), named.next()) {
            (Some(column), None) => Ok(column.clone()),
            (Some(_), Some(_)) => Err(format!(
                "{axis}: the result has several columns {:?}: give them different names in the SQL",
                channel.field
            )),
            (None, _) => {
                let names: Vec<_> = columns.iter().map(|column| &column.name).collect();
                Err(format!(
                    "{axis}: the result has no column {:?}; it has {names:?}",
                    channel.field
                ))
            }
        }
    };
    let x = column(&input.x, "x")?;
    let y = input
        .y
        .as_ref()
        .map(|channel| Ok::<_, String>((channel, column(channel, "y")?)))
        .transpose()?;
    let color = input
        .color
        .as_ref()
        .map(|channel| Ok::<_, String>((channel, column(channel, "color")?)))
        .transpose()?;
    let needs_y = || y.clone().ok_or("y is missing: name a column".to_owned());

    let mut encoding = serde_json::Map::new();
    let mut x_spec = encode(&input.x, &x, "x")?;
    let mark = match input.kind {
        ChartKind::Histogram => {
            if measure_of(&x) == Measure::Nominal {
                return Err(format!(
                    "x: a histogram needs numbers or dates, and {:?} is {}: draw a bar chart of counts",
                    x.name, x.sql_type
                ));
            }
            if y.is_some() {
                return Err("y: a histogram counts rows itself: leave y out".to_owned());
            }
            x_spec["bin"] = json!(true);
            encoding.insert(
                "y".to_owned(),
                json!({"aggregate": "count", "type": "quantitative"}),
            );
            json!("bar")
        }
        kind => {
            let (channel, y) = needs_y()?;
            let y_spec = encode(channel, &y, "y")?;
            if matches!(kind, ChartKind::Bar | ChartKind::Line | ChartKind::Area)
                && measure_of(&y) != Measure::Quantitative
            {
                return Err(format!(
                    "y: {:?} is {} and no number: put the number on y",
                    y.name, y.sql_type
                ));
            }
            encoding.insert("y".to_owned(), y_spec);
            match kind {
                ChartKind::Line => json!({"type": "line", "point": true}),
                ChartKind::Area => json!("area"),
                ChartKind::Scatter => json!("point"),
                ChartKind::Heatmap => {
                    let (_, color) = color.as_ref().ok_or(
                        "color is missing: a heat map needs the number that the colour tells",
                    )?;
                    if measure_of(color) != Measure::Quantitative {
                        return Err(format!(
                            "color: {:?} is {} and no number",
                            color.name, color.sql_type
                        ));
                    }
                    json!("rect")
                }
                ChartKind::Bar | ChartKind::Histogram => json!("bar"),
            }
        }
    };
    encoding.insert("x".to_owned(), x_spec);
    if let Some((channel, column)) = &color {
        encoding.insert("color".to_owned(), encode(channel, column, "color")?);
    }
    let mut spec = json!({
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "mark": mark,
        "encoding": encoding,
    });
    if let Some(title) = input
        .title
        .as_deref()
        .map(shortened)
        .filter(|t| !t.is_empty())
    {
        spec["title"] = json!(title);
    }
    Ok((input.kind, spec))
}

fn encode(channel: &Channel, column: &Column, axis: &str) -> Result<Value, String> {
    let natural = measure_of(column);
    let measure = match channel.measure {
        // Text has no length and no place in time.
        Some(Measure::Quantitative) if natural != Measure::Quantitative => {
            return Err(format!(
                "{axis}: {:?} is {} and no number",
                column.name, column.sql_type
            ));
        }
        Some(Measure::Temporal) if natural != Measure::Temporal => {
            return Err(format!(
                "{axis}: {:?} is {} and no date: cast it in the SQL",
                column.name, column.sql_type
            ));
        }
        Some(chosen) => chosen,
        None => natural,
    };
    let mut spec = json!({"field": field(&column.name), "type": measure});
    let title = channel.title.as_deref().unwrap_or(&column.name);
    spec["title"] = json!(shortened(title));
    if let Some(sort) = channel.sort {
        spec["sort"] = json!(match sort {
            Sort::Ascending => "ascending",
            Sort::Descending => "descending",
            Sort::ByValue => "-y",
        });
    } else if measure == Measure::Nominal || measure == Measure::Ordinal {
        // As the rows of the result stand, rather than by the alphabet.
        spec["sort"] = Value::Null;
    }
    Ok(spec)
}

/// How the values of a column are read unless the model says otherwise.
fn measure_of(column: &Column) -> Measure {
    let base = column.sql_type.split('(').next().unwrap_or_default();
    if column.sql_type.ends_with(']') {
        return Measure::Nominal;
    }
    match base {
        "TINYINT" | "SMALLINT" | "INTEGER" | "BIGINT" | "HUGEINT" | "UTINYINT" | "USMALLINT"
        | "UINTEGER" | "UBIGINT" | "FLOAT" | "DOUBLE" | "DECIMAL" => Measure::Quantitative,
        "DATE" | "TIMESTAMP" | "TIMESTAMP WITH TIME ZONE" => Measure::Temporal,
        _ => Measure::Nominal,
    }
}

/// A column's name as Vega-Lite wants it: a point or a bracket in a name would otherwise lead into an object.
fn field(name: &str) -> String {
    let mut escaped = String::with_capacity(name.len());
    for c in name.chars() {
        if matches!(c, '\\' | '.' | '[' | ']' | '\'' | '"') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

fn shortened(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(TITLE_CHARS)
        .collect();
    line.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<Column> {
        [
            ("month", "DATE"),
            ("total", "DECIMAL(38,2)"),
            ("region", "VARCHAR"),
            ("a.b[0]", "BIGINT"),
        ]
        .map(|(name, sql_type)| Column {
            name: name.to_owned(),
            sql_type: sql_type.to_owned(),
        })
        .to_vec()
    }

    fn chart(input: Value) -> Result<(ChartKind, Value), String> {
        let input: ChartInput = serde_json::from_value(input).map_err(|error| error.to_string())?;
        specify(&input, &columns())
    }

    #[test]
    fn every_kind_of_chart_gets_its_mark_and_its_types() {
        for (kind, mark) in [
            ("bar", json!("bar")),
            ("line", json!({"type": "line", "point": true})),
            ("area", json!("area")),
            ("scatter", json!("point")),
        ] {
            let (_, spec) = chart(json!({"result": "r1", "kind": kind, "x": {"field": "month"}, "y": {"field": "total"}})).unwrap();
            assert_eq!(spec["mark"], mark);
            assert_eq!(spec["encoding"]["x"]["type"], "temporal");
            assert_eq!(spec["encoding"]["y"]["type"], "quantitative");
        }
        let (_, spec) =
            chart(json!({"result": "r1", "kind": "histogram", "x": {"field": "total"}})).unwrap();
        assert_eq!(spec["encoding"]["x"]["bin"], true);
        assert_eq!(spec["encoding"]["y"]["aggregate"], "count");
        let (_, spec) = chart(
            json!({"result": "r1", "kind": "heatmap", "x": {"field": "month", "type": "ordinal"},
            "y": {"field": "region"}, "color": {"field": "total"}, "title": "By\nmonth"}),
        )
        .unwrap();
        assert_eq!(spec["mark"], "rect");
        assert_eq!(spec["title"], "By month");
        assert_eq!(spec["encoding"]["y"]["sort"], Value::Null);
    }

    #[test]
    fn a_name_is_never_a_path_into_an_object() {
        let (_, spec) = chart(json!({"result": "r1", "kind": "bar", "x": {"field": "region"}, "y": {"field": "a.b[0]"}})).unwrap();
        assert_eq!(spec["encoding"]["y"]["field"], "a\\.b\\[0\\]");
    }

    #[test]
    fn what_is_no_part_of_the_subset_is_refused() {
        for (input, said) in [
            (
                json!({"result": "r1", "kind": "bar", "x": {"field": "region"}, "y": {"field": "total"}, "data": {"url": "https://example.com"}}),
                "unknown field `data`",
            ),
            (
                json!({"result": "r1", "kind": "bar", "x": {"field": "region"}, "y": {"field": "total"}, "transform": []}),
                "unknown field",
            ),
            (
                json!({"result": "r1", "kind": "bar", "x": {"field": "region", "condition": {"test": "1"}}, "y": {"field": "total"}}),
                "unknown field",
            ),
            (
                json!({"result": "r1", "kind": "image", "x": {"field": "region"}}),
                "unknown variant",
            ),
            (
                json!({"result": "r1", "kind": "bar", "x": {"field": "region"}}),
                "y is missing",
            ),
            (
                json!({"result": "r1", "kind": "bar", "x": {"field": "nowhere"}, "y": {"field": "total"}}),
                "no column \"nowhere\"",
            ),
            (
                json!({"result": "r1", "kind": "bar", "x": {"field": "total"}, "y": {"field": "region"}}),
                "no number",
            ),
            (
                json!({"result": "r1", "kind": "bar", "x": {"field": "region", "type": "temporal"}, "y": {"field": "total"}}),
                "no date",
            ),
            (
                json!({"result": "r1", "kind": "histogram", "x": {"field": "region"}}),
                "needs numbers",
            ),
            (
                json!({"result": "r1", "kind": "heatmap", "x": {"field": "month"}, "y": {"field": "region"}}),
                "color is missing",
            ),
        ] {
            let error = chart(input.clone()).unwrap_err();
            assert!(error.contains(said), "{input}: {error}");
        }
    }
}
